//! The deletion checklists of the case that the project grew from, stage by stage.

use serde_json::{Value, json};

use super::support::{Report, World, text};

fn hoge(world: &World) -> Value {
    world.step(json!({"do": "create", "cluster": "hoge-cluster", "name": "hoge-service"}))
}

/// The states of the service's kinds.
#[track_caller]
fn checklist(world: &World, arn: &Value, expected_code: i32) -> Value {
    let report = Report::of(world.run(&["checklist", "--service", text(arn), "-f", "json"]));
    assert_eq!((report.code, text(&report.json["command"])), (expected_code, "checklist"));
    let services = report.json["services"].as_array().expect("services");
    assert_eq!(services.len(), 1, "only the service that was asked about");
    services[0].clone()
}

#[track_caller]
fn check(service: &Value, state: &str, kinds: &[&str]) {
    for kind in kinds {
        assert_eq!(service["checklist"][kind], state, "{kind}: {}", service["checklist"]);
    }
}

#[test]
fn after_the_destroy_it_says_what_is_gone_and_what_is_left() {
    let Some(world) = World::open("checklist-one") else { return };
    let service = hoge(&world);
    let left = ["target-group", "certificate", "listener", "load-balancer", "load-balancer-security-group"];
    world.step(json!({"do": "delete", "service": service["service"], "leave": left}));
    let entry = checklist(&world, &service["service"], 2);
    check(&entry, "left", &["target-group", "certificate", "listener", "load-balancer", "security-group"]);
    check(&entry, "gone", &["service", "listener-rule", "alarm", "log-group", "scalable-target", "scaling-policy"]);
    let items = entry["items"].as_array().expect("items");
    assert!(items.iter().any(|item| item["arn"] == service["load_balancer"] && item["state"] == "left"), "{items:?}");
}

#[test]
fn while_the_name_drains_it_says_what_is_being_deleted() {
    let Some(world) = World::open("checklist-two") else { return };
    let service = hoge(&world);
    world.step(json!({"do": "drain", "service": service["service"], "done": ["rule"], "minutes_ago": 120}));
    let entry = checklist(&world, &service["service"], 2);
    assert_eq!(entry["status"], "DRAINING");
    check(&entry, "deleting", &["service", "target-group", "load-balancer"]);
}

#[test]
fn of_the_service_without_a_way_in_it_says_what_was_never_made() {
    let Some(world) = World::open("checklist-three") else { return };
    let new = world.step(json!({"do": "create", "cluster": "hoge-cluster-v2", "name": "hoge-service", "wedged": true}));
    let entry = checklist(&world, &new["service"], 2);
    assert_eq!(entry["status"], "ACTIVE");
    check(&entry, "never-seen", &["load-balancer", "listener", "listener-rule", "target-group"]);
    check(&entry, "in-use", &["service", "cluster"]);
}

#[test]
fn once_nothing_is_left_everything_is_gone() {
    let Some(world) = World::open("checklist-gone") else { return };
    let service = hoge(&world);
    world.step(json!({"do": "delete", "service": service["service"], "leave": []}));
    let entry = checklist(&world, &service["service"], 0);
    check(&entry, "gone", &["service", "target-group", "load-balancer", "certificate", "log-group", "task-definition"]);
}

/// A plan that deletes the service.
fn destroying(world: &World, service: &Value) -> String {
    let before = json!({"service_arn": service["service"], "region": world.region});
    let row = json!({"address": "aws_ecs_express_gateway_service.web", "mode": "managed", "type": "aws_ecs_express_gateway_service",
                     "name": "web", "change": {"actions": ["delete"], "before": before, "after": null, "after_unknown": {}}});
    world.file("plan.json", &json!({"format_version": "1.2", "resource_changes": [row]}).to_string())
}

#[test]
fn after_a_destroy_it_waits_until_all_is_gone() {
    let Some(world) = World::open("wait-gone") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.step(json!({"do": "drain", "service": service["service"], "done": ["rule"], "minutes_ago": 1}));
    let plan = destroying(&world, &service);
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            // Not before it was seen draining.
            while !world.calls().iter().any(|call| call == "ecs:DescribeServiceRevisions") {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            world.step(json!({"do": "delete", "service": service["service"], "leave": ["log-group", "task-definition"]}));
        });
        Report::of(world.run(&["checklist", "--plan", &plan, "--wait", "40s", "-f", "json"]))
    });
    assert_eq!(report.code, 0, "{}", report.json["gaps"]);
    let entry = &report.json["services"][0];
    assert_eq!((text(&entry["status"]), text(&entry["checklist"]["load-balancer"])), ("INACTIVE", "gone"), "{entry}");
}

#[test]
fn what_a_plan_deletes_and_nobody_has_deleted_yet_is_not_clean() {
    let Some(world) = World::open("wait-not-applied") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let report = Report::of(world.run(&["checklist", "--plan", &destroying(&world, &service), "-f", "json"]));
    assert_eq!((report.code, text(&report.json["gaps"][0]["parent"])), (3, text(&service["service"])), "{}", report.json["gaps"]);
}

#[test]
fn what_is_still_going_when_the_wait_ends_is_named() {
    let Some(world) = World::open("wait-ends") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.step(json!({"do": "drain", "service": service["service"], "done": ["rule"], "minutes_ago": 1}));
    let report = Report::of(world.run(&["checklist", "--plan", &destroying(&world, &service), "--wait", "1s", "-f", "json"]));
    let gap = report.json["gaps"].as_array().and_then(|gaps| gaps.iter().find(|gap| gap["cause"] == "deadline")).expect("a gap");
    assert_eq!(gap["parent"], service["service"]);
    assert!(text(&gap["message"]).contains("still to go: service, "), "{gap}");
    assert_eq!(report.code, 2, "it is a finding already that it drains");
}

#[test]
fn what_a_plan_deletes_elsewhere_is_not_called_gone() {
    let Some(world) = World::open("wait-elsewhere") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let elsewhere = text(&service["service"]).replacen(&world.region, "eu-central-1", 1);
    let plan = destroying(&world, &json!({"service": elsewhere}));
    let report =
        Report::of(world.run(&["checklist", "--plan", &plan, "--region", &world.region, "--wait", "200000000000000d", "-f", "json"]));
    let entry = &report.json["services"][0];
    assert_eq!((report.code, text(&entry["status"]), text(&entry["arn"])), (3, "not-scanned", elsewhere.as_str()), "{entry}");
    assert_eq!(report.json["gaps"][0]["parent"], elsewhere.as_str(), "{}", report.json["gaps"]);
}

#[test]
fn a_plan_that_deletes_nothing_asks_nobody() {
    let Some(world) = World::open("wait-idle") else { return };
    let plan = world.file("plan.json", r#"{"format_version":"1.2","resource_changes":[]}"#);
    let run = world.run(&["checklist", "--plan", &plan, "--wait", "10m"]);
    assert_eq!((run.code, world.calls().len()), (0, 0), "{}{}", run.out, run.err);
    assert!(run.out.starts_with("clean: the plan deletes no Express service"), "{}", run.out);
}
