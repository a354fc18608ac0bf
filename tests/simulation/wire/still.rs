//! Time that stands still: the clock is the account's, no sleep sleeps, and a time-out comes when nothing else can.

use std::time::{Duration, SystemTime};

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;

use super::SharedState;

/// The time-outs of one attempt and of a whole operation; every other sleep is a pause, for a token or before a retry.
const TIME_OUTS: [Duration; 2] = [Duration::from_secs(10), Duration::from_hours(1)];
/// So many turns of the scheduler stand for a second of waiting. Answers that come at all come within one turn.
const TURNS_OF_A_SECOND: u64 = 2;

/// Sleeps not at all.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoSleep {
    /// Whether something may hang; otherwise no time-out ever comes.
    pub(super) has_time_outs: bool,
}

impl AsyncSleep for NoSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        match (TIME_OUTS.contains(&duration), self.has_time_outs) {
            (true, true) => Sleep::new(turns(duration.as_secs() * TURNS_OF_A_SECOND)),
            (true, false) => Sleep::new(std::future::pending()),
            (false, _) => Sleep::new(std::future::ready(())),
        }
    }
}

async fn turns(count: u64) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

/// The account's clock.
#[derive(Clone, Debug)]
pub(super) struct AccountClock(pub(super) SharedState);

impl TimeSource for AccountClock {
    fn now(&self) -> SystemTime {
        let seconds = u64::try_from(self.0.lock().account.now).expect("a time after 1970");
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }
}
