//! Which service each resource belongs or belonged to, as far as the graph tells.
//!
//! Few resources name their service: its security group (description), alarms and log group (name), scaling (resource id). The
//! rollback alarm's metrics name the target groups and the load balancer; a rule forwards to the target groups; rule, certificate and
//! endpoint share a host. A load balancer with its listener and security group is tied to every service that is tied to something on it.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use crate::kinds::{Resource, ServiceName, ServiceRevision};
use crate::model::Arn;

/// The services that each resource is tied to.
#[derive(Default)]
pub(super) struct Ties<'a> {
    names: BTreeMap<&'a Arn, BTreeSet<ServiceName>>,
}

impl<'a> Ties<'a> {
    /// Follows the graph of one scope.
    pub(super) fn of(case: &Case<'a>) -> Self {
        let mut ties = Self::default();
        ties.by_name(case);
        ties.by_alarms(case);
        ties.by_rules(case);
        ties.by_hosts(case);
        ties.of_shared(case);
        ties
    }

    /// The services that the resource is tied to.
    pub(super) fn names(&self, arn: &Arn) -> impl Iterator<Item = &ServiceName> {
        self.names.get(arn).into_iter().flatten()
    }

    /// The one service that the resource is tied to, if it is exactly one.
    pub(super) fn only_name(&self, arn: &Arn) -> Option<&ServiceName> {
        let mut names = self.names(arn);
        names.next().filter(|_| names.next().is_none())
    }

    fn by_name(&mut self, case: &Case<'a>) {
        for resource in case.live.resources() {
            self.names.entry(resource.arn()).or_default().extend(resource.named_service());
        }
        let claimed = case.live.resources().flat_map(|r| case.ownership.claimants(r.arn()).map(move |service| (r.arn(), service)));
        for (arn, service) in claimed {
            self.names.entry(arn).or_default().extend(ServiceName::of_arn(service));
        }
    }

    fn by_alarms(&mut self, case: &Case<'a>) {
        for alarm in case.live.alarms.iter().filter(|alarm| alarm.is_rollback_alarm()) {
            for watched in &alarm.watches {
                self.add(watched, alarm.named_service().into_iter().collect());
            }
        }
    }

    fn by_rules(&mut self, case: &Case<'a>) {
        for rule in &case.live.rules {
            let of_groups = rule.forwards_to.iter().flat_map(|group| self.names(group).cloned()).collect();
            if rule.has_express_shape() || rule.marks.claims_management() {
                self.add(&rule.arn, of_groups);
                for group in &rule.forwards_to {
                    self.add(group, self.names(&rule.arn).cloned().collect());
                }
            }
        }
    }

    fn by_hosts(&mut self, case: &Case<'a>) {
        let mut by_host: BTreeMap<&str, BTreeSet<ServiceName>> = BTreeMap::new();
        let living = case.live.services.iter().filter(|service| !service.state().is_dead());
        for (service, revision) in living.flat_map(|s| case.ownership.revisions_of(s).map(move |r: &ServiceRevision| (s, r))) {
            for path in &revision.ingress_paths {
                by_host.entry(&path.host).or_default().insert(service.name.clone());
            }
        }
        for rule in case.live.rules.iter().filter(|rule| rule.has_express_shape()) {
            for host in &rule.hosts {
                by_host.entry(host).or_default().extend(self.names(&rule.arn).cloned());
            }
        }
        for rule in &case.live.rules {
            let named = rule.hosts.iter().filter_map(|host| by_host.get(host.as_str())).flatten().cloned().collect();
            self.add(&rule.arn, named);
        }
        for certificate in &case.live.certificates {
            self.add(&certificate.arn, by_host.get(certificate.domain.as_str()).cloned().unwrap_or_default());
        }
    }

    fn of_shared(&mut self, case: &Case<'a>) {
        for rule in &case.live.rules {
            self.add(&rule.listener, self.names(&rule.arn).cloned().collect());
        }
        for listener in &case.live.listeners {
            self.add(&listener.load_balancer, self.names(&listener.arn).cloned().collect());
        }
        for group in case.live.security_groups.iter().filter(|group| group.is_for_express_balancer) {
            let of_services = group.names.iter().flat_map(|named| self.names(named).cloned()).collect();
            self.add(&group.arn, of_services);
        }
        for balancer in &case.live.load_balancers {
            for group in balancer_groups(case, &balancer.security_groups) {
                self.add(&balancer.arn, self.names(group).cloned().collect());
                self.add(group, self.names(&balancer.arn).cloned().collect());
            }
        }
        for listener in &case.live.listeners {
            self.add(&listener.arn, self.names(&listener.load_balancer).cloned().collect());
        }
    }

    fn add(&mut self, arn: &Arn, names: BTreeSet<ServiceName>) {
        if let Some(known) = self.names.get_mut(arn) {
            known.extend(names);
        }
    }
}

/// Of a load balancer's groups, those that Express made for it: a group of the customer's says nothing about services.
fn balancer_groups<'g>(case: &Case<'_>, groups: &'g [Arn]) -> Vec<&'g Arn> {
    let is_express = |arn: &Arn| matches!(case.ownership.resource(arn), Some(Resource::SecurityGroup(g)) if g.is_for_express_balancer);
    groups.iter().filter(|arn| is_express(arn)).collect()
}
