//! `audit`: what is live, or was when a snapshot was taken, against what is declared.

use std::fs::File;
use std::io::BufReader;

use anyhow::{Context, Result, bail};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{ExitCode, Policy, Timestamp};
use ecs_express_audit::{Declared, snapshot};

use crate::args::AuditArgs;
use crate::{declared, output};

pub(crate) fn run(args: &AuditArgs) -> Result<ExitCode> {
    let declared = declared::read(&args.declared)?;
    let inventory = inventory(args, &declared)?;
    // A snapshot is judged as of its own end; what is live, as of now.
    let own_time = if args.snapshot.is_some() { inventory.finished_at() } else { None };
    let now = args.judgement.now.or(own_time).unwrap_or_else(clock);
    let mut policy = Policy::default();
    policy.grace = args.judgement.grace;
    policy.fail_on = args.judgement.fail_on;
    let report = ecs_express_audit::audit(&declared, &inventory, &policy, now);
    output::write(&report, &args.output).or_else(output::unless_closed_pipe)?;
    Ok(report.outcome().exit_code())
}

fn inventory(args: &AuditArgs, declared: &Declared) -> Result<Inventory> {
    let Some(path) = &args.snapshot else { return live(args, declared) };
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let inventory = snapshot::read(&mut BufReader::new(file)).map_err(|error| anyhow::anyhow!("cannot {error} ({})", path.display()))?;
    if inventory.scopes.is_empty() {
        bail!("cannot audit {}: it holds no scope", path.display());
    }
    Ok(inventory)
}

#[cfg(feature = "aws")]
fn live(args: &AuditArgs, declared: &Declared) -> Result<Inventory> {
    crate::live::collect(&args.aws, declared, crate::live::Fields::Declared, &args.output.talk)
}

#[cfg(not(feature = "aws"))]
fn live(_: &AuditArgs, _: &Declared) -> Result<Inventory> {
    bail!("cannot ask AWS: this build has no AWS support (it was made without the feature `aws`); give --snapshot FILE")
}

fn clock() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    Timestamp::from_unix_seconds(i64::try_from(now).unwrap_or(i64::MAX))
}
