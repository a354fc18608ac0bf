//! `checklist`: after a delete, what is gone, what is left, what stays and why.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::kinds::ServiceName;
use ecs_express_audit::model::ExitCode;

use crate::args::{ChecklistArgs, ServiceArg};
use crate::{audit, output, signals};

pub(crate) fn run(args: &ChecklistArgs) -> Result<ExitCode> {
    let names: BTreeSet<ServiceName> = args.service.iter().map(|service| service.name.clone()).collect();
    let question = audit::Question::of(&args.question, &names)?;
    args.service.iter().try_for_each(|service| is_scanned(service, &question.inventory))?;
    let audit::Question { declared, inventory, policy, now } = &question;
    let mut report = ecs_express_audit::checklist(declared, inventory, policy, *now, &names);
    report.stopped = signals::received();
    output::write(&report, &args.question.output).or_else(output::unless_closed_pipe)?;
    Ok(report.exit_code())
}

/// A service in another account or Region was not looked at, and nothing can be told of it.
fn is_scanned(service: &ServiceArg, inventory: &Inventory) -> Result<()> {
    let Some(arn) = &service.arn else { return Ok(()) };
    if inventory.scopes.iter().any(|scope| scope.scope.holds(arn)) {
        return Ok(());
    }
    bail!("cannot tell of {arn}: its account and Region were not scanned; give --region {} and that account's credentials", arn.region())
}
