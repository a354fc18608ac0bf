//! A simulated account behind HTTP on loopback: every answer takes a set time, and calls draw on buckets of AWS's sizes.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use ecs_express_audit::permissions::{Rate, operation};

use super::simulation::wire::Standing;

/// A running server. It goes on until the process ends.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

struct State {
    account: Standing,
    /// What was answered, by operation and body: the account stands still.
    known: HashMap<(String, Vec<u8>), (u16, Vec<u8>)>,
    buckets: BTreeMap<String, Bucket>,
    latency: Duration,
    calls: BTreeMap<String, usize>,
    throttles: usize,
    has_limits: bool,
}

struct Bucket {
    tokens: f64,
    seen: Instant,
}

impl Server {
    /// Serves the account at once and without limits, until [`Self::begin`].
    pub(crate) fn start(account: Standing) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = State {
            account,
            known: HashMap::new(),
            buckets: BTreeMap::new(),
            latency: Duration::ZERO,
            calls: BTreeMap::new(),
            throttles: 0,
            has_limits: false,
        };
        let server = Self { url, state: Arc::new(Mutex::new(state)) };
        let accepting = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = accepting.clone();
                std::thread::spawn(move || server.talk(&stream));
            }
        });
        Ok(server)
    }

    /// From now on every answer takes so long, buckets are full and limit, and calls are counted.
    pub(crate) fn begin(&self, latency: Duration) {
        let mut state = self.lock();
        (state.latency, state.has_limits, state.throttles) = (latency, true, 0);
        state.calls.clear();
        state.buckets.clear();
    }

    /// The calls since the beginning, by operation, and how many of them were throttled.
    pub(crate) fn calls(&self) -> (BTreeMap<String, usize>, usize) {
        let state = self.lock();
        (state.calls.clone(), state.throttles)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers the requests of one connection, one after another, until it is closed.
    fn talk(&self, stream: &TcpStream) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        let (mut reader, mut writer) = (BufReader::new(stream), stream);
        loop {
            let request = request(&mut reader)?;
            let ((status, body), latency) = {
                let mut state = self.lock();
                (state.answer(&request), state.latency)
            };
            std::thread::sleep(latency);
            let is_cbor = request.uri().contains("/operation/");
            let protocol = if is_cbor { "smithy-protocol: rpc-v2-cbor\r\n" } else { "" };
            let head = format!("HTTP/1.1 {status} .\r\n{protocol}content-length: {}\r\n\r\n", body.len());
            writer.write_all(&[head.as_bytes(), &body].concat()).ok()?;
        }
    }
}

impl State {
    fn answer(&mut self, request: &HttpRequest) -> (u16, Vec<u8>) {
        let name = self.account.operation(request);
        *self.calls.entry(name.clone()).or_default() += 1;
        if self.has_limits && !self.has_token(&name) {
            self.throttles += 1;
            return self.account.throttle(request);
        }
        let key = (name, request.body().bytes().unwrap_or_default().to_vec());
        self.known.entry(key).or_insert_with(|| self.account.answer(request)).clone()
    }

    fn has_token(&mut self, name: &str) -> bool {
        let Some(rate) = operation(name).and_then(Rate::of) else { return true };
        let (most, now) = (f64::from(rate.burst), Instant::now());
        let bucket = self.buckets.entry(rate.name()).or_insert(Bucket { tokens: most, seen: now });
        let refill = f64::from(rate.per_second) * now.duration_since(bucket.seen).as_secs_f64();
        bucket.tokens = (bucket.tokens + refill).min(most);
        bucket.seen = now;
        let is_there = bucket.tokens >= 1.0;
        if is_there {
            bucket.tokens -= 1.0;
        }
        is_there
    }
}

/// The next request of a connection.
fn request(reader: &mut impl BufRead) -> Option<HttpRequest> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end() {
            "" => break,
            text => lines.push(text.to_owned()),
        }
    }
    let (first, headers) = lines.split_first()?;
    let mut parts = first.split(' ');
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let headers: Vec<(String, String)> =
        headers.iter().filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()))).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method(&method).ok()?;
    request.set_uri(target).ok()?;
    for (name, value) in headers {
        request.headers_mut().insert(name, value);
    }
    Some(request)
}
