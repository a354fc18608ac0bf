//! Our program beside other tools: each a process of its own, over the same account behind the same server, with AWS's rates.
//!
//! `cargo bench --bench peers` prints, for 25 and 200 services (or as many as are given: `-- 1000`) at 40 ms a call, wall time, calls,
//! throttled calls and peak memory of an audit, of a plain script with boto3 and of Cloud Custodian, and how often each calls what. A tool that
//! fails, or reads another number of things than there are, fails the benchmark. The Python tools are installed on first use.
//!
//! The account is tidy, the audit's best case: nothing is left over, and it looks at nothing twice.
//!
//! Each run finds full buckets. Our program keeps to half of AWS's rates; the others call until AWS throttles them, and then do as they do by
//! default. The few operations that have no rate in our table have no limit here either (`DescribeTaskDefinition`, in Custodian's favour).

#[path = "region/account.rs"]
mod account;
#[path = "peers/kinds.rs"]
mod kinds;
#[path = "peers/process.rs"]
mod process;
#[path = "peers/python.rs"]
mod python;
#[path = "peers/sample.rs"]
mod sample;
#[path = "region/server.rs"]
mod server;
#[path = "peers/table.rs"]
mod table;
#[path = "peers/tool.rs"]
mod tool;
#[path = "../tests/simulation"]
#[allow(dead_code, unused_imports, reason = "the benchmark needs only a part of what the tests have")]
mod simulation {
    pub(crate) mod aws;
    pub(crate) mod life;
    pub(crate) mod random;
    pub(crate) mod wire;
}

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ecs_express_audit::collect::Pace;

use account::tidy;
use sample::Measured;
use server::Server;
use simulation::wire::Standing;
// The simulation names its modules as those of a crate.
use simulation::{aws, random};
use tool::Tool;

const LATENCY: Duration = Duration::from_millis(40);
const SERVICES: [usize; 2] = [25, 200];

fn main() {
    let given: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let mut out = std::io::stdout().lock();
    for services in if given.is_empty() { SERVICES.to_vec() } else { given } {
        let all = measured(services);
        print(&mut out, services, &all).expect("standard output takes it");
    }
}

/// All tools, one after another, over an account of so many services.
fn measured(services: usize) -> Vec<Measured> {
    let account = tidy(services);
    let held = kinds::held(&account);
    let server = Server::start(Standing::new(account)).expect("a port");
    // Once without limits: installs what is not there, and lets the simulation and the tools fill their caches.
    for tool in Tool::ALL {
        tool.run(&server.url, &held);
    }
    Tool::ALL.map(|tool| Measured::of(tool, &server, LATENCY, &held)).into()
}

fn print(out: &mut impl Write, services: usize, all: &[Measured]) -> std::io::Result<()> {
    let share = Pace::default().share();
    writeln!(
        out,
        "\n{services} services, {} ms a call; medians; ratios to the audit, which keeps to {share} of AWS's rates",
        LATENCY.as_millis()
    )?;
    table::tools(out, all)?;
    table::custodian(out, all)?;
    writeln!(out)?;
    table::operations(out, all)
}

/// A file beside this benchmark.
fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(name)
}
