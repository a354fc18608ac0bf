//! The second look: ECS is listed again (a service made meanwhile would make its resources look unclaimed), every suspect is described
//! again with what is on it, and what living services refer to in vain is asked for by name.

use std::collections::{BTreeMap, BTreeSet};

use super::harvest::Harvest;
use super::scan::{Scan, note_indexed};
use super::{acm, autoscaling, cloudwatch, ec2, ecs_again, elbv2, gateways, logs};
use crate::inventory::{Collection, Gateway, Ownership, ScopeInventory};
use crate::kinds::{Listener, ListenerRule, ManagedStatus, ManagedTag, Resource, ServiceName};
use crate::model::{Arn, Gap, Kind};

/// Looks again at ECS, at every suspect, and for what is missing.
pub(super) async fn look_again(scan: &Scan<'_>, live: &mut ScopeInventory, named: &BTreeSet<ServiceName>) {
    let suspects = Again::of(live);
    let missing = missing_references(live, &Ownership::of(live));
    let indexed = live.resources().filter(|r| r.marks().is_some_and(|m| m.tag == ManagedTag::Indexed)).map(|r| r.arn().clone());
    let indexed: BTreeSet<Arn> = indexed.collect();
    let (ecs, gateways, seen, found) = tokio::join!(
        ecs_again::read_again(scan, live, named),
        gateways::gateways(&scan.clients.ecs, scan.scope),
        suspects.describe(scan, live),
        ask_for(scan, &missing)
    );
    ecs_again::replace(live, ecs);
    replace_gateways(live, gateways.gateways);
    note_appeared(live, &seen);
    replace(live, seen);
    note_indexed(live, &indexed);
    let known: BTreeSet<&Arn> = found.resources().map(Resource::arn).collect();
    let answered = missing.iter().filter(|(_, arn)| found.reads.has_for(Collection::SecondLook, arn.as_str()));
    let absent: Vec<Arn> = answered.filter(|(_, arn)| !known.contains(arn)).map(|(_, arn)| arn.clone()).collect();
    live.absorb(found);
    live.absent.extend(absent);
}

/// A gateway of either look owns what it made; gateways that could not be read again are not known to be complete.
fn replace_gateways(live: &mut ScopeInventory, again: Harvest<Gateway>) {
    live.reads.revoke(Collection::Gateways, "");
    let gateways = again.store(live);
    live.gateways.extend(gateways);
}

/// What is to be described again, by kind.
struct Again {
    balancers: Vec<Arn>,
    balancers_with_listeners: Vec<Arn>,
    target_groups: Vec<Arn>,
    rules_on: Vec<Arn>,
    alarms: BTreeMap<String, Arn>,
    log_groups: BTreeMap<String, Arn>,
    scalable_targets: BTreeMap<String, Arn>,
    has_security_groups: bool,
}

impl Again {
    fn of(live: &ScopeInventory) -> Self {
        let mut again = Self {
            balancers: Vec::new(),
            balancers_with_listeners: Vec::new(),
            target_groups: Vec::new(),
            rules_on: Vec::new(),
            alarms: BTreeMap::new(),
            log_groups: BTreeMap::new(),
            scalable_targets: BTreeMap::new(),
            has_security_groups: false,
        };
        for resource in Ownership::of(live).worth_a_closer_look() {
            again.add(resource);
        }
        let present: BTreeSet<&Arn> = live.load_balancers.iter().map(|balancer| &balancer.arn).collect();
        again.balancers_with_listeners.retain(|arn| present.contains(arn));
        for arns in [&mut again.balancers_with_listeners, &mut again.rules_on] {
            arns.sort();
            arns.dedup();
        }
        let whole: BTreeSet<&Arn> = again.balancers_with_listeners.iter().collect();
        again.rules_on.retain(|listener| Listener::balancer_of(listener).is_none_or(|balancer| !whole.contains(&balancer)));
        again
    }

    fn add(&mut self, resource: Resource<'_>) {
        match resource {
            Resource::LoadBalancer(r) => {
                self.balancers.push(r.arn.clone());
                self.balancers_with_listeners.push(r.arn.clone());
            }
            Resource::Listener(r) => self.balancers_with_listeners.push(r.load_balancer.clone()),
            Resource::ListenerRule(r) => self.rules_on.push(r.listener.clone()),
            Resource::TargetGroup(r) => {
                self.target_groups.push(r.arn.clone());
                self.balancers_with_listeners.extend(r.load_balancers.iter().cloned());
            }
            Resource::Alarm(r) => drop(self.alarms.insert(r.name.clone(), r.arn.clone())),
            Resource::LogGroup(r) => drop(self.log_groups.insert(r.name.clone(), r.arn.clone())),
            Resource::ScalableTarget(r) => drop(self.scalable_targets.insert(r.resource_id.clone(), r.arn.clone())),
            Resource::SecurityGroup(_) => self.has_security_groups = true,
            Resource::Certificate(_) | Resource::ScalingPolicy(_) => {} // described when their users are read
        }
    }

    /// Everything that was found again, with the reads `SecondLook` of whatever AWS answered about.
    async fn describe(&self, scan: &Scan<'_>, live: &ScopeInventory) -> ScopeInventory {
        let (clients, scope, mut part) = (&scan.clients, scan.scope, scan.part());
        let names = |map: &BTreeMap<String, Arn>| map.keys().cloned().collect::<Vec<_>>();
        let (alarms, logs_names, ids) = (names(&self.alarms), names(&self.log_groups), names(&self.scalable_targets));
        let groups = async {
            if self.has_security_groups { Some(ec2::security_groups(&clients.ec2, scope, &scan.options.wanted_tags).await) } else { None }
        };
        let (balancers, on_balancers, target_groups, rules, alarms, log_groups, targets, groups) = tokio::join!(
            elbv2::load_balancers_again(&clients.elb, scope, self.balancers.clone()),
            scan.on_balancers(&self.balancers_with_listeners),
            elbv2::target_groups_again(&clients.elb, self.target_groups.clone()),
            elbv2::rules(&clients.elb, &self.rules_on),
            cloudwatch::alarms_again(&clients.cloudwatch, scope, &alarms),
            logs::log_groups_again(&clients.logs, &logs_names),
            autoscaling::scalable_targets_again(&clients.scaling, &ids),
            groups,
        );
        part.load_balancers = note_answered(&mut part, balancers);
        part.target_groups = note_answered(&mut part, target_groups);
        for (listing, arns) in [(&alarms.gaps, &self.alarms), (&log_groups.gaps, &self.log_groups), (&targets.gaps, &self.scalable_targets)]
        {
            note_unless(&mut part, listing, arns.values());
        }
        part.alarms = alarms.store(&mut part);
        part.log_groups = log_groups.store(&mut part);
        part.scalable_targets = targets.store(&mut part);
        part.rules = rules.store(&mut part);
        part.absorb(on_balancers);
        let on_read = |arn: &Arn, collection| part.reads.has_for(collection, arn.as_str());
        let listeners = live.listeners.iter().filter(|l| on_read(&l.load_balancer, Collection::Listeners)).map(|l| l.arn.clone());
        let rules = live.rules.iter().filter(|r| on_read(&r.listener, Collection::Rules)).map(|r| r.arn.clone());
        let answered: Vec<Arn> = listeners.chain(rules).collect();
        if let Some(groups) = groups {
            note_unless(&mut part, &groups.gaps, live.security_groups.iter().map(|group| &group.arn));
            part.security_groups = groups.store(&mut part);
        }
        for arn in answered {
            part.reads.complete_for(Collection::SecondLook, arn.as_str());
        }
        part
    }
}

/// What was not there at the first look was made since, and perhaps by a service that was made after ECS was listed again.
fn note_appeared(live: &mut ScopeInventory, seen: &ScopeInventory) {
    let known: BTreeSet<&Arn> = live.resources().map(Resource::arn).collect();
    let appeared: Vec<Arn> = seen.resources().map(Resource::arn).filter(|arn| !known.contains(arn)).cloned().collect();
    live.appeared.extend(appeared);
}

/// Whatever AWS answered about again is as that answer says: other than before, or gone.
fn replace(live: &mut ScopeInventory, seen: ScopeInventory) {
    let answered = |arn: &Arn| seen.reads.has_for(Collection::SecondLook, arn.as_str());
    live.load_balancers.retain(|r| !answered(&r.arn));
    live.target_groups.retain(|r| !answered(&r.arn));
    live.listeners.retain(|r| !answered(&r.arn));
    live.rules.retain(|r| !answered(&r.arn));
    live.alarms.retain(|r| !answered(&r.arn));
    live.log_groups.retain(|r| !answered(&r.arn));
    live.scalable_targets.retain(|r| !answered(&r.arn));
    live.security_groups.retain(|r| !answered(&r.arn));
    live.absorb(seen);
}

fn note_answered<T>(part: &mut ScopeInventory, again: elbv2::Again<T>) -> Vec<T> {
    for arn in &again.asked {
        part.reads.complete_for(Collection::SecondLook, arn.as_str());
    }
    part.gaps.extend(again.gaps);
    again.found
}

fn note_unless<'a>(part: &mut ScopeInventory, gaps: &[Gap], arns: impl Iterator<Item = &'a Arn>) {
    if gaps.is_empty() {
        for arn in arns {
            part.reads.complete_for(Collection::SecondLook, arn.as_str());
        }
    }
}

/// What current revisions of living services name as ACTIVE and no list holds.
pub(super) fn missing_references(live: &ScopeInventory, ownership: &Ownership<'_>) -> BTreeSet<(Kind, Arn)> {
    let living = live.services.iter().filter(|service| service.is_live_express());
    let revisions = living.flat_map(|service| ownership.revisions_of(service));
    let mut missing = BTreeSet::new();
    for revision in revisions {
        let groups = revision.security_groups.iter().map(|arn| (Kind::SecurityGroup, arn));
        let managed = revision.managed().filter(|managed| managed.status == ManagedStatus::Active);
        let managed = managed.filter_map(|managed| managed.arn.as_ref().map(|arn| (managed.kind, arn)));
        let lacking = groups.chain(managed).filter(|(_, arn)| ownership.resource(arn).is_none());
        missing.extend(lacking.map(|(kind, arn)| (kind, arn.clone())));
    }
    missing.retain(|(kind, arn)| is_listed_without(live, *kind, arn));
    missing
}

/// Whether a list that would hold it was read. Where the list was refused, asking one by one would be refused as often.
fn is_listed_without(live: &ScopeInventory, kind: Kind, arn: &Arn) -> bool {
    let on_balancer = |listener: Option<Arn>| {
        let balancer = listener.as_ref().and_then(Listener::balancer_of);
        let is_gone = balancer.as_ref().is_some_and(|arn| !live.load_balancers.iter().any(|balancer| balancer.arn == *arn));
        let was_read = balancer.is_some_and(|arn| live.reads.has_for(Collection::Listeners, arn.as_str()));
        live.reads.has(Collection::LoadBalancers) && (is_gone || was_read)
    };
    match kind {
        Kind::LoadBalancer => live.reads.has(Collection::LoadBalancers),
        Kind::TargetGroup => live.reads.has(Collection::TargetGroups),
        Kind::Certificate => live.reads.has(Collection::Certificates),
        Kind::SecurityGroup => live.reads.has(Collection::SecurityGroups),
        Kind::LogGroup => live.reads.has(Collection::LogGroups),
        Kind::Listener => on_balancer(Some(arn.clone())),
        Kind::ListenerRule => on_balancer(ListenerRule::listener_of(arn)),
        Kind::Cluster | Kind::Service | Kind::TaskDefinition | Kind::Alarm | Kind::ScalableTarget | Kind::ScalingPolicy => false,
    }
}

/// Asks for these by name. What is answered is noted as `SecondLook`; what exists is in the part.
async fn ask_for(scan: &Scan<'_>, missing: &BTreeSet<(Kind, Arn)>) -> ScopeInventory {
    let (clients, scope, mut part) = (&scan.clients, scan.scope, scan.part());
    let of = |kind: Kind| missing.iter().filter(move |(of, _)| *of == kind).map(|(_, arn)| arn.clone()).collect::<Vec<Arn>>();
    let (groups, certificates, log_groups) = (of(Kind::SecurityGroup), of(Kind::Certificate), of(Kind::LogGroup));
    let ids: Vec<String> = groups.iter().map(|arn| arn.last_segment().to_owned()).collect();
    let names: Vec<String> = log_groups.iter().filter_map(|arn| arn.resource().strip_prefix("log-group:").map(str::to_owned)).collect();
    let (balancers, listeners, rules, target_groups, security_groups, uses, logs) = tokio::join!(
        elbv2::load_balancers_again(&clients.elb, scope, of(Kind::LoadBalancer)),
        elbv2::listeners_again(&clients.elb, of(Kind::Listener)),
        elbv2::rules_again(&clients.elb, of(Kind::ListenerRule)),
        elbv2::target_groups_again(&clients.elb, of(Kind::TargetGroup)),
        ec2::security_groups_again(&clients.ec2, scope, &ids, &scan.options.wanted_tags),
        acm::uses(&clients.acm, &certificates),
        logs::log_groups_again(&clients.logs, &names),
    );
    part.load_balancers = note_answered(&mut part, balancers);
    part.listeners = note_answered(&mut part, listeners);
    part.rules = note_answered(&mut part, rules);
    part.target_groups = note_answered(&mut part, target_groups);
    note_unless(&mut part, &security_groups.gaps, groups.iter());
    note_unless(&mut part, &logs.gaps, log_groups.iter());
    part.security_groups = security_groups.store(&mut part);
    part.log_groups = logs.store(&mut part);
    for (arn, users) in uses.store(&mut part) {
        part.reads.complete_for(Collection::SecondLook, arn.as_str());
        part.certificates.extend(users.map(|in_use_by| acm::nameless(arn, in_use_by)));
    }
    part
}
