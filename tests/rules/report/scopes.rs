//! Several scopes in one report, and what lies outside of them.

use ecs_express_audit::inventory::{Collection, ScopeInventory};
use ecs_express_audit::model::{Kind, Outcome, ServiceState};

use crate::check::{check, judge};
use crate::world::{Parts, World};

/// The same scan, as if it were of another Region. (Its ARNs stay those of the first.)
fn elsewhere(world: &World) -> ScopeInventory {
    let mut scan = world.scan();
    "eu-west-1".clone_into(&mut scan.scope.region);
    scan
}

fn beside(other: &World) -> World {
    let mut world = World::tidy();
    world.others.push(elsewhere(other));
    world
}

#[test]
fn each_scope_is_judged_by_itself() {
    let report = beside(&World::tidy().drain("web", 60)).report();
    assert_eq!(report.scopes.len(), 2);
    let regions: Vec<&str> = report.findings.iter().map(|finding| finding.subject.scope.region.as_str()).collect();
    assert_eq!(regions, ["eu-west-1"]);
}

#[test]
fn the_scopes_are_in_order() {
    let report = beside(&World::tidy()).report();
    let regions: Vec<&str> = report.scopes.iter().map(|entry| entry.scope.region.as_str()).collect();
    assert_eq!(regions, ["eu-west-1", "us-east-1"]);
}

#[test]
fn kinds_of_which_there_is_nothing_are_not_counted() {
    assert!(World::empty().report().scopes[0].resources.is_empty());
    let counted = World::tidy().report().scopes.remove(0).resources;
    assert_eq!([Kind::Service, Kind::Cluster, Kind::TaskDefinition].map(|kind| counted[&kind]), [2, 1, 2]);
}

#[test]
fn a_gap_in_one_scope_is_the_reports() {
    let report = beside(&World::tidy().unread(Collection::Certificates, "")).report();
    assert_eq!((report.is_complete(), report.outcome()), (false, Outcome::Incomplete));
}

#[test]
fn a_gap_in_one_scope_takes_nothing_from_the_other() {
    let dead = World::tidy().kill("web", 60);
    let mut world = dead.clone();
    world.others.push(elsewhere(&World::tidy().unread(Collection::Clusters, "")));
    assert_eq!(judge(&world), judge(&dead));
}

#[test]
fn a_service_declared_for_a_scope_that_was_not_scanned_is_listed_and_never_missing() {
    let mut world = World::tidy().declaring("web").declaring("api").declaring("shop");
    world.declared.services = world
        .declared
        .services
        .into_iter()
        .map(|mut service| {
            if service.declared_at.ends_with("shop") {
                (service.arn, service.region) = (None, Some("eu-west-1".to_owned()));
            }
            service
        })
        .collect();
    check(&world, &[]);
    let report = world.report();
    let shop = report.services.iter().find(|service| service.name == "shop").expect("listed");
    assert_eq!((shop.status, shop.declared), (ServiceState::NotScanned, Some(true)));
    assert!(shop.checklist.is_empty());
}

#[test]
fn resources_are_counted_living_or_left_behind() {
    let count = |world: &World, kind: Kind| world.report().scopes[0].resources.get(&kind).copied().unwrap_or_default();
    for world in [World::tidy(), World::tidy().kill("web", 60)] {
        assert_eq!(count(&world, Kind::LoadBalancer), 1);
        assert_eq!(count(&world, Kind::TargetGroup), 4);
        assert_eq!(count(&world, Kind::Certificate), 2);
    }
    assert_eq!((count(&World::tidy(), Kind::Service), count(&World::tidy().kill("web", 60), Kind::Service)), (2, 1));
}

#[test]
fn what_is_somebody_elses_is_not_counted() {
    let world = World::tidy().custom_rule().foreign_certificate().database_admits("web");
    assert_eq!(world.report().scopes[0].resources, World::tidy().report().scopes[0].resources);
}

#[test]
fn services_are_listed_with_their_state() {
    let report = World::tidy().kill("web", 60).with_service("shop").drain("shop", 5).report();
    let listed: Vec<_> = report.services.iter().map(|service| (service.name.as_str(), service.status)).collect();
    assert_eq!(listed, [("api", ServiceState::Active), ("shop", ServiceState::Draining), ("web", ServiceState::Inactive)]);
    assert!(report.services.iter().all(|service| service.arn == Some(Parts::of(&service.name).service())));
}
