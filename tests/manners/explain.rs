//! `explain`: every code, and every finding of a report.

use serde_json::Value;

use crate::program::{Folder, Ran, run};

fn explain(arguments: &[&str], input: &str) -> Ran {
    run(&[&["explain"], arguments].concat(), &[], input.as_bytes())
}

#[track_caller]
fn refused(arguments: &[&str], input: &str, told: &str) {
    let ran = explain(arguments, input);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{arguments:?}");
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

fn parsed(ran: &Ran) -> Value {
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
}

fn demo() -> (String, Value) {
    let text = run(&["demo", "--format", "json"], &[], b"").stdout;
    let report = serde_json::from_str(&text).expect("one JSON document");
    (text, report)
}

#[test]
fn every_code_is_listed_and_explained() {
    let all = parsed(&explain(&["--format", "json"], ""));
    for explanation in all.as_array().expect("a list") {
        let code = explanation["code"].as_str().expect("a text");
        assert_eq!(parsed(&explain(&[code, "--format", "json"], "")), *explanation);
        assert!(explain(&[], "").stdout.contains(code) && explain(&[code], "").stdout.starts_with(&format!("{code}: ")));
    }
}

#[test]
fn a_misspelt_code_is_answered_with_the_nearest_one() {
    refused(&["orfan"], "", "did you mean 'orphan'?");
    refused(&["Held_Leftover"], "", "did you mean 'held-leftover'?");
    refused(&["everything"], "", "lists all of them");
    refused(&["v1:123"], "", "8 to 32 hex digits");
}

#[test]
fn every_finding_is_shown_with_each_step_of_its_evidence() {
    let (text, report) = demo();
    let folder = Folder::of("explain-finding");
    let file = folder.file("report.json", &text);
    for finding in report["findings"].as_array().expect("a list") {
        let fingerprint = finding["fingerprint"].as_str().expect("a text");
        let shown = parsed(&explain(&[fingerprint, "--report", &file, "--format", "json"], ""));
        for key in ["code", "severity", "confidence", "account", "region", "kind", "arn", "name", "message", "details", "first_seen"] {
            assert_eq!(shown[key], finding[key], "{key}");
        }
        let steps = [&shown["evidence"], &shown["not_looked_at"]].map(|list| list.as_array().map_or(0, Vec::len));
        assert_eq!(steps.iter().sum::<usize>(), finding["evidence"].as_array().map_or(0, Vec::len));
        assert_eq!(shown["explanation"]["code"], finding["code"]);
        assert_eq!(explain(&[&fingerprint[..11]], &text).stdout, explain(&[fingerprint, "--report", "-"], &text).stdout);
    }
}

#[test]
fn what_is_needed_is_said() {
    let (text, _) = demo();
    let folder = Folder::of("explain-refused");
    let file = folder.file("report.json", "{}");
    refused(&["v1:01234567"], "", "standard input: it is empty");
    refused(&["v1:01234567"], &text, "no finding v1:01234567");
    refused(&["v1:01234567", "--report", &file], "", &file);
    refused(&["v1:01234567", "--report", "no-such-file"], "", "no-such-file");
    refused(&["orphan", "--report", &file], "", "--report is for the fingerprint");
}
