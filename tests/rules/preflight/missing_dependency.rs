//! `missing-dependency`: what a service needs is neither there nor made.

use ecs_express_audit::model::{Dependency, DependencyKind as Kind};
use serde_json::{Value, json};

use super::ahead::{Ahead, check, check_message, tidy};
use super::rows::{GROUP, ROLE, SUBNET, after, create, delete, forget, row, unknown, update};
use crate::world::{REGION, World, cluster};

const FOUND: &str = "missing-dependency critical confirmed service prod/shop";

#[test]
fn each_kind_of_thing_that_aws_does_not_know_is_missing() {
    let logging = after(create("shop"), "primary_container", json!([{ "aws_logs_configuration": [{ "log_group": "/logs" }] }]));
    let needed = [
        (Kind::SecurityGroup, GROUP, "security group sg-"),
        (Kind::Subnet, SUBNET, "subnet subnet-"),
        (Kind::Role, ROLE, "role arn:aws:iam"),
        (Kind::Cluster, "prod", "cluster prod"),
        (Kind::LogGroup, "/logs", "log group /logs"),
    ];
    check(&tidy([logging.clone()]), &[]);
    for (kind, id, spoken) in needed {
        let ahead = tidy([logging.clone()]).without(kind, id);
        check(&ahead, &[FOUND]);
        check_message(&ahead, FOUND, &[spoken, "neither exists nor is made by the plan"]);
    }
}

#[test]
fn each_missing_thing_is_one_finding() {
    let ahead = tidy([create("shop"), update("web")]).without(Kind::SecurityGroup, GROUP).without(Kind::Role, ROLE);
    let of_web = "missing-dependency critical confirmed service prod/web";
    check(&ahead, &[FOUND, FOUND, of_web, of_web]);
}

#[test]
fn what_is_neither_made_nor_changed_needs_nothing() {
    let ahead = tidy([forget("web")]).without(Kind::Role, ROLE);
    check(&ahead, &["forget-leaves-running high confirmed service prod/web"]);
    let found = tidy([delete("web")]).without(Kind::Role, ROLE).report().findings;
    assert!(found.iter().all(|finding| finding.claim.code().as_str() == "destroy-leaves"));
}

#[test]
fn a_group_that_gets_its_id_later_is_not_missing() {
    let group = row("aws_security_group", "g", &["create"], &Value::Null, &json!({ "name": "g" }));
    check(&tidy([group, unknown(create("shop"), "network_configuration")]), &[]);
}

#[test]
fn what_the_plan_makes_by_name_is_not_missing() {
    let role = row("aws_iam_role", "infra", &["create"], &Value::Null, &json!({ "name": "infra" }));
    let new_cluster = row("aws_ecs_cluster", "c", &["create"], &Value::Null, &json!({ "name": "new" }));
    check(&tidy([role, create("shop")]).without(Kind::Role, ROLE), &[]);
    check(&tidy([new_cluster, create("new/shop")]).without(Kind::Cluster, "new"), &[]);
    check(&tidy([create("new/shop")]).without(Kind::Cluster, "new"), &["missing-dependency critical confirmed service new/shop"]);
    let by_arn = after(create("shop"), "cluster", json!(cluster("new").to_string()));
    check(&tidy([by_arn]).without(Kind::Cluster, "new"), &["missing-dependency critical confirmed service new/shop"]);
}

#[test]
fn what_the_plan_deletes_is_missing_although_it_is_there() {
    let group = row("aws_security_group", "g", &["delete"], &json!({ "id": GROUP }), &Value::Null);
    let ahead = tidy([group, create("shop")]);
    check(&ahead, &[FOUND]);
    check_message(&ahead, FOUND, &["which the same plan deletes (aws_security_group.g)"]);
    let role = row("aws_iam_role", "infra", &["delete"], &json!({ "name": "infra" }), &Value::Null);
    check(&tidy([role, create("shop")]), &[FOUND]);
}

#[test]
fn what_is_made_or_deleted_in_another_region_or_account_is_another_thing() {
    let cluster = |action: &str, region: &str| {
        let attributes = json!({ "name": "prod", "region": region });
        let (before, after) = if action == "create" { (Value::Null, attributes) } else { (attributes, Value::Null) };
        row("aws_ecs_cluster", "c", &[action], &before, &after)
    };
    check(&tidy([cluster("delete", "eu-west-1"), create("shop")]), &[]);
    check(&tidy([cluster("delete", REGION), create("shop")]), &[FOUND]);
    check(&tidy([cluster("create", "eu-west-1"), create("shop")]).without(Kind::Cluster, "prod"), &[FOUND]);
    check(&tidy([cluster("create", REGION), create("shop")]).without(Kind::Cluster, "prod"), &[]);
    let role = json!({ "name": "infra", "arn": "arn:aws:iam::999999999999:role/infra" });
    check(&tidy([row("aws_iam_role", "infra", &["delete"], &role, &Value::Null), create("shop")]), &[]);
}

#[test]
fn what_the_plan_deletes_and_makes_again_is_not_missing() {
    let role = row("aws_iam_role", "infra", &["delete", "create"], &json!({ "name": "infra" }), &json!({ "name": "infra" }));
    check(&tidy([role, create("shop")]), &[]);
}

#[test]
fn the_default_cluster_may_be_made_by_ecs() {
    check(&Ahead::of(World::empty(), [create("default/shop")]).without(Kind::Cluster, "default"), &[]);
}

#[test]
fn what_was_not_read_is_not_missing() {
    let unread = tidy([create("shop")]).without(Kind::Role, ROLE).unasked(Dependency::new(Kind::Role, ROLE));
    super::ahead::check_gaps(&unread, &[], &[("iam:GetRole", Some(ROLE))]);
}
