//! The judgement: what is live, against what was declared, as of `now`.

mod baseline;
mod case;
mod checklist;
mod clock;
mod cost;
mod dead_set;
mod detached;
mod drift;
mod elsewhere;
mod existence;
mod orphan;
mod own;
mod preflight;
mod quota;
mod reference;
mod remedy;
mod required_reads;
mod service;
mod severity;
mod stale_rule;
mod tie;
mod users;
mod waive;

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::asked::AskedService;
use crate::declared::Declared;
use crate::inventory::{Collection, Inventory, ScopeInventory};
use crate::kinds::ServiceName;
use crate::model::{Arn, Cause, Command, Finding, Gap, Kind, Policy, Report, ScopeEntry, ServiceEntry, Timestamp, UnjudgedResource};
pub use baseline::compare;
use case::Case;
use dead_set::DeadSet;
pub use preflight::preflight;
use remedy::Namers;

/// Judges what is live against what was declared, as of `now`.
///
/// Reads nothing but its arguments and cannot fail: what could not be collected is in the scopes' gaps, and nothing behind a gap is
/// ever called missing or orphaned. Scopes are independent of each other and are judged side by side.
#[must_use]
pub fn audit(declared: &Declared, live: &Inventory, policy: &Policy, now: Timestamp) -> Report {
    judge(declared, live, policy, now, None)
}

/// Tells, service by service, what became of each of the thirteen kinds and of every single resource: what is gone, what is left, what stays and
/// why.
///
/// Asked about no service it tells of every one that lives, leaves, left something behind or is declared; else of these only, and of each of
/// them even if nothing was found. One that lies in no scope of the inventory is a gap. The findings are those about the services it tells of.
#[must_use]
pub fn checklist(declared: &Declared, live: &Inventory, policy: &Policy, now: Timestamp, services: &BTreeSet<AskedService>) -> Report {
    let mut report = judge(declared, live, policy, now, Some(services));
    report.command = Command::Checklist;
    if !services.is_empty() {
        let is_asked = |arn: &Arn| services.iter().any(|asked| asked.is(arn));
        report.services.retain(|entry| services.iter().any(|asked| elsewhere::is_entry_of(asked, entry)));
        let listed: BTreeSet<&Arn> = report.services.iter().flat_map(|entry| &entry.items).map(|item| &item.arn).collect();
        let is_about = |finding: &Finding| {
            let subject = finding.subject.arn.as_ref();
            subject.is_some_and(|arn| is_asked(arn) || listed.contains(arn)) || finding.ties.iter().any(|tie| is_asked(&tie.arn))
        };
        report.findings.retain(is_about);
    }
    report
}

fn judge(declared: &Declared, live: &Inventory, policy: &Policy, now: Timestamp, asked: Option<&BTreeSet<AskedService>>) -> Report {
    let last = live.finished_at().unwrap_or(now);
    let part = |scope| Part::of(declared, scope, policy, as_of(scope, last, now), asked);
    let parts = live.scopes.par_iter().map(part).collect();
    report_of(declared, parts, policy, now, asked)
}

/// The report that the scopes come to together, in whatever order they were judged.
pub(crate) fn report_of(
    declared: &Declared,
    mut parts: Vec<Part>,
    policy: &Policy,
    now: Timestamp,
    asked: Option<&BTreeSet<AskedService>>,
) -> Report {
    let mut report = Report::empty(Command::Audit, policy, now);
    let mut known = Known::default();
    parts.sort_by(|a, b| a.entry.scope.cmp(&b.entry.scope));
    for part in parts {
        report.scopes.push(part.entry);
        report.findings.extend(part.findings);
        report.services.extend(part.services);
        report.unjudged.extend(part.unjudged);
        known.add(part.known);
    }
    report.services.extend(service::outside_of(declared, &report.scopes));
    elsewhere::add_asked(&mut report, asked.into_iter().flatten());
    service::drop_missing_that_live_elsewhere(&known.living, &mut report.findings);
    waive::apply(&mut report, declared, policy);
    own::limit(&mut report, &known.tagged, &policy.own);
    finish(&mut report, &known.namers, policy);
    report.services.sort_by(|a, b| (&a.arn, &a.cluster, &a.name).cmp(&(&b.arn, &b.cluster, &b.name)));
    report.unjudged.sort();
    report
}

/// The time as of which a scope is judged: as much before `now` as it was read before the last one. A resource must not look older than it was
/// because other accounts took long to read.
fn as_of(scope: &ScopeInventory, last: Timestamp, now: Timestamp) -> Timestamp {
    let lag = last.since(scope.finished_at).as_secs();
    Timestamp::from_unix_seconds(now.unix_seconds().saturating_sub_unsigned(lag))
}

/// Gives the findings their severities, settles their remedies, and puts them and the scopes into their order.
fn finish(report: &mut Report, namers: &Namers, policy: &Policy) {
    severity::apply(report, policy);
    remedy::settle(report, namers);
    report.scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
    report.findings.par_sort_by(order);
    report.waived.par_sort_by(|one, other| order(&one.finding, &other.finding));
}

/// What is found in one scope, and what the whole has to know of it. The scope itself is not needed any more.
pub(crate) struct Part {
    entry: ScopeEntry,
    findings: Vec<Finding>,
    services: Vec<ServiceEntry>,
    unjudged: Vec<UnjudgedResource>,
    known: Known,
}

/// What can be told of a finding only once every scope was judged needs this of all of them.
#[derive(Default)]
struct Known {
    /// The services that live, of those that are declared without saying where.
    living: BTreeSet<ServiceName>,
    /// What has a tag of the caller's own.
    tagged: FxHashSet<Arn>,
    namers: Namers,
}

impl Known {
    fn add(&mut self, other: Self) {
        self.living.extend(other.living);
        self.tagged.extend(other.tagged);
        self.namers.extend(other.namers);
    }
}

impl Part {
    /// Judges one scope.
    pub(crate) fn of(
        declared: &Declared,
        live: &ScopeInventory,
        policy: &Policy,
        now: Timestamp,
        asked: Option<&BTreeSet<AskedService>>,
    ) -> Self {
        let case = Case::open(declared, live, policy, now).for_checklist_of(asked);
        // What is left over, and what living services lack, do not depend on each other.
        let (dead, (of_services, of_references)) =
            rayon::join(|| DeadSet::of(&case), || rayon::join(|| service::judge(&case), || reference::judge(&case)));
        let drift = drift::judge(&case);
        let mut findings = orphan::judge(&case, &dead);
        findings.extend(detached::judge(&case));
        findings.extend(stale_rule::judge(&case, &dead));
        findings.extend(quota::judge(&case, &dead));
        findings.extend(of_services);
        findings.extend(of_references);
        findings.extend(drift.findings);
        cost::apply(&mut findings, &case);
        let namers = remedy::apply(&mut findings, &case);
        Self {
            entry: ScopeEntry {
                scope: live.scope.clone(),
                started_at: live.started_at,
                finished_at: live.finished_at,
                api_calls: live.api_calls,
                throttles: live.throttles,
                resources: checklist::count(&case, &dead),
                gaps: gaps(&case).into_iter().chain(drift.gaps).collect(),
            },
            findings,
            services: checklist::services(&case, &dead, &drift.not_comparable),
            unjudged: dead.unjudged(),
            known: Known { living: service::living_anywhere(declared, live), tagged: own::tagged(live, &policy.own), namers },
        }
    }
}

/// The scope's gaps, and one for every list that was neither read nor is said to have failed, and for every service that somebody asks about
/// and that ECS was not asked for: it was not collected. (ECS lists neither DRAINING nor INACTIVE services.)
fn gaps(case: &Case<'_>) -> Vec<Gap> {
    let live = case.live;
    let lists = Collection::OF_SCOPE.into_iter().filter(|collection| !live.reads.has(*collection));
    // Where nothing was read at all, the gap that says so says all of it.
    let is_unread =
        live.reads.iter().next().is_none() && live.gaps.iter().any(|gap| gap.parent.is_none() && gap.kinds.len() == Kind::ALL.len());
    let silent = lists.filter(|collection| !is_unread && !live.gaps.iter().any(|gap| collection.is_read_by(&gap.operation)));
    let not_collected = silent.map(not_asked_for);
    let unasked = case
        .asked
        .iter()
        .flatten()
        .filter(|name| case.ownership.service(name).is_none())
        .map(|name| Gap { parent: Some(case.service_arn(name).to_string()), ..not_asked_for(Collection::ServiceDetails) });
    let unasked = unasked.filter(|gap| !live.gaps.iter().any(|known| known.parent == gap.parent));
    live.gaps.iter().cloned().chain(not_collected).chain(unasked).collect()
}

fn not_asked_for(collection: Collection) -> Gap {
    Gap {
        operation: collection.operation().to_owned(),
        parent: None,
        kinds: collection.kinds().to_vec(),
        cause: Cause::NotCollected,
        message: "it was not collected".to_owned(),
    }
}

/// What is about no resource last; by scope, then gravest first, then code, kind and ARN.
fn order(one: &Finding, other: &Finding) -> Ordering {
    fn key(finding: &Finding) -> impl Ord + '_ {
        let subject = &finding.subject;
        (subject.arn.is_none(), &subject.scope, Reverse(finding.severity), finding.claim.code(), subject.kind, &subject.arn)
    }
    key(one).cmp(&key(other)).then_with(|| one.fingerprint().cmp(&other.fingerprint()))
}
