//! What must have been read before anything may be called left behind. Each function names the first thing that was not.

use super::case::Case;
use crate::inventory::Collection;
use crate::kinds::{Management, Resource, Service};
use crate::model::{Arn, Kind};

/// What is lacking to know every user of the resource.
pub(super) fn lacking_users(case: &Case<'_>, resource: Resource<'_>) -> Option<String> {
    match resource {
        Resource::LoadBalancer(balancer) => lacking_on_balancer(case, &balancer.arn).or_else(|| lacking_balancer_targets(case)),
        Resource::Listener(listener) => lacking_on_listener(case, &listener.arn),
        Resource::TargetGroup(group) => {
            let balancers = group.load_balancers.iter().find_map(|arn| lacking_on_balancer(case, arn));
            balancers.or_else(|| lacking_for(case, Collection::Targets, group.arn.as_str())).or_else(|| {
                let addressed = group.targets.iter().any(|id| Arn::parse(id).is_none());
                if addressed { lacking_for(case, Collection::TargetInterfaces, group.arn.as_str()) } else { None }
            })
        }
        Resource::Certificate(certificate) => lacking_for(case, Collection::CertificateUses, certificate.arn.as_str()),
        Resource::SecurityGroup(group) => lacking(case, Collection::SecurityGroups)
            .or_else(|| lacking(case, Collection::LoadBalancers))
            .or_else(|| lacking_for(case, Collection::Interfaces, &group.id)),
        Resource::Alarm(_) => lacking(case, Collection::Alarms),
        Resource::ListenerRule(_) | Resource::LogGroup(_) | Resource::ScalableTarget(_) | Resource::ScalingPolicy(_) => None,
    }
}

/// What is lacking to know that no gateway owns the resource.
pub(super) fn lacking_gateways(case: &Case<'_>, kind: Kind) -> Option<String> {
    if kind.is_made_by_gateways() { lacking(case, Collection::Gateways) } else { None }
}

/// What is lacking to say, of something that nothing ties to a service or that several share, that no service anywhere uses it,
/// and that no service of which only one trace is left has died just now.
pub(super) fn lacking_owners(case: &Case<'_>) -> Option<String> {
    const WITNESSES: [Collection; 9] = [
        Collection::Clusters,
        Collection::Gateways,
        Collection::LoadBalancers,
        Collection::TargetGroups,
        Collection::Alarms,
        Collection::SecurityGroups,
        Collection::ScalableTargets,
        Collection::LogGroups,
        Collection::TaskFamilies,
    ];
    let scope_wide = WITNESSES.into_iter().find_map(|collection| lacking(case, collection));
    scope_wide.or_else(|| lacking_in_clusters(case)).or_else(|| {
        let balancers = case.live.load_balancers.iter().filter(|b| b.is_application() && b.has_express_name());
        balancers.into_iter().find_map(|balancer| lacking_on_balancer(case, &balancer.arn))
    })
}

/// What is lacking to know what a living service's current revisions name.
pub(super) fn lacking_revisions(case: &Case<'_>, service: &Service) -> Option<String> {
    if service.revisions.is_empty() {
        return Some(format!("the current revisions of service {}/{} are not known", service.name.cluster, service.name.name));
    }
    let unread = service.revisions.iter().find_map(|arn| lacking_for(case, Collection::Revisions, arn.as_str()));
    unread.or_else(|| match service.is_deploying {
        Some(_) => None,
        None => lacking_for(case, Collection::Deployments, service.arn.as_str()),
    })
}

fn lacking_in_clusters(case: &Case<'_>) -> Option<String> {
    let clusters = case.live.clusters.iter().map(|cluster| cluster.arn.as_str());
    let listing = clusters.clone().find_map(|arn| lacking_for(case, Collection::Services, arn));
    let counts = listing.or_else(|| clusters.clone().find_map(|arn| lacking_for(case, Collection::ClusterDetails, arn)));
    counts.or_else(|| {
        let express = case.live.services.iter().filter(|s| s.management == Management::Ecs && !s.state().is_dead());
        // A service that is leaving may no longer name its revisions; what is untied is then held back elsewhere.
        let standing = express.filter(|s| s.is_live_express() || s.state() == crate::model::ServiceState::Unknown);
        standing.into_iter().find_map(|service| lacking_revisions(case, service))
    })
}

/// What is lacking to know all that is on a load balancer.
pub(super) fn lacking_on_balancer(case: &Case<'_>, balancer: &Arn) -> Option<String> {
    lacking_for(case, Collection::Listeners, balancer.as_str()).or_else(|| {
        let listeners = case.live.listeners.iter().filter(|listener| listener.load_balancer == *balancer);
        listeners.into_iter().find_map(|listener| lacking_on_listener(case, &listener.arn))
    })
}

fn lacking_on_listener(case: &Case<'_>, listener: &Arn) -> Option<String> {
    lacking_for(case, Collection::Rules, listener.as_str())
        .or_else(|| lacking_for(case, Collection::ListenerCertificates, listener.as_str()))
        .or_else(|| lacking(case, Collection::Certificates))
}

/// A load balancer can be the target of another's target group.
fn lacking_balancer_targets(case: &Case<'_>) -> Option<String> {
    lacking(case, Collection::TargetGroups).or_else(|| {
        let in_front = case.live.target_groups.iter().filter(|group| group.targets_a_load_balancer());
        in_front.into_iter().find_map(|group| lacking_for(case, Collection::Targets, group.arn.as_str()))
    })
}

fn lacking(case: &Case<'_>, collection: Collection) -> Option<String> {
    (!case.live.reads.has(collection)).then(|| format!("{} was not read", collection.operation()))
}

fn lacking_for(case: &Case<'_>, collection: Collection, parent: &str) -> Option<String> {
    (!case.live.reads.has_for(collection, parent)).then(|| format!("{} was not read for {parent}", collection.operation()))
}
