//! `undeclared-service` and `missing-service`: live against declared.

use std::collections::BTreeSet;

use ecs_express_audit::DeclaredService;
use ecs_express_audit::kinds::ServiceConfiguration;
use ecs_express_audit::model::ServiceState;

use crate::check::check;
use crate::world::{Parts, World, scope, seconds_ago};

#[test]
fn without_a_declaration_nothing_is_undeclared_or_missing() {
    check(&World::tidy(), &[]);
}

#[test]
fn a_service_that_no_declaration_names_is_undeclared() {
    check(&World::tidy().declaring("web"), &["undeclared-service medium confirmed service prod/api"]);
}

#[test]
fn services_that_are_all_declared_are_silent() {
    check(&World::tidy().declaring("web").declaring("api"), &[]);
}

#[test]
fn a_service_of_a_stack_is_declared() {
    check(&World::tidy().declaring("web").stack(&Parts::of("api").service()), &[]);
}

#[test]
fn a_service_declared_twice_is_missing_once() {
    let mut world = World::tidy().declaring("web").declaring("api").declaring("shop");
    let mut again = world.declared.services.iter().find(|service| service.declared_at.ends_with("shop")).expect("declared").clone();
    again.declared_at = "other.tfstate: aws_ecs_express_gateway_service.shop".to_owned();
    world.declared.services.insert(again);
    check(&world, &["missing-service high potential service prod/shop"]);
}

/// The service is declared under a condition that nobody can tell.
fn perhaps(mut world: World, name: &str) -> World {
    let services = world.declared.services.into_iter().map(|service| {
        let is_certain = service.is_certain && !service.declared_at.ends_with(name);
        DeclaredService { is_certain, ..service }
    });
    world.declared.services = services.collect();
    world
}

#[test]
fn a_service_that_may_be_declared_is_neither_undeclared_nor_missing() {
    let world = World::tidy().declaring("web").declaring("api").declaring("shop");
    check(&world, &["missing-service high potential service prod/shop"]);
    check(&perhaps(perhaps(world, "shop"), "api"), &[]);
}

#[test]
fn a_service_that_one_source_declares_for_certain_is_missing_whatever_another_one_says() {
    let mut world = perhaps(World::tidy().declaring("web").declaring("api").declaring("shop"), "shop");
    let shop = world.declared.services.iter().find(|service| !service.is_certain).expect("declared").clone();
    world.declared.services.insert(DeclaredService { declared_at: "b.yaml: Shop".to_owned(), is_certain: true, ..shop });
    check(&world, &["missing-service high potential service prod/shop"]);
}

#[test]
fn a_service_declared_twice_outside_of_the_scopes_is_listed_once() {
    let mut world = World::tidy();
    for declared_at in ["a.tfstate: x", "b.tfstate: x"] {
        world.declared.services.insert(DeclaredService {
            arn: None,
            name: Some(Parts::of("shop").service_name()),
            unplaced_name: None,
            region: Some("eu-west-1".to_owned()),
            declared_at: declared_at.to_owned(),
            cluster: None,
            configuration: ServiceConfiguration::default(),
            not_comparable: BTreeSet::new(),
            is_certain: true,
        });
    }
    let report = world.declaring_nothing().report();
    let outside: Vec<_> = report.services.iter().filter(|service| service.status == ServiceState::NotScanned).collect();
    assert_eq!(outside.len(), 1, "{outside:?}");
}

#[test]
fn a_service_declared_without_a_region_and_live_in_one_scope_is_missing_in_none() {
    let mut world = World::tidy().declaring("web").declaring("api");
    let mut services: Vec<DeclaredService> = world.declared.services.iter().cloned().collect();
    for service in &mut services {
        (service.arn, service.region) = (None, None);
    }
    world.declared.services = services.into_iter().collect();
    let mut elsewhere = World::empty().with_cluster("prod").scan();
    elsewhere.scope.region = "eu-west-1".to_owned();
    elsewhere.started_at = seconds_ago(60);
    assert_ne!(elsewhere.scope, scope());
    world.others.push(elsewhere);
    check(&world, &[]);
}

#[test]
fn a_service_is_missing_where_it_is_declared_though_one_of_its_name_lives_in_another_region_and_where_it_lives_nowhere() {
    let with_shop = |region: Option<&str>| {
        let mut world = World::tidy().declaring("web").declaring("api").declaring("shop");
        let declared = world.declared.services.iter().find(|service| service.declared_at.ends_with("shop")).expect("declared").clone();
        world.declared.services.remove(&declared);
        world.declared.services.insert(DeclaredService { arn: None, region: region.map(str::to_owned), ..declared });
        let mut elsewhere = World::empty().with_cluster("prod").scan();
        elsewhere.scope.region = "eu-west-1".to_owned();
        world.others.push(elsewhere);
        world
    };
    let missing = "missing-service high potential service prod/shop";
    check(&with_shop(Some("eu-west-1")).with_service("shop"), &[missing]);
    check(&with_shop(None), &[missing, missing]);
    check(&with_shop(None).with_service("shop"), &[]);
}

#[test]
fn a_service_declared_in_a_cluster_that_is_not_told_may_be_the_one_that_lives() {
    let mut world = World::tidy().declaring("api");
    let api = world.declared.services.first().expect("declared").clone();
    let unplaced = |name: &str| DeclaredService { arn: None, name: None, unplaced_name: Some(name.to_owned()), ..api.clone() };
    world.declared.services.insert(unplaced("shop"));
    check(&world, &["undeclared-service medium confirmed service prod/web"]);
    world.declared.services.insert(unplaced("web"));
    check(&world, &[]);
}
