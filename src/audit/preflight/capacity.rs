//! `quota-pressure` of a plan: how much room there is on the load balancers where its services will go.

use std::collections::{BTreeMap, BTreeSet};

use super::Ahead;
use crate::audit::quota::pressure;
use crate::inventory::Collection;
use crate::kinds::{LoadBalancer, Resource};
use crate::model::{Arn, Finding, Quota, Severity};
use crate::plan::PlannedService;

/// Every limit that the services to be made come near to. What is counted is what the last of them will find.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    let made: Vec<&PlannedService> = ahead.services().filter(|service| service.action.creates()).collect();
    let Some(others) = made.len().checked_sub(1) else { return Vec::new() };
    let others = others as u64;
    let vpcs: BTreeSet<&String> =
        made.iter().flat_map(|service| subnets(service)).filter_map(|subnet| ahead.met.vpcs.get(subnet)).collect();
    let is_anywhere = made.iter().any(|service| !service.gives_subnets());
    let on_balancers = rules_on_balancers(ahead);
    let balancers = ahead.case.live.load_balancers.iter().filter(|balancer| balancer.has_express_name());
    let near = balancers.filter(|balancer| is_anywhere || balancer.vpc.as_ref().is_some_and(|vpc| vpcs.contains(vpc)));
    let near: Vec<&LoadBalancer> = near.collect();
    let has_room = |balancer: &&LoadBalancer| {
        let (_, services) = on_balancers.get(&balancer.arn).copied().unwrap_or_default();
        services + others < ahead.case.policy.limit_of(Quota::ServicesPerLoadBalancer)
    };
    let needs_another = is_anywhere || vpcs.len() != 1 || !near.iter().any(has_room);
    let of_balancers = near.iter().flat_map(|balancer| of_balancer(ahead, balancer, &on_balancers, others));
    of_balancers.chain(of_region(ahead, needs_another)).collect()
}

fn subnets(service: &PlannedService) -> impl Iterator<Item = &String> {
    service.after.iter().flat_map(|after| &after.configuration.subnets)
}

/// How many rules each load balancer has, and how many of them Express Mode made: one a service.
fn rules_on_balancers<'a>(ahead: &Ahead<'a>) -> BTreeMap<&'a Arn, (u64, u64)> {
    let live = ahead.case.live;
    let balancer_of: BTreeMap<&Arn, &Arn> = live.listeners.iter().map(|listener| (&listener.arn, &listener.load_balancer)).collect();
    let mut counts: BTreeMap<&Arn, (u64, u64)> = BTreeMap::new();
    for rule in &live.rules {
        if let Some(balancer) = balancer_of.get(&rule.listener) {
            let (rules, services) = counts.entry(balancer).or_default();
            *rules += 1;
            *services += u64::from(rule.has_express_shape());
        }
    }
    counts
}

fn of_balancer(ahead: &Ahead<'_>, balancer: &LoadBalancer, counts: &BTreeMap<&Arn, (u64, u64)>, others: u64) -> Vec<Finding> {
    let (rules, services) = counts.get(&balancer.arn).copied().unwrap_or_default();
    let subject = ahead.case.subject(Resource::LoadBalancer(balancer));
    let source = Collection::Rules.operation();
    let of_services = pressure(&ahead.case, Quota::ServicesPerLoadBalancer, services + others, source, subject.clone());
    // A full load balancer gets no further services: Express Mode makes another one.
    let is_full = services >= ahead.case.policy.limit_of(Quota::ServicesPerLoadBalancer);
    let of_rules = pressure(&ahead.case, Quota::RulesPerLoadBalancer, rules + others, source, subject).filter(|_| !is_full);
    of_services.into_iter().chain(of_rules).collect()
}

/// The load balancers of the Region, of which the services may need one more: hardly, where there is room on one in their VPC.
fn of_region(ahead: &Ahead<'_>, needs_another: bool) -> Option<Finding> {
    let finding = crate::audit::quota::of_region(&ahead.case, Quota::LoadBalancers)?;
    let severity = if needs_another { finding.severity } else { Severity::Low };
    Some(Finding { severity, ..finding })
}
