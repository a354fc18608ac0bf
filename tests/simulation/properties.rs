//! What holds of every history.
//!
//! `ECS_EXPRESS_AUDIT_HISTORIES=1000000` tries more of them, `ECS_EXPRESS_AUDIT_SEED=…` a single one.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ecs_express_audit::model::Outcome;

use crate::aws::{Account, Arn};
use crate::history::{History, take_at_once};
use crate::life::Life;
use crate::random::Random;
use crate::trial::{Trial, trial};
use crate::truth::{Truth, truth};
use crate::wire::{Fault, Injection, Order, Setup};

/// How many histories a run tries.
const HISTORIES: u64 = 10_000;

/// Every leftover past the grace period is found, and nothing else is called one.
#[test]
fn the_report_says_what_is_true() {
    hold("the report says what is true", |history| {
        let life = history.live();
        trial(&life, Setup::default()).lies_about(&life)
    });
}

/// The account changes between the calls of a scan, and the APIs show states that are some changes old.
#[test]
fn nothing_in_use_is_called_an_orphan_while_the_account_changes() {
    hold("nothing in use is called an orphan", |history| {
        let moments = Moments::after(history);
        let scan = trial(&moments.lives[0], moments.setup(history.seed));
        scan.false_orphans(&moments.truths.iter().collect::<Vec<_>>())
    });
}

/// The states of an account that changes during a scan, one after another.
struct Moments {
    lives: Vec<Life>,
    truths: Vec<BTreeMap<Arn, Truth>>,
}

impl Moments {
    fn after(history: &History) -> Self {
        let mut random = Random::new(history.seed ^ 0x5eed);
        let mut life = history.live();
        let mut lives = vec![life.clone()];
        for _ in 0..=random.below(4) {
            take_at_once(&mut life, random.next());
            lives.push(life.clone());
        }
        let truths = lives.iter().map(truth).collect();
        Self { lives, truths }
    }

    /// Goes from one state to the next at random calls; each call sees a state up to two steps old.
    fn setup(&self, seed: u64) -> Setup {
        let states: Vec<Account> = self.lives.iter().map(|life| life.account.clone()).collect();
        let mut random = Random::new(seed ^ 0x1a6);
        let lag = random.below(3);
        let mut changes: Vec<usize> = (1..states.len()).map(|_| random.below(50)).collect();
        changes.sort_unstable();
        let before_call = move |account: &mut Account, call: usize, _: &str| {
            let present = changes.iter().filter(|change| **change <= call).count();
            let seen = present.saturating_sub(random.below(lag + 1));
            account.clone_from(&states[seen]);
            account.now = states[present].now;
        };
        Setup { before_call: Box::new(before_call), ..Setup::default() }
    }
}

/// Neither the size of pages nor the order of answers shows in the report.
#[test]
fn pages_and_their_order_change_nothing() {
    hold("pages and their order change nothing", |history| {
        let life = history.live();
        let mut random = Random::new(history.seed ^ 0xa9e5);
        let page_size = [Some(1), Some(2), Some(7), None][random.below(4)];
        let order = Order { page_size, seed: Some(random.next()) };
        let (plain, paged) = (trial(&life, Setup::default()), trial(&life, Setup { order, ..Setup::default() }));
        differences(&plain, &paged, &format!("{order:?}"))
    });
}

fn differences(one: &Trial, other: &Trial, what: &str) -> Vec<String> {
    let lacks = |of: &Trial, from: &Trial, words: &str| {
        let lacking = of.report.findings.iter().filter(|finding| !from.report.findings.contains(finding));
        lacking.map(|finding| format!("{words} with {what}: {} {}", finding.claim.code().as_str(), finding.message())).collect::<Vec<_>>()
    };
    [lacks(one, other, "lacking"), lacks(other, one, "new")].concat()
}

/// What one may not read makes nothing an orphan, and nothing clean.
#[test]
fn a_denied_read_adds_no_orphan_and_is_never_clean() {
    hold("a denied read adds no orphan and is never clean", |history| {
        let life = history.live();
        let plain = trial(&life, Setup::default());
        let mut random = Random::new(history.seed ^ 0xde11ed);
        let operation = random.pick(&plain.calls).expect("every scan calls something").clone();
        let at = plain.calls.iter().position(|call| *call == operation).expect("it is one of these");
        let injection = Injection { at, fault: Fault::Denied, is_sticky: true };
        let denied = trial(&life, Setup { injection: Some(injection), ..Setup::default() });
        let more = denied.orphans().into_iter().filter(|arn| !plain.orphans().contains(arn));
        let mut lies: Vec<String> = more.map(|arn| format!("without {operation}, {arn} is called an orphan")).collect();
        if denied.report.outcome() == Outcome::Clean {
            lies.push(format!("without {operation} the report is clean"));
        }
        lies
    });
}

/// Tries every history on every core; what does not hold is told with the smallest history found.
fn hold(property: &str, lies: impl Fn(&History) -> Vec<String> + Sync) {
    if let Some(seed) = number("ECS_EXPRESS_AUDIT_SEED") {
        let history = History::of(seed);
        let found = lies(&history);
        assert!(found.is_empty(), "{}", told(property, &history, &lies));
        return;
    }
    let histories = number("ECS_EXPRESS_AUDIT_HISTORIES").unwrap_or(HISTORIES);
    let (next, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    let worst: Mutex<Option<History>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= histories {
                        return;
                    }
                    let history = History::of(seed);
                    if !lies(&history).is_empty() {
                        failed.store(true, Ordering::Relaxed);
                        *worst.lock().expect("nothing panics that holds it") = Some(history);
                    }
                }
            });
        }
    });
    let worst = worst.into_inner().expect("nothing panics that holds it");
    assert!(worst.is_none(), "{}", worst.map(|history| told(property, &history, &lies)).unwrap_or_default());
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {text}")))
}

fn told(property: &str, history: &History, lies: impl Fn(&History) -> Vec<String>) -> String {
    let smallest = history.smallest(|shorter| !lies(shorter).is_empty());
    let (steps, found) = (smallest.told().join("\n  "), lies(&smallest).join("\n  "));
    format!("not so: {property}\nagain with ECS_EXPRESS_AUDIT_SEED={}\nthe steps that matter:\n  {steps}\nwhat is wrong:\n  {found}", history.seed)
}
