//! One change before each call of a scan: whenever it comes, and whoever sees it first, nothing that is in use is called an orphan.

use std::io::{Write as _, stdout};
use std::time::Instant;

use crate::aws::Account;
use crate::history::take_at_once;
use crate::life::{Life, Part};
use crate::threads::in_threads;
use crate::trial::trial;
use crate::truth::truth;
use crate::wire::{BeforeCall, Setup};
use crate::worlds::{World, is_whole, worlds};

/// Long past every grace period.
const DAY: i64 = 24 * 60 * 60;
/// For so many calls AWS's answers may disagree on what changed.
const LAG: usize = 8;

/// So many changes are tried in each account, and so many with `ECS_EXPRESS_AUDIT_SWEEP=all`.
const CHANGES: [u64; 2] = [2, 100];

#[test]
fn whenever_an_account_changes_nothing_in_use_is_called_an_orphan() {
    let began = Instant::now();
    let worlds = worlds();
    let pairs: Vec<(&World, u64)> =
        worlds.iter().flat_map(|world| (0..CHANGES[usize::from(is_whole())]).map(move |step| (world, step))).collect();
    let tried = in_threads(&pairs, |(world, step)| {
        let mut after = world.life.clone();
        let what = take_at_once(&mut after, *step);
        let told = |(scans, lies): (usize, Vec<String>)| {
            (scans, lies.into_iter().map(|lie| format!("{}: {what}, {lie}", world.name)).collect::<Vec<_>>())
        };
        told(lies_amid(&world.life, &after))
    });
    let (scans, lies): (Vec<usize>, Vec<Vec<String>>) = tried.into_iter().unzip();
    let _ = writeln!(stdout(), "{} changes at every moment, {} scans in {:.0?}", pairs.len(), scans.iter().sum::<usize>(), began.elapsed());
    let lies = lies.concat();
    assert!(lies.is_empty(), "{} scans told wrongly:\n{}", lies.len(), lies.join("\n"));
}

/// A family of task definitions may mean several services: what a new one registers is no leftover of another that died.
#[test]
fn a_service_in_a_new_cluster() {
    check(&dead(), |life| create(life, "prod-eu", "web"));
}

#[test]
fn a_service_in_a_known_cluster() {
    let mut life = dead();
    create(&mut life, "prod-eu", "other");
    check(&life, |life| create(life, "prod-eu", "web"));
}

#[test]
fn a_service_of_the_same_name() {
    check(&dead(), |life| create(life, "prod", "eu-web"));
}

#[test]
fn an_ordinary_service_of_the_same_name() {
    check(&dead(), |life| life.move_to_plain(0, true, true, true));
}

/// What a deployment made is named by a revision that nobody has read, when its service dies.
#[test]
fn a_deployment_and_then_the_deletion_of_its_service() {
    let mut before = Life::new(1);
    create(&mut before, "prod", "web");
    before.pass(DAY);
    let mut deployed = before.clone();
    deployed.deploy(0);
    let mut deleted = deployed.clone();
    deleted.delete(0, [Part::FirstTargetGroup, Part::SecondTargetGroup, Part::TaskDefinitions, Part::LoadBalancer].into());
    let mut later = deleted.clone();
    later.pass(DAY);
    assert!(trial(&later, Setup::default()).orphans().iter().any(|arn| arn.contains(":targetgroup/")), "they are left over a day later");
    let truths = [&before, &deployed, &deleted].map(truth);
    let calls = trial(&deleted, Setup::default()).calls.len();
    for (first, second) in (0..calls).flat_map(|second| (0..=second).map(move |first| (first, second))) {
        let states = [&before, &deployed, &deleted].map(|life| life.account.clone());
        let before_call: BeforeCall = Box::new(move |present, call, _| {
            present.clone_from(&states[usize::from(call >= first) + usize::from(call >= second)]);
        });
        let lies = trial(&before, Setup { before_call, ..Setup::default() }).false_orphans(&truths.iter().collect::<Vec<_>>());
        assert!(lies.is_empty(), "deployed before call {first}, deleted before call {second}: {lies:?}");
    }
}

/// ECS remembers for a while whatever it had: what it knows nothing of any more, a moment after it described it, is alive.
#[test]
fn a_living_service_that_ecs_forgets_amid_the_scan() {
    let mut life = dead();
    create(&mut life, "prod", "web");
    life.pass(DAY);
    let (calls, truths) = (trial(&life, Setup::default()).calls, [truth(&life)]);
    let described = calls.iter().position(|call| call == "ecs:DescribeServices").expect("it is listed");
    for at in described + 1..calls.len() {
        let forgotten = life.record.services[1].arn.clone();
        let before_call: BeforeCall = Box::new(move |present, call, _| {
            if call >= at {
                present.services.remove(&forgotten);
            }
        });
        let lies = trial(&life, Setup { before_call, ..Setup::default() }).false_orphans(&truths.iter().collect::<Vec<_>>());
        assert!(lies.is_empty(), "forgotten before call {at}: {lies:?}");
    }
}

/// An account in which `prod/eu-web` left the revisions of its family.
fn dead() -> Life {
    let mut life = Life::new(1);
    create(&mut life, "prod", "eu-web");
    life.pass(DAY);
    life.delete(0, [Part::TaskDefinitions, Part::LogGroup].into());
    life.pass(DAY);
    life
}

fn create(life: &mut Life, cluster: &str, name: &str) {
    life.create(cluster, name, "vpc-1", true).expect("the name is free");
}

#[track_caller]
fn check(before: &Life, change: impl Fn(&mut Life)) {
    let orphans = trial(before, Setup::default()).orphans();
    assert!(orphans.iter().any(|arn| arn.contains("task-definition/prod-eu-web:")), "without the change the family is left over");
    let mut after = before.clone();
    change(&mut after);
    let (_, lies) = lies_amid(before, &after);
    assert!(lies.is_empty(), "{}", lies.join("\n"));
}

/// Lets the change come before each call of a scan, one scan a call: seen by all that follow, or first by that call alone. How many scans
/// that were, and what they called an orphan that was none.
fn lies_amid(before: &Life, after: &Life) -> (usize, Vec<String>) {
    let calls = trial(before, Setup::default()).calls;
    let truths = [truth(before), truth(after)];
    let moments: Vec<(usize, usize)> = (0..calls.len()).flat_map(|at| [(at, 0), (at, LAG)]).collect();
    let lies = moments.iter().flat_map(|(at, lag)| {
        let setup = Setup { before_call: seen_from(*at, *lag, &before.account, &after.account), ..Setup::default() };
        let lies = trial(before, setup).false_orphans(&truths.iter().collect::<Vec<_>>());
        lies.into_iter().map(|lie| format!("before call {at}, {}, lag {lag}: {lie}", calls[*at])).collect::<Vec<_>>()
    });
    (moments.len(), lies.collect())
}

/// One call sees what is there after it; so do all others, so many calls later.
fn seen_from(at: usize, lag: usize, before: &Account, after: &Account) -> BeforeCall {
    let (before, after) = (before.clone(), after.clone());
    Box::new(move |present, call, _| {
        let sees_it = call == at || call >= at + lag;
        present.clone_from(if sees_it { &after } else { &before });
        present.now = after.now;
    })
}
