//! The judgement: what is live, against what was declared, as of `now`.

mod case;
mod checklist;
mod clock;
mod dead_set;
mod drift;
mod existence;
mod orphan;
mod reference;
mod required_reads;
mod service;
mod tie;
mod users;

use rayon::prelude::*;

use crate::declared::Declared;
use crate::inventory::{Collection, Inventory, ScopeInventory};
use crate::model::{Cause, Command, Finding, Gap, Policy, Report, ScopeEntry, ServiceEntry, Timestamp, UnjudgedResource};
use case::Case;
use dead_set::DeadSet;

/// Judges what is live against what was declared, as of `now`.
///
/// Reads nothing but its arguments and cannot fail: what could not be collected is in the scopes' gaps, and nothing behind a gap is
/// ever called missing or orphaned. Scopes are independent of each other and are judged side by side.
#[must_use]
pub fn audit(declared: &Declared, live: &Inventory, policy: &Policy, now: Timestamp) -> Report {
    let judged: Vec<Judged> = live.scopes.par_iter().map(|scope| judge_scope(declared, scope, policy, now)).collect();
    let mut report = Report {
        command: Command::Audit,
        generated_at: now,
        fail_on: policy.fail_on,
        fail_on_existing: policy.fail_on_existing,
        scopes: Vec::new(),
        findings: Vec::new(),
        waived: Vec::new(),
        past: Vec::new(),
        of_others: 0,
        services: service::outside_of(declared, live),
        unjudged: Vec::new(),
    };
    for scope in judged {
        report.scopes.push(scope.entry);
        report.findings.extend(scope.findings);
        report.services.extend(scope.services);
        report.unjudged.extend(scope.unjudged);
    }
    service::drop_missing_that_live_elsewhere(declared, live, &mut report.findings);
    report.scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
    report.findings.sort_by_cached_key(order);
    report.services.sort_by(|a, b| (&a.arn, &a.cluster, &a.name).cmp(&(&b.arn, &b.cluster, &b.name)));
    report.unjudged.sort();
    report
}

struct Judged {
    entry: ScopeEntry,
    findings: Vec<Finding>,
    services: Vec<ServiceEntry>,
    unjudged: Vec<UnjudgedResource>,
}

fn judge_scope(declared: &Declared, live: &ScopeInventory, policy: &Policy, now: Timestamp) -> Judged {
    let case = Case::open(declared, live, policy, now);
    // What is left over, and what living services lack, do not depend on each other.
    let (dead, (of_services, of_references)) =
        rayon::join(|| DeadSet::of(&case), || rayon::join(|| service::judge(&case), || reference::judge(&case)));
    let drift = drift::judge(&case);
    let mut findings = orphan::judge(&case, &dead);
    findings.extend(of_services);
    findings.extend(of_references);
    findings.extend(drift.findings);
    Judged {
        entry: ScopeEntry {
            scope: live.scope.clone(),
            started_at: live.started_at,
            finished_at: live.finished_at,
            api_calls: live.api_calls,
            throttles: live.throttles,
            resources: checklist::count(&case, &dead),
            gaps: gaps(live).chain(drift.gaps).collect(),
        },
        findings,
        services: checklist::services(&case, &dead, &drift.not_comparable),
        unjudged: dead.unjudged(),
    }
}

/// The scope's gaps, and one for every list that was neither read nor is said to have failed: it was not collected.
fn gaps(live: &ScopeInventory) -> impl Iterator<Item = Gap> {
    let lists = Collection::OF_SCOPE.into_iter().filter(|collection| !live.reads.has(*collection));
    let silent = lists.filter(|collection| !live.gaps.iter().any(|gap| collection.is_read_by(&gap.operation)));
    let not_collected = silent.map(|collection| Gap {
        operation: collection.operation().to_owned(),
        parent: None,
        kinds: collection.kinds().to_vec(),
        cause: Cause::NotCollected,
        message: "it was not collected".to_owned(),
    });
    live.gaps.iter().cloned().chain(not_collected)
}

/// What is about no resource last; by scope, then gravest first, then code, kind and ARN.
fn order(finding: &Finding) -> impl Ord + use<> {
    let subject = finding.subject.clone();
    (
        subject.arn.is_none(),
        subject.scope,
        std::cmp::Reverse(finding.severity),
        finding.claim.code(),
        subject.kind,
        subject.arn,
        finding.fingerprint(),
    )
}
