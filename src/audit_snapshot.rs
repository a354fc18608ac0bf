//! The judgement of a snapshot in passing: a scope at a time, so that no more of it is in memory than is being judged.

use std::io::BufRead;

use rayon::prelude::*;

use crate::audit::{Part, report_of};
use crate::declared::Declared;
use crate::model::{Policy, Report, Timestamp};
use crate::snapshot::{ScopeText, Scopes, SnapshotError, SnapshotErrorKind};

/// Judges a snapshot as of its own end, as [`audit()`](crate::audit()) does with all of it: the report is the same. Each core parses and judges a
/// scope, and forgets it: in memory are the report and a scope for each core.
///
/// # Errors
/// When the text is no whole snapshot of version 1, and when tags of the caller's own were not looked for when it was taken.
pub fn audit_snapshot(declared: &Declared, snapshot: impl BufRead + Send, policy: &Policy) -> Result<Report, SnapshotError> {
    let judged = Scopes::of(snapshot).enumerate().par_bridge();
    let mut judged: Vec<(usize, Result<Judged, SnapshotError>)> =
        judged.map(|(place, text)| (place, text.and_then(|text| judge(declared, text, policy)))).collect();
    judged.sort_unstable_by_key(|(place, _)| *place);
    let judged = judged.into_iter().map(|(_, judged)| judged).collect::<Result<Vec<Judged>, SnapshotError>>()?;
    let end = judged.iter().map(|judged| (judged.was_begun, judged.finished_at)).max();
    let now = end.map_or(Timestamp::from_unix_seconds(0), |(_, at)| at);
    Ok(report_of(declared, judged.into_iter().map(|judged| judged.part).collect(), policy, now, None))
}

struct Judged {
    part: Part,
    was_begun: bool,
    finished_at: Timestamp,
}

/// A scope is judged as of its own end: what is read later than others is not older for it.
fn judge(declared: &Declared, text: ScopeText, policy: &Policy) -> Result<Judged, SnapshotError> {
    let line = text.line();
    let live = text.parse()?;
    if let Some(tag) = live.unsought_tag(&policy.own) {
        return Err(SnapshotError::of(line, SnapshotErrorKind::TagNotSought { tag }));
    }
    let part = Part::of(declared, &live, policy, live.finished_at, None);
    Ok(Judged { part, was_begun: live.was_begun(), finished_at: live.finished_at })
}
