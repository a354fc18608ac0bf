//! `man`: manual pages, made of the same arguments that are parsed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use ecs_express_audit::model::ExitCode;

use crate::args::{Cli, ManArgs};
use crate::output;

pub(crate) fn run(args: &ManArgs) -> Result<ExitCode> {
    let mut main = Cli::command().disable_help_subcommand(true);
    main.build();
    match &args.folder {
        None => output::print(&page(main)?.1)?,
        Some(folder) => write(&main, folder)?,
    }
    Ok(ExitCode::Clean)
}

/// Writes the page of each command into the folder, which is made if need be.
fn write(main: &Command, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let commands: Vec<Command> = main.get_subcommands().cloned().chain([main.clone()]).collect();
    for command in commands {
        let (name, text) = page(command)?;
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// A command's page, and the file that it belongs into.
fn page(command: Command) -> Result<(String, Vec<u8>)> {
    let page = Man::new(command).manual("Amazon ECS Express Mode");
    let mut text = Vec::new();
    page.render(&mut text)?;
    Ok((page.get_filename(), text))
}
