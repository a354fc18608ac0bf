//! A format of one's own: a list to tick off, for a ticket, from a snapshot and a state of Terraform. Needs no AWS.
//!
//! `cargo run --no-default-features --example custom_renderer`
//!
//! It keeps to what every format of the crate keeps to: the verdict is the report's own, what was not read is shown, and what comes from
//! outside (names, reasons) is made harmless before a terminal or a browser sees it.

use std::error::Error;
use std::io::{self, Write};

use ecs_express_audit::model::{Finding, Policy, Report};
use ecs_express_audit::render::harmless;
use ecs_express_audit::{audit, input, snapshot};

const SNAPSHOT: &[u8] = include_bytes!("../fixtures/demo/account.snapshot.jsonl");
const STATE: &[u8] = include_bytes!("../fixtures/demo/terraform.tfstate");

fn main() -> Result<(), Box<dyn Error>> {
    let live = snapshot::read(&mut &*SNAPSHOT)?;
    let declared = input::read_declaration("terraform.tfstate", STATE)?;
    let now = live.finished_at().ok_or("the snapshot is of nothing")?;
    let report = audit(&declared, &live, &Policy::default(), now);
    todo_list(&report, &mut io::stdout().lock())?;
    Ok(())
}

/// Writes a line for everything that is to be done: findings that count, then what has to be read before the list is complete.
fn todo_list(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counted: Vec<&Finding> = report.findings.iter().filter(|finding| report.counts(finding)).collect();
    writeln!(out, "{}: {} to do, as of {}", report.outcome().as_str(), counted.len(), report.generated_at)?;
    for finding in counted {
        let service = finding.service.as_ref().map(|service| format!("{}/{}", service.cluster, service.name));
        let service = service.as_deref().unwrap_or("no known service");
        let (severity, code, name) = (finding.severity, finding.claim.code(), &finding.subject.name);
        writeln!(out, "[ ] {severity} {code} {} of {}", harmless(name), harmless(service))?;
    }
    for scope in &report.scopes {
        for gap in &scope.gaps {
            writeln!(out, "[ ] {}: let {} be read ({})", scope.scope, harmless(&gap.operation), gap.cause)?;
        }
    }
    for resource in &report.unjudged {
        writeln!(out, "[ ] {} {}: {}", resource.kind, harmless(resource.arn.as_str()), harmless(&resource.because))?;
    }
    Ok(())
}
