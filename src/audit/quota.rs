//! `quota-pressure`: leftovers count against the same limits as what lives, and a create that meets one fails or hangs.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::dead_set::DeadSet;
use crate::kinds::{Listener, LoadBalancer, Resource};
use crate::model::{Arn, Claim, Confidence, Finding, Quota, Subject};

/// From this share of a limit on it is near.
const NEAR_PERCENT: u64 = 80;

/// Every limit of the scope that is near.
pub(super) fn judge(case: &Case<'_>, dead: &DeadSet<'_>) -> Vec<Finding> {
    let on_balancers = OnBalancers::of(case);
    let is_express = |balancer: &&LoadBalancer| case.ownership.is_claimed(&balancer.arn) || dead.standing(&balancer.arn).is_some();
    let balancers = case.live.load_balancers.iter().filter(is_express);
    let mut findings: Vec<Finding> = balancers.flat_map(|balancer| of_balancer(case, &on_balancers, balancer)).collect();
    if case.living_express().next().is_some() || !dead.judged.is_empty() {
        findings.extend(Quota::ALL.into_iter().filter_map(|quota| of_region(case, quota)));
    }
    findings
}

/// What hangs on each load balancer. Where something was not read there is more, never less.
struct OnBalancers<'a> {
    rules: BTreeMap<&'a Arn, u64>,
    certificates: BTreeMap<&'a Arn, u64>,
}

impl<'a> OnBalancers<'a> {
    fn of(case: &Case<'a>) -> Self {
        let balancer_of: BTreeMap<&Arn, &Arn> = case.live.listeners.iter().map(|l| (&l.arn, &l.load_balancer)).collect();
        let mut rules: BTreeMap<&Arn, u64> = BTreeMap::new();
        for balancer in case.live.rules.iter().filter_map(|rule| balancer_of.get(&rule.listener).copied()) {
            *rules.entry(balancer).or_default() += 1;
        }
        let mut certificates: BTreeMap<&Arn, BTreeSet<&Arn>> = BTreeMap::new();
        for Listener { load_balancer, certificates: presented, .. } in &case.live.listeners {
            certificates.entry(load_balancer).or_default().extend(presented);
        }
        // Where all of them are living services' own, Express Mode keeps within the limit. One is the default one of the HTTPS listener.
        certificates.retain(|_, presented| presented.iter().any(|certificate| !case.ownership.is_claimed(certificate)));
        let certificates = certificates.into_iter().map(|(arn, presented)| (arn, (presented.len() as u64).saturating_sub(1))).collect();
        Self { rules, certificates }
    }
}

fn of_balancer(case: &Case<'_>, on_balancers: &OnBalancers<'_>, balancer: &LoadBalancer) -> Vec<Finding> {
    let counts = [
        (Quota::ServicesPerLoadBalancer, case.ownership.claimants(&balancer.arn).count() as u64, "ecs:DescribeServiceRevisions"),
        (Quota::RulesPerLoadBalancer, count(&on_balancers.rules, balancer), "elasticloadbalancing:DescribeRules"),
        (
            Quota::CertificatesPerLoadBalancer,
            count(&on_balancers.certificates, balancer),
            "elasticloadbalancing:DescribeListenerCertificates",
        ),
    ];
    let subject = case.subject(Resource::LoadBalancer(balancer));
    let near = counts.into_iter().filter_map(|(quota, used, source)| pressure(case, quota, used, source, subject.clone()));
    near.collect()
}

fn count(counts: &BTreeMap<&Arn, u64>, balancer: &LoadBalancer) -> u64 {
    counts.get(&balancer.arn).copied().unwrap_or_default()
}

/// The limit of the whole Region, if it is near.
pub(super) fn of_region(case: &Case<'_>, quota: Quota) -> Option<Finding> {
    let (kind, arn) = quota.of_region(&case.live.scope)?;
    let used = *case.live.totals.get(&kind)?;
    let subject = Subject { scope: case.live.scope.clone(), kind, arn: Some(arn), name: format!("count in {}", case.live.scope.region) };
    pressure(case, quota, used, super::orphan::described_by(kind), subject)
}

/// That so many are used, if the limit is near.
pub(super) fn pressure(case: &Case<'_>, quota: Quota, used: u64, source: &'static str, subject: Subject) -> Option<Finding> {
    let limit = case.policy.limit_of(quota);
    if used.saturating_mul(100) < limit.saturating_mul(NEAR_PERCENT) {
        return None;
    }
    let basis = if case.policy.quotas.contains_key(&quota) { "as configured" } else { "as AWS gives it to everybody; yours may be higher" };
    let evidence = vec![case.evidence(source, format!("{used} were counted; the limit is {limit}, {basis}"))];
    Some(Finding::new(Claim::QuotaPressure { quota, used, limit }, subject, Confidence::Confirmed).resting_on(evidence))
}
