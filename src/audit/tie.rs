//! Which service each resource belongs or belonged to, as far as the graph tells.
//!
//! Few resources name their service: its security group (description), alarms and log group (name), scaling (resource id). The
//! rollback alarm's metrics name the target groups and the load balancer; a rule forwards to the target groups; rule, certificate and
//! endpoint share a host. A load balancer with its listener and security group is tied to every service that is tied to something on it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::case::Case;
use crate::kinds::{Resource, ServiceName};
use crate::model::Arn;

/// The services that each resource is tied to.
pub(super) struct Ties<'a> {
    /// Every service that anything names, in order; elsewhere a service is its place in here.
    services: Vec<ServiceName>,
    places: FxHashMap<&'a Arn, Places>,
}

/// Places of services, in order and each once.
type Places = Vec<u32>;

impl<'a> Ties<'a> {
    /// Follows the graph of one scope.
    pub(super) fn of(case: &Case<'a>) -> Self {
        let named = case.live.resources().filter_map(Resource::named_service);
        let services: FxHashSet<ServiceName> = named.chain(case.live.services.iter().map(|service| service.name.clone())).collect();
        let mut services: Vec<ServiceName> = services.into_iter().collect();
        services.sort_unstable();
        let mut ties = Self { services, places: FxHashMap::default() };
        ties.by_name(case);
        ties.by_alarms(case);
        // Rules that share hosts or target groups pass ties on to each other.
        while ties.by_rules(case) | ties.by_hosts(case) {}
        ties.of_shared(case);
        ties
    }

    /// The services that the resource is tied to.
    pub(super) fn names(&self, arn: &Arn) -> impl Iterator<Item = &ServiceName> {
        self.places_of(arn).iter().filter_map(|place| self.services.get(*place as usize))
    }

    /// The one service that the resource is tied to, if it is exactly one.
    pub(super) fn only_name(&self, arn: &Arn) -> Option<&ServiceName> {
        let mut names = self.names(arn);
        names.next().filter(|_| names.next().is_none())
    }

    fn by_name(&mut self, case: &Case<'a>) {
        let by_arn: FxHashMap<&Arn, u32> =
            case.live.services.iter().filter_map(|service| Some((&service.arn, self.place(&service.name)?))).collect();
        for resource in case.live.resources() {
            let own = resource.named_service().and_then(|name| self.place(&name));
            let claimants = case.ownership.claimants(resource.arn()).filter_map(|service| by_arn.get(service).copied());
            let mut places: Places = claimants.chain(own).collect();
            places.sort_unstable();
            places.dedup();
            self.places.insert(resource.arn(), places);
        }
    }

    fn by_alarms(&mut self, case: &Case<'a>) {
        for alarm in case.live.alarms.iter().filter(|alarm| alarm.is_rollback_alarm()) {
            let place: Places = alarm.named_service().and_then(|name| self.place(&name)).into_iter().collect();
            for watched in &alarm.watches {
                self.add(watched, &place);
            }
        }
    }

    /// A rule and the target groups that it forwards to are the same services'. Gives whether anything was learnt.
    fn by_rules(&mut self, case: &Case<'a>) -> bool {
        let mut learnt = false;
        for rule in case.live.rules.iter().filter(|rule| rule.has_express_shape() || rule.marks.claims_management()) {
            for group in &rule.forwards_to {
                learnt |= self.pass(group, &rule.arn);
            }
            for group in &rule.forwards_to {
                learnt |= self.pass(&rule.arn, group);
            }
        }
        learnt
    }

    /// Rules, certificates and endpoints of one host are the same services'. Gives whether anything was learnt.
    fn by_hosts(&mut self, case: &Case<'a>) -> bool {
        let mut by_host: FxHashMap<&str, Places> = FxHashMap::default();
        for service in case.live.services.iter().filter(|service| !service.state().is_dead()) {
            let place: Places = self.place(&service.name).into_iter().collect();
            for path in case.ownership.revisions_of(service).flat_map(|revision| &revision.ingress_paths) {
                unite(by_host.entry(&path.host).or_default(), &place);
            }
        }
        for rule in case.live.rules.iter().filter(|rule| rule.has_express_shape()) {
            for host in &rule.hosts {
                unite(by_host.entry(host).or_default(), self.places_of(&rule.arn));
            }
        }
        let mut learnt = false;
        for (rule, host) in case.live.rules.iter().flat_map(|rule| rule.hosts.iter().map(move |host| (rule, host))) {
            learnt |= by_host.get(host.as_str()).is_some_and(|places| self.add(&rule.arn, places));
        }
        for certificate in &case.live.certificates {
            learnt |= by_host.get(certificate.domain.as_str()).is_some_and(|places| self.add(&certificate.arn, places));
        }
        learnt
    }

    fn of_shared(&mut self, case: &Case<'a>) {
        for rule in &case.live.rules {
            self.pass(&rule.arn, &rule.listener);
        }
        for listener in &case.live.listeners {
            self.pass(&listener.arn, &listener.load_balancer);
        }
        for group in case.live.security_groups.iter().filter(|group| group.is_for_express_balancer) {
            for named in &group.names {
                self.pass(named, &group.arn);
            }
        }
        for balancer in &case.live.load_balancers {
            for group in balancer_groups(case, &balancer.security_groups) {
                self.pass(group, &balancer.arn);
                self.pass(&balancer.arn, group);
            }
        }
        for listener in &case.live.listeners {
            self.pass(&listener.load_balancer, &listener.arn);
        }
    }

    fn place(&self, name: &ServiceName) -> Option<u32> {
        self.services.binary_search(name).ok().and_then(|place| u32::try_from(place).ok())
    }

    fn places_of(&self, arn: &Arn) -> &[u32] {
        self.places.get(arn).map(Vec::as_slice).unwrap_or_default()
    }

    /// Ties one resource to all services of another.
    fn pass(&mut self, from: &Arn, to: &Arn) -> bool {
        let places = self.places_of(from).to_vec();
        self.add(to, &places)
    }

    fn add(&mut self, arn: &Arn, places: &[u32]) -> bool {
        self.places.get_mut(arn).is_some_and(|known| unite(known, places))
    }
}

/// Adds places to others; gives whether any was new.
fn unite(known: &mut Places, more: &[u32]) -> bool {
    let before = known.len();
    for place in more {
        if let Err(at) = known.binary_search(place) {
            known.insert(at, *place);
        }
    }
    known.len() > before
}

/// Of a load balancer's groups, those that Express made for it: a group of the customer's says nothing about services.
fn balancer_groups<'g>(case: &Case<'_>, groups: &'g [Arn]) -> Vec<&'g Arn> {
    let is_express = |arn: &Arn| matches!(case.ownership.resource(arn), Some(Resource::SecurityGroup(g)) if g.is_for_express_balancer);
    groups.iter().filter(|arn| is_express(arn)).collect()
}
