//! The simulated account behind the real SDK: a transport that decodes each request, answers it from the account's state in AWS's own
//! protocols, pages and limits, and takes faults and changes of the account between calls. Nothing waits, nothing leaves the process.

mod answer;
mod call;
mod cbor;
mod cloud;
mod ec2;
mod ecs;
mod elbv2;
mod fault;
mod gateways;
mod others;
mod paging;
mod still;
mod tags;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::Format;
use ecs_express_audit::collect::{self, Options};
use ecs_express_audit::inventory::ScopeInventory;
use ecs_express_audit::model::Scope;

use crate::aws::{Account, Time};
use answer::{Answer, Refusal, Reply};
use call::{Call, Protocol};
pub(crate) use cloud::{Cloud, HUB};
pub(crate) use fault::Fault;
pub(crate) use paging::Order;
pub(crate) use tags::TagIndex;

/// Told before each call, with the account (to be changed), how many calls were made before, and the operation: `acm:ListCertificates`.
pub(crate) type BeforeCall = Box<dyn FnMut(&mut Account, usize, &str) + Send>;

/// One fault in a scan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Injection {
    /// At which call, counted from 0.
    pub(crate) at: usize,
    /// What goes wrong.
    pub(crate) fault: Fault,
    /// Whether it stays: with every later call of that operation, or with all later calls.
    pub(crate) is_sticky: bool,
}

/// How AWS behaves during a scan, besides what the account holds.
pub(crate) struct Setup {
    pub(crate) before_call: BeforeCall,
    pub(crate) order: Order,
    pub(crate) injection: Option<Injection>,
    /// Whether it is wanted what could go wrong with each call.
    pub(crate) lists_faults: bool,
    /// What the tagging API shows instead of the account's own tags as they are.
    pub(crate) tag_index: Option<TagIndex>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { before_call: Box::new(|_, _, _| ()), order: Order::default(), injection: None, lists_faults: false, tag_index: None }
    }
}

/// A call that was made, and what could have gone wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// The operation: `acm:ListCertificates`.
    pub(crate) operation: String,
    /// The faults that this call could have, where they are wanted.
    pub(crate) possible: Vec<Fault>,
    /// Whether it had the injected one.
    pub(crate) is_spoilt: bool,
}

/// An account that stands still, for whoever serves it to callers of another process or over a network.
#[allow(dead_code, reason = "benches/region.rs serves it over HTTP")]
pub(crate) struct Standing {
    state: State,
    /// Whole answers, by operation and parameters without the page.
    whole: BTreeMap<String, Answer>,
}

#[allow(dead_code, reason = "benches/region.rs serves it over HTTP")]
impl Standing {
    pub(crate) fn new(account: Account) -> Self {
        let setup = Setup { tag_index: Some(TagIndex::of(&account)), ..Setup::default() };
        let state = State { account, setup, calls: Vec::new(), operation: None, victim: None };
        Self { state, whole: BTreeMap::new() }
    }

    /// The operation that a request calls, as IAM names it.
    pub(crate) fn operation(&self, request: &HttpRequest) -> String {
        Call::of(request, self.state.account.now).name()
    }

    /// Status and body of the answer.
    pub(crate) fn answer(&mut self, request: &HttpRequest) -> (u16, Vec<u8>) {
        let call = Call::of(request, self.state.account.now);
        let page = paging::paged(&call).map_or("", |paged| paged.token);
        let mut parameters = call.input.clone();
        parameters[page] = serde_json::Value::Null;
        let whole = self.whole.entry(format!("{} {parameters}", call.name())).or_insert_with(|| self.state.whole(&call)).clone();
        written(&call, whole.and_then(|whole| paging::cut(&call, whole, self.state.setup.order)))
    }

    /// Status and body of "slow down".
    pub(crate) fn throttle(&self, request: &HttpRequest) -> (u16, Vec<u8>) {
        let call = Call::of(request, self.state.account.now);
        written(&call, Err(fault::throttled(&call)))
    }
}

#[allow(dead_code, reason = "benches/region.rs serves it over HTTP")]
fn written(call: &Call, answer: Answer) -> (u16, Vec<u8>) {
    match answer::write(call, answer) {
        Reply::Whole(status, body) => (status, body),
        Reply::Reset | Reply::Silence => unreachable!("only faults are so"),
    }
}

/// What came of a scan.
pub(crate) struct Run {
    pub(crate) live: ScopeInventory,
    pub(crate) calls: Vec<Made>,
    /// The account as the scan left it.
    pub(crate) account: Account,
}

/// Scans the account with the project's own collector.
pub(crate) async fn scan(account: Account, options: &Options, setup: Setup) -> Run {
    let scope = Scope { partition: "aws".into(), account: account.id.clone(), region: account.region.clone() };
    let has_time_outs = setup.injection.is_some_and(|injection| injection.fault == Fault::Hang);
    let state = SharedState(Arc::new(Mutex::new(State { account, setup, calls: Vec::new(), operation: None, victim: None })));
    let live = collect::collect(&configuration(&state, has_time_outs), &scope, options).await;
    let state = state.lock();
    Run { live, calls: state.calls.clone(), account: state.account.clone() }
}

fn configuration(state: &SharedState, has_time_outs: bool) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(state.lock().account.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "simulation")))
        .http_client(SharedHttpClient::new(Wire(state.clone())))
        .sleep_impl(SharedAsyncSleep::new(still::NoSleep { has_time_outs }))
        .time_source(SharedTimeSource::new(still::AccountClock(state.clone())))
        .build()
}

struct State {
    account: Account,
    setup: Setup,
    calls: Vec<Made>,
    /// The operation that the fault came upon.
    operation: Option<String>,
    /// The item that the fault came upon.
    victim: Option<String>,
}

#[derive(Clone)]
struct SharedState(Arc<Mutex<State>>);

impl SharedState {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics that holds it")
    }
}

impl std::fmt::Debug for SharedState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedState")
    }
}

#[derive(Clone, Debug)]
struct Wire(SharedState);

impl HttpClient for Wire {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut state = self.0.lock();
        let call = Call::of(&request, state.account.now);
        let (reply, clock) = (state.reply(&call), state.clock());
        match reply {
            Reply::Silence => HttpConnectorFuture::new(std::future::pending()),
            Reply::Whole(status, body) => HttpConnectorFuture::ready(Ok(response(&call, status, SdkBody::from(body), clock))),
            // A body that was taken away fails whoever reads it, as one does whose connection breaks.
            Reply::Reset => HttpConnectorFuture::ready(Ok(response(&call, 200, SdkBody::taken(), clock))),
        }
    }
}

fn response(call: &Call, status: u16, body: SdkBody, clock: Time) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().expect("a status"), body);
    let date = DateTime::from_secs(clock).fmt(Format::HttpDate).expect("a date");
    response.headers_mut().insert("date", date);
    if call.protocol == Protocol::Cbor {
        response.headers_mut().insert("smithy-protocol", "rpc-v2-cbor");
    }
    response
}

impl State {
    fn reply(&mut self, call: &Call) -> Reply {
        let (count, operation) = (self.calls.len(), call.name());
        (self.setup.before_call)(&mut self.account, count, &operation);
        let honest = self.honest(call);
        let of_call = |fault: &Fault| self.setup.lists_faults && fault.spoil(call, &honest, &mut None).is_some();
        let possible = Fault::ALL.into_iter().filter(of_call).collect();
        let spoilt = self.spoilt(call, &honest);
        self.calls.push(Made { operation, possible, is_spoilt: spoilt.is_some() });
        spoilt.unwrap_or_else(|| answer::write(call, honest))
    }

    fn honest(&self, call: &Call) -> Answer {
        paging::cut(call, self.whole(call)?, self.setup.order)
    }

    /// The answer with all of its pages.
    fn whole(&self, call: &Call) -> Answer {
        paging::check_batch(call)?;
        let account = &self.account;
        match call.service {
            "acm" => others::acm(account, call),
            "application-autoscaling" => others::scaling(account, call),
            "cloudwatch" => others::cloudwatch(account, call),
            "ec2" => ec2::answer(account, call),
            "ecs" => ecs::answer(account, call),
            "elasticloadbalancing" => elbv2::answer(account, call),
            "logs" => others::logs(account, call),
            "sts" => others::sts(account, call),
            "tag" => self.setup.tag_index.clone().unwrap_or_else(|| TagIndex::of(account)).answer(call),
            _ => Err(Refusal::new("UnknownOperationException", format!("no API has the operation {}", call.operation))),
        }
    }

    fn spoilt(&mut self, call: &Call, honest: &Answer) -> Option<Reply> {
        let Injection { at, fault, is_sticky } = self.setup.injection?;
        let operation = call.name();
        let count = self.calls.len();
        if count == at {
            self.operation = Some(operation.clone());
        }
        let is_of_it = fault.is_of_every_call() || self.operation.as_ref() == Some(&operation);
        let is_due = count == at || is_sticky && count > at && is_of_it;
        if is_due { fault.spoil(call, honest, &mut self.victim) } else { None }
    }

    /// AWS's clock.
    fn clock(&self) -> Time {
        let is_skewed = |injection: Injection| injection.fault == Fault::Skew && self.calls.len() > injection.at;
        self.account.now + if self.setup.injection.is_some_and(is_skewed) { fault::SKEW } else { 0 }
    }
}
