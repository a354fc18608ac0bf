//! The report as a whole: its order, its fingerprints, its bytes, its verdict.

mod checklist;
mod scopes;
mod verdict;

use std::collections::BTreeSet;

use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::kinds::ManagedStatus;
use ecs_express_audit::model::{Outcome, Report, Timestamp};
use ecs_express_audit::{audit, render};

use crate::world::{Parts, World, balancer, shuffled};

pub(crate) fn json(report: &Report) -> String {
    let mut bytes = Vec::new();
    render::json(report, &mut bytes).expect("memory takes everything");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

#[track_caller]
fn check_order_does_not_matter(world: &World) {
    let ordered = json(&world.report());
    for seed in 0..50 {
        let other = json(&world.report_on(shuffled(world.scan(), seed)));
        let differing = ordered.lines().zip(other.lines()).find(|(a, b)| a != b);
        assert!(ordered == other, "seed {seed}: {differing:?}");
    }
}

#[test]
fn the_tidy_account_is_clean() {
    let report = World::tidy().report();
    assert_eq!((report.findings.len(), report.outcome(), report.is_complete()), (0, Outcome::Clean, true));
}

#[test]
fn no_scope_at_all_is_not_clean() {
    let World { declared, policy, now, .. } = World::empty();
    let report = audit(&declared, &Inventory::default(), &policy, now);
    assert_eq!(report.outcome(), Outcome::Incomplete);
}

#[test]
fn the_order_of_a_whole_leftover_stack_does_not_matter() {
    check_order_does_not_matter(&World::tidy().kill("web", 60).kill("api", 60));
}

#[test]
fn the_order_of_what_is_held_does_not_matter() {
    check_order_does_not_matter(&World::tidy().kill("web", 60).kill("api", 60).custom_rule().foreign_certificate().database_admits("web"));
}

#[test]
fn the_order_of_two_services_with_one_failed_balancer_does_not_matter() {
    let world = World::tidy();
    let world = world.status("web", &balancer(), ManagedStatus::Failed, Some("of web"));
    check_order_does_not_matter(&world.status("api", &balancer(), ManagedStatus::Failed, Some("of api")));
}

#[test]
fn the_order_of_rules_that_share_target_groups_does_not_matter() {
    let (web, api) = (Parts::of("web"), Parts::of("api"));
    let mut world = World::tidy().kill("web", 60).kill("api", 60).purge(&[api.rollback_alarm()]);
    world.live.rules[1].forwards_to = vec![web.target_group(2), api.target_group(1)];
    let mut third = world.live.rules[1].clone();
    third.arn = api.clone().in_life(0).rule();
    third.hosts = vec![api.clone().in_life(0).host()];
    third.forwards_to = vec![api.target_group(1), api.target_group(2)];
    world.live.rules.push(third);
    check_order_does_not_matter(&world);
}

#[test]
fn fingerprints_are_unique() {
    let report = World::tidy().kill("web", 60).kill("api", 60).declaring("web").declaring("api").report();
    let unique: BTreeSet<String> = report.findings.iter().map(|finding| finding.fingerprint()).collect();
    assert_eq!(unique.len(), report.findings.len());
}

#[test]
fn fingerprints_stay_while_nothing_but_the_time_goes_on() {
    let of = |world: &World| world.report().findings.iter().map(|finding| finding.fingerprint()).collect::<BTreeSet<String>>();
    let world = World::tidy().kill("web", 60).drain("api", 5);
    let mut later = world.clone();
    later.now = Timestamp::from_unix_seconds(later.now.unix_seconds() + 86_400);
    assert_eq!(of(&world), of(&later));
}

#[test]
fn the_gravest_findings_come_first() {
    let report = World::tidy().kill("web", 60).kill("api", 60).report();
    let severities: Vec<_> = report.findings.iter().map(|finding| finding.severity).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b), "{severities:?}");
}

#[test]
fn every_finding_is_said_in_one_line_that_names_its_subject() {
    for world in [World::tidy().kill("web", 60).kill("api", 60).custom_rule(), World::tidy().wedge("web").drain("api", 60)] {
        for finding in world.declaring_nothing().report().findings {
            let message = finding.message();
            assert!(message.contains(&finding.subject.name) && !message.contains('\n'), "{message}");
        }
    }
}
