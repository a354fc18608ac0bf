//! What somebody uses is never an orphan, whoever it is.

use serde_json::{Value, json};

use super::support::{World, line, text};

fn dead(world: &World, name: &str) -> Value {
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": name}));
    world.step(json!({"do": "delete", "service": service["service"], "leave": "all"}));
    service
}

#[test]
fn a_custom_rule_holds_the_load_balancer_and_what_it_needs() {
    let Some(world) = World::open("custom-rule") else { return };
    let service = dead(&world, "web");
    world.step(json!({"do": "custom_rule", "listener": service["listener"], "host": "shop.example.com", "target_group": null}));
    let findings = world.audit(&[]).findings();
    for held in [&service["load_balancer"], &service["listener"], &service["load_balancer_security_group"], &service["certificate"]] {
        assert!(findings.contains(&line("held-leftover", held)), "{held}: {findings:?}");
    }
    for left in [&service["rule"], &service["target_groups"][0], &service["scalable_target"]] {
        assert!(findings.contains(&line("orphan", left)), "{left}: {findings:?}");
    }
}

#[test]
fn a_custom_rule_holds_a_target_group() {
    let Some(world) = World::open("custom-forward") else { return };
    let service = dead(&world, "web");
    let group = service["target_groups"][0].clone();
    world.step(json!({"do": "custom_rule", "listener": service["listener"], "host": "shop.example.com", "target_group": group}));
    let findings = world.audit(&[]).findings();
    assert!(findings.contains(&line("held-leftover", &group)), "{findings:?}");
}

#[test]
fn a_load_balancer_behind_another_is_held() {
    let Some(world) = World::open("in-front") else { return };
    let service = dead(&world, "web");
    world.step(json!({"do": "nlb_in_front", "load_balancer": service["load_balancer"]}));
    let findings = world.audit(&[]).findings();
    for held in ["load_balancer", "listener"] {
        assert!(findings.contains(&line("held-leftover", &service[held])), "{findings:?}");
    }
}

#[test]
fn a_database_that_admits_the_group_holds_it() {
    let Some(world) = World::open("database") else { return };
    let service = dead(&world, "web");
    let id = text(&service["security_group"]).rsplit('/').next().expect("an id").to_owned();
    world.step(json!({"do": "security_group", "name": "database", "admits": id}));
    let findings = world.audit(&[]).findings();
    assert!(findings.contains(&line("held-leftover", &service["security_group"])), "{findings:?}");
}

#[test]
fn an_interface_that_carries_the_group_holds_it() {
    let Some(world) = World::open("interface") else { return };
    let service = dead(&world, "web");
    let id = text(&service["security_group"]).rsplit('/').next().expect("an id").to_owned();
    world.step(json!({"do": "interface", "security_groups": [id], "description": "RDSNetworkInterface"}));
    let findings = world.audit(&[]).findings();
    assert!(findings.contains(&line("held-leftover", &service["security_group"])), "{findings:?}");
}

#[test]
fn a_composite_alarm_holds_the_alarm() {
    let Some(world) = World::open("composite") else { return };
    let service = dead(&world, "web");
    world.step(json!({"do": "composite_alarm", "name": "everything is on fire", "alarm": service["alarm"]}));
    let report = world.audit(&[]);
    let held = report.findings().iter().any(|f| f.starts_with("held-leftover") && f.ends_with(text(&service["alarm"])));
    assert!(held, "{:?}", report.findings());
}

#[test]
fn what_a_gateway_made_is_the_gateways() {
    for (name, express_names) in [("gateway", false), ("gateway-named", true)] {
        let Some(world) = World::open(name) else { return };
        world.step(json!({"do": "gateway", "cluster": "prod", "service": null, "express_names": express_names}));
        world.audit(&[]).check(&[]);
    }
}

#[test]
fn gateways_that_cannot_be_read_may_own_anything_untied() {
    let Some(world) = World::open("gateway-denied") else { return };
    world.step(json!({"do": "gateway", "cluster": "prod", "service": null, "express_names": true}));
    world.faults(json!([{"service": "ecs", "operation": "ListGateways", "fault": "deny", "times": null}]));
    let report = world.audit(&[]);
    assert_eq!(report.code, 3, "{:?}", report.findings());
    assert!(report.gaps().contains("ecs:ListGateways"));
}

#[test]
fn a_region_without_gateways_has_no_gap() {
    let Some(world) = World::open("no-gateways") else { return };
    world.faults(json!([{"service": "ecs", "operation": "ListGateways", "fault": "unknown-operation", "times": null}]));
    world.audit(&[]).check(&[]);
}

#[test]
fn a_plain_service_of_the_same_name_uses_what_joins_by_name() {
    let Some(world) = World::open("moved") else { return };
    let service = dead(&world, "web");
    let target_group = service["target_groups"][0].clone();
    world.step(json!({"do": "plain_service", "cluster": "prod", "name": "web", "target_group": target_group, "security_groups": []}));
    let report = world.audit(&[]);
    let orphans = report.orphans();
    for used in [&service["scalable_target"], &service["scaling_policy"], &target_group, &service["task_definitions"][0]] {
        assert!(!orphans.contains(text(used)), "{used} is in use: {orphans:?}");
    }
    // The rule that leads to it leads to its other target group too, and is kept with all that it needs.
    for held in [&service["target_groups"][1], &service["rule"], &service["listener"], &service["load_balancer"]] {
        assert!(report.findings().contains(&line("held-leftover", held)), "{held}: {:?}", report.findings());
    }
    assert!(orphans.iter().any(|arn| arn.ends_with("prod/web/RollbackAlarm")), "{orphans:?}");
}

#[test]
fn a_name_that_lives_again_is_told_apart_by_arn() {
    let Some(world) = World::open("reborn") else { return };
    let old = dead(&world, "web");
    let new = world.step(json!({"do": "create", "cluster": "prod", "name": "web", "own_load_balancer": true}));
    let report = world.audit(&[&new]);
    let orphans = report.orphans();
    for used in ["load_balancer", "listener", "rule", "certificate", "scalable_target"] {
        assert!(!report.findings().iter().any(|f| f.ends_with(text(&new[used]))), "{used} of the new one: {:?}", report.findings());
    }
    assert!(orphans.contains(text(&old["load_balancer"])), "{:?}", report.findings());
}

#[test]
fn a_deployment_in_flight_uses_both_its_revisions() {
    let Some(world) = World::open("canary") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.step(json!({"do": "canary", "service": service["service"]}));
    world.audit(&[&service]).check(&[]);
}

#[test]
fn old_target_groups_of_a_living_service_are_superseded() {
    let Some(world) = World::open("superseded") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.step(json!({"do": "update", "service": service["service"], "port": 9090, "keep_old": true}));
    let report = world.audit(&[&service]);
    let old: Vec<&str> = service["target_groups"].as_array().into_iter().flatten().map(text).collect();
    let findings = report.findings();
    assert!(old.iter().all(|arn| findings.iter().any(|f| f.ends_with(arn))), "{findings:?}");
    assert_eq!(findings.len(), old.len(), "{findings:?}");
}

#[test]
fn a_failed_resource_is_told_with_its_reason() {
    let Some(world) = World::open("failed") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.step(json!({"do": "fail", "service": service["service"], "kind": "target-group", "reason": "quota exceeded"}));
    let report = world.audit(&[&service]);
    assert!(report.findings().iter().any(|f| f.starts_with("failed-resource")), "{:?}", report.findings());
    assert!(text(&report.json["findings"][0]["message"]).contains("quota exceeded"));
}

#[test]
fn a_load_balancer_deleted_by_hand_dangles() {
    let Some(world) = World::open("by-hand") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.step(json!({"do": "delete_load_balancer", "arn": service["load_balancer"]}));
    let report = world.audit(&[&service]);
    let codes: Vec<String> = report.findings().into_iter().collect();
    assert_eq!(codes, [line("dangling-reference", &service["service"]), line("service-without-ingress", &service["service"])]);
    let confirmed = report.json["findings"].as_array().into_iter().flatten().all(|f| f["confidence"] == "confirmed");
    assert!(confirmed, "{}", report.json["findings"]);
}

#[test]
fn a_resource_declared_anywhere_is_no_orphan() {
    let Some(world) = World::open("declared-elsewhere") else { return };
    let service = dead(&world, "web");
    let instance = json!({"schema_version": 0, "attributes": {"arn": service["load_balancer"], "id": service["load_balancer"]}});
    let resource = json!({"mode": "managed", "type": "aws_lb", "name": "mine", "provider": "p", "instances": [instance]});
    let state = json!({"version": 4, "serial": 1, "lineage": "x", "resources": [resource]});
    let path = world.file("declared.tfstate", &state.to_string());
    let report = super::support::Report::of(world.run(&["audit", "-d", &path, "-f", "json"]));
    assert!(!report.findings().iter().any(|f| f.ends_with(text(&service["load_balancer"]))), "{:?}", report.findings());
    assert!(!report.orphans().contains(text(&service["load_balancer_security_group"])), "its group is in use: {:?}", report.findings());
}
