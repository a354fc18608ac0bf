//! `completions`: what a shell completes, made of the same arguments that are parsed.

use anyhow::Result;
use clap::CommandFactory;
use ecs_express_audit::model::ExitCode;

use crate::args::{Cli, CompletionsArgs};
use crate::output;

pub(crate) fn run(args: &CompletionsArgs) -> Result<ExitCode> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut text);
    output::print(&text)?;
    Ok(ExitCode::Clean)
}
