//! `role-removed-first`: a deletion runs as the infrastructure role. Without its permissions the service drains for ever.
//!
//! The documentation of the Terraform resource and of Pulumi's asks for a `depends_on` on the role's policy for that reason; without one
//! Terraform may take the policy away first.

use super::Ahead;
use crate::model::{Confidence, Finding, Prospect};
use crate::plan::{PlannedService, RoleRemoval, role_name};

/// Each part of the infrastructure role of a deleted service that may go before it.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    let deleted = ahead.services().filter(|service| service.action.deletes());
    deleted.flat_map(|service| ahead.plan.role_removals.iter().filter_map(move |removal| of_removal(ahead, service, removal))).collect()
}

fn of_removal(ahead: &Ahead<'_>, service: &PlannedService, removal: &RoleRemoval) -> Option<Finding> {
    let before = service.before.as_ref()?;
    let arn = before.configuration.infrastructure_role.as_deref()?;
    let is_foreign = removal.account.as_deref().zip(before.account()).is_some_and(|(of_removal, own)| of_removal != own);
    if role_name(arn)? != removal.role || is_foreign {
        return None;
    }
    let (confidence, fact) = match ahead.plan.order.depends(bare_address(&service.address), &removal.address) {
        Some(true) => return None,
        Some(false) => (Confidence::Confirmed, "neither its state nor its configuration makes the service depend on it"),
        None => (Confidence::Potential, "whether the service depends on it lies behind what a plan does not show, such as a local value"),
    };
    let prospect = Prospect::RoleRemovedFirst { role: removal.role.clone(), removed: removal.address.clone(), is_role: removal.is_role };
    let mut finding = ahead.finding(service, service.name_before().as_ref(), prospect).resting_on(vec![ahead.planned(fact)]);
    finding.confidence = confidence;
    Some(finding)
}

/// The address without what is said of a deposed object.
fn bare_address(address: &str) -> &str {
    address.split(" (deposed ").next().unwrap_or(address)
}
