//! Declarations that are kept somewhere else: a state in S3, in HCP Terraform, behind HTTP; a stack of CloudFormation.
//!
//! Read-only: one GET, or what [`crate::permissions`] lists for declarations; a gate before every request refuses everything else. Secrets
//! (tokens, passwords, signed addresses) are in no error, no name of a source and no `Debug`. What cannot be had is an error, never an
//! empty declaration.

mod answer;
mod backend;
mod credentials;
mod error;
mod object;
mod secret;
mod source;
mod url;
mod web;
mod workspace;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_ecs::config::AsyncSleep;

use crate::collect::Stop;
use crate::collect::clients::limited;
use crate::collect::gate::Gate;
use crate::collect::operation::Watch;
use crate::declared::Declared;
use crate::input;
use source::Place;
use web::Web;

pub use credentials::Credentials;
pub use error::{FetchError, FetchErrorKind};
pub use source::{Asker, Source};

/// How long one declaration may take, retries and redirects included.
const PATIENCE: Duration = Duration::from_secs(35);

/// What the caller decides about reading a declaration.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Who asks servers that are not AWS.
    pub credentials: Credentials,
    /// Ends it before its time.
    pub stop: Stop,
}

/// Reads the declaration at a source. Dropping it cancels it.
///
/// AWS is asked with the configuration's credentials, other servers over its transport (and so over the proxies that it uses). States of
/// Terraform and OpenTofu, and whatever else [`input::read_declaration`] reads, may lie there.
///
/// # Errors
///
/// When it cannot be had, or is no declaration; [`FetchErrorKind`] lists the reasons.
pub async fn declaration(config: &SdkConfig, source: &Source, options: &Options) -> Result<Declared, FetchError> {
    let failed = |kind| FetchError::new(source.to_string(), kind);
    let config = limited(config, &options.stop);
    let text = in_time(&config, options, text(&config, source, options)).await.map_err(failed)?;
    input::read_declaration(&source.to_string(), &text).map_err(|error| failed(FetchErrorKind::Input(error.kind().clone())))
}

async fn text(config: &SdkConfig, source: &Source, options: &Options) -> Result<Vec<u8>, FetchErrorKind> {
    let watch = Watch::of(Gate::Declaration, &options.stop);
    let web = Web { config, watch: &watch };
    match &source.0 {
        Place::Object { bucket, key } => object::object(config, &watch, (bucket, key)).await,
        Place::Stack { .. } => Err(FetchErrorKind::Unexpected),
        Place::Workspace { server, place, organization, name } => {
            workspace::state(web, server, (organization, name), &options.credentials.token(place)?).await
        }
        Place::Address { url, user } => backend::state(web, url, user.as_ref(), &options.credentials).await,
    }
}

/// The work, unless the stop or the end of patience comes first.
async fn in_time<T>(
    config: &SdkConfig,
    options: &Options,
    work: impl Future<Output = Result<T, FetchErrorKind>>,
) -> Result<T, FetchErrorKind> {
    let patience = async {
        match config.sleep_impl() {
            Some(sleep) => sleep.sleep(PATIENCE).await,
            None => std::future::pending().await,
        }
    };
    let bounded = async {
        tokio::select! {
            done = Box::pin(work) => done,
            () = patience => Err(FetchErrorKind::Unreachable),
        }
    };
    let done = options.stop.unless_triggered(bounded).await.unwrap_or(Err(FetchErrorKind::Stopped));
    // What the stop cut short may say that no answer came.
    if options.stop.is_triggered() { done.map_err(|_| FetchErrorKind::Stopped) } else { done }
}
