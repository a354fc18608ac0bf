//! The grace period's clock: it runs from the latest of what is known.

use super::case::Case;
use super::tie::Ties;
use crate::kinds::{Resource, Service, ServiceName};
use crate::model::{Age, Arn, Timestamp};

/// The latest moment at which the resource, or a service it is tied to, is known to have been alive.
pub(super) fn last_sign_of_life(case: &Case<'_>, ties: &Ties<'_>, resource: Resource<'_>) -> Option<Age> {
    let own = resource.created_at().map(|at| case.age(at, "its creation"));
    let hosts = if own.is_some() { None } else { host_creation(case, resource) };
    let services = ties.names(resource.arn()).filter_map(|name| last_activity(case, name));
    own.into_iter().chain(hosts).chain(services).max_by_key(|age| age.at)
}

/// When the service was last known to do anything.
pub(super) fn last_activity(case: &Case<'_>, name: &ServiceName) -> Option<Age> {
    let service = case.ownership.service(name)?;
    let activity = service.last_activity.as_ref().map(|fact| (fact.at, fact.what.as_str()));
    let (at, what) = activity.into_iter().chain(service.created_at.map(|at| (at, "creation"))).max_by_key(|(at, _)| *at)?;
    Some(case.age(at, format!("its service's {what}")))
}

/// The dead services that died within the grace period: what nothing ties to a service may be theirs.
pub(super) fn recently_dead<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Service> {
    let dead = case.live.services.iter().filter(|service| service.state().is_dead());
    dead.filter(|service| last_activity(case, &service.name).is_some_and(|age| case.is_within_grace(age.at)))
}

/// Of kinds without a time of their own, the creation of the load balancer that they hang on.
fn host_creation(case: &Case<'_>, resource: Resource<'_>) -> Option<Age> {
    let created = |arn: &Arn| match case.ownership.resource(arn) {
        Some(Resource::LoadBalancer(balancer)) => balancer.created_at,
        _ => None,
    };
    let times: Vec<Timestamp> = match resource {
        Resource::Listener(listener) => created(&listener.load_balancer).into_iter().collect(),
        Resource::ListenerRule(rule) => match case.ownership.resource(&rule.listener) {
            Some(Resource::Listener(listener)) => created(&listener.load_balancer).into_iter().collect(),
            _ => Vec::new(),
        },
        Resource::TargetGroup(group) => group.load_balancers.iter().filter_map(created).collect(),
        Resource::SecurityGroup(group) => {
            let carrying = case.live.load_balancers.iter().filter(|balancer| balancer.security_groups.contains(&group.arn));
            carrying.filter_map(|balancer| balancer.created_at).collect()
        }
        _ => Vec::new(),
    };
    times.into_iter().max().map(|at| case.age(at, "its load balancer's creation"))
}
