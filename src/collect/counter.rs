//! Counts what is sent and what is throttled, and tells of each call that is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use crate::permissions::{self, OPERATIONS};

/// A call that is over, all its attempts together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The operation as IAM names it: `acm:ListCertificates`.
    pub operation: String,
    /// How often it was sent.
    pub attempts: u64,
    /// How many answers said "slow down".
    pub throttles: u64,
    /// How long it took, waiting between attempts included.
    pub elapsed: Duration,
    /// The HTTP status of the last answer; `None` where none came.
    pub status: Option<u16>,
    /// Whether the answer came and was understood.
    pub is_fine: bool,
}

/// Whoever wants to know of each call.
pub(super) type Listener = Arc<dyn Fn(&Call) + Send + Sync>;

/// Calls sent (each retry counted) and answers that said "slow down". Clones count together.
#[derive(Clone, Default)]
pub(crate) struct Counter {
    counts: Arc<Counts>,
    listener: Option<Listener>,
}

#[derive(Debug, Default)]
struct Counts {
    calls: AtomicU64,
    throttles: AtomicU64,
}

/// What is known of a call under way.
#[derive(Clone, Copy, Debug)]
struct UnderWay {
    begun: Instant,
    attempts: u64,
    throttles: u64,
}

impl Storable for UnderWay {
    type Storer = StoreReplace<Self>;
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { counts, listener: _ } = self;
        f.debug_struct("Counter").field("counts", counts).finish_non_exhaustive()
    }
}

impl Counter {
    /// One that tells of each call, if anybody listens.
    pub(super) fn telling(listener: Option<Listener>) -> Self {
        Self { counts: Arc::default(), listener }
    }

    pub(super) fn calls(&self) -> u64 {
        self.counts.calls.load(Ordering::Relaxed)
    }

    pub(super) fn throttles(&self) -> u64 {
        self.counts.throttles.load(Ordering::Relaxed)
    }
}

/// Changes what is known of the call, if it was begun.
fn note(config: &mut ConfigBag, change: impl FnOnce(&mut UnderWay)) {
    if let Some(mut under_way) = config.load::<UnderWay>().copied() {
        change(&mut under_way);
        config.interceptor_state().store_put(under_way);
    }
}

#[dyn_dispatch_hint]
impl Intercept for Counter {
    fn name(&self) -> &'static str {
        "Counter"
    }

    fn read_before_execution(&self, _: &BeforeSerializationInterceptorContextRef<'_>, config: &mut ConfigBag) -> Result<(), BoxError> {
        config.interceptor_state().store_put(UnderWay { begun: Instant::now(), attempts: 0, throttles: 0 });
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.counts.calls.fetch_add(1, Ordering::Relaxed);
        note(config, |under_way| under_way.attempts += 1);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if is_throttle(context.response()) {
            self.counts.throttles.fetch_add(1, Ordering::Relaxed);
            note(config, |under_way| under_way.throttles += 1);
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some((listener, under_way)) = self.listener.as_ref().zip(config.load::<UnderWay>()) else { return Ok(()) };
        let metadata = config.load::<Metadata>();
        let (service, operation) = metadata.map_or(("", ""), |metadata| (metadata.service(), metadata.name()));
        listener(&Call {
            operation: action(service, operation),
            attempts: under_way.attempts,
            throttles: under_way.throttles,
            elapsed: under_way.begun.elapsed(),
            status: context.response().map(|response| response.status().as_u16()),
            is_fine: context.output_or_error().is_some_and(|outcome| outcome.is_ok()),
        });
        Ok(())
    }
}

/// Whether AWS says "slow down", whatever the protocol.
pub(super) fn is_throttle(response: &HttpResponse) -> bool {
    let body = response.body().bytes().unwrap_or_default();
    let says = |word: &str| body.windows(word.len()).any(|window| window == word.as_bytes());
    !response.status().is_success() && ["hrottl", "RequestLimitExceeded"].into_iter().any(says)
}

/// The operation as IAM names it.
fn action(service: &str, operation: &str) -> String {
    let row = OPERATIONS.iter().find(|row| row.api.service_id() == service && row.name == operation);
    match row {
        Some(row) => row.action(),
        None if service == "STS" => permissions::IDENTITY.to_owned(),
        None => format!("{service}:{operation}"),
    }
}
