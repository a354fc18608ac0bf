//! `undeclared-service`, `missing-service`, `draining-service` and `service-without-ingress`.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::elsewhere;
use super::existence::{exists, is_lacking};
use super::required_reads::lacking_revisions;
use crate::declared::{Declared, DeclaredService};
use crate::inventory::{Collection, ScopeInventory};
use crate::kinds::{Cluster, IngressPath, Management, Service, ServiceName};
use crate::model::{Arn, Claim, Confidence, Finding, Kind, Policy, ScopeEntry, ServiceEntry, ServiceState, Subject};

/// Every finding about the services of the scope.
pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = case.live.services.iter().filter_map(|service| draining(case, service)).collect();
    findings.extend(nameless_draining(case));
    findings.extend(case.living_express().filter_map(|service| without_ingress(case, service)));
    if case.declared.is_given() {
        findings.extend(case.living_express().filter_map(|service| undeclared(case, service)));
        findings.extend(declared_here(case).into_iter().filter_map(|(name, declared)| missing(case, &name, &declared)));
    }
    findings
}

/// The declared services that lie in no scanned scope: listed as not scanned, never called missing.
pub(super) fn outside_of(declared: &Declared, looked_at: &[ScopeEntry]) -> Vec<ServiceEntry> {
    let outside = declared.services.iter().filter(|service| !looked_at.iter().any(|entry| service.is_in(&entry.scope)));
    let mut seen = BTreeSet::new();
    let outside = outside.filter(|service| seen.insert((&service.arn, &service.region, service.service_name())));
    outside.filter_map(|service| Some(elsewhere::entry(service.service_name()?, service.arn.clone(), Some(true)))).collect()
}

/// The services that live in the scope, of those that are declared without an ARN and a Region.
pub(super) fn living_anywhere(declared: &Declared, live: &ScopeInventory) -> BTreeSet<ServiceName> {
    let anywhere = declared.services.iter().filter(|service| service.arn.is_none() && service.region.is_none());
    let mut names: BTreeSet<ServiceName> = anywhere.filter_map(DeclaredService::service_name).collect();
    if !names.is_empty() {
        let living: BTreeSet<&ServiceName> = live.services.iter().filter(|s| !s.state().is_dead()).map(|s| &s.name).collect();
        names.retain(|name| living.contains(name));
    }
    names
}

/// A service declared without an ARN and a Region is looked for in every scope, and lives in one of them at most.
pub(super) fn drop_missing_that_live_elsewhere(living: &BTreeSet<ServiceName>, findings: &mut Vec<Finding>) {
    findings.retain(|finding| match (&finding.claim, finding.subject.arn.as_ref().and_then(ServiceName::of_arn)) {
        (Claim::MissingService { .. }, Some(name)) => !living.contains(&name),
        _ => true,
    });
}

fn undeclared(case: &Case<'_>, service: &Service) -> Option<Finding> {
    let is_declared = case.declared.names(&service.arn) || service.marks.stack.is_some() || case.declared_names.contains(&service.name);
    if is_declared || case.declared.may_mean(&service.name, &case.live.scope) {
        return None;
    }
    let evidence = vec![case.evidence("ecs:ListServices", "ECS lists it among the services that it manages")];
    let finding = Finding::new(Claim::UndeclaredService, case.service_subject(service), Confidence::Confirmed);
    Some(finding.of_service(Some(case.service_ref(&service.name))).resting_on(evidence))
}

/// The services declared for this scope, each once, however many sources declare it.
pub(super) fn declared_here<'a>(case: &Case<'a>) -> BTreeMap<ServiceName, Vec<&'a DeclaredService>> {
    let mut by_name: BTreeMap<ServiceName, Vec<&DeclaredService>> = BTreeMap::new();
    for declared in case.declared.services.iter().filter(|declared| declared.is_in(&case.live.scope)) {
        if let Some(name) = declared.service_name() {
            by_name.entry(name).or_default().push(declared);
        }
    }
    by_name
}

fn missing(case: &Case<'_>, name: &ServiceName, declared: &[&DeclaredService]) -> Option<Finding> {
    let declared: Vec<&DeclaredService> = declared.iter().copied().filter(|declared| declared.is_certain).collect();
    // What may not be declared at all is not missing.
    if declared.is_empty() {
        return None;
    }
    let known = case.ownership.service(name);
    let (is_missing, confidence) = match known.map(Service::state) {
        Some(ServiceState::Inactive | ServiceState::Absent) => (true, Confidence::Confirmed),
        Some(_) => (false, Confidence::Potential),
        // It was not asked for by name, but the full list of its cluster lacks it. (It may be DRAINING.)
        None => (is_listed_without(case, name) && !was_refused(case, name), Confidence::Potential),
    };
    if !is_missing {
        return None;
    }
    let arn = declared.iter().find_map(|declared| declared.arn.clone()).unwrap_or_else(|| case.service_arn(name));
    // Without an ARN nobody knows which account it was declared for: it may live in another one.
    let confidence = if declared.iter().any(|declared| declared.arn.is_some()) { confidence } else { Confidence::Potential };
    let subject =
        Subject { scope: case.live.scope.clone(), kind: Kind::Service, arn: Some(arn), name: format!("{}/{}", name.cluster, name.name) };
    let source = if known.is_some() { "ecs:DescribeServices" } else { "ecs:ListServices" };
    let evidence = vec![case.evidence(source, "ECS does not have it among its ACTIVE services")];
    let places: Vec<&str> = declared.iter().map(|declared| declared.declared_at.as_str()).collect();
    let claim = Claim::MissingService { declared_at: places.join(", ") };
    Some(Finding::new(claim, subject, confidence).of_service(Some(case.service_ref(name))).resting_on(evidence))
}

/// Whether the services of that cluster were listed to the end (or all clusters were, and it is not among them).
fn is_listed_without(case: &Case<'_>, name: &ServiceName) -> bool {
    let cluster = case.live.clusters.iter().find(|cluster| cluster.name == name.cluster);
    case.live.reads.has(Collection::Clusters)
        && cluster.is_none_or(|cluster| case.live.reads.has_for(Collection::Services, cluster.arn.as_str()))
}

/// Whether ECS was asked for the service by name, and did not answer.
fn was_refused(case: &Case<'_>, name: &ServiceName) -> bool {
    let arn = case.service_arn(name);
    case.live.gaps.iter().any(|gap| gap.parent.as_deref() == Some(arn.as_str()))
}

fn draining(case: &Case<'_>, service: &Service) -> Option<Finding> {
    if service.state() != ServiceState::Draining || service.management != Management::Ecs {
        return None;
    }
    let last = service.last_activity.as_ref().map(|fact| case.age(fact.at, format!("its {}", fact.what)));
    let is_long = last.as_ref().is_some_and(|age| age.elapsed > Policy::LONG_DRAINING);
    let mut held_by = Vec::new();
    if service.running_tasks > 0 {
        held_by.push(format!("its {} running task(s)", service.running_tasks));
    }
    if let (true, Some(role)) = (is_long, &service.infrastructure_role) {
        held_by
            .push(format!("infrastructure role {} (the deletion runs as it: does it still exist, with its policy?)", role.last_segment()));
    }
    let claim = Claim::DrainingService { age: last, is_long, held_by };
    let evidence = vec![case.evidence("ecs:DescribeServices", "its status is DRAINING; ListServices does not show it")];
    let finding = Finding::new(claim, case.service_subject(service), Confidence::Confirmed);
    Some(finding.of_service(Some(case.service_ref(&service.name))).resting_on(evidence))
}

fn nameless_draining(case: &Case<'_>) -> Vec<Finding> {
    let surplus = case.live.clusters.iter().map(|cluster| (cluster, case.nameless_draining(&cluster.name, cluster.draining_services)));
    let finding = |(cluster, count): (&Cluster, u64)| {
        let subject =
            Subject { scope: case.live.scope.clone(), kind: Kind::Cluster, arn: Some(cluster.arn.clone()), name: cluster.name.clone() };
        let evidence = vec![case.evidence("ecs:DescribeClusters", "its statistics count more draining services than were found by name")];
        Finding::new(Claim::NamelessDraining { count }, subject, Confidence::Potential).resting_on(evidence)
    };
    // A service that could not be read may be one of those that are counted.
    let unread = case.ownership.names_to_look_up();
    let is_known = |cluster: &Cluster| !unread.iter().any(|name| name.cluster == cluster.name);
    surplus.filter(|(cluster, count)| *count > 0 && is_known(cluster)).map(finding).collect()
}

fn without_ingress(case: &Case<'_>, service: &Service) -> Option<Finding> {
    let is_young = service.created_at.is_none_or(|at| case.is_within_grace(Kind::Service, at));
    if is_young || lacking_revisions(case, service).is_some() {
        return None;
    }
    let has_gateway = case.ownership.revisions_of(service).flat_map(|r| &r.gateway_connections).any(|c| c.is_serving);
    let paths: Vec<&IngressPath> = case.ownership.revisions_of(service).flat_map(|revision| &revision.ingress_paths).collect();
    let lacking: Vec<Option<Vec<String>>> = paths.iter().map(|path| lacking_parts(case, path)).collect();
    // A path that lacks nothing leads in; one of which something was not read may.
    if has_gateway || lacking.iter().any(|parts| parts.as_ref().is_none_or(Vec::is_empty)) {
        return None;
    }
    let mut lacking: Vec<String> = lacking.into_iter().flatten().flatten().collect();
    lacking.dedup();
    if paths.is_empty() {
        lacking.push("its revisions name no ingress path and no gateway connection".to_owned());
    }
    let newest = case.ownership.revisions_of(service).filter_map(|revision| revision.created_at).max();
    let deploying = newest.filter(|_| service.is_deploying == Some(true)).map(|at| case.age(at, "its newest revision"));
    let evidence = vec![case.evidence("ecs:DescribeServiceRevisions", "no ingress path of its current revisions has all of its parts")];
    let finding = Finding::new(Claim::ServiceWithoutIngress { lacking, deploying }, case.service_subject(service), Confidence::Confirmed);
    Some(finding.of_service(Some(case.service_ref(&service.name))).resting_on(evidence))
}

/// What a path lacks of load balancer, listener, rule and target group; `None` where something was not read.
fn lacking_parts(case: &Case<'_>, path: &IngressPath) -> Option<Vec<String>> {
    let mut lacking = Vec::new();
    for kind in [Kind::LoadBalancer, Kind::Listener, Kind::ListenerRule, Kind::TargetGroup] {
        let arns: Vec<&Arn> = path.parts.iter().filter(|part| part.kind == kind).filter_map(|part| part.arn.as_ref()).collect();
        if arns.is_empty() {
            lacking.push(format!("no {}", kind.spoken()));
        } else if arns.iter().all(|arn| is_lacking(case, kind, arn)) {
            lacking.push(format!("a {} that does not exist", kind.spoken()));
        } else if arns.iter().all(|arn| exists(case, kind, arn) != Some(true)) {
            return None;
        }
    }
    Some(lacking)
}
