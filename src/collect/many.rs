//! Many scopes side by side: the role of each account assumed once for all its Regions, each scope handed on when it is read.

use std::sync::Arc;

use aws_config::identity::IdentityCache;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use futures_util::{StreamExt, stream};
use tokio::sync::OnceCell;

use super::{Options, Stop, clock, collect, identify};
use crate::fleet::{Access, Fleet, Planned, unread_gap};
use crate::inventory::ScopeInventory;
use crate::model::{Cause, Gap, Scope};
use crate::permissions;

/// What nobody had time for.
const NOT_BEGUN: &str = "the deadline or a signal came first, and nothing was read";

/// What the caller decides about a scan of many scopes.
pub struct Manner<'a> {
    /// How many scopes are read at the same time; at least one is.
    pub at_once: usize,
    /// The external id for a role, where one is asked for.
    pub external_id: &'a dyn Fn(&Access) -> Option<String>,
    /// How each scope is read.
    pub options: &'a dyn Fn(&Scope) -> Options,
    /// Ends the scan before its time: what was not begun by then is handed on as unread.
    pub stop: Stop,
}

/// The account that a scope lies in, as it was reached for the first of its Regions.
type Reached = Arc<OnceCell<Result<SdkConfig, Gap>>>;

/// Reads every scope of the list with the credentials of `base`, or with those of the role that the list names for it. No more is kept of the
/// scopes than what is in flight: each is handed on, in no certain order, as soon as it is read. What cannot be reached is handed on too, unread
/// and with its gap.
///
/// # Errors
/// What handing on gives. Nothing is read after that.
pub async fn collect_each<E>(
    base: &SdkConfig,
    list: &Fleet,
    manner: &Manner<'_>,
    hand_on: &mut dyn FnMut(ScopeInventory) -> Result<(), E>,
) -> Result<(), E> {
    let mut last: Option<((&str, &Access), Reached)> = None;
    // In the order of the list, the Regions of an account follow each other: few accounts are in flight, and none longer than need be.
    let reads = list.scopes.iter().map(|(scope, planned)| {
        let reached = match (planned, &last) {
            (Planned::Read(access), Some((whose, reached))) if *whose == (scope.account.as_str(), access) => reached.clone(),
            (Planned::Read(access), _) => {
                let reached = Reached::default();
                last = Some(((scope.account.as_str(), access), reached.clone()));
                reached
            }
            (Planned::Unreadable(_), _) => Reached::default(),
        };
        async move {
            match planned {
                Planned::Unreadable(_) => list.unread(scope, planned),
                Planned::Read(access) => Box::pin(read(base, scope, access, &reached, manner)).await,
            }
        }
    });
    let mut reads = stream::iter(reads).buffer_unordered(manner.at_once.max(1));
    while let Some(live) = reads.next().await {
        hand_on(live)?;
    }
    Ok(())
}

async fn read(base: &SdkConfig, scope: &Scope, access: &Access, reached: &Reached, manner: &Manner<'_>) -> ScopeInventory {
    let unread = |gap: Gap| {
        let mut unread = ScopeInventory::unread(scope.clone(), clock(base));
        unread.gaps.push(gap);
        unread
    };
    if manner.stop.is_triggered() {
        return unread(unread_gap(Cause::Deadline, NOT_BEGUN));
    }
    let config = match reached.get_or_init(|| reach(base, &scope.account, access, (manner.external_id)(access), &manner.stop)).await {
        Err(gap) => return unread(gap.clone()),
        Ok(config) => config.to_builder().region(Region::new(scope.region.clone())).build(),
    };
    match manner.stop.unless_triggered(identify(&config)).await {
        None => unread(unread_gap(Cause::Deadline, NOT_BEGUN)),
        Some(Err(error)) => unread(unread_gap(error.cause(), "the Region did not answer, and nothing in it was read")),
        Some(Ok(found)) if found.partition != scope.partition => {
            unread(unread_gap(Cause::Denied, "the credentials lead to another partition, and nothing was read"))
        }
        Some(Ok(_)) => collect(&config, scope, &(manner.options)(scope)).await,
    }
}

/// The configuration that reads an account, or why it cannot be read. The STS of `base`'s own Region is asked, once for all Regions of the account;
/// the credentials are renewed before they end.
///
/// # Errors
/// When the role cannot be assumed, or the credentials lead to another account: nothing of it may be read then.
pub async fn reach(base: &SdkConfig, account: &str, access: &Access, external_id: Option<String>, stop: &Stop) -> Result<SdkConfig, Gap> {
    // A cache of its own ends with the account.
    let own = base.to_builder().identity_cache(IdentityCache::lazy().build()).build();
    let config = match &access.role {
        Some(role) => assume(&own, role.as_str(), external_id.as_deref()).await,
        None => own,
    };
    match stop.unless_triggered(identify(&config)).await {
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

/// The configuration with the role's credentials. Even as an administrator's role, the session may only do what a scan does.
pub async fn assume(config: &SdkConfig, role: &str, external_id: Option<&str>) -> SdkConfig {
    let provider = AssumeRoleProvider::builder(role).session_name("ecs-express-audit").policy(permissions::session_policy());
    let mut provider = provider.configure(config);
    if let Some(id) = external_id {
        provider = provider.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(provider.build().await);
    config.to_builder().credentials_provider(provider).build()
}
