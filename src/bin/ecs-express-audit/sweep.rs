//! Reads many scopes side by side. No more is kept of them than what is in flight: each is handed on when it is read.

use std::sync::Arc;

use anyhow::Result;
use aws_config::{Region, SdkConfig};
use ecs_express_audit::collect;
use ecs_express_audit::fleet::{Access, Fleet, Planned, unread_gap};
use ecs_express_audit::inventory::ScopeInventory;
use ecs_express_audit::model::{Cause, Gap, Scope};
use futures_util::{StreamExt, stream};
use tokio::sync::OnceCell;

use crate::account::{self, NOT_BEGUN};
use crate::args::TalkArgs;
use crate::audit::clock;
use crate::listing;
use crate::live::{self, Wanted};
use crate::progress::Sweeping;
use crate::session::Session;

/// What takes each scope when it is read.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(ScopeInventory) -> Result<()>;

/// The account that a scope lies in, as it was reached for the first of its Regions.
type Reached = Arc<OnceCell<Result<SdkConfig, Gap>>>;

/// Reads every scope of the list, so many at a time. What there was no time for is handed on as unread.
pub(crate) async fn sweep(
    session: &Session<'_>,
    list: &Fleet,
    at_once: usize,
    wanted: &Wanted<'_>,
    talk: &TalkArgs,
    sink: Sink<'_>,
) -> Result<()> {
    account::check_external_ids(list, session.args)?;
    let base = home_of(session, list).await?;
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
        let base = &base;
        async move {
            match planned {
                Planned::Unreadable(_) => list.unread(scope, planned),
                Planned::Read(access) => read(session, base, scope, access, &reached, wanted, talk).await,
            }
        }
    });
    let mut reads = stream::iter(reads).buffer_unordered(at_once);
    let mut progress = Sweeping::over(list.scopes.len(), talk);
    while let Some(live) = reads.next().await {
        progress.note(&live);
        sink(live)?;
    }
    progress.end();
    Ok(())
}

/// Where what is one for an account is asked: as for listing, or in the first Region of the list where none is configured.
async fn home_of(session: &Session<'_>, list: &Fleet) -> Result<SdkConfig> {
    let config = session.run_config().await;
    let first = list.scopes.iter().find(|(_, planned)| matches!(planned, Planned::Read(_)));
    match (config.region(), first) {
        (None, Some((scope, _))) => {
            let config = config.to_builder().region(Region::new(scope.region.clone())).build();
            listing::home_in(session, &config).await
        }
        (None, None) => Ok(config), // there is nothing to ask
        (Some(_), _) => listing::home_in(session, &config).await,
    }
}

async fn read(
    session: &Session<'_>,
    base: &SdkConfig,
    scope: &Scope,
    access: &Access,
    reached: &Reached,
    wanted: &Wanted<'_>,
    talk: &TalkArgs,
) -> ScopeInventory {
    if session.stop.is_triggered() {
        return unread(scope, unread_gap(Cause::Deadline, NOT_BEGUN));
    }
    let config = match reached.get_or_init(|| account::reach(session, base, &scope.account, access)).await {
        Err(gap) => return unread(scope, gap.clone()),
        Ok(config) => config.to_builder().region(Region::new(scope.region.clone())).build(),
    };
    match session.stop.unless_triggered(collect::identify(&config)).await {
        None => unread(scope, unread_gap(Cause::Deadline, NOT_BEGUN)),
        Some(Err(error)) => unread(scope, unread_gap(error.cause(), "the Region did not answer, and nothing in it was read")),
        Some(Ok(_)) => collect::collect(&config, scope, &live::options(session, wanted, scope, &scope.to_string(), talk)).await,
    }
}

fn unread(scope: &Scope, gap: Gap) -> ScopeInventory {
    let mut unread = ScopeInventory::unread(scope.clone(), clock());
    unread.gaps.push(gap);
    unread
}
