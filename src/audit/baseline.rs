//! What an earlier report, the baseline, makes of this one: what is new, what is known, what came back and what is gone.
//!
//! Only what was looked at again can be gone. The rest is carried on, so that an incomplete night neither resolves a finding nor
//! forgets it. A field that is not compared any more counts as gone.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::declared::Declared;
use crate::model::{Arn, Baseline, Code, Finding, FindingStatus, History, PastFinding, Report, ServiceState, Timestamp};

/// Compares a report with an earlier one: gives each finding its status and when it was first seen, and tells which findings of the
/// earlier one are gone and which could not be looked at again.
///
/// `declared` is what the report was judged against: without declarations, nothing that needs one is gone because it is not said.
pub fn compare(report: &mut Report, baseline: &Baseline, declared: &Declared) {
    let now = report.generated_at;
    let findings = report.findings.iter_mut().chain(report.waived.iter_mut().map(|waived| &mut waived.finding));
    let mut present = BTreeSet::new();
    for finding in findings {
        let fingerprint = finding.fingerprint();
        finding.history = baseline.known.get(&fingerprint).map(|known| history(finding, known, now)).unwrap_or_default();
        present.insert(fingerprint);
    }
    let absent = baseline.known.values().filter(|known| !present.contains(&known.fingerprint));
    let coverage = Coverage::of(report, declared);
    let mut past: Vec<PastFinding> = absent.filter_map(|known| became(known, &coverage, now)).collect();
    past.sort_by(|a, b| order(a).cmp(&order(b)));
    report.past = past;
    report.compared_with = Some(baseline.generated_at);
}

fn history(finding: &Finding, known: &PastFinding, now: Timestamp) -> History {
    let status = if known.resolved_at.is_some() { FindingStatus::Reappeared } else { FindingStatus::Existing };
    // An older snapshot may be judged after a newer one.
    History { status, first_seen: Some(known.first_seen.min(now)), got_worse: finding.severity > known.severity }
}

/// What became of a finding that the report does not have; `None` once it may be forgotten.
fn became(known: &PastFinding, coverage: &Coverage<'_>, now: Timestamp) -> Option<PastFinding> {
    let resolved_at = match known.resolved_at {
        Some(at) if now.since(at) > Baseline::MEMORY => return None,
        Some(at) => Some(at),
        None => coverage.settles(known).then_some(now),
    };
    Some(PastFinding { first_seen: known.first_seen.min(now), resolved_at, ..known.clone() })
}

/// What the report looked at: only there does silence mean that something is gone.
struct Coverage<'a> {
    /// By account and Region, whether all of it was read.
    scopes: BTreeMap<(&'a str, &'a str), bool>,
    /// The resources about which nothing can be said.
    unjudged: BTreeSet<&'a Arn>,
    /// The fingerprints of what still holds and is not reported.
    of_others: &'a BTreeSet<String>,
    is_complete: bool,
    has_declarations: bool,
}

impl<'a> Coverage<'a> {
    fn of(report: &'a Report, declared: &Declared) -> Self {
        let mut scopes = BTreeMap::new();
        for entry in &report.scopes {
            let is_read = scopes.entry((entry.scope.account.as_str(), entry.scope.region.as_str())).or_insert(true);
            *is_read &= entry.gaps.is_empty();
        }
        let puzzling = report.services.iter().filter(|service| service.status == ServiceState::Unknown);
        let unjudged = report.unjudged.iter().map(|resource| &resource.arn).chain(puzzling.filter_map(|service| service.arn.as_ref()));
        Self {
            scopes,
            unjudged: unjudged.collect(),
            of_others: &report.of_others,
            is_complete: report.is_complete(),
            has_declarations: declared.is_given(),
        }
    }

    /// Whether the finding would be in the report if it still held.
    fn settles(&self, past: &PastFinding) -> bool {
        if self.of_others.contains(&past.fingerprint) {
            return false;
        }
        match past.code {
            // A waiver may reach over all scopes.
            Code::UnusedWaiver | Code::ExpiredWaiver => self.is_complete,
            Code::UndeclaredService | Code::MissingService | Code::Drift => self.has_declarations && self.has_read(past),
            Code::Orphan
            | Code::HeldLeftover
            | Code::Superseded
            | Code::DrainingService
            | Code::ServiceWithoutIngress
            | Code::FailedResource
            | Code::DanglingReference
            | Code::Detached
            | Code::StaleRule
            | Code::QuotaPressure => self.has_read(past),
            // No audit makes these claims, so none can take one back.
            Code::CreateWhileDraining
            | Code::NameTaken
            | Code::ReplaceSameName
            | Code::ClusterChange
            | Code::MissingDependency
            | Code::RoleRemovedFirst
            | Code::ForgetLeavesRunning
            | Code::LeftoverCollision
            | Code::DestroyLeaves => false,
        }
    }

    fn has_read(&self, past: &PastFinding) -> bool {
        let scope = (past.scope.account.as_str(), past.scope.region.as_str());
        self.scopes.get(&scope) == Some(&true) && !past.arn.as_ref().is_some_and(|arn| self.unjudged.contains(arn))
    }
}

/// As findings are ordered: by scope, then gravest first.
fn order(past: &PastFinding) -> impl Ord + '_ {
    (past.arn.is_none(), &past.scope, Reverse(past.severity), past.code, past.kind, &past.arn, &past.fingerprint)
}
