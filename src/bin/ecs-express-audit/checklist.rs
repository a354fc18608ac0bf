//! `checklist`: after a delete, what is gone, what is left, what stays and why.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ecs_express_audit::AskedService;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{ExitCode, Report};
use ecs_express_audit::plan::Plan;

use crate::args::{AwsArgs, ChecklistArgs};
use crate::audit::{Question, Sight, clock};
use crate::{output, preflight, signals};

/// How long it waits between two looks, at the least and at the most.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(15)];

pub(crate) fn run(args: &ChecklistArgs) -> Result<ExitCode> {
    let plan = args.plan.as_deref().map(preflight::read).transpose()?;
    let gone = plan.as_ref().map(Plan::gone).unwrap_or_default();
    let aws = asked_regions(&args.question.aws, &gone);
    let asked: BTreeSet<AskedService> = args.service.iter().cloned().chain(gone).collect();
    let mut report = if plan.is_some() && asked.is_empty() {
        Report::idle_checklist(clock())
    } else {
        let question = Question::of(&args.question, &aws)?;
        look(args, &question, &asked)?
    };
    report.stopped = signals::received();
    output::write(&report, &args.question.output).or_else(output::unless_closed_pipe)?;
    Ok(report.ends_with())
}

/// Looks once, or again and again until everything is gone or stays for good, or the time is over. What a plan deletes is to be gone.
fn look(args: &ChecklistArgs, question: &Question<'_>, asked: &BTreeSet<AskedService>) -> Result<Report> {
    let begun = Instant::now();
    let pause = args.wait.map_or(PAUSES[1], |wait| (wait / 40).clamp(PAUSES[0], PAUSES[1]));
    loop {
        let Sight { inventory, now } = question.look(asked)?;
        args.service.iter().try_for_each(|service| is_scanned(service, &inventory))?;
        let mut report = ecs_express_audit::checklist(&question.declared, &inventory, &question.policy, now, asked);
        let wait = args.wait.or(args.plan.as_ref().map(|_| Duration::ZERO));
        let Some(wait) = wait.filter(|_| report.awaits_deletion()) else { return Ok(report) };
        let left = wait.saturating_sub(begun.elapsed());
        if left.is_zero() || !question.asking.pause(left.min(pause)) {
            report.note_end_of_wait();
            return Ok(report);
        }
    }
}

/// Where no Region was chosen, those of the services that the plan deletes.
fn asked_regions(aws: &AwsArgs, gone: &BTreeSet<AskedService>) -> AwsArgs {
    let mut aws = aws.clone();
    if aws.region.is_empty() {
        aws.region = gone.iter().filter_map(AskedService::region).map(str::to_owned).collect();
    }
    aws
}

/// A service in another account or Region was not looked at, and nothing can be told of it.
fn is_scanned(service: &AskedService, inventory: &Inventory) -> Result<()> {
    let Some(arn) = &service.arn else { return Ok(()) };
    if inventory.scopes.iter().any(|scope| scope.scope.holds(arn)) {
        return Ok(());
    }
    bail!("cannot tell of {arn}: its account and Region were not scanned; give --region {} and that account's credentials", arn.region())
}
