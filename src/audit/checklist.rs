//! Per service, what became of each of the thirteen kinds.

mod census;

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::dead_set::{DeadSet, Standing};
use super::existence::is_lacking;
use super::required_reads::lacking_revisions;
use crate::inventory::Collection;
use crate::kinds::{Management, Resource, Service, ServiceName, ServiceRevision, TaskFamily};
use crate::model::{Arn, ChecklistItem, Kind, KindState, ServiceEntry, ServiceState};
use census::{Census, some_of};

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
    let (checklist, items) = match known {
        Some(service) if !service.state().is_dead() => of_living(case, census, service),
        _ => of_dead(case, census, name),
    };
    ServiceEntry {
        declared: case.declared.is_given().then(|| declared.contains(name) || case.declared.names(&arn)),
        status: known.map_or(ServiceState::Unknown, Service::state),
        checklist,
        cluster: name.cluster.clone(),
        name: name.name.clone(),
        arn: Some(arn),
        // An audit names single resources in its findings.
        items: if case.asked.is_some() { items } else { Vec::new() },
        not_comparable: Vec::new(),
        planned: None,
    }
}

type Checklist = (BTreeMap<Kind, KindState>, Vec<ChecklistItem>);

fn of_living(case: &Case<'_>, census: &Census<'_>, service: &Service) -> Checklist {
    let alone = if service.state() == ServiceState::Draining { KindState::Deleting } else { KindState::InUse };
    let mut items = Vec::new();
    for revision in case.ownership.revisions_of(service) {
        let family = revision.task_definition.iter();
        items.extend(family.map(|arn| item(Kind::TaskDefinition, arn, arn.last_segment(), alone, None)));
        items.extend(ServiceRevision::managed(revision).filter_map(|managed| {
            let arn = managed.arn.as_ref()?;
            Some(of_managed(case, alone, managed.kind, arn))
        }));
    }
    items.sort();
    items.dedup();
    let mut states: BTreeMap<Kind, KindState> = BTreeMap::new();
    let shares_cluster = census.services_in.get(service.name.cluster.as_str()).is_some_and(|count| *count > 1);
    states.insert(Kind::Service, alone);
    states.insert(Kind::Cluster, if shares_cluster { KindState::Shared } else { alone });
    // What is there says more than what is lost: of two target groups one is enough.
    let (lost, there): (Vec<_>, Vec<_>) = items.iter().partition(|item| matches!(item.state, KindState::Gone | KindState::Unknown));
    for item in there {
        states.entry(item.kind).and_modify(|known| *known = (*known).min(item.state)).or_insert(item.state);
    }
    for item in lost {
        states.entry(item.kind).or_insert(item.state);
    }
    let absent = if lacking_revisions(case, service).is_some() { KindState::Unknown } else { KindState::NeverSeen };
    (filled(states, |_| absent), items)
}

/// What became of something that a living service names.
fn of_managed(case: &Case<'_>, alone: KindState, kind: Kind, arn: &Arn) -> ChecklistItem {
    let known = case.ownership.resource(arn);
    let name = known.map_or_else(|| arn.last_segment().to_owned(), Resource::name);
    if known.is_none() && kind != Kind::ScalingPolicy {
        let state = if is_gone(case, kind, arn) { KindState::Gone } else { KindState::Unknown };
        return item(kind, arn, &name, state, Some("a current revision names it".to_owned()));
    }
    let users: Vec<&str> = case.ownership.claimants(arn).map(Arn::last_segment).collect();
    match users.len() {
        0 | 1 => item(kind, arn, &name, alone, None),
        _ => item(kind, arn, &name, KindState::Shared, Some(format!("in use by {}", some_of(&users)))),
    }
}

fn item(kind: Kind, arn: &Arn, name: &str, state: KindState, why: Option<String>) -> ChecklistItem {
    ChecklistItem { kind, arn: arn.clone(), name: name.to_owned(), state, why }
}

/// Whether what a living service names was read and is not there.
fn is_gone(case: &Case<'_>, kind: Kind, arn: &Arn) -> bool {
    match kind {
        Kind::Alarm => case.live.reads.has(Collection::Alarms),
        Kind::ScalableTarget => case.live.reads.has(Collection::ScalableTargets),
        _ => is_lacking(case, kind, arn),
    }
}

fn of_dead(case: &Case<'_>, census: &Census<'_>, name: &ServiceName) -> Checklist {
    let known = case.ownership.service(name);
    let mut items = census.tied.get(name).cloned().unwrap_or_default();
    items.extend(census.may_be_left_of(name));
    let family = census.families.get(TaskFamily::name_for(name).as_str());
    if let Some((family, state)) = family {
        let why = (*state == KindState::Shared).then(|| "another service runs it, or may".to_owned());
        items.extend(family.revisions.iter().map(|arn| item(Kind::TaskDefinition, arn, arn.last_segment(), *state, why.clone())));
    }
    items.sort();
    // A service of which nothing is left, and that ECS never heard of, may never have been.
    let was_seen = !items.is_empty() || known.is_some_and(|service| service.state() == ServiceState::Inactive);
    let mut states: BTreeMap<Kind, KindState> = family.map(|(_, state)| (Kind::TaskDefinition, *state)).into_iter().collect();
    for item in &items {
        states.entry(item.kind).and_modify(|known| *known = (*known).max(item.state)).or_insert(item.state);
    }
    if known.is_some_and(|service| service.state().is_dead()) {
        states.insert(Kind::Service, if was_seen { KindState::Gone } else { KindState::NeverSeen });
    }
    let cluster = name.cluster.as_str();
    let lives = census.services_in.contains_key(cluster).then_some(KindState::Shared);
    states.extend(lives.or(census.clusters.get(cluster).copied()).map(|state| (Kind::Cluster, state)));
    let absent = if was_seen { KindState::Gone } else { KindState::NeverSeen };
    (filled(states, |kind| if census.dark.contains(&kind) { KindState::Unknown } else { absent }), items)
}

/// All thirteen kinds, those that were not met as `absent` says.
fn filled(mut states: BTreeMap<Kind, KindState>, absent: impl Fn(Kind) -> KindState) -> BTreeMap<Kind, KindState> {
    for kind in Kind::ALL {
        states.entry(kind).or_insert_with(|| absent(kind));
    }
    states
}
