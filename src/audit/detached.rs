//! `detached`: a living service's revision names it, and its tag `AmazonECSManaged` is gone. ECS no longer identifies it as its own (ECS
//! Developer Guide, express-service-advanced-customization), and will leave it behind.

use std::collections::BTreeMap;

use super::case::Case;
use super::orphan::tags_of;
use crate::kinds::{ManagedStatus, ManagedTag, Resource, Service, ServiceRevision};
use crate::model::{Arn, Claim, Confidence, Finding};

/// Every such finding of the scope, each once, whoever shares the resource.
pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut lost: BTreeMap<&Arn, (Resource<'_>, Vec<&Service>)> = BTreeMap::new();
    for service in case.living_express() {
        let managed = case.ownership.revisions_of(service).flat_map(ServiceRevision::managed);
        let managed = managed.filter(|managed| managed.status == ManagedStatus::Active).filter_map(|managed| managed.arn.as_ref());
        for resource in managed.filter_map(|arn| case.ownership.resource(arn)).filter(|resource| has_lost_its_tag(*resource)) {
            lost.entry(resource.arn()).or_insert_with(|| (resource, Vec::new())).1.push(service);
        }
    }
    lost.into_values().map(|(resource, services)| detached(case, resource, &services)).collect()
}

fn has_lost_its_tag(resource: Resource<'_>) -> bool {
    resource.marks().is_some_and(|marks| marks.tag == ManagedTag::Absent) && may_be_managed(resource)
}

fn detached(case: &Case<'_>, resource: Resource<'_>, services: &[&Service]) -> Finding {
    let mut services: Vec<_> = services.iter().map(|service| case.service_ref(&service.name)).collect();
    services.sort();
    services.dedup();
    let only = if let [only] = services.as_slice() { Some(only.clone()) } else { None };
    let evidence = vec![
        case.evidence("ecs:DescribeServiceRevisions", "a current revision of a living service names it as managed"),
        case.evidence(tags_of(resource.kind()), "it has no tag AmazonECSManaged=true"),
    ];
    let mut finding = Finding::new(Claim::Detached, case.subject(resource), Confidence::Confirmed).of_service(only).resting_on(evidence);
    finding.ties.extend(services);
    finding
}

/// Whether ECS once made it: a log group or a security group of the customer's own never had the tag.
fn may_be_managed(resource: Resource<'_>) -> bool {
    match resource {
        Resource::LogGroup(group) => group.named_service().is_some(),
        Resource::SecurityGroup(group) => group.has_express_description(),
        Resource::LoadBalancer(_)
        | Resource::Listener(_)
        | Resource::ListenerRule(_)
        | Resource::TargetGroup(_)
        | Resource::Certificate(_)
        | Resource::Alarm(_)
        | Resource::ScalableTarget(_)
        | Resource::ScalingPolicy(_) => true,
    }
}
