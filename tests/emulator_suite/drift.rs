//! Declared fields against those that ECS describes.

use serde_json::{Value, json};

use super::support::{Report, World, text};

const SECRET: &str = "hunter2-CANARY-77ab";

fn service(world: &World) -> Value {
    world.step(json!({"do": "create", "cluster": "prod", "name": "web", "environment": {"MODE": "one", "PASSWORD": SECRET}}))
}

/// What Terraform believes of the service: some fields as they were made, the others not managed.
fn attributes(world: &World, service: &Value) -> Value {
    let environment = json!([{"name": "PASSWORD", "value": SECRET}, {"name": "MODE", "value": "one"}]);
    json!({
        "service_arn": service["service"], "region": world.region, "cluster": "prod", "cpu": "256", "memory": "512",
        "network_configuration": [{"security_groups": [], "subnets": null}],
        "primary_container": [{
            "image": "public.ecr.aws/docker/library/nginx:latest", "container_port": 8080, "command": null,
            "environment": environment, "secret": [], "repository_credentials": [], "aws_logs_configuration": []}],
        "scaling_target": [{"auto_scaling_metric": "AVERAGE_CPU", "auto_scaling_target_value": 60, "max_task_count": 20, "min_task_count": 1}],
    })
}

fn changes() -> Value {
    json!({"cpu": "1024", "primaryContainer": {"image": "web:2"}})
}

fn audit(world: &World, state: &str) -> Report {
    Report::of(world.run(&["audit", "-d", state, "-f", "json"]))
}

fn paths(report: &Report) -> Vec<&str> {
    let findings = report.json["findings"].as_array().into_iter().flatten();
    let mut paths: Vec<&str> = findings.map(|finding| text(&finding["details"]["path"])).collect();
    paths.sort_unstable();
    paths
}

#[test]
fn fields_that_were_changed_behind_terraforms_back_are_told() {
    let Some(world) = World::open("drift") else { return };
    let service = service(&world);
    let state = world.state_of([attributes(&world, &service)]);
    audit(&world, &state).check(&[]);
    let calls = world.calls();
    assert_eq!(calls.iter().filter(|call| *call == "ecs:DescribeExpressGatewayService").count(), 1, "{calls:?}");
    let environment = json!({"MODE": "two", "PASSWORD": SECRET, "EXTRA": SECRET});
    world.step(json!({"do": "reconfigure", "service": service["service"], "changes": changes(), "environment": environment}));
    let report = audit(&world, &state);
    let expected = ["cpu", "primary_container.environment.EXTRA", "primary_container.environment.MODE", "primary_container.image"];
    assert_eq!((paths(&report), report.code), (expected.to_vec(), 2), "gaps {:?}", report.gaps());
    assert!(report.is_complete() && !report.json.to_string().contains("CANARY"));
}

#[test]
fn a_snapshot_holds_names_and_its_audit_notes_what_it_cannot_compare() {
    let Some(world) = World::open("drift-snapshot") else { return };
    let service = service(&world);
    let state = world.state_of([attributes(&world, &service)]);
    world.step(json!({"do": "reconfigure", "service": service["service"], "changes": changes()}));
    let snapshot = world.file("account.jsonl", "");
    let run = world.run(&["snapshot", &snapshot]);
    assert_eq!(run.code, 0, "{}", run.err);
    let file = std::fs::read_to_string(&snapshot).expect("a snapshot");
    assert!(file.contains("PASSWORD") && !file.contains("CANARY"));
    let report = Report::of(world.run(&["audit", "--snapshot", &snapshot, "-d", &state, "-f", "json"]));
    assert_eq!(paths(&report), ["cpu", "primary_container.image"]);
    assert!(report.is_complete(), "gaps {:?}", report.gaps());
    let noted = &report.json["services"][0]["not_comparable"];
    assert_eq!(*noted, json!(["primary_container.environment.MODE", "primary_container.environment.PASSWORD"]));
}

#[test]
fn while_a_deployment_runs_nothing_drifts() {
    let Some(world) = World::open("drift-canary") else { return };
    let service = service(&world);
    let state = world.state_of([attributes(&world, &service)]);
    world.step(json!({"do": "canary", "service": service["service"], "port": 9090}));
    audit(&world, &state).check(&[]);
}

#[test]
fn a_service_that_may_not_be_described_is_a_gap_and_no_drift() {
    let Some(world) = World::open("drift-denied") else { return };
    let service = service(&world);
    let state = world.state_of([attributes(&world, &service)]);
    world.step(json!({"do": "reconfigure", "service": service["service"], "changes": changes()}));
    world.faults(json!([{"service": "ecs", "operation": "DescribeExpressGatewayService", "fault": "deny", "times": null}]));
    let report = audit(&world, &state);
    assert_eq!((report.findings().len(), report.code), (0, 3), "{:?}", report.findings());
    assert_eq!(report.gaps().into_iter().collect::<Vec<_>>(), ["ecs:DescribeExpressGatewayService"]);
}
