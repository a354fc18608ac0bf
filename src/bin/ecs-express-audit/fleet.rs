//! Which accounts and Regions are meant, as far as that can be told without asking anybody.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::fleet::{Access, Account, Fleet, Planned, RoleTemplate, Shard};
use ecs_express_audit::input;

use crate::args::{AwsArgs, FleetArgs, ReachArgs};
use crate::audit::{clock, is_standard_input};

/// No list of accounts is larger; one byte more is read to see it.
const LARGEST: u64 = (16 << 20) + 1;

/// What a run reads, where it is more than the chosen Regions of one account.
#[derive(Clone, Copy)]
pub(crate) struct Reach<'a> {
    pub args: &'a FleetArgs,
    scopes: Option<&'a Path>,
    shard: Option<Shard>,
}

impl<'a> Reach<'a> {
    /// What the arguments mean; `None` if they mean no more than the chosen Regions of one account.
    pub(crate) fn of(args: &'a ReachArgs, shard: Option<Shard>) -> Option<Self> {
        let ReachArgs { fleet, scopes } = args;
        let is_of_many = fleet.all_regions || fleet.accounts.is_some() || fleet.organization || scopes.is_some() || shard.is_some();
        is_of_many.then_some(Self { args: fleet, scopes: scopes.as_deref(), shard })
    }

    /// The scopes, all of them.
    pub(crate) fn whole(args: &'a FleetArgs) -> Self {
        Self { args, scopes: None, shard: None }
    }

    /// The scopes as a list says them, or accounts of which each has its Regions; `None` where AWS must be asked.
    pub(crate) fn written(&self, aws: &AwsArgs) -> Result<Option<Fleet>> {
        match (self.scopes, &self.args.accounts) {
            (Some(path), _) => read(path).map(Some),
            (None, Some(path)) => of_accounts(&accounts(path, self.args, aws)?, aws),
            (None, None) => Ok(None),
        }
    }

    /// The share of this process.
    pub(crate) fn share(&self, fleet: Fleet) -> Fleet {
        match self.shard {
            Some(shard) => fleet.share(shard),
            None => fleet,
        }
    }
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

/// A role that is meant for one account is an ARN.
pub(crate) fn check_role_of_one(aws: &AwsArgs) -> Result<()> {
    let is_of_every = |role: &str| role.parse::<RoleTemplate>().is_ok_and(|role| role.is_of_every_account());
    match aws.role_arn.as_deref().filter(|role| is_of_every(role)) {
        Some(role) => bail!("cannot tell in which account to assume the role {role}: give its ARN, or --accounts or --organization"),
        None if aws.external_id.is_some() && aws.role_arn.is_none() => bail!("cannot use --external-id without --role-arn"),
        None => Ok(()),
    }
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

/// The external id for a role: that of the variable that is named for it, else the command line's.
#[cfg(feature = "aws")]
pub(crate) fn external_id(access: &Access, aws: &AwsArgs) -> Result<Option<String>> {
    let Some(name) = &access.external_id_env else { return Ok(aws.external_id.clone()) };
    let id = std::env::var(name).ok().filter(|id| !id.is_empty());
    id.map(Some).ok_or_else(|| anyhow!("cannot assume {}: the environment variable {name} holds no external id", role_of(access)))
}

#[cfg(feature = "aws")]
fn role_of(access: &Access) -> &str {
    access.role.as_ref().map_or("a role", |role| role.as_str())
}

/// Every external id is there before anything is asked.
#[cfg(feature = "aws")]
pub(crate) fn check_external_ids(fleet: &Fleet, aws: &AwsArgs) -> Result<()> {
    let mut checked = BTreeSet::new();
    for planned in fleet.scopes.values() {
        if let Planned::Read(access) = planned
            && access.external_id_env.as_ref().is_some_and(|name| checked.insert(name))
        {
            external_id(access, aws)?;
        }
    }
    Ok(())
}
