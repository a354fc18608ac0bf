//! `-v`: each call of AWS on standard error when it is over, and at the end how many there were of each operation.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ecs_express_audit::collect::{Call, CallListener};
use ecs_express_audit::render::harmless;

use crate::args::TalkArgs;

/// What was sent of each operation.
#[derive(Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<BTreeMap<String, Tally>>>);

#[derive(Default)]
struct Tally {
    calls: u64,
    attempts: u64,
    throttles: u64,
    failed: u64,
    elapsed: Duration,
}

impl Calls {
    /// Who is told of each call, if anybody wants to know.
    pub(crate) fn listener(&self, talk: &TalkArgs, region: &str) -> Option<Arc<CallListener>> {
        let (tallies, region) = (self.clone(), harmless(region).into_owned());
        (talk.verbose && !talk.quiet).then(|| -> Arc<CallListener> {
            Arc::new(move |call| {
                let _ = writeln!(io::stderr(), "{region}: {}", line(call)); // nobody may be reading
                tallies.add(call);
            })
        })
    }

    fn add(&self, call: &Call) {
        let mut tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = tallies.entry(call.operation.clone()).or_default();
        tally.calls += 1;
        tally.attempts += call.attempts;
        tally.throttles += call.throttles;
        tally.failed += u64::from(!call.is_fine);
        tally.elapsed += call.elapsed;
    }

    /// Writes the tallies, if there are any.
    pub(crate) fn sum_up(&self) {
        let tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        for (operation, tally) in tallies.iter() {
            let Tally { calls, attempts, throttles, failed, elapsed } = tally;
            let _ = writeln!(
                text,
                "{calls:>6} x {operation:<58} {:>7} ms, {attempts} sent, {throttles} throttled, {failed} failed",
                elapsed.as_millis()
            );
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// `acm:ListCertificates 41 ms, 200`; what was not ordinary behind it.
fn line(call: &Call) -> String {
    let status = call.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let mut line = format!("{} {} ms, {status}", harmless(&call.operation), call.elapsed.as_millis());
    if call.attempts != 1 {
        let _ = write!(line, ", sent {} times", call.attempts);
    }
    if call.throttles > 0 {
        let _ = write!(line, ", {} of them throttled", call.throttles);
    }
    if !call.is_fine {
        line.push_str(", failed");
    }
    line
}
