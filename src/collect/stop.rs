//! Stops a scan early: what was read by then is kept, and everything else becomes a gap with the cause `deadline`.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

/// A token that stops scans, at a deadline or on a signal. Clones stop together; one that is never triggered stops nothing.
///
/// ```
/// use ecs_express_audit::collect::{Options, Stop};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let stop = Stop::default();
/// let mut options = Options::default();
/// options.stop = stop.clone();
/// tokio::spawn(async move {
///     tokio::time::sleep(std::time::Duration::from_secs(60)).await;
///     stop.trigger();
/// });
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Stops every scan that has the token: calls under way are abandoned at once, and no further one is sent.
    pub fn trigger(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was triggered.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        *self.0.borrow()
    }

    /// Does the work, or drops it when the token is triggered.
    pub async fn unless_triggered<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut watched = self.0.subscribe();
        tokio::select! {
            biased;
            _ = watched.wait_for(|is_triggered| *is_triggered) => None,
            done = work => Some(done),
        }
    }
}
