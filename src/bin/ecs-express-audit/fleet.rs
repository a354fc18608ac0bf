//! Which accounts and Regions are meant, as far as that can be told without asking anybody.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::fleet::{Account, Fleet, Planned, RoleTemplate};
use ecs_express_audit::input;

use crate::args::{AwsArgs, FleetArgs, ReachArgs};
use crate::audit::{clock, is_standard_input};

/// No list of accounts is larger; one byte more is read to see it.
const LARGEST: u64 = (16 << 20) + 1;

/// What a run reads, where it is more than one Region of one account.
#[derive(Clone, Copy)]
pub(crate) struct Reach<'a> {
    pub args: &'a FleetArgs,
    pub scopes: Option<&'a Path>,
}

impl<'a> Reach<'a> {
    /// What the arguments mean; `None` if they mean no more than one Region of one account.
    pub(crate) fn of(args: &'a ReachArgs, aws: &AwsArgs) -> Option<Self> {
        let has_regions = aws.region.iter().any(|region| *region != aws.region[0]);
        (args.says_more() || has_regions).then_some(Self { args: &args.fleet, scopes: args.scopes.as_deref() })
    }

    /// The scopes, all of them.
    pub(crate) fn whole(args: &'a FleetArgs) -> Self {
        Self { args, scopes: None }
    }

    /// The scopes as a list says them, or accounts of which each has its Regions; `None` where AWS must be asked.
    pub(crate) fn written(&self, aws: &AwsArgs) -> Result<Option<Fleet>> {
        match (self.scopes, &self.args.accounts) {
            (Some(path), _) => read(path).map(Some),
            (None, Some(path)) => of_accounts(&accounts(path, self.args, aws)?, aws),
            (None, None) => Ok(None),
        }
    }
}

/// The list of what a snapshot was to hold, if one is given. A snapshot is as large as it is: nothing else can be asked for.
pub(crate) fn list_of_snapshot(args: &ReachArgs) -> Result<Option<Fleet>> {
    let FleetArgs { all_regions, accounts, organization, leave_out: _, at_once: _ } = &args.fleet;
    if *all_regions || *organization || accounts.is_some() {
        bail!("cannot read more than the snapshot holds: leave out --all-regions, --accounts and --organization, or --snapshot");
    }
    args.scopes.as_deref().map(read).transpose()
}

/// The list of scopes in that file, or on standard input.
pub(crate) fn read(path: &Path) -> Result<Fleet> {
    let told = |error| anyhow!("cannot {error} ({})", path.display());
    if is_standard_input(Some(path)) {
        return Fleet::read(&mut io::stdin().lock()).map_err(told);
    }
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    Fleet::read(&mut BufReader::new(file)).map_err(told)
}

/// The accounts of the file but those that are left out, with the role of the command line where the file says none.
pub(crate) fn accounts(path: &Path, args: &FleetArgs, aws: &AwsArgs) -> Result<Vec<Account>> {
    let (name, mut text) = (path.display().to_string(), Vec::new());
    let file = File::open(path).with_context(|| format!("cannot open the list of accounts {name}"))?;
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read the list of accounts {name}"))?;
    let listed = input::read_accounts(&name, &text).map_err(|error| anyhow!("cannot {error}"))?;
    let role = role_of_every_account(aws)?;
    let has_regions = listed.accounts.iter().any(|account| !account.regions.is_empty());
    if has_regions && (args.all_regions || !aws.region.is_empty()) {
        bail!("cannot read {name} in other Regions than it says: leave out --region and --all-regions, or the regions in it");
    }
    let kept = listed.accounts.into_iter().filter(|account| !args.leave_out.contains(&account.id));
    Ok(kept.map(|account| Account { role: account.role.or_else(|| role.clone()), ..account }).collect())
}

/// The role that is assumed in every account, if one is given.
pub(crate) fn role_of_every_account(aws: &AwsArgs) -> Result<Option<RoleTemplate>> {
    let Some(text) = &aws.role_arn else { return Ok(None) };
    let role: RoleTemplate = text.parse().map_err(|expected| anyhow!("cannot use the role {text}: {expected}"))?;
    if role.is_of_every_account() {
        return Ok(Some(role));
    }
    bail!("cannot assume {text} in every account: it is a role of one; give its name, or put {{account}} in the account's place")
}

fn of_accounts(accounts: &[Account], aws: &AwsArgs) -> Result<Option<Fleet>> {
    let mut fleet = Fleet::planned_at(clock());
    for account in accounts {
        let regions = if account.regions.is_empty() { &aws.region } else { &account.regions };
        if regions.is_empty() {
            return Ok(None);
        }
        add(&mut fleet, account, regions)?;
    }
    Ok(Some(fleet))
}

/// A list of nothing would be read completely, and say nothing.
pub(crate) fn not_empty(fleet: Fleet) -> Result<Fleet> {
    if fleet.scopes.is_empty() {
        bail!("cannot read anything: the list of scopes is empty");
    }
    Ok(fleet)
}

/// Adds an account in these Regions.
pub(crate) fn add(fleet: &mut Fleet, account: &Account, regions: &[String]) -> Result<()> {
    for region in regions {
        let (scope, access) = account.in_region(region).ok_or_else(|| foreign(account, region))?;
        fleet.scopes.insert(scope, Planned::Read(access));
    }
    Ok(())
}

pub(crate) fn foreign(account: &Account, region: &str) -> anyhow::Error {
    anyhow!("cannot read the account {} in {region}: its role lies in another account or partition", account.id)
}
