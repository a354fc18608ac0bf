//! Five accounts of natural size.

use std::collections::BTreeSet;

use crate::aws::Time;
use crate::life::{Life, Part};

const DAY: Time = 24 * 60 * 60;
const HOUR: Time = 60 * 60;

/// An account, and what it stands for.
pub(crate) struct World {
    pub(crate) name: &'static str,
    pub(crate) life: Life,
}

/// All of them.
pub(crate) fn worlds() -> [World; 5] {
    [
        World { name: "tidy", life: tidy() },
        World { name: "left behind", life: left_behind() },
        World { name: "shared with customers and gateways", life: shared() },
        World { name: "leaving, wedged and deploying", life: in_motion() },
        World { name: "names used again", life: names_used_again() },
    ]
}

/// Whether every combination of them is wanted.
pub(crate) fn is_whole() -> bool {
    std::env::var("ECS_EXPRESS_AUDIT_SWEEP").is_ok_and(|wish| wish == "all")
}

/// Three services in two clusters, nothing else.
fn tidy() -> Life {
    let mut life = Life::new(1);
    for (cluster, name) in [("default", "web"), ("default", "api"), ("prod", "shop")] {
        create(&mut life, cluster, name, "vpc-1");
    }
    life.pass(DAY);
    life
}

/// A dead service alone on its load balancer left everything; another one, beside a living service, left some things.
fn left_behind() -> Life {
    let mut life = tidy();
    let alone = create(&mut life, "prod", "alone", "vpc-2");
    let beside = create(&mut life, "default", "beside", "vpc-1");
    life.pass(DAY);
    life.delete(alone, kept(&LEAVABLE));
    life.delete(beside, kept(&[Part::FirstTargetGroup, Part::Rule, Part::SecurityGroup, Part::LogGroup, Part::TaskDefinitions]));
    life.purge(beside);
    life.pass(HOUR);
    life
}

/// Customers use what a dead service left, and gateways stand beside it.
fn shared() -> Life {
    let mut life = Life::new(3);
    let dead = create(&mut life, "default", "web", "vpc-1");
    let target_group = life.own_target_group();
    life.custom_rule(0, &target_group);
    life.custom_certificate(0);
    life.gateway("default", "gateway", "vpc-2").expect("the name is free");
    life.pass(DAY);
    let group = life.record.services[dead].group.clone().expect("every service has a group");
    life.delete(dead, kept(&LEAVABLE));
    life.admit_to_database(&group);
    life.pass(HOUR);
    life
}

/// One service leaves, one never got its ingress, one is amid a deployment.
fn in_motion() -> Life {
    let mut life = Life::new(4);
    let leaving = create(&mut life, "default", "web", "vpc-1");
    let deploying = create(&mut life, "prod", "api", "vpc-1");
    life.create_wedged("prod", "wedged", "vpc-1").expect("the name is free");
    life.pass(DAY);
    life.begin_deletion(leaving, kept(&[]));
    life.go_on_deleting(leaving);
    life.deploy(deploying);
    life.shift(deploying, 95);
    life.pass(HOUR);
    life
}

/// A dead service's name is another's: once an Express service's, once an ordinary one's.
fn names_used_again() -> Life {
    let mut life = Life::new(5);
    let old = create(&mut life, "default", "web", "vpc-1");
    let moved = create(&mut life, "prod", "api", "vpc-1");
    life.pass(DAY);
    life.delete(old, kept(&[Part::FirstTargetGroup, Part::SecondTargetGroup, Part::Rule, Part::Certificate, Part::Alarm]));
    life.delete(moved, kept(&[Part::SecurityGroup, Part::FirstTargetGroup, Part::Rule, Part::LogGroup]));
    life.pass(DAY);
    create(&mut life, "default", "web", "vpc-1");
    life.move_to_plain(moved, true, true, true);
    life.pass(DAY);
    life
}

fn create(life: &mut Life, cluster: &str, name: &str, vpc: &str) -> usize {
    life.create(cluster, name, vpc, true).expect("the name is free")
}

/// All that a deletion can leave; tasks always end.
const LEAVABLE: [Part; 15] = [
    Part::Rule,
    Part::FirstTargetGroup,
    Part::SecondTargetGroup,
    Part::Alarm,
    Part::Policy,
    Part::ScalableTarget,
    Part::EgressRule,
    Part::SecurityGroup,
    Part::Presented,
    Part::Certificate,
    Part::Listener,
    Part::LoadBalancer,
    Part::LoadBalancerGroup,
    Part::LogGroup,
    Part::TaskDefinitions,
];

fn kept(parts: &[Part]) -> BTreeSet<Part> {
    parts.iter().copied().collect()
}
