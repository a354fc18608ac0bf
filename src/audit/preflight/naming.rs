//! `create-while-draining`, `name-taken`, `replace-same-name` and `cluster-change`: a name is free once its service is INACTIVE. And
//! `draining-service` and `missing-service`: what is to be changed must be there.

use super::Ahead;
use crate::kinds::{Management, ServiceName};
use crate::model::{Claim, Confidence, Finding, NameHolder, PlannedAction, Prospect, SameName, ServiceState, Severity};
use crate::plan::{PlannedService, cluster_name};

/// What stands in the way of each name, and what the plan does to a name itself.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    let made = ahead.services().filter(|service| service.action.creates());
    let made = made.filter_map(|service| {
        let name = service.name_after()?;
        of_name(ahead, service, &name).or_else(|| made_twice(ahead, service, &name))
    });
    let moved = ahead.services().filter_map(|service| cluster_change(ahead, service));
    let changed = ahead.services().filter_map(|service| change_of_what_is_gone(ahead, service));
    made.chain(moved).chain(changed).chain(kept_and_deleted(ahead)).collect()
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
            let order = if creates_first { SameName::CreatesFirst } else { SameName::DeletesFirst };
            (Prospect::ReplaceSameName { deleted_by: deleter.address.clone(), order }, ahead.planned(fact))
        }
        (ServiceState::Active, None) => {
            let is_ordinary = ahead.live(name)?.management == Management::Customer;
            let by = if is_ordinary { NameHolder::Ordinary } else { NameHolder::Express };
            (Prospect::NameTaken { by }, ahead.case.evidence("ecs:DescribeServices", "its status is ACTIVE"))
        }
    };
    Some(ahead.finding(service, Some(name), prospect).resting_on(vec![fact]))
}

/// A name that the plan gives to an earlier resource too.
fn made_twice(ahead: &Ahead<'_>, service: &PlannedService, name: &ServiceName) -> Option<Finding> {
    let others = ahead.services().take_while(|other| other.address != service.address);
    let first = others.filter(|other| other.action.creates()).find(|other| other.name_after().as_ref() == Some(name))?;
    let prospect = Prospect::NameTaken { by: NameHolder::Planned(first.address.clone()) };
    Some(ahead.finding(service, Some(name), prospect).resting_on(vec![ahead.planned("it makes two services under one name")]))
}

/// Services that one resource of the plan deletes and another one keeps or changes: they are one and the same.
fn kept_and_deleted<'a>(ahead: &'a Ahead<'_>) -> impl Iterator<Item = Finding> + 'a {
    let deleted = ahead.services().filter(|service| service.action.deletes());
    deleted.filter_map(|deleter| {
        let is_kept = |other: &&PlannedService| matches!(other.action, PlannedAction::Keep | PlannedAction::Update);
        let mut kept = ahead.plan.services.iter().filter(is_kept);
        let kept = kept.find(|other| other.arn().is_some() && other.arn() == deleter.arn())?;
        let prospect = Prospect::ReplaceSameName { deleted_by: deleter.address.clone(), order: SameName::Keeps };
        let fact = ahead.planned("two of its resources have the same ARN");
        Some(ahead.finding(kept, kept.name_before().as_ref(), prospect).resting_on(vec![fact]))
    })
}

/// A change of a service that is going or gone, which ECS refuses (`ServiceNotActiveException`, `ServiceNotFoundException`).
fn change_of_what_is_gone(ahead: &Ahead<'_>, service: &PlannedService) -> Option<Finding> {
    let name = service.name_before().filter(|_| service.action == PlannedAction::Update)?;
    let live = ahead.live(&name)?;
    let claim = match live.state() {
        ServiceState::Draining => {
            let age = live.last_activity.as_ref().map(|fact| ahead.case.age(fact.at, format!("its {}", fact.what)));
            Claim::DrainingService { age, is_long: false, held_by: Vec::new() }
        }
        ServiceState::Inactive | ServiceState::Absent => Claim::MissingService { declared_at: service.address.clone() },
        ServiceState::Active | ServiceState::NotScanned | ServiceState::Unknown => return None,
    };
    let facts = vec![
        ahead.case.evidence("ecs:DescribeServices", format!("its status is {}", live.state().spoken())),
        ahead.planned("it changes the service in place"),
    ];
    let finding = ahead.finding_of(service, Some(&name), claim).resting_on(facts);
    Some(Finding { severity: Severity::High, ..finding })
}

/// The service of the plan that deletes the one of that name: the same resource, or another one.
fn deleter_of<'a>(ahead: &Ahead<'a>, service: &'a PlannedService, name: &ServiceName) -> Option<&'a PlannedService> {
    let deletes = |other: &&PlannedService| other.action.deletes() && other.name_before().as_ref() == Some(name);
    std::iter::once(service).filter(deletes).chain(ahead.services().filter(deletes)).next()
}

/// A cluster that changes in place: the provider sends nothing of it (hashicorp/terraform-provider-aws#47280).
fn cluster_change(ahead: &Ahead<'_>, service: &PlannedService) -> Option<Finding> {
    let name = service.name_before().filter(|_| service.action == PlannedAction::Update)?;
    let from = service.before.as_ref()?.cluster.as_deref().map_or(name.cluster.as_str(), cluster_name).to_owned();
    // What is known before the apply of a cluster that stays is its name.
    let is_unknown = service.unknown.contains("cluster");
    let to = if is_unknown { "one that is known only after the apply" } else { cluster_name(service.after.as_ref()?.cluster.as_deref()?) };
    if from == to {
        return None;
    }
    let fact = ahead.planned(format!("it changes the attribute cluster from {from} to {to} in place"));
    let prospect = Prospect::ClusterChange { from, to: to.to_owned() };
    let finding = ahead.finding(service, Some(&name), prospect).resting_on(vec![fact]);
    Some(Finding { confidence: if is_unknown { Confidence::Potential } else { finding.confidence }, ..finding })
}
