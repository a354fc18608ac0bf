//! How fast AWS is asked: a bucket of tokens for each account, Region and kind of call, and of AWS's own rate a share only, so that others can
//! go on calling. What runs in one process shares one pace.

mod bucket;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::model::Scope;
use crate::permissions::{Rate, Rates};
use bucket::Bucket;

/// The share of AWS's rates that is used where nothing else is said: the other half is for people and pipelines.
const USUAL_SHARE: f64 = 0.5;
/// The smallest one: less would take hours.
const SMALLEST_SHARE: f64 = 0.01;

/// The pace of everything that asks AWS. Clones keep it together; two that were made apart know nothing of each other.
///
/// Each attempt of each call of a scan waits for a token of its bucket ([`RATES`](crate::permissions::RATES)). A throttle empties the bucket and halves
/// its refill, which then comes back slowly. The time that an attempt waits for its token does not count for its time-out.
///
/// ```
/// use ecs_express_audit::collect::{Options, Pace};
///
/// let mut options = Options::default();
/// options.pace = Pace::of_share(0.8); // four fifths of what AWS allows, for a nightly run
/// ```
#[derive(Clone, Debug)]
pub struct Pace(Arc<Buckets>);

#[derive(Debug)]
struct Buckets {
    share: f64,
    rates: Rates,
    known: Mutex<Known>,
}

/// The buckets on which somebody drew.
#[derive(Debug, Default)]
struct Known {
    buckets: BTreeMap<(Scope, String), Bucket>,
    /// How many were left when full ones were forgotten the last time.
    left: usize,
}

/// How many buckets there may be before those are forgotten that are as if nobody had called: those of scopes read long ago.
const MANY: usize = 4096;

impl Default for Pace {
    /// Half of AWS's rates.
    fn default() -> Self {
        Self::of_share(USUAL_SHARE)
    }
}

impl Pace {
    /// A pace at that share of AWS's rates: 1 is all of them. What is not between 0.01 and 1 becomes the nearest that is.
    #[must_use]
    pub fn of_share(share: f64) -> Self {
        Self::with(share, Rates::default())
    }

    /// A pace at the share and the rates that somebody gives.
    #[must_use]
    pub fn of_rates(rates: Rates) -> Self {
        Self::with(rates.percent.map_or(USUAL_SHARE, |percent| f64::from(percent) / 100.0), rates)
    }

    fn with(share: f64, rates: Rates) -> Self {
        let share = if share.is_nan() { USUAL_SHARE } else { share.clamp(SMALLEST_SHARE, 1.0) };
        Self(Arc::new(Buckets { share, rates, known: Mutex::default() }))
    }

    /// The share of AWS's rates that is used.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.0.share
    }

    /// Takes a token, and tells how long to wait before it is there.
    pub(super) fn take(&self, scope: &Scope, rate: &Rate, now: Duration) -> Duration {
        self.draw_on(scope, rate, now, |bucket| bucket.take(now))
    }

    /// Learns that AWS throttled a call.
    pub(super) fn slow_down(&self, scope: &Scope, rate: &Rate, now: Duration) {
        self.draw_on(scope, rate, now, |bucket| bucket.slow_down(now));
    }

    fn draw_on<T>(&self, scope: &Scope, rate: &Rate, now: Duration, work: impl FnOnce(&mut Bucket) -> T) -> T {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Only when there are twice as many as were left: all of them are looked at.
        if known.buckets.len() >= MANY.max(2 * known.left) {
            known.buckets.retain(|_, bucket| !bucket.is_full(now));
            known.left = known.buckets.len();
        }
        let Buckets { share, rates, .. } = &*self.0;
        work(known.buckets.entry((scope.clone(), rate.name())).or_insert_with(|| Bucket::full(rates.size_of(rate), *share)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permissions::RateSize;

    fn scope(account: &str) -> Scope {
        Scope { partition: "aws".into(), account: account.into(), region: "eu-west-1".into() }
    }

    /// How many of so many calls wait.
    fn waiting(pace: &Pace, account: &str, operation: &str, calls: usize) -> usize {
        let rate = Rate::of_call("ECS", operation).expect("a rate");
        (0..calls).filter(|_| !pace.take(&scope(account), rate, Duration::from_secs(1)).is_zero()).count()
    }

    #[test]
    fn clones_draw_on_the_same_buckets() {
        let pace = Pace::default();
        assert_eq!(waiting(&pace, "111111111111", "ListClusters", 25), 0);
        assert_eq!(waiting(&pace.clone(), "111111111111", "DescribeClusters", 2), 2, "they share a bucket with ListClusters");
        assert_eq!(waiting(&Pace::default(), "111111111111", "ListClusters", 1), 0, "made apart");
    }

    #[test]
    fn each_account_and_each_kind_of_call_has_its_own() {
        let pace = Pace::default();
        assert_eq!(waiting(&pace, "111111111111", "ListClusters", 26), 1);
        assert_eq!(waiting(&pace, "222222222222", "ListClusters", 25), 0);
        assert_eq!(waiting(&pace, "111111111111", "ListServices", 50), 0);
    }

    #[test]
    fn scopes_that_were_read_long_ago_are_forgotten() {
        let (pace, rate) = (Pace::default(), Rate::of_call("ECS", "ListClusters").expect("a rate"));
        for second in 0..3 * MANY as u64 {
            let _ = pace.take(&scope(&second.to_string()), rate, Duration::from_secs(second));
        }
        let kept = pace.0.known.lock().expect("nobody panicked").buckets.len();
        assert!(kept <= MANY, "{kept}");
        assert_eq!(waiting(&pace, "111111111111", "ListClusters", 26), 1);
    }

    #[test]
    fn whoever_knows_better_gives_the_size_of_a_bucket() {
        let mut rates = Rates::default();
        rates.percent = Some(100);
        rates.set(Rate::of_call("ECS", "ListClusters").expect("a rate"), RateSize { burst: 3, per_second: 1 });
        let pace = Pace::of_rates(rates);
        assert_eq!(waiting(&pace, "111111111111", "DescribeClusters", 5), 2);
        assert_eq!(waiting(&pace, "111111111111", "ListServices", 101), 1, "as documented");
    }

    #[test]
    fn a_share_is_between_nothing_and_all() {
        for (asked, expected) in [(0.25, 0.25), (7.0, 1.0), (-1.0, SMALLEST_SHARE), (f64::NAN, USUAL_SHARE)] {
            assert!((Pace::of_share(asked).share() - expected).abs() < f64::EPSILON, "{asked}");
        }
    }
}
