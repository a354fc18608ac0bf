//! Servers that answer what the test says, and remember what they were asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials as AwsCredentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_async::time::StaticTimeSource;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use ecs_express_audit::Declared;
use ecs_express_audit::fetch::{self, Credentials, FetchError, FetchErrorKind, Options, Source};

/// A state that declares services.
pub(crate) const STATE: &str = include_str!("../../fixtures/demo/terraform.tfstate");

/// What every secret of these tests is.
pub(crate) const SECRET: &str = "Pl4nted-hunter2";

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// An answer: status, headers, body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub(crate) fn with(mut self, header: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((header, value.into()));
        self
    }

    /// A redirect.
    pub(crate) fn to(location: &str) -> Self {
        Self::new(302, "").with("location", location)
    }
}

/// What is answered to an address; nothing means that no answer ever comes.
type Answers = dyn Fn(&str) -> Option<Answer> + Send + Sync;

#[derive(Clone)]
struct Servers {
    answers: Arc<Answers>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl std::fmt::Debug for Servers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Servers")
    }
}

impl HttpClient for Servers {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Servers {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let url = request.uri().to_owned();
        assert_eq!(request.method(), "GET", "{url}");
        let answer = (self.answers)(&url);
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asked { url, headers });
        let Some(Answer { status, headers, body }) = answer else { return HttpConnectorFuture::new(std::future::pending()) };
        let mut response = HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(body));
        for (name, value) in headers {
            response.headers_mut().insert(name, value);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// The longest time-outs; every other sleep is a pause before a retry, and over at once.
const TIME_OUTS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(35)];

#[derive(Debug)]
struct Impatient;

impl AsyncSleep for Impatient {
    fn sleep(&self, duration: Duration) -> Sleep {
        if !TIME_OUTS.contains(&duration) {
            return Sleep::new(std::future::ready(()));
        }
        // Late enough for every answer that comes at all to have come.
        Sleep::new(async {
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
        })
    }
}

/// What came of reading a source.
pub(crate) struct Fetched {
    pub(crate) result: Result<Declared, FetchError>,
    pub(crate) asked: Vec<Asked>,
}

impl Fetched {
    pub(crate) fn urls(&self) -> Vec<&str> {
        self.asked.iter().map(|asked| asked.url.as_str()).collect()
    }

    /// Fails unless services were read.
    #[track_caller]
    pub(crate) fn check_read(&self) {
        assert!(self.result.as_ref().is_ok_and(|declared| !declared.services.is_empty()), "{:?} after {:?}", self.result, self.urls());
    }

    /// Fails unless it failed so, told all of it in words without a secret, and gave the remedy.
    #[track_caller]
    pub(crate) fn check_refused(&self, expected: &FetchErrorKind, remedy: &str) {
        let error = self.result.as_ref().expect_err("it is refused");
        assert_eq!(error.kind(), expected, "after {:?}", self.urls());
        let told = format!("{error} {error:?}");
        assert!(told.contains(remedy), "{remedy:?} is not in {told}");
        assert!(!told.contains("Pl4nt"), "a secret is told: {told}");
    }
}

pub(crate) fn config() -> aws_types::sdk_config::Builder {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(AwsCredentials::new("AKIDEXAMPLE", SECRET, None, None, "test")))
        .sleep_impl(SharedAsyncSleep::new(Impatient))
        .time_source(StaticTimeSource::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)))
}

pub(crate) async fn fetch(source: &str, answers: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) -> Fetched {
    fetch_as(source, config(), Credentials::default(), answers).await
}

pub(crate) async fn fetch_as(
    source: &str,
    config: aws_types::sdk_config::Builder,
    credentials: Credentials,
    answers: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static,
) -> Fetched {
    let servers = Servers { answers: Arc::new(answers), asked: Arc::default() };
    let config = config.http_client(SharedHttpClient::new(servers.clone())).build();
    let source: Source = source.parse().expect("a source");
    let mut options = Options::default();
    options.credentials = credentials;
    let result = fetch::declaration(&config, &source, &options).await;
    let asked = servers.asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Fetched { result, asked }
}
