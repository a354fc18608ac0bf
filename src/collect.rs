//! Reads one account and Region of AWS into an inventory. Read-only: it lists and describes, nothing else.

mod acm;
mod autoscaling;
mod breaker;
mod clients;
mod cloudwatch;
mod configurations;
mod counter;
mod ec2;
mod ec2_query;
mod ec2_xml;
mod ecs;
mod ecs_facts;
mod elbv2;
mod failure;
mod gateways;
mod harvest;
mod logs;
mod marks;
mod scan;
mod second_look;
mod sts;
mod suspects;
mod tagging;
mod whole_answers;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_config::SdkConfig;

use crate::inventory::ScopeInventory;
use crate::kinds::ServiceName;
use crate::model::{Cause, Scope, Timestamp};

/// What the caller decides about a scan.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Services to ask for by name (the declared ones): ECS lists neither DRAINING nor INACTIVE ones.
    pub services: BTreeSet<ServiceName>,
    /// Whose fields are read, to be compared with declared ones: one call a service.
    pub configurations: Configurations,
    /// Told, as the scan goes on, what it is doing and how many calls it has sent.
    pub progress: Option<Arc<dyn Fn(&'static str, u64) + Send + Sync>>,
}

/// Whose configurations a scan reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Configurations {
    /// Those of these services.
    Of(BTreeSet<ServiceName>),
    /// Those of every Express service that runs: a snapshot may be compared with any declaration later.
    All,
}

impl Default for Configurations {
    /// Nobody's.
    fn default() -> Self {
        Self::Of(BTreeSet::new())
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("services", &self.services).field("configurations", &self.configurations).finish_non_exhaustive()
    }
}

/// AWS could not be asked at all: no Region, no valid credentials, or no way to its endpoint.
#[derive(Debug, thiserror::Error)]
#[error("find out whose account this is: {message}")]
pub struct IdentityError {
    cause: Cause,
    message: String,
}

impl IdentityError {
    /// Why.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.cause
    }
}

/// Finds the account that the configuration's credentials lead to, in the configuration's Region (STS `GetCallerIdentity`).
///
/// # Errors
/// When the configuration has no Region, or STS cannot be asked.
pub async fn identify(config: &SdkConfig) -> Result<Scope, IdentityError> {
    let Some(region) = config.region() else {
        let message = "no Region is configured (give --region, AWS_REGION, or a profile with one)".to_owned();
        return Err(IdentityError { cause: Cause::NotCollected, message });
    };
    sts::caller(config, region.as_ref()).await.map_err(|failure| {
        let code = failure.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        IdentityError { cause: failure.cause, message: format!("sts:GetCallerIdentity failed: {}{code}", failure.cause) }
    })
}

/// Reads what the scope holds. It cannot fail: what could not be read is among the inventory's gaps. Dropping it cancels it.
///
/// The clock is the configuration's time source, as transport and sleep are the configuration's. How many calls a tidy account costs follows
/// from AWS's batch sizes; `tests/emulator_suite/formula.rs` holds the formula.
pub async fn collect(config: &SdkConfig, scope: &Scope, options: &Options) -> ScopeInventory {
    Box::pin(scan::scan(config, scope, options)).await
}

/// The configuration's own time.
fn clock(config: &SdkConfig) -> Timestamp {
    let now = config.time_source().map_or_else(std::time::SystemTime::now, |source| source.now());
    let since = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    Timestamp::from_unix_seconds(i64::try_from(since).unwrap_or(i64::MAX))
}
