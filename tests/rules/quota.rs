//! `quota-pressure`: living services and leftovers near a limit of AWS.

use ecs_express_audit::model::{Kind, Quota};

use crate::check::{check, check_message, judge};
use crate::world::World;

/// The tidy account in a Region in which there are that many of a kind.
fn among(kind: Kind, count: u64) -> World {
    let mut world = World::tidy();
    world.live.totals.insert(kind, count);
    world
}

#[test]
fn a_limit_is_near_from_four_fifths_on_and_high_once_it_is_reached() {
    check(&World::with_rules(79), &[]);
    check(&World::with_rules(80), &["quota-pressure low confirmed load-balancer <alb>"]);
    check(&World::with_rules(99), &["quota-pressure low confirmed load-balancer <alb>"]);
    check(&World::with_rules(100), &["quota-pressure high confirmed load-balancer <alb>"]);
    check_message(&World::with_rules(80), "quota-pressure", &["80 of 100 rules on one load balancer"]);
}

#[test]
fn twenty_services_on_one_load_balancer_are_near_its_limit() {
    let services = |count: usize| (2..count).fold(World::tidy(), |world, n| world.with_service(&format!("more-{n}")));
    check(&services(19), &[]);
    check_message(&services(20), "quota-pressure info", &["20 of 25 Express services on one load balancer"]);
    // Express Mode itself puts the next one on another load balancer.
    check(&services(25), &["quota-pressure info confirmed load-balancer <alb>"]);
}

#[test]
fn certificates_of_others_beside_those_of_the_services_press_on_the_limit() {
    let mut world = (2..19).fold(World::tidy(), |world, n| world.with_service(&format!("more-{n}"))).foreign_certificate();
    check(&world, &[]);
    world = world.with_service("more-19").with_service("more-20");
    assert!(judge(&world).contains(&"quota-pressure low confirmed load-balancer <alb>".to_owned()), "{:#?}", judge(&world));
}

#[test]
fn a_region_full_of_load_balancers_is_told_where_express_mode_is_used() {
    check(&among(Kind::LoadBalancer, 39), &[]);
    check(&among(Kind::LoadBalancer, 40), &["quota-pressure low confirmed load-balancer count in us-east-1"]);
    check(&among(Kind::LoadBalancer, 50), &["quota-pressure high confirmed load-balancer count in us-east-1"]);
    let report = among(Kind::LoadBalancer, 40).report();
    let arn = report.findings[0].subject.arn.as_ref().map(ToString::to_string);
    assert_eq!(arn.as_deref(), Some("arn:aws:servicequotas:us-east-1:123456789012:elasticloadbalancing/L-53DA6B97"));
    let mut empty = World::empty();
    empty.live.totals.insert(Kind::LoadBalancer, 50);
    check(&empty, &[]);
}

#[test]
fn a_limit_that_was_raised_is_the_configured_one() {
    let mut world = World::with_rules(100);
    world.policy.quotas.insert(Quota::RulesPerLoadBalancer, 200);
    check(&world, &[]);
    world.policy.quotas.insert(Quota::RulesPerLoadBalancer, 125);
    check_message(&world, "quota-pressure low", &["100 of 125"]);
}

#[test]
fn quotas_are_called_what_the_configuration_calls_them() {
    for quota in Quota::ALL {
        assert_eq!(quota.as_str().parse(), Ok(quota));
    }
}
