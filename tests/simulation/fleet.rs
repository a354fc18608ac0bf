//! Very many accounts and Regions in one process: no scope is lost, none is mixed with another, none is asked more than its share, and memory
//! is that of what is in flight. `ECS_EXPRESS_AUDIT_FLEET=10000x20` reads so many accounts in so many Regions, and prints the figures.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::Write;
use std::time::{Duration, Instant};

use ecs_express_audit::collect::{self, Manner, Options, Pace, Stop};
use ecs_express_audit::fleet::{Access, Fleet, Planned, RoleTemplate};
use ecs_express_audit::inventory::{Collection, ScopeInventory};
use ecs_express_audit::model::{Cause, Scope, Timestamp};
use ecs_express_audit::snapshot::SnapshotWriter;

use crate::aws::{Account, Cluster, Tags};
use crate::wire::{Cloud, HUB};

/// The number of accounts and Regions, as `ACCOUNTSxREGIONS`.
const SIZE: &str = "ECS_EXPRESS_AUDIT_FLEET";
/// What AWS lets through at once, of the API with the smallest stock (all reads of Elastic Load Balancing together).
const SMALLEST_BURST: u32 = 40;
/// The calls for a scope in which nothing is (`tests/emulator_suite/formula.rs`), and for one that has an empty cluster.
const CALLS: [u64; 2] = [12, 14];
/// What the process may have in memory, in KiB.
const MEMORY: u64 = 512 << 10;

fn size() -> (usize, usize) {
    let given = std::env::var(SIZE).unwrap_or_else(|_| "12x4".to_owned());
    let (accounts, regions) = given.split_once('x').expect("ACCOUNTSxREGIONS");
    (accounts.parse().expect("a number"), regions.parse().expect("a number"))
}

fn list(accounts: usize, regions: usize) -> Fleet {
    let role: RoleTemplate = "audit".parse().expect("a role's name");
    let mut list = Fleet::planned_at(Timestamp::from_unix_seconds(1_789_999_000));
    for id in (1..=accounts).map(|number| format!("{number:012}")) {
        for region in (0..regions).map(|number| format!("eu-test-{number}")) {
            let access = Access { role: role.of("aws", &id), external_id_env: None };
            list.scopes.insert(Scope::in_region(&id, &region), Planned::Read(access));
        }
    }
    list
}

/// In the first Region every account has a cluster that bears its name.
fn holds(account: &mut Account) {
    if account.region == "eu-test-0" {
        let name = format!("of-{}", account.id);
        let arn = account.arn("ecs", &format!("cluster/{name}"));
        account.clusters.insert(arn, Cluster { name, container_instances: 0, tags: Tags::new() });
    }
}

/// One account in ten does not trust whoever asks.
fn admits(account: &str) -> bool {
    !account.ends_with('7')
}

#[track_caller]
fn check(live: &ScopeInventory, cloud: &Cloud) {
    let Scope { partition: _, account, region } = &live.scope;
    let asked = cloud.take_asked(account, region);
    if !admits(account) {
        let gaps: Vec<_> = live.gaps.iter().map(|gap| (gap.operation.as_str(), gap.cause)).collect();
        assert_eq!(gaps, [("sts:AssumeRole", Cause::Denied)], "{}", live.scope);
        return assert!(asked.is_empty(), "{} was asked: {asked:?}", live.scope);
    }
    assert!(live.gaps.is_empty(), "{}: {:?}", live.scope, live.gaps);
    let clusters: Vec<String> = live.clusters.iter().map(|cluster| cluster.arn.to_string()).collect();
    let has_one = region == "eu-test-0";
    let own = has_one.then(|| format!("arn:aws:ecs:{region}:{account}:cluster/of-{account}"));
    assert_eq!(clusters, own.into_iter().collect::<Vec<_>>());
    assert_eq!(live.api_calls, CALLS[usize::from(has_one)], "{}", live.scope);
    assert!(asked.values().all(|count| *count <= SMALLEST_BURST), "{}: {asked:?}", live.scope);
}

#[test]
fn very_many_scopes_are_read_in_one_process_and_none_is_lost() {
    let (accounts, regions) = size();
    let (list, cloud, began) = (list(accounts, regions), Cloud::new(holds, admits), Instant::now());
    let mut left: BTreeSet<&Scope> = list.scopes.keys().collect();
    let (mut file, mut calls) = (std::io::sink(), 0);
    let mut writer = SnapshotWriter::new(&mut file);
    let pace = Pace::default();
    let options = |_: &Scope| {
        let mut options = Options::default();
        options.pace = pace.clone();
        options
    };
    let manner = Manner { at_once: 16, external_id: &|_| None, options: &options, stop: Stop::default() };
    let mut hand_on = |live: ScopeInventory| -> Result<(), Infallible> {
        check(&live, &cloud);
        calls += live.api_calls;
        assert!(left.remove(&live.scope), "{} was handed on twice", live.scope);
        writer.scope(&live).expect("a sink takes everything");
        Ok(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let Ok(()) = runtime.block_on(collect::collect_each(&cloud.configuration(), &list, &manner, &mut hand_on));
    writer.end().expect("a sink takes everything");
    assert!(left.is_empty(), "lost: {left:?}");
    let at_home = cloud.take_asked(HUB, "us-east-1");
    assert_eq!(at_home.get("sts").copied(), u32::try_from(accounts).ok(), "each role is assumed once");
    if std::env::var_os(SIZE).is_some() {
        tell(list.scopes.len(), calls, began, cloud.elapsed());
    }
}

/// Reads all scopes of the list, and gives them in the order in which they were handed on.
fn read_all(list: &Fleet, cloud: &Cloud) -> Vec<ScopeInventory> {
    let (mut read, options) = (Vec::new(), |_: &Scope| Options::default());
    let manner = Manner { at_once: 4, external_id: &|_| None, options: &options, stop: Stop::default() };
    let mut hand_on = |live| -> Result<(), Infallible> {
        read.push(live);
        Ok(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let Ok(()) = runtime.block_on(collect::collect_each(&cloud.configuration(), list, &manner, &mut hand_on));
    read
}

#[test]
fn sessions_that_end_amid_the_scan_are_renewed() {
    let (accounts, regions) = (3, 4);
    let cloud = Cloud::new(holds, |_| true).with_sessions_of(40, None);
    let read = read_all(&list(accounts, regions), &cloud);
    assert_eq!(read.len(), accounts * regions);
    for live in &read {
        assert!(live.gaps.is_empty(), "{}: {:?}", live.scope, live.gaps);
    }
    let assumed = cloud.take_asked(HUB, "us-east-1")["sts"] as usize;
    assert!(assumed > accounts, "a session lasts for 40 of some 55 calls of an account: {assumed} for {accounts}");
}

#[test]
fn credentials_that_nobody_can_renew_end_in_gaps_that_say_so() {
    let (accounts, regions) = (3, 4);
    let cloud = Cloud::new(holds, |_| true).with_sessions_of(40, Some(60));
    let read = read_all(&list(accounts, regions), &cloud);
    assert_eq!(read.len(), accounts * regions);
    let (whole, broken): (Vec<_>, Vec<_>) = read.iter().partition(|live| live.gaps.is_empty());
    assert!(!whole.is_empty() && !broken.is_empty(), "{} of {} are whole", whole.len(), read.len());
    let causes: BTreeSet<Cause> = broken.iter().flat_map(|live| &live.gaps).map(|gap| gap.cause).collect();
    assert_eq!(causes, BTreeSet::from([Cause::Expired]));
    // Nothing of what was not read is known to be complete.
    for (live, gap) in broken.iter().flat_map(|live| live.gaps.iter().map(move |gap| (live, gap))) {
        let said_complete = Collection::OF_SCOPE.into_iter().find(|list| list.operation() == gap.operation && live.reads.has(*list));
        assert_eq!(said_complete.filter(|_| gap.parent.is_none()), None, "{}", live.scope);
    }
}

/// Says what it took. The memory is that of the process, with what the test itself keeps.
fn tell(scopes: usize, calls: u64, began: Instant, simulated: Duration) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let seconds = began.elapsed().as_secs_f64();
    let minutes = simulated.as_secs_f64() / 60.0;
    let _ = writeln!(
        std::io::stderr(),
        "{scopes} scopes, {calls} calls in {seconds:.1} s ({minutes:.1} min with 256 in flight at 100 ms), peak memory {} MiB",
        peak.unwrap_or(0) >> 10
    );
    assert!(peak.is_none_or(|peak| peak <= MEMORY), "{peak:?} KiB");
}
