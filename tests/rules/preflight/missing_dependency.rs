//! `missing-dependency`: what a service needs is neither there nor made.

use ecs_express_audit::model::{Dependency, DependencyKind as Kind};
use serde_json::{Value, json};

use super::ahead::{Ahead, check, check_message, tidy};
use super::rows::{GROUP, ROLE, SERVICE, SUBNET, after, create, delete, forget, living, replace, row, unknown, update};
use crate::check::lines;
use crate::world::{REGION, VPC, World, cluster};

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
    let found = tidy([delete("web")]).without(Kind::SecurityGroup, GROUP).report().findings;
    assert!(found.iter().all(|finding| finding.claim.code().as_str() == "destroy-leaves"));
}

#[test]
fn a_deletion_needs_the_role_that_it_runs_as() {
    let of_web = "missing-dependency critical confirmed service prod/web";
    let missing = |ahead: Ahead| {
        let found = lines(&ahead.world, &ahead.report());
        found.into_iter().filter(|line| line.starts_with("missing-dependency")).collect::<Vec<_>>()
    };
    assert_eq!(missing(tidy([delete("web")]).without(Kind::Role, ROLE)), [of_web]);
    assert_eq!(missing(tidy([replace("web", &["delete", "create"])]).without(Kind::Role, ROLE)), [of_web]);
    assert_eq!(missing(Ahead::of(World::tidy().drain("web", 1), [delete("web")]).without(Kind::Role, ROLE)), [of_web]);
    assert!(missing(Ahead::of(World::tidy().kill("web", 60), [delete("web")]).without(Kind::Role, ROLE)).is_empty());
    assert!(missing(tidy([delete("web")])).is_empty());
}

#[test]
fn what_stays_must_not_lose_what_it_relies_on() {
    let kept = || row(SERVICE, "web", &["no-op"], &living("web"), &living("web"));
    let gone = |kind: &str, attributes: Value| row(kind, "x", &["delete"], &attributes, &Value::Null);
    let found = "missing-dependency critical confirmed service prod/web";
    check(&tidy([kept(), gone("aws_security_group", json!({ "id": GROUP }))]), &[found]);
    check(&tidy([kept(), gone("aws_iam_role", json!({ "name": "infra" }))]), &[found]);
    check(&tidy([kept(), gone("aws_ecs_cluster", json!({ "name": "prod", "region": REGION }))]), &[found]);
    check(&tidy([kept(), gone("aws_security_group", json!({ "id": "sg-0f" }))]), &[]);
    assert!(tidy([kept(), gone("aws_security_group", json!({ "id": "sg-0f" }))]).report().is_idle);
}

#[test]
fn a_cluster_is_asked_for_where_only_the_services_name_is_not_known() {
    let unnamed = |cluster: &str| unknown(after(create("shop"), "cluster", json!(cluster)), "service_name");
    let missing = |ahead: Ahead| ahead.report().findings.iter().map(|finding| finding.claim.code().as_str()).collect::<Vec<_>>();
    assert_eq!(missing(tidy([unnamed("nosuch")]).without(Kind::Cluster, "nosuch")), ["missing-dependency"]);
    assert!(missing(tidy([unnamed("prod")])).is_empty());
    let of_no_cluster = unknown(unnamed("nosuch"), "cluster");
    assert!(missing(tidy([of_no_cluster]).without(Kind::Cluster, "nosuch").without(Kind::Cluster, "default")).is_empty());
}

#[test]
fn groups_and_subnets_must_lie_in_one_vpc() {
    let elsewhere = tidy([create("shop")]).group_in_vpc("vpc-0000000000000000f");
    check(&elsewhere, &[FOUND]);
    check_message(&elsewhere, FOUND, &["security group sg-", "lies in vpc-0000000000000000f, and not in vpc-"]);
    check(&tidy([create("shop")]).group_in_vpc(VPC), &[]);
    let regrouped = after(update("web"), "network_configuration", json!([{ "security_groups": [GROUP] }]));
    check(&tidy([regrouped]).group_in_vpc("vpc-0000000000000000f"), &["missing-dependency critical confirmed service prod/web"]);
}

#[test]
fn a_cluster_of_another_region_is_out_of_reach() {
    let there = after(create("shop"), "cluster", json!("arn:aws:ecs:eu-west-1:123456789012:cluster/prod"));
    check(&tidy([there.clone()]), &[FOUND]);
    check_message(&tidy([there]), FOUND, &["lies in eu-west-1, and not in us-east-1"]);
    let of_another_account = after(create("shop"), "cluster", json!("arn:aws:ecs:us-east-1:999999999999:cluster/prod"));
    let report = tidy([of_another_account]).report();
    assert!(report.findings.is_empty() && !report.is_complete());
}

#[test]
fn a_role_is_made_under_its_path() {
    let role = |path: &str| row("aws_iam_role", "infra", &["create"], &Value::Null, &json!({ "name": "infra", "path": path }));
    check(&tidy([role("/"), create("shop")]).without(Kind::Role, ROLE), &[]);
    check(&tidy([role("/team/"), create("shop")]).without(Kind::Role, ROLE), &[FOUND]);
}

#[test]
fn a_default_subnet_is_only_forgotten() {
    let subnet = |kind: &str| row(kind, "s", &["delete"], &json!({ "id": SUBNET }), &Value::Null);
    check(&tidy([subnet("aws_default_subnet"), update("web")]), &[]);
    check(&tidy([subnet("aws_subnet"), update("web")]), &["missing-dependency critical confirmed service prod/web"]);
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
