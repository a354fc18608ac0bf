//! `leftover-collision`: what a dead service left has a name that its successor needs.

use ecs_express_audit::model::DependencyKind as Kind;
use serde_json::{Value, json};

use super::ahead::{Ahead, check, check_message};
use super::rows::{after, create, row, update};
use crate::world::{DAY, MINUTE, Parts, REGION, World, seconds_ago};

const ALARM: &str = "leftover-collision medium confirmed alarm prod/web/RollbackAlarm";
const TARGET: &str = "leftover-collision medium confirmed scalable-target service/prod/web";
const GROUP: &str = "leftover-collision medium confirmed security-group <web sg>";

fn left() -> World {
    World::tidy().kill("web", 60)
}

/// All that is left of the service is that.
fn only(world: World, arn: &ecs_express_audit::model::Arn) -> Ahead {
    let parts = Parts::of("web");
    let named = [parts.group(), parts.rollback_alarm(), parts.scalable_target()];
    let others: Vec<_> = named.into_iter().filter(|other| other != arn).collect();
    Ahead::of(world.purge(&others), [create("web")])
}

#[test]
fn three_kinds_have_names_that_come_again() {
    check(&Ahead::of(left(), [create("web")]), &[ALARM, TARGET, GROUP]);
    check(&Ahead::of(World::tidy().forget("web"), [create("web")]), &[ALARM, TARGET, GROUP]);
    check_message(&only(left(), &Parts::of("web").group()), GROUP, &["a VPC has room for one"]);
}

#[test]
fn another_name_is_free() {
    check(&Ahead::of(left(), [create("shop")]), &[]);
    check(&Ahead::of(left(), [create("default/web")]), &[]);
}

#[test]
fn within_grace_aws_may_still_be_clearing_up() {
    check(&Ahead::of(World::tidy().kill_at("web", seconds_ago(15 * MINUTE - 1)), [create("web")]), &[]);
    check(&Ahead::of(World::tidy().kill_at("web", seconds_ago(15 * MINUTE)), [create("web")]), &[ALARM, TARGET, GROUP]);
    let mut patient = World::tidy().kill_at("web", seconds_ago(DAY));
    patient.policy.grace = std::time::Duration::from_hours(48);
    check(&Ahead::of(patient, [create("web")]), &[]);
}

#[test]
fn a_security_group_is_in_the_way_in_its_own_vpc_alone() {
    let group = Parts::of("web").group();
    check(&only(left(), &group), &[GROUP]);
    check(&only(left(), &group).in_vpc("vpc-0000000000000000f"), &[]);
    let mut in_default_vpc = only(left(), &group);
    in_default_vpc.rows = vec![after(create("web"), "network_configuration", json!([]))];
    check(&in_default_vpc, &[GROUP]);
}

#[test]
fn without_the_managed_tag_it_may_be_somebody_elses() {
    let group = Parts::of("web").group();
    check(&only(left().untag(&group), &group), &["leftover-collision medium potential security-group <web sg>"]);
}

#[test]
fn what_the_plans_own_state_has_is_no_leftover() {
    let parts = Parts::of("web");
    let kept = json!({ "arn": parts.group().to_string(), "alarm": parts.rollback_alarm().to_string() });
    let kept = row("aws_security_group", "imported", &["no-op"], &kept, &kept);
    check(&Ahead::of(left(), [create("web"), kept]), &[TARGET]);
}

fn log_group(action: &str) -> Value {
    row("aws_cloudwatch_log_group", "logs", &[action], &Value::Null, &json!({ "name": "/logs", "region": REGION }))
}

fn logging(name: &str) -> Value {
    after(create(name), "primary_container", json!([{ "aws_logs_configuration": [{ "log_group": "/logs" }] }]))
}

#[test]
fn a_log_group_that_the_plan_makes_must_not_be_there() {
    let found = "leftover-collision high confirmed log-group /logs";
    let ahead = Ahead::of(World::tidy(), [logging("shop"), log_group("create")]);
    check(&ahead, &[found]);
    check_message(&ahead, found, &["which CloudWatch Logs will refuse"]);
    check(&Ahead::of(World::tidy(), [logging("shop"), log_group("create")]).without(Kind::LogGroup, "/logs"), &[]);
    check(&Ahead::of(World::tidy(), [logging("shop"), log_group("update")]), &[]);
}

#[test]
fn a_log_group_of_a_service_that_is_changed_or_still_drains_is_in_the_way_too() {
    let logs = json!([{ "aws_logs_configuration": [{ "log_group": "/logs" }] }]);
    let changed = Ahead::of(World::tidy(), [after(update("web"), "primary_container", logs), log_group("create")]);
    check(&changed, &["leftover-collision high confirmed log-group /logs"]);
    let draining = Ahead::of(World::tidy().drain("web", 1), [logging("web"), log_group("create")]);
    let report = draining.report();
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.claim.code().as_str()).collect();
    assert_eq!(codes, ["create-while-draining", "leftover-collision"]);
}

#[test]
fn a_log_group_of_another_region_or_of_none_that_is_known_is_in_nobodys_way() {
    for region in [json!("eu-west-1"), Value::Null] {
        let elsewhere = after(log_group("create"), "region", region);
        check(&Ahead::of(World::tidy(), [logging("shop"), elsewhere]), &[]);
    }
}

#[test]
fn nobody_knows_whether_an_unread_log_group_is_there() {
    let dependency = ecs_express_audit::model::Dependency::new(Kind::LogGroup, "/logs");
    let ahead = Ahead::of(World::tidy(), [logging("shop"), log_group("create")]).unasked(dependency);
    super::ahead::check_gaps(&ahead, &[], &[("logs:DescribeLogGroups", Some("/logs"))]);
}
