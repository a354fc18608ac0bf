//! How long a scan takes at least.

use std::collections::BTreeMap;
use std::time::Duration;

use ecs_express_audit::permissions::{Rate, operation};

/// The least time that these calls take, and what it is that takes it.
pub(crate) fn bound(made: &BTreeMap<String, usize>, services: usize, latency: Duration, share: f64) -> (Duration, String) {
    let of_chain = (latency * chain(services), "the longest chain of calls".to_owned());
    let mut in_bucket: BTreeMap<String, (&Rate, usize)> = BTreeMap::new();
    for (name, count) in made {
        if let Some(rate) = operation(name).and_then(Rate::of) {
            in_bucket.entry(rate.name()).or_insert((rate, 0)).1 += count;
        }
    }
    let of_buckets = in_bucket.into_iter().map(|(name, (rate, count))| (emptied(rate, count, share) + latency, name));
    of_buckets.chain([of_chain]).max_by_key(|(time, _)| *time).expect("the chain is one")
}

/// When the last of so many calls gets its token.
fn emptied(rate: &Rate, count: usize, share: f64) -> Duration {
    let burst = (f64::from(rate.burst) * share).floor().max(1.0);
    let waiting = f64::from(u32::try_from(count).expect("few calls")) - burst;
    Duration::from_secs_f64(waiting.max(0.0) / (f64::from(rate.per_second) * share))
}

/// The longest chain of calls of which each needs the answer to the one before.
fn chain(services: usize) -> u32 {
    let pages = |items: usize, size: usize| u32::try_from(items.div_ceil(size).max(1)).expect("few pages");
    if services == 0 {
        return 1;
    }
    let of_services = 1 + pages(services, 100) + 1 + 1; // clusters, services, their descriptions, their revisions
    let of_balancers = pages(services.div_ceil(25), 400) + 1 + 1; // load balancers, listeners, rules
    let of_lists = [(2 * services, 400), (3 * services, 100), (services, 50)].map(|(items, size)| pages(items, size));
    of_lists.into_iter().chain([of_services, of_balancers]).max().expect("there are some")
}

/// What was called more or less often than expected. Whose account it is was not asked.
pub(crate) fn differences(made: &BTreeMap<String, usize>, expected: &BTreeMap<String, usize>) -> Vec<String> {
    let names = made.keys().chain(expected.keys()).filter(|name| !name.starts_with("sts:"));
    let differing = names.filter(|name| made.get(*name) != expected.get(*name));
    let mut said: Vec<String> = differing.map(|name| format!("{name} {:?}, not {:?}", made.get(name), expected.get(name))).collect();
    said.dedup();
    said
}
