//! `held-leftover`: what somebody outside of the dead set still uses is no orphan, nor is what that use needs.

use crate::check::{check_never, judge};
use crate::world::World;

fn dead() -> World {
    World::tidy().kill("web", 60).kill("api", 60)
}

#[test]
fn a_custom_rule_holds_the_balancer_and_what_it_needs() {
    let found = judge(&dead().custom_rule());
    for held in [
        "load-balancer <alb>",
        "listener HTTPS:443 on <alb>",
        "certificate <web host>",
        "certificate <api host>",
        "security-group <alb sg>",
        "security-group <web sg>", // the balancer's group still names it in a rule
    ] {
        assert!(found.contains(&format!("held-leftover medium confirmed {held}")), "{held} in {found:#?}");
    }
    for orphan in
        ["listener-rule <web host>", "target-group <web tg 1>", "alarm prod/web/RollbackAlarm", "scalable-target service/prod/web"]
    {
        assert!(found.contains(&format!("orphan low confirmed {orphan}")), "{orphan} in {found:#?}");
    }
}

#[test]
fn an_ordinary_service_behind_the_target_groups_holds_the_whole_way_to_it() {
    let world = World::tidy().kill("api", 60).replace_by_plain("web").reusing_ingress("web");
    let way =
        ["load-balancer <alb>", "listener HTTPS:443 on <alb>", "listener-rule <web host>", "certificate <web host>", "target-group <web"];
    check_never(&world, "orphan", &way);
}

#[test]
fn a_registered_target_that_is_there_holds_the_whole_way_to_it() {
    let way = ["load-balancer <alb>", "listener HTTPS:443 on <alb>", "listener-rule <web host>", "target-group <web tg 1>"];
    check_never(&dead().registered("web", true), "orphan", &way);
}

#[test]
fn a_registered_address_that_nobody_has_holds_nothing() {
    crate::check::check_change(&dead(), &dead().registered("web", false), &[]);
}
