//! The deletion checklist: what became of each of the thirteen kinds.

use std::collections::BTreeMap;

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::model::{Kind, KindState};

use crate::world::{Parts, World, cluster};

fn checklist(world: &World, name: &str) -> BTreeMap<Kind, KindState> {
    let report = world.report();
    let entry = report.services.into_iter().find(|service| service.name == name);
    entry.unwrap_or_else(|| panic!("no service {name} in the report")).checklist
}

#[track_caller]
fn check_state(world: &World, name: &str, expected: &[(Kind, KindState)]) {
    let checklist = checklist(world, name);
    for (kind, state) in expected {
        assert_eq!(checklist.get(kind), Some(state), "{kind} of {name}");
    }
}

#[test]
fn every_service_has_all_thirteen_kinds() {
    let world = World::tidy().kill("web", 60);
    for name in ["web", "api"] {
        assert_eq!(checklist(&world, name).keys().copied().collect::<Vec<_>>(), Kind::ALL);
    }
}

#[test]
fn a_living_service_uses_some_alone_and_shares_the_rest() {
    let shared = [Kind::LoadBalancer, Kind::Listener, Kind::Cluster];
    let expected = Kind::ALL.map(|kind| (kind, if shared.contains(&kind) { KindState::Shared } else { KindState::InUse }));
    check_state(&World::tidy(), "web", &expected);
}

#[test]
fn of_a_dead_service_everything_of_its_own_is_left_and_the_service_gone() {
    let own = [
        Kind::TaskDefinition,
        Kind::SecurityGroup,
        Kind::LogGroup,
        Kind::Alarm,
        Kind::Certificate,
        Kind::ListenerRule,
        Kind::TargetGroup,
        Kind::ScalableTarget,
        Kind::ScalingPolicy,
    ];
    // The living listener still presents the certificate, and the living balancer's group names the service's.
    let held = [Kind::Certificate, Kind::SecurityGroup];
    let expected: Vec<_> = own.map(|kind| (kind, if held.contains(&kind) { KindState::Held } else { KindState::Left })).to_vec();
    check_state(&World::tidy().kill("web", 60), "web", &expected);
    check_state(&World::tidy().kill("web", 60), "web", &[(Kind::Service, KindState::Gone)]);
}

#[test]
fn what_the_dead_service_shared_is_shared_still() {
    let shared = [Kind::LoadBalancer, Kind::Listener, Kind::Cluster].map(|kind| (kind, KindState::Shared));
    check_state(&World::tidy().kill("web", 60), "web", &shared);
}

#[test]
fn what_was_deleted_is_gone() {
    let web = Parts::of("web");
    let world = World::tidy().kill("web", 60).purge(&[web.rule(), web.scalable_target(), web.policy(), web.log_group()]);
    let gone = [Kind::ListenerRule, Kind::ScalableTarget, Kind::ScalingPolicy, Kind::LogGroup].map(|kind| (kind, KindState::Gone));
    check_state(&world, "web", &gone);
}

#[test]
fn what_others_hold_is_held() {
    let world = World::tidy().kill("web", 60).kill("api", 60).custom_rule();
    let held = [Kind::LoadBalancer, Kind::Listener, Kind::Certificate].map(|kind| (kind, KindState::Held));
    check_state(&world, "web", &held);
}

#[test]
fn within_the_grace_period_what_is_there_is_being_deleted() {
    let world = World::tidy().kill("web", 5);
    let expected = [Kind::TargetGroup, Kind::ListenerRule, Kind::LogGroup, Kind::TaskDefinition].map(|kind| (kind, KindState::Deleting));
    check_state(&world, "web", &expected);
}

#[test]
fn of_a_draining_service_everything_of_its_own_is_being_deleted() {
    let own = [Kind::Service, Kind::TargetGroup, Kind::ListenerRule, Kind::LogGroup, Kind::TaskDefinition];
    check_state(&World::tidy().drain("web", 60), "web", &own.map(|kind| (kind, KindState::Deleting)));
}

#[test]
fn what_was_not_read_is_unknown() {
    let unread = World::tidy().kill("web", 60).unread(Collection::LogGroups, "");
    check_state(&unread, "web", &[(Kind::LogGroup, KindState::Unknown)]);
    let arn = Parts::of("web").target_group(1);
    let world = World::tidy().kill("web", 60).purge(&[Parts::of("web").target_group(2)]).unread(Collection::Targets, arn.as_str());
    check_state(&world, "web", &[(Kind::TargetGroup, KindState::Unknown)]);
}

#[test]
fn of_a_living_service_too() {
    check_state(&World::tidy().unread(Collection::LogGroups, ""), "web", &[(Kind::LogGroup, KindState::Unknown)]);
    let revision = Parts::of("web").revision();
    let world = World::tidy().unread(Collection::Revisions, revision.as_str());
    check_state(&world, "web", &[(Kind::TargetGroup, KindState::Unknown), (Kind::ListenerRule, KindState::Unknown)]);
}

#[test]
fn what_a_living_service_never_had_was_never_seen() {
    let mut world = World::tidy();
    world.live.revisions[0].ingress_paths.clear();
    check_state(&world, "web", &[(Kind::Certificate, KindState::NeverSeen), (Kind::ListenerRule, KindState::NeverSeen)]);
}

#[test]
fn an_emptied_cluster_is_left_but_the_default_one_is_not() {
    check_state(&World::tidy().kill("web", 60).kill("api", 60), "web", &[(Kind::Cluster, KindState::Left)]);
    let world = World::empty().with_cluster("default").with_balancer().with_service("default/web").kill("default/web", 60);
    assert_ne!(checklist(&world, "web").get(&Kind::Cluster), Some(&KindState::Left));
}

#[test]
fn a_cluster_in_which_tasks_still_run_is_not_left() {
    let mut world = World::tidy().kill("web", 60).kill("api", 60);
    world.live.clusters[0].tasks = Some(1);
    assert_ne!(checklist(&world, "web").get(&Kind::Cluster), Some(&KindState::Left));
}

#[test]
fn a_cluster_whose_services_were_not_counted_is_unknown() {
    let world = World::tidy().kill("web", 60).kill("api", 60).unread(Collection::ClusterDetails, cluster("prod").as_str());
    check_state(&world, "web", &[(Kind::Cluster, KindState::Unknown)]);
}

#[test]
fn a_family_that_another_service_runs_is_not_left() {
    let mut world = World::tidy().kill("web", 60);
    world.live.revisions[0].task_definition = Some(Parts::of("web").task_definition(2));
    assert_ne!(checklist(&world, "web").get(&Kind::TaskDefinition), Some(&KindState::Left));
}
