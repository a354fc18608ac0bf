//! The SDK's clients for one scope, all behind the gate, and all sharing retries, time-outs, the transport and the counter.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_runtime::client::defaults::default_http_client_plugin_v2;
use aws_smithy_runtime::client::retries::RetryPartition;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;

use super::Options;
use super::counter::Counter;
use super::ec2_query::Ec2;
use super::gate::Gate;
use super::iam::Iam;
use super::operation::Watch;
use super::pacing::{Ticketing, paced};
use super::stop::Stop;
use super::stopping::stoppable;
use super::whole_answers::WholeAnswers;
use crate::model::Scope;

/// How long a connection may take, and an attempt.
const CONNECTION: Duration = Duration::from_secs(4);
const ATTEMPT: Duration = Duration::from_secs(10);
/// How long a call may take with all its attempts, and how long one of a scan: it waits for its turn, and may be throttled often, so this is
/// there for what nobody thought of.
const OPERATION: Duration = Duration::from_secs(35);
const LONGEST_OPERATION: Duration = Duration::from_hours(1);
/// Pauses before retries: up to the first one, doubled each time, no longer than the last; how much of it is left to chance.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// One client for each API that is read.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    pub ecs: aws_sdk_ecs::Client,
    pub elb: aws_sdk_elasticloadbalancingv2::Client,
    pub acm: aws_sdk_acm::Client,
    pub cloudwatch: aws_sdk_cloudwatch::Client,
    pub logs: aws_sdk_cloudwatchlogs::Client,
    pub scaling: aws_sdk_applicationautoscaling::Client,
    pub tagging: aws_sdk_resourcegroupstagging::Client,
    pub ec2: Ec2,
    pub iam: Iam,
    pub counter: Counter,
}

impl Clients {
    /// Clients for the account and Region that the configuration leads to.
    pub(super) fn new(config: &SdkConfig, scope: &Scope, options: &Options) -> Self {
        let config = paced(&bounded(config, LONGEST_OPERATION, &options.stop), scope, options);
        let watch = Watch { counter: Counter::telling(options.calls.clone()), ..Watch::of(Gate::Scan, &options.stop) };
        // The crates' builders are alike and share no trait.
        macro_rules! client {
            ($sdk:ident) => {{
                let builder = $sdk::config::Builder::from(&config);
                let builder = builder.interceptor(Gate::Scan).interceptor(watch.counter.clone()).interceptor(watch.breaker.clone());
                let builder = builder.interceptor(WholeAnswers).interceptor(watch.stopping.clone()).interceptor(Ticketing);
                // Its stock of retries would otherwise be every account's.
                let builder = builder.retry_partition(RetryPartition::custom(stringify!($sdk)).build());
                $sdk::Client::from_conf(builder.build())
            }};
        }
        Self {
            ecs: client!(aws_sdk_ecs),
            elb: client!(aws_sdk_elasticloadbalancingv2),
            acm: client!(aws_sdk_acm),
            cloudwatch: client!(aws_sdk_cloudwatch),
            logs: client!(aws_sdk_cloudwatchlogs),
            scaling: client!(aws_sdk_applicationautoscaling),
            tagging: client!(aws_sdk_resourcegroupstagging),
            ec2: Ec2::new(&config, &watch),
            iam: Iam::new(&config, &watch),
            counter: watch.counter,
        }
    }
}

/// A client for STS, which is asked once, and before a scan begins.
pub(super) fn sts(config: &SdkConfig) -> aws_sdk_sts::Client {
    let builder = aws_sdk_sts::config::Builder::from(&with_limits(config, OPERATION));
    aws_sdk_sts::Client::from_conf(builder.interceptor(Gate::Scan).build())
}

/// The configuration that everything is asked with: bounded in time, and over one transport, until the stop.
pub(crate) fn limited(config: &SdkConfig, stop: &Stop) -> SdkConfig {
    bounded(config, OPERATION, stop)
}

fn bounded(config: &SdkConfig, operation: Duration, stop: &Stop) -> SdkConfig {
    stoppable(&with_limits(config, operation), transport(config), stop)
}

/// Standard retries (adaptive ones stall a short-lived program for many seconds) and time-outs, where the caller set none.
fn with_limits(config: &SdkConfig, operation: Duration) -> SdkConfig {
    let mut builder = config.to_builder();
    if config.retry_config().is_none_or(|retries| *retries == RetryConfig::standard()) {
        builder.set_retry_config(Some(
            RetryConfig::standard().with_max_attempts(8).with_initial_backoff(FIRST_PAUSE).with_max_backoff(LONGEST_PAUSE),
        ));
    }
    let has_timeouts = config.timeout_config().is_some_and(|timeouts| timeouts.operation_timeout().is_some());
    if !has_timeouts {
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECTION).operation_attempt_timeout(ATTEMPT).operation_timeout(operation);
        builder.set_timeout_config(Some(timeouts.build()));
    }
    builder.build()
}

/// One transport for all clients: the configuration's, or the SDK's default, which each client would otherwise make for itself.
pub(super) fn transport(config: &SdkConfig) -> Option<SharedHttpClient> {
    config.http_client().or_else(|| {
        let version = config.behavior_version().unwrap_or_else(BehaviorVersion::latest);
        let plugin = default_http_client_plugin_v2(version)?;
        plugin.runtime_components(&RuntimeComponentsBuilder::new("transport")).http_client()
    })
}
