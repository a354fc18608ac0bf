use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::input::LARGEST;
use ReportErrorKind as Why;

const FIRST: &str = "v1:0123456789abcdef0123456789abcdef";
const SECOND: &str = "v1:0123456700000000000000000000000f";

fn finding(fingerprint: &str) -> Value {
    let seen = |fact: &str| json!({"source": "ecs:DescribeServices", "fact": fact, "observed_at": "2026-11-23T00:00:00Z"});
    json!({
        "fingerprint": fingerprint, "code": "code-of-next-year", "severity": "grave", "confidence": "confirmed", "status": "new",
        "first_seen": null, "account": "123456789012", "region": "eu-west-1", "kind": "service", "arn": null, "name": "prod/web",
        "service": {"arn": "a", "cluster": "prod", "name": "web", "status": "ACTIVE", "new": 1}, "message": "service prod/web …",
        "details": {"since": null, "held_by": ["x"]}, "evidence": [seen("it is ACTIVE"), seen("not looked at: DNS records")], "new": [{}]
    })
}

fn report(lists: &Value) -> Value {
    let gap = |region: &str| json!({"account": "123456789012", "region": region, "operation": "acm:ListCertificates", "kinds": ["certificate"], "cause": "denied", "message": "m"});
    let mut report = json!({
        "schema_version": "1", "command": "audit", "generated_at": "2026-11-23T00:00:00Z", "findings": [],
        "gaps": [gap("eu-west-1"), gap("us-east-1")], "something_new": [[1]]
    });
    for (key, list) in lists.as_object().into_iter().flatten() {
        report[key] = list.clone();
    }
    report
}

fn read(report: &Value, fingerprint: &str) -> Result<ReportedFinding, ReportError> {
    read_reported_finding("last.json", report.to_string().as_bytes(), &fingerprint.parse().expect("a fingerprint"))
}

#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> Why {
    let error = read_reported_finding("last.json", text.as_ref(), &FIRST.parse().expect("a fingerprint")).expect_err("no finding");
    assert!(error.to_string().starts_with("read the report last.json: ") && error.input() == "last.json", "{error}");
    error.kind().clone()
}

#[test]
fn a_finding_is_kept_in_the_reports_words_and_with_what_was_not_read_where_it_is() {
    let found = read(&report(&json!({"findings": [finding(FIRST)]})), FIRST).expect("a finding");
    assert_eq!((found.code.as_str(), found.severity.as_str(), found.standing), ("code-of-next-year", "grave", Standing::Found));
    assert_eq!(found.evidence.iter().map(|seen| seen.fact.as_str()).collect::<Vec<_>>(), ["it is ACTIVE"]);
    assert_eq!(found.not_looked_at, ["DNS records"]);
    assert_eq!(found.details["held_by"].spoken(), "x");
    assert_eq!(found.unread.len(), 1, "the gap of the other Region does not matter");
}

#[test]
fn enough_digits_tell_which_one_is_meant() {
    let both = report(&json!({"findings": [finding(FIRST)], "waived": [finding(SECOND)]}));
    assert_eq!(read(&both, "v1:0123456700").map(|found| found.standing), Ok(Standing::Waived));
    let ambiguous = read(&both, "v1:01234567").expect_err("two");
    assert_eq!(*ambiguous.kind(), Why::Ambiguous { fingerprint: "v1:01234567".to_owned(), count: 2 });
    let unknown = read(&both, "v1:ffffffff").expect_err("none");
    assert!(matches!(unknown.kind(), Why::NotFound { .. }) && unknown.to_string().contains("v1:ffffffff"), "{unknown}");
}

#[test]
fn a_past_finding_is_told_with_what_is_known_of_it() {
    let past = json!({
        "fingerprint": FIRST, "code": "orphan", "severity": "low", "account": "1", "region": "r", "kind": "alarm", "arn": null, "name": "a",
        "first_seen": "2026-11-01T00:00:00Z", "resolved_at": "2026-11-22T00:00:00Z"
    });
    let found = read(&report(&json!({"resolved": [past]})), FIRST).expect("a finding");
    assert_eq!((found.standing, found.confidence, found.message), (Standing::Resolved, None, None));
    assert!(found.first_seen.is_some() && found.evidence.is_empty());
    let both = report(&json!({"findings": [finding(FIRST)], "resolved": [finding(FIRST)]}));
    assert_eq!(read(&both, FIRST).map(|found| found.standing), Ok(Standing::Found));
}

#[test]
fn what_is_no_report_is_called_so() {
    assert_eq!(refused(" \n"), Why::Empty);
    assert_eq!(refused(b"\xff\xfe"), Why::NotUtf8 { position: 0 });
    assert_eq!(refused("{\n oops"), Why::InvalidJson { line: 2, column: 2 });
    assert!(matches!(refused("{\"a\":"), Why::Truncated { .. }));
    for other in ["[]", "7", "{}", r#"{"schema_version":"1"}"#, r#"{"schema_version":"1","command":"doctor","scopes":[]}"#] {
        assert_eq!(refused(other), Why::NotAReport, "{other}");
    }
    assert_eq!(refused(r#"{"schema_version":"2","findings":[]}"#), Why::Version);
    assert!(matches!(refused(r#"{"schema_version":"1","findings":[7]}"#), Why::Malformed { .. }));
}

#[test]
fn what_would_take_too_much_memory_is_refused_before_it_is_unfolded() {
    assert_eq!(refused("[".repeat(65)), Why::Excessive);
    assert_eq!(refused(format!("\"{}\"", "x".repeat(LONGEST_TEXT + 1))), Why::Excessive);
    assert_eq!(refused("[0".to_owned() + &",0".repeat(MOST_VALUES + 1)), Why::Excessive);
    assert_eq!(refused(vec![b' '; LARGEST + 1]), Why::TooLarge { limit_mib: 64 });
}

proptest! {
    #[test]
    fn a_damaged_report_is_read_or_refused_without_quoting_it(at in any::<prop::sample::Index>(), to in "[]{}\\[\":,0nul-]{1,3}") {
        let mut text = report(&json!({"findings": [finding(FIRST)]})).to_string().replace("prod", "PLANTED").replace('…', "");
        let at = at.index(text.len() - to.len());
        text.replace_range(at..at + to.len(), &to);
        if let Err(error) = read_reported_finding("x", text.as_bytes(), &FIRST.parse().expect("a fingerprint")) {
            prop_assert!(!format!("{error} {error:?}").contains("PLANTED"), "{error}");
        }
    }
}
