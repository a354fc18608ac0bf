//! `held-leftover`: what somebody outside of the dead set still uses is no orphan, nor is what that use needs.

use ecs_express_audit::kinds::ServiceStatus;

use crate::check::{check_change, check_message, check_never, judge};
use crate::world::{Parts, World, balancer_group};

fn dead() -> World {
    World::tidy().kill("web", 60).kill("api", 60)
}

/// What cannot go while the listener stays: it, the load balancer, the certificates, and the groups that name each other.
const WAY_TO_THE_LISTENER: [(&str, &str); 7] = [
    ("high", "load-balancer <alb>"),
    ("low", "listener HTTPS:443 on <alb>"),
    ("low", "certificate <web host>"),
    ("low", "certificate <api host>"),
    ("medium", "security-group <alb sg>"),
    ("medium", "security-group <web sg>"),
    ("medium", "security-group <api sg>"),
];

/// What cannot go while the load balancer stays. (ACM gives the load balancer, not the listener, as what uses a certificate.)
fn needed_by_the_balancer() -> Vec<(&'static str, &'static str)> {
    WAY_TO_THE_LISTENER.into_iter().filter(|(_, subject)| !subject.starts_with("listener ")).collect()
}

/// Expects that the change turns exactly these orphans into held leftovers.
#[track_caller]
fn check_held(after: &World, subjects: &[(&str, &str)]) {
    let gone = subjects.iter().map(|(severity, subject)| format!("- orphan {severity} confirmed {subject}"));
    let held = subjects.iter().map(|(_, subject)| format!("+ held-leftover medium confirmed {subject}"));
    let lines: Vec<String> = gone.chain(held).collect();
    check_change(&dead(), after, &lines.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Expects that the finding says who holds it.
#[track_caller]
fn check_holder(world: &World, subject: &str, words: &[&str]) {
    check_message(world, &format!("held-leftover medium confirmed {subject}"), words);
}

#[test]
fn a_custom_rule_holds_the_listener_and_what_it_needs() {
    check_held(&dead().custom_rule(), &WAY_TO_THE_LISTENER);
    check_holder(&dead().custom_rule(), "listener HTTPS:443 on <alb>", &["listener rule shop.example.com", "is on it"]);
    check_holder(&dead().custom_rule(), "load-balancer <alb>", &["listener HTTPS:443", "itself still used", "needs it"]);
}

#[test]
fn a_custom_rule_to_a_dead_services_target_group_holds_that_too() {
    let mut held = WAY_TO_THE_LISTENER.to_vec();
    held.push(("low", "target-group <web tg 1>"));
    check_held(&dead().custom_rule_to("web"), &held);
    check_holder(&dead().custom_rule_to("web"), "target-group <web tg 1>", &["shop.example.com", "forwards to it"]);
}

#[test]
fn a_foreign_certificate_holds_the_listener() {
    check_held(&dead().foreign_certificate(), &WAY_TO_THE_LISTENER);
    check_holder(&dead().foreign_certificate(), "listener", &["certificate/00000000-cafe", "not of Express Mode"]);
}

#[test]
fn a_changed_default_action_holds_the_listener() {
    check_held(&dead().changed_default_action(), &WAY_TO_THE_LISTENER);
    check_holder(&dead().changed_default_action(), "listener", &["default action", "404"]);
}

#[test]
fn an_extra_listener_holds_the_load_balancer_but_not_express_modes_listener() {
    check_held(&dead().extra_listener(), &needed_by_the_balancer());
    check_holder(&dead().extra_listener(), "load-balancer <alb>", &["listener HTTP:80", "is on it"]);
}

#[test]
fn a_network_load_balancer_in_front_holds_the_load_balancer() {
    check_held(&dead().balancer_in_front(), &WAY_TO_THE_LISTENER);
    check_holder(&dead().balancer_in_front(), "listener HTTPS:443 on <alb>", &["target group front", "has it for its target"]);
    check_holder(&dead().balancer_in_front(), "load-balancer <alb>", &["target group front", "for its target"]);
}

#[test]
fn a_database_that_admits_a_dead_services_group_holds_it_and_the_groups_it_names() {
    let held = [("medium", "security-group <web sg>"), ("medium", "security-group <alb sg>"), ("medium", "security-group <api sg>")];
    check_held(&dead().database_admits("web"), &held);
    check_holder(&dead().database_admits("web"), "security-group <web sg>", &["database", "names it in a rule"]);
}

#[test]
fn an_interface_holds_the_group_that_it_carries() {
    let held = [("medium", "security-group <web sg>"), ("medium", "security-group <alb sg>"), ("medium", "security-group <api sg>")];
    check_held(&dead().interface_carries("web"), &held);
    check_holder(&dead().interface_carries("web"), "security-group <web sg>", &["eni-000000000000000aa", "amazon-rds"]);
}

#[test]
fn a_task_that_still_runs_holds_its_group() {
    let mut world = dead();
    let task = World::tidy().live.interfaces.into_iter().find(|interface| interface.id == Parts::of("web").interface());
    world.live.interfaces.push(task.expect("the task's interface"));
    check_never(&world, "orphan", &["security-group <web sg>"]);
    check_holder(&world, "security-group <web sg>", &["amazon-ecs", "carries it"]);
}

#[test]
fn a_load_balancers_own_interfaces_hold_nothing() {
    check_never(&dead(), "held-leftover", &[""]);
    assert!(dead().live.interfaces.iter().any(|interface| interface.security_groups.contains(&balancer_group())));
}

#[test]
fn a_composite_alarm_holds_the_alarm_it_is_made_of() {
    check_held(&dead().composite_alarm_of("web"), &[("low", "alarm prod/web/RollbackAlarm")]);
    check_holder(&dead().composite_alarm_of("web"), "alarm prod/web/RollbackAlarm", &["alarm everything", "is made of it"]);
}

#[test]
fn another_services_rollback_list_holds_the_alarm_on_it() {
    let alarm = Parts::of("web").rollback_alarm_name();
    let shop = |listed: bool| {
        let mut world = World::tidy().kill("web", 60).kill("api", 60).with_service("shop");
        world.change_service("shop", |service| service.rollback_alarms.extend(listed.then(|| alarm.clone())));
        world
    };
    check_change(
        &shop(false),
        &shop(true),
        &["- orphan low confirmed alarm prod/web/RollbackAlarm", "+ held-leftover medium confirmed alarm prod/web/RollbackAlarm"],
    );
    check_holder(&shop(true), "alarm prod/web/RollbackAlarm", &["service prod/shop", "rolls its deployments back by it"]);
}

#[test]
fn an_ordinary_service_behind_the_target_groups_holds_the_whole_way_to_it() {
    let world = World::tidy().kill("api", 60).replace_by_plain("web").reusing_ingress("web");
    let way =
        ["load-balancer <alb>", "listener HTTPS:443 on <alb>", "listener-rule <web host>", "certificate <web host>", "target-group <web"];
    check_never(&world, "orphan", &way);
    check_holder(&world, "target-group <web tg 1>", &["service prod/web", "configured with it"]);
}

#[test]
fn an_ordinary_service_under_the_same_name_that_uses_none_of_it_holds_none_of_the_way_in() {
    let found = judge(&World::tidy().kill("api", 60).replace_by_plain("web"));
    for left in ["orphan high confirmed load-balancer <alb>", "orphan low confirmed target-group <web tg 1>"] {
        assert!(found.contains(&left.to_owned()), "{left} in {found:#?}");
    }
}

#[test]
fn an_ordinary_service_that_is_itself_dead_holds_nothing() {
    let mut world = World::tidy().kill("api", 60).replace_by_plain("web").reusing_ingress("web");
    world.change_service("web", |service| service.status = ServiceStatus::Inactive);
    check_never(&world, "held-leftover", &[""]);
}

#[test]
fn a_registered_target_that_is_there_holds_the_whole_way_to_it() {
    let world = dead().registered("web", true);
    let way = ["load-balancer <alb>", "listener HTTPS:443 on <alb>", "listener-rule <web host>", "target-group <web tg 1>"];
    check_never(&world, "orphan", &way);
    check_holder(&world, "target-group <web tg 1>", &["10.0.9.2", "eni-000000000000000bb", "is registered in it"]);
}

#[test]
fn a_registered_address_that_nobody_has_holds_nothing() {
    check_change(&dead(), &dead().registered("web", false), &[]);
}

#[test]
fn several_holders_are_counted() {
    check_holder(&dead().custom_rule().foreign_certificate(), "listener HTTPS:443 on <alb>", &["(and 1 more)"]);
}
