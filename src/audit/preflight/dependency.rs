//! `missing-dependency`: a service refers to something that is neither live nor in the plan. The apply fails, or hangs without an end.

use super::Ahead;
use crate::model::{Dependency, DependencyKind, Evidence, Finding, Prospect};
use crate::plan::PlannedService;

/// The cluster that ECS takes where none is named. Whether it makes it where there is none is not documented.
const DEFAULT_CLUSTER: &str = "default";

/// Everything that is missing, a finding each.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    let of_service = |service: &PlannedService| {
        service.dependencies().into_iter().filter_map(|missing| of_dependency(ahead, service, missing)).collect()
    };
    ahead.services().flat_map(|service| -> Vec<Finding> { of_service(service) }).collect()
}

fn of_dependency(ahead: &Ahead<'_>, service: &PlannedService, missing: Dependency) -> Option<Finding> {
    let is_default = missing.kind == DependencyKind::Cluster && missing.id == DEFAULT_CLUSTER;
    if ahead.plan.making_of(&missing, ahead.scope()).is_some() || is_default {
        return None;
    }
    let removed_by = ahead.plan.removal_of(&missing, ahead.scope()).map(|removal| removal.address.clone());
    let is_absent = ahead.met.dependencies.get(&missing) == Some(&false);
    if removed_by.is_none() && !is_absent {
        return None;
    }
    let fact = evidence(ahead, &missing, is_absent);
    let name = service.any_name();
    Some(ahead.finding(service, name.as_ref(), Prospect::MissingDependency { missing, removed_by }).resting_on(vec![fact]))
}

fn evidence(ahead: &Ahead<'_>, missing: &Dependency, is_absent: bool) -> Evidence {
    if is_absent {
        return ahead.case.evidence(missing.kind.operation(), format!("asked for by name, AWS does not know {missing}"));
    }
    ahead.planned(format!("it deletes {missing} and does not make it again"))
}
