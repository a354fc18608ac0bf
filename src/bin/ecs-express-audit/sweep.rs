//! Reads the scopes of a list, and hands each on when it is read.

use anyhow::Result;
use aws_config::{Region, SdkConfig};
use ecs_express_audit::collect::{self, Manner};
use ecs_express_audit::fleet::{Fleet, Planned};
use ecs_express_audit::inventory::ScopeInventory;
use ecs_express_audit::model::Scope;

use crate::args::TalkArgs;
use crate::live::{self, Wanted};
use crate::progress::Sweeping;
use crate::session::Session;
use crate::{account, listing};

/// What takes each scope when it is read.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(ScopeInventory) -> Result<()>;

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
    let Some(base) = home_of(session, list).await? else {
        return list.scopes.iter().try_for_each(|(scope, planned)| sink(list.unread(scope, planned)));
    };
    let mut progress = Sweeping::over(list.scopes.len(), talk);
    let manner = Manner {
        at_once,
        external_id: &|access| account::external_id(access, session.args).ok().flatten(), // they are there
        options: &|scope: &Scope| live::options(session, wanted, scope, &scope.to_string(), talk),
        stop: session.stop.clone(),
    };
    let mut hand_on = |live: ScopeInventory| {
        progress.note(&live);
        sink(live)
    };
    let swept = collect::collect_each(&base, list, &manner, &mut hand_on).await;
    progress.end();
    swept
}

/// Where what is one for an account is asked: the configured Region, or the first of the list. `None` where there is nobody to ask.
async fn home_of(session: &Session<'_>, list: &Fleet) -> Result<Option<SdkConfig>> {
    let mut readable = list.scopes.iter().filter(|(_, planned)| matches!(planned, Planned::Read(_)));
    let Some((first, _)) = readable.next() else { return Ok(None) };
    let config = session.run_config().await;
    let region = config.region().cloned().unwrap_or_else(|| Region::new(first.region.clone()));
    Ok(Some(listing::home_in(session, &config.to_builder().region(region).build()).await?.config))
}
