//! What every format for people says in the same words: the verdict, what was left out, what is new, how it ends.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    ChecklistItem, Command, ExitCode, FailOn, Finding, FindingStatus, Gap, KindState, Outcome, PlannedAction, Report, ServiceEntry,
    Severity, Timestamp, Usd,
};

/// How many scopes are named before they are only counted.
const SCOPES_NAMED: usize = 3;

/// What stands above everything else, a line each.
pub(super) struct Headline {
    pub verdict: String,
    /// That there may be more, where findings could hide it.
    pub unread: Option<&'static str>,
    /// What is new since the baseline, where there is one.
    pub since: Option<String>,
    /// What is left over costs, where it is known to cost anything.
    pub costs: Option<String>,
    /// What was found and does not count.
    pub left_out: Option<String>,
    /// What was scanned, and as of when.
    pub about: String,
}

impl Headline {
    pub(super) fn of(report: &Report) -> Self {
        let hides_gaps = report.outcome() == Outcome::Findings && !report.is_complete();
        Self {
            verdict: verdict(report),
            unread: hides_gaps.then_some("Not everything was read: there may be more."),
            since: report.compared_with.map(|then| since(report, then)),
            costs: costs(report),
            left_out: left_out(report),
            about: format!("{} of {}, as of {}", report.command.as_str(), scopes(report), report.generated_at),
        }
    }

    /// The lines under the verdict.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        let Self { verdict: _, unread, since, costs, left_out, about } = self;
        let beside = since.iter().chain(costs).chain(left_out).chain([about]);
        unread.iter().copied().chain(beside.map(String::as_str))
    }

    /// The verdict and the lines under it.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        [self.verdict.as_str()].into_iter().chain(self.lines())
    }
}

/// The verdict in one sentence.
fn verdict(report: &Report) -> String {
    let found = found(report);
    match report.outcome() {
        Outcome::Findings => found,
        Outcome::Clean if report.is_idle && report.command == Command::Checklist => "clean: the plan deletes no Express service".to_owned(),
        Outcome::Clean if report.is_idle => "clean: the plan touches no Express service".to_owned(),
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

/// What is known of the costs of what is left over.
fn costs(report: &Report) -> Option<String> {
    let monthly = report.summary().monthly;
    (monthly > Usd::ZERO).then(|| format!("What is left over costs about ${monthly} a month"))
}

/// What is said of a finding, and what its subject costs, if anything.
pub(super) fn with_cost(finding: &Finding, said: String) -> String {
    match spoken_cost(finding) {
        Some(cost) => format!("{said}; {cost}"),
        None => said,
    }
}

/// `costs about $27.38 a month`; nothing of what is free, or not known to cost anything.
pub(super) fn spoken_cost(finding: &Finding) -> Option<String> {
    let monthly = finding.cost.as_ref()?.monthly;
    (monthly > Usd::ZERO).then(|| format!("costs about ${monthly} a month"))
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
    format!("{}: {}", counted(summary.findings, "finding"), severities(&summary.by_severity))
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

/// What was left out for want of room, if anything was. `whose` says of what the rows are.
pub(super) fn no_room(findings: usize, rows: usize, whose: &str) -> Option<String> {
    let findings = (findings > 0).then(|| counted(findings, "finding"));
    let rows = (rows > 0).then(|| format!("{} {whose}", counted(rows, "row")));
    let left_out: Vec<String> = findings.into_iter().chain(rows).collect();
    (!left_out.is_empty()).then(|| format!("There was no room here for {}: the JSON report has all.", left_out.join(" and ")))
}

/// The read that failed: `acm:DescribeCertificate for arn:…`.
pub(super) fn read(gap: &Gap) -> String {
    let parent = gap.parent.as_ref().map(|parent| format!(" for {parent}")).unwrap_or_default();
    format!("{}{parent}", gap.operation)
}

/// Whether the service is declared; `None` where no declaration was given.
pub(super) fn declared(entry: &ServiceEntry) -> Option<&'static str> {
    entry.declared.map(|is| if is { "declared" } else { "not declared" })
}

/// A resource on a checklist, and why it is what it is; its own state only where it is not the kind's.
pub(super) fn item(item: &ChecklistItem, of_kind: KindState) -> String {
    let ChecklistItem { kind: _, arn: _, name, state, why } = item;
    let state = if *state == of_kind { String::new() } else { format!(" ({})", state.as_str()) };
    let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{name}{state}{why}")
}

/// `1 high, 2 low`, gravest first.
pub(super) fn severities(counts: &BTreeMap<Severity, usize>) -> String {
    counts.iter().rev().map(|(severity, count)| format!("{count} {severity}")).collect::<Vec<_>>().join(", ")
}

/// `1 finding`, `2 findings`.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// `exit 2: findings at or above low`. The demo ends with 0 and says how the same audit would.
pub(super) fn ending(report: &Report) -> String {
    let code = report.exit_code();
    let meaning = match code {
        ExitCode::Clean => format!("everything was read, no {}", what_counts(report, "finding")),
        ExitCode::CouldNotRun => "nothing was judged".to_owned(),
        ExitCode::Findings => what_counts(report, "findings"),
        ExitCode::Incomplete => format!("no {}, but not everything was read", what_counts(report, "finding")),
        ExitCode::Interrupted | ExitCode::Terminated => "a signal stopped it; what was read until then was judged".to_owned(),
    };
    let code = code as u8;
    match report.command {
        Command::Demo if report.is_lenient() => format!("exit 0, as a demo does; the same audit would exit {code}: {meaning}"),
        _ if report.is_lenient() => format!("exit 0, since this only advises; otherwise it would be {code}: {meaning}"),
        _ => format!("exit {code}: {meaning}"),
    }
}

/// What is said of fields that could not be compared: of a planned service, because they are not known yet.
pub(super) fn not_comparable(planned: Option<PlannedAction>) -> &'static str {
    if planned.is_some() { "known only after the apply" } else { "not compared" }
}

/// Why the fields that a report lists were not compared.
pub(super) fn why_not_compared(report: &Report) -> &'static str {
    if report.command == Command::Preflight {
        "Known only after the apply, and so not looked for"
    } else {
        "Not compared, since a declaration or a snapshot does not tell their values"
    }
}

/// The day, where the whole of it is meant.
pub(super) fn day(expires: Timestamp) -> String {
    let time = expires.to_string();
    time.strip_suffix("T23:59:59Z").map_or(time.clone(), str::to_owned)
}
