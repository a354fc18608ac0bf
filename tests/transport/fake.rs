//! A transport, a sleep and a clock of the test's own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use ecs_express_audit::collect::{self, Call, Options, Stop};
use ecs_express_audit::inventory::ScopeInventory;
use ecs_express_audit::model::{Cause, Scope, Timestamp};

/// An answer: status and body. `None` takes so long that only a time-out ends it.
pub(crate) type Answer = Option<(u16, Vec<u8>)>;
/// What the test answers to `service:Operation`; nothing said means an empty list.
type Answers = dyn Fn(&str, usize) -> Option<Answer> + Send + Sync;

#[derive(Clone)]
struct Transport {
    answers: Arc<Answers>,
    calls: Arc<Mutex<Vec<String>>>,
    clock: Clock,
    /// How old each call's signature was.
    ages: Arc<Mutex<Vec<Duration>>>,
    /// The sleep that connectors were given, which a real transport keeps.
    sleep: Arc<Mutex<Option<SharedAsyncSleep>>>,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transport")
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, _: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        *self.sleep.lock().unwrap_or_else(PoisonError::into_inner) = components.sleep_impl();
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Transport {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let call = name_of(&request);
        let signed = request.headers().get("x-amz-date").map(moment).expect("a signature's date");
        self.ages.lock().unwrap_or_else(PoisonError::into_inner).push(self.clock.now().duration_since(signed).unwrap_or_default());
        let nth = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.push(call.clone());
            calls.iter().filter(|made| **made == call).count()
        };
        match (self.answers)(&call, nth).unwrap_or_else(|| Some((200, nothing(&call)))) {
            None => HttpConnectorFuture::new(std::future::pending()),
            Some((status, body)) => {
                let mut response = HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(body));
                response.headers_mut().insert("smithy-protocol", "rpc-v2-cbor");
                HttpConnectorFuture::ready(Ok(response))
            }
        }
    }
}

/// The moment of `20260921T141320Z`.
fn moment(date: &str) -> SystemTime {
    let [day, time] = [&date[..8], &date[9..15]];
    let text = format!("{}-{}-{}T{}:{}:{}Z", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..]);
    let at = Timestamp::parse(&text).expect("a time").unix_seconds();
    SystemTime::UNIX_EPOCH + Duration::from_secs(at.unsigned_abs())
}

/// `service:Operation`, from the signature's scope and whatever names the operation in the protocol.
fn name_of(request: &HttpRequest) -> String {
    let scope = request.headers().get("authorization").unwrap_or_default();
    let service = scope.split('/').nth(3).unwrap_or_default();
    let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
    let of_target = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
    let of_form = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let operation = of_target.or(of_form).unwrap_or_else(|| request.uri().rsplit('/').next().unwrap_or_default());
    format!("{service}:{operation}")
}

/// An answer in which there is nothing.
pub(crate) fn nothing(call: &str) -> Vec<u8> {
    let (service, operation) = call.split_once(':').unwrap_or_default();
    match service {
        "elasticloadbalancing" => format!("<{operation}Response><{operation}Result></{operation}Result></{operation}Response>").into(),
        "ec2" => format!("<{operation}Response><securityGroupInfo/><networkInterfaceSet/></{operation}Response>").into(),
        "monitoring" => vec![0xa0],
        _ => b"{}".to_vec(),
    }
}

/// The time-outs of one attempt and of a whole operation; every other sleep is a pause, for a token or before a retry.
const TIME_OUTS: [Duration; 2] = [Duration::from_secs(10), Duration::from_hours(1)];

/// Whether it is a wait for a token of a bucket that gets five a second. (The SDK sleeps between its looks at a body: not for multiples of a fifth.)
pub(crate) fn is_wait(slept: Duration) -> bool {
    slept <= Duration::from_secs(2) && slept.as_millis().is_multiple_of(200)
}

/// How time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    /// Pauses are over at once; time-outs never come.
    Ample,
    /// The same, and the clock goes on by each wait for a token.
    Passes,
    /// Pauses are over at once; time-outs come soon.
    Short,
    /// Neither pauses nor time-outs ever end.
    StandsStill,
}

/// Sleeps not at all (or for ever), and remembers for how long it should have.
#[derive(Clone, Debug)]
struct NoSleep {
    time: Time,
    clock: Clock,
    slept: Arc<Mutex<Vec<Duration>>>,
}

/// Milliseconds since the tests' one moment.
#[derive(Clone, Debug, Default)]
struct Clock(Arc<AtomicU64>);

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000) + Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

impl AsyncSleep for NoSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        let is_time_out = TIME_OUTS.contains(&duration);
        if !is_time_out {
            self.slept.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
        }
        match self.time {
            Time::Ample | Time::Passes if is_time_out => Sleep::new(std::future::pending()),
            Time::Short if is_time_out => Sleep::new(turns(duration.as_secs() * TURNS_OF_A_SECOND)),
            Time::StandsStill => Sleep::new(std::future::pending()),
            Time::Passes if is_wait(duration) => {
                self.clock.0.fetch_add(u64::try_from(duration.as_millis()).expect("a pause"), Ordering::Relaxed);
                Sleep::new(std::future::ready(()))
            }
            Time::Ample | Time::Passes | Time::Short => Sleep::new(std::future::ready(())),
        }
    }
}

/// So many turns of the scheduler stand for a second of waiting.
const TURNS_OF_A_SECOND: u64 = 100;

/// Late enough for every answer that comes at all to have come.
pub(crate) async fn later() {
    turns(1_000).await;
}

async fn turns(count: u64) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

pub(crate) struct Scan {
    pub(crate) live: ScopeInventory,
    pub(crate) calls: Vec<String>,
    pub(crate) told: Vec<Call>,
    pub(crate) slept: Vec<Duration>,
    /// How old the signature of each call was when it was sent.
    pub(crate) ages: Vec<Duration>,
    pub(crate) sleep_of_connectors: Option<SharedAsyncSleep>,
}

pub(crate) async fn scan(answers: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static) -> Scan {
    scan_with(answers, Time::Ample, &Stop::default()).await
}

pub(crate) async fn scan_with(answers: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static, time: Time, stop: &Stop) -> Scan {
    let clock = Clock::default();
    let transport =
        Transport { answers: Arc::new(answers), calls: Arc::default(), clock: clock.clone(), ages: Arc::default(), sleep: Arc::default() };
    let sleep = NoSleep { time, clock: clock.clone(), slept: Arc::default() };
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "test")))
        .http_client(SharedHttpClient::new(transport.clone()))
        .sleep_impl(SharedAsyncSleep::new(sleep.clone()))
        .time_source(SharedTimeSource::new(clock.clone()))
        .build();
    let told = Arc::new(Mutex::new(Vec::new()));
    let live = collected(&config, stop, &told).await;
    let calls = transport.calls.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let slept = sleep.slept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let sleep_of_connectors = transport.sleep.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let told = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let ages = transport.ages.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Scan { live, calls, told, slept, ages, sleep_of_connectors }
}

/// What a scan with this configuration brings, and what it tells of its calls.
pub(crate) async fn collected(config: &SdkConfig, stop: &Stop, told: &Arc<Mutex<Vec<Call>>>) -> ScopeInventory {
    let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() };
    let mut options = Options::default();
    options.stop = stop.clone();
    let told = told.clone();
    options.calls = Some(Arc::new(move |call| told.lock().unwrap_or_else(PoisonError::into_inner).push(call.clone())));
    collect::collect(config, &scope, &options).await
}

pub(crate) fn gaps(live: &ScopeInventory) -> Vec<(&str, Cause)> {
    live.gaps.iter().map(|gap| (gap.operation.as_str(), gap.cause)).collect()
}
