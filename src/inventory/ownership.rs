//! Who owns what: living services claim by ARN, gateways by ARN; what bears Express's marks and nobody claims is a suspect.
//!
//! The collector asks it what to look at more closely, the audit judges by it: one answer for both.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::ScopeInventory;
use crate::kinds::{Cluster, ManagedStatus, ManagedTag, Management, Marks, Resource, Service, ServiceName, ServiceRevision, TaskFamily};
use crate::model::{Arn, Kind};

/// A resource that bears Express's marks and that no living service and no gateway claims.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Suspect<'a> {
    /// The resource.
    pub resource: Resource<'a>,
    /// Whether both a tag read from its own API and its name, shape or kind say that Express made it.
    pub is_certainly_express: bool,
}

/// Who owns the resources of one scope.
#[derive(Debug)]
pub struct Ownership<'a> {
    live: &'a ScopeInventory,
    resources: FxHashMap<&'a Arn, Resource<'a>>,
    revisions: FxHashMap<&'a Arn, &'a ServiceRevision>,
    services: FxHashMap<&'a ServiceName, &'a Service>,
    claims: FxHashMap<&'a Arn, Claimants<'a>>,
    by_gateway: FxHashSet<&'a Arn>,
    /// The resource ids of the scalable targets whose own tags say that ECS manages them.
    tagged_targets: FxHashSet<&'a str>,
    proven: FxHashSet<ServiceName>,
}

/// The services that claim a resource, in order and each once. Nearly always it is one.
#[derive(Debug)]
struct Claimants<'a> {
    first: &'a Arn,
    others: Vec<&'a Arn>,
}

impl<'a> Claimants<'a> {
    fn add(&mut self, service: &'a Arn) {
        match service.cmp(self.first) {
            Ordering::Equal => {}
            Ordering::Less => self.others.insert(0, std::mem::replace(&mut self.first, service)),
            Ordering::Greater => {
                if let Err(place) = self.others.binary_search(&service) {
                    self.others.insert(place, service);
                }
            }
        }
    }
}

impl<'a> Ownership<'a> {
    /// Finds the owners of everything in the scope.
    #[must_use]
    pub fn of(live: &'a ScopeInventory) -> Self {
        let mut ownership = Self {
            live,
            resources: live.resources().map(|resource| (resource.arn(), resource)).collect(),
            revisions: live.revisions.iter().map(|revision| (&revision.arn, revision)).collect(),
            services: live.services.iter().map(|service| (&service.name, service)).collect(),
            claims: FxHashMap::default(),
            by_gateway: FxHashSet::default(),
            tagged_targets: live
                .scalable_targets
                .iter()
                .filter(|t| t.marks.tag == ManagedTag::Present)
                .map(|t| t.resource_id.as_str())
                .collect(),
            proven: FxHashSet::default(),
        };
        ownership.claims = ownership.claims_of_services();
        ownership.by_gateway = ownership.owned_by_gateways();
        ownership.proven = ownership.proven_express_names();
        ownership
    }

    /// The resource of that ARN.
    #[must_use]
    pub fn resource(&self, arn: &Arn) -> Option<Resource<'a>> {
        self.resources.get(arn).copied()
    }

    /// What is known of a service by its name.
    #[must_use]
    pub fn service(&self, name: &ServiceName) -> Option<&'a Service> {
        self.services.get(name).copied()
    }

    /// The revision of that ARN.
    #[must_use]
    pub fn revision(&self, arn: &Arn) -> Option<&'a ServiceRevision> {
        self.revisions.get(arn).copied()
    }

    /// The revisions that a service stands by now.
    pub fn revisions_of(&self, service: &'a Service) -> impl Iterator<Item = &'a ServiceRevision> {
        service.revisions.iter().filter_map(|arn| self.revisions.get(arn).copied())
    }

    /// The living services whose current revisions name the resource.
    pub fn claimants(&self, arn: &Arn) -> impl Iterator<Item = &'a Arn> {
        let claimants = self.claims.get(arn);
        claimants.into_iter().flat_map(|of| std::iter::once(of.first).chain(of.others.iter().copied()))
    }

    /// Whether a current revision of a living service names the resource.
    #[must_use]
    pub fn is_claimed(&self, arn: &Arn) -> bool {
        self.claims.contains_key(arn)
    }

    /// Whether an ECS Gateway owns the resource.
    #[must_use]
    pub fn is_of_gateway(&self, arn: &Arn) -> bool {
        self.by_gateway.contains(arn)
    }

    /// Whether an Express service of that name is known to exist or to have existed.
    #[must_use]
    pub fn is_proven_express(&self, name: &ServiceName) -> bool {
        self.proven.contains(name)
    }

    /// Everything that bears Express's marks and that nobody claims.
    pub fn suspects(&self) -> impl Iterator<Item = Suspect<'a>> {
        self.live.resources().filter_map(|resource| self.suspect(resource))
    }

    /// What is worth a closer look: a suspect, or what may become one once its tags are read.
    pub fn worth_a_closer_look(&self) -> impl Iterator<Item = Resource<'a>> {
        self.live.resources().filter(|resource| self.may_be_suspect(*resource))
    }

    /// Whether Express Mode has to do with the resource: it is claimed, of a gateway, or worth a closer look.
    #[must_use]
    pub fn is_of_interest(&self, resource: Resource<'a>) -> bool {
        let arn = resource.arn();
        self.is_claimed(arn) || self.is_of_gateway(arn) || self.may_be_suspect(resource) || self.bears_marks(resource)
    }

    fn may_be_suspect(&self, resource: Resource<'a>) -> bool {
        let arn = resource.arn();
        let names_the_dead = || {
            let service = resource.named_service().and_then(|name| self.service(&name));
            joins_by_name(resource) && service.is_some_and(|service| service.state().is_dead())
        };
        !self.is_claimed(arn) && !self.is_of_gateway(arn) && (self.bears_marks(resource) || names_the_dead())
    }

    /// The task-definition families that no living service runs, each with the dead Express services that its name may mean.
    pub fn dead_families(&self) -> impl Iterator<Item = (&'a TaskFamily, Vec<ServiceName>)> {
        let in_use = self.families_in_use();
        let clusters: Vec<&str> = self.cluster_names();
        self.live.task_families.iter().filter(move |family| !in_use.contains(family.name.as_str())).filter_map(move |family| {
            let names = family.named_services(clusters.iter().copied());
            let dead: Vec<_> = names.iter().filter(|name| self.is_proven_dead(name)).cloned().collect();
            // Another service that the name may mean, and that is not known to be dead, may run it.
            let all_dead = names.iter().all(|name| self.service(name).is_some_and(|service| service.state().is_dead()));
            (!dead.is_empty() && all_dead).then_some((family, dead))
        })
    }

    /// The services that resources name, or families that no living service runs may mean, and that were not asked for yet.
    #[must_use]
    pub fn names_to_look_up(&self) -> BTreeSet<ServiceName> {
        let (in_use, clusters) = (self.families_in_use(), self.cluster_names());
        let idle = self.live.task_families.iter().filter(|family| !in_use.contains(family.name.as_str()));
        let of_families = idle.flat_map(|family| family.named_services(clusters.iter().copied()));
        self.named_by_unclaimed().chain(of_families.filter(|name| !self.services.contains_key(name))).collect()
    }

    /// The services that unclaimed resources name and that were not asked for yet.
    pub(crate) fn named_by_unclaimed(&self) -> impl Iterator<Item = ServiceName> {
        let unclaimed = self.live.resources().filter(|resource| !self.is_claimed(resource.arn()));
        let worth_asking = unclaimed.filter(|resource| {
            let may_be_ours = matches!(resource.kind(), Kind::ScalableTarget | Kind::LogGroup);
            may_be_ours || self.bears_marks(*resource)
        });
        worth_asking.filter_map(Resource::named_service).filter(|name| !self.services.contains_key(name))
    }

    /// The services that any family may mean, in the clusters of the scope or in these, and that were not asked for yet. The family may be the
    /// only trace of one that died just now: it matters as soon as anything is left that nothing ties to a service.
    #[must_use]
    pub fn namesakes_to_look_up(&self, also_in: &[Cluster]) -> BTreeSet<ServiceName> {
        let clusters = self.live.clusters.iter().chain(also_in).map(|cluster| cluster.name.as_str());
        let named = self.live.task_families.iter().flat_map(|family| family.named_services(clusters.clone()));
        named.filter(|name| !self.services.contains_key(name)).collect()
    }

    fn suspect(&self, resource: Resource<'a>) -> Option<Suspect<'a>> {
        let arn = resource.arn();
        let is_free = !self.is_claimed(arn) && !self.is_of_gateway(arn);
        let of_dead_service = || resource.named_service().is_some_and(|name| self.is_proven_dead(&name));
        let is_suspect = is_free && (self.bears_marks(resource) || joins_by_name(resource) && of_dead_service());
        is_suspect.then(|| Suspect { resource, is_certainly_express: self.is_certainly_express(resource) })
    }

    /// Whether the resource's own tag, name or shape says that Express made it.
    fn bears_marks(&self, resource: Resource<'a>) -> bool {
        let tagged = resource.marks().is_some_and(Marks::claims_management);
        tagged || self.has_express_name(resource)
    }

    fn has_express_name(&self, resource: Resource<'a>) -> bool {
        match resource {
            // A listener's shape is common enough elsewhere: it counts only on a load balancer of Express's.
            Resource::Listener(listener) => resource.has_express_name() && self.is_express_balancer(&listener.load_balancer),
            other => other.has_express_name(),
        }
    }

    fn is_express_balancer(&self, arn: &Arn) -> bool {
        self.is_claimed(arn) || self.resource(arn).is_some_and(Resource::has_express_name)
    }

    /// Whether both its own tag and its name, shape or kind say that Express made it.
    pub(crate) fn is_certainly_express(&self, resource: Resource<'a>) -> bool {
        let tagged = resource.marks().is_some_and(|marks| marks.tag == ManagedTag::Present);
        match resource {
            // Of these three, ECS Gateways make none: the tag alone tells them (their managed policy lacks the permissions).
            Resource::Alarm(_) | Resource::LogGroup(_) | Resource::ScalableTarget(_) => tagged,
            Resource::ScalingPolicy(policy) => self.tagged_targets.contains(policy.resource_id.as_str()),
            Resource::Listener(listener) => tagged && self.is_express_balancer(&listener.load_balancer),
            other => tagged && other.has_express_name(),
        }
    }

    fn is_proven_dead(&self, name: &ServiceName) -> bool {
        self.is_proven_express(name) && self.service(name).is_some_and(|service| service.state().is_dead())
    }

    fn claims_of_services(&self) -> FxHashMap<&'a Arn, Claimants<'a>> {
        let mut claims: FxHashMap<&Arn, Claimants<'_>> = FxHashMap::default();
        claims.reserve(self.resources.len());
        let living = self.live.services.iter().filter(|service| !service.state().is_dead());
        for service in living {
            for managed in self.revisions_of(service).flat_map(ServiceRevision::managed) {
                let Some(arn) = &managed.arn else { continue };
                if managed.status != ManagedStatus::Deleted {
                    let alone = || Claimants { first: &service.arn, others: Vec::new() };
                    claims.entry(arn).and_modify(|of| of.add(&service.arn)).or_insert_with(alone);
                }
            }
        }
        claims
    }

    fn owned_by_gateways(&self) -> FxHashSet<&'a Arn> {
        let of_gateways = self.live.gateways.iter().flat_map(|gateway| &gateway.resources);
        let of_routes = self.live.revisions.iter().flat_map(|r| &r.gateway_connections).flat_map(|c| &c.resources);
        let mut owned: FxHashSet<&Arn> = of_gateways.chain(of_routes).collect();
        // No operation lists a gateway's target groups; its listeners and rules forward to them.
        let rules = self.live.rules.iter().filter(|rule| owned.contains(&rule.arn)).flat_map(|rule| &rule.forwards_to);
        let listeners = self.live.listeners.iter().filter(|l| owned.contains(&l.arn)).flat_map(|l| &l.forwards_to);
        let target_groups: Vec<&Arn> = rules.chain(listeners).collect();
        owned.extend(target_groups);
        owned
    }

    fn proven_express_names(&self) -> FxHashSet<ServiceName> {
        let managed = self.live.services.iter().filter(|service| service.management == Management::Ecs);
        let of_services = managed.map(|service| service.name.clone());
        let marked = self.live.resources().filter(|resource| self.is_certainly_express(*resource));
        of_services.chain(marked.filter_map(Resource::named_service)).collect()
    }

    fn families_in_use(&self) -> FxHashSet<String> {
        let living = self.live.services.iter().filter(|service| !service.state().is_dead());
        let named = living.map(|service| TaskFamily::name_for(&service.name));
        let run = self.live.revisions.iter().filter_map(|revision| revision.task_definition.as_ref());
        let families = run.filter_map(|arn| arn.last_segment().split(':').next().map(str::to_owned));
        named.chain(families).collect()
    }

    fn cluster_names(&self) -> Vec<&'a str> {
        self.live.clusters.iter().map(|cluster| cluster.name.as_str()).collect()
    }
}

/// Whether the resource belongs to whatever service bears the name that it names.
pub(crate) fn joins_by_name(resource: Resource<'_>) -> bool {
    match resource {
        Resource::Alarm(alarm) => alarm.is_target_tracking(),
        Resource::LogGroup(_) | Resource::ScalableTarget(_) | Resource::ScalingPolicy(_) => true,
        Resource::LoadBalancer(_)
        | Resource::Listener(_)
        | Resource::ListenerRule(_)
        | Resource::TargetGroup(_)
        | Resource::Certificate(_)
        | Resource::SecurityGroup(_) => false,
    }
}
