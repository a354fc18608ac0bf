//! What is written about the program itself.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// Of which document
    #[arg(value_enum, value_name = "DOCUMENT")]
    pub document: Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Document {
    /// The report of `-f json`, version 1
    Report,
    /// A line of a snapshot, version 1
    Snapshot,
    /// The configuration, `ecs-express-audit.toml`
    Config,
    /// A line of a list of scopes, version 1
    Scopes,
    /// A manifest of services that nothing else declares
    Manifest,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Write the pages of all commands into this folder [default: the main page, to standard output]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}
