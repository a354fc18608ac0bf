//! What a scan reads, and what is not known where one read fails: the read, what it brought, and every read that builds upon it.

use ecs_express_audit::inventory::{Collection, ScopeInventory};
use ecs_express_audit::kinds::{ManagedTag, Management, Marks, Resource, ServiceStatus};
use ecs_express_audit::model::{Arn, Cause, Gap};

use super::World;

impl World {
    /// This read fails. An empty parent is the whole scope.
    pub(crate) fn unread(mut self, collection: Collection, parent: &str) -> Self {
        self.unread.insert((collection, parent.to_owned()));
        self
    }

    /// Every read that a scan of the account makes.
    pub(crate) fn planned(&self) -> Vec<(Collection, String)> {
        planned(&self.live)
    }
}

pub(super) fn planned(live: &ScopeInventory) -> Vec<(Collection, String)> {
    let mut reads: Vec<(Collection, String)> = Collection::OF_SCOPE.map(|collection| (collection, String::new())).to_vec();
    for cluster in &live.clusters {
        reads.extend([Collection::ClusterDetails, Collection::Services].map(|collection| (collection, cluster.arn.to_string())));
    }
    for service in &live.services {
        reads.push((Collection::ServiceDetails, service.arn.to_string()));
        if service.current_deployment.is_some() {
            reads.push((Collection::Deployments, service.arn.to_string()));
        }
    }
    let compared = live.configurations.iter().filter(|of| live.services.iter().any(|s| s.arn == of.service && s.is_live_express()));
    reads.extend(compared.map(|of| (Collection::ExpressServices, of.service.to_string())));
    reads.extend(live.revisions.iter().map(|revision| (Collection::Revisions, revision.arn.to_string())));
    reads.extend(live.task_families.iter().map(|family| (Collection::TaskDefinitions, family.name.clone())));
    reads.extend(live.resources().flat_map(planned_of));
    reads.sort();
    reads.dedup();
    reads
}

fn planned_of(resource: Resource<'_>) -> Vec<(Collection, String)> {
    let arn = resource.arn().to_string();
    let mut reads = vec![(Collection::SecondLook, arn.clone())];
    let has_tags_of_its_own = match resource {
        Resource::Alarm(alarm) => !alarm.is_target_tracking(),
        other => !matches!(other, Resource::SecurityGroup(_) | Resource::ScalingPolicy(_)),
    };
    if has_tags_of_its_own {
        reads.push((Collection::Tags, arn.clone()));
    }
    match resource {
        Resource::LoadBalancer(_) => reads.push((Collection::Listeners, arn)),
        Resource::Listener(_) => reads.extend([(Collection::Rules, arn.clone()), (Collection::ListenerCertificates, arn)]),
        Resource::TargetGroup(group) => {
            reads.push((Collection::Targets, arn.clone()));
            if group.targets.iter().any(|target| Arn::parse(target).is_none()) {
                reads.push((Collection::TargetInterfaces, arn));
            }
        }
        Resource::Certificate(_) => reads.push((Collection::CertificateUses, arn)),
        Resource::SecurityGroup(group) => reads.push((Collection::Interfaces, group.id.clone())),
        Resource::ScalableTarget(target) => reads.push((Collection::ScalingPolicies, target.resource_id.clone())),
        Resource::ListenerRule(_) | Resource::Alarm(_) | Resource::LogGroup(_) | Resource::ScalingPolicy(_) => {}
        unknown => panic!("a scan asks nothing yet about {unknown:?}"),
    }
    reads
}

/// Takes the read away, leaves a gap, and takes away what it brought.
pub(super) fn forget(live: &mut ScopeInventory, collection: Collection, parent: &str) {
    if !live.reads.has_for(collection, parent) {
        return; // what it would have been asked about was not read either
    }
    live.gaps.push(Gap {
        operation: collection.operation().to_owned(),
        parent: (!parent.is_empty()).then(|| parent.to_owned()),
        kinds: collection.kinds().to_vec(),
        cause: Cause::Denied,
        message: "the permission is lacking".to_owned(),
    });
    live.reads.revoke(collection, parent);
    take_away(live, collection, parent);
    let possible = planned(live);
    let known: Vec<(Collection, String)> = live.reads.iter().map(|(collection, parent)| (collection, parent.to_owned())).collect();
    for (collection, parent) in known.into_iter().filter(|read| !possible.contains(read)) {
        live.reads.revoke(collection, &parent);
    }
}

fn take_away(live: &mut ScopeInventory, collection: Collection, parent: &str) {
    let is_parent = |arn: &Arn| arn.as_str() == parent;
    match collection {
        Collection::Clusters => {
            live.clusters.clear();
            forget_listed(live, |_| true);
        }
        Collection::ClusterDetails => {
            for cluster in live.clusters.iter_mut().filter(|cluster| is_parent(&cluster.arn)) {
                (cluster.active_services, cluster.draining_services, cluster.tasks, cluster.container_instances) = (None, None, None, None);
                cluster.marks = Marks::default();
            }
        }
        Collection::Services => {
            let name = parent.rsplit('/').next().unwrap_or_default().to_owned();
            forget_listed(live, |cluster| cluster == name);
        }
        Collection::ServiceDetails => forget_service(live, parent),
        Collection::Revisions => live.revisions.retain(|revision| !is_parent(&revision.arn)),
        Collection::Deployments => {
            for service in live.services.iter_mut().filter(|service| is_parent(&service.arn)) {
                service.is_deploying = None;
                service.revisions.truncate(1); // the others are the deployment's
            }
            forget_unnamed_revisions(live);
        }
        Collection::ExpressServices => live.configurations.retain(|of| !is_parent(&of.service)),
        Collection::Gateways => live.gateways.clear(),
        Collection::TaskFamilies => live.task_families.clear(),
        Collection::TaskDefinitions => live.task_families.iter_mut().filter(|f| f.name == parent).for_each(|f| f.revisions.clear()),
        _ => take_away_resources(live, collection, parent),
    }
}

fn take_away_resources(live: &mut ScopeInventory, collection: Collection, parent: &str) {
    let is_parent = |arn: &Arn| arn.as_str() == parent;
    match collection {
        Collection::LoadBalancers => {
            live.load_balancers.clear();
            live.listeners.clear();
            live.rules.clear();
        }
        Collection::Listeners => {
            let gone: Vec<Arn> = live.listeners.iter().filter(|l| is_parent(&l.load_balancer)).map(|l| l.arn.clone()).collect();
            live.listeners.retain(|listener| !gone.contains(&listener.arn));
            live.rules.retain(|rule| !gone.contains(&rule.listener));
        }
        Collection::Rules => live.rules.retain(|rule| !is_parent(&rule.listener)),
        // DescribeListeners itself shows the default certificate.
        Collection::ListenerCertificates => {
            live.listeners.iter_mut().filter(|l| is_parent(&l.arn)).for_each(|l| l.certificates.truncate(1));
        }
        Collection::TargetGroups => live.target_groups.clear(),
        Collection::Targets => live.target_groups.iter_mut().filter(|g| is_parent(&g.arn)).for_each(|g| g.targets.clear()),
        Collection::TargetInterfaces | Collection::Interfaces => forget_interfaces(live),
        Collection::Certificates => live.certificates.clear(),
        Collection::CertificateUses => live.certificates.iter_mut().filter(|c| is_parent(&c.arn)).for_each(|c| c.in_use_by.clear()),
        Collection::Alarms => live.alarms.clear(),
        Collection::LogGroups => live.log_groups.clear(),
        Collection::SecurityGroups => live.security_groups.clear(),
        Collection::ScalableTargets => {
            live.scalable_targets.clear();
            live.scaling_policies.clear();
        }
        Collection::ScalingPolicies => live.scaling_policies.retain(|policy| policy.resource_id != parent),
        Collection::TagIndex | Collection::Tags => forget_tags(live, parent),
        _ => {} // a second look brings nothing new
    }
    if matches!(collection, Collection::TargetGroups | Collection::Targets | Collection::SecurityGroups) {
        forget_interfaces(live);
    }
}

/// Services that only their list showed.
fn forget_listed(live: &mut ScopeInventory, is_unlisted: impl Fn(&str) -> bool) {
    let is_listed = |service: &ecs_express_audit::kinds::Service| service.is_live_express() && is_unlisted(&service.name.cluster);
    live.services.retain(|service| !is_listed(service));
    forget_unnamed_revisions(live);
}

/// A service that was listed is there, whatever it is; of one that was asked for by name nothing is known.
fn forget_service(live: &mut ScopeInventory, arn: &str) {
    live.services.retain(|service| service.arn.as_str() != arn || service.is_live_express());
    for service in live.services.iter_mut().filter(|service| service.arn.as_str() == arn) {
        (service.status, service.management) = (ServiceStatus::Unknown, Management::Ecs);
        (service.created_at, service.last_activity, service.is_deploying) = (None, None, None);
        service.revisions.clear();
        service.current_deployment = None;
        service.rollback_alarms.clear();
        service.marks = Marks::default();
    }
    forget_unnamed_revisions(live);
}

fn forget_unnamed_revisions(live: &mut ScopeInventory) {
    let named: Vec<Arn> = live.services.iter().flat_map(|service| service.revisions.clone()).collect();
    live.revisions.retain(|revision| named.contains(&revision.arn));
}

/// Interfaces are found by a group or by an address; those that neither leads to any more are not known.
fn forget_interfaces(live: &mut ScopeInventory) {
    let of_groups = live.security_groups.iter().filter(|group| live.reads.has_for(Collection::Interfaces, &group.id));
    let groups: Vec<Arn> = of_groups.map(|group| group.arn.clone()).collect();
    let of_targets = live.target_groups.iter().filter(|group| live.reads.has_for(Collection::TargetInterfaces, group.arn.as_str()));
    let addresses: Vec<String> = of_targets.flat_map(|group| group.targets.clone()).collect();
    live.interfaces.retain(|interface| {
        interface.security_groups.iter().any(|group| groups.contains(group)) || interface.addresses.iter().any(|a| addresses.contains(a))
    });
}

fn forget_tags(live: &mut ScopeInventory, parent: &str) {
    let is_indexed = live.reads.has(Collection::TagIndex);
    let forget = |arn: &Arn, marks: &mut Marks| {
        if arn.as_str() == parent {
            marks.tag = if is_indexed && marks.tag == ManagedTag::Present { ManagedTag::Indexed } else { ManagedTag::Unread };
            marks.stack = None;
        } else if parent.is_empty() && marks.tag == ManagedTag::Indexed {
            marks.tag = ManagedTag::Unread;
        }
    };
    live.load_balancers.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
    live.listeners.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
    live.rules.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
    live.target_groups.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
    live.certificates.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
    live.alarms.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
    live.log_groups.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
    live.scalable_targets.iter_mut().for_each(|r| forget(&r.arn, &mut r.marks));
}
