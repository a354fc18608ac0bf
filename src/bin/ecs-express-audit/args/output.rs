//! What is written, and where.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What to write, and where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// The format on standard output
    #[arg(short, long, value_enum, default_value_t = Format::Table)]
    pub format: Format,

    /// Another copy, as FORMAT=PATH; may be repeated
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = copy)]
    pub output: Vec<(Format, PathBuf)>,

    /// A shell script that removes what is left over, for you to read and run: it looks again and asks before each step
    #[arg(long, value_name = "FILE")]
    pub remedy_script: Option<PathBuf>,

    #[command(flatten)]
    pub talk: TalkArgs,
}

/// What is written to be queried with SQL.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct TablesArgs {
    /// Tables for SQL (Athena, DuckDB) in Parquet, into DIR/TABLE/night=DATE: findings, resources, gaps, scopes (see docs/query-with-sql.md)
    #[cfg(feature = "parquet")]
    #[arg(long = "parquet", value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// How much to say beside the report.
#[derive(Debug, Args)]
pub(crate) struct TalkArgs {
    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub quiet: bool,

    /// Tell of each call of AWS when it is over, and at the end how many there were of each operation
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,

    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,

    /// Show no progress (it is shown on a terminal only)
    #[arg(long)]
    pub no_progress: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal
    Table,
    /// The whole report, version 1
    Json,
    /// The same, a line for each finding, gap, service …
    Jsonl,
    /// For a job summary or a ticket
    Markdown,
    /// For a browser: one file with nothing from elsewhere, to attach to a ticket or to print
    Html,
    /// For spreadsheets: a row for each finding, gap, service …
    Csv,
    /// For CI servers: what counts fails, what does not is skipped, a gap is an error
    Junit,
    /// For code scanning: SARIF 2.1.0
    Sarif,
    /// For Prometheus, by node_exporter's textfile collector
    Openmetrics,
    /// For Slack: a Block Kit message to post by a webhook
    Slack,
    /// For GitHub Actions: annotations and log; the Markdown is appended to $GITHUB_STEP_SUMMARY where that is set
    Github,
}

/// The formats of what is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableOrJson {
    /// For a person at a terminal
    Table,
    /// For programs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

fn copy(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("expected FORMAT=PATH, such as json=report.json")?;
    let format = Format::from_str(format, false).map_err(|_| format!("expected one of {} before the =", formats()))?;
    if path.is_empty() { Err("expected a path after the =".to_owned()) } else { Ok((format, path.into())) }
}

fn formats() -> String {
    let formats: Vec<String> =
        Format::value_variants().iter().filter_map(Format::to_possible_value).map(|f| f.get_name().to_owned()).collect();
    formats.join(", ")
}
