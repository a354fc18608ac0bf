//! Declarations that are kept somewhere else: S3, CloudFormation, HCP Terraform, GitLab.

use ecs_express_audit::permissions::OBJECT;
use serde_json::{Value, json};

use super::support::{Report, World, line, text};

const SECRET: &str = "hunter2-CANARY-31d8";

/// Two living services, and a state that declares the first.
fn two_services(world: &World) -> (Value, Value, String) {
    let create = |name: &str| world.step(json!({"do": "create", "cluster": "prod", "name": name}));
    let (declared, undeclared) = (create("web"), create("api"));
    let state = std::fs::read_to_string(world.state(&[&declared])).expect("a state");
    (declared, undeclared, state)
}

#[track_caller]
fn check(world: &World, source: &str, undeclared: &Value) {
    let run = world.run(&["audit", "-d", source, "-f", "json"]);
    assert!(!run.out.contains("CANARY") && !run.err.contains("CANARY"), "a secret is told");
    Report::of(run).check(&[line("undeclared-service", &undeclared["service"])]);
}

#[track_caller]
fn check_refused(world: &World, arguments: &[&str], remedy: &str) {
    world.calls(); // those of earlier runs are forgotten
    let run = world.run(arguments);
    assert_eq!((run.code, run.out.as_str()), (1, ""), "{}", run.err);
    assert!(run.err.contains(remedy) && !run.err.contains("CANARY"), "{remedy:?} is not in {}", run.err);
    assert!(!world.calls().iter().any(|call| call.starts_with("ecs:")), "nothing is judged without the declaration");
}

#[test]
fn the_state_of_a_workspace_is_read_from_a_bucket() {
    let Some(world) = World::open("source-s3") else { return };
    let (_, undeclared, state) = two_services(&world);
    world.step(json!({"do": "put_object", "bucket": "source-s3-states", "key": "env:/dev/shop/a b.tfstate", "text": state}));
    check(&world, "s3://source-s3-states/env:/dev/shop/a b.tfstate", &undeclared);
    check_refused(&world, &["audit", "-d", "s3://source-s3-states/env:/prod/shop/a b.tfstate"], "holds no such object");
    check_refused(&world, &["audit", "-d", "s3://source-s3-nowhere/a"], "no such bucket");
}

#[test]
fn a_bucket_in_another_region_is_found() {
    let Some(world) = World::open("source-s3-region") else { return };
    let Some(other) = World::open("source-s3-region-other") else { return };
    let (_, undeclared, state) = two_services(&world);
    other.step(json!({"do": "put_object", "bucket": "source-s3-elsewhere", "key": "terraform.tfstate", "text": state}));
    check(&world, "s3://source-s3-elsewhere/terraform.tfstate", &undeclared);
    assert_eq!(other.calls(), [OBJECT]);
}

#[test]
fn a_state_is_read_as_the_run_and_not_as_the_role_that_it_assumes() {
    let Some(world) = World::open("source-s3-role") else { return };
    let (_, _, state) = two_services(&world);
    world.step(json!({"do": "put_object", "bucket": "source-s3-of-the-run", "key": "terraform.tfstate", "text": state}));
    let role = ["--role-arn", "arn:aws:iam::222222222222:role/audit"];
    let arguments = [&["audit", "-d", "s3://source-s3-of-the-run/terraform.tfstate", "-f", "json"][..], &role].concat();
    let report = Report::of(world.run(&arguments));
    assert_eq!(report.json["scopes"][0]["account"], "222222222222");
    let order = world.calls();
    let at = |call: &str| order.iter().position(|made| made == call).unwrap_or_else(|| panic!("{call} is not in {order:?}"));
    assert!(at("s3:GetObject") < at("sts:AssumeRole"), "{order:?}");
}

#[test]
fn what_s3_denies_ends_the_run() {
    let Some(world) = World::open("source-s3-denied") else { return };
    world.faults(json!([{"service": "s3", "operation": "GetObject", "fault": "deny", "times": null}]));
    check_refused(&world, &["audit", "-d", "s3://source-s3-denied/a"], "kms:Decrypt");
    world.faults(json!([{"service": "s3", "operation": "GetObject", "fault": "hang", "times": null}]));
    check_refused(&world, &["audit", "-d", "s3://source-s3-denied/a", "--deadline", "1s"], "the deadline or a signal came first");
}

#[test]
fn a_workspace_of_hcp_terraform_is_read_with_its_token() {
    let Some(mut world) = World::open("source-tfc") else { return };
    let (_, undeclared, state) = two_services(&world);
    world.keep("workspace", json!({"organization": "acme", "name": "shop", "token": SECRET, "state": state}));
    let (source, variable) = (format!("tfc://{}/acme/shop", world.address()), format!("TF_TOKEN_{}", world.address().replace('.', "_")));
    check_refused(&world, &["audit", "-d", &source], &format!("set {variable}"));
    world.environment = vec![(variable.leak(), SECRET)];
    check(&world, &source, &undeclared);
    check_refused(&world, &["audit", "-d", &source.replace("shop", "other")], "no such workspace");
}

#[test]
fn a_state_of_gitlab_is_read_with_user_and_password() {
    let Some(mut world) = World::open("source-http") else { return };
    let (_, undeclared, state) = two_services(&world);
    let path = "/api/v4/projects/7/terraform/state/prod";
    world.keep("project", json!({"path": path, "user": "jo", "password": SECRET, "state": state}));
    let source = format!("http://{}{path}", world.address());
    check_refused(&world, &["audit", "-d", &source], "TF_HTTP_USERNAME");
    check(&world, &format!("http://jo:{SECRET}@{}{path}", world.address()), &undeclared);
    world.environment = vec![("TF_HTTP_USERNAME", "jo"), ("TF_HTTP_PASSWORD", SECRET)];
    check(&world, &source, &undeclared);
    check_refused(&world, &["audit", "-d", &source.replace("prod", "none")], "there is no state (HTTP 404)");
}

#[test]
fn what_a_stack_made_is_declared() {
    let Some(world) = World::open("source-cfn") else { return };
    let service = json!({"Type": "AWS::ECS::ExpressGatewayService", "Properties": {
        "ServiceName": "web", "Cluster": {"Ref": "Cluster"}, "InfrastructureRoleArn": "arn:aws:iam::123456789012:role/infrastructure",
        "Cpu": {"Ref": "Cpu"}, "PrimaryContainer": {"Image": "public.ecr.aws/docker/library/nginx:latest", "Environment": [
            {"Name": "PASSWORD", "Value": {"Ref": "Password"}}]}}});
    let parameters = json!({"Cluster": {"Type": "String"}, "Cpu": {"Type": "String", "Default": "256"},
        "Password": {"Type": "String", "NoEcho": true}});
    let template = json!({"Parameters": parameters, "Resources": {"Web": service, "Topic": {"Type": "AWS::SNS::Topic"}}});
    let given = json!({"Cluster": "prod", "Cpu": "1024", "Password": SECRET});
    let made = world.step(json!({"do": "stack", "name": "shop", "template": template.to_string(), "parameters": given}));
    let arn = &made["resources"]["Web"];
    assert!(text(arn).contains(":service/prod/web"), "{made}");
    let undeclared = world.step(json!({"do": "create", "cluster": "prod", "name": "api"}));
    for source in ["cfn://shop".to_owned(), format!("cfn://{}", text(&made["stack"])), format!("cfn://shop?region={}", world.region)] {
        let run = world.run(&["audit", "-d", &source, "-f", "json"]);
        assert!(!run.out.contains("CANARY") && !run.err.contains("CANARY"), "a secret is told");
        let report = Report::of(run);
        report.check(&[line("undeclared-service", &undeclared["service"]), line("drift", arn)]);
        let mut findings = report.json["findings"].as_array().into_iter().flatten();
        assert!(findings.any(|finding| finding["details"]["path"] == "cpu"), "the parameter is put in: {}", report.json["findings"]);
    }
}

#[test]
fn a_stack_that_cannot_be_read_ends_the_run() {
    let Some(world) = World::open("source-cfn-refused") else { return };
    check_refused(&world, &["audit", "-d", "cfn://nowhere"], "no such stack");
    world.step(json!({"do": "stack", "name": "shop", "template": r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}"#}));
    for operation in ["DescribeStacks", "ListStackResources", "GetTemplate"] {
        world.faults(json!([{"service": "cloudformation", "operation": operation, "fault": "deny", "times": null}]));
        check_refused(&world, &["audit", "-d", "cfn://shop"], &format!("denies cloudformation:{operation}"));
    }
}

#[test]
fn an_assumed_role_reads_the_stack() {
    let Some(world) = World::open("source-cfn-role") else { return };
    world.step(json!({"do": "stack", "name": "shop", "template": r#"{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}"#}));
    let role = ["--role-arn", "arn:aws:iam::222222222222:role/audit"];
    let arguments = [&["audit", "-d", "cfn://shop"][..], &role].concat();
    check_refused(&world, &arguments, "no such stack"); // it is in the other account
}
