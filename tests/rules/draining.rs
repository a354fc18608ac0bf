//! `draining-service`: a deletion that has not finished.

use ecs_express_audit::kinds::{Management, ServiceStatus};

use crate::check::{check, check_message, check_never, judge};
use crate::world::{LONE_BALANCER_NAME, MINUTE, Parts, World, seconds_ago};

const MEDIUM: &str = "draining-service medium confirmed service prod/web";
const HIGH: &str = "draining-service high confirmed service prod/web";

fn long() -> World {
    World::tidy().drain("web", 3 * 24 * 60)
}

#[test]
fn for_half_an_hour_draining_is_of_medium_severity() {
    check(&World::tidy().drain("web", 1), &[MEDIUM]);
    check(&World::tidy().drain_at("web", seconds_ago(30 * MINUTE)), &[MEDIUM]);
}

#[test]
fn a_second_longer_is_of_high_severity() {
    check(&World::tidy().drain_at("web", seconds_ago(30 * MINUTE + 1)), &[HIGH]);
}

#[test]
fn the_message_says_for_how_long_and_by_which_clock() {
    check_message(&long(), HIGH, &["3 days", "counted from its last event", "name cannot be used again"]);
}

#[test]
fn without_any_time_the_message_admits_it() {
    let mut world = long();
    world.change_service("web", |service| service.last_activity = None);
    check_message(&world, MEDIUM, &["for an unknown time"]);
}

#[test]
fn running_tasks_are_named() {
    let mut world = World::tidy().drain("web", 1);
    world.change_service("web", |service| service.running_tasks = 2);
    check_message(&world, MEDIUM, &["2 running task(s)"]);
    world.change_service("web", |service| service.running_tasks = 0);
    assert!(!world.report().findings[0].message().contains("running task"));
}

#[test]
fn the_infrastructure_role_of_a_long_deletion_is_named() {
    check_message(&long(), HIGH, &["express-infrastructure", "policy"]);
}

#[test]
fn nothing_of_a_draining_service_is_left_over_however_long_it_takes() {
    check(&long(), &[HIGH]);
    check(&World::empty().with_cluster("prod").with_balancer().with_service("web").drain("web", 24 * 60), &[HIGH]);
}

#[test]
fn nor_is_anything_of_one_that_no_longer_says_what_it_has() {
    check(&long().silence("web"), &[HIGH]);
    let report = long().silence("web").report();
    assert!(report.unjudged.is_empty() && report.is_complete(), "{:#?}", report.unjudged);
}

#[test]
fn nor_is_what_it_shares_with_a_dead_one() {
    let shared = ["load-balancer", "listener HTTPS", "security-group <alb sg>", "target-group <web", "cluster"];
    check_never(&long().kill("api", 60), "orphan", &shared);
    check_never(&long().silence("web").kill("api", 60), "orphan", &shared);
}

#[test]
fn what_nothing_ties_is_held_back_while_a_service_drains_silently() {
    check_never(&long().silence("web").lone_balancer(), "orphan", &["load-balancer"]);
}

#[test]
fn a_draining_service_that_only_the_statistics_show_is_reported_on_its_cluster() {
    check(&World::tidy().nameless_draining(1), &["draining-service medium potential cluster prod"]);
    check_message(&World::tidy().nameless_draining(2), "draining-service medium potential cluster prod", &["2 draining service(s)"]);
}

#[test]
fn where_a_service_of_the_cluster_could_not_be_read_it_may_be_the_one_that_is_counted() {
    let line = "draining-service medium potential cluster prod";
    let mut world = World::tidy().with_cluster("test").with_service("test/shop").kill("test/shop", 60).nameless_draining(1);
    world.live.services.retain(|service| service.name.cluster == "prod");
    assert!(judge(&world).contains(&line.to_owned()), "one of another cluster is not");
    let mut world = World::tidy().kill("web", 60).nameless_draining(1);
    world.live.services.retain(|service| service.name.name != "web");
    check_never(&world, "draining-service", &["cluster prod"]);
}

#[test]
fn what_nothing_ties_may_be_the_nameless_ones() {
    let orphan = format!("orphan high confirmed load-balancer {LONE_BALANCER_NAME}");
    check(&World::tidy().lone_balancer(), &[&orphan]);
    check(&World::tidy().lone_balancer().nameless_draining(1), &["draining-service medium potential cluster prod"]);
}

#[test]
fn a_draining_service_that_is_known_by_name_is_not_counted_twice() {
    check(&World::tidy().drain("web", 1).nameless_draining(1), &[MEDIUM, "draining-service medium potential cluster prod"]);
}

#[test]
fn an_ordinary_service_that_drains_is_none_of_express_modes_and_explains_the_count() {
    let mut world = World::tidy().replace_by_plain("web").nameless_draining(1);
    world.change_service("web", |service| (service.status, service.management) = (ServiceStatus::Draining, Management::Customer));
    check_never(&world, "draining-service", &[""]);
}

#[test]
fn a_service_that_drains_is_not_missing_nor_without_ingress() {
    let world = World::tidy().declaring("web").declaring("api").drain("web", 60);
    check(&world, &[HIGH]);
    check(&world.silence("web").purge(&[Parts::of("web").rule()]), &[HIGH]);
}
