//! The arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ecs_express_audit::model::{FailOn, Timestamp, parse_duration};

/// Finds what Amazon ECS Express Mode left behind. It only ever reads.
#[derive(Debug, Parser)]
#[command(name = "ecs-express-audit", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 clean; 1 could not run; 2 findings at or above --fail-on; 3 nothing found, but not everything could be read.

Examples:
  ecs-express-audit demo
  ecs-express-audit audit --region eu-west-1
  terraform state pull | ecs-express-audit audit -d -";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare what is live with what is declared; report leftovers and drift
    Audit(Box<AuditArgs>),
    /// Audit a built-in example: no AWS, no files, no configuration
    Demo(DemoArgs),
    /// Collect what is live, and write it to a file
    #[cfg(feature = "aws")]
    Snapshot(SnapshotArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// What is declared: a Terraform state (file, glob, folder, or - for standard input); may be repeated.
    /// Without it, nothing is called undeclared or missing
    #[arg(short, long, value_name = "SOURCE")]
    pub declared: Vec<String>,

    /// Audit this snapshot instead of asking AWS; - is standard input
    #[arg(long, value_name = "FILE")]
    pub snapshot: Option<PathBuf>,

    #[command(flatten)]
    pub aws: AwsArgs,

    #[command(flatten)]
    pub judgement: JudgementArgs,

    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub output: OutputArgs,
}

#[cfg(feature = "aws")]
#[derive(Debug, Args)]
pub(crate) struct SnapshotArgs {
    /// Where to write it; - is standard output
    #[arg(value_name = "FILE")]
    pub file: String,

    /// Services declared here are asked for by name: ECS lists neither DRAINING nor INACTIVE ones
    #[arg(short, long, value_name = "SOURCE")]
    pub declared: Vec<String>,

    #[command(flatten)]
    pub aws: AwsArgs,

    #[command(flatten)]
    pub talk: TalkArgs,
}

/// Which account and Region to read, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsArgs {
    /// The Region to read; may be repeated [default: as the AWS CLI finds it]
    #[arg(long, value_name = "REGION")]
    pub region: Vec<String>,

    /// The profile to use
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// A role to assume
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,

    /// The external id that the role asks for
    #[arg(long, value_name = "ID", requires = "role_arn")]
    pub external_id: Option<String>,

    /// Another endpoint for every API (as `AWS_ENDPOINT_URL`)
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}

/// How to judge.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judgement")]
pub(crate) struct JudgementArgs {
    /// The severity from which on findings exit 2: info, low, medium, high, critical, never
    #[arg(long, value_name = "SEVERITY", default_value = "low", value_parser = str::parse::<FailOn>)]
    pub fail_on: FailOn,

    /// How old a leftover must be to be one: AWS goes on tearing down after a service is INACTIVE
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration)]
    pub grace: Duration,

    /// Judge as of this time (RFC 3339) [default: now, or the end of the snapshot]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<Timestamp>,
}

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

    #[command(flatten)]
    pub talk: TalkArgs,
}

/// How much to say beside the report.
#[derive(Debug, Args)]
pub(crate) struct TalkArgs {
    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub quiet: bool,

    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,

    /// Show no progress (it is shown on a terminal only)
    #[arg(long)]
    pub no_progress: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "expected a number and s, m, h or d, such as 15m".to_owned())
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected a time such as 2026-11-23T00:00:00Z".to_owned())
}

fn copy(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = text.split_once('=').ok_or("expected FORMAT=PATH, such as json=report.json")?;
    let format = Format::from_str(format, false).map_err(|_| "expected table or json before the =".to_owned())?;
    if path.is_empty() { Err("expected a path after the =".to_owned()) } else { Ok((format, path.into())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_hang_together() {
        Cli::command().debug_assert();
    }
}
