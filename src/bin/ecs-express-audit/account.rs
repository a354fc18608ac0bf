//! As whom accounts are read: what is checked of roles and external ids before anything is asked.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, bail};
use ecs_express_audit::fleet::{Access, Fleet, Planned, RoleTemplate};

use crate::args::AwsArgs;

/// A role that is meant for one account is an ARN.
pub(crate) fn check_role_of_one(aws: &AwsArgs) -> Result<()> {
    let is_of_every = |role: &str| role.parse::<RoleTemplate>().is_ok_and(|role| role.is_of_every_account());
    match aws.role_arn.as_deref().filter(|role| is_of_every(role)) {
        Some(role) => bail!("cannot tell in which account to assume the role {role}: give its ARN, or --accounts or --organization"),
        None if aws.external_id.is_some() && aws.role_arn.is_none() => bail!("cannot use --external-id without --role-arn"),
        None => Ok(()),
    }
}

/// The external id for a role: that of the variable that is named for it, else the command line's.
pub(crate) fn external_id(access: &Access, aws: &AwsArgs) -> Result<Option<String>> {
    let Some(name) = &access.external_id_env else { return Ok(aws.external_id.clone()) };
    let id = std::env::var(name).ok().filter(|id| !id.is_empty());
    id.map(Some).ok_or_else(|| anyhow!("cannot assume {}: the environment variable {name} holds no external id", role_of(access)))
}

fn role_of(access: &Access) -> &str {
    access.role.as_ref().map_or("a role", |role| role.as_str())
}

/// Every external id is there before anything is asked.
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
