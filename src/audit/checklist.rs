//! Per service, what became of each of the thirteen kinds.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::dead_set::{DeadSet, Standing};
use super::existence::is_lacking;
use super::orphan::{cluster_state, family_state};
use super::required_reads::lacking_revisions;
use crate::inventory::Collection;
use crate::kinds::{Management, Resource, Service, ServiceName, ServiceRevision, TaskFamily};
use crate::model::{Arn, Kind, KindState, ServiceEntry, ServiceState};

/// How many resources of each kind Express Mode has in the scope, living or left behind.
pub(super) fn count(case: &Case<'_>, dead: &DeadSet<'_>) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    let is_express = |r: &Resource<'_>| case.ownership.is_claimed(r.arn()) || dead.standing(r.arn()).is_some();
    for resource in case.live.resources().filter(is_express) {
        *counts.entry(resource.kind()).or_default() += 1;
    }
    let services = case.live.services.iter().filter(|s| s.management == Management::Ecs && !s.state().is_dead());
    let clusters: BTreeSet<&str> = services.clone().map(|service| service.name.cluster.as_str()).collect();
    let families = services.clone().flat_map(|service| case.ownership.revisions_of(service)).filter_map(|r| r.task_definition.as_ref());
    let families: BTreeSet<&Arn> = families.collect();
    let of_ecs = [(Kind::Service, services.count()), (Kind::Cluster, clusters.len()), (Kind::TaskDefinition, families.len())];
    counts.extend(of_ecs.into_iter().filter(|(_, count)| *count > 0));
    counts
}

/// The services that live, leave, or left something behind, and those that were declared.
pub(super) fn services(case: &Case<'_>, dead: &DeadSet<'_>, not_comparable: &BTreeMap<Arn, BTreeSet<String>>) -> Vec<ServiceEntry> {
    let declared = &case.declared_names;
    let living = case.live.services.iter().filter(|s| s.management == Management::Ecs && !s.state().is_dead()).map(|s| &s.name);
    let traced = dead.judged.values().filter(|(_, standing)| *standing != Standing::InUse);
    let traced = traced.flat_map(|(suspect, _)| dead.ties.names(suspect.resource.arn()));
    let names: BTreeSet<&ServiceName> = living.chain(traced).chain(declared).collect();
    let census = Census::of(case, dead);
    let mut entries: Vec<ServiceEntry> = names.into_iter().map(|name| entry(case, &census, name, declared)).collect();
    for entry in &mut entries {
        let paths = entry.arn.as_ref().and_then(|arn| not_comparable.get(arn));
        entry.not_comparable = paths.into_iter().flatten().cloned().collect();
    }
    entries
}

fn entry(case: &Case<'_>, census: &Census<'_>, name: &ServiceName, declared: &BTreeSet<ServiceName>) -> ServiceEntry {
    let known = case.ownership.service(name);
    let arn = known.map_or_else(|| case.service_arn(name), |service| service.arn.clone());
    ServiceEntry {
        declared: case.declared.is_given().then(|| declared.contains(name) || case.declared.names(&arn)),
        status: known.map_or(ServiceState::Unknown, Service::state),
        checklist: match known {
            Some(service) if !service.state().is_dead() => of_living(case, census, service),
            _ => of_dead(case, census, name),
        },
        cluster: name.cluster.clone(),
        name: name.name.clone(),
        arn: Some(arn),
        items: Vec::new(),
        not_comparable: Vec::new(),
    }
}

/// What every checklist looks at, counted once.
struct Census<'a> {
    /// How many services are known in each cluster.
    services_in: BTreeMap<&'a str, usize>,
    /// What is left, held, shared … of each service that resources are tied to.
    tied: BTreeMap<&'a ServiceName, BTreeMap<Kind, KindState>>,
    /// What became of each cluster in which no service lives.
    clusters: BTreeMap<&'a str, KindState>,
    /// What became of each task-definition family.
    families: BTreeMap<&'a str, KindState>,
}

impl<'a> Census<'a> {
    fn of(case: &Case<'a>, dead: &'a DeadSet<'a>) -> Self {
        let mut families: BTreeMap<&str, KindState> =
            case.live.task_families.iter().map(|f| (f.name.as_str(), KindState::Shared)).collect();
        families.extend(case.ownership.dead_families().map(|(f, names)| (f.name.as_str(), family_state(case, f, &names))));
        let mut census = Self { services_in: BTreeMap::new(), tied: BTreeMap::new(), clusters: BTreeMap::new(), families };
        for service in case.live.services.iter().filter(|service| !service.state().is_dead()) {
            *census.services_in.entry(&service.name.cluster).or_default() += 1;
        }
        let idle = case.live.clusters.iter().filter(|cluster| !census.services_in.contains_key(cluster.name.as_str()));
        census.clusters = idle.map(|cluster| (cluster.name.as_str(), cluster_state(case, cluster))).collect();
        for resource in case.live.resources() {
            let Some(state) = state_of(case, dead, resource) else { continue };
            for name in dead.ties.names(resource.arn()) {
                let states = census.tied.entry(name).or_default();
                states.entry(resource.kind()).and_modify(|known| *known = (*known).max(state)).or_insert(state);
            }
        }
        census
    }
}

fn state_of(case: &Case<'_>, dead: &DeadSet<'_>, resource: Resource<'_>) -> Option<KindState> {
    match dead.standing(resource.arn()) {
        Some(Standing::Dead | Standing::Superseded) => Some(KindState::Left),
        Some(Standing::Held(_)) => Some(KindState::Held),
        Some(Standing::Deleting) => Some(KindState::Deleting),
        Some(Standing::Unknown(_)) => Some(KindState::Unknown),
        Some(Standing::InUse) => Some(KindState::InUse),
        None => case.ownership.is_claimed(resource.arn()).then_some(KindState::Shared),
    }
}

fn of_living(case: &Case<'_>, census: &Census<'_>, service: &Service) -> BTreeMap<Kind, KindState> {
    let alone = if service.state() == ServiceState::Draining { KindState::Deleting } else { KindState::InUse };
    let mut states: BTreeMap<Kind, KindState> = BTreeMap::new();
    let mut see = |kind: Kind, is_shared: bool| {
        let state = if is_shared { KindState::Shared } else { alone };
        states.entry(kind).and_modify(|known| *known = (*known).min(state)).or_insert(state);
    };
    let mut lost = Vec::new();
    see(Kind::Service, false);
    see(Kind::Cluster, census.services_in.get(service.name.cluster.as_str()).is_some_and(|count| *count > 1));
    for revision in case.ownership.revisions_of(service) {
        if revision.task_definition.is_some() {
            see(Kind::TaskDefinition, false);
        }
        for managed in ServiceRevision::managed(revision) {
            let Some(arn) = &managed.arn else { continue };
            if case.ownership.resource(arn).is_some() || managed.kind == Kind::ScalingPolicy {
                see(managed.kind, case.ownership.claimants(arn).count() > 1);
            } else {
                lost.push((managed.kind, if is_gone(case, managed.kind, arn) { KindState::Gone } else { KindState::Unknown }));
            }
        }
    }
    for (kind, state) in lost {
        states.entry(kind).or_insert(state);
    }
    filled(states, if lacking_revisions(case, service).is_some() { KindState::Unknown } else { KindState::NeverSeen })
}

/// Whether what a living service names was read and is not there.
fn is_gone(case: &Case<'_>, kind: Kind, arn: &Arn) -> bool {
    match kind {
        Kind::Alarm => case.live.reads.has(Collection::Alarms),
        Kind::ScalableTarget => case.live.reads.has(Collection::ScalableTargets),
        _ => is_lacking(case, kind, arn),
    }
}

fn of_dead(case: &Case<'_>, census: &Census<'_>, name: &ServiceName) -> BTreeMap<Kind, KindState> {
    let mut states = census.tied.get(name).cloned().unwrap_or_default();
    if case.ownership.service(name).is_some() {
        states.insert(Kind::Service, KindState::Gone);
    }
    if census.services_in.contains_key(name.cluster.as_str()) {
        states.insert(Kind::Cluster, KindState::Shared);
    } else if let Some(state) = census.clusters.get(name.cluster.as_str()) {
        states.insert(Kind::Cluster, *state);
    }
    if let Some(state) = census.families.get(TaskFamily::name_for(name).as_str()) {
        states.insert(Kind::TaskDefinition, *state);
    }
    filled(states, if case.live.gaps.is_empty() { KindState::Gone } else { KindState::Unknown })
}

/// All thirteen kinds, those that were not met as `absent` says.
fn filled(mut states: BTreeMap<Kind, KindState>, absent: KindState) -> BTreeMap<Kind, KindState> {
    for kind in Kind::ALL {
        states.entry(kind).or_insert(absent);
    }
    states
}
