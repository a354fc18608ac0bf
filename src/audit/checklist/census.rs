//! What became of every resource and of what services share.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::super::case::Case;
use super::super::dead_set::{DeadSet, Standing};
use super::super::gaps;
use super::super::orphan::{cluster_state, family_state};
use super::trace::{Trace, Why};
use crate::kinds::{Resource, ServiceName, TaskFamily};
use crate::model::{Kind, KindState};

/// What every checklist looks at, counted once.
pub(super) struct Census<'a> {
    /// How many services are known in each cluster.
    pub services_in: BTreeMap<&'a str, usize>,
    /// What is left, held, shared … of each service that resources are tied to.
    pub tied: FxHashMap<&'a ServiceName, Vec<Trace<'a>>>,
    /// What became of each cluster in which no service lives.
    pub clusters: BTreeMap<&'a str, KindState>,
    /// What became of each task-definition family.
    pub families: BTreeMap<&'a str, (&'a TaskFamily, KindState)>,
    /// What was left behind by nobody knows whom.
    pub untied: Vec<Trace<'a>>,
    /// The Express services that are known to have died.
    pub dead_services: BTreeSet<&'a ServiceName>,
    /// The kinds of which something was not read.
    pub dark: BTreeSet<Kind>,
}

impl<'a> Census<'a> {
    pub(super) fn of(case: &Case<'a>, dead: &'a DeadSet<'a>) -> Self {
        let mut families: BTreeMap<&str, (&TaskFamily, KindState)> =
            case.live.task_families.iter().map(|f| (f.name.as_str(), (f, KindState::Shared))).collect();
        families.extend(case.ownership.dead_families().map(|(f, names)| (f.name.as_str(), (f, family_state(case, f, &names)))));
        let dark = gaps(case).iter().flat_map(|gap| gap.kinds.clone()).collect();
        let mut census = Self {
            services_in: BTreeMap::new(),
            tied: FxHashMap::default(),
            clusters: BTreeMap::new(),
            families,
            untied: Vec::new(),
            dead_services: dead_services(case),
            dark,
        };
        for service in case.live.services.iter().filter(|service| !service.state().is_dead()) {
            *census.services_in.entry(&service.name.cluster).or_default() += 1;
        }
        let idle = case.live.clusters.iter().filter(|cluster| !census.services_in.contains_key(cluster.name.as_str()));
        census.clusters = idle.map(|cluster| (cluster.name.as_str(), cluster_state(case, cluster))).collect();
        for resource in case.live.resources() {
            let Some(trace) = trace(case, dead, resource) else { continue };
            let mut names = dead.ties.names(resource.arn()).peekable();
            if names.peek().is_none() {
                census.untied.push(trace);
            }
            for name in names {
                census.tied.entry(name).or_default().push(trace);
            }
        }
        census
    }
}

fn dead_services<'a>(case: &Case<'a>) -> BTreeSet<&'a ServiceName> {
    let dead = case.live.services.iter().filter(|service| service.state().is_dead());
    dead.map(|service| &service.name).filter(|name| case.ownership.is_proven_express(name)).collect()
}

impl<'a> Census<'a> {
    /// What may be left of a dead service though nothing ties it to any: its own if no other service is known to have died.
    pub(super) fn may_be_left_of(&self, name: &ServiceName) -> Vec<Trace<'a>> {
        if !self.dead_services.contains(name) {
            return Vec::new();
        }
        let of_this = |trace: &Trace<'a>| match (self.dead_services.len(), trace.why) {
            (1, Why::Plain) => Trace { why: Why::OfOneOf(1), ..*trace },
            (1, _) => *trace,
            (dead, _) => Trace { state: KindState::Unknown, why: Why::OfOneOf(dead), ..*trace },
        };
        self.untied.iter().map(of_this).collect()
    }
}

/// What became of a resource, and why it stays.
fn trace<'a>(case: &Case<'_>, dead: &'a DeadSet<'a>, resource: Resource<'a>) -> Option<Trace<'a>> {
    let (state, why) = match dead.standing(resource.arn()) {
        Some(Standing::Dead | Standing::Superseded) => (KindState::Left, Why::Plain),
        Some(Standing::Held(holders)) => (KindState::Held, Why::Held(holders)),
        Some(Standing::Deleting) if case.appeared.contains(resource.arn()) => (KindState::Deleting, Why::Appeared),
        Some(Standing::Deleting) => (KindState::Deleting, Why::Leaving),
        Some(Standing::Unknown(because)) => (KindState::Unknown, Why::NotRead(because)),
        Some(Standing::InUse) => (KindState::InUse, Why::TakenOver),
        None if case.ownership.is_claimed(resource.arn()) => (KindState::Shared, Why::UsedByServices),
        None => return None,
    };
    Some(Trace::of(resource.kind(), resource.arn(), state, why))
}
