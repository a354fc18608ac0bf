//! The command line: parse, read, judge, render. The only place with arguments, environment, clock and standard streams.

#[cfg(feature = "aws")]
mod account;
mod advice;
mod args;
#[cfg(feature = "aws")]
mod asking;
#[cfg(not(feature = "aws"))]
#[path = "asking_nobody.rs"]
mod asking;
mod audit;
mod baseline;
#[cfg(feature = "aws")]
mod calls;
mod checklist;
mod completions;
mod declared;
mod demo;
#[cfg(feature = "aws")]
mod doctor;
mod explain;
mod file;
mod fleet;
mod judgement;
#[cfg(feature = "aws")]
mod listing;
#[cfg(feature = "aws")]
mod live;
mod man;
mod merge;
mod output;
mod packed;
mod parameters;
mod policy;
mod preflight;
#[cfg(feature = "aws")]
mod progress;
mod schema;
mod scopes;
#[cfg(feature = "aws")]
mod session;
mod signals;
#[cfg(feature = "aws")]
mod snapshot;
#[cfg(feature = "aws")]
mod sweep;
#[cfg(feature = "parquet")]
mod tables;
#[cfg(not(feature = "parquet"))]
#[path = "tables_of_none.rs"]
mod tables;

use std::{env, process};

use anyhow::Result;
use clap::Parser;
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::render;

use args::{Cli, Command};

fn main() -> process::ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    output::end_with_panics();
    let code = run(&cli).unwrap_or_else(|error| {
        output::complain(&error);
        ExitCode::CouldNotRun
    });
    process::ExitCode::from(signals::received().unwrap_or(code) as u8)
}

fn run(cli: &Cli) -> Result<ExitCode> {
    match &cli.command {
        Command::Audit(args) => audit::run(args),
        Command::Preflight(args) => preflight::run(args),
        Command::Checklist(args) => checklist::run(args),
        Command::Demo(args) => demo::run(args),
        #[cfg(feature = "aws")]
        Command::Snapshot(args) => snapshot::run(args),
        Command::Scopes(args) => scopes::run(args),
        Command::Merge(args) => merge::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Policy(args) => policy::run(args),
        Command::Schema(args) => schema::run(args),
        #[cfg(feature = "aws")]
        Command::Doctor(args) => doctor::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}

/// Help and version are no errors; a usage error exits 1, since clap's 2 means findings here.
fn usage(error: &clap::Error) -> process::ExitCode {
    if !error.use_stderr() {
        let _ = error.print(); // nobody may be reading
        return process::ExitCode::from(ExitCode::Clean as u8);
    }
    // It quotes arguments, and a shell makes them of the names of files.
    let arguments = env::args_os().map(|argument| render::harmless(&declared::shown(&argument.to_string_lossy())).into_owned());
    let _ = Cli::try_parse_from(arguments).err().as_ref().unwrap_or(error).print();
    process::ExitCode::from(ExitCode::CouldNotRun as u8)
}
