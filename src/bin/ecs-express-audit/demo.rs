//! `demo`: an audit of a built-in account, in which every stage of one team's trouble can be seen beside a healthy service.

use anyhow::{Context, Result};
use ecs_express_audit::model::{Command, ExitCode, Policy};
use ecs_express_audit::{input, snapshot};

use crate::args::DemoArgs;
use crate::output;
use crate::tables::Tables;

const ACCOUNT: &str = include_str!("../../../fixtures/demo/account.snapshot.jsonl");
const STATE: &str = include_str!("../../../fixtures/demo/terraform.tfstate");

/// A first run should not look like a failure: it ends with 0, and the report says what the same audit would end with.
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode> {
    let tables = Tables::of(&args.tables)?;
    let declared = input::read_declaration("terraform.tfstate", STATE.as_bytes())?;
    let inventory = snapshot::read(&mut ACCOUNT.as_bytes())?;
    let now = inventory.finished_at().context("the built-in account is empty")?;
    let mut report = ecs_express_audit::audit(&declared, &inventory, &Policy::default(), now);
    report.command = Command::Demo;
    let exported = tables.write(&report, &inventory);
    output::write(&report, &args.output).or_else(output::unless_closed_pipe)?;
    exported?;
    Ok(report.ends_with())
}
