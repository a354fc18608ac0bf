//! The configuration file: where it is found, what wins over it, and what happens when it is wrong.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/account.snapshot.jsonl");
const STATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/terraform.tfstate");
const NAME: &str = "ecs-express-audit.toml";

/// A git repository of that name with a folder in a folder, `a/b`.
fn repository(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("configuration").join(name);
    let _ = fs::remove_dir_all(&root); // of an earlier run
    fs::create_dir_all(root.join("a/b")).expect("folders");
    fs::create_dir(root.join(".git")).expect("a folder");
    root
}

fn write(folder: &Path, text: &str) {
    fs::write(folder.join(NAME), text).expect("a file");
}

/// Audits the demo's account, with its declarations, from that folder.
fn audit(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
    command.current_dir(folder).args(["audit", "--snapshot", SNAPSHOT, "-d", STATE]).args(arguments);
    command.output().expect("the binary runs")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let output = audit(folder, &[&["-f", "json"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", complaint(&output)))
}

#[test]
fn it_is_found_upwards_and_named_on_standard_error_alone() {
    let root = repository("upwards");
    assert_eq!(code(&audit(&root.join("a/b"), &[])), Some(2));
    write(&root, "fail_on = \"never\"");
    let output = audit(&root.join("a/b"), &[]);
    assert_eq!((code(&output), complaint(&output)), (Some(0), format!("configuration: ../../{NAME}\n")));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("configuration:"));
    assert_eq!(complaint(&audit(&root.join("a/b"), &["-q"])), "");
}

#[test]
fn the_nearest_one_is_taken_alone() {
    let root = repository("nearest");
    write(&root, "fail_on = \"never\"");
    write(&root.join("a"), "grace = \"15m\"");
    assert_eq!(code(&audit(&root.join("a/b"), &[])), Some(2));
    assert_eq!(code(&audit(&root, &[])), Some(0));
}

#[test]
fn the_root_of_a_repository_is_the_last_place_looked_at() {
    let outer = repository("outer");
    write(&outer, "fail_on = \"never\"");
    fs::create_dir(outer.join("a/.git")).expect("a folder");
    assert_eq!(code(&audit(&outer.join("a/b"), &[])), Some(2));
}

#[test]
fn a_file_that_is_named_is_the_only_one_that_is_read() {
    let root = repository("named");
    write(&root, "this is not TOML");
    fs::write(root.join("a/mine.toml"), "fail_on = \"never\"").expect("a file");
    let output = audit(&root, &["--config", "a/mine.toml"]);
    assert_eq!((code(&output), complaint(&output)), (Some(0), String::new()));
    let output = audit(&root, &["--config", "a/lacking.toml"]);
    assert_eq!(code(&output), Some(1));
    assert!(complaint(&output).contains("cannot open the configuration a/lacking.toml"), "{}", complaint(&output));
}

#[test]
fn a_wrong_one_ends_the_run_before_anything_is_judged() {
    let root = repository("wrong");
    write(&root, "grace = \"1h\"\n[severity]\norphans = \"low\"\n");
    let output = audit(&root.join("a"), &[]);
    assert_eq!((code(&output), output.stdout.len()), (Some(1), 0));
    let expected = format!("error: cannot read ../{NAME}, line 3, column 1: `orphans` is no code; did you mean `orphan`?\n");
    assert_eq!(complaint(&output), expected);
}

#[test]
fn a_folder_in_its_place_is_an_error_too() {
    let root = repository("folder");
    fs::create_dir(root.join(NAME)).expect("a folder");
    assert_eq!(code(&audit(&root, &[])), Some(1));
}

#[test]
fn the_command_line_wins_over_it_and_it_over_the_defaults() {
    let root = repository("precedence");
    assert_eq!(code(&audit(&root, &["--fail-on", "never"])), Some(0));
    write(&root, "fail_on = \"never\"\ngrace = \"5200w\"");
    assert_eq!(code(&audit(&root, &[])), Some(1), "w is no unit");
    write(&root, "fail_on = \"never\"\ngrace = \"3650d\"\ndeclared_partial = true\nown = [\"cluster=nobody\"]");
    let orphans = |arguments: &[&str]| json(&root, arguments)["summary"]["by_code"].get("orphan").is_some();
    assert!(!orphans(&["--own", "cluster=*"]));
    assert!(orphans(&["--own", "cluster=*", "--grace", "15m"]));
    assert!(!orphans(&["--grace", "15m"]));
    assert_eq!(code(&audit(&root, &["--own", "cluster=*", "--fail-on", "info"])), Some(2));
}

#[test]
fn declarations_are_partial_as_it_says_unless_the_command_line_says_otherwise() {
    let root = repository("partial");
    fs::write(root.join("empty.tfstate"), r#"{"version":4,"resources":[],"serial":1}"#).expect("a file");
    let severity = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
        command.current_dir(&root).args(["audit", "--snapshot", SNAPSHOT, "-d", "empty.tfstate", "-f", "json"]).args(arguments);
        let report: serde_json::Value = serde_json::from_slice(&command.output().expect("the binary runs").stdout).expect("JSON");
        let findings = report["findings"].as_array().expect("findings").clone();
        let undeclared = findings.into_iter().find(|finding| finding["code"] == "undeclared-service").expect("one of them");
        undeclared["severity"].as_str().expect("a severity").to_owned()
    };
    assert_eq!([severity(&[]), severity(&["--declared-partial"])], ["medium", "info"]);
    write(&root, "declared_partial = true");
    assert_eq!([severity(&[]), severity(&["--declared-partial=false"])], ["info", "medium"]);
}

#[test]
fn waived_findings_are_told_in_both_formats_with_the_waivers_place() {
    let root = repository("waived");
    write(&root, "[[waiver]]\nkind = \"target-group\"\nreason = \"kept\"\nowner = \"ops\"\nexpires = 2030-01-01\n");
    let report = json(&root.join("a"), &[]);
    assert_eq!(report["waived"][0]["waiver"]["place"], format!("../{NAME}, line 1"));
    let text = String::from_utf8(audit(&root, &[]).stdout).expect("UTF-8");
    assert!(text.contains("Waived (") && text.contains("until 2030-01-01") && text.contains("kept (ops;"), "{text}");
}

#[test]
fn what_is_not_ones_own_is_counted_in_both_formats() {
    let root = repository("own");
    let all = json(&root, &[])["findings"].as_array().expect("findings").len();
    let report = json(&root, &["--own", "service=hoge-service"]);
    let mine = report["findings"].as_array().expect("findings").len();
    assert_eq!(report["of_others"], all - mine);
    let text = String::from_utf8(audit(&root, &["--own", "service=nobody"]).stdout).expect("UTF-8");
    assert!(text.contains(&format!("Left out: {all} findings of others (--own)")), "{text}");
}

#[test]
fn a_snapshot_without_the_tags_is_refused() {
    let root = repository("tags");
    let output = audit(&root, &["--own", "tag=team=checkout"]);
    assert_eq!((code(&output), output.stdout.len()), (Some(1), 0));
    assert!(complaint(&output).contains("take the snapshot with the same --own tag=team=checkout"), "{}", complaint(&output));
    let with_tags =
        fs::read_to_string(SNAPSHOT).expect("a snapshot").replace("\"throttles\":", "\"wanted_tags\":[\"team=checkout\"],\"throttles\":");
    fs::write(root.join("tagged.jsonl"), with_tags).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
    command.current_dir(&root).args(["audit", "--snapshot", "tagged.jsonl", "--own", "tag=team=checkout"]);
    assert_eq!(code(&command.output().expect("the binary runs")), Some(0));
}

#[test]
fn an_own_that_means_nothing_is_a_usage_error() {
    let output = audit(&repository("usage"), &["--own", "team=a"]);
    assert_eq!(code(&output), Some(1));
    assert!(complaint(&output).contains("expected cluster=GLOB, service=GLOB or tag=KEY=VALUE"), "{}", complaint(&output));
}

#[test]
fn the_demo_reads_none() {
    let root = repository("demo");
    write(&root, "this is not TOML");
    let output = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit")).current_dir(&root).arg("demo").output().expect("the binary runs");
    assert_eq!(code(&output), Some(0));
}
