//! What the command line promises beside the findings.

use serde_json::json;

use super::support::World;

#[test]
fn a_secret_of_a_service_is_in_no_byte_of_any_output() {
    let Some(world) = World::open("secrets") else { return };
    let secret = "hunter2-CANARY-5f2c";
    let create = json!({"do": "create", "cluster": "prod", "name": "web", "environment": {"PASSWORD": secret}, "tags": {"note": secret}});
    let service = world.step(create);
    for arguments in [&["audit", "-f", "json"][..], &["audit"], &["snapshot", "-"]] {
        let run = world.run(arguments);
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "{arguments:?}");
    }
    world.step(json!({"do": "delete", "service": service["service"], "leave": "all"}));
    let run = world.run(&["audit", "-f", "json"]);
    assert!(!run.out.contains(secret));
    assert_eq!(run.code, 2, "{}", run.err);
}

#[test]
fn copies_are_written_beside_standard_output() {
    let Some(world) = World::open("copies") else { return };
    let copy = world.file("copy.json", "the old one");
    let run = world.run(&["audit", "-o", &format!("json={copy}")]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("clean"), "{}", run.out);
    let copy: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(copy).expect("a copy")).expect("JSON");
    assert_eq!(copy["outcome"], "clean");
}

#[test]
fn several_regions_are_scopes_of_one_report() {
    let Some(world) = World::open("regions") else { return };
    let Some(other) = World::open("regions-other") else { return };
    let service = other.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    other.step(json!({"do": "delete", "service": service["service"], "leave": "all"}));
    let run = world.run(&["audit", "--region", &world.region, "--region", &other.region, "-f", "json"]);
    let report = super::support::Report::of(run);
    assert_eq!(report.code, 2);
    assert_eq!(report.json["scopes"].as_array().map(Vec::len), Some(2));
    assert!(report.json["findings"].as_array().into_iter().flatten().all(|f| f["region"] == other.region.as_str()));
}

#[test]
fn an_assumed_role_leads_to_its_account() {
    let Some(world) = World::open("role") else { return };
    let run = world.run(&["audit", "--role-arn", "arn:aws:iam::222222222222:role/audit", "--external-id", "ours", "-f", "json"]);
    let report = super::support::Report::of(run);
    assert_eq!(report.json["scopes"][0]["account"], "222222222222");
    assert_eq!(report.code, 0);
}
