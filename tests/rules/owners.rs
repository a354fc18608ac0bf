//! What nothing ties to a service is left over once every service that may have it is known: what has to be known, and what does not matter.

use ecs_express_audit::inventory::{Collection, ScopeInventory};
use ecs_express_audit::kinds::{LoadBalancer, ManagedTag, Marks};
use ecs_express_audit::model::{Arn, Cause, Gap, Kind};

use crate::check::{lines, readable};
use crate::world::{LONE_BALANCER_NAME, Parts, World, balancer, balancing};

/// Whether a load balancer that nothing ties to a service is left over in that account.
fn is_left(world: &World) -> bool {
    is_left_in(world, |_| {})
}

fn is_left_in(world: &World, change: impl FnOnce(&mut ScopeInventory)) -> bool {
    let world = world.clone().lone_balancer();
    let mut scan = world.scan();
    change(&mut scan);
    let name = readable(&world, LONE_BALANCER_NAME);
    lines(&world, &world.report_on(scan)).iter().any(|line| line.starts_with("orphan ") && line.ends_with(&name))
}

#[test]
fn what_is_on_express_modes_load_balancers_has_to_be_known_and_not_what_is_on_others() {
    let foreign = balancing("loadbalancer/app/intranet/00000000000f0e1d");
    let mut world = World::tidy();
    let express = world.live.load_balancers[0].clone();
    let marks = Marks { tag: ManagedTag::Absent, ..Marks::default() };
    world.live.load_balancers.push(LoadBalancer { arn: foreign.clone(), name: "intranet".to_owned(), marks, ..express });
    assert!(is_left(&world));
    assert!(is_left(&world.clone().unread(Collection::Listeners, foreign.as_str())));
    assert!(!is_left(&world.unread(Collection::Listeners, balancer().as_str())));
}

#[test]
fn a_service_that_something_names_has_to_be_known() {
    let mut world = World::tidy().kill("api", 60);
    assert!(is_left(&world));
    world.live.services.retain(|service| service.arn != Parts::of("api").service());
    assert!(!is_left(&world));
}

#[test]
fn an_ordinary_services_revisions_have_to_be_known_only_where_there_is_a_gateway() {
    let mut world = World::tidy().replace_by_plain("api");
    world.change_service("api", |service| service.revisions = vec![Parts::of("api").revision()]);
    assert!(is_left(&world));
    assert!(!is_left(&world.gateway_owning(Vec::new())));
}

#[test]
fn a_service_that_ecs_did_not_describe_has_to_be_known_and_not_its_configuration() {
    let gap = |collection: Collection, of: &Arn| Gap {
        operation: collection.operation().to_owned(),
        parent: Some(of.to_string()),
        kinds: vec![Kind::Service],
        cause: Cause::Throttled,
        message: "it was throttled".to_owned(),
    };
    let is_left_with = |gap: Gap| is_left_in(&World::tidy(), |scan| scan.gaps.push(gap));
    assert!(is_left_with(gap(Collection::ExpressServices, &Parts::of("web").service())));
    assert!(!is_left_with(gap(Collection::ServiceDetails, &Parts::of("ghost").service())));
}
