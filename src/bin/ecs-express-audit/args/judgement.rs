//! How to judge.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use ecs_express_audit::model::{FailOn, Own, Timestamp};

use super::values::{duration, time};

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
