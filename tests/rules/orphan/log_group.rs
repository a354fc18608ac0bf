//! Log groups: kept data, never more than a hint.

use ecs_express_audit::kinds::{LogGroup, ManagedTag, Marks};
use ecs_express_audit::model::Arn;

use crate::check::{check_change, check_never};
use crate::world::{DAY, Parts, World, arn, managed, present, seconds_ago};

fn log_group(name: &str, marks: Marks) -> LogGroup {
    LogGroup { arn: log_arn(name), name: name.to_owned(), created_at: Some(seconds_ago(3 * DAY)), stored_bytes: None, marks }
}

fn log_arn(name: &str) -> Arn {
    arn("logs", &format!("log-group:{name}"))
}

fn untagged() -> Marks {
    Marks { tag: ManagedTag::Absent, ..Marks::default() }
}

fn dead_and(group: LogGroup) -> World {
    let mut world = World::tidy().kill("web", 60);
    world.live.log_groups.push(group);
    world
}

#[test]
fn an_untagged_group_of_a_proven_dead_service_is_left_over() {
    let logs = Parts::of("web").log_group();
    check_change(&World::tidy().kill("web", 60), &World::tidy().kill("web", 60).untag(&logs), &[]);
}

#[test]
fn a_second_group_of_the_dead_service_is_left_over_too() {
    let group = log_group("/aws/ecs/prod/web-cafe", present());
    check_change(&World::tidy().kill("web", 60), &dead_and(group), &["+ orphan info potential log-group /aws/ecs/prod/web-cafe"]);
}

#[test]
fn a_group_that_the_customer_named_is_the_customers() {
    for name in ["/ecs/web", "/aws/ecs/prod/web", "/aws/ecs/containerinsights/prod-0a1b", "prod/web-cafe"] {
        check_change(&World::tidy().kill("web", 60), &dead_and(log_group(name, untagged())), &[]);
    }
}

#[test]
fn an_untagged_group_of_a_service_that_may_never_have_been_express_is_nobodys() {
    let mut world = World::tidy();
    world.live.log_groups.push(log_group("/aws/ecs/prod/shop-cafe", untagged()));
    let shop = world.clone().with_service("shop").forget("shop").live.services.pop().expect("the forgotten service");
    world.live.services.push(shop);
    check_change(&World::tidy(), &world, &[]);
}

#[test]
fn a_living_services_own_group_in_express_modes_naming_is_nobodys_leftover() {
    let mut world = World::tidy();
    world.live.log_groups.push(log_group("/aws/ecs/prod/web-cafe", untagged()));
    check_change(&World::tidy(), &world, &[]);
}

#[test]
fn a_group_that_another_living_service_writes_to_is_no_leftover() {
    let mut world = dead_and(log_group("/aws/ecs/prod/web-cafe", present()));
    let api = Parts::of("api").revision();
    let revision = world.live.revisions.iter_mut().find(|revision| revision.arn == api).expect("the living one's revision");
    revision.others.push(managed(ecs_express_audit::model::Kind::LogGroup, &log_arn("/aws/ecs/prod/web-cafe")));
    check_change(&World::tidy().kill("web", 60), &world, &[]);
}

#[test]
fn the_group_of_a_plain_service_under_the_same_name_is_in_use() {
    check_never(&World::tidy().replace_by_plain("web"), "orphan", &["log-group"]);
}
