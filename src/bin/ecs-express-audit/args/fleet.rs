//! Which accounts and Regions, where it is more than one Region of one account.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::values::account;
use super::{AwsArgs, TalkArgs};

/// What else there is to read than the chosen Regions of one account, and how much of it at once.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Accounts and Regions", group = ArgGroup::new("listed").args(["accounts", "organization"]).multiple(true))]
pub(crate) struct FleetArgs {
    /// Read every Region that is enabled for the account; each account is asked for its own
    #[arg(long, conflicts_with = "region")]
    pub all_regions: bool,

    /// Read the accounts that this file lists (TOML, see docs/many-accounts.md), and no others
    #[arg(long, value_name = "FILE", conflicts_with = "organization")]
    pub accounts: Option<PathBuf>,

    /// Read every account of the organization, through the role of --role-arn
    #[arg(long, requires = "role_arn")]
    pub organization: bool,

    /// An account that is not to be read, such as a suspended one; may be repeated
    #[arg(long, value_name = "ACCOUNT", value_parser = account, requires = "listed")]
    pub leave_out: Vec<String>,

    /// How many scopes (an account in a Region) are read at the same time
    #[arg(long, value_name = "N", default_value = "16")]
    pub at_once: NonZeroUsize,
}

/// The same, or a list of it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Accounts and Regions")]
pub(crate) struct ReachArgs {
    #[command(flatten)]
    pub fleet: FleetArgs,

    /// Read the scopes of this list, which `scopes` wrote; - is standard input. With --snapshot, what of it the snapshot lacks is a gap
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["region", "all_regions", "accounts", "organization", "leave_out", "role_arn"]
    )]
    pub scopes: Option<PathBuf>,
}

impl ReachArgs {
    /// Whether anything is given of it.
    pub(crate) fn says_more(&self) -> bool {
        self.fleet.all_regions || self.fleet.accounts.is_some() || self.fleet.organization || self.scopes.is_some()
    }
}

#[derive(Debug, Args)]
pub(crate) struct ScopesArgs {
    /// Where to write the list; - is standard output
    #[arg(value_name = "FILE", default_value = "-")]
    pub file: String,

    #[command(flatten)]
    pub fleet: FleetArgs,

    #[command(flatten)]
    pub aws: AwsArgs,

    #[command(flatten)]
    pub talk: TalkArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The snapshots to merge, in any order
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// The list of what was to be read: every scope of it that no file has, or only from before the list, becomes a gap
    #[arg(long, value_name = "FILE")]
    pub scopes: Option<PathBuf>,

    /// Where to write the merged snapshot; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: String,

    #[command(flatten)]
    pub talk: TalkArgs,
}
