//! The arguments.

mod aws;
mod declared;
mod examples;
mod explain;
mod fleet;
mod judgement;
mod output;
mod paper;
mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand};
use ecs_express_audit::AskedService;
#[cfg(feature = "aws")]
use ecs_express_audit::fleet::Shard;
use ecs_express_audit::model::{FailOn, Timestamp};

pub(crate) use aws::{AwsArgs, RateArgs};
pub(crate) use declared::DeclaredArgs;
pub(crate) use explain::{ExplainArgs, Topic};
pub(crate) use fleet::{FleetArgs, MergeArgs, ReachArgs, ScopesArgs};
pub(crate) use judgement::{BaselineArgs, ConfigArgs, JudgementArgs};
pub(crate) use output::{Colour, Format, OutputArgs, TableOrJson, TablesArgs, TalkArgs};
pub(crate) use paper::{CompletionsArgs, Document, ManArgs, SchemaArgs};
#[cfg(feature = "aws")]
use values::shard;
use values::{duration, service, time};

/// What `-d` is to `preflight`.
const BESIDE_THE_PLAN: &str = "What is declared beside the plan, as for `audit`: a service that the plan forgets may be declared there, at another address; may be repeated";

/// What `-d` is to `snapshot`.
#[cfg(feature = "aws")]
const ASKED_FOR_BY_NAME: &str = "Services declared here are asked for by name: ECS lists neither DRAINING nor INACTIVE ones";

/// Finds what Amazon ECS Express Mode left behind. It only ever reads.
#[derive(Debug, Parser)]
#[command(name = "ecs-express-audit", version, arg_required_else_help = true, after_help = examples::MAIN)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare what is live with what is declared; report leftovers and drift
    #[command(after_help = examples::AUDIT)]
    Audit(Box<AuditArgs>),
    /// Judge a Terraform plan before it is applied: will it fail, hang, collide, or leave something behind?
    ///
    /// Every exit code but 0 is to keep the apply from happening: 2 for findings, 3 where something could not be read.
    #[command(after_help = examples::PREFLIGHT)]
    Preflight(Box<PreflightArgs>),
    /// Per service, what became of each of the thirteen kinds: gone, left, held, in use …
    #[command(after_help = examples::CHECKLIST)]
    Checklist(Box<ChecklistArgs>),
    /// Audit a built-in example: no AWS, no files, no configuration
    #[command(after_help = examples::DEMO)]
    Demo(DemoArgs),
    /// Collect what is live, and write it to a file
    #[cfg(feature = "aws")]
    #[command(after_help = examples::SNAPSHOT)]
    Snapshot(SnapshotArgs),
    /// List the scopes of a scan over many accounts and Regions
    ///
    /// It ends with 3 if an account or its Regions could not be listed: the list says so, and whatever reads it will leave that gap.
    #[command(after_help = examples::SCOPES)]
    Scopes(ScopesArgs),
    /// Merge the snapshots of several processes into one
    ///
    /// It ends with 3 if something was not read, or is lacking in them.
    #[command(after_help = examples::MERGE)]
    Merge(MergeArgs),
    /// What a code looks for, why it matters and what to do; or the evidence behind one finding of a report
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArgs),
    /// Print the least-privilege IAM policy
    #[command(after_help = examples::POLICY)]
    Policy(PolicyArgs),
    /// Print the JSON Schema of a document
    #[command(after_help = examples::SCHEMA)]
    Schema(SchemaArgs),
    /// Try each read once, and say which permission, Region or credential is missing
    ///
    /// What it asks about by name does not exist: a permission that is narrowed to certain names counts as missing.
    /// It ends with 0 if neither a scan nor a preflight would leave a gap, with 3 if one would, and with 1 if AWS cannot be asked at all.
    #[cfg(feature = "aws")]
    #[command(after_help = examples::DOCTOR)]
    Doctor(DoctorArgs),
    /// Print what a shell needs to complete commands and options
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands into a folder
    #[command(after_help = examples::MAN)]
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub question: QuestionArgs,

    #[command(flatten)]
    pub baseline: BaselineArgs,

    #[command(flatten)]
    pub tables: TablesArgs,
}

/// What is judged, and how.
#[derive(Debug, Args)]
pub(crate) struct QuestionArgs {
    #[command(flatten)]
    pub declared: DeclaredArgs,

    /// Audit this snapshot (plain or in gzip) instead of asking AWS; - is standard input
    #[arg(long, value_name = "FILE")]
    pub snapshot: Option<PathBuf>,

    #[command(flatten)]
    pub aws: AwsArgs,

    #[command(flatten)]
    pub rate: RateArgs,

    #[command(flatten)]
    pub reach: ReachArgs,

    #[command(flatten)]
    pub judgement: JudgementArgs,

    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("awaited").args(["service", "plan"]).multiple(true))]
pub(crate) struct ChecklistArgs {
    /// A service to tell of, as ARN or CLUSTER/NAME; may be repeated [default: all that live, leave, left something or are declared]
    #[arg(long, value_name = "SERVICE", value_parser = service)]
    pub service: Vec<AskedService>,

    /// Tell of the services that this Terraform plan deletes; - is standard input
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,

    /// Look again and again until everything that is to go is gone, or stays for good; what is still going when the time is over is named as
    /// not read. Log groups, task definitions and clusters are not waited for: ECS leaves them
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "snapshot", requires = "awaited")]
    pub wait: Option<Duration>,

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

    #[command(flatten)]
    pub rate: RateArgs,

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

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub output: OutputArgs,

    #[command(flatten)]
    pub tables: TablesArgs,
}

#[cfg(feature = "aws")]
#[derive(Debug, Args)]
#[command(mut_arg("sources", |sources| sources.help(ASKED_FOR_BY_NAME).long_help(None)))]
#[command(group = ArgGroup::new("many").args(["all_regions", "accounts", "organization", "scopes"]).multiple(true))]
pub(crate) struct SnapshotArgs {
    /// Where to write it, packed if the name ends in .gz; - is standard output
    #[arg(value_name = "FILE")]
    pub file: String,

    #[command(flatten)]
    pub declared: DeclaredArgs,

    #[command(flatten)]
    pub aws: AwsArgs,

    #[command(flatten)]
    pub rate: RateArgs,

    #[command(flatten)]
    pub reach: ReachArgs,

    /// Read this share of the scopes only: shard I (from 0) of N. With env/N the number is that of AWS_BATCH_JOB_ARRAY_INDEX or
    /// JOB_COMPLETION_INDEX
    #[arg(long, value_name = "I/N", value_parser = shard, help_heading = "Accounts and Regions", requires = "many")]
    pub shard: Option<Shard>,

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

    /// What a shell would hand to the program: the last command of a pipe, without quotes and what goes into a file.
    fn words(example: &str) -> Vec<&str> {
        let own = example.rsplit('|').find(|part| part.trim().starts_with("ecs-express-audit ")).unwrap_or_default();
        own.split(" > ").next().unwrap_or_default().split_whitespace().collect()
    }

    #[test]
    fn every_command_has_examples_and_each_of_them_is_understood() {
        let command = Cli::command();
        for of in command.get_subcommands().chain([&command]) {
            let help = of.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  ")).collect();
            assert!(examples.len() >= 2, "{}", of.get_name());
            for example in examples {
                assert!(Cli::try_parse_from(words(example)).is_ok(), "{example}");
                assert!(of.get_name() == command.get_name() || example.contains(&format!("audit {}", of.get_name())), "{example}");
            }
        }
    }
}
