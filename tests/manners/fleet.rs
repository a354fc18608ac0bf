//! `scopes`, `merge` and the script of the recipes, as far as they need no AWS.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{Folder, Ran, run};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/account.snapshot.jsonl");

/// The scope of the built-in account, and one that nobody reads.
const ACCOUNTS: &str = "
[[account]]
id = \"123456789012\"
regions = [\"ap-northeast-1\", \"eu-west-1\"]
";

fn listed(folder: &Folder, accounts: &str) -> (Ran, String) {
    let (accounts, scopes) = (folder.file("accounts.toml", accounts), folder.path("scopes.jsonl").display().to_string());
    (run(&["scopes", &scopes, "--accounts", &accounts], &[], b""), scopes)
}

#[track_caller]
fn check(arguments: &[&str], code: i32, told: &str) {
    let ran = run(arguments, &[], b"");
    assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
    assert!(ran.stderr.contains(told), "{arguments:?}: {}", ran.stderr);
}

/// The causes of the gaps of an audit of the snapshot, with its exit code.
fn audited(snapshot: &str) -> (Option<i32>, Vec<String>) {
    let ran = run(&["audit", "--snapshot", snapshot, "-f", "json", "--fail-on", "never"], &[], b"");
    let report: Value = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
    let gaps = report["gaps"].as_array().expect("gaps").iter().filter(|gap| gap["operation"] == "sts:GetCallerIdentity");
    (ran.code, gaps.map(|gap| format!("{} {}", gap["region"].as_str().unwrap_or_default(), gap["cause"])).collect())
}

#[test]
fn what_the_list_has_and_no_file_does_is_a_gap_of_the_merged_snapshot() {
    let folder = Folder::of("merge-lacks");
    let (ran, scopes) = listed(&folder, ACCOUNTS);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let late = folder.path("late.jsonl").display().to_string();
    check(&["merge", DEMO, "--scopes", &scopes, "-o", &late], 3, "2 of 2 scopes");
    assert_eq!(audited(&late).1.len(), 2, "a reading from before the list is none of what it asks for");
    made_long_ago(&scopes);
    for name in ["all.jsonl", "all.jsonl.gz"] {
        let merged = folder.path(name).display().to_string();
        check(&["merge", DEMO, DEMO, "--scopes", &scopes, "-o", &merged], 3, "1 of 2 scopes");
        assert_eq!(audited(&merged), (Some(3), vec!["eu-west-1 \"not-collected\"".to_owned()]), "{name}");
    }
    let alone = folder.path("alone.jsonl").display().to_string();
    check(&["merge", DEMO, "-o", &alone], 0, "");
    assert_eq!(std::fs::read(&alone).expect("written"), std::fs::read(DEMO).expect("there"));
    let packed = std::fs::read(folder.path("all.jsonl.gz")).expect("written");
    assert!(packed.starts_with(&[0x1f, 0x8b]));
    let from_standard_input = run(&["audit", "--snapshot", "-", "--fail-on", "never"], &[], &packed);
    assert_eq!(from_standard_input.code, Some(3), "{}", from_standard_input.stderr);
}

/// Puts back the time at which the list was made.
fn made_long_ago(scopes: &str) {
    let text = std::fs::read_to_string(scopes).expect("there");
    let (start, rest) = text.split_once("\"planned_at\":\"").expect("a time");
    let (_, rest) = rest.split_once('"').expect("its end");
    std::fs::write(scopes, format!("{start}\"planned_at\":\"2026-01-01T00:00:00Z\"{rest}")).expect("written");
}

#[test]
fn what_the_list_has_and_the_snapshot_does_not_is_a_gap_of_the_audit() {
    let folder = Folder::of("audit-lacks");
    let (_, scopes) = listed(&folder, ACCOUNTS);
    made_long_ago(&scopes);
    let audit = |more: &[&str]| run(&[&["audit", "--snapshot", DEMO, "--fail-on", "never"], more].concat(), &[], b"");
    assert_eq!((audit(&[]).code, audit(&["--scopes", &scopes]).code), (Some(0), Some(3)));
    let accounts = folder.file("accounts.toml", ACCOUNTS);
    for more in [&["--all-regions"][..], &["--accounts", &accounts], &["--organization", "--role-arn", "audit"]] {
        let ran = audit(more);
        assert!(ran.code == Some(1) && ran.stderr.contains("more than the snapshot holds"), "{more:?}: {}", ran.stderr);
    }
}

#[test]
fn half_a_file_or_list_ends_the_merge() {
    let folder = Folder::of("merge-half");
    let (_, scopes) = listed(&folder, ACCOUNTS);
    let half = |path: &str| {
        let text = std::fs::read_to_string(path).expect("there");
        folder.file("half", &text[..text.len() / 2])
    };
    check(&["merge", DEMO, &half(DEMO)], 1, "cannot read the snapshot");
    check(&["merge", DEMO, "--scopes", &half(&scopes)], 1, "cannot read the list of scopes");
    check(&["merge", DEMO, "--scopes", DEMO], 1, "it does not begin as a list");
    check(&["merge", &scopes], 1, "it does not begin as a snapshot");
    check(&["merge"], 1, "required");
}

#[test]
fn slips_are_told_before_anything_is_read() {
    let folder = Folder::of("scopes-slips");
    let (ran, _) = listed(&folder, "[[account]]\nid = \"1234\"\n");
    assert!(ran.code == Some(1) && ran.stderr.contains("line 2"), "{}", ran.stderr);
    let accounts = folder.file("accounts.toml", ACCOUNTS);
    check(&["scopes", "--accounts", &accounts, "--all-regions", "--region", "eu-west-1"], 1, "cannot be used with");
    check(&["scopes", "--accounts", &accounts, "--organization", "--role-arn", "a"], 1, "cannot be used with");
    check(&["scopes", "--organization"], 1, "--role-arn");
    check(&["scopes", "--accounts", &accounts, "--leave-out", "12"], 1, "twelve digits");
    check(&["scopes", "--accounts", &accounts, "--role-arn", "arn:aws:iam::123456789012:role/a"], 1, "a role of one");
    check(&["scopes", "--accounts", &accounts, "--region", "us-east-1"], 1, "in other Regions than it says");
    check(&["scopes", "--accounts", &accounts, "--all-regions"], 1, "in other Regions than it says");
    check(&["scopes", "--all-regions", "--leave-out", "123456789012"], 1, "--accounts");
    #[cfg(feature = "aws")]
    check(&["snapshot", "s.jsonl", "--all-regions", "--shard", "0/2"], 1, "--scopes FILE");
    let nobody = ["scopes", "--accounts", &accounts, "--leave-out", "123456789012"];
    check(&nobody, 1, "the list of scopes is empty");
}

/// The three steps of `deploy/fleet`, with a shard that another machine read.
#[cfg(target_os = "linux")]
#[test]
fn the_recipes_steps_name_a_shard_that_is_lacking() {
    let folder = Folder::of("fleet-steps");
    let accounts = folder.file("accounts.toml", ACCOUNTS);
    let step = |arguments: &[&str]| {
        let program = Path::new(env!("CARGO_BIN_EXE_ecs-express-audit")).parent().expect("a folder");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("a path"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/fleet");
        let mut command = Command::new(script);
        command.args(arguments).env_clear().env("PATH", path).env("AUDIT_STATE", folder.path(""));
        let output = command.output().expect("sh runs it");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let stale = ["shard-1.jsonl.gz", "scopes.jsonl"].map(|name| folder.file(name, "of yesterday"));
    assert_eq!(step(&["plan", "--accounts", "nowhere.toml"]).0, Some(1));
    assert!(stale.iter().all(|name| !Path::new(name).exists()), "what is of the last time would pass for this time's");
    assert_eq!(step(&["plan", "--accounts", &accounts]).0, Some(0));
    std::fs::copy(DEMO, folder.path("shard-0.jsonl.gz")).expect("copied");
    let (code, told) = step(&["report", "--fail-on", "never"]);
    assert_eq!(code, Some(3), "{told}");
    for arguments in [&["shard"][..], &["shard", "8"], &["judge"], &[]] {
        assert!(!matches!(step(arguments).0, Some(0 | 3)), "{arguments:?}");
    }
}
