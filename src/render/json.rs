//! The JSON report, version 1. The keys and their order are the structs below and nothing else: the model may change, they may not.

mod details;
mod each;
mod explanation;
mod past;
mod services;
mod spelt;

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use serde::Serialize;

use crate::model::{
    Arn, Cost, Evidence, Finding, Gap, History, Remedy, Report, Scope, ScopeEntry, ServiceEntry, ServiceRef, Subject, Timestamp, Usd,
};
use details::Details;
pub(super) use each::Each;
pub use explanation::{explanation_json, explanations_json, reported_json};
pub(super) use past::{PastWire, WaivedWire};
pub(super) use services::{ServiceWire, UnjudgedWire};
pub(super) use spelt::SpeltOut;

/// Writes the report as the JSON document of version 1, indented by two spaces, with a newline at its end.
///
/// The same report gives the same bytes. Characters that are not seen are written as `\uXXXX`, so that the bytes are safe to show.
///
/// # Errors
///
/// What the writer fails with.
pub fn json(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    write(&Document::of(report), out)
}

/// Writes any document of ours so.
pub(super) fn write(document: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = SpeltOut::to(out);
    serde_json::to_writer_pretty(&mut out, document)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The number that JSON writes as the amount in cents: 27.38.
pub(super) fn dollars(amount: Usd) -> f64 {
    amount.to_string().parse().unwrap_or_default()
}

type Counts = BTreeMap<&'static str, usize>;

/// What was found, what was not read, and the verdict. Keys may be added within version 1; none is renamed or removed.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    pub(super) schema_version: &'static str,
    pub(super) tool: Tool,
    pub(super) command: &'static str,
    /// As of when it judges.
    pub(super) generated_at: Timestamp,
    /// Whether everything that was to be read was read.
    pub(super) complete: bool,
    pub(super) outcome: &'static str,
    /// The exit code that says the verdict. Where it is only advice, and in the demo, the program ends with 0 all the same.
    pub(super) exit_code: u8,
    pub(super) scopes: Vec<ScopeWire<'a>>,
    pub(super) summary: SummaryWire,
    pub(super) findings: Each<'a, Finding, FindingWire<'a>>,
    /// What could not be read.
    pub(super) gaps: Vec<GapWire<'a>>,
    /// Findings that the configuration accepts for a time.
    pub(super) waived: Vec<WaivedWire<'a>>,
    pub(super) services: Each<'a, ServiceEntry, ServiceWire<'a>>,
    /// What could not be judged, because something that matters to it was not read.
    pub(super) unjudged: Vec<UnjudgedWire<'a>>,
    /// Findings of earlier reports that are gone.
    pub(super) resolved: Vec<PastWire<'a>>,
    /// Findings of earlier reports that are not known to be gone.
    pub(super) unresolved: Vec<PastWire<'a>>,
    /// How many findings are not the caller's own (`--own`).
    pub(super) of_others: usize,
    /// As of when the baseline judges.
    pub(super) compared_with: Option<Timestamp>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// An account and Region that was scanned.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ScopeWire<'a> {
    account: &'a str,
    region: &'a str,
    complete: bool,
    started_at: Timestamp,
    finished_at: Timestamp,
    api_calls: u64,
    throttles: u64,
    resources: Counts,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct SummaryWire {
    findings: usize,
    by_severity: Counts,
    by_code: Counts,
    monthly_usd: f64,
}

/// One claim about one subject, with what it rests on.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct FindingWire<'a> {
    /// Its name across runs.
    fingerprint: String,
    code: &'static str,
    severity: &'static str,
    confidence: &'static str,
    /// How it stands to the baseline.
    status: &'static str,
    /// When a report first had it; null where this one is the first.
    first_seen: Option<Timestamp>,
    account: &'a str,
    region: &'a str,
    kind: &'static str,
    /// Null only where none exists: of a planned service, of a waiver.
    arn: Option<&'a str>,
    name: &'a str,
    /// The service that it belongs or belonged to, where exactly one can be told.
    service: Option<ServiceRefWire<'a>>,
    /// One sentence for a person.
    message: String,
    /// What it says beyond its subject; which keys there are depends on the code.
    details: Details<'a>,
    evidence: Vec<EvidenceWire<'a>>,
    cost: Option<CostWire<'a>>,
    remedy: Option<RemedyWire<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ServiceRefWire<'a> {
    arn: &'a str,
    cluster: &'a str,
    name: &'a str,
    status: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EvidenceWire<'a> {
    /// The operation that showed it, as IAM names it.
    source: &'static str,
    fact: &'a str,
    observed_at: Timestamp,
}

/// What a leftover costs a month, as far as list prices tell.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CostWire<'a> {
    monthly_usd: f64,
    basis: &'a str,
}

/// What would resolve a finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RemedyWire<'a> {
    step: u8,
    commands: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    terraform: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// A read that failed.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct GapWire<'a> {
    account: &'a str,
    region: &'a str,
    operation: &'a str,
    kinds: Vec<&'static str>,
    cause: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
}

impl<'a> Document<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let outcome = report.outcome();
        let gaps = report.scopes.iter().flat_map(|entry| entry.gaps.iter().map(|gap| GapWire::of(&entry.scope, gap)));
        Self {
            schema_version: "1",
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            command: report.command.as_str(),
            generated_at: report.generated_at,
            complete: report.is_complete(),
            outcome: outcome.as_str(),
            exit_code: report.exit_code() as u8,
            scopes: report.scopes.iter().map(ScopeWire::of).collect(),
            summary: SummaryWire::of(report),
            findings: Each::of(&report.findings, FindingWire::of),
            gaps: gaps.collect(),
            waived: report.waived.iter().map(WaivedWire::of).collect(),
            services: Each::of(&report.services, ServiceWire::of),
            unjudged: report.unjudged.iter().map(UnjudgedWire::of).collect(),
            resolved: report.past.iter().filter(|past| past.resolved_at.is_some()).map(PastWire::of).collect(),
            unresolved: report.unresolved().map(PastWire::of).collect(),
            of_others: report.of_others.len(),
            compared_with: report.compared_with,
        }
    }
}

impl<'a> ScopeWire<'a> {
    fn of(entry: &'a ScopeEntry) -> Self {
        let ScopeEntry { scope, started_at, finished_at, api_calls, throttles, resources, gaps } = entry;
        Self {
            account: &scope.account,
            region: &scope.region,
            complete: gaps.is_empty(),
            started_at: *started_at,
            finished_at: *finished_at,
            api_calls: *api_calls,
            throttles: *throttles,
            resources: resources.iter().map(|(kind, count)| (kind.as_str(), *count)).collect(),
        }
    }
}

impl SummaryWire {
    fn of(report: &Report) -> Self {
        let summary = report.summary();
        Self {
            findings: summary.findings,
            by_severity: summary.by_severity.iter().map(|(severity, count)| (severity.as_str(), *count)).collect(),
            by_code: summary.by_code.iter().map(|(code, count)| (code.as_str(), *count)).collect(),
            monthly_usd: dollars(summary.monthly),
        }
    }
}

impl<'a> FindingWire<'a> {
    fn of(finding: &'a Finding) -> Self {
        let Finding { claim, subject, severity, confidence, service, ties: _, history, evidence, cost, remedy } = finding;
        // Whether it got worse is what the two severities say.
        let History { status, first_seen, got_worse: _ } = history;
        let Subject { scope, kind, arn, name } = subject;
        Self {
            fingerprint: finding.fingerprint(),
            code: claim.code().as_str(),
            severity: severity.as_str(),
            confidence: confidence.as_str(),
            status: status.as_str(),
            first_seen: *first_seen,
            account: &scope.account,
            region: &scope.region,
            kind: kind.as_str(),
            arn: arn.as_ref().map(Arn::as_str),
            name,
            service: service.as_ref().map(ServiceRefWire::of),
            message: finding.message(),
            details: Details::of(claim),
            evidence: evidence.iter().map(EvidenceWire::of).collect(),
            cost: cost.as_ref().map(CostWire::of),
            remedy: remedy.as_ref().map(RemedyWire::of),
        }
    }
}

impl<'a> ServiceRefWire<'a> {
    fn of(service: &'a ServiceRef) -> Self {
        let ServiceRef { arn, cluster, name, status } = service;
        Self { arn: arn.as_str(), cluster, name, status: status.as_str() }
    }
}

impl<'a> EvidenceWire<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        let Evidence { source, fact, observed_at } = evidence;
        Self { source, fact, observed_at: *observed_at }
    }
}

impl<'a> CostWire<'a> {
    fn of(cost: &'a Cost) -> Self {
        let Cost { monthly, basis } = cost;
        Self { monthly_usd: dollars(*monthly), basis }
    }
}

impl<'a> RemedyWire<'a> {
    fn of(remedy: &'a Remedy) -> Self {
        // What to look at before is for the script that asks.
        let Remedy { step, commands, guards: _, terraform, note } = remedy;
        Self { step: *step, commands, terraform: terraform.as_deref(), note: note.as_deref() }
    }
}

impl<'a> GapWire<'a> {
    fn of(scope: &'a Scope, gap: &'a Gap) -> Self {
        let Gap { operation, parent, kinds, cause, message } = gap;
        Self {
            account: &scope.account,
            region: &scope.region,
            operation,
            kinds: kinds.iter().map(|kind| kind.as_str()).collect(),
            cause: cause.as_str(),
            message,
            parent: parent.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests;
