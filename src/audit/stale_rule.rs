//! `stale-rule`: Express Mode swaps a service's two target groups at every deployment. A rule of somebody else's that forwards to one of
//! them leads nowhere once the other one is live.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::case::Case;
use super::dead_set::{DeadSet, Standing};
use crate::inventory::Collection;
use crate::kinds::{ListenerRule, Resource, Service, ServiceName};
use crate::model::{Arn, Claim, Confidence, Finding, StaleTargetGroup, Staleness};

/// Every stale rule of the scope.
pub(super) fn judge(case: &Case<'_>, dead: &DeadSet<'_>) -> Vec<Finding> {
    let traffic = Traffic::of(case);
    let foreign = case.live.rules.iter().filter(|rule| is_foreign(case, dead, rule));
    foreign.filter_map(|rule| stale(case, dead, &traffic, rule)).collect()
}

/// Whether neither Express Mode, past or present, nor a gateway made the rule.
fn is_foreign(case: &Case<'_>, dead: &DeadSet<'_>, rule: &ListenerRule) -> bool {
    !case.ownership.is_claimed(&rule.arn) && !case.ownership.is_of_gateway(&rule.arn) && dead.standing(&rule.arn).is_none()
}

/// What the rules that Express Mode manages do with its target groups.
struct Traffic<'a> {
    named: FxHashSet<&'a Arn>,
    sent_to: FxHashSet<&'a Arn>,
}

impl<'a> Traffic<'a> {
    fn of(case: &Case<'a>) -> Self {
        let managed = || case.live.rules.iter().filter(|rule| case.ownership.is_claimed(&rule.arn));
        Self {
            named: managed().flat_map(|rule| &rule.forwards_to).collect(),
            sent_to: managed().flat_map(|rule| rule.forwards_to.iter().filter(|group| rule.sends_to(group))).collect(),
        }
    }
}

fn stale(case: &Case<'_>, dead: &DeadSet<'_>, traffic: &Traffic<'_>, rule: &ListenerRule) -> Option<Finding> {
    let groups = rule.forwards_to.iter().filter(|group| rule.sends_to(group));
    let found: Vec<(StaleTargetGroup, BTreeSet<ServiceName>)> = groups.filter_map(|arn| stale_group(case, dead, traffic, arn)).collect();
    if found.is_empty() {
        return None;
    }
    let services: BTreeSet<ServiceName> = found.iter().flat_map(|(_, names)| names.clone()).collect();
    let target_groups: Vec<StaleTargetGroup> = found.into_iter().map(|(group, _)| group).collect();
    let evidence = target_groups.iter().map(|group| match group.staleness {
        Staleness::NoWeight => {
            case.evidence("elasticloadbalancing:DescribeRules", format!("Express's own rule gives {} no weight", group.arn))
        }
        Staleness::NoTargets => {
            case.evidence("elasticloadbalancing:DescribeTargetHealth", format!("no target is registered with {}", group.arn))
        }
    });
    let evidence = evidence.collect();
    let only = if services.len() == 1 { services.first().map(|name| case.service_ref(name)) } else { None };
    let claim = Claim::StaleRule { target_groups };
    let mut finding = Finding::new(claim, case.subject(Resource::ListenerRule(rule)), Confidence::Confirmed).of_service(only);
    finding.ties.extend(services.iter().map(|name| case.service_ref(name)));
    Some(finding.resting_on(evidence))
}

/// Why the target group leads nowhere, and whose it is: a living service's that is not deploying. Of anything else nothing is said.
fn stale_group(case: &Case<'_>, dead: &DeadSet<'_>, traffic: &Traffic<'_>, arn: &Arn) -> Option<(StaleTargetGroup, BTreeSet<ServiceName>)> {
    let owners = owners(case, dead, arn);
    let services: Vec<&Service> = owners.iter().filter_map(|name| case.ownership.service(name)).collect();
    let are_settled = services.iter().all(|service| service.is_live_express() && service.is_deploying == Some(false));
    if services.is_empty() || !are_settled {
        return None;
    }
    let staleness = staleness(case, traffic, arn)?;
    Some((StaleTargetGroup { arn: arn.clone(), staleness }, owners))
}

fn staleness(case: &Case<'_>, traffic: &Traffic<'_>, arn: &Arn) -> Option<Staleness> {
    if traffic.named.contains(arn) && !traffic.sent_to.contains(arn) {
        return Some(Staleness::NoWeight);
    }
    let Resource::TargetGroup(group) = case.ownership.resource(arn)? else { return None };
    let is_empty = case.live.reads.has_for(Collection::Targets, arn.as_str()) && group.targets.is_empty();
    is_empty.then_some(Staleness::NoTargets)
}

/// The living services whose target group it is, or was until an update.
fn owners(case: &Case<'_>, dead: &DeadSet<'_>, arn: &Arn) -> BTreeSet<ServiceName> {
    let claimants = case.ownership.claimants(arn).filter_map(ServiceName::of_arn);
    let was_theirs = matches!(dead.standing(arn), Some(Standing::Superseded | Standing::Held(_)));
    let earlier = dead.ties.names(arn).filter(|_| was_theirs).cloned();
    claimants.chain(earlier).collect()
}
