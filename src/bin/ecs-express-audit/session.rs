//! A run's dealings with the network: one runtime, one stop at the deadline or the first signal, configurations that are looked for once.

use std::time::Duration;

use anyhow::{Context, Result};
use aws_config::{BehaviorVersion, SdkConfig};
use ecs_express_audit::Declared;
use ecs_express_audit::collect::{Pace, Stop};
use ecs_express_audit::fetch::{self, Asker, Credentials, Source};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use crate::args::AwsArgs;
use crate::calls::Calls;
use crate::{live, signals};

pub(crate) struct Session<'a> {
    pub args: &'a AwsArgs,
    pub stop: Stop,
    pub pace: Pace,
    pub calls: Calls,
    runtime: Option<Runtime>,
    run: OnceCell<SdkConfig>,
    scan: OnceCell<SdkConfig>,
}

impl<'a> Session<'a> {
    /// From now on the deadline runs, and the first signal stops whatever is asked.
    pub(crate) fn begin(args: &'a AwsArgs, pace: Pace) -> Result<Self> {
        live::check_environment()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
        let stop = Stop::default();
        signals::stop_on_first(stop.clone()).context("cannot listen for signals")?;
        if let Some(deadline) = args.deadline {
            runtime.spawn(trigger_after(deadline, stop.clone()));
        }
        Ok(Self { args, stop, pace, calls: Calls::default(), runtime: Some(runtime), run: OnceCell::new(), scan: OnceCell::new() })
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.as_ref().expect("it is there until the end").block_on(work)
    }

    /// The configuration of the scan: with the assumed role, if one is given. Once stopped, nothing is asked with it.
    pub(crate) async fn scan_config(&self) -> SdkConfig {
        let found = self.scan.get_or_init(async || live::assumed(&self.run_config().await, self.args).await);
        self.stop.unless_triggered(Box::pin(found)).await.cloned().unwrap_or_else(nobody)
    }

    /// Waits so long; whether nothing stopped it.
    pub(crate) fn pause(&self, duration: Duration) -> bool {
        self.block_on(async { self.stop.unless_triggered(tokio::time::sleep(duration)).await }).is_some()
    }

    /// The run's own configuration, as whoever started it.
    pub(crate) async fn run_config(&self) -> SdkConfig {
        self.run.get_or_init(|| Box::pin(live::base(self.args))).await.clone()
    }

    /// The declaration at a source that is not here.
    pub(crate) fn declaration(&self, source: &str) -> Result<Declared> {
        let source: Source = source.parse().map_err(|error| anyhow::anyhow!("cannot {error}"))?;
        let mut options = fetch::Options::default();
        options.credentials = Credentials::from_environment();
        options.stop = self.stop.clone();
        let fetched = self.block_on(async {
            let config = match source.asker() {
                Asker::Run => self.stop.unless_triggered(self.run_config()).await.unwrap_or_else(nobody),
                Asker::Scan => live::in_first_region(self.args, &self.scan_config().await),
                _ => nobody(), // an asker that is not known here would have no credentials, and be refused
            };
            fetch::declaration(&config, &source, &options).await
        });
        fetched.map_err(|error| anyhow::anyhow!("cannot {error}"))
    }
}

impl Drop for Session<'_> {
    /// Otherwise the runtime's end would wait for whatever blocks, such as a look-up of a host that no server answers.
    fn drop(&mut self) {
        self.calls.sum_up();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A configuration without credentials.
fn nobody() -> SdkConfig {
    SdkConfig::builder().behavior_version(BehaviorVersion::latest()).build()
}

async fn trigger_after(deadline: Duration, stop: Stop) {
    tokio::time::sleep(deadline).await;
    stop.trigger();
}
