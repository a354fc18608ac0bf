use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::input::LARGEST;
use crate::model::{Code, Kind, Severity};
use BaselineErrorKind as Why;

const ARN: &str = "arn:aws-cn:ecs:cn-north-1:123456789012:service/prod/web";

fn finding(fingerprint: &str) -> Value {
    json!({
        "fingerprint": fingerprint, "code": "drift", "severity": "medium", "confidence": "confirmed", "status": "new", "first_seen": null,
        "account": "123456789012", "region": "cn-north-1", "kind": "service", "arn": ARN, "name": "prod/web", "evidence": [{"fact": "x"}]
    })
}

fn report(findings: &Value) -> Value {
    json!({
        "schema_version": "1", "tool": {"name": "ecs-express-audit", "version": "9.9.9"}, "command": "audit",
        "generated_at": "2026-11-23T00:00:00Z", "findings": findings, "something_new": [[1]]
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut finding = finding("v1:aa");
    change(&mut finding);
    report(&json!([finding]))
}

fn baseline(report: &Value) -> Baseline {
    read_baseline("last.json", report.to_string().as_bytes()).expect("a baseline")
}

#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> Why {
    match read_baseline("last.json", text.as_ref()) {
        Ok(baseline) => panic!("read {baseline:?}"),
        Err(error) => {
            assert!(error.to_string().starts_with("read the baseline last.json: ") && error.input() == "last.json", "{error}");
            error.kind().clone()
        }
    }
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a time")
}

#[test]
fn of_a_finding_what_tells_it_apart_is_kept() {
    let baseline = baseline(&report(&json!([finding("v1:aa")])));
    let known = PastFinding {
        fingerprint: "v1:aa".to_owned(),
        code: Code::Drift,
        severity: Severity::Medium,
        scope: Scope { partition: "aws-cn".to_owned(), account: "123456789012".to_owned(), region: "cn-north-1".to_owned() },
        kind: Kind::Service,
        arn: Arn::parse(ARN),
        name: "prod/web".to_owned(),
        first_seen: at("2026-11-23T00:00:00Z"),
        resolved_at: None,
    };
    assert_eq!((baseline.generated_at, baseline.left_out), (known.first_seen, 0));
    assert_eq!(baseline.known, BTreeMap::from([("v1:aa".to_owned(), known)]));
}

#[test]
fn the_list_says_whether_a_finding_was_resolved() {
    let mut all = report(&json!([finding("v1:a")]));
    for (list, fingerprint) in [("waived", "v1:b"), ("unresolved", "v1:c"), ("resolved", "v1:d")] {
        let mut one = finding(fingerprint);
        one["first_seen"] = json!("2026-11-01T00:00:00Z");
        one["resolved_at"] = json!("2026-11-20T00:00:00Z");
        all[list] = json!([one, finding("v1:a")]);
    }
    let known = baseline(&all).known;
    let resolved: Vec<_> = known.values().filter(|past| past.resolved_at.is_some()).map(|past| past.fingerprint.as_str()).collect();
    assert_eq!((known.len(), resolved), (4, vec!["v1:d"]), "a finding that is there was not resolved");
    assert_eq!(known["v1:d"].resolved_at, Some(at("2026-11-20T00:00:00Z")));
    assert_eq!((known["v1:a"].first_seen, known["v1:b"].first_seen), (at("2026-11-23T00:00:00Z"), at("2026-11-01T00:00:00Z")));
}

#[test]
fn what_a_newer_version_speaks_of_is_left_out_and_counted() {
    for (key, value) in [("code", "cost-anomaly"), ("kind", "log-stream"), ("severity", "catastrophic"), ("fingerprint", "v2:aa")] {
        let baseline = baseline(&with(|finding| finding[key] = json!(value)));
        assert_eq!((baseline.known.len(), baseline.left_out), (0, 1), "{key}");
    }
}

#[test]
fn other_versions_and_other_commands_are_refused() {
    let but = |key: &str, value: Value| {
        let mut report = report(&json!([]));
        report[key] = value;
        refused(report.to_string())
    };
    for version in [json!("2"), json!(1), json!(null)] {
        assert!(matches!(but("schema_version", version), Why::Version | Why::NotAReport));
    }
    assert_eq!(but("command", json!("demo")), Why::Demo);
    for command in [json!("preflight"), json!("checklist"), json!("\u{1b}[2J"), json!(["audit"])] {
        assert_eq!(but("command", command), Why::OtherCommand);
    }
    for other in ["[]", "null", "4", "{}", r#"{"version":4,"resources":[]}"#, r#"{"version":"2.1.0","runs":[]}"#] {
        assert_eq!(refused(other), Why::NotAReport, "{other}");
    }
}

#[test]
fn nothing_and_half_of_something_is_no_baseline() {
    for nothing in ["", "\n", "\u{feff} "] {
        assert_eq!(refused(nothing), Why::Empty);
    }
    let text = report(&json!([finding("v1:aa")])).to_string();
    for end in 1..text.len() {
        assert!(matches!(refused(&text[..end]), Why::Truncated { line: 1, .. }), "{end}");
    }
    assert_eq!(refused(format!("{text} {{}}")), Why::InvalidJson { line: 1, column: text.len() + 2 });
    assert_eq!(refused(b"\xff\xfe{\0"), Why::NotUtf8 { position: 0 });
    assert!(read_baseline("b", format!("\u{feff}{text}\r\n").as_bytes()).is_ok());
}

#[test]
fn what_a_finding_lacks_or_has_wrong_is_placed_and_not_repeated() {
    for key in ["fingerprint", "code", "severity", "account", "region", "kind", "name"] {
        for value in [json!(null), json!({"hunter2": 1})] {
            let why = refused(with(|finding| finding[key] = value).to_string());
            assert!(matches!(why, Why::Malformed { line: 1, .. }), "{key}: {why:?}");
            assert!(!why.to_string().contains("hunter2"));
        }
    }
    for (key, value) in [("arn", "hunter2"), ("first_seen", "yesterday")] {
        assert!(matches!(refused(with(|finding| finding[key] = json!(value)).to_string()), Why::Malformed { .. }), "{key}");
    }
    assert!(matches!(refused(report(&json!({})).to_string()), Why::Malformed { .. }));
    assert!(baseline(&with(|finding| finding["arn"] = json!(null))).known["v1:aa"].arn.is_none());
}

#[test]
fn size_depth_and_texts_are_bounded() {
    assert_eq!(refused(vec![b' '; LARGEST + 1]), Why::TooLarge { limit_mib: 64 });
    assert_eq!(refused("[".repeat(1_000_000)), Why::TooDeep { limit: 64 });
    let named = |length: usize| with(|finding| finding["name"] = json!("x".repeat(length)));
    assert_eq!(baseline(&named(LONGEST_TEXT)).known.len(), 1);
    assert_eq!(refused(named(LONGEST_TEXT + 1).to_string()), Why::TextTooLong { place: "findings[0]".to_owned(), limit_kib: 64 });
}

#[test]
fn each_message_says_how_to_make_a_baseline() {
    for why in [Why::Empty, Why::NotAReport, Why::Version, Why::Demo, Why::OtherCommand, Why::InvalidJson { line: 1, column: 1 }] {
        assert!(why.to_string().contains("`ecs-express-audit audit -o json=FILE`"), "{why}");
    }
    assert!(Why::Demo.to_string().contains("`demo`") && Why::OtherCommand.to_string().contains("`preflight`"));
}

proptest! {
    #[test]
    fn a_damaged_report_is_read_or_refused(at: prop::sample::Index, to in "[]{}\\[\":,0nulv1.-]{1,3}") {
        let mut text = report(&json!([finding("v1:aa")])).to_string();
        let at = at.index(text.len() - to.len());
        text.replace_range(at..at + to.len(), &to);
        let _ = read_baseline("b", text.as_bytes());
    }
}
