//! The command line: parse, read, judge, render. The only place with arguments, environment, clock and standard streams.

mod args;
mod audit;
mod baseline;
mod checklist;
mod declared;
mod demo;
#[cfg(feature = "aws")]
mod doctor;
mod judgement;
#[cfg(feature = "aws")]
mod live;
mod output;
mod policy;
#[cfg(feature = "aws")]
mod progress;
mod signals;
#[cfg(feature = "aws")]
mod snapshot;

use std::process;

use anyhow::Result;
use clap::Parser;
use ecs_express_audit::model::ExitCode;

use args::{Cli, Command};

fn main() -> process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let code = match run(&cli) {
        Ok(code) => code,
        Err(error) => {
            output::complain(&error);
            ExitCode::CouldNotRun
        }
    };
    process::ExitCode::from(signals::received().unwrap_or(code) as u8)
}

fn run(cli: &Cli) -> Result<ExitCode> {
    match &cli.command {
        Command::Audit(args) => audit::run(args),
        Command::Checklist(args) => checklist::run(args),
        Command::Demo(args) => demo::run(args),
        #[cfg(feature = "aws")]
        Command::Snapshot(args) => snapshot::run(args),
        Command::Policy(args) => policy::run(args),
        #[cfg(feature = "aws")]
        Command::Doctor(args) => doctor::run(args),
    }
}

/// Help and version are no errors; a usage error exits 1, since clap's 2 means findings here.
fn usage(error: &clap::Error) -> process::ExitCode {
    let _ = error.print(); // nobody may be reading
    let code = if error.use_stderr() { ExitCode::CouldNotRun } else { ExitCode::Clean };
    process::ExitCode::from(code as u8)
}
