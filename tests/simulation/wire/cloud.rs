//! Many accounts and Regions behind one transport: whose a call is, and until when its session lasts, tells the key that it is signed with,
//! where it goes the signature's Region.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_async::time::{SharedTimeSource, TimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::json;

use super::answer::{self, Answer, Refusal, Reply, time};
use super::call::Call;
use super::{Setup, State, fault, response};
use crate::aws::{Account, Time};

/// The account of the run's own credentials.
pub(crate) const HUB: &str = "999999999999";
/// When the first call comes.
const START: Time = 1_790_000_000;
/// How many calls are made in a second: those of 256 at a time that take 100 ms each.
const CALLS_PER_SECOND: u64 = 2_560;
/// How long the session of a role lasts unless it is said, in seconds.
const HOUR: Time = 3_600;
/// What nothing waits for is a time-out; shorter is the pause before a retry.
const LEAST_TIME_OUT: Duration = Duration::from_secs(4);

/// How often each API of an account was asked in a Region.
pub(crate) type Asked = HashMap<&'static str, u32>;

/// All accounts.
#[derive(Clone)]
pub(crate) struct Cloud {
    /// What an account holds in a Region.
    holds: fn(&mut Account),
    /// Whether its role may be assumed.
    admits: fn(&str) -> bool,
    /// How long the session of a role lasts, in seconds.
    lasting: Time,
    /// After how many seconds the run's own credentials end, if they do.
    own_end: Option<Time>,
    asked: Arc<Mutex<HashMap<(String, String), Asked>>>,
    clock: Clock,
}

impl Cloud {
    pub(crate) fn new(holds: fn(&mut Account), admits: fn(&str) -> bool) -> Self {
        let clock = Clock { calls: Arc::default(), per_second: CALLS_PER_SECOND };
        Self { holds, admits, lasting: HOUR, own_end: None, asked: Arc::default(), clock }
    }

    /// The same, so slow that a call takes a second, with sessions of so many seconds; the run's own credentials may end as well.
    pub(crate) fn with_sessions_of(self, lasting: Time, own_end: Option<Time>) -> Self {
        Self { lasting, own_end, clock: Clock { per_second: 1, ..self.clock }, ..self }
    }

    /// The configuration of whoever assumes the roles.
    pub(crate) fn configuration(&self) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(HUB, "secret", None, None, "simulation")))
            .http_client(SharedHttpClient::new(self.clone()))
            .sleep_impl(SharedAsyncSleep::new(NoPause))
            .time_source(SharedTimeSource::new(self.clock.clone()))
            .build()
    }

    /// How long all calls took so far, by the clock of this simulation.
    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.since_start()
    }

    /// How often each API was asked there since the last time; it is forgotten then.
    pub(crate) fn take_asked(&self, account: &str, region: &str) -> Asked {
        let place = (account.to_owned(), region.to_owned());
        self.asked.lock().expect("nothing panics that holds it").remove(&place).unwrap_or_default()
    }

    fn answer(&self, call: &Call, key: &str, region: &str) -> Answer {
        let (account, end) = key.split_once('-').unwrap_or((key, ""));
        let own_end = || self.own_end.filter(|_| account == HUB).map(|after| START + after);
        if end.parse().ok().or_else(own_end).is_some_and(|end: Time| self.clock.seconds() >= end) {
            return Err(fault::expired(call));
        }
        if (call.service, call.operation.as_str()) == ("sts", "AssumeRole") {
            return self.assume(call.text("RoleArn").and_then(|arn| arn.split(':').nth(4)).unwrap_or_default());
        }
        let mut held = Account { id: account.to_owned(), region: region.to_owned(), now: self.clock.seconds(), ..Account::default() };
        (self.holds)(&mut held);
        State { account: held, setup: Setup::default(), calls: Vec::new(), operation: None, victim: None }.honest(call)
    }

    fn assume(&self, account: &str) -> Answer {
        if !(self.admits)(account) {
            return Err(Refusal { status: 403, ..Refusal::new("AccessDenied", "not authorized to perform: sts:AssumeRole") });
        }
        let end = self.clock.seconds() + self.lasting;
        let key = format!("{account}-{end}");
        Ok(json!({"Credentials": {"AccessKeyId": key, "SecretAccessKey": "secret", "SessionToken": "token", "Expiration": time(end)}}))
    }
}

impl std::fmt::Debug for Cloud {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cloud")
    }
}

impl HttpClient for Cloud {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.clock.calls.fetch_add(1, Ordering::Relaxed);
        let now = self.clock.seconds();
        let call = Call::of(&request, now);
        let signed = request.headers().get("authorization").and_then(|signed| signed.split_once("Credential=")).expect("it is signed").1;
        let [key, _, region] = [0, 1, 2].map(|part| signed.split('/').nth(part).unwrap_or_default());
        let account = key.split('-').next().unwrap_or_default();
        let mut asked = self.asked.lock().expect("nothing panics that holds it");
        *asked.entry((account.to_owned(), region.to_owned())).or_default().entry(call.service).or_default() += 1;
        drop(asked);
        match answer::write(&call, self.answer(&call, key, region)) {
            Reply::Whole(status, body) => HttpConnectorFuture::ready(Ok(response(&call, status, SdkBody::from(body), now))),
            Reply::Reset | Reply::Silence => HttpConnectorFuture::new(std::future::pending()),
        }
    }
}

/// Nothing times out, and nothing waits.
#[derive(Debug)]
struct NoPause;

impl AsyncSleep for NoPause {
    fn sleep(&self, duration: Duration) -> Sleep {
        if duration >= LEAST_TIME_OUT { Sleep::new(std::future::pending()) } else { Sleep::new(std::future::ready(())) }
    }
}

/// Time goes on with every call.
#[derive(Clone, Debug)]
struct Clock {
    calls: Arc<AtomicU64>,
    per_second: u64,
}

impl Clock {
    fn since_start(&self) -> Duration {
        Duration::from_nanos(self.calls.load(Ordering::Relaxed) * (1_000_000_000 / self.per_second))
    }

    fn seconds(&self) -> Time {
        START.saturating_add_unsigned(self.since_start().as_secs())
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(START.unsigned_abs()) + self.since_start()
    }
}
