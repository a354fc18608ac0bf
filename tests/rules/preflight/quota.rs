//! `quota-pressure` of a plan: is there room where its services will go?

use ecs_express_audit::model::Kind;
use serde_json::{Value, json};

use super::ahead::{Ahead, check, check_message};
use super::rows::{after, create, update};
use crate::world::World;

const LOW: &str = "quota-pressure low confirmed load-balancer <alb>";
const HIGH: &str = "quota-pressure high confirmed load-balancer <alb>";

#[test]
fn a_service_to_be_made_is_told_from_four_fifths_of_a_limit_on() {
    check(&Ahead::of(World::with_rules(79), [create("shop")]), &[]);
    check(&Ahead::of(World::with_rules(80), [create("shop")]), &[LOW]);
    check(&Ahead::of(World::with_rules(99), [create("shop")]), &[LOW]);
    check(&Ahead::of(World::with_rules(100), [create("shop")]), &[HIGH]);
}

#[test]
fn the_last_of_several_finds_what_the_others_made() {
    check(&Ahead::of(World::with_rules(79), [create("shop"), create("cart")]), &[LOW]);
    check(&Ahead::of(World::with_rules(98), [create("shop"), create("cart")]), &[LOW]);
    let ahead = Ahead::of(World::with_rules(98), [create("shop"), create("cart"), create("till")]);
    check(&ahead, &[HIGH]);
    check_message(&ahead, HIGH, &["100 of 100 rules"]);
}

#[test]
fn where_nothing_is_made_nothing_is_needed() {
    check(&Ahead::of(World::with_rules(100), [update("web")]), &[]);
}

#[test]
fn a_load_balancer_in_another_vpc_is_of_no_concern() {
    check(&Ahead::of(World::with_rules(100), [create("shop")]).in_vpc("vpc-0000000000000000f"), &[]);
    let anywhere = after(create("shop"), "network_configuration", json!([]));
    check(&Ahead::of(World::with_rules(100), [anywhere]), &[HIGH]);
}

#[test]
fn a_full_load_balancer_gets_no_more_services_and_needs_no_more_rules() {
    let services = |count: usize| (2..count).fold(World::tidy(), |world, n| world.with_service(&format!("more-{n}")));
    let info = "quota-pressure info confirmed load-balancer <alb>";
    check(&Ahead::of(services(19), [create("shop")]), &[]);
    check(&Ahead::of(services(20), [create("shop")]), &[info]);
    check(&Ahead::of(services(19), [create("shop"), create("cart")]), &[info]);
    let mut full = services(25);
    full.live.rules.extend(World::with_rules(82).live.rules.split_off(2));
    check(&Ahead::of(full, [create("shop")]), &[info]);
}

#[test]
fn a_region_full_of_load_balancers_is_told() {
    let among = |count| {
        let mut world = World::tidy();
        world.live.totals.insert(Kind::LoadBalancer, count);
        Ahead::of(world, [create("shop")])
    };
    // Without one in its VPC the service needs another load balancer.
    let alone = |count| among(count).in_vpc("vpc-0000000000000000f");
    check(&alone(39), &[]);
    check(&alone(40), &["quota-pressure low confirmed load-balancer count in us-east-1"]);
    check(&alone(50), &["quota-pressure high confirmed load-balancer count in us-east-1"]);
    check(&among(50), &["quota-pressure low confirmed load-balancer count in us-east-1"]);
    // So does one that gives no subnets, whatever room there is elsewhere.
    let mut one_anywhere = among(50);
    one_anywhere.rows.push(after(create("cart"), "network_configuration", json!([])));
    check(&one_anywhere, &["quota-pressure high confirmed load-balancer count in us-east-1"]);
}

#[test]
fn the_last_of_several_services_needs_another_load_balancer_where_the_others_take_the_room() {
    let with = |services: usize, rows: &[Value]| {
        let mut world = (2..services).fold(World::tidy(), |world, n| world.with_service(&format!("more-{n}")));
        world.live.totals.insert(Kind::LoadBalancer, 50);
        Ahead::of(world, rows.to_vec())
    };
    let line = |severity: &str| format!("quota-pressure {severity} confirmed load-balancer count in us-east-1");
    let near = "quota-pressure info confirmed load-balancer <alb>";
    let (one, two) = ([create("shop")], [create("shop"), create("cart")]);
    check(&with(24, &one), &[near, &line("low")]);
    check(&with(23, &two), &[near, &line("low")]);
    check(&with(25, &one), &[&line("high"), near]);
    check(&with(24, &two), &[&line("high"), near]);
}
