//! What a scan really asks for, what it is allowed to, and what its policy grants: three lists, one set.

use std::collections::BTreeSet;

use ecs_express_audit::permissions::{self, IDENTITY, OPERATIONS, Occasion, Operation};
use serde_json::{Value, json};

use super::support::{World, text};

/// The actions of the table's rows that are used on such an occasion.
fn actions(used: impl Fn(Occasion) -> bool) -> BTreeSet<String> {
    OPERATIONS.iter().filter(|row| used(row.occasion)).map(Operation::action).collect()
}

/// IAM and Organizations are one for all Regions, so their calls are in no test Region's record: `preflight.rs` and `fleet.rs` show them by
/// what they tell.
const GLOBAL: [&str; 2] = ["iam:GetRole", "organizations:ListAccounts"];

/// The same without these.
fn recorded(used: impl Fn(Occasion) -> bool) -> BTreeSet<String> {
    actions(used).into_iter().filter(|action| !GLOBAL.contains(&action.as_str())).collect()
}

/// What was called since the last time, but for the identity, which every run asks for first.
#[track_caller]
fn called(world: &World) -> BTreeSet<String> {
    let mut calls: BTreeSet<String> = world.calls().into_iter().collect();
    assert!(calls.remove(IDENTITY), "{calls:?}");
    calls
}

fn granted(policy: &str) -> BTreeSet<String> {
    let policy: Value = serde_json::from_str(policy).expect("JSON");
    let actions = policy["Statement"].as_array().into_iter().flatten().flat_map(|s| s["Action"].as_array().into_iter().flatten());
    actions.map(|action| text(action).to_owned()).collect()
}

/// Something of everything: living, dead and leaving services, and a gateway.
fn everything(world: &World) {
    let create = |name: &str| world.step(json!({"do": "create", "cluster": "prod", "name": name}));
    let (live, dead, leaving) = (create("web"), create("api"), create("cli"));
    world.step(json!({"do": "canary", "service": live["service"]}));
    world.step(json!({"do": "delete", "service": dead["service"], "leave": "all"}));
    world.step(json!({"do": "drain", "service": leaving["service"], "done": ["rule"], "minutes_ago": 120}));
    world.step(json!({"do": "gateway", "cluster": "prod", "service": null, "express_names": false}));
}

#[test]
fn an_empty_region_is_asked_for_its_lists_only() {
    let Some(world) = World::open("reads-nothing") else { return };
    world.audit(&[]).check(&[]);
    assert_eq!(called(&world), actions(|occasion| occasion == Occasion::EveryScan));
}

#[test]
fn a_tidy_account_is_asked_for_nothing_on_suspicion() {
    let Some(world) = World::open("reads-tidy") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.audit(&[&service]).check(&[]);
    let allowed = actions(|occasion| matches!(occasion, Occasion::EveryScan | Occasion::PerParent));
    assert!(called(&world).is_subset(&allowed));
}

#[test]
fn what_is_called_is_what_is_allowed_is_what_the_policy_grants() {
    let Some(world) = World::open("reads-everything") else { return };
    everything(&world);
    world.step(json!({"do": "stack", "name": "shop", "template": r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}"#}));
    assert_eq!(world.run(&["audit", "-d", "cfn://shop"]).code, 2);
    let plan = super::preflight::plan(&world, json!([super::preflight::new_service(&world, "prod", "new")]));
    assert_eq!(world.run(&["preflight", "--plan", &plan]).code, 2, "its role is not there");
    world.enabled_regions(&[&world.region]);
    assert_eq!(world.run(&["audit", "--all-regions"]).code, 2);
    assert_eq!(called(&world), recorded(|_| true));
    let allowed = actions(|_| true);
    for policy in [&["policy"][..], &["policy", "--session"]] {
        assert_eq!(granted(&world.run(policy).out), allowed, "{policy:?}");
    }
    assert_eq!(granted(&permissions::policy()), allowed);
}

#[test]
fn an_assumed_role_can_do_no_more_than_a_scan() {
    let Some(world) = World::open("reads-session") else { return };
    let sends_the_policy = json!({"service": "sts", "operation": "AssumeRole", "fault": "deny", "times": null,
                                  "match": permissions::session_policy()});
    world.faults(json!([sends_the_policy]));
    let run = world.run(&["audit", "--role-arn", "arn:aws:iam::222222222222:role/audit"]);
    assert_eq!(run.code, 1, "AssumeRole was sent without the session policy");
}

#[test]
fn a_doctor_tries_everything_and_finds_nothing_missing() {
    let Some(world) = World::open("doctor-well") else { return };
    let run = world.run(&["doctor"]);
    assert_eq!(run.code, 0, "{}\n{}", run.out, run.err);
    assert_eq!(called(&world), recorded(Occasion::is_in_a_scope));
    assert!(run.out.contains("everything that a scan reads can be read") && !run.out.contains("ticket"), "{}", run.out);
}

#[test]
fn a_doctor_names_what_is_denied_and_what_to_ask_for() {
    let Some(world) = World::open("doctor-denied") else { return };
    let deny =
        |service: &str, operation: &str, fault: &str| json!({"service": service, "operation": operation, "fault": fault, "times": null});
    world.faults(json!([
        deny("acm", "ListCertificates", "deny"),
        deny("ec2", "DescribeNetworkInterfaces", "deny"),
        deny("logs", "DescribeLogGroups", "scp"),
        deny("ecs", "ListGateways", "unknown-operation"),
    ]));
    let run = world.run(&["doctor"]);
    assert_eq!(run.code, 3, "{}", run.err);
    for part in [
        "3 of 35 operations cannot be used",
        "Permissions that are missing: acm:ListCertificates, ec2:DescribeNetworkInterfaces.",
        "can lift: logs:DescribeLogGroups.",
        "(account 123456789012, Region",
    ] {
        assert!(run.out.contains(part), "{part:?} is not in\n{}", run.out);
    }
    assert!(!run.out.contains("not authorized"), "AWS's message is repeated:\n{}", run.out);
    let json: Value = serde_json::from_str(&world.run(&["doctor", "-f", "json"]).out).expect("JSON");
    let operations = json["scopes"][0]["operations"].as_array().expect("operations").iter();
    let lost = operations.filter(|operation| operation["access"] != "granted");
    let lost: BTreeSet<String> = lost.map(|o| format!("{} {}", text(&o["access"]), text(&o["operation"]))).collect();
    let expected = [
        "denied acm:ListCertificates",
        "denied ec2:DescribeNetworkInterfaces",
        "denied-by-scp logs:DescribeLogGroups",
        "not-offered ecs:ListGateways",
    ];
    assert_eq!(lost, expected.map(str::to_owned).into());
    let ticket = text(&json["scopes"][0]["ticket"]);
    let policy = granted(&ticket[ticket.find('{').expect("a policy")..]);
    assert_eq!(policy, ["acm:ListCertificates", "ec2:DescribeNetworkInterfaces"].map(str::to_owned).into());
}

#[test]
fn a_doctor_tells_each_denial_by_its_operation() {
    let Some(world) = World::open("doctor-each") else { return };
    for row in OPERATIONS.iter().filter(|row| row.occasion.is_in_a_scope() && !GLOBAL.contains(&row.action().as_str())) {
        let action = row.action();
        let (service, operation) = action.split_once(':').expect("an action");
        world.faults(json!([{"service": service, "operation": operation, "fault": "deny", "times": null}]));
        let found: Value = serde_json::from_str(&world.run(&["doctor", "-f", "json"]).out).expect("JSON");
        let operations = found["scopes"][0]["operations"].as_array().expect("operations").iter();
        let denied: Vec<&str> = operations.filter(|o| o["access"] != "granted").map(|o| text(&o["operation"])).collect();
        assert_eq!(denied, [action]);
    }
}

#[test]
fn a_doctor_says_first_that_the_credentials_are_no_good() {
    let Some(world) = World::open("doctor-expired") else { return };
    world.faults(json!([{"service": "sts", "operation": "GetCallerIdentity", "fault": "expired", "times": null}]));
    let run = world.run(&["doctor"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("the credentials have expired"), "{}\n{}", run.out, run.err);
    assert!(!run.out.contains("security token included"), "AWS's message is repeated:\n{}", run.out);
    let several = world.run(&["doctor", "--region", &world.region, "--region", "test-0"]);
    assert_eq!(several.code, 3, "the other Region can be read: {}", several.out);
}

#[test]
fn a_doctor_without_a_way_to_aws_says_so() {
    let Some(world) = World::open("doctor-offline") else { return };
    let run = world.run(&["doctor", "--endpoint-url", "http://127.0.0.1:9"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("does not answer"), "{}\n{}", run.out, run.err);
}
