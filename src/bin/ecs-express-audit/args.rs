//! The arguments.

mod aws;
mod declared;
mod explain;
mod judgement;
mod output;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use ecs_express_audit::model::{FailOn, Timestamp};

pub(crate) use aws::AwsArgs;
pub(crate) use declared::DeclaredArgs;
pub(crate) use explain::{ExplainArgs, Topic};
pub(crate) use judgement::{BaselineArgs, ConfigArgs, JudgementArgs};
pub(crate) use output::{Colour, Format, OutputArgs, TableOrJson, TalkArgs};
pub(crate) use values::ServiceArg;
use values::{duration, service, time};

/// What `-d` is to `preflight`.
const BESIDE_THE_PLAN: &str =
    "What is declared beside the plan, as for `audit`: a service that the plan forgets may be declared there; may be repeated";

/// What `-d` is to `snapshot`.
#[cfg(feature = "aws")]
const ASKED_FOR_BY_NAME: &str = "Services declared here are asked for by name: ECS lists neither DRAINING nor INACTIVE ones";

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
    /// What a code looks for, why it matters and what to do; or the evidence behind one finding of a report
    Explain(ExplainArgs),
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
    #[command(flatten)]
    pub declared: DeclaredArgs,

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
#[command(mut_arg("sources", |sources| sources.help(BESIDE_THE_PLAN).long_help(None)))]
pub(crate) struct PreflightArgs {
    /// The plan, as `terraform show -json plan.out` writes it; - is standard input
    #[arg(long, value_name = "FILE")]
    pub plan: PathBuf,

    #[command(flatten)]
    pub declared: DeclaredArgs,

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

    /// Judge as of this time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = "Judgement")]
    pub now: Option<Timestamp>,

    /// End with 0 whatever is found or could not be read; the report says what it would have been
    #[arg(long, help_heading = "Judgement")]
    pub advisory: bool,

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
#[command(mut_arg("sources", |sources| sources.help(ASKED_FOR_BY_NAME).long_help(None)))]
pub(crate) struct SnapshotArgs {
    /// Where to write it; - is standard output
    #[arg(value_name = "FILE")]
    pub file: String,

    #[command(flatten)]
    pub declared: DeclaredArgs,

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
    #[arg(short, long, value_enum, default_value_t = TableOrJson::Table, help_heading = "Output")]
    pub format: TableOrJson,
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
