//! Clusters: only an empty one in which an Express service is known to have died, and never `default`.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::{Cluster, ManagedTag, Management, Marks};
use ecs_express_audit::model::Kind;

use crate::check::{check_message, check_never, judge};
use crate::world::{MINUTE, Parts, World, cluster, seconds_ago};

const LEFT: &str = "orphan info potential cluster prod";

fn emptied() -> World {
    World::tidy().kill("web", 60).kill("api", 60)
}

fn changed(change: impl FnOnce(&mut Cluster)) -> World {
    let mut world = emptied();
    change(&mut world.live.clusters[0]);
    world
}

#[track_caller]
fn check_silent(world: &World) {
    check_never(world, "orphan", &[Kind::Cluster.as_str()]);
}

#[test]
fn an_empty_cluster_in_which_express_services_died_is_left_over() {
    assert!(judge(&emptied()).contains(&LEFT.to_owned()));
    check_message(&emptied(), LEFT, &["is empty", "Express services"]);
}

#[test]
fn the_default_cluster_never_is() {
    let mut world = World::empty().with_cluster("default").with_balancer().with_service("default/web");
    world = world.kill("default/web", 60);
    assert!(world.live.clusters[0].is_empty());
    check_silent(&world);
}

#[test]
fn one_with_a_task_an_instance_or_a_service_of_any_kind_is_not() {
    check_silent(&changed(|cluster| cluster.tasks = Some(1)));
    check_silent(&changed(|cluster| cluster.container_instances = Some(1)));
    check_silent(&changed(|cluster| cluster.active_services = Some(1)));
    check_silent(&changed(|cluster| cluster.draining_services = Some(1)));
}

#[test]
fn one_whose_counts_were_not_read_is_not() {
    check_silent(&emptied().unread(Collection::ClusterDetails, cluster("prod").as_str()));
    check_silent(&emptied().unread(Collection::Services, cluster("prod").as_str()));
}

#[test]
fn one_in_which_nothing_of_express_mode_ever_lived_is_not() {
    let mut world = emptied();
    for name in ["web", "api"] {
        world.change_service(name, |service| service.management = Management::Customer);
    }
    check_silent(&world);
    check_silent(&World::tidy().with_cluster("spare"));
}

#[test]
fn one_with_a_declared_service_in_it_is_not() {
    check_silent(&emptied().declaring("web"));
}

#[test]
fn one_that_is_declared_itself_is_not() {
    check_silent(&emptied().declaring_id(cluster("prod").as_str()));
    check_silent(&emptied().mark(&cluster("prod"), &Marks { tag: ManagedTag::Absent, stack: Some("base".to_owned()), ..Marks::default() }));
}

#[test]
fn one_whose_last_service_died_within_the_grace_period_is_not_yet() {
    check_silent(&World::tidy().kill("web", 60).kill_at("api", seconds_ago(15 * MINUTE - 1)));
    assert!(judge(&World::tidy().kill("web", 60).kill_at("api", seconds_ago(15 * MINUTE))).contains(&LEFT.to_owned()));
}

#[test]
fn one_in_which_a_service_lives_is_not() {
    check_silent(&World::tidy().kill("web", 60));
    let mut uncounted = World::tidy().kill("web", 60);
    (uncounted.live.clusters[0].active_services, uncounted.live.clusters[0].tasks) = (Some(0), Some(0));
    assert!(uncounted.live.services.iter().any(|service| service.arn == Parts::of("api").service()));
    check_silent(&uncounted);
}
