//! Operations written by hand on the SDK's own runtime, for what no client crate is taken in: EC2's two reads, CloudFormation's three, one of
//! S3, and the plain GET of a state backend. Signing, credentials, retries, time-outs, clock and transport remain the SDK's.

use aws_config::SdkConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::{Operation, OperationBuilder};
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SigningName;

use super::breaker::Breaker;
use super::counter::Counter;
use super::gate::Gate;
use super::pacing::Ticketing;
use super::stop::Stop;
use super::stopping::Stopping;

/// What stands before every call, and what watches over it.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    pub gate: Gate,
    pub counter: Counter,
    pub breaker: Breaker,
    pub stopping: Stopping,
}

impl Watch {
    /// Of calls that nothing else counts.
    pub(crate) fn of(gate: Gate, stop: &Stop) -> Self {
        Self { gate, counter: Counter::default(), breaker: Breaker::default(), stopping: Stopping(stop.clone()) }
    }
}

/// What a service refused: its code, and words that are looked at and never repeated.
#[derive(Debug)]
pub(crate) struct ServiceError(pub ErrorMetadata);

impl std::fmt::Display for ServiceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code().unwrap_or("the call was refused"))
    }
}

impl std::error::Error for ServiceError {}

impl ProvideErrorMetadata for ServiceError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

/// An operation as far as all are alike: it lacks only whose it is (signed or not), what is sent, and how the answer is read.
pub(crate) fn operation(
    config: &SdkConfig,
    (service, action): (&'static str, &'static str),
    endpoint: &str,
    watch: &Watch,
) -> OperationBuilder {
    let Watch { gate, counter, breaker, stopping } = watch.clone();
    let retries = config.retry_config().cloned().unwrap_or_else(aws_config::retry::RetryConfig::standard);
    let operation = Operation::builder()
        .service_name(service)
        .operation_name(action)
        .behavior_version(aws_config::BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .standard_retry(&retries)
        .retry_classifier(AwsErrorCodeClassifier::<ServiceError>::new())
        .retry_classifier(TransientErrorClassifier::<ServiceError>::new())
        .retry_classifier(HttpStatusCodeClassifier::default())
        .retry_classifier(ServiceClockSkewClassifier::<ServiceError>::new())
        .interceptor(gate)
        .interceptor(ServiceClockSkewInterceptor::new())
        .interceptor(counter)
        .interceptor(breaker)
        .interceptor(stopping)
        .interceptor(Ticketing);
    match config.timeout_config() {
        Some(timeouts) => operation.timeout_config(timeouts.clone()),
        None => operation,
    }
}

/// What the SDK's own clients would set up from the configuration: SigV4 for that service and Region, credentials, transport, clock;
/// and a stock of retries of its own, where theirs would be every account's.
pub(crate) fn signed(config: &SdkConfig, name: &'static str, signing_options: SigningOptions) -> StaticRuntimePlugin {
    let mut layer = Layer::new(name);
    let region = config.region().cloned().map(Into::into);
    let signing_name = Some(SigningName::from_static(name));
    layer.store_put(SigV4OperationSigningConfig { region, name: signing_name, signing_options, ..Default::default() });
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(RetryPartition::custom(name).build());
    let mut components = components(config, name);
    components.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
    let schemes = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
    components.set_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(schemes)));
    match config.identity_cache() {
        Some(cache) => components.set_identity_cache(Some(cache)),
        None => components.set_identity_cache(Some(IdentityCache::lazy().build())),
    };
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials));
    }
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
}

/// The same without a signature: transport and clock.
pub(crate) fn unsigned(config: &SdkConfig, name: &'static str) -> StaticRuntimePlugin {
    StaticRuntimePlugin::new().with_runtime_components(components(config, name))
}

fn components(config: &SdkConfig, name: &'static str) -> RuntimeComponentsBuilder {
    let mut components = RuntimeComponentsBuilder::new(name);
    components.set_sleep_impl(config.sleep_impl());
    components.set_time_source(config.time_source());
    if let Some(client) = config.http_client() {
        components.set_http_client(Some(client));
    }
    components
}
