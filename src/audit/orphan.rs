//! `orphan`, `held-leftover` and `superseded`: what the dead set holds, put into findings.

use super::case::Case;
use super::clock::{first_sighting, last_activity, last_sign_of_life};
use super::dead_set::{DeadSet, Standing};
use super::required_reads::{lacking_of_clusters, lacking_owners};
use crate::inventory::{Collection, Suspect};
use crate::kinds::{Cluster, ManagedTag, Management, ServiceName, TaskFamily};
use crate::model::{Age, Arn, Claim, Confidence, Evidence, Finding, Kind, KindState, ServiceState, Subject};

/// Every leftover of the scope.
pub(super) fn judge(case: &Case<'_>, dead: &DeadSet<'_>) -> Vec<Finding> {
    let of_suspects = dead.judged.values().filter_map(|(suspect, standing)| of_suspect(case, dead, *suspect, standing));
    let of_families = case.ownership.dead_families().filter_map(|(family, names)| of_family(case, family, &names));
    let of_clusters = case.live.clusters.iter().filter_map(|cluster| of_cluster(case, cluster));
    of_suspects.chain(of_families).chain(of_clusters).collect()
}

fn of_suspect(case: &Case<'_>, dead: &DeadSet<'_>, suspect: Suspect<'_>, standing: &Standing) -> Option<Finding> {
    let resource = suspect.resource;
    let age = last_sign_of_life(case, &dead.ties, resource);
    let has_age = age.is_some();
    let claim = match standing {
        Standing::Dead => Claim::Orphan { age, also: Vec::new() },
        Standing::Held(holders) => Claim::HeldLeftover { holders: holders.clone() },
        Standing::Superseded => Claim::Superseded,
        Standing::InUse | Standing::Deleting | Standing::Unknown(_) => return None,
    };
    let is_certain =
        suspect.is_certainly_express && has_age && was_seen_again(case, resource.arn()) && gateways_are_known(case, resource.kind());
    let confidence = confidence(resource.kind(), is_certain);
    let service = dead.ties.only_name(resource.arn()).map(|name| case.service_ref(name));
    let finding = Finding::new(claim, case.subject(resource), confidence).of_service(service);
    let ties = dead.ties.names(resource.arn()).map(|name| case.service_ref(name));
    Some(finding.tied_to(ties).resting_on(evidence(case, dead, suspect)))
}

fn confidence(kind: Kind, is_certain: bool) -> Confidence {
    if is_certain && !kind.has_unreadable_users() { Confidence::Confirmed } else { Confidence::Potential }
}

fn was_seen_again(case: &Case<'_>, arn: &Arn) -> bool {
    case.live.reads.has_for(Collection::SecondLook, arn.as_str())
}

fn gateways_are_known(case: &Case<'_>, kind: Kind) -> bool {
    // What a gateway made for an ordinary service is in that service's revisions.
    !kind.is_made_by_gateways() || (case.live.reads.has(Collection::Gateways) && case.unread_services.any().is_none())
}

/// What shows that Express made it, that its service is gone, that it was looked at twice, and what nobody looked at.
fn evidence(case: &Case<'_>, dead: &DeadSet<'_>, suspect: Suspect<'_>) -> Vec<Evidence> {
    let resource = suspect.resource;
    let (arn, described_by) = (resource.arn(), described_by(resource.kind()));
    let mut evidence = Vec::new();
    match resource.marks().map(|marks| marks.tag) {
        Some(ManagedTag::Present) => evidence.push(case.evidence(tags_of(resource.kind()), "it has the tag AmazonECSManaged=true")),
        Some(ManagedTag::Indexed) => evidence.push(case.evidence("tag:GetResources", "the tag index lists it under AmazonECSManaged=true")),
        Some(ManagedTag::Absent) => evidence.push(case.evidence(tags_of(resource.kind()), "it has no tag AmazonECSManaged=true")),
        Some(ManagedTag::Unread) | None => {}
    }
    if resource.has_express_name() {
        evidence.push(case.evidence(described_by, "its name or shape is one that only Express Mode gives"));
    }
    let names: Vec<&ServiceName> = dead.ties.names(arn).collect();
    for name in &names {
        let state = case.service_ref(name).status;
        evidence.push(case.evidence("ecs:DescribeServices", format!("service {}/{} is {}", name.cluster, name.name, state.spoken())));
    }
    if names.is_empty() {
        evidence.push(case.evidence("ecs:ListServices", "no current revision of any Express service in any cluster names it"));
    }
    if was_seen_again(case, arn) {
        evidence.push(case.evidence(described_by, "a second look, after everything that could use it had been read, found it again"));
    }
    evidence.extend(not_looked_at(resource.kind()).map(|what| case.evidence(described_by, format!("not looked at: {what}"))));
    evidence
}

/// What may use a resource of that kind and that nobody looked at.
fn not_looked_at(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::LoadBalancer => Some("DNS records, web ACLs, CDNs and accelerators in front of it"),
        Kind::SecurityGroup => Some("groups of peered VPCs in other accounts; ordinary services without tasks; launch templates"),
        Kind::TargetGroup => Some("ordinary services without tasks; targets outside of the VPC"),
        Kind::Alarm => Some("the rollback alarms of ordinary services under other names"),
        Kind::LogGroup => Some("who still wants the logs"),
        Kind::TaskDefinition
        | Kind::Cluster
        | Kind::Service
        | Kind::Certificate
        | Kind::Listener
        | Kind::ListenerRule
        | Kind::ScalableTarget
        | Kind::ScalingPolicy => None,
    }
}

pub(super) fn described_by(kind: Kind) -> &'static str {
    match kind {
        Kind::LoadBalancer => "elasticloadbalancing:DescribeLoadBalancers",
        Kind::Listener => "elasticloadbalancing:DescribeListeners",
        Kind::ListenerRule => "elasticloadbalancing:DescribeRules",
        Kind::TargetGroup => "elasticloadbalancing:DescribeTargetGroups",
        Kind::Certificate => "acm:DescribeCertificate",
        Kind::SecurityGroup => "ec2:DescribeSecurityGroups",
        Kind::Alarm => "cloudwatch:DescribeAlarms",
        Kind::LogGroup => "logs:DescribeLogGroups",
        Kind::ScalableTarget => "application-autoscaling:DescribeScalableTargets",
        Kind::ScalingPolicy => "application-autoscaling:DescribeScalingPolicies",
        Kind::TaskDefinition => "ecs:ListTaskDefinitions",
        Kind::Cluster => "ecs:DescribeClusters",
        Kind::Service => "ecs:DescribeServices",
    }
}

pub(super) fn tags_of(kind: Kind) -> &'static str {
    match kind {
        Kind::LoadBalancer | Kind::Listener | Kind::ListenerRule | Kind::TargetGroup => "elasticloadbalancing:DescribeTags",
        Kind::Certificate => "acm:ListTagsForCertificate",
        Kind::SecurityGroup => "ec2:DescribeSecurityGroups",
        Kind::Alarm => "cloudwatch:ListTagsForResource",
        Kind::LogGroup => "logs:ListTagsForResource",
        Kind::ScalableTarget | Kind::ScalingPolicy => "application-autoscaling:ListTagsForResource",
        Kind::TaskDefinition | Kind::Cluster | Kind::Service => "ecs:ListTagsForResource",
    }
}

/// What became of a family that no living service runs.
pub(super) fn family_state(case: &Case<'_>, family: &TaskFamily, dead: &[ServiceName]) -> KindState {
    let was_read = case.live.reads.has_for(Collection::TaskDefinitions, &family.name);
    if family.revisions.iter().any(|arn| case.declared.names(arn)) {
        KindState::InUse
    } else if last_activity_of(case, dead).is_some_and(|age| case.is_within_grace(Kind::TaskDefinition, age.at)) {
        KindState::Deleting
    } else if lacking_of_clusters(case).is_some() || (family.revisions.is_empty() && !was_read) {
        KindState::Unknown
    } else if family.revisions.is_empty() {
        KindState::Gone
    } else {
        KindState::Left
    }
}

fn last_activity_of(case: &Case<'_>, names: &[ServiceName]) -> Option<Age> {
    names.iter().filter_map(|name| last_activity(case, name)).max_by_key(|age| age.at)
}

/// A family is one finding, about its newest ACTIVE revision: whoever deregisters one deregisters all.
fn of_family(case: &Case<'_>, family: &TaskFamily, dead: &[ServiceName]) -> Option<Finding> {
    let (newest, older) = family.revisions.split_last()?;
    if family_state(case, family, dead) != KindState::Left {
        return None;
    }
    let age = last_activity_of(case, dead).or_else(|| first_sighting(case, Kind::TaskDefinition, newest));
    let subject = Subject {
        scope: case.live.scope.clone(),
        kind: Kind::TaskDefinition,
        arn: Some(newest.clone()),
        name: newest.last_segment().to_owned(),
    };
    let evidence = vec![
        case.evidence("ecs:ListTaskDefinitions", format!("{} revisions of family {} are ACTIVE", family.revisions.len(), family.name)),
        case.evidence("ecs:ListTaskDefinitions", "not looked at: schedules, state machines and people that may run it"),
    ];
    let service = if let [only] = dead { Some(case.service_ref(only)) } else { None };
    let claim = Claim::Orphan { age, also: older.to_vec() };
    let ties = dead.iter().map(|name| case.service_ref(name));
    Some(Finding::new(claim, subject, Confidence::Potential).of_service(service).tied_to(ties).resting_on(evidence))
}

/// Only an empty cluster in which an Express service is known to have died may be left over, and never `default`.
fn of_cluster(case: &Case<'_>, cluster: &Cluster) -> Option<Finding> {
    if cluster_state(case, cluster) != KindState::Left {
        return None;
    }
    let age = last_activity_in(case, cluster);
    let subject =
        Subject { scope: case.live.scope.clone(), kind: Kind::Cluster, arn: Some(cluster.arn.clone()), name: cluster.name.clone() };
    let evidence =
        vec![case.evidence("ecs:DescribeClusters", "it has no services, tasks or container instances, and an Express service died in it")];
    Some(Finding::new(Claim::Orphan { age, also: Vec::new() }, subject, Confidence::Potential).resting_on(evidence))
}

/// What became of a cluster in which an Express service is dead.
pub(super) fn cluster_state(case: &Case<'_>, cluster: &Cluster) -> KindState {
    let read = case.live.reads.has_for(Collection::ClusterDetails, cluster.arn.as_str())
        && case.live.reads.has_for(Collection::Services, cluster.arn.as_str());
    let of_cluster = || case.live.services.iter().filter(|service| service.name.cluster == cluster.name);
    let died = |service: &crate::kinds::Service| service.management == Management::Ecs && service.state() == ServiceState::Inactive;
    let is_declared = case.declared.names(&cluster.arn) || cluster.marks.stack.is_some() || is_named_by_declared_service(case, cluster);
    let age = last_activity_in(case, cluster);
    if is_declared {
        KindState::InUse
    } else if !read {
        KindState::Unknown
    } else if !cluster.is_empty() || cluster.name == "default" || !of_cluster().all(|s| s.state().is_dead()) {
        KindState::Shared
    } else if age.as_ref().is_some_and(|age| case.is_within_grace(Kind::Cluster, age.at)) {
        KindState::Deleting
    } else if age.is_none() || !of_cluster().any(died) || lacking_owners(case).is_some() {
        KindState::Unknown
    } else {
        KindState::Left
    }
}

fn last_activity_in(case: &Case<'_>, cluster: &Cluster) -> Option<Age> {
    let services = case.live.services.iter().filter(|service| service.name.cluster == cluster.name);
    services.filter_map(|service| last_activity(case, &service.name)).max_by_key(|age| age.at)
}

/// A service that is declared, but not live, will want its cluster.
fn is_named_by_declared_service(case: &Case<'_>, cluster: &Cluster) -> bool {
    case.declared_names.iter().any(|name| name.cluster == cluster.name)
}
