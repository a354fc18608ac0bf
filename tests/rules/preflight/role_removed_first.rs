//! `role-removed-first`: a service is deleted as its infrastructure role, which must not lose its policy before.

use serde_json::{Value, json};

use super::ahead::{Ahead, check, check_message, tidy};
use super::rows::{SERVICE, at, delete, replace, row, update};
use crate::check::lines;

const CONFIRMED: &str = "role-removed-first high confirmed service prod/web";
const POTENTIAL: &str = "role-removed-first high potential service prod/web";
const POLICY: &str = "aws_iam_role_policy_attachment.p";
const ROLE: &str = "aws_iam_role.r";
const WEB: &str = "aws_ecs_express_gateway_service.web";

fn policy() -> Value {
    row("aws_iam_role_policy_attachment", "p", &["delete"], &json!({ "role": "infra" }), &Value::Null)
}

fn role() -> Value {
    row("aws_iam_role", "r", &["delete"], &json!({ "name": "infra" }), &Value::Null)
}

/// What it says about the role, beside what a deletion leaves anyway.
#[track_caller]
fn check_role(ahead: &Ahead, expected: &[&str]) {
    let mut found = lines(&ahead.world, &ahead.report());
    found.retain(|line| line.starts_with("role-removed-first"));
    assert_eq!(found, expected);
}

#[test]
fn a_policy_that_nothing_orders_may_go_first() {
    let ahead = tidy([delete("web"), policy()]).state(WEB, &[]).state(POLICY, &[]);
    check_role(&ahead, &[CONFIRMED]);
    check_message(&ahead, CONFIRMED, &["a policy of its infrastructure role infra", POLICY]);
}

#[test]
fn the_state_orders_them() {
    check_role(&tidy([delete("web"), policy()]).state(WEB, &[POLICY]), &[]);
    check_role(&tidy([delete("web"), policy(), role()]).state(WEB, &[ROLE]), &[CONFIRMED]);
}

#[test]
fn the_role_itself_may_go_first_only_if_the_service_names_it_literally() {
    check_role(&tidy([delete("web"), role()]).state(WEB, &[ROLE]), &[]);
    let literal = tidy([delete("web"), role()]).state(WEB, &[]);
    check_role(&literal, &[CONFIRMED]);
    check_message(&literal, CONFIRMED, &["its infrastructure role infra (aws_iam_role.r)"]);
}

#[test]
fn keys_of_instances_and_modules_are_ordered_as_wholes() {
    let web = at(delete("web"), r#"module.app["eu"].aws_ecs_express_gateway_service.web[0]"#);
    let policy = at(policy(), "module.role.aws_iam_role_policy_attachment.p[1]");
    let ahead = |on: &[&str]| {
        let web = tidy([web.clone(), policy.clone()]);
        web.state(r#"module.app["eu"].aws_ecs_express_gateway_service.web[0]"#, on)
    };
    check_role(&ahead(&["module.role.aws_iam_role_policy_attachment.p"]), &[]);
    check_role(&ahead(&["module.role.aws_iam_role.r"]), &[CONFIRMED]);
}

#[test]
fn without_a_state_the_configuration_orders_them() {
    let ahead = |web: Value| {
        let mut ahead = tidy([delete("web"), policy()]);
        let mut web = web;
        (web["address"], web["mode"]) = (json!(WEB), json!("managed"));
        ahead.configuration = json!({ "root_module": { "resources": [web, { "address": POLICY, "mode": "managed" }] } });
        ahead
    };
    check_role(&ahead(json!({ "depends_on": [POLICY] })), &[]);
    check_role(&ahead(json!({})), &[CONFIRMED]);
    check_role(&ahead(json!({ "expressions": { "infrastructure_role_arn": { "references": ["local.role"] } } })), &[POTENTIAL]);
}

#[test]
fn with_neither_it_cannot_be_told() {
    check_role(&tidy([delete("web"), policy()]), &[POTENTIAL]);
}

#[test]
fn a_replaced_service_is_deleted_too_and_so_is_a_deposed_one() {
    check_role(&tidy([replace("web", &["delete", "create"]), policy()]).state(WEB, &[]), &[CONFIRMED]);
    let mut deposed = delete("web");
    deposed["deposed"] = json!("0a1b2c3d");
    check_role(&tidy([deposed.clone(), policy()]).state(WEB, &[]), &[CONFIRMED]);
    check_role(&tidy([deposed, policy()]).state(WEB, &[POLICY]), &[]);
}

#[test]
fn a_service_that_stays_needs_no_order() {
    check(&tidy([update("web"), policy()]).state(WEB, &[]), &[]);
}

#[test]
fn another_roles_policy_is_of_no_concern() {
    let other = row("aws_iam_role_policy", "p", &["delete"], &json!({ "role": "task" }), &Value::Null);
    check_role(&tidy([delete("web"), other]).state(WEB, &[]), &[]);
    let updated = row("aws_iam_role_policy", "p", &["update"], &json!({ "role": "infra" }), &json!({ "role": "infra" }));
    check_role(&tidy([delete("web"), updated]).state(WEB, &[]), &[]);
}

#[test]
fn a_role_of_the_same_name_in_another_account_is_of_no_concern() {
    let of = |account: &str| {
        let role = json!({ "name": "infra", "arn": format!("arn:aws:iam::{account}:role/infra") });
        tidy([delete("web"), row("aws_iam_role", "r", &["delete"], &role, &Value::Null)]).state(WEB, &[])
    };
    check_role(&of("999999999999"), &[]);
    check_role(&of("123456789012"), &[CONFIRMED]);
}

#[test]
fn a_service_that_gives_no_role_is_told_nothing() {
    let mut web = row(SERVICE, "web", &["delete"], &super::rows::living("web"), &Value::Null);
    web["change"]["before"]["infrastructure_role_arn"] = Value::Null;
    check_role(&tidy([web, policy()]).state(WEB, &[]), &[]);
}
