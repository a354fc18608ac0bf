//! Random histories: from a seed, steps of one life after another. Each step has a seed of its own, so that a history stays one if steps
//! are left out of it.

use crate::aws::{Arn, MANAGED_TAG};
use crate::life::{Life, Part, ServiceLife, Stage};
use crate::random::Random;

const CLUSTERS: [&str; 3] = ["default", "prod", "prod-eu"];
const NAMES: [&str; 4] = ["web", "api", "eu-web", "web-432e"];
const VPCS: [&str; 2] = ["vpc-1", "vpc-2"];

/// The steps of a life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct History {
    pub(crate) seed: u64,
    pub(crate) steps: Vec<u64>,
}

impl History {
    /// The history that belongs to a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let steps = 3 + random.below(16);
        Self { seed, steps: (0..steps).map(|_| random.next()).collect() }
    }

    /// The account after all of it.
    pub(crate) fn live(&self) -> Life {
        let mut life = Life::new(self.seed);
        for step in &self.steps {
            take(&mut life, *step);
        }
        if self.ends_at_rest() {
            rest(&mut life);
        }
        life
    }

    /// Whether whatever is under way at its end comes to an end.
    fn ends_at_rest(&self) -> bool {
        !(self.seed / 3).is_multiple_of(4)
    }

    /// What happens, in words: a line a step.
    pub(crate) fn told(&self) -> Vec<String> {
        let mut life = Life::new(self.seed);
        let steps = self.steps.iter().map(|step| take(&mut life, *step));
        steps.chain(self.ends_at_rest().then(|| "deletions and deployments end, and two hours pass".to_owned())).collect()
    }

    /// The shortest history found, by leaving out steps, of which that is still so.
    pub(crate) fn smallest(&self, is_so: impl Fn(&Self) -> bool) -> Self {
        let mut smallest = self.clone();
        let mut place = smallest.steps.len();
        while place > 0 {
            place -= 1;
            let mut shorter = smallest.clone();
            shorter.steps.remove(place);
            if is_so(&shorter) {
                smallest = shorter;
                place = smallest.steps.len();
            }
        }
        smallest
    }
}

/// Takes one step and says which; time passes before it.
pub(crate) fn take(life: &mut Life, step: u64) -> String {
    let mut random = Random::new(step);
    let minutes = [0, 1, 10, 20, 60, 3_000][random.below(6)];
    life.pass(60 * minutes);
    let what = match random.below(24) {
        0..=4 => create(life, &mut random),
        5..=7 => delete(life, &mut random),
        8..=10 => go_on_deleting(life, &mut random),
        11..=13 => deploy(life, &mut random),
        14 => purge(life, &mut random),
        15 => move_to_plain(life, &mut random),
        16 => use_balancer(life, &mut random),
        17..=20 => use_part(life, &mut random),
        21 => retag(life, &mut random),
        22 => others(life, &mut random),
        _ => {
            life.pass(3_600);
            "an hour passes".to_owned()
        }
    };
    format!("+{minutes} min: {what}")
}

fn rest(life: &mut Life) {
    for place in life.services(|service| service.stage == Stage::Leaving) {
        while life.record.services[place].stage == Stage::Leaving {
            life.go_on_deleting(place);
        }
    }
    for place in life.services(is_living) {
        life.end_deployment(place, true, false);
    }
    life.pass(7_200);
}

/// Takes a step of those that change an account within seconds.
pub(crate) fn take_at_once(life: &mut Life, step: u64) -> String {
    let mut random = Random::new(step);
    life.pass(5);
    match random.below(10) {
        0 | 1 => create(life, &mut random),
        2 => delete(life, &mut random),
        3 | 4 => go_on_deleting(life, &mut random),
        5 | 6 => deploy(life, &mut random),
        7 => move_to_plain(life, &mut random),
        _ => use_part(life, &mut random),
    }
}

fn create(life: &mut Life, random: &mut Random) -> String {
    let (cluster, name) = (CLUSTERS[random.below(3)], NAMES[random.below(4)]);
    let (vpc, is_public) = (VPCS[usize::from(random.one_in(4))], !random.one_in(4));
    let place = if random.one_in(12) { life.create_wedged(cluster, name, vpc) } else { life.create(cluster, name, vpc, is_public) };
    format!("create {cluster}/{name} in {vpc}, public {is_public}: {place:?}")
}

fn one(life: &Life, random: &mut Random, stands_so: impl Fn(&ServiceLife) -> bool) -> Option<usize> {
    random.pick(&life.services(stands_so)).copied()
}

fn is_living(service: &ServiceLife) -> bool {
    service.stage == Stage::Living
}

fn is_dead(service: &ServiceLife) -> bool {
    matches!(service.stage, Stage::Dead(_))
}

fn delete(life: &mut Life, random: &mut Random) -> String {
    let Some(place) = one(life, random, is_living) else { return "nothing to delete".into() };
    let kept = Part::some(random);
    let told = format!("delete {}/{} but for {kept:?}", life.record.services[place].cluster, life.record.services[place].name);
    if random.one_in(3) {
        life.begin_deletion(place, kept);
        return format!("{told}, begun");
    }
    life.delete(place, kept);
    told
}

fn go_on_deleting(life: &mut Life, random: &mut Random) -> String {
    let Some(place) = one(life, random, |service| service.stage == Stage::Leaving || !service.to_remove.is_empty()) else {
        return "nothing is being deleted".into();
    };
    let service = &life.record.services[place];
    let told = format!("go on deleting {}/{}", service.cluster, service.name);
    if random.one_in(4) {
        life.end_deletion(place);
        return format!("{told}: it is INACTIVE");
    }
    let steps = 1 + random.below(8);
    for _ in 0..steps {
        life.go_on_deleting(place);
    }
    format!("{told}: {steps} parts")
}

fn deploy(life: &mut Life, random: &mut Random) -> String {
    let Some(place) = one(life, random, is_living) else { return "nothing to deploy".into() };
    let told = format!("{}/{}", life.record.services[place].cluster, life.record.services[place].name);
    if !life.is_deploying(place) {
        life.deploy(place);
        return format!("deploy {told}");
    }
    if random.one_in(3) {
        life.shift(place, 95);
        return format!("canary of {told}");
    }
    let (succeeds, leaves) = (random.one_in(2), random.one_in(3));
    life.end_deployment(place, succeeds, leaves);
    format!("deployment of {told} succeeds {succeeds}, leaves its old target groups {leaves}")
}

fn purge(life: &mut Life, random: &mut Random) -> String {
    let Some(place) = one(life, random, is_dead) else { return "nothing to purge".into() };
    life.purge(place);
    format!("purge {}", life.record.services[place].arn)
}

fn move_to_plain(life: &mut Life, random: &mut Random) -> String {
    let Some(place) = one(life, random, is_dead) else { return "nothing to move".into() };
    let (group, target_group, scales) = (random.one_in(2), random.one_in(2), random.one_in(2));
    life.move_to_plain(place, group, target_group, scales);
    format!(
        "{} becomes an ordinary service with group {group}, target group {target_group}, scaling {scales}",
        life.record.services[place].arn
    )
}

fn use_balancer(life: &mut Life, random: &mut Random) -> String {
    if life.record.balancers.is_empty() {
        return "no load balancer to use".into();
    }
    let shared = random.below(life.record.balancers.len());
    let what = match random.below(5) {
        0 => {
            let target_group = life.own_target_group();
            life.custom_rule(shared, &target_group);
            "a rule"
        }
        1 => {
            life.custom_certificate(shared);
            "a certificate"
        }
        2 => {
            life.custom_default_action(shared);
            "a default action"
        }
        3 => {
            life.extra_listener(shared);
            "a listener"
        }
        _ => {
            life.front(shared);
            "a load balancer in front"
        }
    };
    format!("the customer puts {what} of theirs on load balancer {shared}")
}

/// Somebody uses a part of some service, living or dead.
fn use_part(life: &mut Life, random: &mut Random) -> String {
    let Some(place) = one(life, random, |service| service.group.is_some()) else { return "nothing to use".into() };
    let service = life.record.services[place].clone();
    let (group, user) = (service.group.unwrap_or_default(), format!("user-{}", random.hex(4)));
    let target_group = service.target_groups.first().map(|pair| pair[random.below(2)].clone());
    let exists = |arn: &Arn| life.account.target_groups.contains_key(arn);
    let target_group = target_group.filter(exists);
    let what = match random.below(6) {
        0 => {
            life.admit_to_database(&group);
            "a database admits its group"
        }
        1 => {
            life.carry(&group);
            "a machine carries its group"
        }
        2 => {
            if let Some(certificate) = &service.certificate {
                life.present_elsewhere(certificate);
            }
            "another load balancer presents its certificate"
        }
        3 => {
            if let (Some(target_group), Some(shared)) = (target_group, service.balancer) {
                life.custom_rule(shared, &target_group);
            }
            "a custom rule forwards to its target group"
        }
        4 => {
            if let Some(alarm) = &service.alarm {
                life.composite(alarm);
            }
            "a composite alarm is made of its alarm"
        }
        _ => {
            if let Some(target_group) = &target_group {
                life.plain_user(&user, target_group);
            }
            "an ordinary service is behind its target group"
        }
    };
    format!("{}/{}: {what}", service.cluster, service.name)
}

fn retag(life: &mut Life, random: &mut Random) -> String {
    let tagged: Vec<Arn> = life
        .record
        .made_by
        .keys()
        .filter(|arn| life.account.tags(arn).is_some_and(|tags| tags.contains_key(MANAGED_TAG)))
        .cloned()
        .collect();
    let Some(arn) = random.pick(&tagged).cloned() else { return "nothing to retag".into() };
    if random.one_in(3) {
        life.declare(&arn);
        return format!("a stack declares {arn}");
    }
    life.untag(&arn);
    format!("{arn} loses its tag")
}

fn others(life: &mut Life, random: &mut Random) -> String {
    let (cluster, name) = (CLUSTERS[random.below(3)], NAMES[random.below(4)]);
    if random.one_in(2) {
        life.look_alikes(cluster, name);
        return format!("things named like {cluster}/{name}");
    }
    let (name, vpc) = (format!("gw-{name}"), VPCS[random.below(2)]);
    life.gateway(cluster, &name, vpc);
    format!("a gateway for {cluster}/{name} in {vpc}")
}
