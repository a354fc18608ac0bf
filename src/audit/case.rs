//! One scope's case: what is live there, who owns it, what was declared, and the words that every finding needs.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::clock::HostTimes;
use super::required_reads::{UnreadServices, unread_services};
use crate::asked::AskedService;
use crate::declared::Declared;
use crate::inventory::{Ownership, ScopeInventory};
use crate::kinds::{Resource, Service, ServiceName};
use crate::model::{Age, Arn, Evidence, Kind, Policy, ServiceRef, ServiceState, Subject, Timestamp};

/// Everything that a judgement about one scope may look at.
pub(super) struct Case<'a> {
    pub declared: &'a Declared,
    pub live: &'a ScopeInventory,
    pub ownership: Ownership<'a>,
    /// The services declared for this scope.
    pub(super) declared_names: BTreeSet<ServiceName>,
    pub(super) unread_services: UnreadServices,
    pub(super) host_times: HostTimes<'a>,
    /// What showed up only at the second look.
    pub(super) appeared: FxHashSet<&'a Arn>,
    pub policy: &'a Policy,
    pub now: Timestamp,
    /// For a checklist, the services of this scope that somebody asks about.
    pub asked: Option<BTreeSet<&'a ServiceName>>,
}

impl<'a> Case<'a> {
    pub(super) fn open(declared: &'a Declared, live: &'a ScopeInventory, policy: &'a Policy, now: Timestamp) -> Self {
        let ownership = Ownership::of(live);
        let unread_services = unread_services(live, &ownership);
        let declared_names = declared.service_names(&live.scope);
        let (host_times, appeared) = (HostTimes::of(live), live.appeared.iter().collect());
        Self { declared, live, ownership, declared_names, unread_services, host_times, appeared, policy, now, asked: None }
    }

    /// The same case, for a checklist.
    pub(super) fn for_checklist_of(mut self, asked: Option<&'a BTreeSet<AskedService>>) -> Self {
        let scope = &self.live.scope;
        self.asked = asked.map(|services| services.iter().filter(|service| service.is_in(scope)).map(|service| &service.name).collect());
        self
    }

    /// Whether a declaration names the resource, or its tags say that a CloudFormation stack does.
    pub(super) fn is_declared(&self, resource: Resource<'_>) -> bool {
        self.declared.names(resource.arn()) || resource.marks().is_some_and(|marks| marks.stack.is_some())
    }

    /// Whether that moment is so recent that AWS may not have finished with a resource of that kind.
    pub(super) fn is_within_grace(&self, kind: Kind, at: Timestamp) -> bool {
        self.now.since(at) < self.policy.grace_for(kind)
    }

    pub(super) fn age(&self, at: Timestamp, clock: impl Into<String>) -> Age {
        Age { at, clock: clock.into(), elapsed: self.now.since(at) }
    }

    /// The Express services that run or are leaving.
    pub(super) fn living_express(&self) -> impl Iterator<Item = &'a Service> {
        self.live.services.iter().filter(|service| service.is_live_express())
    }

    /// How many more draining services a cluster counts than are known by name.
    pub(super) fn nameless_draining(&self, cluster: &str, counted: Option<u64>) -> u64 {
        let draining = self.live.services.iter().filter(|s| s.name.cluster == cluster && s.state() == ServiceState::Draining);
        counted.unwrap_or(0).saturating_sub(draining.count() as u64)
    }

    pub(super) fn service_arn(&self, name: &ServiceName) -> Arn {
        Arn::new(&self.live.scope, "ecs", &format!("service/{}/{}", name.cluster, name.name))
    }

    pub(super) fn service_ref(&self, name: &ServiceName) -> ServiceRef {
        let known = self.ownership.service(name);
        ServiceRef {
            arn: known.map_or_else(|| self.service_arn(name), |service| service.arn.clone()),
            cluster: name.cluster.clone(),
            name: name.name.clone(),
            status: known.map_or(ServiceState::Unknown, Service::state),
        }
    }

    pub(super) fn subject(&self, resource: Resource<'_>) -> Subject {
        Subject { scope: self.live.scope.clone(), kind: resource.kind(), arn: Some(resource.arn().clone()), name: resource.name() }
    }

    pub(super) fn service_subject(&self, service: &Service) -> Subject {
        Subject {
            scope: self.live.scope.clone(),
            kind: Kind::Service,
            arn: Some(service.arn.clone()),
            name: format!("{}/{}", service.name.cluster, service.name.name),
        }
    }

    /// An observation of this scan.
    pub(super) fn evidence(&self, source: &'static str, fact: impl Into<String>) -> Evidence {
        Evidence { source, fact: fact.into(), observed_at: self.live.finished_at }
    }
}
