//! What holds of every history.
//!
//! `ECS_EXPRESS_AUDIT_HISTORIES=1000000` tries more of them, `ECS_EXPRESS_AUDIT_SEED=…` a single one.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use ecs_express_audit::model::Outcome;

use crate::aws::{Account, Arn};
use crate::history::{History, take_at_once};
use crate::life::Life;
use crate::random::Random;
use crate::threads::STACK;
use crate::trial::{Trial, trial};
use crate::truth::{Truth, truth};
use crate::wire::{Fault, Injection, Order, Setup};

/// How many histories a run tries, unless it is told otherwise.
const HISTORIES: u64 = 10_000;

/// Every leftover past the grace period is found and nothing in use is called one, even while the account changes; pages and their order
/// change nothing; and what may not be read adds no orphan and is never clean.
#[test]
fn every_history_is_told_truly() {
    if let Some(seed) = number("ECS_EXPRESS_AUDIT_SEED") {
        assert!(lies(&History::of(seed)).is_empty(), "{}", told(&History::of(seed)));
        return;
    }
    let histories = number("ECS_EXPRESS_AUDIT_HISTORIES").unwrap_or(HISTORIES);
    let began = std::time::Instant::now();
    let wrong = try_all(histories);
    assert!(wrong.is_none(), "{}", wrong.map(|history| told(&history)).unwrap_or_default());
    let told = writeln!(std::io::stdout(), "{histories} histories in {:.0?}", began.elapsed());
    told.expect("there is an output");
}

/// What is said wrongly of the account after a history.
fn lies(history: &History) -> Vec<String> {
    let life = history.live();
    let still = trial(&life, Setup::default());
    let mut lies = still.lies_about(&life);
    lies.extend(still.differences_from_naive(&life.account));
    lies.extend(match history.seed % 3 {
        0 => while_it_changes(history),
        1 => in_other_pages(history, &life, &still),
        _ => with_a_denied_read(history, &life, &still),
    });
    lies
}

/// The account changes between the calls of a scan, and for some calls the APIs do not agree on what it is.
fn while_it_changes(history: &History) -> Vec<String> {
    let moments = Moments::after(history);
    let scan = trial(&moments.lives[0], moments.setup(history.seed));
    let mut lies = scan.false_orphans(&moments.truths.iter().collect::<Vec<_>>());
    if !lies.is_empty() {
        lies.extend(
            moments.changes.iter().map(|(call, what)| format!("before call {call} {what}, seen by all {} calls later", moments.lag)),
        );
        lies.push(format!(
            "the calls: {}",
            scan.calls.iter().enumerate().map(|(place, call)| format!("{place} {call}")).collect::<Vec<_>>().join(", ")
        ));
    }
    lies
}

/// The states of an account that changes during a scan, one after another.
struct Moments {
    lives: Vec<Life>,
    truths: Vec<BTreeMap<Arn, Truth>>,
    /// Before which calls each change comes.
    changes: Vec<(usize, String)>,
    /// For so many calls after a change, a call may still see the state before it.
    lag: usize,
}

impl Moments {
    fn after(history: &History) -> Self {
        let mut random = Random::new(history.seed ^ 0x5eed);
        let mut life = history.live();
        let lag = [0, 0, 4, 8][random.below(4)];
        let mut calls: Vec<usize> = (0..=random.below(4)).map(|_| random.below(50)).collect();
        calls.sort_unstable();
        let (mut lives, mut changes) = (vec![life.clone()], Vec::new());
        for call in calls {
            changes.push((call, take_at_once(&mut life, random.next())));
            lives.push(life.clone());
        }
        let truths = lives.iter().map(truth).collect();
        Self { lives, truths, changes, lag }
    }

    /// Goes from one state to the next; for a while after each change, calls see either.
    fn setup(&self, seed: u64) -> Setup {
        let states: Vec<Account> = self.lives.iter().map(|life| life.account.clone()).collect();
        let changes: Vec<usize> = self.changes.iter().map(|(call, _)| *call).collect();
        let (mut random, lag) = (Random::new(seed ^ 0x1a6), self.lag);
        let before_call = move |account: &mut Account, call: usize, _: &str| {
            let present = changes.iter().filter(|change| **change <= call).count();
            let settled = changes.iter().filter(|change| **change + lag <= call).count();
            account.clone_from(&states[settled + random.below(present - settled + 1)]);
            account.now = states[present].now;
        };
        Setup { before_call: Box::new(before_call), ..Setup::default() }
    }
}

/// Neither the size of pages nor the order of answers shows in the report.
fn in_other_pages(history: &History, life: &Life, still: &Trial) -> Vec<String> {
    let mut random = Random::new(history.seed ^ 0xa9e5);
    let page_size = [Some(1), Some(2), Some(7), None][random.below(4)];
    let order = Order { page_size, seed: Some(random.next()) };
    let paged = trial(life, Setup { order, ..Setup::default() });
    differences(still, &paged, &format!("{order:?}"))
}

fn differences(one: &Trial, other: &Trial, what: &str) -> Vec<String> {
    let lacks = |of: &Trial, from: &Trial, words: &str| {
        let lacking = of.report.findings.iter().filter(|finding| !from.report.findings.contains(finding));
        lacking.map(|finding| format!("{words} with {what}: {} {}", finding.claim.code().as_str(), finding.message())).collect::<Vec<_>>()
    };
    [lacks(one, other, "lacking"), lacks(other, one, "new")].concat()
}

/// What one may not read makes nothing an orphan, and nothing clean.
fn with_a_denied_read(history: &History, life: &Life, still: &Trial) -> Vec<String> {
    let mut random = Random::new(history.seed ^ 0xde_11ed);
    let operation = random.pick(&still.calls).expect("every scan calls something").clone();
    let at = still.calls.iter().position(|call| *call == operation).expect("it is one of these");
    let injection = Injection { at, fault: Fault::Denied, is_sticky: true };
    let denied = trial(life, Setup { injection: Some(injection), ..Setup::default() });
    let more = denied.orphans().into_iter().filter(|arn| !still.orphans().contains(arn));
    let mut lies: Vec<String> = more.map(|arn| format!("without {operation}, {arn} is called an orphan")).collect();
    if denied.report.outcome() == Outcome::Clean {
        lies.push(format!("without {operation} the report is clean"));
    }
    lies
}

/// Tries every history on every core, until one is told wrongly.
fn try_all(histories: u64) -> Option<History> {
    let (next, wrong) = (AtomicU64::new(0), Mutex::new(None));
    let work = || {
        while wrong.lock().expect("nothing panics that holds it").is_none() {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= histories {
                return;
            }
            let history = History::of(seed);
            if !lies(&history).is_empty() {
                *wrong.lock().expect("nothing panics that holds it") = Some(history);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        }
    });
    wrong.into_inner().expect("nothing panics that holds it")
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {text}")))
}

/// How to see it again, the fewest steps after which it is so, and what is said wrongly then.
fn told(history: &History) -> String {
    let smallest = history.smallest(|shorter| !lies(shorter).is_empty());
    let (steps, found) = (smallest.told().join("\n  "), lies(&smallest).join("\n  "));
    format!("again with ECS_EXPRESS_AUDIT_SEED={}\nthe steps that matter:\n  {steps}\nwhat is wrong:\n  {found}", history.seed)
}
