//! One account of many: its credentials are had once, serve all its Regions, and are renewed before they end.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow, bail};
use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use ecs_express_audit::collect;
use ecs_express_audit::fleet::{Access, Fleet, Planned, RoleTemplate, unread_gap};
use ecs_express_audit::model::{Cause, Gap};

use crate::args::AwsArgs;
use crate::live;
use crate::session::Session;

/// What nobody had time for.
pub(crate) const NOT_BEGUN: &str = "the deadline or a signal came first, and nothing was read";

/// The configuration that reads the account, or why it cannot be read. Its own Region is where STS is asked, for every Region of the account.
pub(crate) async fn reach(session: &Session<'_>, base: &SdkConfig, account: &str, access: &Access) -> Result<SdkConfig, Gap> {
    let external_id = external_id(access, session.args).map_err(|error| unread_gap(Cause::Denied, &error.to_string()))?;
    // A cache of its own ends with the account.
    let own = base.to_builder().identity_cache(IdentityCache::lazy().build()).build();
    let config = match &access.role {
        Some(role) => live::assuming(&own, role.as_str(), external_id.as_deref()).await,
        None => own,
    };
    match session.stop.unless_triggered(collect::identify(&config)).await {
        None => Err(unread_gap(Cause::Deadline, NOT_BEGUN)),
        Some(Ok(scope)) if scope.account == account => Ok(config),
        Some(Ok(_)) => Err(unread_gap(Cause::Denied, "the credentials lead to another account, and nothing was read")),
        Some(Err(error)) => {
            let gap = unread_gap(error.cause(), &format!("the account cannot be reached, and nothing in it was read: {}", error.advice()));
            let of_role = access.role.as_ref().map(|_| "sts:AssumeRole".to_owned());
            Err(Gap { operation: of_role.unwrap_or_else(|| gap.operation.clone()), ..gap })
        }
    }
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

/// The external id for a role: that of the variable that is named for it, else the command line's.
fn external_id(access: &Access, aws: &AwsArgs) -> Result<Option<String>> {
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
