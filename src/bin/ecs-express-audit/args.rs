//! The arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ecs_express_audit::kinds::ServiceName;
use ecs_express_audit::model::{Arn, FailOn, Own, Timestamp, parse_duration};

/// Finds what Amazon ECS Express Mode left behind. It only ever reads.
#[derive(Debug, Parser)]
#[command(name = "ecs-express-audit", version, arg_required_else_help = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 clean; 1 could not run; 2 findings at or above --fail-on; 3 nothing found, but not everything could be read;
130 or 143 stopped by SIGINT or SIGTERM (what was read until then is written all the same).

Examples:
  ecs-express-audit demo
  ecs-express-audit audit --region eu-west-1
  terraform state pull | ecs-express-audit audit -d -
  terraform show -json plan.out | ecs-express-audit preflight --plan -";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare what is live with what is declared; report leftovers and drift
    Audit(Box<AuditArgs>),
    /// Judge a Terraform plan before it is applied: will it fail, hang, collide, or leave something behind?
    ///
    /// Every exit code but 0 is to keep the apply from happening: 2 for findings, 3 where something could not be read.
    Preflight(Box<PreflightArgs>),
    /// Per service, what became of each of the thirteen kinds: gone, left, held, in use …
    Checklist(Box<ChecklistArgs>),
    /// Audit a built-in example: no AWS, no files, no configuration
    Demo(DemoArgs),
    /// Collect what is live, and write it to a file
    #[cfg(feature = "aws")]
    Snapshot(SnapshotArgs),
    /// Print the least-privilege IAM policy
    Policy(PolicyArgs),
    /// Try each read once, and say which permission, Region or credential is missing
    ///
    /// What it asks about by name does not exist: a permission that is narrowed to certain names counts as missing.
    /// It ends with 0 if neither a scan nor a preflight would leave a gap, with 3 if one would, and with 1 if AWS cannot be asked at all.
    #[cfg(feature = "aws")]
    Doctor(DoctorArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub question: QuestionArgs,

    #[command(flatten)]
    pub baseline: BaselineArgs,
}

/// What is judged, and how.
#[derive(Debug, Args)]
pub(crate) struct QuestionArgs {
    /// What is declared: Terraform state, CloudFormation template, Pulumi stack, AWS CLI input or manifest (file, glob, folder, or - for
    /// standard input), or s3://BUCKET/KEY, cfn://STACK, tfc://[HOST/]ORGANIZATION/WORKSPACE, https://HOST/PATH; may be repeated.
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
pub(crate) struct ChecklistArgs {
    /// A service to tell of, as ARN or CLUSTER/NAME; may be repeated [default: all that live, leave, left something or are declared]
    #[arg(long, value_name = "SERVICE", value_parser = service)]
    pub service: Vec<ServiceArg>,

    #[command(flatten)]
    pub question: QuestionArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PreflightArgs {
    /// The plan, as `terraform show -json plan.out` writes it; - is standard input
    #[arg(long, value_name = "FILE")]
    pub plan: PathBuf,

    /// What is declared beside the plan, as for `audit`: a service that the plan forgets may be declared there; may be repeated
    #[arg(short, long, value_name = "SOURCE")]
    pub declared: Vec<String>,

    #[command(flatten)]
    pub aws: AwsArgs,

    /// The configuration [default: ecs-express-audit.toml, here or further up in the git repository]
    #[arg(long, value_name = "FILE", help_heading = "Judgement")]
    pub config: Option<PathBuf>,

    /// The severity from which on findings exit 2: info, low, medium, high, critical, never [default: high]
    #[arg(long, value_name = "SEVERITY", value_parser = str::parse::<FailOn>, help_heading = "Judgement")]
    pub fail_on: Option<FailOn>,

    /// How old a leftover must be to be one [default: 15m]
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Judgement")]
    pub grace: Option<Duration>,

    /// Prices that take the place of those built in (see the README)
    #[arg(long, value_name = "FILE", help_heading = "Judgement")]
    pub prices: Option<PathBuf>,

    /// Judge as of this time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Judgement")]
    pub now: Option<Timestamp>,

    /// End with 0 whatever is found or could not be read; the report says what it would have been
    #[arg(long, help_heading = "Judgement")]
    pub advisory: bool,

    #[command(flatten)]
    pub output: OutputArgs,
}

/// A service as the command line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceArg {
    pub name: ServiceName,
    pub arn: Option<Arn>,
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
    pub config: ConfigArgs,

    #[command(flatten)]
    pub talk: TalkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    /// As HCL: a data source of Terraform or OpenTofu
    #[arg(long)]
    pub terraform: bool,

    /// As one line of at most 2,048 characters: the inline session policy of an AssumeRole (--role-arn sends it)
    #[arg(long, conflicts_with = "terraform")]
    pub session: bool,
}

#[cfg(feature = "aws")]
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    pub aws: AwsArgs,

    /// The format on standard output
    #[arg(short, long, value_enum, default_value_t = DoctorFormat::Table, help_heading = "Output")]
    pub format: DoctorFormat,
}

#[cfg(feature = "aws")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DoctorFormat {
    Table,
    Json,
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

    /// Read no longer than this, all Regions together; what was read by then is written, the rest is named as not read
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub deadline: Option<Duration>,
}

/// The configuration, and whose findings count.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judgement")]
pub(crate) struct ConfigArgs {
    /// The configuration [default: ecs-express-audit.toml, here or further up in the git repository]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Report only what is yours: cluster=GLOB, service=GLOB or tag=KEY=VALUE; may be repeated, and any may match. It never limits what is
    /// read (a snapshot notes where these tags are), and replaces what the configuration says
    #[arg(long, value_name = "WHAT=OF", value_parser = str::parse::<Own>)]
    pub own: Vec<Own>,
}

/// How to judge.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judgement")]
pub(crate) struct JudgementArgs {
    #[command(flatten)]
    pub config: ConfigArgs,

    /// The severity from which on findings exit 2: info, low, medium, high, critical, never [default: low]
    #[arg(long, value_name = "SEVERITY", value_parser = str::parse::<FailOn>)]
    pub fail_on: Option<FailOn>,

    /// How old a leftover must be to be one: AWS goes on tearing down after a service is INACTIVE. Periods that the configuration gives
    /// to single kinds stay [default: 15m]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub grace: Option<Duration>,

    /// Others declare elsewhere: an undeclared service is no more than worth knowing
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub declared_partial: Option<bool>,

    /// Give the commands too that lose data: those that delete log groups
    #[arg(long)]
    pub include_data: bool,

    /// Prices that take the place of those built in (see the README)
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,

    /// Judge as of this time (RFC 3339) [default: now, or the end of the snapshot]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub now: Option<Timestamp>,
}

/// What an earlier report makes of this one.
#[derive(Debug, Args)]
#[command(next_help_heading = "Judgement")]
pub(crate) struct BaselineArgs {
    /// Compare with the JSON report of an earlier audit: only what is new since, is back or got worse counts for the exit code
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Let findings that the baseline has count too
    #[arg(long, requires = "baseline")]
    pub fail_on_existing: bool,
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

    /// A shell script that removes what is left over, for you to read and run: it looks again and asks before each step
    #[arg(long, value_name = "FILE")]
    pub remedy_script: Option<PathBuf>,

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
    /// For a person at a terminal
    Table,
    /// The whole report, version 1
    Json,
    /// The same, a line for each finding, gap, service …
    Jsonl,
    /// For a job summary or a ticket
    Markdown,
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

fn service(text: &str) -> Result<ServiceArg, String> {
    let arn = Arn::parse(text);
    let name = arn.as_ref().map_or_else(|| ServiceName::of_path(text), ServiceName::of_arn);
    let name = name.ok_or("expected a service's ARN, arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME, or CLUSTER/NAME")?;
    Ok(ServiceArg { name, arn })
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_hang_together() {
        Cli::command().debug_assert();
    }
}
