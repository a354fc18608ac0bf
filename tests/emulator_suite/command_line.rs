//! What the command line promises beside the findings.

use serde_json::json;

use super::support::{Report, Signals, World};

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
    let report = Report::of(run);
    assert_eq!(report.code, 2);
    assert_eq!(report.json["scopes"].as_array().map(Vec::len), Some(2));
    assert!(report.json["findings"].as_array().into_iter().flatten().all(|f| f["region"] == other.region.as_str()));
}

#[test]
fn an_assumed_role_leads_to_its_account() {
    let Some(world) = World::open("role") else { return };
    let run = world.run(&["audit", "--role-arn", "arn:aws:iam::222222222222:role/audit", "--external-id", "ours", "-f", "json"]);
    let report = Report::of(run);
    assert_eq!(report.json["scopes"][0]["account"], "222222222222");
    assert_eq!(report.code, 0);
}

/// The operations that the report names as not read because of the deadline.
fn cut_short(json: &serde_json::Value) -> Vec<&str> {
    let gaps = json["gaps"].as_array().expect("gaps").iter();
    gaps.filter(|gap| gap["cause"] == "deadline").filter_map(|gap| gap["operation"].as_str()).collect()
}

#[test]
fn at_the_deadline_what_was_read_is_reported() {
    let Some(world) = World::open("deadline") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    world.faults(json!([{"service": "acm", "operation": "*", "fault": "hang", "times": null}]));
    let state = world.state(&[&service]);
    let report = Report::of(world.run(&["audit", "-d", &state, "-f", "json", "--deadline", "2s"]));
    assert_eq!(report.code, 3);
    assert_eq!(cut_short(&report.json), ["acm:ListCertificates"]);
    assert_eq!(report.json["services"][0]["status"], "ACTIVE");
    let run = world.run(&["snapshot", "-", "--deadline", "2s"]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.out.contains(r#""cause":"deadline""#), "{}", run.out);
}

#[test]
fn the_deadline_is_that_of_all_regions_together() {
    let Some(world) = World::open("deadline-regions") else { return };
    let Some(other) = World::open("deadline-other") else { return };
    for silent in [&world, &other] {
        silent.faults(json!([{"service": "sts", "operation": "*", "fault": "hang", "times": null}]));
    }
    let run = world.run(&["audit", "--region", &world.region, "--region", &other.region, "-f", "json", "--deadline", "1s"]);
    let report = Report::of(run);
    assert_eq!(report.code, 3);
    assert_eq!(cut_short(&report.json), ["sts:GetCallerIdentity"; 2]);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_scan_with_a_report_and_a_code_of_its_own() {
    for (name, signal, code) in [("sigint", "-INT", 130), ("sigterm", "-TERM", 143)] {
        let Some(world) = World::open(name) else { return };
        world.faults(json!([{"service": "acm", "operation": "*", "fault": "hang", "times": null}]));
        let run = world.run_signalled(&["audit", "-f", "json"], signal, Signals::Once);
        let report = Report::of(run);
        assert_eq!((report.code, &report.json["exit_code"]), (code, &json!(code)), "{name}");
        assert!(cut_short(&report.json).contains(&"acm:ListCertificates"), "{name}: {}", report.json["gaps"]);
        assert_eq!(report.json["outcome"], "incomplete", "{name}");
    }
}

/// Nobody reads the pipe into which a copy of the report is to go.
#[cfg(unix)]
#[test]
fn a_second_signal_ends_what_cannot_be_written() {
    let Some(world) = World::open("second-signal") else { return };
    let pipe = world.path("report.pipe");
    let _ = std::fs::remove_file(&pipe); // of an earlier run
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let run = world.run_signalled(&["audit", "-o", &format!("json={pipe}")], "-INT", Signals::UntilItEnds);
    assert_eq!((run.code, run.out.as_str()), (130, ""), "{}", run.err);
}

#[test]
fn an_endpoint_variable_without_a_value_is_told_and_breaks_nothing() {
    let Some(mut world) = World::open("empty-endpoint") else { return };
    world.environment.push(("AWS_ENDPOINT_URL_ECS", ""));
    for command in ["audit", "doctor"] {
        let run = world.run(&[command]);
        assert_eq!(run.code, 1);
        assert!(run.err.contains("AWS_ENDPOINT_URL_ECS: it is empty; unset it"), "{}", run.err);
    }
}

#[test]
fn each_call_is_told_with_v_and_summed_up() {
    let Some(world) = World::open("verbose") else { return };
    let run = world.run(&["audit", "-v"]);
    let told = run.err.lines().filter(|line| line.starts_with(&format!("{}: ", world.region))).count();
    assert_eq!((run.code, told), (0, 12), "{}", run.err);
    assert!(run.err.contains("     1 x acm:ListCertificates ") && !run.out.contains("x acm:"), "{}", run.err);
}
