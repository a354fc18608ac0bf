//! The case that the project grew from, stage by stage; and leftovers in general.

use serde_json::{Value, json};

use super::support::{World, line, text};

/// What `terraform destroy` left in the first stage.
const LEFT: [&str; 5] = ["target-group", "certificate", "listener", "load-balancer", "load-balancer-security-group"];

fn hoge(world: &World, cluster: &str) -> Value {
    world.step(json!({"do": "create", "cluster": cluster, "name": "hoge-service"}))
}

#[test]
fn an_empty_region_is_clean() {
    let Some(world) = World::open("empty") else { return };
    let report = world.audit(&[]);
    report.check(&[]);
    assert_eq!(report.code, 0);
    let calls = world.calls();
    assert!(calls.len() <= 15, "{} calls: {calls:?}", calls.len());
}

#[test]
fn what_is_declared_and_live_is_clean() {
    let Some(world) = World::open("tidy") else { return };
    let web = world.step(json!({"do": "create", "cluster": "default", "name": "web"}));
    let api = world.step(json!({"do": "create", "cluster": "prod", "name": "api"}));
    let report = world.audit(&[&web, &api]);
    report.check(&[]);
    assert_eq!(report.code, 0);
    world.audit(&[&web]).check(&[line("undeclared-service", &api["service"])]);
    assert_eq!(world.run(&["audit"]).code, 0, "without a declaration, nothing is undeclared");
}

#[test]
fn the_first_stage_destroyed_but_still_there() {
    let Some(world) = World::open("story-one") else { return };
    let service = hoge(&world, "hoge-cluster");
    world.step(json!({"do": "delete", "service": service["service"], "leave": LEFT}));
    let report = world.audit(&[]);
    report.check(&[
        line("orphan", &service["load_balancer"]),
        line("orphan", &service["load_balancer_security_group"]),
        line("orphan", &service["listener"]),
        line("orphan", &service["certificate"]),
        line("orphan", &service["target_groups"][0]),
        line("orphan", &service["target_groups"][1]),
    ]);
    assert_eq!(report.code, 2);
    let balancer = report.json["findings"].as_array().into_iter().flatten().find(|f| f["kind"] == "load-balancer").expect("found");
    assert_eq!((text(&balancer["severity"]), text(&balancer["confidence"])), ("high", "confirmed"));
}

#[test]
fn the_second_stage_the_name_is_draining() {
    let Some(world) = World::open("story-two") else { return };
    let service = hoge(&world, "hoge-cluster");
    world.step(json!({"do": "drain", "service": service["service"], "done": ["rule"], "minutes_ago": 120}));
    let report = world.audit(&[]);
    report.check(&[line("draining-service", &service["service"])]);
    assert_eq!(report.json["findings"][0]["severity"], "high");
    assert!(text(&report.json["findings"][0]["message"]).contains("cannot be used again"));
    let draining = report.json["findings"].as_array().into_iter().flatten().find(|f| f["code"] == "draining-service").expect("found");
    assert!(text(&draining["message"]).contains("infrastructure role"), "{draining}");
}

#[test]
fn the_third_stage_active_without_a_way_in() {
    let Some(world) = World::open("story-three") else { return };
    let old = hoge(&world, "hoge-cluster");
    world.step(json!({"do": "delete", "service": old["service"], "leave": []}));
    world.step(json!({"do": "purge", "service": old["service"]}));
    let group = world.step(json!({"do": "security_group", "name": "hoge", "admits": null}));
    let groups = [group["security_group"].clone()];
    let create = json!({"do": "create", "cluster": "hoge-cluster-v2", "name": "hoge-service", "security_groups": groups, "wedged": true});
    let new = world.step(create);
    world.step(json!({"do": "delete_security_group", "id": group["security_group"]}));
    let report = world.audit(&[&new]);
    report.check(&[line("service-without-ingress", &new["service"]), line("dangling-reference", &new["service"])]);
    let messages: Vec<&str> = report.json["findings"].as_array().into_iter().flatten().map(|f| text(&f["message"])).collect();
    assert!(messages.iter().any(|m| m.contains("in flight for 3 days")), "{messages:?}");
    assert!(messages.iter().any(|m| m.contains(text(&group["security_group"]))), "{messages:?}");
}

#[test]
fn everything_of_a_dead_service_on_a_shared_load_balancer_is_told_apart() {
    let Some(world) = World::open("shared") else { return };
    let dead = world.step(json!({"do": "create", "cluster": "prod", "name": "blue"}));
    let live = world.step(json!({"do": "create", "cluster": "prod", "name": "green"}));
    world.step(json!({"do": "delete", "service": dead["service"], "leave": "all"}));
    let report = world.audit(&[&live]);
    let findings = report.findings();
    for kept in [&live["load_balancer"], &live["listener"], &live["load_balancer_security_group"], &live["rule"], &live["certificate"]] {
        assert!(!findings.iter().any(|finding| finding.ends_with(text(kept))), "{kept} is in use: {findings:?}");
    }
    for left in [&dead["rule"], &dead["target_groups"][0], &dead["target_groups"][1], &dead["scalable_target"], &dead["scaling_policy"]] {
        assert!(findings.contains(&line("orphan", left)), "{left}: {findings:?}");
    }
    // The shared listener presents its certificate, and the shared balancer's group names its group.
    let first_is_default = dead["certificate"].clone();
    assert!(findings.contains(&line("held-leftover", &first_is_default)), "{findings:?}");
    assert!(findings.contains(&line("held-leftover", &dead["security_group"])), "{findings:?}");
    let services = report.json["services"].as_array().expect("services");
    let blue = services.iter().find(|service| service["name"] == "blue").expect("the dead service is listed");
    assert_eq!(blue["checklist"]["target-group"], "left");
    assert_eq!(blue["checklist"]["load-balancer"], "shared");
}

#[test]
fn a_deletion_within_the_grace_period_is_left_alone() {
    let Some(world) = World::open("grace") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "brief", "age": 10}));
    world.step(json!({"do": "delete", "service": service["service"], "leave": "all", "minutes_ago": 2}));
    world.audit(&[]).check(&[]);
    let impatient = super::support::Report::of(world.run(&["audit", "--grace", "1m", "-f", "json"]));
    assert!(impatient.orphans().contains(text(&service["load_balancer"])), "{:?}", impatient.findings());
}

#[test]
fn declared_services_that_are_gone_are_missing() {
    let Some(world) = World::open("missing") else { return };
    let [live, inactive, forgotten] =
        ["web", "api", "cli"].map(|name| world.step(json!({"do": "create", "cluster": "default", "name": name})));
    for gone in [&inactive, &forgotten] {
        world.step(json!({"do": "delete", "service": gone["service"], "leave": []}));
    }
    world.step(json!({"do": "purge", "service": forgotten["service"]}));
    world
        .audit(&[&live, &inactive, &forgotten])
        .check(&[line("missing-service", &inactive["service"]), line("missing-service", &forgotten["service"])]);
}

#[test]
fn a_snapshot_is_judged_as_what_it_was_taken_of() {
    let Some(world) = World::open("snapshot") else { return };
    let uniform = world.step(json!({"do": "uniform", "services": 20, "dead_every": 5}));
    let live: Vec<&Value> = uniform["live"].as_array().into_iter().flatten().collect();
    let state = world.state(&live);
    let now = ["--now", "2030-01-01T00:00:00Z", "-f", "json"];
    let direct = super::support::Report::of(world.run(&[&["audit", "-d", &state], &now[..]].concat()));
    assert_eq!(world.run(&["snapshot", "taken.jsonl", "-d", &state]).code, 0);
    let from_file = super::support::Report::of(world.run(&[&["audit", "--snapshot", "taken.jsonl", "-d", &state], &now[..]].concat()));
    assert_eq!(without_expense(direct.json), without_expense(from_file.json));
    assert_eq!(direct.code, 2);
}

/// A report without the moments at which things were read and the calls that took: a snapshot reads the fields of all services.
fn without_expense(mut report: Value) -> Value {
    for scope in report["scopes"].as_array_mut().into_iter().flatten() {
        scope["started_at"] = Value::Null;
        scope["finished_at"] = Value::Null;
        scope["api_calls"] = Value::Null;
    }
    for evidence in report["findings"].as_array_mut().into_iter().flatten().filter_map(|f| f["evidence"].as_array_mut()).flatten() {
        evidence["observed_at"] = Value::Null;
    }
    report
}
