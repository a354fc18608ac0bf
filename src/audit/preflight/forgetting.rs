//! `forget-leaves-running`: `removed { lifecycle { destroy = false } }` and `terraform state rm` leave the service to nobody.

use super::Ahead;
use crate::kinds::{Management, ServiceName};
use crate::model::{Finding, Prospect, ServiceState};
use crate::plan::PlannedService;

/// Each service that is forgotten, runs on, and is in no other declaration that was given.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    ahead.services().filter(|service| service.action.forgets()).filter_map(|service| of_service(ahead, service)).collect()
}

fn of_service(ahead: &Ahead<'_>, service: &PlannedService) -> Option<Finding> {
    let name = service.name_before()?;
    let case = &ahead.case;
    let live = ahead.live(&name).filter(|live| live.state() == ServiceState::Active)?;
    // As an ordinary service it is somebody else's to manage.
    let has_left_express = live.management == Management::Customer;
    // Another state has taken it over.
    let is_declared = case.declared.names(&live.arn) || case.declared_names.contains(&name);
    if has_left_express || is_declared || stays(ahead, &name) {
        return None;
    }
    let facts = vec![ahead.planned("its action is forget"), case.evidence("ecs:DescribeServices", "its status is ACTIVE")];
    Some(ahead.finding(service, Some(&name), Prospect::ForgetLeavesRunning).resting_on(facts))
}

/// Whether the plan keeps it, or takes it over, at another address.
fn stays(ahead: &Ahead<'_>, name: &ServiceName) -> bool {
    let here = ahead.plan.services.iter().filter(|other| other.is_in(ahead.scope()));
    let kept = here.filter(|other| !other.action.deletes() && !other.action.forgets());
    kept.filter_map(PlannedService::name_before).any(|other| other == *name)
}
