//! How a stop reaches calls in flight: every pause and time-out of the SDK ends at once, and no attempt begins after it.
//!
//! The time-outs are what the SDK itself gives up on, whatever a call waits for: credentials, a connection, an answer, the rest of an answer,
//! the next attempt. A transport that races the stop would know of two of these.

use aws_config::SdkConfig;
use aws_sdk_ecs::config::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextMut,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::stop::Stop;

/// What a call fails with that was abandoned, or not sent, because the scan was stopped.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the scan was stopped")]
pub(super) struct Stopped;

/// Fails every attempt after the stop, and says of a call that the stop ended that it was this.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(pub Stop);

impl Stopping {
    fn go_on(&self) -> Result<(), BoxError> {
        if self.0.is_triggered() { Err(Stopped.into()) } else { Ok(()) }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Stopping {
    fn name(&self) -> &'static str {
        "Stopping"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.go_on()
    }

    // The credentials may have taken their time.
    fn modify_before_transmit(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.go_on()
    }

    fn modify_before_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // What AWS itself said remains said.
        let was_cut_short = matches!(context.output_or_error(), Some(Err(error)) if !error.is_operation_error());
        if was_cut_short { self.go_on() } else { Ok(()) }
    }
}

/// The configuration with pauses and time-outs that end at the stop.
pub(super) fn stoppable(config: &SdkConfig, transport: Option<SharedHttpClient>, stop: &Stop) -> SdkConfig {
    let own = config.sleep_impl().unwrap_or_else(|| SharedAsyncSleep::new(TokioSleep));
    let mut builder = config.to_builder().sleep_impl(SharedAsyncSleep::new(StoppableSleep { own: own.clone(), stop: stop.clone() }));
    builder.set_http_client(transport.map(|client| SharedHttpClient::new(OwnSleepTransport { client, own })));
    builder.build()
}

#[derive(Debug)]
struct StoppableSleep {
    own: SharedAsyncSleep,
    stop: Stop,
}

impl AsyncSleep for StoppableSleep {
    fn sleep(&self, duration: std::time::Duration) -> Sleep {
        let (pause, stop) = (self.own.sleep(duration), self.stop.clone());
        Sleep::new(async move {
            stop.unless_triggered(pause).await;
        })
    }
}

/// The sleep where the configuration has none.
#[derive(Debug)]
struct TokioSleep;

impl AsyncSleep for TokioSleep {
    fn sleep(&self, duration: std::time::Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}

/// The caller's transport keeps its connectors, and with them their sleep, longer than a scan: it is never given one that a stop ends.
#[derive(Debug)]
struct OwnSleepTransport {
    client: SharedHttpClient,
    own: SharedAsyncSleep,
}

impl HttpClient for OwnSleepTransport {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let unstoppable = components.to_builder().with_sleep_impl(Some(self.own.clone())).build();
        self.client.http_connector(settings, &unstoppable.expect("they were complete before"))
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}
