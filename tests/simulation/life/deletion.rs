//! How a service goes: part by part, and what AWS refuses to delete stays, as does what the deletion was kept from.

use std::collections::BTreeSet;

use super::{Life, Stage};
use crate::aws::{Action, Arn, ManagedStatus, ServiceStatus};
use crate::random::Random;

/// What a deletion removes, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Tasks,
    Rule,
    FirstTargetGroup,
    SecondTargetGroup,
    Alarm,
    Policy,
    ScalableTarget,
    EgressRule,
    SecurityGroup,
    Listener,
    Presented,
    Certificate,
    LoadBalancer,
    LoadBalancerGroup,
    LogGroup,
    TaskDefinitions,
}

impl Part {
    const ALL: [Self; 16] = [
        Self::Tasks,
        Self::Rule,
        Self::FirstTargetGroup,
        Self::SecondTargetGroup,
        Self::Alarm,
        Self::Policy,
        Self::ScalableTarget,
        Self::EgressRule,
        Self::SecurityGroup,
        Self::Listener,
        Self::Presented,
        Self::Certificate,
        Self::LoadBalancer,
        Self::LoadBalancerGroup,
        Self::LogGroup,
        Self::TaskDefinitions,
    ];

    /// What a deletion leaves: nothing, one thing, much, or all. Tasks always end.
    pub(crate) fn some(random: &mut Random) -> BTreeSet<Self> {
        let one_in = [usize::MAX, 8, 3, 2, 1][random.below(5)];
        Self::ALL.into_iter().filter(|part| *part != Self::Tasks && random.one_in(one_in)).collect()
    }
}

impl Life {
    /// The service begins to go. It will leave those parts behind.
    pub(crate) fn begin_deletion(&mut self, place: usize, kept: BTreeSet<Part>) {
        let now = self.account.now;
        let service = &mut self.record.services[place];
        if service.stage != Stage::Living {
            return;
        }
        service.stage = Stage::Leaving;
        service.to_remove = Part::ALL.into_iter().filter(|part| !kept.contains(part)).collect();
        service.kept = kept;
        let shown = self.account.services.get_mut(&service.arn).expect("it lives");
        shown.status = ServiceStatus::Draining;
        shown.updated_at = now;
        shown.events.insert(0, now);
        self.note_statuses(place);
    }

    /// The revisions of a service that is leaving say what is gone and what is going.
    fn note_statuses(&mut self, place: usize) {
        let account = &mut self.account;
        for revision in &self.record.services[place].revisions {
            let Some(mut revision) = account.revisions.remove(revision).map(|shown| (revision.clone(), shown)) else { continue };
            for managed in revision.1.managed_mut() {
                let is_there = |arn: &Arn| account.tags(arn).is_some() || account.scaling_policies.contains_key(arn);
                let exists = managed.arn.as_ref().is_some_and(is_there);
                managed.status = if exists { ManagedStatus::Deprovisioning } else { ManagedStatus::Deleted };
            }
            account.revisions.insert(revision.0, revision.1);
        }
    }

    /// One more part goes; after the last one the service is INACTIVE.
    pub(crate) fn go_on_deleting(&mut self, place: usize) {
        let service = &mut self.record.services[place];
        if service.stage == Stage::Living {
            return;
        }
        if service.to_remove.is_empty() {
            self.end_deletion(place);
            return;
        }
        let part = service.to_remove.remove(0);
        self.remove(place, part);
        self.note_statuses(place);
    }

    /// The service is INACTIVE. What is to be removed still, goes on being removed.
    pub(crate) fn end_deletion(&mut self, place: usize) {
        if self.record.services[place].stage != Stage::Leaving {
            return;
        }
        if self.record.services[place].to_remove.first() == Some(&Part::Tasks) {
            self.go_on_deleting(place);
        }
        let now = self.account.now;
        self.record.services[place].stage = Stage::Dead(now);
        let shown = self.account.services.get_mut(&self.record.services[place].arn).expect("it drains");
        shown.status = ServiceStatus::Inactive;
        shown.current_revisions.clear();
        shown.current_deployment = None;
        shown.events.insert(0, now);
        shown.deployments.clear();
    }

    /// All that is left of a deletion, at once.
    pub(crate) fn delete(&mut self, place: usize, kept: BTreeSet<Part>) {
        self.begin_deletion(place, kept);
        while self.record.services[place].stage == Stage::Leaving {
            self.go_on_deleting(place);
        }
    }

    /// ECS forgets the dead service.
    pub(crate) fn purge(&mut self, place: usize) {
        let arn = self.record.services[place].arn.clone();
        if self.account.services.get(&arn).is_some_and(|service| service.status == ServiceStatus::Inactive) {
            self.account.services.remove(&arn);
        }
    }

    fn remove(&mut self, place: usize, part: Part) {
        let service = self.record.services[place].clone();
        let pairs = service.target_groups.iter();
        match part {
            Part::Tasks => self.end_tasks(place),
            Part::Rule => drop(service.rule.map(|arn| self.account.rules.remove(&arn))),
            Part::FirstTargetGroup => pairs.for_each(|pair| self.remove_target_group(&pair[0])),
            Part::SecondTargetGroup => pairs.for_each(|pair| self.remove_target_group(&pair[1])),
            Part::Alarm => drop(service.alarm.map(|arn| self.account.alarms.remove(&arn))),
            Part::Policy => self.remove_policy(place),
            Part::ScalableTarget => {
                // Its policies go with it, and their alarms with them.
                self.remove_policy(place);
                drop(service.scalable_target.map(|arn| self.account.scalable_targets.remove(&arn)));
            }
            Part::EgressRule => self.revoke(service.balancer, service.group.as_deref()),
            Part::SecurityGroup => service.group.iter().for_each(|id| self.remove_group(id)),
            Part::Presented => self.stop_presenting(service.balancer, service.certificate.as_deref()),
            Part::Certificate => service.certificate.iter().for_each(|arn| self.remove_certificate(arn)),
            Part::Listener => service.balancer.into_iter().for_each(|shared| self.remove_listener(shared)),
            Part::LoadBalancer => service.balancer.into_iter().for_each(|shared| self.remove_balancer(shared)),
            Part::LoadBalancerGroup => self.remove_balancer_group(service.balancer),
            Part::LogGroup => drop(service.log_group.map(|arn| self.account.log_groups.remove(&arn))),
            Part::TaskDefinitions => drop(self.account.task_definitions.remove(&format!("{}-{}", service.cluster, service.name))),
        }
    }

    fn end_tasks(&mut self, place: usize) {
        for interface in std::mem::take(&mut self.record.services[place].tasks) {
            self.account.interfaces.remove(&interface);
        }
        self.account.services.get_mut(&self.record.services[place].arn).expect("it drains").running_tasks = 0;
    }

    fn remove_policy(&mut self, place: usize) {
        let service = &self.record.services[place];
        drop(service.policy.as_ref().map(|arn| self.account.scaling_policies.remove(arn)));
        self.account.alarms.retain(|arn, _| !service.scaling_alarms.contains(arn));
    }

    fn remove_target_group(&mut self, arn: &Arn) {
        let forwards = |action: &Action| action.forwards_to(arn);
        let is_used = self.account.rules.values().any(|rule| forwards(&rule.action))
            || self.account.listeners.values().any(|listener| forwards(&listener.default_action));
        if !is_used {
            self.account.target_groups.remove(arn);
        }
    }

    fn revoke(&mut self, shared: Option<usize>, group: Option<&str>) {
        let (Some(shared), Some(group)) = (shared, group) else { return };
        let arn = self.account.group_arn(&self.record.balancers[shared].group);
        if let Some(of_balancer) = self.account.security_groups.get_mut(&arn) {
            of_balancer.egress.remove(group);
        }
    }

    fn remove_group(&mut self, id: &str) {
        let mut others = self.account.security_groups.values().filter(|group| group.id != id);
        let is_named = others.any(|group| group.ingress.contains(id) || group.egress.contains(id));
        let is_carried = self.account.interfaces.values().any(|interface| interface.security_groups.iter().any(|carried| carried == id));
        if !is_named && !is_carried {
            self.account.security_groups.remove(&self.account.group_arn(id));
        }
    }

    fn stop_presenting(&mut self, shared: Option<usize>, certificate: Option<&str>) {
        let Some(listener) = shared.and_then(|shared| self.account.listeners.get_mut(&self.record.balancers[shared].listener)) else {
            return;
        };
        if listener.certificates.len() > 1 {
            listener.certificates.retain(|arn| Some(arn.as_str()) != certificate);
        }
    }

    fn remove_certificate(&mut self, arn: &str) {
        if self.account.uses_of_certificate(arn).is_empty() {
            self.account.certificates.remove(arn);
        }
    }

    /// Whether Express may take the load balancer down: nobody is on it, and nothing that Express did not make.
    fn is_deserted(&self, shared: usize) -> bool {
        let balancer = &self.record.balancers[shared];
        let is_gone = |place: &usize| {
            let service = &self.record.services[*place];
            service.stage != Stage::Living && service.rule.as_ref().is_none_or(|rule| !self.account.rules.contains_key(rule))
        };
        let is_ours = |arn: &Arn| self.record.made_by.contains_key(arn);
        let rules = self.account.rules.iter().filter(|(_, rule)| rule.listener.starts_with(&balancer.listener));
        let listeners = self.account.listeners.iter().filter(|(_, listener)| listener.load_balancer == balancer.arn);
        balancer.services.iter().all(is_gone)
            && rules.map(|(arn, _)| arn).all(is_ours)
            && listeners.map(|(arn, _)| arn).all(is_ours)
            && !self.record.put_to_use.contains(&balancer.listener)
    }

    fn remove_listener(&mut self, shared: usize) {
        if self.is_deserted(shared) {
            let listener = self.record.balancers[shared].listener.clone();
            self.account.rules.retain(|_, rule| rule.listener != listener);
            self.account.listeners.remove(&listener);
        }
    }

    fn remove_balancer(&mut self, shared: usize) {
        let arn = self.record.balancers[shared].arn.clone();
        let is_target = self.account.target_groups.values().any(|group| group.targets.contains(&arn));
        if self.is_deserted(shared) && !is_target {
            self.remove_listener(shared);
            self.account.load_balancers.remove(&arn);
            let short = arn.split_once(":loadbalancer/").expect("its form").1;
            self.account.interfaces.retain(|_, interface| interface.description != format!("ELB {short}"));
        }
    }

    fn remove_balancer_group(&mut self, shared: Option<usize>) {
        let Some(shared) = shared else { return };
        let SharedParts { arn, group } = self.shared_parts(shared);
        if !self.account.load_balancers.contains_key(&arn) {
            self.remove_group(&group);
        }
    }

    fn shared_parts(&self, shared: usize) -> SharedParts {
        let balancer = &self.record.balancers[shared];
        SharedParts { arn: balancer.arn.clone(), group: balancer.group.clone() }
    }
}

struct SharedParts {
    arn: Arn,
    group: String,
}
