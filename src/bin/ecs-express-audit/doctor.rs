//! `doctor`: which permission, Region or credential is missing, before a scan finds out.

use anyhow::{Context, Result};
use aws_config::Region;
use ecs_express_audit::collect::{self, IdentityError};
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::permissions::{Diagnosis, Trial};
use ecs_express_audit::render::harmless;
use serde_json::{Value, json};

use crate::args::{DoctorArgs, TableOrJson};
use crate::{live, output};

/// A Region, and what its credentials may read there.
type Examined = (Region, Result<Diagnosis, IdentityError>);

/// Ends with 1 if no Region could be asked at all, with 3 if a scan would leave gaps.
pub(crate) fn run(args: &DoctorArgs) -> Result<ExitCode> {
    live::check_environment()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    let examined = runtime.block_on(examine(args))?;
    let code = exit_code(&examined);
    let text = match args.format {
        TableOrJson::Table => examined.iter().map(page).collect::<Vec<_>>().join("\n"),
        TableOrJson::Json => as_json(&examined, code),
    };
    output::print(text.as_bytes())?;
    Ok(code)
}

async fn examine(args: &DoctorArgs) -> Result<Vec<Examined>> {
    let config = live::configuration(&args.aws).await;
    let mut examined = Vec::new();
    for region in live::regions(&args.aws, &config)? {
        let config = config.to_builder().region(region.clone()).build();
        examined.push((region, collect::diagnose(&config).await));
    }
    Ok(examined)
}

fn exit_code(examined: &[Examined]) -> ExitCode {
    let found: Vec<&Diagnosis> = examined.iter().filter_map(|(_, diagnosis)| diagnosis.as_ref().ok()).collect();
    if found.is_empty() {
        ExitCode::CouldNotRun
    } else if found.len() == examined.len() && found.iter().all(|diagnosis| diagnosis.exit_code() == ExitCode::Clean) {
        ExitCode::Clean
    } else {
        ExitCode::Incomplete
    }
}

fn page((region, examined): &Examined) -> String {
    match examined {
        Ok(diagnosis) => diagnosis_page(diagnosis),
        Err(error) => format!("{region}: nothing can be read: {}\ncannot {error}\n", error.advice()),
    }
}

fn diagnosis_page(diagnosis: &Diagnosis) -> String {
    let lost = diagnosis.lost().count();
    let verdict = match lost {
        0 => "everything that a scan reads can be read".to_owned(),
        _ => format!("{lost} of {} operations cannot be used", diagnosis.trials.len()),
    };
    let mut text = format!("{}: {verdict}\nas {}\n\n", diagnosis.scope, harmless(&diagnosis.principal));
    text.extend(diagnosis.trials.iter().map(line));
    if let Some(ticket) = diagnosis.ticket() {
        text.push_str("\nTo paste into a ticket:\n\n");
        text.extend(ticket.lines().map(|line| harmless(line).into_owned() + "\n"));
    }
    text
}

fn line(trial: &Trial) -> String {
    let code = trial.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
    let mark = if trial.is_fine() { ' ' } else { '!' };
    format!("{mark} {:<55} {}{code}\n", trial.operation.action(), trial.access)
}

fn as_json(examined: &[Examined], code: ExitCode) -> String {
    let scopes: Vec<Value> = examined.iter().map(scope_json).collect();
    let document = json!({"schema_version": "1", "command": "doctor", "exit_code": code as u8, "scopes": scopes});
    format!("{document:#}\n")
}

fn scope_json((region, examined): &Examined) -> Value {
    match examined {
        Ok(diagnosis) => json!({
            "account": diagnosis.scope.account,
            "region": diagnosis.scope.region,
            "principal": diagnosis.principal,
            "complete": diagnosis.exit_code() == ExitCode::Clean,
            "operations": diagnosis.trials.iter().map(trial_json).collect::<Vec<_>>(),
            "ticket": diagnosis.ticket(),
        }),
        Err(error) => json!({
            "region": region.to_string(),
            "complete": false,
            "cause": error.cause().as_str(),
            "message": error.advice(),
        }),
    }
}

fn trial_json(trial: &Trial) -> Value {
    json!({
        "operation": trial.operation.action(),
        "access": trial.access.as_str(),
        "code": trial.code,
        "kinds": trial.operation.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>(),
    })
}
