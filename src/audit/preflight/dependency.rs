//! `missing-dependency`: a service refers to something that it will not find. The apply fails, or hangs without an end.

use std::collections::BTreeSet;

use super::Ahead;
use crate::kinds::ServiceName;
use crate::model::{Arn, Dependency, DependencyKind, Evidence, Finding, Lack, PlannedAction, Prospect};
use crate::plan::PlannedService;

/// Everything that is missing, a finding each.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    ahead.services().flat_map(|service| of_service(ahead, service)).collect()
}

fn of_service(ahead: &Ahead<'_>, service: &PlannedService) -> Vec<Finding> {
    let needed = service.dependencies();
    // What stays as it is was made once: only what this plan takes away can be missing.
    let kept = if service.action == PlannedAction::Keep { service.relies_on() } else { BTreeSet::new() };
    let mut lacking: Vec<(Dependency, Lack, Evidence)> = kept.into_iter().filter_map(|dependency| removed(ahead, dependency)).collect();
    lacking.extend(needed.into_iter().filter_map(|dependency| removed(ahead, dependency.clone()).or_else(|| absent(ahead, dependency))));
    lacking.extend(role_of_deletion(ahead, service));
    lacking.extend(out_of_vpc(ahead, service));
    lacking.extend(cluster_in_another_region(ahead, service));
    let name = service.any_name();
    let finding =
        |(missing, lack, fact)| ahead.finding(service, name.as_ref(), Prospect::MissingDependency { missing, lack }).resting_on(vec![fact]);
    lacking.into_iter().map(finding).collect()
}

/// What the plan takes away and does not make again.
fn removed(ahead: &Ahead<'_>, dependency: Dependency) -> Option<(Dependency, Lack, Evidence)> {
    let by = ahead.plan.removal_of(&dependency, ahead.scope())?.address.clone();
    let fact = ahead.planned(format!("it deletes {dependency} and does not make it again"));
    Some((dependency, Lack::RemovedBy(by), fact))
}

/// What AWS does not know and the plan does not make. Whether ECS makes the default cluster where there is none is not documented.
fn absent(ahead: &Ahead<'_>, dependency: Dependency) -> Option<(Dependency, Lack, Evidence)> {
    let is_default = dependency.kind == DependencyKind::Cluster && dependency.id == ServiceName::DEFAULT_CLUSTER;
    let is_made = ahead.plan.making_of(&dependency, ahead.scope()).is_some();
    if is_default || is_made || ahead.met.dependencies.get(&dependency) != Some(&false) {
        return None;
    }
    let fact = ahead.case.evidence(dependency.kind.operation(), format!("asked for by name, AWS does not know {dependency}"));
    Some((dependency, Lack::Absent, fact))
}

/// The role that a deletion runs as. Without it, a service that is still there drains for ever.
fn role_of_deletion(ahead: &Ahead<'_>, service: &PlannedService) -> Option<(Dependency, Lack, Evidence)> {
    let role = service.deleted_as()?;
    let is_there = ahead.live(&service.name_before()?).is_some_and(|live| !live.state().is_dead());
    // A service that is made anew with the same role says it itself.
    (is_there && !service.dependencies().contains(&role)).then(|| absent(ahead, role)).flatten()
}

/// Subnets and security groups that lie in different VPCs: the first subnet decides.
fn out_of_vpc(ahead: &Ahead<'_>, service: &PlannedService) -> Vec<(Dependency, Lack, Evidence)> {
    let needed = service.dependencies();
    let own = service.after.iter().flat_map(|after| &after.configuration.subnets);
    let before = service.before.iter().filter(|_| !service.gives_subnets()).flat_map(|before| &before.configuration.subnets);
    let Some(vpc) = own.chain(before).find_map(|subnet| ahead.met.vpcs.get(subnet)) else { return Vec::new() };
    let placed = needed.into_iter().filter_map(|dependency| Some((ahead.met.vpcs.get(&dependency.id)?, dependency)));
    let outside = placed.filter(|(of, _)| *of != vpc).map(|(of, dependency)| {
        let fact = ahead.case.evidence(dependency.kind.operation(), format!("its VPC is {of}"));
        (dependency, Lack::Elsewhere { lies_in: of.clone(), needed_in: vpc.clone() }, fact)
    });
    outside.collect()
}

/// A cluster by an ARN of another Region than the service's.
fn cluster_in_another_region(ahead: &Ahead<'_>, service: &PlannedService) -> Option<(Dependency, Lack, Evidence)> {
    let after = service.after.as_ref().filter(|_| service.action.creates())?;
    let cluster = Arn::parse(after.cluster.as_deref()?)?;
    if cluster.region() == ahead.scope().region {
        return None;
    }
    let lack = Lack::Elsewhere { lies_in: cluster.region().to_owned(), needed_in: ahead.scope().region.clone() };
    Some((Dependency::new(DependencyKind::Cluster, cluster.as_str()), lack, ahead.planned("the service is made in another Region")))
}
