//! The judgement in passing: a scope at a time, so that no more of what is live is in memory than is being judged.

use std::collections::BTreeSet;
use std::io::BufRead;

use rayon::prelude::*;

use crate::audit::{Part, report_of};
use crate::declared::Declared;
use crate::fleet::Fleet;
use crate::inventory::ScopeInventory;
use crate::model::{Policy, Report, Scope, Timestamp};
use crate::snapshot::{ScopeText, Scopes, SnapshotError, SnapshotErrorKind};

/// Judges scopes one by one, as they are read, and keeps of each only what is found. The report is that of [`audit()`](crate::audit()) over all of
/// them as of their end.
pub struct Auditor<'a> {
    declared: &'a Declared,
    policy: &'a Policy,
    judged: Vec<Judged>,
}

/// What is kept of a scope.
struct Judged {
    scope: Scope,
    part: Part,
    was_begun: bool,
    finished_at: Timestamp,
}

impl<'a> Auditor<'a> {
    /// Of no scope yet.
    #[must_use]
    pub fn new(declared: &'a Declared, policy: &'a Policy) -> Self {
        Self { declared, policy, judged: Vec::new() }
    }

    /// Judges a scope as of its own end: what is read later than others is not older for it. Each scope may be added once.
    pub fn add(&mut self, live: ScopeInventory) {
        self.judged.push(judge(self.declared, self.policy, live));
    }

    /// Adds every scope of the list that is not there: nobody read it, and that is a gap.
    fn note_missing(&mut self, list: &Fleet) {
        let present: BTreeSet<&Scope> = self.judged.iter().map(|judged| &judged.scope).collect();
        let missing = list.missing(|scope| present.contains(scope));
        let missing: Vec<Judged> = missing.map(|unread| judge(self.declared, self.policy, unread)).collect();
        self.judged.extend(missing);
    }

    /// What all of them come to. That it was made at `generated_at`, or else at the end of the last scope, matters to waivers alone; ages are as
    /// of each scope's own end.
    #[must_use]
    pub fn report(self, generated_at: Option<Timestamp>) -> Report {
        let end = self.judged.iter().map(|judged| (judged.was_begun, judged.finished_at)).max();
        let at = generated_at.or(end.map(|(_, at)| at)).unwrap_or(Timestamp::from_unix_seconds(0));
        report_of(self.declared, self.judged.into_iter().map(|judged| judged.part).collect(), self.policy, at, None)
    }
}

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
        judged.map(|(place, text)| (place, text.and_then(|text| judge_text(declared, policy, text, list)))).collect();
    judged.sort_unstable_by_key(|(place, _)| *place);
    let judged = judged.into_iter().filter_map(|(_, judged)| judged.transpose());
    let mut auditor = Auditor { declared, policy, judged: judged.collect::<Result<_, _>>()? };
    if let Some(list) = list {
        auditor.note_missing(list);
    }
    Ok(auditor.report(None))
}

/// Judges a scope of a snapshot, unless it was read before the list was made.
fn judge_text(declared: &Declared, policy: &Policy, text: ScopeText, list: Option<&Fleet>) -> Result<Option<Judged>, SnapshotError> {
    let line = text.line();
    let live = text.parse()?;
    if list.is_some_and(|list| list.outdates(&live)) {
        return Ok(None);
    }
    match live.unsought_tag(&policy.own) {
        Some(tag) => Err(SnapshotError::of(line, SnapshotErrorKind::TagNotSought { tag })),
        None => Ok(Some(judge(declared, policy, live))),
    }
}

fn judge(declared: &Declared, policy: &Policy, live: ScopeInventory) -> Judged {
    let part = Part::of(declared, &live, policy, live.finished_at, None);
    Judged { part, was_begun: live.was_begun(), finished_at: live.finished_at, scope: live.scope }
}
