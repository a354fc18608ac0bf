//! `leftover-collision`: what a dead service left behind has the name that its successor will need.

use super::Ahead;
use crate::kinds::{Resource, SecurityGroup, ServiceName};
use crate::model::{Arn, Claim, Confidence, Dependency, DependencyKind, Finding, Kind, PlannedAction, Prospect, ServiceState, Subject};
use crate::plan::PlannedService;

/// Everything in the way of a service that will be made.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    let made = ahead.services().filter(|service| service.action.creates());
    made.flat_map(|service| in_the_way(ahead, service)).chain(ahead.services().flat_map(|service| log_groups(ahead, service))).collect()
}

fn in_the_way(ahead: &Ahead<'_>, service: &PlannedService) -> Vec<Finding> {
    let Some(name) = service.name_after().filter(|name| is_free(ahead, name)) else { return Vec::new() };
    let resources = ahead.case.live.resources().filter(|resource| !ahead.plan.ids.contains(resource.arn().as_str()));
    let leftovers = resources.filter_map(|resource| Some((resource, collision(ahead, service, &name, resource)?)));
    leftovers.map(|(resource, why)| finding(ahead, service, &name, resource, why)).collect()
}

/// Whether nobody has the name and AWS is done with whoever had it.
fn is_free(ahead: &Ahead<'_>, name: &ServiceName) -> bool {
    let state = ahead.state(name);
    let last = ahead.live(name).and_then(|live| live.last_activity.as_ref());
    let is_recent = last.is_some_and(|fact| ahead.case.is_within_grace(Kind::Service, fact.at));
    matches!(state, ServiceState::Inactive | ServiceState::Absent) && !is_recent
}

/// Why the resource is in the way of a service of that name, if it is.
fn collision(ahead: &Ahead<'_>, service: &PlannedService, name: &ServiceName, resource: Resource<'_>) -> Option<&'static str> {
    match resource {
        Resource::SecurityGroup(group) => has_groups_name(ahead, service, name, group)
            .then_some("Express Mode gives a service's security group that name, and a VPC has room for one"),
        Resource::Alarm(alarm) => (alarm.is_rollback_alarm() && alarm.named_service().as_ref() == Some(name))
            .then_some("the rollback alarm will have that name, and this one watches what is gone"),
        Resource::ScalableTarget(_) => {
            (resource.named_service().as_ref() == Some(name)).then_some("the service's scaling will be registered under that id")
        }
        // These get names that nobody had before, or belong to a scalable target.
        Resource::LoadBalancer(_)
        | Resource::Listener(_)
        | Resource::ListenerRule(_)
        | Resource::TargetGroup(_)
        | Resource::Certificate(_)
        | Resource::LogGroup(_)
        | Resource::ScalingPolicy(_) => None,
    }
}

/// Whether the group has the name `<cluster>-<service>-<vpc>` in the VPC of the service. One without subnets will be in the default VPC, which
/// nothing names: any may be it.
fn has_groups_name(ahead: &Ahead<'_>, service: &PlannedService, name: &ServiceName, group: &SecurityGroup) -> bool {
    let Some(vpc) = &group.vpc else { return false };
    let mut subnets = service.after.iter().flat_map(|after| &after.configuration.subnets);
    let is_there = !service.gives_subnets() || subnets.any(|subnet| ahead.met.vpcs.get(subnet) == Some(vpc));
    is_there && group.name == format!("{}-{}-{vpc}", name.cluster, name.name)
}

fn finding(ahead: &Ahead<'_>, service: &PlannedService, name: &ServiceName, resource: Resource<'_>, why: &'static str) -> Finding {
    let claim = Claim::Planned { address: service.address.clone(), prospect: Prospect::LeftoverCollision { why, stops_apply: false } };
    let confidence = if ahead.case.ownership.is_certainly_express(resource) { Confidence::Confirmed } else { Confidence::Potential };
    let state = ahead.state(name);
    let facts = vec![
        ahead.case.evidence(super::super::orphan::described_by(resource.kind()), "it is there"),
        ahead.case.evidence("ecs:DescribeServices", format!("service {} is {}", super::spoken(name), state.spoken())),
    ];
    Finding::new(claim, ahead.case.subject(resource), confidence).of_service(Some(ahead.case.service_ref(name))).resting_on(facts)
}

/// A log group that the plan makes for the service, and that is there already: Terraform's own create will fail.
fn log_groups<'a>(ahead: &'a Ahead<'_>, service: &'a PlannedService) -> impl Iterator<Item = Finding> + 'a {
    let is_made = |group: &Dependency| {
        // Whose Region is not known may be made in another one.
        let making = ahead.plan.making_of(group, ahead.scope()).filter(|making| making.region.is_some());
        making.is_some_and(|making| making.action == PlannedAction::Create)
    };
    let groups = service.dependencies().into_iter().filter(|dependency| dependency.kind == DependencyKind::LogGroup);
    let there = groups.filter(move |group| is_made(group) && ahead.met.dependencies.get(group) == Some(&true));
    there.map(move |group| {
        let arn = Arn::new(ahead.scope(), "logs", &format!("log-group:{}", group.id));
        let subject = Subject { scope: ahead.scope().clone(), kind: Kind::LogGroup, arn: Some(arn), name: group.id };
        let why = "the plan makes a log group of that name, which CloudWatch Logs will refuse";
        let claim = Claim::Planned { address: service.address.clone(), prospect: Prospect::LeftoverCollision { why, stops_apply: true } };
        let facts = vec![ahead.case.evidence(DependencyKind::LogGroup.operation(), "it is there"), ahead.planned("it makes it")];
        let of_service = service.any_name().map(|name| ahead.case.service_ref(&name));
        Finding::new(claim, subject, Confidence::Confirmed).of_service(of_service).resting_on(facts)
    })
}
