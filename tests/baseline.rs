//! `audit --baseline`, night after night, with the built-in account.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const ACCOUNT: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");
const LEFTOVER: &str = "sg-2f0775d6f6c3af1bf";

/// A folder of the test's own.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("baseline").join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

struct Night {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Night {
    fn report(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.err))
    }

    fn statuses(&self) -> Vec<String> {
        let report = self.report();
        let statuses = report["findings"].as_array().into_iter().flatten().map(|finding| finding["status"].to_string());
        statuses.collect()
    }
}

/// Audits the account of these lines.
fn audit(folder: &Path, account: &str, arguments: &[&str]) -> Night {
    fs::write(folder.join("account.jsonl"), account).expect("written");
    let state = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/terraform.tfstate");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ecs-express-audit"));
    command.current_dir(folder).args(["audit", "--snapshot", "account.jsonl", "-d"]).arg(state).args(["-f", "json"]).args(arguments);
    let output = command.output().expect("the binary runs");
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
    Night { code: output.status.code(), out, err }
}

/// The account without the lines of those types that contain that.
fn without(left_out: &[(&str, &str)]) -> String {
    let is_left_out =
        |line: &str| left_out.iter().any(|(kind, part)| line.starts_with(&format!("{{\"type\":\"{kind}\"")) && line.contains(part));
    let kept: Vec<&str> = ACCOUNT.lines().filter(|line| !line.starts_with("{\"type\":\"end\"") && !is_left_out(line)).collect();
    assert!(kept.len() < ACCOUNT.lines().count() - 1, "nothing was left out");
    format!("{}\n{{\"type\":\"end\",\"lines\":{}}}\n", kept.join("\n"), kept.len() + 1)
}

fn first(folder: &Path) {
    assert_eq!(audit(folder, ACCOUNT, &["-o", "json=last.json"]).code, Some(2));
}

#[test]
fn the_second_night_has_nothing_new_and_exits_0() {
    let folder = folder("second");
    first(&folder);
    let night = audit(&folder, ACCOUNT, &["--baseline", "last.json"]);
    assert_eq!((night.code, night.err.as_str()), (Some(0), ""));
    assert_eq!(night.statuses(), ["\"existing\""; 12]);
    assert_eq!((&night.report()["resolved"], &night.report()["outcome"]), (&Value::Array(Vec::new()), &"clean".into()));
}

#[test]
fn with_fail_on_existing_the_second_night_exits_2() {
    let folder = folder("existing");
    first(&folder);
    assert_eq!(audit(&folder, ACCOUNT, &["--baseline", "last.json", "--fail-on-existing"]).code, Some(2));
    assert_eq!(audit(&folder, ACCOUNT, &["--fail-on-existing"]).code, Some(1), "without a baseline it says nothing");
}

#[test]
fn a_report_may_replace_its_own_baseline() {
    let folder = folder("replace");
    first(&folder);
    let both = ["--baseline", "last.json", "-o", "json=last.json"];
    assert_eq!([audit(&folder, ACCOUNT, &both).code, audit(&folder, ACCOUNT, &both).code], [Some(0), Some(0)]);
    assert_eq!(audit(&folder, ACCOUNT, &both).report()["findings"][0]["first_seen"], "2026-11-23T15:58:50Z");
}

#[test]
fn what_was_deleted_is_resolved() {
    let folder = folder("deleted");
    first(&folder);
    let night = audit(&folder, &without(&[("security-group", &format!("\"id\":\"{LEFTOVER}\""))]), &["--baseline", "last.json"]);
    assert_eq!((night.code, night.statuses()), (Some(0), vec!["\"existing\"".to_owned(); 11]));
    let report = night.report();
    let resolved = report["resolved"].as_array().expect("a list");
    assert!(resolved.len() == 1 && resolved[0]["arn"].as_str().is_some_and(|arn| arn.ends_with(LEFTOVER)), "{resolved:?}");
}

#[test]
fn a_night_that_could_not_read_resolves_nothing_and_forgets_nothing() {
    let folder = folder("incomplete");
    first(&folder);
    let account = without(&[("read", "\"collection\":\"security-groups\""), ("security-group", "")]);
    let night = audit(&folder, &account, &["--baseline", "last.json", "-o", "json=last.json"]);
    let report = night.report();
    assert_eq!((night.code, &report["resolved"]), (Some(3), &Value::Array(Vec::new())), "{}", night.err);
    let unresolved = report["unresolved"].as_array().into_iter().flatten();
    assert!(unresolved.filter_map(|past| past["arn"].as_str()).any(|arn| arn.ends_with(LEFTOVER)), "{report}");
    let next = audit(&folder, ACCOUNT, &["--baseline", "last.json"]);
    assert_eq!((next.code, next.statuses()), (Some(0), vec!["\"existing\"".to_owned(); 12]));
}

#[test]
fn without_a_file_the_error_says_how_to_make_it() {
    let night = audit(&folder("missing"), ACCOUNT, &["--baseline", "none.json"]);
    assert_eq!((night.code, night.out.as_str()), (Some(1), ""));
    assert!(night.err.starts_with("error: cannot read the baseline none.json: there is no such file"), "{}", night.err);
    assert!(night.err.contains("`ecs-express-audit audit -o json=none.json`"), "{}", night.err);
}

#[test]
fn a_report_of_the_demo_is_refused_and_of_a_newer_version_partly_read() {
    let folder = folder("others");
    first(&folder);
    let text = fs::read_to_string(folder.join("last.json")).expect("a report");
    fs::write(folder.join("demo.json"), text.replace("\"command\": \"audit\"", "\"command\": \"demo\"")).expect("written");
    let refused = audit(&folder, ACCOUNT, &["--baseline", "demo.json"]);
    assert!(refused.code == Some(1) && refused.err.contains("it is a report of `demo`"), "{}", refused.err);
    fs::write(folder.join("newer.json"), text.replace("\"code\": \"draining-service\"", "\"code\": \"stuck\"")).expect("written");
    let newer = audit(&folder, ACCOUNT, &["--baseline", "newer.json"]);
    assert_eq!(newer.code, Some(2), "louder than it need be");
    assert!(newer.err.contains("1 finding of the baseline is left out"), "{}", newer.err);
}
