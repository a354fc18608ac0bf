//! `name-taken`: the name belongs to somebody whom the plan does not delete.

use serde_json::json;

use super::ahead::{Ahead, check, check_message, tidy};
use super::rows::{SERVICE, after, attributes, create, forget, living, row, unknown, update};
use crate::world::{World, cluster};

const FOUND: &str = "name-taken critical confirmed service prod/web";

#[test]
fn a_living_service_has_its_name() {
    check(&tidy([create("web")]), &[FOUND]);
    check_message(&tidy([create("web")]), FOUND, &["an Express service"]);
    check(&tidy([after(create("web"), "cluster", json!(cluster("prod").to_string()))]), &[FOUND]);
}

#[test]
fn an_ordinary_service_has_it_as_well() {
    let ahead = Ahead::of(World::tidy().replace_by_plain("web"), [create("web")]);
    check(&ahead, &[FOUND]);
    check_message(&ahead, FOUND, &["an ordinary service"]);
}

#[test]
fn one_that_is_only_forgotten_keeps_it() {
    let forgetting = [at_other(create("web")), forget("web")];
    check(&tidy(forgetting), &["forget-leaves-running high confirmed service prod/web", FOUND]);
    let at_once = row(SERVICE, "web", &["create", "forget"], &living("web"), &attributes("web"));
    check(&tidy([at_once]), &["forget-leaves-running high confirmed service prod/web", FOUND]);
}

fn at_other(row: serde_json::Value) -> serde_json::Value {
    super::rows::at(row, "aws_ecs_express_gateway_service.other")
}

#[test]
fn what_is_not_known_is_not_taken() {
    check(&tidy([unknown(create("web"), "service_name")]), &[]);
    let mut in_new_cluster = tidy([unknown(create("web"), "cluster")]);
    let resource = json!({ "address": format!("{SERVICE}.web"), "mode": "managed", "expressions": { "cluster": {} } });
    in_new_cluster.configuration = json!({ "root_module": { "resources": [resource] } });
    check(&in_new_cluster, &[]);
}

#[test]
fn the_name_is_free_in_another_cluster() {
    check(&tidy([create("default/web")]), &[]);
    check(&tidy([update("web")]), &[]);
}

#[test]
fn two_resources_of_the_plan_cannot_have_one_name() {
    let found = "name-taken critical confirmed service prod/shop";
    let twice = tidy([create("shop"), at_other(create("shop"))]);
    check(&twice, &[found]);
    check_message(&twice, found, &["by aws_ecs_express_gateway_service.shop, but aws_ecs_express_gateway_service.other makes one"]);
    let by_arn = at_other(after(create("shop"), "cluster", json!(cluster("prod").to_string())));
    check(&tidy([create("shop"), by_arn]), &[found]);
    check(&tidy([create("shop"), at_other(create("test/shop"))]), &[]);
}
