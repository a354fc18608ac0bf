//! The single-fault sweep: in five accounts, every call of a scan goes wrong in every way in which it can, once and for good.
//!
//! Whatever goes wrong: nothing panics, every scan ends, nothing that is in use is called an orphan, and what was not read is named and
//! never called clean. `ECS_EXPRESS_AUDIT_SWEEP=all` runs every combination; otherwise a fixed part of them is run.

mod expectation;

use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use ecs_express_audit::collect::Options;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Policy, Report, Timestamp};
use ecs_express_audit::{Declared, audit};

use crate::life::{Life, managed_tags};
use crate::threads::in_threads;
use crate::wire::{Fault, Injection, Made, Setup, TagIndex, scan};
use crate::worlds::{World, is_whole, worlds};
use expectation::Expectation;

/// Of so many combinations one is run, unless all are asked for. (Each call has an even number of them: an even part would always be the same.)
const SAMPLED: usize = 5;

/// What a scan of an account came to.
pub(super) struct Judged {
    pub(super) report: Report,
    pub(super) calls: Vec<Made>,
}

/// One fault in one account.
#[derive(Clone, Copy)]
struct Combination {
    world: usize,
    injection: Injection,
}

/// An account with its report when nothing goes wrong.
struct Baseline {
    world: World,
    judged: Judged,
}

#[test]
fn no_fault_makes_an_orphan_and_none_goes_unsaid() {
    let began = Instant::now();
    let worlds = worlds();
    let honest = in_threads(&worlds, |world| judge(world, None));
    let baselines: Vec<Baseline> = worlds.into_iter().zip(honest).map(|(world, judged)| Baseline { world, judged }).collect();
    for baseline in &baselines {
        assert!(baseline.judged.report.is_complete(), "{}", baseline.world.name);
    }
    let (possible, impossible) = combinations(&baselines);
    let run: Vec<Combination> = possible.iter().copied().step_by(if is_whole() { 1 } else { SAMPLED }).collect();
    let (all, count) = (possible.len(), run.len());
    let complaints: Vec<String> = in_threads(&run, |combination| complaint(&baselines, *combination)).into_iter().flatten().collect();
    let calls: Vec<String> = baselines.iter().map(|b| format!("{} {}", b.judged.calls.len(), b.world.name)).collect();
    let _ = writeln!(
        std::io::stdout(),
        "{count} of {all} faults in {:.0?}; {impossible} cannot be; calls: {}",
        began.elapsed(),
        calls.join(", ")
    );
    assert!(complaints.is_empty(), "{} of {count} went amiss:\n{}", complaints.len(), summary(&complaints));
}

/// Every fault that a call could have, once and for good; and how many pairs of call and fault cannot be.
fn combinations(baselines: &[Baseline]) -> (Vec<Combination>, usize) {
    let (mut possible, mut impossible) = (Vec::new(), 0);
    for (world, baseline) in baselines.iter().enumerate() {
        for (at, call) in baseline.judged.calls.iter().enumerate() {
            impossible += 2 * (Fault::ALL.len() - call.possible.len());
            for fault in &call.possible {
                let injections = [false, true].map(|is_sticky| Injection { at, fault: *fault, is_sticky });
                possible.extend(injections.map(|injection| Combination { world, injection }));
            }
        }
    }
    (possible, impossible)
}

/// What is amiss with a scan under that fault.
fn complaint(baselines: &[Baseline], Combination { world, injection }: Combination) -> Option<String> {
    let Baseline { world, judged: honest } = &baselines[world];
    let operation = &honest.calls[injection.at].operation;
    let amiss = match catch_unwind(AssertUnwindSafe(|| judge(world, Some(injection)))) {
        Ok(judged) => Expectation { honest, injection, operation, life: &world.life }.unmet(&judged),
        Err(_) => vec!["it panicked".to_owned()],
    };
    let Injection { at, fault, is_sticky } = injection;
    let times = if is_sticky { "for good" } else { "once" };
    (!amiss.is_empty()).then(|| format!("{fault:?} {times}, {operation}: {} (call {at}, {})", amiss.join("; "), world.name))
}

fn judge(world: &World, injection: Option<Injection>) -> Judged {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let setup = Setup { injection, lists_faults: injection.is_none(), tag_index: Some(haunted_index(&world.life)), ..Setup::default() };
    let run = runtime.block_on(scan(world.life.account.clone(), &Options::default(), setup));
    let now = Timestamp::from_unix_seconds(run.account.now);
    let report = audit(&Declared::default(), &Inventory { scopes: vec![run.live] }, &Policy::default(), now);
    Judged { report, calls: run.calls }
}

/// The tagging API goes on listing listeners and rules that are gone.
fn haunted_index(life: &Life) -> TagIndex {
    let mut index = TagIndex::of(&life.account);
    let gone = life.record.made_by.keys().filter(|arn| arn.contains(":listener") && life.account.tags(arn).is_none());
    for arn in gone {
        index.haunt(arn, managed_tags());
    }
    index
}

/// The first of them, and how many there are.
fn summary(complaints: &[String]) -> String {
    const SHOWN: usize = 40;
    let mut text = complaints.iter().take(SHOWN).fold(String::new(), |text, complaint| text + complaint + "\n");
    if complaints.len() > SHOWN {
        write!(text, "… and {} more", complaints.len() - SHOWN).expect("a string takes everything");
    }
    text
}
