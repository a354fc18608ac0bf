//! One account of many: its credentials are had once, serve all its Regions, and are renewed before they end.

use anyhow::Result;
use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use ecs_express_audit::collect;
use ecs_express_audit::fleet::{Access, unread_gap};
use ecs_express_audit::model::{Cause, Gap};

use crate::session::Session;
use crate::{fleet, live};

/// What nobody had time for.
pub(crate) const NOT_BEGUN: &str = "the deadline or a signal came first, and nothing was read";

/// The configuration that reads the account, or why it cannot be read. Its own Region is where STS is asked, for every Region of the account.
pub(crate) async fn reach(session: &Session<'_>, base: &SdkConfig, account: &str, access: &Access) -> Result<SdkConfig, Gap> {
    let external_id = fleet::external_id(access, session.args).map_err(|error| unread_gap(Cause::Denied, &error.to_string()))?;
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
