//! The baseline: what an earlier report knew.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Arn, Code, PastFinding, Timestamp};

/// What an earlier report knew.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Baseline {
    /// As of when it judges.
    pub generated_at: Timestamp,
    /// Every finding that it knew, by fingerprint: its own, the waived ones, and the past ones that it carried on.
    pub known: BTreeMap<String, PastFinding>,
    /// How many more it has whose code, kind, severity or fingerprint is of a version that this one does not know.
    pub left_out: usize,
}

impl Baseline {
    /// How long a resolved finding is remembered. One that comes back later is new.
    pub const MEMORY: Duration = Duration::from_hours(90 * 24);

    /// When a report first had a finding about each leftover that was not resolved since: what [`super::Policy::first_seen`] wants.
    #[must_use]
    pub fn first_seen(&self) -> BTreeMap<Arn, Timestamp> {
        let mut earliest = BTreeMap::new();
        let leftovers = self.known.values().filter(|past| matches!(past.code, Code::Orphan | Code::HeldLeftover));
        for past in leftovers.filter(|past| past.resolved_at.is_none()) {
            if let Some(arn) = &past.arn {
                let first = earliest.entry(arn.clone()).or_insert(past.first_seen);
                *first = past.first_seen.min(*first);
            }
        }
        earliest
    }
}
