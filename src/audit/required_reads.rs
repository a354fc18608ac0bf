//! What must have been read before anything may be called left behind. Each function names the first thing that was not.

use super::case::Case;
use crate::inventory::{Collection, Ownership, ScopeInventory};
use crate::kinds::{ManagedTag, Management, Resource, Service, ServiceName};
use crate::model::{Arn, Kind, ServiceState};

/// What is lacking to know every service of the scope, computed once for a case.
#[derive(Debug)]
pub(super) struct UnreadServices {
    /// In the lists of the clusters, or in what their services stand by.
    pub(super) in_clusters: Option<String>,
    /// Among the services that unclaimed resources name.
    pub(super) by_name: Option<String>,
}

impl UnreadServices {
    /// The first thing that is lacking, if anything is.
    pub(super) fn any(&self) -> Option<String> {
        self.in_clusters.clone().or_else(|| self.by_name.clone())
    }
}

/// What is lacking to know every service of the scope.
pub(super) fn unread_services(live: &ScopeInventory, ownership: &Ownership<'_>) -> UnreadServices {
    UnreadServices { in_clusters: lacking_in_clusters(live), by_name: lacking_named_services(ownership) }
}

/// What is lacking to know every user of the resource.
pub(super) fn lacking_users(case: &Case<'_>, resource: Resource<'_>) -> Option<String> {
    match resource {
        Resource::LoadBalancer(balancer) => lacking_on_balancer(case, &balancer.arn).or_else(|| lacking_balancer_targets(case)),
        Resource::Listener(listener) => lacking_on_listener(case, &listener.arn).or_else(|| lacking_balancer_targets(case)),
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
        Resource::Alarm(alarm) => lacking(case, Collection::Alarms).or_else(|| {
            let service = alarm.named_service().filter(|_| alarm.is_target_tracking())?;
            let id = format!("service/{}/{}", service.cluster, service.name);
            let is_target = case.live.scalable_targets.iter().any(|target| target.resource_id == id);
            lacking(case, Collection::ScalableTargets).or_else(|| is_target.then(|| lacking_for(case, Collection::ScalingPolicies, &id))?)
        }),
        Resource::ListenerRule(_) => lacking(case, Collection::TargetGroups),
        Resource::LogGroup(_) | Resource::ScalableTarget(_) | Resource::ScalingPolicy(_) => None,
    }
}

/// What is lacking to know that no gateway owns the resource.
pub(super) fn lacking_gateways(case: &Case<'_>, kind: Kind) -> Option<String> {
    if kind.is_made_by_gateways() { lacking(case, Collection::Gateways) } else { None }
}

/// What is lacking to know what gateways made for an ordinary service: its revisions name it.
pub(super) fn lacking_connections(case: &Case<'_>, service: &Service) -> Option<String> {
    if case.live.gateways.is_empty() {
        return None; // without a gateway there is no connection to one
    }
    service.revisions.iter().find_map(|arn| lacking_for(case, Collection::Revisions, arn.as_str()))
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
    scope_wide.or_else(|| case.unread_services.any()).or_else(|| {
        let balancers = case.live.load_balancers.iter().filter(|b| b.is_application() && b.has_express_name());
        balancers.into_iter().find_map(|balancer| lacking_on_balancer(case, &balancer.arn))
    })
}

/// What is lacking to know every service of every cluster.
pub(super) fn lacking_of_clusters(case: &Case<'_>) -> Option<String> {
    lacking(case, Collection::Clusters).or_else(|| case.unread_services.in_clusters.clone())
}

/// What is lacking to know what a living service's current revisions name.
pub(super) fn lacking_revisions(case: &Case<'_>, service: &Service) -> Option<String> {
    unread_revisions(case.live, service)
}

fn unread_revisions(live: &ScopeInventory, service: &Service) -> Option<String> {
    if service.revisions.is_empty() {
        return Some(format!("the current revisions of service {}/{} are not known", service.name.cluster, service.name.name));
    }
    let unread = service.revisions.iter().find_map(|arn| unread_for(live, Collection::Revisions, arn.as_str()));
    unread.or_else(|| match service.is_deploying {
        Some(_) => None,
        None => unread_for(live, Collection::Deployments, service.arn.as_str()),
    })
}

/// What is lacking to know the services that unclaimed resources name or families may mean: one of them may be leaving, or have just died.
fn lacking_named_services(ownership: &Ownership<'_>) -> Option<String> {
    let unread = ownership.named_by_unclaimed().chain(ownership.namesakes_to_look_up(&[])).min()?;
    Some(format!("service {}/{} was not read", unread.cluster, unread.name))
}

/// What is lacking to know whether a stack declares the resource: only its own tags say so.
pub(super) fn lacking_tags(resource: Resource<'_>) -> Option<String> {
    let is_unread = resource.marks().is_some_and(|marks| matches!(marks.tag, ManagedTag::Unread | ManagedTag::Indexed));
    let has_tags = !matches!(resource, Resource::Alarm(alarm) if alarm.is_target_tracking());
    if is_unread && has_tags { Some(format!("the tags of {} were not read", resource.arn())) } else { None }
}

/// What is lacking to know all Express services of all clusters, and what gateways made for ordinary ones.
fn lacking_in_clusters(live: &ScopeInventory) -> Option<String> {
    let clusters = live.clusters.iter().map(|cluster| cluster.arn.as_str());
    let listing = clusters.clone().find_map(|arn| unread_for(live, Collection::Services, arn));
    let counts = listing.or_else(|| clusters.clone().find_map(|arn| unread_for(live, Collection::ClusterDetails, arn)));
    counts.or_else(|| undescribed(live)).or_else(|| {
        let mut living = live.services.iter().filter(|service| !service.state().is_dead());
        living.find_map(|service| match (service.management, service.state()) {
            // A service that is leaving may no longer name its revisions; what is untied is then held back elsewhere.
            (Management::Ecs, ServiceState::Draining) => None,
            (Management::Ecs, _) => unread_revisions(live, service),
            // An ordinary service's revisions name what a gateway made for it.
            (Management::Customer | Management::Unknown, _) if live.gateways.is_empty() => None,
            (Management::Customer | Management::Unknown, _) => {
                service.revisions.iter().find_map(|arn| unread_for(live, Collection::Revisions, arn.as_str()))
            }
        })
    })
}

/// A service that ECS did not describe when it was asked for by name.
fn undescribed(live: &ScopeInventory) -> Option<String> {
    let gaps = live.gaps.iter().filter(|gap| gap.operation == Collection::ServiceDetails.operation());
    let service = gaps.filter_map(|gap| Arn::parse(gap.parent.as_deref()?)).find_map(|arn| ServiceName::of_arn(&arn))?;
    Some(format!("service {}/{} was not read", service.cluster, service.name))
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
    unread_for(case.live, collection, parent)
}

fn unread_for(live: &ScopeInventory, collection: Collection, parent: &str) -> Option<String> {
    (!live.reads.has_for(collection, parent)).then(|| format!("{} was not read for {parent}", collection.operation()))
}
