//! What `explain` says, as JSON: a code, all codes, or a finding with what is behind its code.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::write;
use crate::model::{Detail, Explanation, Observation, ReportedFinding, ReportedService, Timestamp, UnreadRead};

#[derive(Serialize)]
struct ExplanationWire {
    code: &'static str,
    title: &'static str,
    severity: &'static str,
    claim: &'static str,
    matters: &'static str,
    decided: &'static str,
    remedy: &'static str,
    sources: &'static [&'static str],
}

#[derive(Serialize)]
struct ReportedWire<'a> {
    command: &'a str,
    generated_at: Timestamp,
    standing: &'static str,
    fingerprint: &'a str,
    code: &'a str,
    severity: &'a str,
    confidence: Option<&'a str>,
    first_seen: Option<Timestamp>,
    account: &'a str,
    region: &'a str,
    kind: &'a str,
    arn: Option<&'a str>,
    name: &'a str,
    service: Option<ServiceWire<'a>>,
    message: Option<&'a str>,
    details: &'a BTreeMap<String, Detail>,
    evidence: &'a [Observation],
    not_looked_at: &'a [String],
    unread: &'a [UnreadRead],
    explanation: Option<ExplanationWire>,
}

#[derive(Serialize)]
struct ServiceWire<'a> {
    cluster: &'a str,
    name: &'a str,
    status: &'a str,
}

/// Writes what stands behind a code as JSON.
///
/// # Errors
///
/// What the writer fails with.
pub fn explanation_json(explanation: &Explanation, out: &mut dyn io::Write) -> io::Result<()> {
    write(&ExplanationWire::of(explanation), out)
}

/// Writes what stands behind every code as JSON, in the order in which reports list them.
///
/// # Errors
///
/// What the writer fails with.
pub fn explanations_json(out: &mut dyn io::Write) -> io::Result<()> {
    write(&Explanation::all().map(ExplanationWire::of).collect::<Vec<_>>(), out)
}

/// Writes a finding of a report with all that it rests on as JSON.
///
/// # Errors
///
/// What the writer fails with.
pub fn reported_json(finding: &ReportedFinding, out: &mut dyn io::Write) -> io::Result<()> {
    write(&ReportedWire::of(finding), out)
}

impl ExplanationWire {
    fn of(explanation: &Explanation) -> Self {
        let Explanation { code, title, severity, claim, matters, decided, remedy, sources } = *explanation;
        Self { code, title, severity, claim, matters, decided, remedy, sources }
    }
}

impl<'a> ReportedWire<'a> {
    fn of(finding: &'a ReportedFinding) -> Self {
        Self {
            command: &finding.command,
            generated_at: finding.generated_at,
            standing: finding.standing.as_str(),
            fingerprint: &finding.fingerprint,
            code: &finding.code,
            severity: &finding.severity,
            confidence: finding.confidence.as_deref(),
            first_seen: finding.first_seen,
            account: &finding.account,
            region: &finding.region,
            kind: &finding.kind,
            arn: finding.arn.as_deref(),
            name: &finding.name,
            service: finding.service.as_ref().map(ServiceWire::of),
            message: finding.message.as_deref(),
            details: &finding.details,
            evidence: &finding.evidence,
            not_looked_at: &finding.not_looked_at,
            unread: &finding.unread,
            explanation: Explanation::of(&finding.code).map(ExplanationWire::of),
        }
    }
}

impl<'a> ServiceWire<'a> {
    fn of(service: &'a ReportedService) -> Self {
        let ReportedService { cluster, name, status } = service;
        Self { cluster, name, status }
    }
}
