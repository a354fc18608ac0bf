//! Plans judged before they are applied, against what is live in the emulator.

#![allow(clippy::needless_pass_by_value, reason = "literals of `json!` read best passed as they are")]

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{Report, World, text};

const SERVICE: &str = "aws_ecs_express_gateway_service";

/// A row of a plan.
fn row(kind: &str, name: &str, actions: Value, before: Value, after: Value, unknown: Value) -> Value {
    json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
           "change": {"actions": actions, "before": before, "after": after, "after_unknown": unknown}})
}

/// Writes a plan of these rows, and gives its path.
pub(super) fn plan(world: &World, rows: Value) -> String {
    configured_plan(world, rows, json!([]))
}

fn configured_plan(world: &World, rows: Value, resources: Value) -> String {
    let configuration = json!({"root_module": {"resources": resources}});
    world.file("plan.json", &json!({"format_version": "1.2", "resource_changes": rows, "configuration": configuration}).to_string())
}

fn role(world: &World, name: &str) -> String {
    text(&world.step(json!({"do": "role", "name": name}))["arn"]).to_owned()
}

/// The attributes of a service: all that a plan knows of one.
fn attributes(world: &World, cluster: &str, name: &str, infrastructure_role: &str) -> Value {
    json!({"cluster": cluster, "service_name": name, "region": world.region, "infrastructure_role_arn": infrastructure_role})
}

/// A service to be made, with a role that is not there.
pub(super) fn new_service(world: &World, cluster: &str, name: &str) -> Value {
    let mut after = attributes(world, cluster, name, "arn:aws:iam::123456789012:role/nobodys");
    after["network_configuration"] = json!([{"security_groups": [], "subnets": ["subnet-0123456789abcdef0"]}]);
    row(SERVICE, name, json!(["create"]), json!(null), after, json!({"service_arn": true}))
}

/// A service to be made, with a role, the subnets of a living one and these security groups.
fn sound_service(world: &World, cluster: &str, name: &str, like: &Value, groups: &[&Value]) -> Value {
    let mut after = attributes(world, cluster, name, &role(world, "infra"));
    after["network_configuration"] = json!([{"security_groups": groups, "subnets": like["subnets"]}]);
    row(SERVICE, &name.replace('-', "_"), json!(["create"]), json!(null), after, json!({"service_arn": true}))
}

fn deleted(world: &World, service: &Value, name: &str) -> Value {
    let before = json!({"service_arn": service["service"], "region": world.region,
                        "infrastructure_role_arn": role(world, "infra")});
    row(SERVICE, name, json!(["delete"]), before, json!(null), json!({}))
}

fn judged(world: &World, plan: &str) -> Report {
    Report::of(world.run(&["preflight", "--plan", plan, "-f", "json"]))
}

fn codes(report: &Report) -> BTreeSet<&str> {
    report.json["findings"].as_array().expect("findings").iter().map(|finding| text(&finding["code"])).collect()
}

#[test]
fn a_tidy_plan_is_clean_after_a_handful_of_calls() {
    let Some(world) = World::open("plan-tidy") else { return };
    let live = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let group = world.step(json!({"do": "security_group", "name": "app"}));
    let plan = plan(&world, json!([sound_service(&world, "prod", "api", &live, &[&group["security_group"]])]));
    world.calls();
    let report = judged(&world, &plan);
    report.check(&[]);
    assert_eq!(report.code, 0);
    // GetRole is not in a Region's record.
    let calls = world.calls();
    assert_eq!(calls.len(), 12, "{calls:?}");
    assert_eq!(report.json["scopes"][0]["api_calls"], 12, "these without the identity, and GetRole");
    assert_eq!((text(&report.json["services"][0]["planned"]), text(&report.json["services"][0]["status"])), ("create", "MISSING"));
}

#[test]
fn the_second_story_is_stopped_before_the_apply() {
    let Some(world) = World::open("plan-story-two") else { return };
    let service = world.step(json!({"do": "create", "cluster": "hoge-cluster", "name": "hoge-service"}));
    world.step(json!({"do": "drain", "service": service["service"], "done": ["rule"], "minutes_ago": 120}));
    let plan = plan(&world, json!([sound_service(&world, "hoge-cluster", "hoge-service", &service, &[])]));
    let report = judged(&world, &plan);
    assert_eq!((report.code, codes(&report)), (2, BTreeSet::from(["create-while-draining"])));
    let finding = &report.json["findings"][0];
    assert_eq!((text(&finding["severity"]), &finding["arn"]), ("critical", &service["service"]));
    assert!(text(&finding["message"]).contains("DRAINING for 2 h"), "{finding}");
    let advised = world.run(&["preflight", "--plan", &plan, "--advisory"]);
    assert_eq!(advised.code, 0);
    assert!(advised.out.contains("create-while-draining") && advised.out.contains("otherwise it would be 2"), "{}", advised.out);
}

#[test]
fn the_third_story_is_stopped_before_the_apply() {
    let Some(world) = World::open("plan-story-three") else { return };
    let old = world.step(json!({"do": "create", "cluster": "hoge-cluster", "name": "hoge-service"}));
    let group = world.step(json!({"do": "security_group", "name": "hoge"}));
    world.step(json!({"do": "delete_security_group", "id": group["security_group"]}));
    world.step(json!({"do": "create", "cluster": "hoge-cluster-v2", "name": "other"}));
    let service = sound_service(&world, "hoge-cluster-v2", "hoge-service", &old, &[&group["security_group"]]);
    let report = judged(&world, &plan(&world, json!([service])));
    assert_eq!((report.code, codes(&report)), (2, BTreeSet::from(["missing-dependency"])));
    let finding = &report.json["findings"][0];
    assert_eq!((&finding["details"]["missing"], text(&finding["kind"])), (&group["security_group"], "service"));
    assert!(finding["arn"].is_null(), "what is planned has none");
}

#[test]
fn everything_that_a_service_names_must_be_there() {
    let Some(world) = World::open("plan-missing") else { return };
    let report = judged(&world, &plan(&world, json!([new_service(&world, "no-cluster", "web")])));
    let missing = report.json["findings"].as_array().expect("findings").iter().map(|f| text(&f["details"]["missing_kind"]));
    assert_eq!(missing.collect::<BTreeSet<_>>(), BTreeSet::from(["cluster", "role", "subnet"]));
    assert!(report.is_complete(), "{:?}", report.gaps());
}

#[test]
fn a_name_that_lives_is_taken_and_what_a_dead_service_left_is_in_the_way() {
    let Some(world) = World::open("plan-names") else { return };
    let live = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let dead = world.step(json!({"do": "create", "cluster": "prod", "name": "api"}));
    world.step(json!({"do": "delete", "service": dead["service"], "leave": "all"}));
    let taken = judged(&world, &plan(&world, json!([sound_service(&world, "prod", "web", &live, &[])])));
    assert_eq!((taken.code, codes(&taken)), (2, BTreeSet::from(["name-taken"])));
    let report = judged(&world, &plan(&world, json!([sound_service(&world, "prod", "api", &live, &[])])));
    assert_eq!((report.code, codes(&report)), (0, BTreeSet::from(["leftover-collision"])), "medium does not block");
    let about = report.json["findings"].as_array().expect("findings").iter().map(|f| &f["arn"]).collect::<Vec<_>>();
    assert_eq!(about.len(), 3, "security group, alarm and scalable target: {about:?}");
    assert!(about.contains(&&dead["security_group"]) && about.contains(&&dead["scalable_target"]), "{about:?}");
}

#[test]
fn a_destroy_says_what_will_stay_and_who_keeps_it() {
    let Some(world) = World::open("plan-destroy") else { return };
    let going = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let staying = world.step(json!({"do": "create", "cluster": "prod", "name": "api"}));
    assert_eq!(going["load_balancer"], staying["load_balancer"]);
    let alone = plan(&world, json!([deleted(&world, &going, "web")]));
    let report = judged(&world, &alone);
    assert_eq!((report.code, codes(&report)), (0, BTreeSet::from(["destroy-leaves"])));
    let balancer = report.json["findings"].as_array().expect("findings").iter().find(|f| f["kind"] == "load-balancer").expect("it stays");
    assert!(text(&balancer["message"]).contains("it serves prod/api too"), "{balancer}");
    let both = plan(&world, json!([deleted(&world, &going, "web"), deleted(&world, &staying, "api")]));
    let report = judged(&world, &both);
    let kinds: BTreeSet<&str> = report.json["findings"].as_array().expect("findings").iter().map(|f| text(&f["kind"])).collect();
    assert_eq!(kinds, BTreeSet::from(["log-group", "task-definition"]), "nobody is left to keep the load balancer");
}

#[test]
fn what_cannot_be_read_keeps_the_gate_shut() {
    let Some(world) = World::open("plan-denied") else { return };
    let live = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let plan = plan(&world, json!([sound_service(&world, "prod", "api", &live, &[])]));
    for (service, operation) in [
        ("ecs", "DescribeServices"),
        ("ecs", "DescribeClusters"),
        ("ec2", "DescribeSubnets"),
        ("ec2", "DescribeSecurityGroups"),
        ("cloudwatch", "DescribeAlarms"),
        ("application-autoscaling", "DescribeScalableTargets"),
        ("elasticloadbalancing", "DescribeLoadBalancers"),
        ("elasticloadbalancing", "DescribeListeners"),
        ("elasticloadbalancing", "DescribeRules"),
    ] {
        world.faults(json!([{"service": service, "operation": operation, "fault": "deny", "times": null}]));
        let report = judged(&world, &plan);
        assert_eq!((report.code, codes(&report)), (3, BTreeSet::new()), "{operation}");
        assert_eq!(report.gaps(), BTreeSet::from([format!("{service}:{operation}")]));
    }
}

#[test]
fn a_plan_without_express_services_asks_nobody() {
    let Some(world) = World::open("plan-idle") else { return };
    let bucket = row("aws_s3_bucket", "b", json!(["create"]), json!(null), json!({"bucket": "b"}), json!({}));
    let run = world.run(&["preflight", "--plan", &plan(&world, json!([bucket]))]);
    assert_eq!((run.code, world.calls().len()), (0, 0), "{}", run.err);
    assert!(run.out.starts_with("clean: the plan touches no Express service"), "{}", run.out);
    for (text, told) in [("{}", "not supported"), (r#"{"version":4,"resources":[]}"#, "no Terraform plan"), ("", "is empty")] {
        let run = world.run(&["preflight", "--plan", &world.file("other.json", text)]);
        assert_eq!(run.code, 1);
        assert!(run.err.contains(told), "{}", run.err);
    }
}
