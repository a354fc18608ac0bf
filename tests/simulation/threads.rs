//! Scans side by side.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many threads scan side by side.
const THREADS: usize = 2;
/// A scan's futures are deep, the more so without optimisation.
pub(crate) const STACK: usize = 16 << 20;

/// Does something with each item, some side by side, and keeps the order.
pub(crate) fn in_threads<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let worker = || {
                while let Some((place, item)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, items.get(n)?))) {
                    let outcome = work(item);
                    done.lock().expect("no worker panics").insert(place, outcome);
                }
            };
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, worker).expect("a thread");
        }
    });
    done.into_inner().expect("no worker panics").into_values().collect()
}
