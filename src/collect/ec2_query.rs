//! EC2 operations on the SDK's own runtime.
//!
//! The crate `aws-sdk-ec2` is 1.2 million lines: 8 GB and half of the whole build for the two reads that are needed here. So these two
//! are written by hand; signing, credentials, retries, time-outs, transport and partitions remain the SDK's.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_sdk_ecs::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SigningName;
use aws_types::service_config::ServiceConfigKey;
use futures_util::FutureExt;

use super::breaker::Breaker;
use super::counter::Counter;
use super::ec2_xml::{NetworkInterfaces, Refusal, SecurityGroups};
use super::gate::Gate;
use super::stopping::Stopping;
use super::whole_answers::is_whole;

/// Names and values of an operation's parameters.
type Parameters = Vec<(String, String)>;
pub(super) type Query<O> = Operation<Parameters, O, Ec2Error>;

/// A client for the EC2 reads.
#[derive(Clone, Debug)]
pub(super) struct Ec2 {
    security_groups: Arc<Query<SecurityGroups>>,
    interfaces: Arc<Query<NetworkInterfaces>>,
}

/// What EC2 refused.
#[derive(Debug)]
pub(super) struct Ec2Error(ErrorMetadata);

impl std::fmt::Display for Ec2Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code().unwrap_or("EC2 refused the call"))
    }
}

impl std::error::Error for Ec2Error {}

impl ProvideErrorMetadata for Ec2Error {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

impl Ec2 {
    pub(super) fn new(config: &SdkConfig, counter: &Counter, breaker: &Breaker, stopping: &Stopping) -> Self {
        Self {
            security_groups: Arc::new(query(config, "DescribeSecurityGroups", counter, breaker, stopping)),
            interfaces: Arc::new(query(config, "DescribeNetworkInterfaces", counter, breaker, stopping)),
        }
    }

    /// `DescribeSecurityGroups`.
    pub(super) async fn security_groups(&self, parameters: Parameters) -> Result<SecurityGroups, SdkError<Ec2Error, HttpResponse>> {
        self.security_groups.invoke(parameters).await
    }

    /// `DescribeNetworkInterfaces`.
    pub(super) async fn network_interfaces(&self, parameters: Parameters) -> Result<NetworkInterfaces, SdkError<Ec2Error, HttpResponse>> {
        self.interfaces.invoke(parameters).await
    }
}

pub(super) fn query<O>(config: &SdkConfig, action: &'static str, counter: &Counter, breaker: &Breaker, stopping: &Stopping) -> Query<O>
where
    O: serde::de::DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
{
    let retries = config.retry_config().cloned().unwrap_or_else(aws_config::retry::RetryConfig::standard);
    let mut operation = Operation::builder()
        .service_name("EC2")
        .operation_name(action)
        .behavior_version(aws_config::BehaviorVersion::latest())
        .endpoint_url(&endpoint(config))
        .standard_retry(&retries)
        .retry_classifier(AwsErrorCodeClassifier::<Ec2Error>::new())
        .retry_classifier(TransientErrorClassifier::<Ec2Error>::new())
        .retry_classifier(HttpStatusCodeClassifier::default())
        .retry_classifier(ServiceClockSkewClassifier::<Ec2Error>::new())
        .interceptor(Gate)
        .interceptor(ServiceClockSkewInterceptor::new())
        .interceptor(counter.clone())
        .interceptor(breaker.clone())
        .interceptor(stopping.clone())
        .runtime_plugin(signing(config));
    if let Some(timeouts) = config.timeout_config() {
        operation = operation.timeout_config(timeouts.clone());
    }
    operation.serializer(move |parameters: Parameters| request(action, &parameters)).deserializer(answer).build()
}

/// What the SDK's own clients would set up from the configuration: SigV4 for `ec2`, a stock of retries per Region, credentials, transport,
/// clock.
fn signing(config: &SdkConfig) -> StaticRuntimePlugin {
    let mut layer = Layer::new("EC2 reads");
    let region = config.region().cloned().map(Into::into);
    layer.store_put(SigV4OperationSigningConfig { region, name: Some(SigningName::from_static("ec2")), ..Default::default() });
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(RetryPartition::new(config.region().map_or_else(|| "ec2".to_owned(), |region| format!("ec2-{region}"))));
    let mut components = RuntimeComponentsBuilder::new("EC2 reads");
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
    components.set_sleep_impl(config.sleep_impl());
    components.set_time_source(config.time_source());
    if let Some(client) = config.http_client() {
        components.set_http_client(Some(client));
    }
    StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components)
}

/// The endpoint: the one that the caller configured (for EC2, then for all), else the Region's.
fn endpoint(config: &SdkConfig) -> String {
    let is_explicit = config.get_origin("endpoint_url").is_client_config();
    let key = ServiceConfigKey::builder().service_id("EC2").env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok();
    let for_ec2 = key.filter(|_| !is_explicit).and_then(|key| config.service_config()?.load_config(key));
    let region = config.region().map(|region| region.as_ref()).unwrap_or_default();
    let configured = for_ec2.or_else(|| config.endpoint_url().map(str::to_owned));
    configured.unwrap_or_else(|| regional_endpoint(region, config.use_fips() == Some(true), config.use_dual_stack() == Some(true)))
}

/// ECS's endpoint with EC2's name in it: the SDK knows the partitions, their suffixes, FIPS and dual-stack.
fn regional_endpoint(region: &str, fips: bool, dual_stack: bool) -> String {
    let params = Params::builder().region(region.to_owned()).use_fips(fips).use_dual_stack(dual_stack).build().ok();
    let resolved = params.and_then(|params| DefaultResolver::new().resolve_endpoint(&params).now_or_never());
    let of_ecs = match resolved {
        Some(Ok(endpoint)) => endpoint.url().to_owned(),
        _ => format!("https://ecs.{region}.amazonaws.com"),
    };
    // In GovCloud EC2's ordinary endpoints are the FIPS ones (rules of the EC2 endpoint in the SDK).
    let of_ecs = if region.starts_with("us-gov-") && !dual_stack { of_ecs.replace("ecs-fips.", "ecs.") } else { of_ecs };
    of_ecs.replacen("https://ecs", "https://ec2", 1)
}

fn request(action: &str, parameters: &[(String, String)]) -> Result<HttpRequest, aws_smithy_runtime_api::box_error::BoxError> {
    let mut body = format!("Action={action}&Version=2016-11-15");
    for (name, value) in parameters {
        body.push('&');
        body.push_str(&encoded(name));
        body.push('=');
        body.push_str(&encoded(value));
    }
    let length = body.len().to_string();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded");
    request.headers_mut().insert("content-length", length);
    Ok(request)
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn answer<O: serde::de::DeserializeOwned>(response: &HttpResponse) -> Result<O, OrchestratorError<Ec2Error>> {
    let body = response.body().bytes().unwrap_or_default();
    let text = std::str::from_utf8(body).map_err(OrchestratorError::other)?;
    if !response.status().is_success() {
        let refusal: Refusal = quick_xml::de::from_str(text).unwrap_or_default();
        let metadata = ErrorMetadata::builder().code(refusal.errors.error.code).message(refusal.errors.error.message).build();
        return Err(OrchestratorError::operation(Ec2Error(metadata)));
    }
    if !is_whole(body) || !text.contains("Response") {
        return Err(OrchestratorError::other("the answer is no whole document of EC2's"));
    }
    quick_xml::de::from_str(text).map_err(OrchestratorError::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_those_of_the_sdk() {
        // Taken from the endpoint tests of aws-sdk-ec2 1.274.0.
        for (region, fips, dual_stack, expected) in [
            ("us-east-1", false, false, "https://ec2.us-east-1.amazonaws.com"),
            ("us-east-1", true, false, "https://ec2-fips.us-east-1.amazonaws.com"),
            ("us-east-1", true, true, "https://ec2-fips.us-east-1.api.aws"),
            ("eu-west-1", false, true, "https://ec2.eu-west-1.api.aws"),
            ("cn-north-1", false, false, "https://ec2.cn-north-1.amazonaws.com.cn"),
            ("cn-north-1", true, false, "https://ec2-fips.cn-north-1.amazonaws.com.cn"),
            ("us-gov-east-1", false, false, "https://ec2.us-gov-east-1.amazonaws.com"),
            ("us-gov-east-1", true, false, "https://ec2.us-gov-east-1.amazonaws.com"),
            ("us-gov-east-1", true, true, "https://ec2-fips.us-gov-east-1.api.aws"),
            ("us-iso-east-1", false, false, "https://ec2.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert_eq!(regional_endpoint(region, fips, dual_stack), expected, "{region} fips={fips} dual-stack={dual_stack}");
        }
    }

    #[test]
    fn parameters_are_encoded() {
        assert_eq!(encoded("Filter.1.Value.1"), "Filter.1.Value.1");
        assert_eq!(encoded("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }
}
