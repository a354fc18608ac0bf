//! `stale-rule`: somebody else's rule forwards to a target group that now leads nowhere.

use ecs_express_audit::inventory::Collection;

use crate::check::{check, check_message};
use crate::world::{Parts, World};

/// Somebody's own domain leads to one of the two target groups of `web`: the live one is 1.
fn rule_to(number: u8) -> World {
    let mut world = World::tidy().custom_rule_to("web");
    world.live.rules.last_mut().expect("the custom rule").forwards_to = vec![Parts::of("web").target_group(number)];
    world
}

const STALE: &str = "stale-rule high confirmed listener-rule shop.example.com";

#[test]
fn a_rule_to_the_live_target_group_is_well() {
    check(&rule_to(1), &[]);
}

#[test]
fn a_rule_to_the_target_group_without_weight_is_stale() {
    check(&rule_to(2), &[STALE]);
    check_message(&rule_to(2), STALE, &["not managed by Express Mode", "<web tg 2>", "sends nothing"]);
    let service = rule_to(2).report().findings.remove(0).service;
    assert_eq!(service.map(|service| service.arn), Some(Parts::of("web").service()));
}

#[test]
fn a_rule_that_is_stale_for_two_services_is_of_both_and_of_none_alone() {
    let mut world = rule_to(2);
    world.live.rules.last_mut().expect("the custom rule").forwards_to.push(Parts::of("api").target_group(2));
    let stale = world.report().findings.remove(0);
    assert_eq!((stale.service, stale.ties.len()), (None, 2));
}

#[test]
fn a_rule_to_a_target_group_without_targets_is_stale() {
    let mut world = rule_to(1);
    world.live.target_groups.iter_mut().for_each(|group| group.targets.clear());
    check(&world, &[STALE]);
    check_message(&world, STALE, &["<web tg 1>", "has no targets"]);
    check(&world.unread(Collection::Targets, Parts::of("web").target_group(1).as_str()), &[]);
}

#[test]
fn nothing_is_stale_while_a_deployment_runs_or_may_run() {
    check(&rule_to(2).deploying("web"), &[]);
    let mut world = rule_to(2);
    world.change_service("web", |service| service.is_deploying = None);
    check(&world, &[]);
}

#[test]
fn a_rule_that_gives_the_empty_one_no_weight_either_follows_express() {
    let mut world = rule_to(1);
    let web = Parts::of("web");
    let rule = world.live.rules.last_mut().expect("the custom rule");
    (rule.forwards_to, rule.without_weight) = (vec![web.target_group(1), web.target_group(2)], vec![web.target_group(2)]);
    check(&world, &[]);
}

#[test]
fn a_rule_that_shares_its_requests_out_loses_those_to_the_empty_one() {
    let mut world = rule_to(1);
    let web = Parts::of("web");
    world.live.rules.last_mut().expect("the custom rule").forwards_to = vec![web.target_group(1), web.target_group(2)];
    check(&world, &[STALE]);
}

#[test]
fn a_rule_to_an_earlier_target_group_of_a_living_service_is_stale() {
    let mut world = World::tidy().reuse_name("web").custom_rule_to("web");
    let (old, new) = (Parts::of("web").in_life(0), Parts::of("web"));
    // The old rule still matches the living service's host, and so ties what it forwards to.
    let rule = world.live.rules.iter_mut().find(|rule| rule.arn == old.rule()).expect("the old rule");
    rule.hosts = vec![new.host()];
    world.live.rules.last_mut().expect("the custom rule").forwards_to = vec![old.target_group(1)];
    let found = crate::check::judge(&world);
    assert!(found.contains(&STALE.to_owned()), "{found:#?}");
}

#[test]
fn of_what_a_dead_service_left_the_holder_is_named_instead() {
    let world = rule_to(1).kill("web", 60);
    let found = crate::check::judge(&world);
    assert!(found.iter().all(|line| !line.starts_with("stale-rule")), "{found:#?}");
    assert!(found.contains(&"held-leftover medium confirmed target-group <web tg 1>".to_owned()), "{found:#?}");
}
