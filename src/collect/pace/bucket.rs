//! One bucket of tokens, kept as a debt in time: how long it will take until it is full again. Each call adds its share of a second, and
//! waits for as much of the debt as a full bucket does not cover. So calls go out in the order in which they came.

use std::time::Duration;

use crate::permissions::RateSize;

/// A throttle halves the refill, no more often than this: answers to calls that went out together tell the same.
const PATIENCE: Duration = Duration::from_secs(1);
/// However often AWS throttles, so much of the refill remains.
const SLOWEST: f64 = 1.0 / 8.0;
/// How much of the refill comes back in each second without a throttle.
const RECOVERY_A_SECOND: f64 = 0.05;

/// A bucket. Times are since any moment, the same one each time.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    /// From token to token.
    interval: Duration,
    /// As much debt as a full bucket covers.
    depth: Duration,
    debt: Duration,
    /// How much of its refill is used: 1, and less after throttles.
    tempo: f64,
    since_slowed: Option<Duration>,
    seen: Duration,
}

impl Bucket {
    /// A full one: that share of AWS's own.
    pub(super) fn full(size: RateSize, share: f64) -> Self {
        let interval = Duration::from_secs_f64(1.0 / (f64::from(size.per_second.max(1)) * share));
        let burst = (f64::from(size.burst) * share).floor().max(1.0);
        let depth = interval.mul_f64(burst - 1.0);
        Self { interval, depth, debt: Duration::ZERO, tempo: 1.0, since_slowed: None, seen: Duration::ZERO }
    }

    /// Whether it is as one that nobody has drawn on.
    pub(super) fn is_full(&self, now: Duration) -> bool {
        let mut later = self.clone();
        later.go_on(now);
        later.debt.is_zero() && later.tempo >= 1.0
    }

    /// Takes a token, and tells how long to wait before it is there.
    pub(super) fn take(&mut self, now: Duration) -> Duration {
        self.go_on(now);
        let wait = self.debt.saturating_sub(self.depth);
        self.debt += self.interval.div_f64(self.tempo);
        wait
    }

    /// Halves the refill, since AWS's own bucket is emptier than this one.
    pub(super) fn slow_down(&mut self, now: Duration) {
        self.go_on(now);
        if self.since_slowed.is_none_or(|since| since >= PATIENCE) {
            self.tempo = (self.tempo / 2.0).max(SLOWEST);
            self.since_slowed = Some(Duration::ZERO);
        }
        self.debt = self.debt.max(self.depth + self.interval);
    }

    /// Lets time pass. A clock that was put back counts for nothing: the time until it is where it was is not waited for.
    fn go_on(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.seen);
        self.seen = now;
        self.debt = self.debt.saturating_sub(elapsed);
        self.tempo = (self.tempo + RECOVERY_A_SECOND * elapsed.as_secs_f64()).min(1.0);
        self.since_slowed = self.since_slowed.map(|since| since.saturating_add(elapsed));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::permissions::{RATES, Rate};

    const SECOND: Duration = Duration::from_secs(1);

    /// The bucket of Elastic Load Balancing, 40 and 10 a second, by halves.
    fn half() -> Bucket {
        Bucket::full(Rate::of_call("Elastic Load Balancing v2", "DescribeRules").expect("a rate").size(), 0.5)
    }

    fn waits(bucket: &mut Bucket, now: Duration, calls: usize) -> Vec<Duration> {
        (0..calls).map(|_| bucket.take(now)).collect()
    }

    #[test]
    fn a_full_bucket_lets_its_burst_go_at_once() {
        let waits = waits(&mut half(), SECOND, 22);
        assert!(waits[..20].iter().all(Duration::is_zero), "{waits:?}");
        assert_eq!(waits[20..], [Duration::from_millis(200), Duration::from_millis(400)]);
    }

    #[test]
    fn tokens_come_back_with_time() {
        let mut bucket = half();
        waits(&mut bucket, SECOND, 20);
        assert_eq!(waits(&mut bucket, 2 * SECOND, 6)[4..], [Duration::ZERO, Duration::from_millis(200)]);
    }

    #[test]
    fn a_throttle_empties_the_bucket_and_halves_its_refill_once_a_second() {
        let mut bucket = half();
        for _ in 0..8 {
            bucket.slow_down(SECOND);
        }
        assert_eq!(waits(&mut bucket, SECOND, 2), [Duration::from_millis(200), Duration::from_millis(600)]);
        bucket.slow_down(2 * SECOND);
        assert!(bucket.tempo < 0.3, "{bucket:?}");
        bucket.take(60 * SECOND);
        assert!((bucket.tempo - 1.0).abs() < f64::EPSILON, "it recovers: {bucket:?}");
    }

    #[test]
    fn endless_throttles_leave_a_trickle() {
        let mut bucket = half();
        for second in 0..100 {
            bucket.slow_down(second * SECOND);
        }
        assert!(bucket.tempo >= SLOWEST && bucket.take(100 * SECOND) < 2 * SECOND, "{bucket:?}");
    }

    #[test]
    fn a_clock_that_is_put_back_makes_nobody_wait_for_it() {
        let mut bucket = half();
        waits(&mut bucket, 10_000 * SECOND, 20);
        assert_eq!(bucket.take(SECOND), Duration::from_millis(200));
    }

    proptest! {
        /// Whenever calls come and throttles befall: in no window go more than a full bucket and what comes back meanwhile.
        #[test]
        fn no_window_sees_more_than_the_bucket_gives(
            rate in 0..RATES.len(),
            share in 0.05..=1.0_f64,
            steps in prop::collection::vec((0..400_u64, prop::bool::weighted(0.1)), 1..200),
        ) {
            let rate = &RATES[rate];
            let mut bucket = Bucket::full(rate.size(), share);
            let (mut now, mut sent) = (SECOND, Vec::new());
            for (milliseconds, is_throttled) in steps {
                now += Duration::from_millis(milliseconds);
                if is_throttled {
                    bucket.slow_down(now);
                }
                sent.push((now + bucket.take(now)).as_secs_f64());
            }
            let burst = (f64::from(rate.burst) * share).max(1.0);
            for (first, from) in sent.iter().enumerate() {
                for (last, to) in sent.iter().enumerate().skip(first) {
                    let most = burst + f64::from(rate.per_second) * share * (to - from);
                    let count = u32::try_from(last - first + 1).expect("few calls");
                    prop_assert!(f64::from(count) <= most + 1e-6, "{count} calls in {} s: {sent:?}", to - from);
                }
            }
        }

        /// Nobody who comes later goes earlier.
        #[test]
        fn calls_go_out_in_their_order(steps in prop::collection::vec((0..400_u64, any::<bool>()), 1..100)) {
            let mut bucket = half();
            let (mut now, mut last) = (SECOND, SECOND);
            for (milliseconds, is_throttled) in steps {
                now += Duration::from_millis(milliseconds);
                if is_throttled {
                    bucket.slow_down(now);
                }
                let goes = now + bucket.take(now);
                prop_assert!(goes >= last);
                last = goes;
            }
        }
    }
}
