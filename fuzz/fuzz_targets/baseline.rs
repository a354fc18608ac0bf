//! The baseline: read or refused without quoting it; comparing with it makes no finding and loses none. A finding of it is told as JSON.
#![no_main]

use ecs_express_audit::model::{Baseline, ReportedFinding};
use ecs_express_audit::{Declared, compare, input, render};
use ecs_express_audit_fuzz::{ACCOUNT, judged, quotes_no_secret};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    match input::read_baseline("report.json", text) {
        Ok(baseline) => check(&baseline),
        Err(error) => quotes_no_secret(&error),
    }
    let fingerprint = "v1:1ab7ace6".parse().expect("enough of one");
    match input::read_reported_finding("report.json", text, &fingerprint) {
        Ok(finding) => show(&finding),
        Err(error) => quotes_no_secret(&error),
    }
});

fn show(finding: &ReportedFinding) {
    let mut written = Vec::new();
    render::reported_json(finding, &mut written).expect("a vector takes everything");
    let document: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(document["fingerprint"], finding.fingerprint.as_str());
    assert!(written.iter().all(|byte| *byte == b'\n' || !byte.is_ascii_control()));
}

fn check(baseline: &Baseline) {
    let before = judged(&Declared::default(), &ACCOUNT);
    let mut after = before.clone();
    compare(&mut after, baseline, &Declared::default());
    assert_eq!(after.findings.len(), before.findings.len());
    assert!(after.findings.iter().zip(&before.findings).all(|(a, b)| a.fingerprint() == b.fingerprint() && a.severity == b.severity));
    for past in &after.past {
        assert!(!after.findings.iter().any(|finding| finding.fingerprint() == past.fingerprint), "it is there and it is gone");
        assert!(past.first_seen <= after.generated_at);
    }
}
