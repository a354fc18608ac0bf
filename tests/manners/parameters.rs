//! `--parameters`: what CloudFormation templates given with `-d` are deployed with.

use serde_json::Value;

use crate::program::{Folder, Ran, run};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/account.snapshot.jsonl");

/// A service whose name is its stage: only the parameter tells it.
const TEMPLATE: &str = "
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  Web:
    Type: AWS::ECS::ExpressGatewayService
    Properties: {Cluster: hoge-cluster, ServiceName: !Sub 'web-${Stage}'}
";

fn audit(folder: &Folder, arguments: &[&str]) -> Ran {
    let template = folder.file("template.yaml", TEMPLATE);
    run(&[&["audit", "--snapshot", SNAPSHOT, "-d", &template, "-f", "json"], arguments].concat(), &[], b"")
}

/// The declared service that is not live.
#[track_caller]
fn check(folder: &Folder, arguments: &[&str], expected: &str) {
    let ran = audit(folder, arguments);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
    let missing = report["findings"].as_array().and_then(|all| all.iter().find(|finding| finding["code"] == "missing-service"));
    assert_eq!(missing.expect("it is not live")["name"], expected, "{arguments:?}");
}

#[test]
fn a_parameter_is_given_by_itself_or_in_a_file_and_the_last_one_counts() {
    let folder = Folder::of("parameters-given");
    let file = folder.file("parameters.json", r#"[{"ParameterKey": "Stage", "ParameterValue": "prod"}]"#);
    check(&folder, &[], "hoge-cluster/web-dev");
    check(&folder, &["--parameters", "Stage=prod"], "hoge-cluster/web-prod");
    check(&folder, &["--parameters", &file], "hoge-cluster/web-prod");
    check(&folder, &["--parameters", &format!("file://{file}"), "--parameters", "Stage=test"], "hoge-cluster/web-test");
}

#[test]
fn a_parameter_that_cannot_be_read_ends_the_run() {
    let folder = Folder::of("parameters-refused");
    let broken = folder.file("broken.json", r#"{"Stage": "hunter2"}"#);
    for (given, told) in [(broken.as_str(), broken.as_str()), ("no-such-file", "no-such-file"), ("=hunter2", "KEY=VALUE")] {
        let ran = audit(&folder, &["--parameters", given]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{given}");
        assert!(ran.stderr.contains(told) && !ran.stderr.contains("hunter2"), "{}", ran.stderr);
    }
    let alone = run(&["audit", "--snapshot", SNAPSHOT, "--parameters", "Stage=prod"], &[], b"");
    assert!(alone.code == Some(1) && alone.stderr.contains("--declared"), "{}", alone.stderr);
}

#[test]
fn a_folder_of_templates_is_given_by_a_glob() {
    let folder = Folder::of("parameters-folder");
    folder.file("template.yaml", TEMPLATE);
    let path = folder.path("").display().to_string();
    let ran = run(&["audit", "--snapshot", SNAPSHOT, "-d", &path], &[], b"");
    assert!(ran.code == Some(1) && ran.stderr.contains("a glob"), "{}", ran.stderr);
    let glob = folder.path("*.yaml").display().to_string();
    assert_eq!(run(&["audit", "--snapshot", SNAPSHOT, "-d", &glob], &[], b"").code, Some(2));
}
