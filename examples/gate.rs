//! A gate of one's own: judges a plan against a snapshot, without AWS, writes a page for people, and ends as the verdict says.
//!
//! `cargo run --no-default-features --example gate -- PLAN.json SNAPSHOT.jsonl > page.html`

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::process::ExitCode;

use ecs_express_audit::inventory::Surroundings;
use ecs_express_audit::model::{FailOn, Policy, Severity};
use ecs_express_audit::{Declared, input, preflight, render, snapshot};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [plan, live] = arguments.as_slice() else { return Err("give a plan and a snapshot".into()) };
    let plan = input::read_plan(plan, &fs::read(plan)?)?;
    let live = snapshot::read(&mut BufReader::new(File::open(live)?))?;
    let now = live.finished_at().ok_or("the snapshot is of nothing")?;

    // What the plan refers to (subnets, roles, …) is in no snapshot, and so not read: the report says so.
    let met: Vec<Surroundings> = live.scopes.into_iter().map(Surroundings::unread).collect();
    let mut policy = Policy::default();
    policy.fail_on = FailOn::AtLeast(Severity::High);
    let report = preflight(&plan, &Declared::default(), &met, &policy, now);
    render::html(&report, &mut io::stdout().lock())?;
    Ok(ExitCode::from(report.exit_code() as u8))
}
