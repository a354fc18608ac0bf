//! Gives up on an operation that has hung twice: a scan of many calls would otherwise wait for each of them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

/// From how many hung calls on no further one is sent.
const ENOUGH: u32 = 2;

/// How many calls of each operation hung, retries included. Clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Breaker(Arc<Mutex<BTreeMap<String, u32>>>);

/// What a call fails with that has hung too often, or that was not sent because others of its operation have.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operation does not answer in time")]
pub(super) struct HasHung;

/// A call under way. A time-out drops the call, and this with it, before anything says that it has ended.
#[derive(Debug)]
struct UnderWay {
    breaker: Breaker,
    operation: String,
    has_ended: AtomicBool,
}

impl Storable for UnderWay {
    type Storer = StoreReplace<Self>;
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.has_ended.load(Ordering::Relaxed) {
            self.breaker.note_hung(&self.operation);
        }
    }
}

impl Breaker {
    fn note_hung(&self, operation: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(operation.to_owned()).or_default() += 1;
    }

    fn has_hung(&self, operation: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(operation).is_some_and(|calls| *calls >= ENOUGH)
    }
}

#[dyn_dispatch_hint]
impl Intercept for Breaker {
    fn name(&self) -> &'static str {
        "Breaker"
    }

    // Before this hook a client's interceptors do not know the operation yet.
    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map(|metadata| format!("{}:{}", metadata.service(), metadata.name())).unwrap_or_default();
        if self.has_hung(&operation) {
            return Err(HasHung.into());
        }
        config.interceptor_state().store_put(UnderWay { breaker: self.clone(), operation, has_ended: AtomicBool::new(false) });
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let has_hung = |error: &ConnectorError| std::error::Error::source(error).is_some_and(|source| source.is::<HasHung>());
        let has_timed_out = match context.output_or_error() {
            Some(Err(error)) => error.is_timeout_error() || error.as_connector_error().is_some_and(has_hung),
            Some(Ok(_)) | None => false,
        };
        if let Some(call) = config.load::<UnderWay>().filter(|_| !has_timed_out) {
            call.has_ended.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}
