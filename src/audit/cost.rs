//! What everything that is left over costs. No severity depends on it.

use super::case::Case;
use crate::inventory::{Collection, ScopeInventory};
use crate::kinds::{LoadBalancer, PublicAddresses, Resource};
use crate::model::{Arn, Claim, Cost, Finding, Kind, Prices, Prospect};

/// Gives every finding about something that is left over, or will be, its cost.
pub(super) fn apply(findings: &mut [Finding], case: &Case<'_>) {
    for finding in findings.iter_mut().filter(|finding| is_about_what_stays(finding)) {
        let subject = finding.subject.arn.as_ref().and_then(|arn| case.ownership.resource(arn));
        finding.cost = match subject {
            Some(resource) => of_resource(case.live, resource, &case.policy.prices),
            None => of_kind(finding.subject.kind),
        };
    }
}

fn is_about_what_stays(finding: &Finding) -> bool {
    match &finding.claim {
        Claim::Orphan { .. } | Claim::HeldLeftover { .. } | Claim::Superseded => true,
        Claim::Planned { prospect: Prospect::DestroyLeaves { .. }, .. } => true,
        Claim::Planned { .. }
        | Claim::UndeclaredService
        | Claim::MissingService { .. }
        | Claim::DrainingService { .. }
        | Claim::NamelessDraining { .. }
        | Claim::ServiceWithoutIngress { .. }
        | Claim::FailedResource { .. }
        | Claim::DanglingReference { .. }
        | Claim::Detached
        | Claim::StaleRule { .. }
        | Claim::Drift { .. }
        | Claim::QuotaPressure { .. }
        | Claim::UnusedWaiver { .. }
        | Claim::ExpiredWaiver { .. } => false,
    }
}

fn of_resource(live: &ScopeInventory, resource: Resource<'_>, prices: &Prices) -> Option<Cost> {
    match resource {
        Resource::LoadBalancer(balancer) => balancer.cost(prices, public_addresses(live, balancer)),
        Resource::Alarm(alarm) => alarm.cost(prices),
        Resource::LogGroup(group) => group.cost(prices),
        Resource::Listener(_)
        | Resource::ListenerRule(_)
        | Resource::TargetGroup(_)
        | Resource::Certificate(_)
        | Resource::SecurityGroup(_)
        | Resource::ScalableTarget(_)
        | Resource::ScalingPolicy(_) => of_kind(resource.kind()),
    }
}

/// What is known of something of that kind without its facts.
fn of_kind(kind: Kind) -> Option<Cost> {
    match kind {
        // What a service costs is in its tasks, and those of one that is left over are gone.
        Kind::LoadBalancer | Kind::Alarm | Kind::LogGroup | Kind::Service => None,
        Kind::Cluster
        | Kind::TaskDefinition
        | Kind::SecurityGroup
        | Kind::Certificate
        | Kind::Listener
        | Kind::ListenerRule
        | Kind::TargetGroup
        | Kind::ScalableTarget
        | Kind::ScalingPolicy => Some(Cost::none_known()),
    }
}

/// The addresses on the load balancer's interfaces. Each of these carries all of its groups: who read those of one has read them all.
fn public_addresses(live: &ScopeInventory, balancer: &LoadBalancer) -> PublicAddresses {
    let own = live.interfaces.iter().filter(|interface| interface.load_balancer.as_deref() == Some(balancer.short_id()));
    let was_read = |group: &Arn| live.reads.has_for(Collection::Interfaces, group.last_segment());
    PublicAddresses {
        count: own.filter(|interface| interface.public_address.is_some()).count() as u64,
        are_all: balancer.is_internal() || balancer.security_groups.iter().any(was_read),
    }
}
