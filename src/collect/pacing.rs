//! Where the pace is kept: every attempt of every call waits for its token where the SDK looks for credentials, which is before it signs. AWS takes
//! no signature that is older than five minutes. At the transport an attempt's time-out begins; the SDK's own would count the waiting, and turn
//! a slow scan into a gap.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_ecs::config::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::identity::{IdentityFuture, ResolveCachedIdentity, SharedIdentityCache, SharedIdentityResolver};
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use super::Options;
use super::breaker::HasHung;
use super::counter::is_throttle;
use super::pace::Pace;
use super::stop::Stop;
use crate::model::Scope;
use crate::permissions::Rate;

/// How often one call may go without an answer.
const MOST_HUNG: u32 = 3;
/// A long wait is slept in parts, so that none is taken for one of the time-outs, which are longer.
const LONGEST_PART: Duration = Duration::from_secs(2);

/// What an attempt brings to the transport: whose bucket it draws on, and how often its call has hung.
#[derive(Clone, Debug)]
struct Ticket {
    rate: Option<&'static Rate>,
    hung: Arc<AtomicU32>,
}

impl Storable for Ticket {
    type Storer = StoreReplace<Self>;
}

/// Gives each attempt its ticket. Only here, before it is sent, is the operation known and the request there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticketing;

#[dyn_dispatch_hint]
impl Intercept for Ticketing {
    fn name(&self) -> &'static str {
        "Ticketing"
    }

    fn read_before_serialization(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let rate = config.load::<Metadata>().and_then(|metadata| Rate::of_call(metadata.service(), metadata.name()));
        config.interceptor_state().store_put(Ticket { rate, hung: Arc::default() });
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(ticket) = config.load::<Ticket>() {
            context.request_mut().add_extension(ticket.clone());
        }
        Ok(())
    }
}

/// The configuration whose attempts keep the pace, and whose transport gives up on them in the SDK's stead.
pub(super) fn paced(config: &SdkConfig, scope: &Scope, options: &Options) -> SdkConfig {
    let (Some(client), Some(sleep)) = (config.http_client(), config.sleep_impl()) else { return config.clone() };
    let given = config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled);
    let patience = given.operation_attempt_timeout();
    let mut timeouts = TimeoutConfig::builder();
    timeouts.set_connect_timeout(given.connect_timeout()).set_read_timeout(given.read_timeout());
    timeouts.set_operation_timeout(given.operation_timeout());
    let (pace, stop) = (options.pace.clone(), options.stop.clone());
    let road = Road { pace, scope: scope.clone(), stop, sleep, clock: config.clone(), patience };
    let road = Arc::new(road);
    let cache = config.identity_cache().unwrap_or_else(|| IdentityCache::lazy().build());
    let identities = PacedIdentities { cache, road: Arc::clone(&road) };
    let client = SharedHttpClient::new(PacedTransport { client, road });
    config.to_builder().timeout_config(timeouts.build()).identity_cache(identities).http_client(client).build()
}

/// What all attempts of a scope have in common.
#[derive(Debug)]
struct Road {
    pace: Pace,
    scope: Scope,
    stop: Stop,
    sleep: SharedAsyncSleep,
    clock: SdkConfig,
    patience: Option<Duration>,
}

/// Gives an attempt its credentials when it has its token.
#[derive(Debug)]
struct PacedIdentities {
    cache: SharedIdentityCache,
    road: Arc<Road>,
}

impl ResolveCachedIdentity for PacedIdentities {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        let rate = config.load::<Ticket>().and_then(|ticket| ticket.rate);
        IdentityFuture::new(async move {
            self.road.wait_for_token(rate).await;
            self.cache.resolve_cached_identity(resolver, components, config).await
        })
    }

    fn validate_base_client_config(&self, components: &RuntimeComponentsBuilder, config: &ConfigBag) -> Result<(), BoxError> {
        self.cache.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.cache.validate_final_config(components, config)
    }
}

#[derive(Debug)]
struct PacedTransport {
    client: SharedHttpClient,
    road: Arc<Road>,
}

impl HttpClient for PacedTransport {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        SharedHttpConnector::new(PacedConnector { connector, road: self.road.clone() })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}

#[derive(Debug)]
struct PacedConnector {
    connector: SharedHttpConnector,
    road: Arc<Road>,
}

impl HttpConnector for PacedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let ticket = request.extension::<Ticket>().cloned();
        let (connector, road) = (self.connector.clone(), self.road.clone());
        HttpConnectorFuture::new_boxed(Box::pin(async move {
            let rate = ticket.as_ref().and_then(|ticket| ticket.rate);
            let answer = road.in_time(connector.call(request)).await;
            match (&answer, rate) {
                (Ok(response), Some(rate)) if is_throttle(response) => road.pace.slow_down(&road.scope, rate, road.now()),
                _ => {}
            }
            answer.map_err(|error| match ticket {
                Some(ticket) => ticket.once_more_or_never(error),
                None => error,
            })
        }))
    }
}

impl Road {
    /// Until the token is there, or the scan is stopped.
    async fn wait_for_token(&self, rate: Option<&'static Rate>) {
        let mut rest = rate.map_or(Duration::ZERO, |rate| self.pace.take(&self.scope, rate, self.now()));
        while !rest.is_zero() && !self.stop.is_triggered() {
            let part = rest.min(LONGEST_PART);
            self.sleep.sleep(part).await;
            rest -= part;
        }
    }

    /// The whole answer, unless it takes too long.
    async fn in_time(&self, answer: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
        let patience = async {
            match self.patience {
                Some(patience) => self.sleep.sleep(patience).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = async { Ok(whole(answer.await?).await) } => answer,
            () = patience => Err(ConnectorError::timeout("no answer in time".into())),
        }
    }

    /// The configuration's own time, since 1970.
    fn now(&self) -> Duration {
        let now = self.clock.time_source().map_or_else(std::time::SystemTime::now, |source| source.now());
        now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default()
    }
}

/// The answer with all of its body. A body that breaks off is left as one that cannot be read: the SDK calls that by its name, and tries again.
async fn whole(mut response: HttpResponse) -> HttpResponse {
    let body = std::mem::replace(response.body_mut(), SdkBody::taken());
    if let Ok(bytes) = ByteStream::new(body).collect().await {
        *response.body_mut() = SdkBody::from(bytes.into_bytes());
    }
    response
}

impl Ticket {
    /// What has hung too often is not tried again; the SDK would go on as long as there are attempts.
    fn once_more_or_never(&self, error: ConnectorError) -> ConnectorError {
        if error.is_timeout() && self.hung.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_HUNG {
            ConnectorError::other(HasHung.into(), None)
        } else {
            error
        }
    }
}
