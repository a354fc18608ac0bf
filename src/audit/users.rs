//! Who uses what: among the thirteen kinds, and from outside of them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::case::Case;
use super::dead_set::{DeadSet, Standing};
use crate::kinds::{DefaultAction, Relation, Resource};
use crate::model::{Arn, Holder};

/// The uses of the suspects of one scope, in both directions.
#[derive(Default)]
pub(super) struct Users<'a> {
    by: FxHashMap<&'a Arn, Vec<(&'a Arn, Relation)>>,
    uses: FxHashMap<&'a Arn, Vec<&'a Arn>>,
    outside: FxHashMap<&'a Arn, BTreeSet<Holder>>,
}

impl<'a> Users<'a> {
    /// Finds every use of every suspect.
    pub(super) fn of(case: &Case<'a>, set: &DeadSet<'a>) -> Self {
        let mut users = Self::default();
        users.by_references(case, set);
        users.by_certificate_uses(case, set);
        users.by_interfaces(case, set);
        users.by_plain_services(case, set);
        users.by_listener_settings(case, set);
        users
    }

    /// The resources that use it, and how.
    pub(super) fn users_of(&self, arn: &Arn) -> impl Iterator<Item = (&'a Arn, Relation)> {
        self.by.get(arn).into_iter().flatten().copied()
    }

    /// What the resource uses.
    pub(super) fn used_by(&self, arn: &Arn) -> Vec<&'a Arn> {
        self.uses.get(arn).cloned().unwrap_or_default()
    }

    /// Its users outside of the suspects.
    pub(super) fn outside(&self, arn: &Arn) -> impl Iterator<Item = &Holder> {
        self.outside.get(arn).into_iter().flatten()
    }

    fn by_references(&mut self, case: &Case<'a>, set: &DeadSet<'a>) {
        for user in case.live.resources() {
            for reference in user.references() {
                let Some((&used, _)) = set.judged.get_key_value(&reference.to) else { continue };
                if used != user.arn() {
                    self.note(case, set, user, used, reference.relation);
                }
                if reference.relation == Relation::HasTarget {
                    self.note_way_through(case, set, user, used);
                }
            }
        }
    }

    /// Whatever has a load balancer for its target comes in by a listener of it. Which one, the port of the target would say.
    fn note_way_through(&mut self, case: &Case<'a>, set: &DeadSet<'a>, user: Resource<'a>, balancer: &Arn) {
        for listener in case.live.listeners.iter().filter(|listener| listener.load_balancer == *balancer) {
            if set.judged.contains_key(&listener.arn) {
                self.note(case, set, user, &listener.arn, Relation::HasTarget);
            }
        }
    }

    /// Another suspect's use is the set's own affair; anyone else's is a holder.
    fn note(&mut self, case: &Case<'a>, set: &DeadSet<'a>, user: Resource<'a>, used: &'a Arn, relation: Relation) {
        self.by.entry(used).or_default().push((user.arn(), relation));
        self.uses.entry(user.arn()).or_default().push(used);
        if !matches!(set.standing(user.arn()), Some(standing) if *standing != Standing::InUse) {
            let owner = case.ownership.claimants(user.arn()).next().map(|arn| format!(" of service {}", arn.last_segment()));
            let what = format!("{} {}{}", user.kind().spoken(), user.name(), owner.unwrap_or_default());
            self.hold(used, user.arn().as_str(), format!("{what} {}", spoken(relation)));
        }
    }

    /// ACM names load balancers, and services that no other read shows (CloudFront, API Gateway).
    fn by_certificate_uses(&mut self, case: &Case<'a>, set: &DeadSet<'a>) {
        for certificate in case.live.certificates.iter().filter(|c| set.judged.contains_key(&c.arn)) {
            for user in &certificate.in_use_by {
                match case.ownership.resource(user) {
                    Some(resource) => self.note(case, set, resource, &certificate.arn, Relation::Presents),
                    None => self.hold(&certificate.arn, user.as_str(), format!("{user} uses it")),
                }
            }
        }
    }

    /// A load balancer's own interfaces are the load balancer; any other is a user of its groups, and of the target groups with its address.
    fn by_interfaces(&mut self, case: &Case<'a>, set: &DeadSet<'a>) {
        let mut by_address: BTreeMap<&str, &str> = BTreeMap::new();
        let balancers: BTreeSet<&str> = case.live.load_balancers.iter().map(|balancer| balancer.short_id()).collect();
        for interface in &case.live.interfaces {
            by_address.extend(interface.addresses.iter().map(|address| (address.as_str(), interface.id.as_str())));
            if interface.load_balancer.as_deref().is_some_and(|id| balancers.contains(id)) {
                continue;
            }
            for group in &interface.security_groups {
                let Some((&used, _)) = set.judged.get_key_value(group) else { continue };
                let owner = interface.requester.as_deref().map(|owner| format!(" of {owner}")).unwrap_or_default();
                self.hold(used, &interface.id, format!("network interface {}{owner} carries it", interface.id));
            }
        }
        for group in case.live.target_groups.iter().filter(|group| set.judged.contains_key(&group.arn)) {
            for (target, interface) in group.targets.iter().filter_map(|t| by_address.get(t.as_str()).map(|i| (t, i))) {
                self.hold(&group.arn, interface, format!("{target} (network interface {interface}) is registered in it"));
                self.hold_way_to(set, &group.arn, interface, &format!("{target} (network interface {interface}) is reached through it"));
            }
        }
    }

    fn by_plain_services(&mut self, case: &Case<'a>, set: &DeadSet<'a>) {
        let mut judged_alarms: FxHashMap<&str, Vec<&'a Arn>> = FxHashMap::default();
        for alarm in case.live.alarms.iter().filter(|alarm| set.judged.contains_key(&alarm.arn)) {
            judged_alarms.entry(&alarm.name).or_default().push(&alarm.arn);
        }
        for service in case.live.services.iter().filter(|service| !service.state().is_dead()) {
            let spoken = format!("service {}/{}", service.name.cluster, service.name.name);
            for used in service.security_groups.iter().chain(&service.target_groups) {
                let Some((&used, _)) = set.judged.get_key_value(used) else { continue };
                self.hold(used, service.arn.as_str(), format!("{spoken} is configured with it"));
                self.hold_way_to(set, used, service.arn.as_str(), &format!("{spoken} is reached through it"));
            }
            for alarm in service.rollback_alarms.iter().filter_map(|name| judged_alarms.get(name.as_str())).flatten() {
                self.hold(alarm, service.arn.as_str(), format!("{spoken} rolls its deployments back by it"));
            }
        }
    }

    /// A changed default action and a foreign certificate are somebody's use of a listener.
    fn by_listener_settings(&mut self, case: &Case<'a>, set: &DeadSet<'a>) {
        for listener in case.live.listeners.iter().filter(|listener| set.judged.contains_key(&listener.arn)) {
            if listener.default_action == DefaultAction::Other {
                let words = "its default action is not the 404 that Express gives it".to_owned();
                self.hold(&listener.arn, listener.arn.as_str(), words);
            }
            for certificate in &listener.certificates {
                let is_express = set.judged.contains_key(certificate) || case.ownership.is_claimed(certificate);
                if !is_express {
                    self.hold(&listener.arn, certificate.as_str(), format!("it presents {certificate}, which is not of Express Mode"));
                }
            }
        }
    }

    /// Whoever answers behind a target group also uses the rules and listeners that lead to it.
    fn hold_way_to(&mut self, set: &DeadSet<'a>, group: &Arn, id: &str, use_: &str) {
        for leading in self.leading_to(group) {
            if set.judged.contains_key(leading) {
                self.hold(leading, id, use_.to_owned());
            }
        }
    }

    /// The rules and listeners that forward to the target group.
    pub(super) fn leading_to(&self, group: &Arn) -> Vec<&'a Arn> {
        self.users_of(group).filter(|(_, relation)| *relation == Relation::ForwardsTo).map(|(user, _)| user).collect()
    }

    fn hold(&mut self, used: &'a Arn, id: &str, use_: String) {
        self.outside.entry(used).or_default().insert(Holder { id: id.to_owned(), use_ });
    }
}

fn spoken(relation: Relation) -> &'static str {
    match relation {
        Relation::OnListener => "is on it",
        Relation::OnLoadBalancer => "is on it",
        Relation::ForwardsTo => "forwards to it",
        Relation::Presents => "presents it",
        Relation::Carries => "carries it",
        Relation::NamesInRule => "names it in a rule",
        Relation::ListensToAlarm => "scales by it",
        Relation::MadeOfAlarm => "is made of it",
        Relation::HasTarget => "has it for its target",
    }
}
