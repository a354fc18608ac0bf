//! The grace period: it runs from the latest of what is known.

use crate::check::{check, check_never, judge};
use crate::world::{MINUTE, Parts, World, seconds_ago};

#[test]
fn a_service_that_died_just_under_the_grace_period_ago_left_nothing_yet() {
    check(&World::tidy().kill_at("web", seconds_ago(15 * MINUTE - 1)), &[]);
}

#[test]
fn a_service_that_died_a_grace_period_ago_left_everything() {
    let at_the_boundary = judge(&World::tidy().kill_at("web", seconds_ago(15 * MINUTE)));
    assert_eq!(at_the_boundary, judge(&World::tidy().kill("web", 60)));
}

#[test]
fn a_rule_is_as_young_as_its_certificate() {
    let web = Parts::of("web");
    let world = World::tidy().forget("web").made(&web.certificate(), Some(seconds_ago(MINUTE)));
    check_never(&world, "orphan", &["listener-rule <web host>"]);
}
