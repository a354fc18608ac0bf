//! What holds of any account: random changes to the tidy one, and what must be true of all of them.

mod chain;
mod change;
mod owned;

use proptest::prelude::*;

use crate::check::{judge, lines};
use crate::gaps::said;
use crate::report::json;
use crate::world::shuffled;
use change::any_history;
use ecs_express_audit::input::read_config;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Code, ExitCode, Finding, Kind, Outcome, Timestamp};
use ecs_express_audit::{Auditor, audit, audit_snapshot, snapshot};
use owned::{owned, users};

/// 256 cases, unless `PROPTEST_CASES` says otherwise.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_that_is_somebodys_is_an_orphan(history in any_history()) {
        let world = history.world();
        let owned = owned(&world);
        for finding in world.report().findings.iter().filter(|finding| finding.claim.code() == Code::Orphan) {
            if let Some(owner) = finding.subject.arn.as_ref().and_then(|arn| owned.get(arn)) {
                prop_assert!(false, "{} is {owner}", finding.message());
            }
        }
    }

    #[test]
    fn whoever_uses_an_orphan_is_left_over_too(history in any_history()) {
        let world = history.world();
        let report = world.report();
        let left = report.findings.iter().filter(|finding| matches!(finding.claim.code(), Code::Orphan | Code::Superseded));
        let left: Vec<_> = left.filter_map(|finding| Some(finding.subject.arn.as_ref()?.to_string())).collect();
        for orphan in report.findings.iter().filter(|finding| finding.claim.code() == Code::Orphan) {
            for user in orphan.subject.arn.iter().flat_map(|arn| users(&world, arn)) {
                prop_assert!(left.contains(&user), "{} is used by {user}", orphan.message());
            }
        }
    }

    #[test]
    fn a_read_less_says_no_more_and_is_never_clean(history in any_history(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4)) {
        // What a gateway owns under Express's own names is judged where gateways were not read, as `potential` (see gaps.rs for the rest).
        let mut world = history.world();
        world.live.gateways.clear();
        let planned = world.planned();
        let (mut poorer, mut before) = (world.clone(), said(&judge(&world)));
        for (collection, parent) in picks.iter().map(|pick| pick.get(&planned)) {
            poorer = poorer.unread(*collection, parent);
            let report = poorer.report();
            let after = said(&lines(&poorer, &report));
            let more: Vec<&String> = after.difference(&before).collect();
            prop_assert!(more.is_empty(), "unread {collection:?} {parent}: {more:#?}");
            prop_assert!(!report.is_complete() && report.outcome() != Outcome::Clean, "clean without {collection:?} {parent}");
            prop_assert!(report.outcome().exit_code() != ExitCode::Clean);
            before = after;
        }
    }

    #[test]
    fn the_order_of_the_answers_changes_no_byte(history in any_history(), seed in any::<u64>()) {
        let world = history.world();
        prop_assert_eq!(json(&world.report()), json(&world.report_on(shuffled(world.scan(), seed))));
    }

    #[test]
    fn a_snapshot_is_judged_the_same_in_passing(one in any_history(), other in any_history(), later in -10_000..10_000_i64) {
        let (world, mut elsewhere) = (one.world(), other.world().scan());
        "eu-west-1".clone_into(&mut elsewhere.scope.region);
        elsewhere.finished_at = Timestamp::from_unix_seconds(elsewhere.finished_at.unix_seconds() + later);
        let mut text = Vec::new();
        snapshot::write(&Inventory { scopes: vec![world.scan(), elsewhere] }, &mut text).expect("memory takes everything");
        let live = snapshot::read(&mut text.as_slice()).expect("what was written");
        let whole = audit(&world.declared, &live, &world.policy, live.finished_at().expect("two scopes"));
        let passing = audit_snapshot(&world.declared, text.as_slice(), &world.policy, None).expect("what was written");
        prop_assert_eq!(json(&passing), json(&whole));
        // In whatever order the scopes come.
        let mut auditor = Auditor::new(&world.declared, &world.policy);
        live.scopes.into_iter().rev().for_each(|scope| auditor.add(scope));
        prop_assert_eq!(json(&auditor.report(None)), json(&whole));
    }

    #[test]
    fn no_two_findings_bear_one_fingerprint(history in any_history()) {
        let mut seen = std::collections::BTreeSet::new();
        for finding in history.world().report().findings {
            prop_assert!(seen.insert(finding.fingerprint()), "{}", finding.message());
        }
    }

    #[test]
    fn waivers_and_own_take_findings_away_and_lose_none(history in any_history(), kind in prop::sample::select(&Kind::ALL[..]), name in "[wps]\\*") {
        let mut world = history.world();
        let all = world.report();
        let text = format!("[[waiver]]\nkind = \"{kind}\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2030-01-01\n");
        world.policy.waivers = read_config("w.toml", text.as_bytes()).expect("a configuration").waivers;
        let waived = world.report();
        let is_left = |finding: &&Finding| finding.claim.code() != Code::UnusedWaiver;
        prop_assert_eq!(waived.findings.iter().filter(is_left).count() + waived.waived.len(), all.findings.len());
        prop_assert!(waived.findings.iter().filter(is_left).all(|finding| all.findings.contains(finding)));
        world.policy.waivers.clear();
        world.policy.own = format!("cluster={name}").parse().expect("a glob");
        let own = world.report();
        prop_assert_eq!(own.findings.len() + own.of_others.len(), all.findings.len());
        prop_assert_eq!((own.scopes, own.unjudged), (all.scopes, all.unjudged));
    }
}
