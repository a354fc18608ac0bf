//! Random accounts, night after night, each compared with the report before.

use std::collections::BTreeMap;

use ecs_express_audit::input::read_baseline;
use ecs_express_audit::model::{FindingStatus, Outcome, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;

use super::change::any_history;
use super::config;
use crate::baseline::on;
use crate::report::json;

/// When each finding that a report knows of was first seen.
fn first_seen(report: &str) -> BTreeMap<String, Timestamp> {
    let baseline = read_baseline("r", report.as_bytes()).expect("a report is a baseline");
    baseline.known.into_iter().map(|(fingerprint, known)| (fingerprint, known.first_seen)).collect()
}

/// Each case judges several accounts.
fn fewer() -> ProptestConfig {
    ProptestConfig { cases: config().cases / 4, ..config() }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn a_report_compared_with_itself_has_nothing_new_and_nothing_gone(history in any_history(), earlier in any_history()) {
        let before = on(0, &history.world(), &earlier.world().report());
        let again = on(0, &history.world(), &before);
        prop_assert!(again.findings.iter().all(|finding| finding.history.status == FindingStatus::Existing));
        prop_assert_eq!(&again.past, &before.past);
        prop_assert!(again.outcome() != Outcome::Findings);
        prop_assert_eq!(first_seen(&json(&again)), first_seen(&json(&before)));
    }

    #[test]
    fn what_is_known_is_never_first_seen_later(nights in prop::collection::vec((any_history(), 0i64..40, prop::option::of(any::<Index>())), 2..5)) {
        let (mut today, mut before) = (0, None);
        for (history, days, unread) in nights {
            today += days;
            let mut world = history.world();
            if let Some(unread) = unread {
                let planned = world.planned();
                let (collection, parent) = unread.get(&planned);
                world = world.unread(*collection, parent);
            }
            let report = before.as_ref().map_or_else(|| world.report(), |before| on(today, &world, before));
            if let Some(before) = &before {
                let (then, now) = (first_seen(&json(before)), first_seen(&json(&report)));
                let moved = then.iter().find(|(fingerprint, at)| now.get(*fingerprint).is_some_and(|now| now > *at));
                prop_assert_eq!(moved, None);
                let forgotten = |fingerprint: &String| !now.contains_key(fingerprint);
                prop_assert!(report.is_complete() || before.findings.iter().all(|finding| !forgotten(&finding.fingerprint())));
            }
            before = Some(report);
        }
    }
}
