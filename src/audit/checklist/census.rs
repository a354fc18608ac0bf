//! What became of every resource and of what services share.

use std::collections::{BTreeMap, BTreeSet};

use super::super::case::Case;
use super::super::dead_set::{DeadSet, Standing};
use super::super::gaps;
use super::super::orphan::{cluster_state, family_state};
use crate::kinds::{Resource, ServiceName, TaskFamily};
use crate::model::{Arn, ChecklistItem, Holder, Kind, KindState};

/// What every checklist looks at, counted once.
pub(super) struct Census<'a> {
    /// How many services are known in each cluster.
    pub services_in: BTreeMap<&'a str, usize>,
    /// What is left, held, shared … of each service that resources are tied to.
    pub tied: BTreeMap<&'a ServiceName, Vec<ChecklistItem>>,
    /// What became of each cluster in which no service lives.
    pub clusters: BTreeMap<&'a str, KindState>,
    /// What became of each task-definition family.
    pub families: BTreeMap<&'a str, (&'a TaskFamily, KindState)>,
    /// What was left behind by nobody knows whom.
    pub untied: Vec<ChecklistItem>,
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
            tied: BTreeMap::new(),
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
            let Some((state, why)) = state_of(case, dead, resource) else { continue };
            let item = ChecklistItem { kind: resource.kind(), arn: resource.arn().clone(), name: resource.name(), state, why };
            let mut names = dead.ties.names(resource.arn()).peekable();
            if names.peek().is_none() {
                census.untied.push(item.clone());
            }
            for name in names {
                census.tied.entry(name).or_default().push(item.clone());
            }
        }
        census
    }
}

fn dead_services<'a>(case: &Case<'a>) -> BTreeSet<&'a ServiceName> {
    let dead = case.live.services.iter().filter(|service| service.state().is_dead());
    dead.map(|service| &service.name).filter(|name| case.ownership.is_proven_express(name)).collect()
}

impl Census<'_> {
    /// What may be left of a dead service though nothing ties it to any: its own if no other service is known to have died.
    pub(super) fn may_be_left_of(&self, name: &ServiceName) -> Vec<ChecklistItem> {
        if !self.dead_services.contains(name) {
            return Vec::new();
        }
        let is_alone = self.dead_services.len() == 1;
        let of_this = |item: &ChecklistItem| {
            let told = "nothing that is left tells whose it was";
            let (state, why) = match (is_alone, &item.why) {
                (true, None) => (item.state, format!("{told}; no other service is known to have died")),
                (true, Some(why)) => (item.state, why.clone()),
                (false, _) => (KindState::Unknown, format!("left behind, and {told}: {} services have died", self.dead_services.len())),
            };
            ChecklistItem { state, why: Some(why), ..item.clone() }
        };
        self.untied.iter().map(of_this).collect()
    }
}

/// What became of a resource, and why it stays.
fn state_of(case: &Case<'_>, dead: &DeadSet<'_>, resource: Resource<'_>) -> Option<(KindState, Option<String>)> {
    match dead.standing(resource.arn()) {
        Some(Standing::Dead | Standing::Superseded) => Some((KindState::Left, None)),
        Some(Standing::Held(holders)) => Some((KindState::Held, Some(spoken(holders)))),
        Some(Standing::Deleting) => Some((KindState::Deleting, Some("its service is leaving, or died within the grace period".to_owned()))),
        Some(Standing::Unknown(because)) => Some((KindState::Unknown, Some(because.clone()))),
        Some(Standing::InUse) => Some((KindState::InUse, Some("it is declared, or what bears its name now uses it".to_owned()))),
        None => {
            let users: Vec<&str> = case.ownership.claimants(resource.arn()).map(Arn::last_segment).collect();
            (!users.is_empty()).then(|| (KindState::Shared, Some(format!("in use by {}", some_of(&users)))))
        }
    }
}

fn spoken(holders: &[Holder]) -> String {
    holders.iter().map(|holder| holder.use_.as_str()).collect::<Vec<_>>().join("; ")
}

/// The first of these names, and how many more there are.
pub(super) fn some_of(names: &[&str]) -> String {
    const NAMED: usize = 3;
    let first = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
