//! Gives up on an operation that has hung twice: a scan of many calls would otherwise wait for each of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// How many calls of each operation hung, retries included. Clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct Breaker(Arc<Mutex<BTreeMap<String, u32>>>);

/// From how many hung calls on no further one is sent.
const ENOUGH: u32 = 2;

/// What a call fails with that was not sent, because its operation has hung before.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the operation did not answer in time before")]
pub(super) struct HasHung;

fn operation(config: &ConfigBag) -> String {
    config.load::<Metadata>().map(|metadata| format!("{}:{}", metadata.service(), metadata.name())).unwrap_or_default()
}

#[dyn_dispatch_hint]
impl Intercept for Breaker {
    fn name(&self) -> &'static str {
        "Breaker"
    }

    fn read_before_execution(&self, _: &BeforeSerializationInterceptorContextRef<'_>, config: &mut ConfigBag) -> Result<(), BoxError> {
        let hung = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hung.get(&operation(config)).is_some_and(|calls| *calls >= ENOUGH) { Err(HasHung.into()) } else { Ok(()) }
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let has_hung = matches!(context.output_or_error(), Some(Err(error)) if error.is_timeout_error());
        if has_hung {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(operation(config)).or_default() += 1;
        }
        Ok(())
    }
}
