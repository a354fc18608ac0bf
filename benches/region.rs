//! One Region at the physical limit: the collector over an HTTP server with a set latency and buckets like AWS's.
//!
//! `cargo bench --bench region` prints, for accounts of several sizes: calls, wall time (the median), the lower bound and their ratio. The bound is what the
//! longest chain of dependent calls takes at that latency, or the fullest bucket at the share of AWS's rates that the pace is set to, whichever
//! takes longer. It fails where a call is made that the formula does not have, or one is throttled.

#[path = "region/account.rs"]
mod account;
#[path = "region/bound.rs"]
mod bound;
#[path = "region/server.rs"]
mod server;
#[path = "../tests/simulation"]
#[allow(dead_code, unused_imports, reason = "the benchmark needs only a part of what the tests have")]
mod simulation {
    pub(crate) mod aws;
    pub(crate) mod life;
    pub(crate) mod random;
    pub(crate) mod wire;
}
#[path = "../tests/emulator_suite/base_calls.rs"]
mod base_calls;

use std::collections::BTreeMap;
use std::io::Write;
use std::time::{Duration, Instant};

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use ecs_express_audit::collect::{self, Options, Pace};
use ecs_express_audit::inventory::ScopeInventory;
use ecs_express_audit::model::Scope;

use account::tidy;
use server::Server;
use simulation::wire::Standing;
// The simulation names its modules as those of a crate.
use simulation::{aws, random};

const LATENCY: Duration = Duration::from_millis(40);

fn main() {
    let mut out = std::io::stdout().lock();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let _ = writeln!(out, "{:>8} {:>6} {:>6} {:>9} {:>9} {:>6}  bound by", "services", "share", "calls", "wall ms", "bound ms", "ratio");
    let share = Pace::default().share();
    for services in [0, 25, 100, 1_000, 3_000] {
        let server = Server::start(Standing::new(tidy(services))).expect("a port");
        let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() };
        let scan = |config: SdkConfig, share| {
            let mut options = Options::default();
            options.pace = Pace::of_share(share);
            let scope = scope.clone();
            runtime.block_on(async move { collect::collect(&config, &scope, &options).await })
        };
        // The simulation takes its time over a large account, once.
        check(&scan(hastily(configuration(&server.url)), 1.0), services);
        let timed = |_| {
            server.begin(LATENCY);
            let began = Instant::now();
            let live = scan(configuration(&server.url).build(), share);
            let wall = began.elapsed();
            check(&live, services);
            wall
        };
        let mut walls: Vec<Duration> = (0..runs(services)).map(timed).collect();
        walls.sort();
        let wall = walls[walls.len() / 2];
        let (made, throttles) = server.calls();
        let expected: BTreeMap<String, usize> =
            base_calls::base_calls(services, 0).into_iter().map(|(call, n)| (call.to_owned(), n)).collect();
        let differing = bound::differences(&made, &expected);
        assert!(differing.is_empty() && throttles == 0, "{services} services: {throttles} throttles; {differing:?}");
        let (bound, by) = bound::bound(&made, services, LATENCY, share);
        let ratio = wall.as_secs_f64() / bound.as_secs_f64();
        let calls: usize = made.values().sum();
        let (wall, bound) = (wall.as_millis(), bound.as_millis());
        let _ = writeln!(out, "{services:>8} {share:>6} {calls:>6} {wall:>9} {bound:>9} {ratio:>6.2}  {by}");
    }
}

/// Of how many runs the median is told. What takes minutes varies little.
fn runs(services: usize) -> usize {
    if services <= 100 { 15 } else { 1 }
}

fn check(live: &ScopeInventory, services: usize) {
    assert_eq!((live.services.len(), live.gaps.len()), (services, 0), "{:?}", live.gaps.first());
}

fn configuration(url: &str) -> aws_types::sdk_config::Builder {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("key", "secret", None, None, "bench")))
        .endpoint_url(url)
}

/// The same without waiting for tokens, and with patience for the server.
fn hastily(configuration: aws_types::sdk_config::Builder) -> SdkConfig {
    let patience = TimeoutConfig::builder().operation_timeout(Duration::from_mins(10)).build();
    configuration.sleep_impl(SharedAsyncSleep::new(Hasty)).timeout_config(patience).build()
}

#[derive(Debug)]
struct Hasty;

impl AsyncSleep for Hasty {
    fn sleep(&self, duration: Duration) -> Sleep {
        if duration <= Duration::from_secs(2) { Sleep::new(tokio::task::yield_now()) } else { Sleep::new(tokio::time::sleep(duration)) }
    }
}
