//! The judgement of a snapshot in passing: a scope at a time, so that no more of it is in memory than is being judged.

use std::collections::BTreeSet;
use std::io::BufRead;

use rayon::prelude::*;

use crate::audit::{Part, report_of};
use crate::declared::Declared;
use crate::fleet::Fleet;
use crate::inventory::ScopeInventory;
use crate::model::{Policy, Report, Scope, Timestamp};
use crate::snapshot::{ScopeText, Scopes, SnapshotError, SnapshotErrorKind};

/// Judges a snapshot as of its own end, as [`audit()`](crate::audit()) does with all of it: the report is the same. Each core parses and judges a
/// scope, and forgets it: in memory are the report and a scope for each core.
///
/// With a list of the scopes that were to be read, each of them that the snapshot does not have, or only as it was before the list was made, is a
/// gap, as [`Fleet::whole_of`] says.
///
/// # Errors
/// When the text is no whole snapshot of version 1, when it has a scope twice, and when tags of the caller's own were not looked for when it was
/// taken.
pub fn audit_snapshot(
    declared: &Declared,
    snapshot: impl BufRead + Send,
    policy: &Policy,
    list: Option<&Fleet>,
) -> Result<Report, SnapshotError> {
    let judged = Scopes::of(snapshot).enumerate().par_bridge();
    let mut judged: Vec<(usize, Result<Option<Judged>, SnapshotError>)> =
        judged.map(|(place, text)| (place, text.and_then(|text| judge(declared, text, policy, list)))).collect();
    judged.sort_unstable_by_key(|(place, _)| *place);
    let judged = judged.into_iter().filter_map(|(_, judged)| judged.transpose());
    let mut judged = judged.collect::<Result<Vec<Judged>, SnapshotError>>()?;
    if let Some(list) = list {
        judged.extend(missing(declared, policy, list, &judged));
    }
    let end = judged.iter().map(|judged| (judged.was_begun, judged.finished_at)).max();
    let now = end.map_or(Timestamp::from_unix_seconds(0), |(_, at)| at);
    Ok(report_of(declared, judged.into_iter().map(|judged| judged.part).collect(), policy, now, None))
}

struct Judged {
    scope: Scope,
    part: Part,
    was_begun: bool,
    finished_at: Timestamp,
}

impl Judged {
    /// A scope is judged as of its own end: what is read later than others is not older for it.
    fn of(declared: &Declared, live: ScopeInventory, policy: &Policy) -> Self {
        let part = Part::of(declared, &live, policy, live.finished_at, None);
        Self { part, was_begun: live.was_begun(), finished_at: live.finished_at, scope: live.scope }
    }
}

/// Judges a scope, unless it was read before the list was made.
fn judge(declared: &Declared, text: ScopeText, policy: &Policy, list: Option<&Fleet>) -> Result<Option<Judged>, SnapshotError> {
    let line = text.line();
    let live = text.parse()?;
    if let Some(tag) = live.unsought_tag(&policy.own) {
        return Err(SnapshotError::of(line, SnapshotErrorKind::TagNotSought { tag }));
    }
    let is_older = list.is_some_and(|list| list.is_newer_than(&live));
    Ok((!is_older).then(|| Judged::of(declared, live, policy)))
}

/// What is to be said of the scopes of the list that are not among these.
fn missing(declared: &Declared, policy: &Policy, list: &Fleet, judged: &[Judged]) -> Vec<Judged> {
    let present: BTreeSet<&Scope> = judged.iter().map(|judged| &judged.scope).collect();
    let missing = list.scopes.iter().filter(|(scope, _)| !present.contains(scope));
    missing.map(|(scope, planned)| Judged::of(declared, list.unread(scope, planned), policy)).collect()
}
