//! Reads one account and Region of AWS into an inventory. Read-only: it lists and describes, nothing else, and a gate before every client
//! refuses what is not among [`crate::permissions::OPERATIONS`]. (Credentials are the SDK's own providers' affair: they may call STS or SSO.)

mod acm;
mod autoscaling;
mod breaker;
pub(crate) mod clients;
mod cloudwatch;
mod configurations;
mod counter;
mod dependencies;
mod doctor;
mod ec2;
mod ec2_query;
mod ec2_xml;
mod ecs;
mod ecs_again;
mod ecs_facts;
mod elbv2;
pub(crate) mod endpoint;
pub(crate) mod failure;
pub(crate) mod gate;
mod gateways;
mod harvest;
mod iam;
mod in_service;
mod json_call;
mod listing;
mod logs;
mod many;
mod marks;
pub(crate) mod operation;
mod pace;
mod pacing;
pub(crate) mod query;
mod scan;
mod second_look;
mod services;
mod stop;
mod stopping;
mod sts;
mod surroundings;
mod suspects;
mod tagging;
mod whole_answers;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_config::SdkConfig;

use crate::inventory::{ScopeInventory, Surroundings};
use crate::kinds::ServiceName;
use crate::model::{Cause, Scope, Timestamp};
use crate::plan::Plan;

pub use counter::Call;
pub use doctor::diagnose;
pub use listing::{Listed, OrganizationAccount, organization, regions};
pub use many::{Manner, assume, collect_each, reach};
pub use pace::Pace;
pub use stop::Stop;

/// Who is told of each call.
pub type CallListener = dyn Fn(&Call) + Send + Sync;

/// What the caller decides about a scan.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Services to ask for by name (the declared ones): ECS lists neither DRAINING nor INACTIVE ones.
    pub services: BTreeSet<ServiceName>,
    /// The tags to look for on every resource whose tags are read, each as `KEY=VALUE`; of other tags nothing is kept.
    pub wanted_tags: BTreeSet<String>,
    /// Whose fields are read, to be compared with declared ones: one call a service.
    pub configurations: Configurations,
    /// Told, as the scan goes on, what it is doing and how many calls it has sent.
    pub progress: Option<Arc<dyn Fn(&'static str, u64) + Send + Sync>>,
    /// Told of each call when it is over.
    pub calls: Option<Arc<CallListener>>,
    /// How fast AWS is asked. Whatever asks about the same account at the same time must share it.
    pub pace: Pace,
    /// Ends the scan before its time; what was not read by then is a gap.
    pub stop: Stop,
}

/// Whose configurations a scan reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
        let Self { services, wanted_tags, configurations, pace, stop, progress: _, calls: _ } = self;
        let mut shown = f.debug_struct("Options");
        shown.field("services", services).field("wanted_tags", wanted_tags).field("configurations", configurations);
        shown.field("pace", pace).field("stop", stop).finish_non_exhaustive()
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

    /// What it means, and what to do.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.cause {
            Cause::Expired => {
                "the credentials have expired, or there are none: sign in again (such as with `aws sso login`), or give --profile"
            }
            Cause::RegionDisabled => {
                "AWS does not know these credentials here: the key is wrong or deleted, or the Region is not enabled for the account"
            }
            Cause::Timeout => {
                "the endpoint of AWS STS does not answer: is the Region's name right, and is there a way to it (network, proxy, VPC endpoint)?"
            }
            Cause::Denied | Cause::DeniedByScp => {
                "a policy denies it: the role may not be assumed (its trust policy, its external id), or not even who one is may be asked"
            }
            Cause::NotCollected => "there is no Region to ask in",
            Cause::Throttled | Cause::Deadline => "AWS was asked too often: try again later",
            Cause::ServerError | Cause::Malformed => {
                "AWS refused or failed: are the secret key and the clock right, and is it AWS that answers?"
            }
        }
    }
}

/// Finds the account that the configuration's credentials lead to, in the configuration's Region (STS `GetCallerIdentity`).
///
/// # Errors
/// When the configuration has no Region, or STS cannot be asked.
pub async fn identify(config: &SdkConfig) -> Result<Scope, IdentityError> {
    Ok(caller(config).await?.scope)
}

async fn caller(config: &SdkConfig) -> Result<sts::Caller, IdentityError> {
    let Some(region) = config.region() else {
        let message = "no Region is configured (give --region, AWS_REGION, or a profile with one)".to_owned();
        return Err(IdentityError { cause: Cause::NotCollected, message });
    };
    sts::caller(config, region.as_ref()).await.map_err(|failure| {
        let message = format!("sts:GetCallerIdentity failed: {}", failure.message());
        IdentityError { cause: failure.cause, message }
    })
}

/// The configuration with one transport for all that is asked with it and with its copies. Without, each scope makes its own connections.
#[must_use]
pub fn with_one_transport(config: &SdkConfig) -> SdkConfig {
    let mut builder = config.to_builder();
    builder.set_http_client(clients::transport(config));
    builder.build()
}

/// Reads what the scope holds. It cannot fail: what could not be read is among the inventory's gaps. Dropping it cancels it.
///
/// The clock is the configuration's time source, as transport and sleep are the configuration's. How many calls a tidy account costs follows
/// from AWS's batch sizes; `tests/emulator_suite/base_calls.rs` holds the formula.
pub async fn collect(config: &SdkConfig, scope: &Scope, options: &Options) -> ScopeInventory {
    Box::pin(scan::scan(config, scope, options)).await
}

/// Reads what a plan will meet in the scope: no more than it touches. It cannot fail: what could not be read is among the gaps. Dropping it
/// cancels it.
pub async fn surroundings(config: &SdkConfig, scope: &Scope, plan: &Plan, options: &Options) -> Surroundings {
    Box::pin(surroundings::surroundings(config, scope, plan, options)).await
}

/// The configuration's own time.
fn clock(config: &SdkConfig) -> Timestamp {
    let now = config.time_source().map_or_else(std::time::SystemTime::now, |source| source.now());
    let since = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    Timestamp::from_unix_seconds(i64::try_from(since).unwrap_or(i64::MAX))
}
