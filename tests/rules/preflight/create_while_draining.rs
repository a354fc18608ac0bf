//! `create-while-draining`: the name is not free yet.

use ecs_express_audit::kinds::Management;
use serde_json::json;

use super::ahead::{Ahead, check, check_message, tidy};
use super::rows::{after, create, replace};
use crate::world::{World, cluster};

const FOUND: &str = "create-while-draining critical confirmed service prod/web";

fn draining() -> World {
    World::tidy().drain("web", 10)
}

#[test]
fn a_draining_service_keeps_its_name() {
    check(&Ahead::of(draining(), [create("web")]), &[FOUND]);
    check_message(&Ahead::of(draining(), [create("web")]), FOUND, &["aws_ecs_express_gateway_service.web", "10 min", "its last event"]);
}

#[test]
fn so_does_an_ordinary_one() {
    let mut world = draining();
    world.change_service("web", |service| service.management = Management::Customer);
    check(&Ahead::of(world, [create("web")]), &[FOUND]);
}

#[test]
fn without_any_time_the_message_admits_it() {
    let mut world = draining();
    world.change_service("web", |service| service.last_activity = None);
    check_message(&Ahead::of(world, [create("web")]), FOUND, &["for an unknown time"]);
}

#[test]
fn a_cluster_by_its_arn_is_the_same_cluster() {
    let by_arn = after(create("web"), "cluster", json!(cluster("prod").to_string()));
    check(&Ahead::of(draining(), [by_arn]), &[FOUND]);
}

#[test]
fn a_replacement_of_what_already_drains_meets_it_too() {
    for actions in [["delete", "create"], ["create", "delete"]] {
        let found = tidy([replace("web", &actions)]).report().findings.len();
        assert!(found > 0);
        check(&Ahead::of(draining(), [replace("web", &actions)]), &[FOUND]);
    }
}

#[test]
fn the_name_is_free_in_another_cluster_and_region() {
    check(&Ahead::of(draining().with_cluster("test"), [create("test/web")]), &[]);
    let elsewhere = Ahead::of(draining(), [after(create("web"), "region", json!("eu-west-1"))]);
    assert!(elsewhere.report().findings.is_empty());
}

#[test]
fn an_inactive_services_name_is_free() {
    let world = World::tidy().kill("web", 1);
    check(&Ahead::of(world, [create("web")]), &[]);
}
