//! The JSON report, version 1. The keys and their order are the structs below and nothing else: the model may change, they may not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use super::escape::is_unseen;
use crate::model::{
    Age, Arn, Claim, Evidence, Finding, Gap, Holder, Report, Scope, ScopeEntry, ServiceEntry, ServiceRef, Subject, Timestamp,
    UnjudgedResource,
};

/// Writes the report as the JSON document of version 1, indented by two spaces, with a newline at its end.
///
/// The same report gives the same bytes. Characters that are not seen are written as `\uXXXX`, so that the bytes are safe to show.
///
/// # Errors
///
/// What the writer fails with.
pub fn json(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(&Document::of(report))?;
    out.write_all(spelt_out(&text).as_bytes())?;
    out.write_all(b"\n")
}

/// The same document, with every unseen character as an escape, and the second of two `#` (see [`super::harmless`]). Outside of strings
/// JSON has none of them but the newline.
fn spelt_out(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        if (char != '\n' && is_unseen(char)) || (char == '#' && safe.ends_with('#')) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(char);
        }
    }
    safe
}

type Counts = BTreeMap<&'static str, usize>;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    tool: Tool,
    command: &'static str,
    generated_at: Timestamp,
    complete: bool,
    outcome: &'static str,
    exit_code: u8,
    scopes: Vec<ScopeWire<'a>>,
    summary: SummaryWire,
    findings: Vec<FindingWire<'a>>,
    gaps: Vec<GapWire<'a>>,
    waived: [(); 0],
    services: Vec<ServiceWire<'a>>,
    unjudged: Vec<UnjudgedWire<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct ScopeWire<'a> {
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
struct SummaryWire {
    findings: usize,
    by_severity: Counts,
    by_code: Counts,
}

#[derive(Serialize)]
struct FindingWire<'a> {
    fingerprint: String,
    code: &'static str,
    severity: &'static str,
    confidence: &'static str,
    status: &'static str,
    account: &'a str,
    region: &'a str,
    kind: &'static str,
    arn: &'a str,
    name: &'a str,
    service: Option<ServiceRefWire<'a>>,
    message: String,
    details: Details<'a>,
    evidence: Vec<EvidenceWire<'a>>,
    cost: Option<()>,
    remedy: Option<()>,
}

#[derive(Serialize)]
struct ServiceRefWire<'a> {
    arn: &'a str,
    cluster: &'a str,
    name: &'a str,
    status: &'static str,
}

#[derive(Serialize)]
struct EvidenceWire<'a> {
    source: &'static str,
    fact: &'a str,
    observed_at: Timestamp,
}

/// What a claim says beyond its subject. Which keys there are depends on the code alone, except for a draining service without a name.
#[derive(Serialize)]
#[serde(untagged)]
enum Details<'a> {
    Orphan { since: Option<Timestamp>, clock: Option<&'a str>, also: Vec<&'a str> },
    HeldLeftover { holders: Vec<HolderWire<'a>> },
    MissingService { declared_at: &'a str },
    DrainingService { since: Option<Timestamp>, clock: Option<&'a str>, held_by: &'a [String] },
    NamelessDraining { count: u64 },
    ServiceWithoutIngress { lacking: &'a [String], deploying_since: Option<Timestamp> },
    FailedResource { kind: &'static str, reason: Option<&'a str> },
    DanglingReference { kind: &'static str, missing: &'a str },
    Nothing {},
}

#[derive(Serialize)]
struct HolderWire<'a> {
    id: &'a str,
    #[serde(rename = "use")]
    use_: &'a str,
}

#[derive(Serialize)]
struct GapWire<'a> {
    account: &'a str,
    region: &'a str,
    operation: &'a str,
    kinds: Vec<&'static str>,
    cause: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
}

#[derive(Serialize)]
struct ServiceWire<'a> {
    arn: Option<&'a str>,
    cluster: &'a str,
    name: &'a str,
    declared: Option<bool>,
    status: &'static str,
    checklist: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
struct UnjudgedWire<'a> {
    arn: &'a str,
    kind: &'static str,
    because: &'a str,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let outcome = report.outcome();
        let gaps = report.scopes.iter().flat_map(|entry| entry.gaps.iter().map(|gap| GapWire::of(&entry.scope, gap)));
        Self {
            schema_version: "1",
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            command: report.command.as_str(),
            generated_at: report.generated_at,
            complete: report.is_complete(),
            outcome: outcome.as_str(),
            exit_code: outcome.exit_code() as u8,
            scopes: report.scopes.iter().map(ScopeWire::of).collect(),
            summary: SummaryWire::of(report),
            findings: report.findings.iter().map(FindingWire::of).collect(),
            gaps: gaps.collect(),
            waived: [],
            services: report.services.iter().map(ServiceWire::of).collect(),
            unjudged: report.unjudged.iter().map(UnjudgedWire::of).collect(),
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
        }
    }
}

impl<'a> FindingWire<'a> {
    fn of(finding: &'a Finding) -> Self {
        let Finding { claim, subject, severity, confidence, service, evidence } = finding;
        let Subject { scope, kind, arn, name } = subject;
        Self {
            fingerprint: finding.fingerprint(),
            code: claim.code().as_str(),
            severity: severity.as_str(),
            confidence: confidence.as_str(),
            // Nothing is compared with an earlier report yet.
            status: "new",
            account: &scope.account,
            region: &scope.region,
            kind: kind.as_str(),
            arn: arn.as_str(),
            name,
            service: service.as_ref().map(ServiceRefWire::of),
            message: finding.message(),
            details: Details::of(claim),
            evidence: evidence.iter().map(EvidenceWire::of).collect(),
            cost: None,
            remedy: None,
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

impl<'a> Details<'a> {
    fn of(claim: &'a Claim) -> Self {
        match claim {
            Claim::Orphan { age, also } => {
                let (since, clock) = since(age.as_ref());
                Self::Orphan { since, clock, also: also.iter().map(Arn::as_str).collect() }
            }
            Claim::HeldLeftover { holders } => {
                Self::HeldLeftover { holders: holders.iter().map(|Holder { id, use_ }| HolderWire { id, use_ }).collect() }
            }
            Claim::MissingService { declared_at } => Self::MissingService { declared_at },
            // Whether it took long is what the severity says.
            Claim::DrainingService { age, is_long: _, held_by } => {
                let (since, clock) = since(age.as_ref());
                Self::DrainingService { since, clock, held_by }
            }
            Claim::NamelessDraining { count } => Self::NamelessDraining { count: *count },
            Claim::ServiceWithoutIngress { lacking, deploying } => {
                Self::ServiceWithoutIngress { lacking, deploying_since: deploying.as_ref().map(|age| age.at) }
            }
            Claim::FailedResource { kind, reason } => Self::FailedResource { kind: kind.as_str(), reason: reason.as_deref() },
            Claim::DanglingReference { kind, missing } => Self::DanglingReference { kind: kind.as_str(), missing },
            Claim::Superseded | Claim::UndeclaredService => Self::Nothing {},
        }
    }
}

/// The time and its clock. How long ago it was follows from `generated_at`.
fn since(age: Option<&Age>) -> (Option<Timestamp>, Option<&str>) {
    age.map(|Age { at, clock, elapsed: _ }| (*at, clock.as_str())).unzip()
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

impl<'a> ServiceWire<'a> {
    fn of(entry: &'a ServiceEntry) -> Self {
        let ServiceEntry { arn, cluster, name, declared, status, checklist } = entry;
        Self {
            arn: arn.as_ref().map(Arn::as_str),
            cluster,
            name,
            declared: *declared,
            status: status.as_str(),
            checklist: checklist.iter().map(|(kind, state)| (kind.as_str(), state.as_str())).collect(),
        }
    }
}

impl<'a> UnjudgedWire<'a> {
    fn of(resource: &'a UnjudgedResource) -> Self {
        let UnjudgedResource { arn, kind, because } = resource;
        Self { arn: arn.as_str(), kind: kind.as_str(), because }
    }
}

#[cfg(test)]
mod tests;
