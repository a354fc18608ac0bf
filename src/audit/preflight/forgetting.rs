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
    if has_left_express || is_declared_elsewhere(ahead, service, &name) || stays(ahead, &name) {
        return None;
    }
    let facts = vec![ahead.planned("its action is forget"), case.evidence("ecs:DescribeServices", "its status is ACTIVE")];
    Some(ahead.finding(service, Some(&name), Prospect::ForgetLeavesRunning).resting_on(facts))
}

/// Whether another declaration has taken it over. One at the same address may be the plan's own state, and that only reads it or mentions
/// its ARN keeps nothing.
fn is_declared_elsewhere(ahead: &Ahead<'_>, service: &PlannedService, name: &ServiceName) -> bool {
    let declared = ahead.case.declared.services.iter().filter(|declared| declared.is_certain && declared.is_in(ahead.scope()));
    let of_it = declared.filter(|declared| declared.service_name().as_ref() == Some(name));
    of_it.filter_map(|declared| declared.declared_at.split_once(": ")).any(|(_, address)| address != service.address)
}

/// Whether the plan keeps it, or takes it over, at another address.
fn stays(ahead: &Ahead<'_>, name: &ServiceName) -> bool {
    let here = ahead.plan.services.iter().filter(|other| other.is_in(ahead.scope()));
    let kept = here.filter(|other| !other.action.deletes() && !other.action.forgets());
    kept.filter_map(PlannedService::name_before).any(|other| other == *name)
}
