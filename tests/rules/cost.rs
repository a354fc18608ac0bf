//! What is left over has a cost, as far as that is known; the sum counts each resource once, and no severity depends on it.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::model::{Code, Cost, Kind, Price, PriceItem, Prices, Report, Usd};

use crate::check::judge;
use crate::world::{BALANCER_GROUP, World, balancer};

fn dead() -> World {
    World::tidy().kill("web", 60).kill("api", 60)
}

fn cost(report: &Report, kind: Kind) -> Option<Cost> {
    report.findings.iter().find(|finding| finding.subject.kind == kind).expect("a finding").cost.clone()
}

#[track_caller]
fn check(world: &World, kind: Kind, monthly: &str, basis: &[&str]) {
    let cost = cost(&world.report(), kind).expect("a cost");
    assert_eq!(cost.monthly.to_string(), monthly, "{}", cost.basis);
    for words in basis {
        assert!(cost.basis.contains(words), "expected {words:?} in: {}", cost.basis);
    }
}

#[test]
fn a_load_balancer_costs_its_hours_and_the_public_addresses_that_it_was_seen_with() {
    // 730 h at $0.0225 are $16.425, and at $0.005 $3.65.
    let basis = ["730 h at $0.0225 (us-east-1, ", ": $16.43; 1 public IPv4 address(es), 730 h each at $0.005", "$5.84 for each LCU"];
    let mut world = dead();
    check(&world, Kind::LoadBalancer, "20.08", &basis);
    let mut second = world.live.interfaces.iter().find(|interface| interface.load_balancer.is_some()).expect("its interface").clone();
    second.id.push('b');
    world.live.interfaces.push(second.clone());
    check(&world, Kind::LoadBalancer, "23.73", &["2 public IPv4 address(es)"]);
    let others = (0..3).map(|n| ecs_express_audit::inventory::Interface { id: format!("eni-{n}"), load_balancer: None, ..second.clone() });
    world.live.interfaces.extend(others);
    check(&world, Kind::LoadBalancer, "23.73", &["2 public IPv4 address(es)"]);
}

#[test]
fn where_its_interfaces_were_not_read_it_costs_at_least_that() {
    let world = dead().unread(Collection::Interfaces, BALANCER_GROUP);
    check(&world, Kind::LoadBalancer, "16.43", &["at least, since not all of its interfaces were read"]);
}

#[test]
fn an_internal_load_balancer_has_no_public_addresses_to_read() {
    let mut world = dead().unread(Collection::Interfaces, BALANCER_GROUP);
    world.live.load_balancers[0].scheme = Some("internal".to_owned());
    world.live.interfaces.retain(|interface| interface.load_balancer.is_none());
    check(&world, Kind::LoadBalancer, "16.43", &["730 h"]);
    assert!(!cost(&world.report(), Kind::LoadBalancer).expect("a cost").basis.contains("at least"));
}

#[test]
fn an_alarm_costs_by_its_metrics() {
    let mut world = dead();
    world.live.alarms.retain(|alarm| alarm.is_rollback_alarm());
    check(&world, Kind::Alarm, "0.60", &["6 alarm metrics at $0.1"]);
    world.live.alarms.iter_mut().for_each(|alarm| alarm.metrics = None);
    check(&world, Kind::Alarm, "0.10", &["at least: 1 alarm metric", "was not read"]);
    world.live.alarms.iter_mut().for_each(|alarm| alarm.metrics = Some(1));
    check(&world, Kind::Alarm, "0.10", &["1 alarm metric at $0.1"]);
}

#[test]
fn logs_cost_by_the_bytes_that_are_stored() {
    let mut world = dead();
    check(&world, Kind::LogGroup, "0.05", &["1610612736 stored bytes at $0.03"]);
    world.live.log_groups.iter_mut().for_each(|group| group.stored_bytes = None);
    assert_eq!(cost(&world.report(), Kind::LogGroup), None);
}

#[test]
fn what_is_not_known_to_be_charged_for_costs_nothing_and_what_is_not_left_over_has_no_cost() {
    let free = [Kind::Listener, Kind::ListenerRule, Kind::TargetGroup, Kind::Certificate, Kind::SecurityGroup, Kind::TaskDefinition];
    for kind in free {
        check(&dead(), kind, "0.00", &["no charge is known"]);
    }
    let report = World::tidy().drain("web", 1).untag(&balancer()).report();
    assert!(report.findings.iter().any(|finding| finding.subject.kind == Kind::LoadBalancer));
    let others = report.findings.iter().filter(|finding| !matches!(finding.claim.code(), Code::Orphan | Code::HeldLeftover));
    assert!(others.clone().count() > 0 && others.into_iter().all(|finding| finding.cost.is_none()), "{report:?}");
}

#[test]
fn the_sum_is_of_orphans_and_held_leftovers_and_does_not_change_when_an_orphan_is_held() {
    let report = dead().report();
    // A load balancer with an address, two services with six alarm metrics, two tracking alarms and 1.5 GB of logs each.
    assert_eq!(report.summary().monthly, Usd::from_micros(16_425_000 + 3_650_000 + 2 * (600_000 + 200_000 + 45_000)));
    let held = dead().interface_carries("web").report();
    assert!(held.findings.iter().any(|finding| finding.claim.code() == Code::HeldLeftover));
    assert_eq!(held.summary().monthly, report.summary().monthly);
    let mut twice = report.clone();
    twice.findings.extend(report.findings.clone());
    assert_eq!(twice.summary().monthly, report.summary().monthly);
    assert_eq!(World::tidy().report().summary().monthly, Usd::ZERO);
}

#[test]
fn prices_of_ones_own_change_costs_and_nothing_else() {
    let mut world = dead();
    let before = judge(&world);
    let price = Price { usd: Usd::from_micros(1_000_000), source: "a contract".to_owned(), as_of: "2026-11".to_owned() };
    world.policy.prices.set(PriceItem::LoadBalancerHour, "us-east-1", price);
    check(&world, Kind::LoadBalancer, "733.65", &["730 h at $1 (us-east-1, as of 2026-11): $730.00"]);
    assert_eq!(judge(&world), before);
    world.policy.prices = Prices::none();
    assert_eq!((cost(&world.report(), Kind::LoadBalancer), cost(&world.report(), Kind::Alarm)), (None, None));
    assert_eq!(judge(&world), before);
}
