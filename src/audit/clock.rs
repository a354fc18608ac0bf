//! The grace period's clock: it runs from the latest of what is known.

use rustc_hash::FxHashMap;

use super::case::Case;
use super::tie::Ties;
use crate::inventory::ScopeInventory;
use crate::kinds::{Listener, Resource, Service, ServiceName};
use crate::model::{Age, Arn, Kind, Timestamp};

/// The latest moment at which the resource, or a service it is tied to, is known to have been alive.
pub(super) fn last_sign_of_life(case: &Case<'_>, ties: &Ties<'_>, resource: Resource<'_>) -> Option<Age> {
    let own = resource.created_at().map(|at| case.age(at, "its creation"));
    let hosts = if own.is_some() { None } else { host_creation(case, resource) };
    let services = ties.names(resource.arn()).filter_map(|name| last_activity(case, name));
    let known = own.into_iter().chain(hosts).chain(services).max_by_key(|age| age.at);
    known.or_else(|| first_sighting(case, resource.kind(), resource.arn()))
}

/// When an earlier report first had a finding about the resource, if that is longer ago than its grace period. A later sighting says
/// nothing: a finding that was made without any time must not go because it was made.
pub(super) fn first_sighting(case: &Case<'_>, kind: Kind, arn: &Arn) -> Option<Age> {
    let at = *case.policy.first_seen.get(arn)?;
    (!case.is_within_grace(kind, at)).then(|| case.age(at, "its first appearance in a report"))
}

/// When the service was last known to do anything.
pub(super) fn last_activity(case: &Case<'_>, name: &ServiceName) -> Option<Age> {
    let service = case.ownership.service(name)?;
    let activity = service.last_activity.as_ref().map(|fact| (fact.at, fact.what.as_str()));
    let (at, what) = activity.into_iter().chain(service.created_at.map(|at| (at, "creation"))).max_by_key(|(at, _)| *at)?;
    Some(case.age(at, format!("its service's {what}")))
}

/// When the last of the dead services was known to do anything, among those that it may be: what nothing ties to a service may be theirs.
pub(super) fn latest_death<'a>(case: &Case<'a>, may_be: impl Fn(&'a Service) -> bool) -> Option<Timestamp> {
    let dead = case.live.services.iter().filter(|service| service.state().is_dead() && may_be(service));
    dead.filter_map(|service| last_activity(case, &service.name)).map(|age| age.at).max()
}

/// When the hosts of kinds without a time of their own were made, by what refers to them.
#[derive(Default)]
pub(super) struct HostTimes<'a> {
    by_domain: FxHashMap<&'a str, Timestamp>,
    by_security_group: FxHashMap<&'a Arn, Timestamp>,
}

impl<'a> HostTimes<'a> {
    pub(super) fn of(live: &'a ScopeInventory) -> Self {
        let mut times = Self::default();
        for certificate in &live.certificates {
            note(&mut times.by_domain, certificate.domain.as_str(), certificate.created_at);
        }
        for (group, balancer) in live.load_balancers.iter().flat_map(|b| b.security_groups.iter().map(move |group| (group, b))) {
            note(&mut times.by_security_group, group, balancer.created_at);
        }
        times
    }
}

fn note<K: Eq + std::hash::Hash>(latest: &mut FxHashMap<K, Timestamp>, key: K, at: Option<Timestamp>) {
    if let Some(at) = at {
        latest.entry(key).and_modify(|known| *known = (*known).max(at)).or_insert(at);
    }
}

/// Of kinds without a time of their own, the creation of the load balancer that they hang on, or of the certificate for their host.
fn host_creation(case: &Case<'_>, resource: Resource<'_>) -> Option<Age> {
    let of_balancer = |arn: &Arn| match case.ownership.resource(arn) {
        Some(Resource::LoadBalancer(balancer)) => balancer.created_at,
        _ => None,
    };
    let balancer = match resource {
        Resource::Listener(listener) => of_balancer(&listener.load_balancer),
        Resource::ListenerRule(rule) => Listener::balancer_of(&rule.listener).as_ref().and_then(of_balancer),
        Resource::TargetGroup(group) => group.load_balancers.iter().filter_map(of_balancer).max(),
        Resource::SecurityGroup(group) => case.host_times.by_security_group.get(&group.arn).copied(),
        _ => None,
    };
    let certificate = match resource {
        Resource::ListenerRule(rule) => rule.hosts.iter().filter_map(|host| case.host_times.by_domain.get(host.as_str())).max().copied(),
        _ => None,
    };
    let balancer = balancer.map(|at| case.age(at, "its load balancer's creation"));
    let certificate = certificate.map(|at| case.age(at, "its certificate's creation"));
    balancer.into_iter().chain(certificate).max_by_key(|age| age.at)
}
