//! Which service each resource belongs or belonged to, as far as the graph tells.
//!
//! Few resources name their service: its security group (description), alarms and log group (name), scaling (resource id). The
//! rollback alarm's metrics name the target groups and the load balancer; a rule forwards to the target groups; rule, certificate and
//! endpoint share a host. A load balancer with its listener and security group is tied to every service that is tied to something on it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::case::Case;
use crate::kinds::{Resource, Service, ServiceName};
use crate::model::Arn;

/// The services that each resource is tied to.
pub(super) struct Ties<'a> {
    /// Every service that anything names, in order; elsewhere a service is its place in here.
    services: Vec<ServiceName>,
    /// Which node each resource is.
    nodes: FxHashMap<&'a Arn, usize>,
    /// The services of each node: of each resource, and after these of each host.
    places: Vec<Places>,
}

/// Places of services, in order and each once.
type Places = Vec<u32>;
/// A service, and its place.
type Placed<'a> = (&'a Service, u32);
/// All services of one node are the other's too.
type Edge = (usize, usize);

impl<'a> Ties<'a> {
    /// Follows the graph of one scope.
    pub(super) fn of(case: &Case<'a>) -> Self {
        let named: Vec<Option<ServiceName>> = case.live.resources().map(Resource::named_service).collect();
        let services: FxHashSet<&ServiceName> = named.iter().flatten().chain(case.live.services.iter().map(|s| &s.name)).collect();
        let mut services: Vec<&ServiceName> = services.into_iter().collect();
        services.sort_unstable();
        let place_of: FxHashMap<&ServiceName, u32> = services.iter().copied().zip(0..).collect();
        let named: Vec<Option<u32>> = named.iter().map(|name| place_of.get(name.as_ref()?).copied()).collect();
        let known: Vec<Placed<'a>> = case.live.services.iter().filter_map(|of| Some((of, *place_of.get(&of.name)?))).collect();
        let nodes: FxHashMap<&Arn, usize> = case.live.resources().enumerate().map(|(node, resource)| (resource.arn(), node)).collect();
        let mut ties = Self { services: services.into_iter().cloned().collect(), nodes, places: Vec::with_capacity(named.len()) };
        ties.by_name(case, &named, &known);
        ties.by_alarms(case, &named);
        let mut edges = ties.of_rules(case);
        edges.extend(ties.of_hosts(case, &known));
        // Rules that share hosts or target groups pass ties on to each other.
        while ties.pass(&edges) {}
        ties.pass(&ties.of_shared(case));
        ties
    }

    /// The services that the resource is tied to.
    pub(super) fn names(&self, arn: &Arn) -> impl Iterator<Item = &ServiceName> {
        let places = self.node(arn).map_or(&[][..], |node| &self.places[node]);
        places.iter().filter_map(|place| self.services.get(*place as usize))
    }

    /// The one service that the resource is tied to, if it is exactly one.
    pub(super) fn only_name(&self, arn: &Arn) -> Option<&ServiceName> {
        let mut names = self.names(arn);
        names.next().filter(|_| names.next().is_none())
    }

    fn by_name(&mut self, case: &Case<'a>, named: &[Option<u32>], known: &[Placed<'a>]) {
        let by_arn: FxHashMap<&Arn, u32> = known.iter().map(|(service, place)| (&service.arn, *place)).collect();
        for (resource, own) in case.live.resources().zip(named) {
            let claimants = case.ownership.claimants(resource.arn()).filter_map(|service| by_arn.get(service).copied());
            let mut places: Places = claimants.chain(*own).collect();
            places.sort_unstable();
            places.dedup();
            self.places.push(places);
        }
    }

    fn by_alarms(&mut self, case: &Case<'a>, named: &[Option<u32>]) {
        for alarm in case.live.alarms.iter().filter(|alarm| alarm.is_rollback_alarm()) {
            let Some(place) = self.node(&alarm.arn).and_then(|node| named[node]) else { continue };
            for watched in &alarm.watches {
                if let Some(node) = self.node(watched) {
                    unite(&mut self.places[node], &[place]);
                }
            }
        }
    }

    /// A rule and the target groups that it forwards to are the same services'.
    fn of_rules(&self, case: &Case<'a>) -> Vec<Edge> {
        let express = case.live.rules.iter().filter(|rule| rule.has_express_shape() || rule.marks.claims_management());
        let pairs = express.flat_map(|rule| rule.forwards_to.iter().map(move |group| (&rule.arn, group)));
        self.edges(pairs.flat_map(|(rule, group)| [(group, rule), (rule, group)]))
    }

    /// Rules, certificates and endpoints of one host are the same services'. Adds a node for each host, with the services whose endpoint it is;
    /// Express's rules pass theirs to it, and it passes them on.
    fn of_hosts(&mut self, case: &Case<'a>, known: &[Placed<'a>]) -> Vec<Edge> {
        let mut hosts: FxHashMap<&str, usize> = FxHashMap::default();
        for (service, place) in known.iter().filter(|(service, _)| !service.state().is_dead()) {
            for path in case.ownership.revisions_of(service).flat_map(|revision| &revision.ingress_paths) {
                let host = self.host(&mut hosts, &path.host);
                unite(&mut self.places[host], &[*place]);
            }
        }
        let mut edges = Vec::new();
        for (rule, name) in case.live.rules.iter().flat_map(|rule| rule.hosts.iter().map(move |host| (rule, host))) {
            let (Some(node), host) = (self.node(&rule.arn), self.host(&mut hosts, name)) else { continue };
            edges.extend(rule.has_express_shape().then_some((node, host)));
            edges.push((host, node));
        }
        let certificates = case.live.certificates.iter();
        edges.extend(certificates.filter_map(|of| Some((*hosts.get(of.domain.as_str())?, self.node(&of.arn)?))));
        edges
    }

    /// What serves several services, from what is on it upwards, and back to the listener. These pass on in this order, once.
    fn of_shared(&self, case: &Case<'a>) -> Vec<Edge> {
        let live = case.live;
        let rules = live.rules.iter().map(|rule| (&rule.arn, &rule.listener));
        let listeners = live.listeners.iter().map(|listener| (&listener.arn, &listener.load_balancer));
        let named = live.security_groups.iter().filter(|group| group.is_for_express_balancer);
        let named = named.flat_map(|group| group.names.iter().map(move |named| (named, &group.arn)));
        let carried = live.load_balancers.iter().flat_map(|balancer| {
            let groups = balancer_groups(case, &balancer.security_groups).into_iter();
            groups.flat_map(move |group| [(group, &balancer.arn), (&balancer.arn, group)])
        });
        let back = live.listeners.iter().map(|listener| (&listener.load_balancer, &listener.arn));
        self.edges(rules.chain(listeners).chain(named).chain(carried).chain(back))
    }

    /// Of these pairs, those whose resources are there.
    fn edges<'p>(&self, pairs: impl Iterator<Item = (&'p Arn, &'p Arn)>) -> Vec<Edge> {
        pairs.filter_map(|(from, to)| Some((self.node(from)?, self.node(to)?))).collect()
    }

    /// Ties the second node of each edge to all services of the first. Gives whether anything was learnt.
    fn pass(&mut self, edges: &[Edge]) -> bool {
        let mut learnt = false;
        for (from, to) in edges {
            if let Ok([from, to]) = self.places.get_disjoint_mut([*from, *to]) {
                learnt |= unite(to, from);
            }
        }
        learnt
    }

    fn node(&self, arn: &Arn) -> Option<usize> {
        self.nodes.get(arn).copied()
    }

    /// The node of a host, which may be new.
    fn host(&mut self, hosts: &mut FxHashMap<&'a str, usize>, name: &'a str) -> usize {
        *hosts.entry(name).or_insert_with(|| {
            self.places.push(Places::new());
            self.places.len() - 1
        })
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
