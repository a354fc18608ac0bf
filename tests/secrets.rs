//! No secret that lies in a state, a snapshot or the environment is ever in what the program writes: reports, files, errors.
//!
//! What names a thing is no secret: the path that a user gives, and the address and name of a declared service, are shown.
#![cfg(feature = "cli")]

mod program;

use std::fs;

use ecs_express_audit::model::{Policy, Timestamp};
use ecs_express_audit::{audit, input, render, snapshot};
use program::{Folder, Ran, formats, run};
use serde_json::{Value, json};

const STATE: &str = include_str!("../fixtures/demo/terraform.tfstate");
const SHOW: &str = include_str!("../fixtures/terraform/show.json");
const ACCOUNT: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");

/// What all plants begin with, so that a part of one is found too.
const MARK: &str = "Pl4nt";

/// A secret of its own for each place.
#[derive(Default)]
struct Planter {
    planted: usize,
}

impl Planter {
    fn plant(&mut self) -> String {
        self.planted += 1;
        format!("{MARK}{:03}-hunter2", self.planted)
    }

    /// Attributes with secrets wherever providers put them, and where nobody would look for one.
    fn attributes(&mut self) -> Value {
        let mut p = || self.plant();
        json!({
            "primary_container": [{
                "environment": [{"name": "DB_PASSWORD", "value": p()}, {"name": p(), "value": "x"}],
                "secret": [{"name": "TOKEN", "value_from": format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{}", p())}],
                "command": ["serve", "--password", p()],
                "image": format!("registry.example/app:{}", p()),
                "repository_credentials": [{"credentials_parameter": p()}],
            }],
            "environment": {"variables": {"KEY": p(), (p()): "x"}},
            "tags": {"owner": p(), (p()): "x"},
            "tags_all": {"sg-0a1b": p()},
            "password": p(),
            "master_password": p(),
            "private_key_pem": format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n", p()),
            "user_data": p(),
            "policy": format!("{{\"Statement\":[{{\"Sid\":\"{}\"}}]}}", p()),
            "connection": {"url": format!("postgres://admin:{}@db/app", p())},
            (p()): {"deep": [[{"er": p()}]]},
            "lookalike": format!("arn:aws:ecs:us-east-1:123456789012:service/c/s with {}", p()),
            "group": format!("sg-{}", p()),
            "arn_of_a_secret": format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{}", p()),
            "escaped": format!("\u{1b}\"\\\u{0}{}", p()),
        })
    }

    /// A raw state with a declared service that is missing, so that something of it is reported.
    fn state(&mut self) -> String {
        let mut state: Value = serde_json::from_str(STATE).expect("JSON");
        for (kind, mode) in [
            ("aws_ecs_express_gateway_service", "managed"),
            ("awscc_ecs_express_gateway_service", "managed"),
            ("aws_db_instance", "managed"),
            ("aws_secretsmanager_secret_version", "data"),
        ] {
            let mut attributes = self.attributes();
            attributes["cluster"] = json!("prod");
            attributes["service_name"] = json!(format!("missing-{}", kind.split('_').next().unwrap_or_default()));
            let instance = json!({
                "attributes": attributes, "private": self.plant(), "sensitive_attributes": [[{"type": "get_attr", "value": self.plant()}]],
                "attributes_flat": {"a.0.password": self.plant()}, "identity": {"id": self.plant()},
            });
            let provider = format!("provider[\"{}\"]", self.plant());
            let resource = json!({"mode": mode, "type": kind, "name": "app", "provider": provider, "instances": [instance]});
            state["resources"].as_array_mut().expect("a list").push(resource);
        }
        let other = json!({"mode": "managed", "type": self.plant(), "name": self.plant(), "instances": [{"index_key": self.plant()}]});
        state["resources"].as_array_mut().expect("a list").push(other);
        state["outputs"] = json!({"password": {"value": self.plant(), "sensitive": true}, (self.plant()): {"value": 1}});
        state["check_results"] = json!([{"objects": [{"failure_messages": [self.plant()]}]}]);
        state["lineage"] = json!(self.plant());
        state[self.plant()] = json!(self.plant());
        serde_json::to_string_pretty(&state).expect("JSON")
    }

    /// The same, as `terraform show -json` writes it.
    fn show(&mut self) -> String {
        let mut show: Value = serde_json::from_str(SHOW).expect("JSON");
        let mut values = self.attributes();
        values["cluster"] = json!("prod");
        values["service_name"] = json!("missing");
        let resource = json!({
            "address": "aws_ecs_express_gateway_service.planted", "mode": "managed", "type": "aws_ecs_express_gateway_service",
            "name": "planted", "values": values, "sensitive_values": {(self.plant()): true}, "provider_name": self.plant(),
        });
        show["values"]["root_module"]["resources"].as_array_mut().expect("a list").push(resource);
        show["values"]["outputs"] = json!({"token": {"value": self.plant(), "sensitive": true}});
        show["checks"] = json!([self.plant()]);
        serde_json::to_string(&show).expect("JSON")
    }

    /// The properties of a service as CloudFormation, the AWS CLI and Pulumi take them, in CloudFormation's words.
    fn properties(&mut self, name: &str) -> Value {
        let mut p = || self.plant();
        json!({
            "ServiceName": name, "Cluster": "prod", "InfrastructureRoleArn": "arn:aws:iam::123456789012:role/infra",
            "PrimaryContainer": {
                "Image": format!("registry.example/app:{}", p()), "Command": ["serve", p()],
                "Environment": [{"Name": "DB_PASSWORD", "Value": p()}, {"Name": p(), "Value": "x"}],
                "Secrets": [{"Name": "TOKEN", "ValueFrom": format!("arn:aws:secretsmanager:us-east-1:123456789012:secret:{}", p())}],
                "RepositoryCredentials": {"CredentialsParameter": p()},
            },
            "Tags": [{"Key": "owner", "Value": p()}],
            "HealthCheckPath": format!("/{}", p()),
        })
    }

    /// A template with secrets in every section.
    fn template(&mut self) -> String {
        let mut properties = self.properties("missing-template");
        properties["Cpu"] = json!({"Fn::Sub": format!("${{{}}}", self.plant())});
        let template = json!({
            "AWSTemplateFormatVersion": "2010-09-09", "Description": self.plant(), "Metadata": {(self.plant()): self.plant()},
            "Parameters": {"Key": {"Type": "String", "NoEcho": true, "Default": self.plant()}, "Open": {"Type": "String", "Default": self.plant()}},
            "Conditions": {"Is": {"Fn::Equals": [{"Ref": "Open"}, self.plant()]}},
            "Mappings": {"Map": {"a": {"b": self.plant()}}},
            "Resources": {
                "Web": {"Type": "AWS::ECS::ExpressGatewayService", "Properties": properties, "Metadata": {"a": self.plant()}},
                "Database": {"Type": "AWS::RDS::DBInstance", "Properties": {"MasterUserPassword": self.plant(), (self.plant()): {"Ref": "Key"}}},
            },
            "Outputs": {"Url": {"Value": {"Fn::Sub": format!("https://{}@x", self.plant())}}},
        });
        serde_json::to_string_pretty(&template).expect("JSON")
    }

    /// A Pulumi stack, with secrets that are marked as such and ones that are not.
    fn stack(&mut self) -> String {
        const KIND: &str = "aws:ecs/expressGatewayService:ExpressGatewayService";
        let secret = |text: String| json!({"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": text});
        let inputs = json!({
            "serviceName": "missing-stack", "cluster": "prod", "cpu": secret(self.plant()),
            "primaryContainer": {
                "image": self.plant(), "commands": [self.plant()], "environments": [{"name": "A", "value": secret(self.plant())}],
                "secrets": [{"name": "B", "valueFrom": self.plant()}],
            },
            "tags": {"owner": self.plant()}, "group": secret("sg-0bad".to_owned()), (self.plant()): self.plant(),
        });
        let resource = json!({
            "urn": format!("urn:pulumi:prod::shop::{KIND}::web"), "custom": true, "type": KIND, "inputs": inputs,
            "outputs": {"password": self.plant(), "serviceName": "missing-stack"}, "provider": self.plant(), "initErrors": [self.plant()],
        });
        let stack = json!({"version": 3, "deployment": {
            "manifest": {"magic": self.plant()}, "secrets_providers": {"state": {"salt": self.plant()}}, "resources": [resource],
            "pending_operations": [{"type": "creating", "resource": {"urn": "urn:x", "type": KIND, "inputs": {"password": self.plant()}}}],
        }});
        serde_json::to_string_pretty(&stack).expect("JSON")
    }

    /// The input of the AWS CLI.
    fn definition(&mut self) -> String {
        let mut p = || self.plant();
        let definition = json!({
            "infrastructureRoleArn": "arn:aws:iam::123456789012:role/infra", "serviceName": "missing-definition", "cluster": "prod",
            "primaryContainer": {
                "image": p(), "command": [p()], "environment": [{"name": "A", "value": p()}, {"name": p(), "value": "{{ x }}"}],
                "secrets": [{"name": "B", "valueFrom": p()}], "repositoryCredentials": {"credentialsParameter": p()},
            },
            "tags": [{"key": "owner", "value": p()}], (p()): p(),
        });
        serde_json::to_string_pretty(&definition).expect("JSON")
    }

    /// A manifest. In it no key can be one that is not known.
    fn manifest(&mut self) -> String {
        let mut p = || self.plant();
        format!(
            "version: 1\nexpress_services:\n  - cluster: prod\n    name: missing-manifest\n    health_check_path: /{}\n    tags: {{owner: {}}}\n    \
             primary_container:\n      image: app:{}\n      command: [serve, \"{}\"]\n      environment:\n        PASSWORD: {}\n        {}: x\n      \
             secret: {{TOKEN: '{}'}}\n  # {}\n",
            p(),
            p(),
            p(),
            p(),
            p(),
            p(),
            p(),
            p()
        )
    }

    /// A declaration of every format, by the name of its file.
    fn declarations(&mut self) -> Vec<(&'static str, String)> {
        vec![
            ("a.tfstate", self.state()),
            ("b.json", self.show()),
            ("c.template.json", self.template()),
            ("d.yaml", format!("---\n{}", self.template())),
            ("e.json", self.stack()),
            ("f.json", self.definition()),
            ("g.yaml", self.manifest()),
        ]
    }

    /// A snapshot that holds more than this version knows, as one of a later version might.
    fn snapshot(&mut self) -> String {
        let lines = ACCOUNT.lines().map(|line| {
            let mut line: Value = serde_json::from_str(line).expect("JSON");
            line["environment"] = json!([{"name": "DB_PASSWORD", "value": self.plant()}]);
            line["tags"] = json!({(self.plant()): self.plant()});
            if let Some(marks) = line.get_mut("marks") {
                marks["values"] = json!({"owner": self.plant()});
            }
            format!("{line}\n")
        });
        lines.collect()
    }
}

fn check(what: &str, text: &str) {
    if let Some(at) = text.find(MARK) {
        let shown: String = text[at..].chars().take(40).collect();
        panic!("{what} holds a secret: {shown}");
    }
}

fn check_run(what: &str, ran: &Ran) {
    check(&format!("standard output of {what}"), &ran.stdout);
    check(&format!("standard error of {what}"), &ran.stderr);
}

/// The program's environment, full of secrets.
fn environment(planter: &mut Planter) -> Vec<(String, String)> {
    let names = [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "TF_VAR_password",
        "TF_TOKEN_127_0_0_1:9",
        "TF_TOKEN_app_terraform_io",
        "TF_HTTP_USERNAME",
        "TF_HTTP_PASSWORD",
        "TFE_TOKEN",
        "DATABASE_URL",
        "RUST_LOG",
        "NO_COLOR",
    ];
    names.map(|name| (name.to_owned(), planter.plant())).into_iter().chain([("RUST_BACKTRACE".to_owned(), "full".to_owned())]).collect()
}

#[test]
fn no_format_and_no_copy_of_a_report_holds_a_secret() {
    let folder = Folder::of("secrets-reports");
    let mut planter = Planter::default();
    let mut environment = environment(&mut planter);
    let summary = folder.file("summary.md", "");
    environment.push(("GITHUB_STEP_SUMMARY".to_owned(), summary.clone()));
    let sources: Vec<String> = planter.declarations().into_iter().map(|(name, text)| folder.file(name, &text)).collect();
    let live = folder.file("live.jsonl", &planter.snapshot());
    assert!(planter.planted > 200, "{}", planter.planted);
    let formats = formats();
    let copies: Vec<String> =
        formats.iter().map(|format| format!("{format}={}", folder.path(&format!("copy.{format}")).display())).collect();
    for format in &formats {
        for loudness in [&[][..], &["--quiet"]] {
            let mut arguments = vec!["audit", "--snapshot", &live, "--format", format];
            arguments.extend(sources.iter().flat_map(|source| ["-d", source]));
            arguments.extend(loudness);
            arguments.extend(copies.iter().flat_map(|copy| ["--output", copy]));
            let ran = run(&arguments, &environment, b"");
            assert_eq!(ran.code, Some(2), "{}", ran.stderr);
            for name in ["missing-awscc", "missing-template", "missing-stack", "missing-definition", "missing-manifest"] {
                assert!(format != "json" || ran.stdout.contains(name), "all are read: {}", ran.stdout);
            }
            check_run(format, &ran);
        }
        check("a copy", &fs::read_to_string(folder.path(&format!("copy.{format}"))).expect("written"));
    }
    let summary = fs::read_to_string(summary).expect("written");
    assert!(summary.contains("missing-awscc"), "the job summary is written: {summary}");
    check("the job summary", &summary);
}

/// Ends in the middle of everything, and damage to single bytes.
fn damaged(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let cut = (0..text.len()).step_by(97).map(|end| text.as_bytes()[..end].to_vec());
    let changed = (0..text.len()).step_by(101).flat_map(|at| {
        [b'"', b'{', b']', b',', b'\\', 0, 0xff].map(|byte| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = byte;
            bytes
        })
    });
    cut.chain(changed)
}

#[test]
fn no_error_about_a_damaged_declaration_quotes_it() {
    let mut planter = Planter::default();
    let live = snapshot::read(&mut ACCOUNT.as_bytes()).expect("a snapshot");
    let now = Timestamp::parse("2026-11-23T16:00:00Z").expect("a time");
    let (mut read, mut refused) = (0, 0);
    for (_, text) in planter.declarations() {
        for bytes in damaged(&text) {
            match input::read_declaration("state", &bytes) {
                Err(error) => {
                    refused += 1;
                    check("an error", &format!("{error} {error:?} {:?}", std::error::Error::source(&error)));
                }
                Ok(declared) => {
                    read += 1;
                    let mut report = Vec::new();
                    render::json(&audit(&declared, &live, &Policy::default(), now), &mut report).expect("written");
                    check("a report", &String::from_utf8(report).expect("UTF-8"));
                }
            }
        }
    }
    assert!(read > 50 && refused > 500, "{read} read, {refused} refused");
}

#[test]
fn no_error_about_a_damaged_snapshot_quotes_it() {
    let text = Planter::default().snapshot();
    for bytes in damaged(&text) {
        if let Err(error) = snapshot::read(&mut bytes.as_slice()) {
            check("an error", &format!("{error} {error:?} {:?}", std::error::Error::source(&error)));
        }
    }
}

#[test]
fn no_run_on_damaged_files_shows_a_secret() {
    let mut planter = Planter::default();
    let environment = environment(&mut planter);
    let folder = Folder::of("secrets-damage");
    let live = folder.file("live.jsonl", ACCOUNT);
    for (_, text) in planter.declarations() {
        for bytes in damaged(&text).step_by(131) {
            let ran = run(&["audit", "-d", "-", "--snapshot", &live], &environment, &bytes);
            check_run("an audit of a damaged declaration", &ran);
        }
    }
    for bytes in damaged(&planter.snapshot()).step_by(131) {
        let ran = run(&["audit", "--snapshot", "-", "--format", "json"], &environment, &bytes);
        check_run("an audit of a damaged snapshot", &ran);
    }
}

#[test]
fn what_is_no_declaration_and_no_snapshot_is_not_quoted() {
    let mut planter = Planter::default();
    let (environment, secret) = (environment(&mut planter), planter.plant());
    for text in [
        secret.clone(),
        format!("{secret}: [yaml]"),
        format!("\"{secret}\""),
        format!("{{\"{secret}\":\"{secret}\"}}"),
        format!("{{\"version\":\"{secret}\",\"resources\":[]}}"),
        format!("{{\"format_version\":\"{secret}\",\"values\":{{}}}}"),
        format!("{{\"version\":4,\"resources\":\"{secret}\"}}"),
        format!("{{\"version\":\"{secret}\",\"deployment\":{{}}}}"),
        format!("{{\"Resources\":{{\"{secret}\":\"{secret}\"}}}}"),
        format!("Resources:\n  {secret}: !{secret} {secret}\n"),
        format!("version: 1\nexpress_services: [{{cluster: c, name: s, {secret}: {secret}}}]\n"),
        format!("version = 1\nexpress_services = [\"{secret}\"]\n"),
        format!("version = {secret}\n"),
        format!("{{\"primaryContainer\":{{\"{secret}\":\"{secret}\"}}}}"),
        format!("{{\"type\":\"snapshot\",\"schema_version\":\"{secret}\",\"tool\":\"\",\"tool_version\":\"\"}}\n"),
        format!("{{\"type\":\"{secret}\"}}\n"),
    ] {
        for arguments in [["audit", "-d", "-"].as_slice(), &["audit", "--snapshot", "-"]] {
            let ran = run(arguments, &environment, text.as_bytes());
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
            check_run("a refusal", &ran);
        }
    }
}

/// Nobody listens on port 9, and some of these are not even asked.
#[test]
fn no_source_that_cannot_be_read_tells_the_secrets_in_its_address_or_of_its_server() {
    let mut planter = Planter::default();
    let environment = environment(&mut planter);
    let mut p = || planter.plant();
    for source in [
        format!("http://jo:{}@127.0.0.1:9/state?sig={}", p(), p()),
        format!("http://127.0.0.1:9/state?sig={}", p()),
        format!("http://jo:{}@states.invalid/prod", p()),
        "tfc://127.0.0.1:9/acme/shop".to_owned(),
        format!("tfc://acme/{}/too/many", p()),
        format!("gs://{}/x", p()),
        format!("azurerm://jo:{}@container/key", p()),
        format!("pg://jo:{}@db/x", p()),
        format!("https:/jo:{}@h/x", p()),
        format!("s3://jo:{}@bucket/x", p()),
        format!("cfn://shop?{}", p()),
    ] {
        let ran = run(&["audit", "--deadline", "1s", "-d", &source], &environment, b"");
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error: cannot read "), "{}", ran.stderr);
        check_run("a source that cannot be read", &ran);
    }
}

#[test]
fn a_mistake_in_the_command_line_does_not_repeat_the_secrets_in_an_address() {
    let mut planter = Planter::default();
    let address = format!("https://jo:{}@h.example/state?sig={}", planter.plant(), planter.plant());
    for arguments in [vec!["audit", &address], vec![&address], vec!["audit", "--fail-on", &address]] {
        let ran = run(&arguments, &[], b"");
        assert!(ran.code == Some(1) && ran.stderr.contains("h.example"), "{}", ran.stderr);
        check_run("a usage error", &ran);
    }
}
