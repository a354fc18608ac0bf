//! What every target holds the crate to, whatever the bytes are.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Arn, Claim, Policy, Report, Timestamp};
use ecs_express_audit::{Declared, audit, render, snapshot};

/// What stands for a secret in the seeds.
const PLANT: &str = "Pl4nt";

/// An account with leftovers of many kinds.
pub static ACCOUNT: LazyLock<Inventory> = LazyLock::new(|| {
    let text = include_bytes!("../../fixtures/demo/account.snapshot.jsonl");
    snapshot::read(&mut text.as_slice()).expect("the demo's own snapshot")
});

/// Judges, and checks that the report can be written and read by anything that reads JSON.
#[must_use]
pub fn judged(declared: &Declared, live: &Inventory) -> Report {
    let now = live.finished_at().unwrap_or(Timestamp::from_unix_seconds(0));
    let report = audit(declared, live, &Policy::default(), now);
    let mut written = Vec::new();
    render::json(&report, &mut written).expect("a vector takes everything");
    let document: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(document["findings"].as_array().map(Vec::len), Some(report.findings.len()));
    assert!(written.iter().all(|byte| *byte == b'\n' || !byte.is_ascii_control()));
    report
}

/// What the report calls an orphan.
#[must_use]
pub fn orphans(report: &Report) -> BTreeSet<&Arn> {
    let is_orphan = |claim: &Claim| matches!(claim, Claim::Orphan { .. });
    report.findings.iter().filter(|finding| is_orphan(&finding.claim)).filter_map(|finding| finding.subject.arn.as_ref()).collect()
}

/// Checks that an error repeats no secret.
pub fn quotes_no_secret(error: &(impl std::error::Error + 'static)) {
    let told = format!("{error} {error:?} {:?}", error.source());
    assert!(!told.contains(PLANT), "{told}");
}
