//! What is nothing to stop for.

use ecs_express_audit::input::read_config;
use ecs_express_audit::model::{ExitCode, Report};
use serde_json::{Value, json};

use super::ahead::{Ahead, check, tidy};
use super::rows::{SERVICE, after, create, living, row, update};
use crate::world::World;

#[test]
fn a_service_under_a_free_name_with_all_that_it_needs_is_clean() {
    check(&tidy([create("shop")]), &[]);
    check(&tidy([create("shop"), create("cart"), update("web"), update("api")]), &[]);
}

#[test]
fn an_empty_account_with_the_cluster_there_is_clean() {
    check(&Ahead::of(World::empty(), [create("shop")]), &[]);
}

#[test]
fn a_plan_that_does_nothing_is_clean_whoever_was_asked() {
    let kept = row(SERVICE, "web", &["no-op"], &living("web"), &living("web"));
    for rows in [vec![kept], vec![], vec![row("aws_s3_bucket", "b", &["create"], &Value::Null, &json!({}))]] {
        let ahead = tidy(rows);
        let is_clean = |report: Report| report.is_complete() && report.exit_code() == ExitCode::Clean && report.findings.is_empty();
        assert!(is_clean(ahead.report_on(&[])) && is_clean(ahead.report()));
    }
}

#[test]
fn a_plan_that_does_something_and_nobody_was_asked_is_not() {
    assert_eq!(tidy([create("shop")]).report_on(&[]).exit_code(), ExitCode::Incomplete);
}

#[test]
fn a_plan_says_nothing_of_waivers_that_it_does_not_use() {
    let mut ahead = tidy([create("shop")]);
    let text = "[[waiver]]\ncode = \"orphan\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-12-31\n";
    ahead.world.policy.waivers = read_config("w.toml", text.as_bytes()).expect("a configuration").waivers;
    check(&ahead, &[]);
}

#[test]
fn a_service_whose_name_aws_will_give_is_nobodys() {
    check(&tidy([after(create("shop"), "service_name", Value::Null)]), &[]);
}
