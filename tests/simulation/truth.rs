//! What a report must, may and must not say of each resource, from the life's own record of who made what.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Arn, STACK_TAG, SecurityGroup, ServiceStatus, Time};
use crate::life::{Life, Maker, ServiceLife, Stage};
use crate::uses::uses;

/// The grace period of the audits.
pub(crate) const GRACE: Time = 15 * 60;

/// What may be said of a resource that Express made, or that nobody may call left over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Truth {
    /// Somebody alive made it, or it is a customer's: neither an orphan nor a held leftover.
    InUse,
    /// Nobody may call it an orphan, though it may be called left over and held: it is somebody's yet.
    Held { must: bool },
    /// Left over, and used by nothing but leftovers.
    Left { must: bool },
    /// It may be called anything, or nothing.
    Arguable,
}

impl Truth {
    /// Whether it may be called an orphan.
    pub(crate) fn may_be_orphan(self) -> bool {
        matches!(self, Self::Left { .. } | Self::Arguable)
    }

    /// Whether it may be called a held leftover.
    pub(crate) fn may_be_held(self) -> bool {
        self != Self::InUse
    }

    /// Whether it must be reported as left over, in whatever words.
    pub(crate) fn must_be_found(self) -> bool {
        matches!(self, Self::Left { must: true } | Self::Held { must: true })
    }
}

/// The truth about every resource of the account, by ARN.
pub(crate) fn truth(life: &Life) -> BTreeMap<Arn, Truth> {
    let held = needed_by_the_living(life);
    let resources = resources(life);
    resources.into_iter().map(|arn| (arn.clone(), truth_of(life, &arn, held.contains(&arn)))).collect()
}

fn resources(life: &Life) -> Vec<Arn> {
    let account = &life.account;
    let balancing = account.load_balancers.keys().chain(account.listeners.keys()).chain(account.rules.keys());
    let others = account.target_groups.keys().chain(account.certificates.keys()).chain(account.security_groups.keys());
    let by_name = account.alarms.keys().chain(account.log_groups.keys()).chain(account.scalable_targets.keys());
    let tasks = account.task_definitions.values().flatten();
    let all = balancing.chain(others).chain(by_name).chain(account.scaling_policies.keys()).chain(tasks).chain(account.clusters.keys());
    all.cloned().collect()
}

fn truth_of(life: &Life, arn: &Arn, is_held: bool) -> Truth {
    if life.account.clusters.contains_key(arn) {
        return of_cluster(life, arn);
    }
    if is_somebodys(life, arn) {
        return Truth::InUse;
    }
    match life.record.made_by.get(arn) {
        None if is_named_as_express_names_it(life, arn) => Truth::Arguable,
        None | Some(Maker::Gateway) => Truth::InUse,
        Some(Maker::Balancer(shared)) => of_balancer(life, *shared, arn, is_held),
        Some(Maker::Service(place)) => of_service(life, *place, arn, is_held),
    }
}

/// A customer's own log group for a service `web-432e` is named as Express names one for a service `web`.
fn is_named_as_express_names_it(life: &Life, arn: &Arn) -> bool {
    let suffix = life.account.log_groups.get(arn).and_then(|group| group.name.rsplit_once('-'));
    suffix.is_some_and(|(_, digits)| digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// A stack declares it, or it goes with the name of a service that is the customer's now.
fn is_somebodys(life: &Life, arn: &Arn) -> bool {
    let is_declared = |arn: &str| life.account.tags(arn).is_some_and(|tags| tags.contains_key(STACK_TAG));
    let listener = life.account.listeners.get(arn);
    is_declared(arn) || listener.is_some_and(|listener| is_declared(&listener.load_balancer)) || goes_with_plain_name(life, arn)
}

fn goes_with_plain_name(life: &Life, arn: &Arn) -> bool {
    let Some(Maker::Service(place)) = life.record.made_by.get(arn) else { return false };
    let service = &life.record.services[*place];
    let goes_by_name = life.account.log_groups.contains_key(arn)
        || life.account.scalable_targets.contains_key(arn)
        || life.account.scaling_policies.contains_key(arn)
        || service.scaling_alarms.contains(arn)
        || arn.contains(":task-definition/");
    let shown = life.account.services.get(&service.arn);
    let is_plain = shown.is_some_and(|shown| shown.status != ServiceStatus::Inactive) && life.record.plain.contains(&service.arn);
    goes_by_name && is_plain && !is_express_now(life, service)
}

fn is_express_now(life: &Life, service: &ServiceLife) -> bool {
    life.record.services.iter().any(|other| other.arn == service.arn && !matches!(other.stage, Stage::Dead(_)))
}

fn of_cluster(life: &Life, arn: &Arn) -> Truth {
    let cluster = &life.account.clusters[arn];
    let living = life.account.services.values().filter(|service| service.cluster == *arn && service.status != ServiceStatus::Inactive);
    if living.count() > 0 || cluster.name == "default" { Truth::InUse } else { Truth::Arguable }
}

fn of_service(life: &Life, place: usize, arn: &Arn, is_held: bool) -> Truth {
    let service = &life.record.services[place];
    let Stage::Dead(died_at) = service.stage else {
        return if is_current(life, service, arn) { Truth::InUse } else { Truth::Arguable };
    };
    let is_young = life.account.now - died_at < GRACE;
    let is_known = life.account.services.get(&service.arn).is_some_and(|shown| shown.status == ServiceStatus::Inactive);
    if is_young {
        return if is_known && is_named(life, service) { Truth::InUse } else { Truth::Arguable };
    }
    let is_followed = is_express_now(life, service);
    if is_followed && (goes_by_name(life, service, arn) || is_held) {
        return if is_held { Truth::Held { must: false } } else { Truth::Arguable };
    }
    let must = !is_followed
        && is_old(life, service)
        && bears_marks(life, service, arn, is_known)
        && (!is_in_motion(life) || stands_alone(life, arn))
        && !waits_for_a_namesake(life, arn);
    // Whatever holds it may be within its own grace period: that of a service which has just taken a dead one's name.
    if is_held { Truth::Held { must: must && !a_name_was_just_taken(life) } } else { Truth::Left { must } }
}

fn a_name_was_just_taken(life: &Life) -> bool {
    let taken = life.record.plain.iter().filter_map(|arn| life.account.services.get(arn));
    taken.into_iter().any(|service| life.account.now - service.created_at <= GRACE)
}

/// Whether a part of a shared load balancer uses it, and a service that was on it lives again under its name and has just been active:
/// the load balancer may be this one's, on its way out.
fn waits_for_a_namesake(life: &Life, arn: &Arn) -> bool {
    let account = &life.account;
    let presenting = account.listeners.iter().filter(|(_, listener)| listener.certificates.contains(arn)).map(|(user, _)| user);
    let names = |group: &SecurityGroup| group.ingress.iter().chain(&group.egress).any(|id| account.group_arn(id) == *arn);
    let naming = account.security_groups.iter().filter(|(_, group)| names(group)).map(|(user, _)| user);
    let mut shared = presenting.chain(naming).filter_map(|user| match life.record.made_by.get(user) {
        Some(Maker::Balancer(shared)) => Some(&life.record.balancers[*shared]),
        _ => None,
    });
    let is_active_again = |service: &ServiceLife| {
        let shown = account.services.get(&service.arn).filter(|_| matches!(service.stage, Stage::Dead(_)));
        shown.is_some_and(|shown| shown.status != ServiceStatus::Inactive && account.now - shown.last_activity() <= GRACE)
    };
    shared.any(|balancer| balancer.services.iter().any(|place| is_active_again(&life.record.services[*place])))
}

/// Whether anything that is left names the service: nobody could ask ECS for it otherwise, nor learn when it died.
fn is_named(life: &Life, service: &ServiceLife) -> bool {
    let account = &life.account;
    let by_name = service.alarm.iter().chain(&service.log_group).chain(&service.scalable_target);
    let mut by_name = by_name.filter(|arn| account.tags(arn).is_some());
    let has_family = account.task_definitions.contains_key(&format!("{}-{}", service.cluster, service.name));
    has_family
        || by_name.next().is_some()
        || service.group.as_ref().is_some_and(|id| account.security_groups.contains_key(&account.group_arn(id)))
}

/// What its name alone joins to the service that bears it.
fn goes_by_name(life: &Life, service: &ServiceLife, arn: &Arn) -> bool {
    life.account.log_groups.contains_key(arn) || service.scaling_alarms.contains(arn) || arn.contains(":task-definition/")
}

/// Whether the living service stands by it now, and not by an earlier revision.
fn is_current(life: &Life, service: &ServiceLife, arn: &Arn) -> bool {
    !life.account.target_groups.contains_key(arn) || service.target_groups.iter().flatten().any(|current| current == arn)
}

/// Whether every life under its name ended long enough ago, and no ordinary service took the name.
fn is_old(life: &Life, service: &ServiceLife) -> bool {
    if life.record.plain.contains(&service.arn) {
        return false;
    }
    let others = life.record.services.iter().filter(|other| other.arn == service.arn);
    others.into_iter().all(|other| matches!(other.stage, Stage::Dead(died_at) if life.account.now - died_at > GRACE))
}

/// Whether it still shows that Express made it. What has but a name needs a service that ECS still knows to have been Express's.
fn bears_marks(life: &Life, service: &ServiceLife, arn: &Arn, is_known: bool) -> bool {
    let account = &life.account;
    let joins_by_name = account.log_groups.contains_key(arn)
        || account.scalable_targets.contains_key(arn)
        || account.scaling_policies.contains_key(arn)
        || service.scaling_alarms.contains(arn);
    let task_definition = arn.contains(":task-definition/");
    if task_definition {
        let family = account.task_definitions.values().find(|revisions| revisions.contains(arn));
        let is_newest = family.and_then(|revisions| revisions.last()) == Some(arn);
        return is_known && is_newest && !is_ambiguous(life, service) && cluster_is_there(life, service);
    }
    !joins_by_name || is_known
}

/// Whether its family's name may also be another service's.
fn is_ambiguous(life: &Life, service: &ServiceLife) -> bool {
    let family = format!("{}-{}", service.cluster, service.name);
    let names = life.account.clusters.values().filter(|cluster| family.starts_with(&format!("{}-", cluster.name)));
    names.count() > 1
}

fn cluster_is_there(life: &Life, service: &ServiceLife) -> bool {
    life.account.clusters.values().any(|cluster| cluster.name == service.cluster)
}

/// Whether some service comes, goes, or has just gone, so that what nothing ties to a service may be its.
fn is_in_motion(life: &Life) -> bool {
    let now = life.account.now;
    let moves = |(place, service): (usize, &ServiceLife)| match service.stage {
        Stage::Living => service.balancer.is_none() || life.is_deploying(place),
        Stage::Leaving => true,
        Stage::Dead(died_at) => now - died_at <= GRACE,
    };
    life.record.services.iter().enumerate().any(moves)
}

/// Whether it names its service itself, and nothing that comes or goes can be using it.
fn stands_alone(life: &Life, arn: &Arn) -> bool {
    let account = &life.account;
    account.alarms.contains_key(arn) || account.log_groups.contains_key(arn) || account.scalable_targets.contains_key(arn)
}

fn of_balancer(life: &Life, shared: usize, arn: &Arn, is_held: bool) -> Truth {
    let balancer = &life.record.balancers[shared];
    let services = || balancer.services.iter().map(|place| &life.record.services[*place]);
    if services().any(|service| !matches!(service.stage, Stage::Dead(_))) {
        return Truth::InUse;
    }
    let is_young = |service: &ServiceLife| matches!(service.stage, Stage::Dead(died_at) if life.account.now - died_at <= GRACE);
    if services().any(is_young) {
        return Truth::Arguable;
    }
    let is_untouched = !life.record.put_to_use.contains(arn);
    let must = !is_in_motion(life) && is_untouched && services().all(|service| is_old(life, service));
    if is_held { Truth::Held { must } } else { Truth::Left { must } }
}

/// Everything that the living, the gateways and the customers need, and whatever these need in turn.
fn needed_by_the_living(life: &Life) -> BTreeSet<Arn> {
    let uses = uses(&life.account);
    let mut needed: BTreeSet<Arn> = life.record.put_to_use.clone();
    // Whoever answers behind a target group also uses the rules and listeners that lead to it.
    let answers = |user: &Arn| user.starts_with("eni-") || life.account.services.contains_key(user);
    let answered: BTreeSet<&Arn> = uses.iter().filter(|(user, _)| answers(user)).map(|(_, used)| used).collect();
    let is_target_group = |arn: &Arn| life.account.target_groups.contains_key(arn);
    let leading = uses.iter().filter(|(_, used)| is_target_group(used) && answered.contains(used)).map(|(user, _)| user.clone());
    needed.extend(leading.filter(|user| !answers(user)));
    let mut last: Vec<Arn> = needed.iter().cloned().collect();
    last.extend(uses.iter().map(|(user, _)| user).filter(|user| is_alive(life, user)).cloned());
    while let Some(user) = last.pop() {
        let from = (user.clone(), String::new());
        for (_, used) in uses.range(from..).take_while(|(of, _)| *of == user) {
            if needed.insert(used.clone()) {
                last.push(used.clone());
            }
        }
    }
    needed
}

/// Whether a user is itself alive: not a leftover of Express's.
fn is_alive(life: &Life, user: &Arn) -> bool {
    if is_somebodys(life, user) {
        return true;
    }
    match life.record.made_by.get(user) {
        None | Some(Maker::Gateway) => true,
        Some(Maker::Service(place)) => {
            let service = &life.record.services[*place];
            !matches!(service.stage, Stage::Dead(_)) && is_current(life, service, user)
        }
        Some(Maker::Balancer(shared)) => {
            let mut services = life.record.balancers[*shared].services.iter().map(|place| &life.record.services[*place]);
            services.any(|service| !matches!(service.stage, Stage::Dead(_)))
        }
    }
}
