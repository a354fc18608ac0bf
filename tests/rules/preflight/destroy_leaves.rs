//! `destroy-leaves`: what a deletion does not take away.

use ecs_express_audit::kinds::ManagedStatus;
use ecs_express_audit::model::{Claim, Prospect};
use serde_json::json;

use super::ahead::{Ahead, check, check_gaps, check_message, tidy};
use super::rows::{delete, replace, row, update};
use crate::world::{Parts, World, listener, rule_on};

const LOGS: &str = "destroy-leaves info potential log-group <web logs>";
const FAMILY: &str = "destroy-leaves info potential task-definition prod-web:3";
const BALANCER: &str = "destroy-leaves info confirmed load-balancer <alb>";

fn alone() -> World {
    World::empty().with_cluster("prod").with_balancer().with_service("web")
}

#[test]
fn the_last_services_end_leaves_log_group_and_task_definitions() {
    check(&Ahead::of(alone(), [delete("web")]), &[LOGS, FAMILY]);
    check_message(&Ahead::of(alone(), [delete("web")]), FAMILY, &["3 of this family"]);
}

#[test]
fn a_load_balancer_that_serves_another_service_stays() {
    check(&tidy([delete("web")]), &[BALANCER, LOGS, FAMILY]);
    check_message(&tidy([delete("web")]), BALANCER, &["it serves prod/api too", "the listener rule for <api host>"]);
}

#[test]
fn when_all_its_services_go_so_does_it() {
    let of_api = ["destroy-leaves info potential log-group <api logs>", "destroy-leaves info potential task-definition prod-api:3"];
    check(&tidy([delete("web"), delete("api")]), &[of_api[0], LOGS, of_api[1], FAMILY]);
}

#[test]
fn who_keeps_it_is_not_known_where_one_of_those_that_go_was_not_read() {
    let of_api = "arn:aws:ecs:us-east-1:123456789012:service/prod/api";
    let both = tidy([delete("web"), delete("api")]);
    check_gaps(&both.clone().unasked_service("api"), &[LOGS, FAMILY], &[("ecs:DescribeServices", Some(of_api))]);
    let silent = Ahead::of(World::tidy().silence("api"), [delete("web"), delete("api")]);
    check(&silent, &[LOGS, "destroy-leaves info potential task-definition prod-api:3", FAMILY]);
    let mut half = both;
    half.world.live.revisions.retain(|revision| revision.service != Parts::of("api").service());
    let revision = Parts::of("api").revision().to_string();
    let unread = [("ecs:DescribeServiceRevisions", Some(revision.as_str()))];
    check_gaps(&half, &[LOGS, "destroy-leaves info potential task-definition prod-api:3", FAMILY], &unread);
}

#[test]
fn somebodys_own_rule_or_listener_keeps_it() {
    for world in [alone().custom_rule(), alone().changed_default_action(), alone().extra_listener()] {
        check(&Ahead::of(world, [delete("web")]), &[BALANCER, LOGS, FAMILY]);
    }
    check_message(&Ahead::of(alone().custom_rule(), [delete("web")]), BALANCER, &["it is shared", "shop.example.com"]);
    check_message(&Ahead::of(alone().extra_listener(), [delete("web")]), BALANCER, &["listener on port 80"]);
}

#[test]
fn a_holder_is_named_with_its_arn() {
    let report = Ahead::of(alone().custom_rule(), [delete("web")]).report();
    let holders = report.findings.into_iter().find_map(|finding| match finding.claim {
        Claim::Planned { prospect: Prospect::DestroyLeaves { holders, .. }, .. } if !holders.is_empty() => Some(holders),
        _ => None,
    });
    let ids: Vec<String> = holders.into_iter().flatten().map(|holder| holder.id).collect();
    assert_eq!(ids, [rule_on(&listener(), "c0ffee0000000001").to_string()]);
}

#[test]
fn a_log_group_of_the_plans_own_goes_with_it() {
    let attributes = json!({ "name": "n", "arn": Parts::of("web").log_group().to_string() });
    let logs = row("aws_cloudwatch_log_group", "l", &["delete"], &attributes, &serde_json::Value::Null);
    check(&Ahead::of(alone(), [delete("web"), logs]), &[FAMILY]);
}

#[test]
fn what_is_already_deleted_does_not_stay() {
    let parts = Parts::of("web");
    let world = alone().status("web", &parts.log_group(), ManagedStatus::Deleted, None);
    check(&Ahead::of(world, [delete("web")]), &[FAMILY]);
    let mut world = alone();
    world.live.task_families.clear();
    check(&Ahead::of(world, [delete("web")]), &[LOGS]);
}

#[test]
fn what_is_gone_or_made_again_leaves_nothing() {
    check(&Ahead::of(World::tidy().kill("web", 60), [delete("web")]), &[]);
    check(&Ahead::of(World::tidy().forget("web"), [delete("web")]), &[]);
    check(&tidy([replace("web", &["delete", "create"])]), &["replace-same-name high confirmed service prod/web"]);
    check(&tidy([update("web")]), &[]);
}
