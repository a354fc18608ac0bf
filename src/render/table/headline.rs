//! The verdict in words, and what it is about.

use std::collections::BTreeSet;
use std::io;

use super::page::{Ink, Page};
use crate::model::{FailOn, Finding, FindingStatus, Outcome, Report, Severity, Timestamp};

/// How many scopes are named before they are only counted.
const SCOPES_NAMED: usize = 3;

/// Writes the verdict and, under it, what is new since the baseline, the scopes and the time.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    page.text(ink(report), verdict(report))?;
    if report.outcome() == Outcome::Findings && !report.is_complete() {
        page.text(Ink::Yellow, "Not everything was read: there may be more.")?;
    }
    if let Some(then) = report.compared_with {
        page.text(Ink::Plain, since(report, then))?;
    }
    if let Some(left_out) = left_out(report) {
        page.text(Ink::Plain, left_out)?;
    }
    page.text(Ink::Dim, format!("{} of {}, as of {}", report.command.as_str(), scopes(report), report.generated_at))
}

fn ink(report: &Report) -> Ink {
    match report.outcome() {
        Outcome::Clean if report.findings.is_empty() => Ink::Green,
        Outcome::Clean => Ink::Bold,
        Outcome::Incomplete => Ink::Yellow,
        Outcome::Findings => {
            let counting = report.findings.iter().filter(|finding| report.counts(finding));
            counting.map(|finding| finding.severity).max().map_or(Ink::Bold, Ink::of)
        }
    }
}

/// The verdict in one sentence.
fn verdict(report: &Report) -> String {
    let found = found(report);
    match report.outcome() {
        Outcome::Findings => found,
        Outcome::Clean if report.findings.is_empty() && left_out(report).is_some() => {
            "clean: everything was read, and nothing else was found".to_owned()
        }
        Outcome::Clean if report.findings.is_empty() => "clean: everything was read, and nothing was found".to_owned(),
        Outcome::Clean => format!("clean: everything was read, no {}; {found}", what_counts(report, "finding")),
        Outcome::Incomplete if report.scopes.is_empty() => "incomplete: nothing was scanned: do not read it as clean".to_owned(),
        Outcome::Incomplete if report.findings.is_empty() => {
            "incomplete: nothing was found, but not everything was read: do not read it as clean".to_owned()
        }
        Outcome::Incomplete => format!("incomplete: not everything was read, do not read it as clean; {found}"),
    }
}

/// What was found and does not count: `Left out: 2 waived findings, 1 finding of others (--own)`.
fn left_out(report: &Report) -> Option<String> {
    let counts = [(report.waived.len(), "waived finding", ""), (report.of_others.len(), "finding", " of others (--own)")];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let said: Vec<String> = counts.map(|(count, what, whose)| counted(count, what) + whose).collect();
    if said.is_empty() { None } else { Some(format!("Left out: {}", said.join(", "))) }
}

/// `3 findings: 1 high, 2 low`, gravest first.
fn found(report: &Report) -> String {
    let summary = report.summary();
    let severities: Vec<String> = summary.by_severity.iter().rev().map(|(severity, count)| format!("{count} {severity}")).collect();
    format!("{}: {}", counted(summary.findings, "finding"), severities.join(", "))
}

/// `123456789012 ap-northeast-1`, or how many there are.
fn scopes(report: &Report) -> String {
    let scopes = || report.scopes.iter().map(|entry| &entry.scope);
    match report.scopes.len() {
        0 => "no scope".to_owned(),
        1..=SCOPES_NAMED => scopes().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        many => {
            let accounts: BTreeSet<&str> = scopes().map(|scope| scope.account.as_str()).collect();
            let regions: BTreeSet<&str> = scopes().map(|scope| scope.region.as_str()).collect();
            format!("{many} scopes ({}, {})", counted(accounts.len(), "account"), counted(regions.len(), "Region"))
        }
    }
}

/// `since the baseline as of 2026-11-22T00:00:00Z: 2 new, 1 back, 9 existing (1 of them worse), 3 resolved`.
fn since(report: &Report, then: Timestamp) -> String {
    let summary = report.summary();
    let of = |status| summary.by_status.get(&status).copied().unwrap_or(0);
    let (new, back, existing) = (of(FindingStatus::New), of(FindingStatus::Reappeared), of(FindingStatus::Existing));
    let is_worse = |finding: &&Finding| finding.history.status == FindingStatus::Existing && finding.history.got_worse;
    let worse = match report.findings.iter().filter(is_worse).count() {
        0 => String::new(),
        worse => format!(" ({worse} of them worse)"),
    };
    let unresolved = match report.unresolved().count() {
        0 => String::new(),
        unresolved => format!(", {unresolved} not known to be gone"),
    };
    let resolved = report.newly_resolved().count();
    format!("since the baseline as of {then}: {new} new, {back} back, {existing} existing{worse}, {resolved} resolved{unresolved}")
}

/// What counts for the exit code, in a sentence: `findings at or above low`, `new or worse findings at or above low`.
pub(super) fn what_counts(report: &Report, findings: &str) -> String {
    let news = if report.compared_with.is_some() && !report.fail_on_existing { "new or worse " } else { "" };
    match report.fail_on {
        FailOn::AtLeast(Severity::Info) => format!("{news}{findings} of any severity"),
        FailOn::AtLeast(severity) => format!("{news}{findings} at or above {severity}"),
        FailOn::Never => format!("{findings} that counts"),
    }
}

/// `1 finding`, `2 findings`.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
