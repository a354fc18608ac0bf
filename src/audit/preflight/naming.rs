//! `create-while-draining`, `name-taken`, `replace-same-name` and `cluster-change`: a name is free once its service is INACTIVE.

use super::Ahead;
use crate::kinds::{Management, ServiceName};
use crate::model::{Arn, Finding, PlannedAction, Prospect, ServiceState};
use crate::plan::PlannedService;

/// What stands in the way of each name, and what the plan does to a name itself.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    let made = ahead.services().filter(|service| service.action.creates());
    let made = made.filter_map(|service| of_name(ahead, service, &service.name_after()?));
    let moved = ahead.services().filter_map(|service| cluster_change(ahead, service));
    made.chain(moved).collect()
}

fn of_name(ahead: &Ahead<'_>, service: &PlannedService, name: &ServiceName) -> Option<Finding> {
    let state = ahead.state(name);
    let (prospect, fact) = match (state, deleter_of(ahead, service, name)) {
        (ServiceState::Draining, _) => {
            let last = ahead.live(name)?.last_activity.as_ref();
            let age = last.map(|fact| ahead.case.age(fact.at, format!("its {}", fact.what)));
            (Prospect::CreateWhileDraining { age }, ahead.case.evidence("ecs:DescribeServices", "its status is DRAINING"))
        }
        // A service may take the name of an INACTIVE one (hashicorp/terraform-provider-aws#48098), and deleting that one takes no time.
        (ServiceState::Inactive | ServiceState::Absent, _) | (ServiceState::NotScanned | ServiceState::Unknown, None) => return None,
        (ServiceState::Active | ServiceState::NotScanned | ServiceState::Unknown, Some(deleter)) => {
            let creates_first = deleter.address == service.address && service.action == PlannedAction::CreateThenDelete;
            let fact = "it deletes and makes a service under one name";
            (Prospect::ReplaceSameName { deleted_by: deleter.address.clone(), creates_first }, ahead.planned(fact))
        }
        (ServiceState::Active, None) => {
            let is_express = ahead.live(name)?.management != Management::Customer;
            (Prospect::NameTaken { is_express }, ahead.case.evidence("ecs:DescribeServices", "its status is ACTIVE"))
        }
    };
    Some(ahead.finding(service, Some(name), prospect).resting_on(vec![fact]))
}

/// The service of the plan that deletes the one of that name: the same resource, or another one.
fn deleter_of<'a>(ahead: &Ahead<'a>, service: &'a PlannedService, name: &ServiceName) -> Option<&'a PlannedService> {
    let deletes = |other: &&PlannedService| other.action.deletes() && other.name_before().as_ref() == Some(name);
    std::iter::once(service).filter(deletes).chain(ahead.services().filter(deletes)).next()
}

/// A cluster that changes in place: the provider sends nothing of it (hashicorp/terraform-provider-aws#47280).
fn cluster_change(ahead: &Ahead<'_>, service: &PlannedService) -> Option<Finding> {
    if service.action != PlannedAction::Update || service.unknown.contains("cluster") {
        return None;
    }
    let name = service.name_before()?;
    let to = cluster_name(service.after.as_ref()?.cluster.as_deref()?);
    let from = service.before.as_ref()?.cluster.as_deref().map_or_else(|| name.cluster.clone(), cluster_name);
    if from == to {
        return None;
    }
    let fact = ahead.planned(format!("it changes the attribute cluster from {from} to {to} in place"));
    Some(ahead.finding(service, Some(&name), Prospect::ClusterChange { from, to }).resting_on(vec![fact]))
}

/// The name of a cluster that is given by name or ARN.
fn cluster_name(text: &str) -> String {
    Arn::parse(text).map_or_else(|| text.to_owned(), |arn| arn.last_segment().to_owned())
}
