//! Lets nothing out but what is listed in [`crate::permissions`]: whatever else a client is asked for ends here, before anything is sent.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::permissions;

/// Refuses every operation that its purpose does not need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// A scan, or a try of what a scan needs: [`permissions::OPERATIONS`] but those for declarations.
    Scan,
    /// A declaration that is kept somewhere else.
    Declaration,
}

impl Gate {
    fn allows(self, service: &str, operation: &str) -> bool {
        match self {
            Self::Scan => permissions::allows(service, operation),
            Self::Declaration => permissions::allows_for_declarations(service, operation),
        }
    }
}

/// What a call fails with that was not sent, because nothing is read by its operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{service}:{operation} is not among the operations that are read by, and was not sent")]
pub(crate) struct Refused {
    service: String,
    operation: String,
}

#[dyn_dispatch_hint]
impl Intercept for Gate {
    fn name(&self) -> &'static str {
        "Gate"
    }

    // Before this hook a client's interceptors do not know the operation yet.
    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let metadata = config.load::<Metadata>();
        let (service, operation) = metadata.map_or(("", ""), |metadata| (metadata.service(), metadata.name()));
        if self.allows(service, operation) {
            Ok(())
        } else {
            Err(Refused { service: service.to_owned(), operation: operation.to_owned() }.into())
        }
    }
}

#[cfg(test)]
mod tests;
