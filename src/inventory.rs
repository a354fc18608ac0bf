//! What is live, what uses what, and what could not be read.
//!
//! Every collection is either read completely or it is not: [`Reads`] lists the complete ones, per parent where AWS asks per parent.
//! Taking an entry away from it can only make less be said, never more.

mod ownership;
mod reads;
mod surroundings;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use ownership::joins_by_name;
pub use ownership::{Ownership, Suspect};
pub use reads::{Collection, Reads};
pub use surroundings::Surroundings;

use crate::kinds::{
    ActiveConfiguration, Alarm, Certificate, Cluster, Listener, ListenerRule, LoadBalancer, LogGroup, Marks, Resource, ScalableTarget,
    ScalingPolicy, SecurityGroup, Service, ServiceRevision, TargetGroup, TaskFamily,
};
use crate::model::{Arn, Cause, Gap, Kind, Own, Scope, Timestamp};

/// Everything that one run read: a scope at a time, each independent of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The scanned scopes.
    pub scopes: Vec<ScopeInventory>,
}

impl Inventory {
    /// When the last of its scans ended: the natural `now` for judging a file. Scans that never began count only where there is no other.
    #[must_use]
    pub fn finished_at(&self) -> Option<Timestamp> {
        self.scopes.iter().map(|scope| (scope.was_begun(), scope.finished_at)).max().map(|(_, at)| at)
    }
}

/// What one account holds in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeInventory {
    /// Which account and Region.
    pub scope: Scope,
    /// When the scan began.
    pub started_at: Timestamp,
    /// When the scan ended.
    pub finished_at: Timestamp,
    /// Calls sent, each retry counted.
    pub api_calls: u64,
    /// Answers that said "slow down".
    pub throttles: u64,
    /// The tags that were looked for on every resource whose tags were read, each as `KEY=VALUE`.
    pub wanted_tags: BTreeSet<String>,
    /// What was read completely.
    pub reads: Reads,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What something live refers to, and what AWS said it does not know when asked for it by name.
    pub absent: Vec<Arn>,
    /// What showed up only when everything was looked at again: it was made while the scan went on.
    pub appeared: Vec<Arn>,
    /// How many there are in all, whoever made them, of the kinds that AWS limits per Region (load balancers: Application ones).
    pub totals: BTreeMap<Kind, u64>,
    /// All clusters.
    pub clusters: Vec<Cluster>,
    /// The Express services that ECS lists, and every service that was asked for by name.
    pub services: Vec<Service>,
    /// The current revisions of the Express services, and those of deployments in flight.
    pub revisions: Vec<ServiceRevision>,
    /// The configurations of the Express services whose fields are compared.
    pub configurations: Vec<ActiveConfiguration>,
    /// The task-definition families with ACTIVE revisions.
    pub task_families: Vec<TaskFamily>,
    /// The load balancers.
    pub load_balancers: Vec<LoadBalancer>,
    /// The listeners of those load balancers that Express Mode has to do with.
    pub listeners: Vec<Listener>,
    /// Their rules, but for the default ones.
    pub rules: Vec<ListenerRule>,
    /// The target groups.
    pub target_groups: Vec<TargetGroup>,
    /// The certificates.
    pub certificates: Vec<Certificate>,
    /// The alarms.
    pub alarms: Vec<Alarm>,
    /// The log groups that Express Mode may have made, and those that a service refers to.
    pub log_groups: Vec<LogGroup>,
    /// The security groups.
    pub security_groups: Vec<SecurityGroup>,
    /// The scalable targets of ECS services.
    pub scalable_targets: Vec<ScalableTarget>,
    /// The scaling policies of those scalable targets that no live service claims.
    pub scaling_policies: Vec<ScalingPolicy>,
    /// The network interfaces that carry a group or an address of a suspect.
    pub interfaces: Vec<Interface>,
    /// The gateways of the feature ECS Gateways: a third owner, neither Express nor the customer.
    pub gateways: Vec<Gateway>,
}

impl ScopeInventory {
    /// An inventory in which nothing was read yet.
    #[must_use]
    pub fn unread(scope: Scope, started_at: Timestamp) -> Self {
        Self {
            scope,
            started_at,
            finished_at: started_at,
            api_calls: 0,
            throttles: 0,
            wanted_tags: BTreeSet::new(),
            reads: Reads::default(),
            gaps: Vec::new(),
            absent: Vec::new(),
            appeared: Vec::new(),
            totals: BTreeMap::new(),
            clusters: Vec::new(),
            services: Vec::new(),
            revisions: Vec::new(),
            configurations: Vec::new(),
            task_families: Vec::new(),
            load_balancers: Vec::new(),
            listeners: Vec::new(),
            rules: Vec::new(),
            target_groups: Vec::new(),
            certificates: Vec::new(),
            alarms: Vec::new(),
            log_groups: Vec::new(),
            security_groups: Vec::new(),
            scalable_targets: Vec::new(),
            scaling_policies: Vec::new(),
            interfaces: Vec::new(),
            gateways: Vec::new(),
        }
    }

    /// Whether anything was asked there. Where nothing was, it is because there was no time, or because nobody was to.
    #[must_use]
    pub fn was_begun(&self) -> bool {
        let is_of_no_answer = |gap: &Gap| matches!(gap.cause, Cause::NotCollected | Cause::Deadline);
        self.api_calls > 0 || self.reads.iter().next().is_some() || self.gaps.is_empty() || !self.gaps.iter().all(is_of_no_answer)
    }

    /// A tag of the caller's own that was not looked for when the scope was read: without it nothing would be the caller's own.
    #[must_use]
    pub fn unsought_tag(&self, own: &Own) -> Option<String> {
        let mut unsought = own.wanted_tags().into_iter().filter(|tag| !self.wanted_tags.contains(tag));
        unsought.next().filter(|_| self.reads.iter().next().is_some())
    }

    /// Every resource of the ten kinds that something can hold or leave behind.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        let balancers = self.load_balancers.iter().map(Resource::LoadBalancer);
        balancers
            .chain(self.listeners.iter().map(Resource::Listener))
            .chain(self.rules.iter().map(Resource::ListenerRule))
            .chain(self.target_groups.iter().map(Resource::TargetGroup))
            .chain(self.certificates.iter().map(Resource::Certificate))
            .chain(self.security_groups.iter().map(Resource::SecurityGroup))
            .chain(self.alarms.iter().map(Resource::Alarm))
            .chain(self.log_groups.iter().map(Resource::LogGroup))
            .chain(self.scalable_targets.iter().map(Resource::ScalableTarget))
            .chain(self.scaling_policies.iter().map(Resource::ScalingPolicy))
    }

    /// Adds what another part of the same scan read.
    pub fn absorb(&mut self, other: Self) {
        let Self {
            scope: _,
            started_at: _,
            finished_at: _,
            api_calls: _,
            throttles: _,
            totals: _,
            wanted_tags: _,
            reads,
            gaps,
            absent,
            appeared,
            clusters,
            services,
            revisions,
            configurations,
            task_families,
            load_balancers,
            listeners,
            rules,
            target_groups,
            certificates,
            alarms,
            log_groups,
            security_groups,
            scalable_targets,
            scaling_policies,
            interfaces,
            gateways,
        } = other;
        for (collection, parent) in reads.iter() {
            self.reads.complete_for(collection, parent);
        }
        self.gaps.extend(gaps);
        self.absent.extend(absent);
        self.appeared.extend(appeared);
        self.clusters.extend(clusters);
        self.services.extend(services);
        self.revisions.extend(revisions);
        self.configurations.extend(configurations);
        self.task_families.extend(task_families);
        self.load_balancers.extend(load_balancers);
        self.listeners.extend(listeners);
        self.rules.extend(rules);
        self.target_groups.extend(target_groups);
        self.certificates.extend(certificates);
        self.alarms.extend(alarms);
        self.log_groups.extend(log_groups);
        self.security_groups.extend(security_groups);
        self.scalable_targets.extend(scalable_targets);
        self.scaling_policies.extend(scaling_policies);
        self.interfaces.extend(interfaces);
        self.gateways.extend(gateways);
    }

    /// The marks of every resource that has some, to be written.
    pub fn marks_mut(&mut self) -> impl Iterator<Item = (&Arn, &mut Marks)> {
        let balancers = self.load_balancers.iter_mut().map(|r| (&r.arn, &mut r.marks));
        balancers
            .chain(self.listeners.iter_mut().map(|r| (&r.arn, &mut r.marks)))
            .chain(self.rules.iter_mut().map(|r| (&r.arn, &mut r.marks)))
            .chain(self.target_groups.iter_mut().map(|r| (&r.arn, &mut r.marks)))
            .chain(self.certificates.iter_mut().map(|r| (&r.arn, &mut r.marks)))
            .chain(self.alarms.iter_mut().map(|r| (&r.arn, &mut r.marks)))
            .chain(self.log_groups.iter_mut().map(|r| (&r.arn, &mut r.marks)))
            .chain(self.scalable_targets.iter_mut().map(|r| (&r.arn, &mut r.marks)))
    }

    /// Leaves out what Express Mode has nothing to do with: neither does it bear its marks, nor is it used by what does, nor uses it.
    pub fn prune(&mut self) {
        let kept = relevant(self);
        self.appeared.retain(|arn| kept.contains(arn));
        self.load_balancers.retain(|r| kept.contains(&r.arn));
        self.target_groups.retain(|r| kept.contains(&r.arn));
        self.certificates.retain(|r| kept.contains(&r.arn));
        self.alarms.retain(|r| kept.contains(&r.arn));
        self.log_groups.retain(|r| kept.contains(&r.arn));
        self.security_groups.retain(|r| kept.contains(&r.arn));
        self.scalable_targets.retain(|r| kept.contains(&r.arn));
    }

    /// Puts everything into a fixed order, so that the same account gives the same bytes whatever order AWS answered in.
    pub fn sort(&mut self) {
        self.gaps.sort();
        self.gaps.dedup();
        for arns in [&mut self.absent, &mut self.appeared] {
            arns.sort();
            arns.dedup();
        }
        by_arn(&mut self.clusters, |r| &r.arn);
        by_arn(&mut self.services, |r| &r.arn);
        by_arn(&mut self.revisions, |r| &r.arn);
        self.configurations.sort();
        self.configurations.dedup();
        self.task_families.sort_by(|a, b| a.name.cmp(&b.name));
        self.task_families.dedup_by(|a, b| a.name == b.name);
        by_arn(&mut self.load_balancers, |r| &r.arn);
        by_arn(&mut self.listeners, |r| &r.arn);
        by_arn(&mut self.rules, |r| &r.arn);
        by_arn(&mut self.target_groups, |r| &r.arn);
        by_arn(&mut self.certificates, |r| &r.arn);
        by_arn(&mut self.alarms, |r| &r.arn);
        by_arn(&mut self.log_groups, |r| &r.arn);
        by_arn(&mut self.security_groups, |r| &r.arn);
        by_arn(&mut self.scalable_targets, |r| &r.arn);
        by_arn(&mut self.scaling_policies, |r| &r.arn);
        self.interfaces.sort_by(|a, b| a.id.cmp(&b.id));
        self.interfaces.dedup_by(|a, b| a.id == b.id);
        by_arn(&mut self.gateways, |r| &r.arn);
    }
}

/// What bears Express's marks or belongs to a service or gateway, what uses it, and what it uses.
fn relevant(live: &ScopeInventory) -> BTreeSet<Arn> {
    let ownership = Ownership::of(live);
    let core: BTreeSet<&Arn> = live.resources().filter(|resource| ownership.is_of_interest(*resource)).map(Resource::arn).collect();
    let mut kept: BTreeSet<Arn> = core.iter().map(|arn| (*arn).clone()).collect();
    for resource in live.resources() {
        let references = resource.references();
        if core.contains(resource.arn()) || references.iter().any(|reference| core.contains(&reference.to)) {
            kept.insert(resource.arn().clone());
        }
        let is_read_for_express = matches!(resource, Resource::Listener(_) | Resource::ListenerRule(_));
        if core.contains(resource.arn()) || is_read_for_express {
            kept.extend(references.into_iter().map(|reference| reference.to));
        }
    }
    kept.extend(live.revisions.iter().flat_map(|revision| revision.security_groups.iter().cloned()));
    // A load balancer may be behind any of these: which one was not read.
    let is_read = |group: &TargetGroup| live.reads.has_for(Collection::Targets, group.arn.as_str());
    let in_front = live.target_groups.iter().filter(|group| group.targets_a_load_balancer() && !is_read(group));
    kept.extend(in_front.map(|group| group.arn.clone()));
    kept
}

/// Sorts by ARN; of two answers about one ARN the later one is kept.
fn by_arn<T>(items: &mut Vec<T>, arn: impl Fn(&T) -> &Arn) {
    items.sort_by(|a, b| arn(a).cmp(arn(b)));
    items.dedup_by(|later, earlier| {
        let same = arn(later) == arn(earlier);
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
}

/// A network interface that carries a security group or an address of a suspect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Interface {
    /// Its id, `eni-…`.
    pub id: String,
    /// The load balancer that it belongs to, as `app/NAME/ID`.
    pub load_balancer: Option<String>,
    /// The service or account that asked for it: `amazon-elb`, `amazon-rds`.
    pub requester: Option<String>,
    /// Its security groups.
    pub security_groups: Vec<Arn>,
    /// Its private addresses.
    pub addresses: Vec<String>,
    /// Its public IPv4 address, which is billed.
    pub public_address: Option<String>,
}

/// A gateway of the feature ECS Gateways, and everything that it and its routes made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Gateway {
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Load balancers, listeners, rules, security groups and certificates. Its target groups are in its rules' actions.
    pub resources: Vec<Arn>,
}
