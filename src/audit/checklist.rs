//! Per service, what became of each of the thirteen kinds.

mod census;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::dead_set::{DeadSet, Standing};
use super::existence::is_lacking;
use super::required_reads::lacking_revisions;
use crate::inventory::Collection;
use crate::kinds::{Management, Resource, Service, ServiceName, ServiceRevision, TaskFamily};
use crate::model::{Arn, ChecklistItem, Kind, KindState, ServiceEntry, ServiceState};
use census::Census;
use trace::{Trace, Why};

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
    let names: BTreeSet<&ServiceName> = living.chain(traced).chain(declared).chain(case.asked.iter().flatten().copied()).collect();
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
    let (checklist, traces) = match known {
        Some(service) if !service.state().is_dead() => of_living(case, census, service),
        _ => of_dead(case, census, name),
    };
    // An audit names single resources in its findings.
    let traces = if case.asked.is_some() { traces } else { Vec::new() };
    let items: BTreeSet<ChecklistItem> = traces.iter().map(|trace| trace.told(case)).collect();
    ServiceEntry {
        declared: case.declared.is_given().then(|| declared.contains(name) || case.declared.names(&arn)),
        status: known.map_or(ServiceState::Unknown, Service::state),
        checklist,
        cluster: name.cluster.clone(),
        name: name.name.clone(),
        arn: Some(arn),
        items: items.into_iter().collect(),
        not_comparable: Vec::new(),
        planned: None,
    }
}

type Checklist<'a> = (BTreeMap<Kind, KindState>, Vec<Trace<'a>>);

fn of_living<'a>(case: &Case<'a>, census: &Census<'_>, service: &'a Service) -> Checklist<'a> {
    let alone = if service.state() == ServiceState::Draining { KindState::Deleting } else { KindState::InUse };
    let mut traces = Vec::new();
    for revision in case.ownership.revisions_of(service) {
        let family = revision.task_definition.iter();
        traces.extend(family.map(|arn| Trace::of(Kind::TaskDefinition, arn, alone, Why::Plain)));
        let managed = ServiceRevision::managed(revision).filter_map(|managed| Some((managed.kind, managed.arn.as_ref()?)));
        traces.extend(managed.map(|(kind, arn)| of_managed(case, alone, kind, arn)));
    }
    let mut states: BTreeMap<Kind, KindState> = BTreeMap::new();
    let shares_cluster = census.services_in.get(service.name.cluster.as_str()).is_some_and(|count| *count > 1);
    states.insert(Kind::Service, alone);
    states.insert(Kind::Cluster, if shares_cluster { KindState::Shared } else { alone });
    // What is there says more than what is lost: of two target groups one is enough.
    let (lost, there): (Vec<&Trace>, Vec<&Trace>) = traces.iter().partition(|of| matches!(of.state, KindState::Gone | KindState::Unknown));
    for Trace { kind, state, .. } in there {
        states.entry(*kind).and_modify(|known| *known = (*known).min(*state)).or_insert(*state);
    }
    for Trace { kind, state, .. } in lost {
        states.entry(*kind).or_insert(*state);
    }
    let absent = if lacking_revisions(case, service).is_some() { KindState::Unknown } else { KindState::NeverSeen };
    (filled(states, |_| absent), traces)
}

/// What became of something that a living service names.
fn of_managed<'a>(case: &Case<'_>, alone: KindState, kind: Kind, arn: &'a Arn) -> Trace<'a> {
    if case.ownership.resource(arn).is_none() && kind != Kind::ScalingPolicy {
        let state = if is_gone(case, kind, arn) { KindState::Gone } else { KindState::Unknown };
        return Trace::of(kind, arn, state, Why::NamedByRevision);
    }
    match case.ownership.claimants(arn).nth(1) {
        None => Trace::of(kind, arn, alone, Why::Plain),
        Some(_) => Trace::of(kind, arn, KindState::Shared, Why::UsedByServices),
    }
}

/// Whether what a living service names was read and is not there.
fn is_gone(case: &Case<'_>, kind: Kind, arn: &Arn) -> bool {
    match kind {
        Kind::Alarm => case.live.reads.has(Collection::Alarms),
        Kind::ScalableTarget => case.live.reads.has(Collection::ScalableTargets),
        _ => is_lacking(case, kind, arn),
    }
}

fn of_dead<'a>(case: &Case<'_>, census: &Census<'a>, name: &ServiceName) -> Checklist<'a> {
    let known = case.ownership.service(name);
    let mut traces = census.tied.get(name).cloned().unwrap_or_default();
    traces.extend(census.may_be_left_of(name));
    let family = census.families.get(TaskFamily::name_for(name).as_str());
    if let Some((family, state)) = family {
        let why = if *state == KindState::Shared { Why::RunByAnother } else { Why::Plain };
        traces.extend(family.revisions.iter().map(|arn| Trace::of(Kind::TaskDefinition, arn, *state, why)));
    }
    // A service of which nothing is left, and that ECS never heard of, may never have been.
    let was_seen = !traces.is_empty() || known.is_some_and(|service| service.state() == ServiceState::Inactive);
    let mut states: BTreeMap<Kind, KindState> = family.map(|(_, state)| (Kind::TaskDefinition, *state)).into_iter().collect();
    for Trace { kind, state, .. } in &traces {
        states.entry(*kind).and_modify(|known| *known = (*known).max(*state)).or_insert(*state);
    }
    if known.is_some_and(|service| service.state().is_dead()) {
        states.insert(Kind::Service, if was_seen { KindState::Gone } else { KindState::NeverSeen });
    }
    let cluster = name.cluster.as_str();
    let lives = census.services_in.contains_key(cluster).then_some(KindState::Shared);
    states.extend(lives.or(census.clusters.get(cluster).copied()).map(|state| (Kind::Cluster, state)));
    let absent = if was_seen { KindState::Gone } else { KindState::NeverSeen };
    (filled(states, |kind| if census.dark.contains(&kind) { KindState::Unknown } else { absent }), traces)
}

/// All thirteen kinds, those that were not met as `absent` says.
fn filled(mut states: BTreeMap<Kind, KindState>, absent: impl Fn(Kind) -> KindState) -> BTreeMap<Kind, KindState> {
    for kind in Kind::ALL {
        states.entry(kind).or_insert_with(|| absent(kind));
    }
    states
}
