//! Why a call failed, in the report's words. AWS's own message is not kept: it may echo names, principals and values.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::breaker::HasHung;
use super::gate::Refused;
use super::stopping::Stopped;
use crate::inventory::Collection;
use crate::model::{Cause, Gap};

/// A call that failed for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub cause: Cause,
    /// AWS's error code, if it gave one.
    pub code: Option<String>,
}

impl Failure {
    pub(super) fn new(cause: Cause) -> Self {
        Self { cause, code: None }
    }

    /// Whether AWS said, of something asked for by name, that it does not exist.
    pub(super) fn is_not_found(&self) -> bool {
        self.code.as_deref().is_some_and(|code| code.contains("NotFound") || code == "NoSuchEntity")
    }

    /// Whether ECS refused the whole call because of something that one of the things asked for is (gone, or INACTIVE).
    pub(super) fn is_of_one_of_many(&self) -> bool {
        let codes = ["InvalidParameterException", "ServiceNotFoundException", "ClusterNotFoundException", "ServiceNotActiveException"];
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// Whether a load balancer or listener, asked for what is on it, is there no more.
    pub(super) fn is_parent_gone(&self) -> bool {
        let code = self.code.as_deref().map(|code| code.trim_end_matches("Exception"));
        matches!(code, Some("LoadBalancerNotFound" | "ListenerNotFound"))
    }

    /// Whether the Region does not know the operation: the feature is not offered there.
    pub(super) fn is_unknown_operation(&self) -> bool {
        matches!(
            self.code.as_deref(),
            Some("UnknownOperationException" | "InvalidAction" | "UnsupportedOperation" | "UnsupportedFeatureException")
        )
    }

    /// Whether AWS refused the call for what it asked about, and not for who asked: the permission is there.
    pub(super) fn is_of_what_was_asked(&self) -> bool {
        let says = |code: &str| ["InvalidParameter", "InvalidArn", "InvalidARN", "Validation"].iter().any(|word| code.starts_with(word));
        self.is_not_found() || self.is_of_one_of_many() || self.code.as_deref().is_some_and(says)
    }

    /// The gap that it leaves.
    pub(super) fn gap(&self, collection: Collection, parent: &str) -> Gap {
        self.gap_of(collection.operation(), collection, parent)
    }

    /// The gap that it leaves, where another operation than the collection's own failed.
    pub(super) fn gap_of(&self, operation: &str, collection: Collection, parent: &str) -> Gap {
        Gap {
            operation: operation.to_owned(),
            parent: (!parent.is_empty()).then(|| parent.to_owned()),
            kinds: collection.kinds().to_vec(),
            cause: self.cause,
            message: self.message(),
        }
    }

    /// What it is called in a gap: our own words and AWS's error code.
    pub(super) fn message(&self) -> String {
        let code = self.code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default();
        format!("{}{code}", spoken(self.cause))
    }
}

impl<E> From<SdkError<E, HttpResponse>> for Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        match &error {
            _ if is_caused_by::<Stopped>(&error) => Self::new(Cause::Deadline),
            _ if is_caused_by::<HasHung>(&error) => Self::new(Cause::Timeout),
            _ if is_caused_by::<Refused>(&error) => Self::new(Cause::NotCollected),
            _ if is_caused_by::<CredentialsError>(&error) => of_credentials(&error),
            SdkError::TimeoutError(_) => Self::new(Cause::Timeout),
            SdkError::DispatchFailure(failure) if failure.is_timeout() || failure.is_io() => Self::new(Cause::Timeout),
            SdkError::DispatchFailure(failure) if failure.is_user() => Self::new(Cause::Expired),
            SdkError::DispatchFailure(_) => Self::new(Cause::ServerError),
            // The SDK gives a success that it cannot read as an error of the service.
            SdkError::ServiceError(context) if context.raw().status().is_success() => Self::new(Cause::Malformed),
            SdkError::ServiceError(context) => of_service(context.err()),
            SdkError::ConstructionFailure(_) => Self::new(Cause::Expired),
            _ => Self::new(Cause::Malformed),
        }
    }
}

/// Whether an error of that type is among those that led to this one.
fn is_caused_by<T: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<T>())
}

/// Credentials that could not be had: STS may have said why, of a role that was to be assumed.
fn of_credentials(error: &(dyn std::error::Error + 'static)) -> Failure {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    match causes.find_map(|error| error.downcast_ref::<AssumeRoleError>()) {
        Some(refused) if refused.code().is_some() => of_service(refused),
        _ => Failure::new(Cause::Expired),
    }
}

fn of_service(error: &impl ProvideErrorMetadata) -> Failure {
    let Some(code) = error.code() else { return Failure::new(Cause::ServerError) };
    let by_scp = error.message().is_some_and(|message| message.contains("service control policy"));
    // A code is a word; whatever else stands in its place is not repeated.
    let is_word = code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    Failure { cause: cause_of(code, by_scp), code: is_word.then(|| code.to_owned()) }
}

fn cause_of(code: &str, by_scp: bool) -> Cause {
    let is_denied = code.starts_with("AccessDenied") || matches!(code, "UnauthorizedOperation" | "AuthorizationError" | "NotAuthorized");
    let is_throttled = code.contains("hrottl") || matches!(code, "RequestLimitExceeded" | "TooManyRequestsException" | "SlowDown");
    match code {
        _ if is_denied && by_scp => Cause::DeniedByScp,
        _ if is_denied => Cause::Denied,
        _ if is_throttled => Cause::Throttled,
        "ExpiredTokenException" | "ExpiredToken" | "RequestExpired" => Cause::Expired,
        "AuthFailure" | "UnrecognizedClientException" | "InvalidClientTokenId" | "OptInRequired" | "RegionDisabledException" => {
            Cause::RegionDisabled
        }
        "UnknownOperationException" | "InvalidAction" => Cause::NotCollected,
        _ => Cause::ServerError,
    }
}

fn spoken(cause: Cause) -> &'static str {
    match cause {
        Cause::Denied => "access denied",
        Cause::DeniedByScp => "access denied by a service control policy",
        Cause::Throttled => "throttled, after all retries",
        Cause::Expired => "the credentials expired or could not be had",
        Cause::RegionDisabled => "the Region is not enabled for the account",
        Cause::Timeout => "no answer in time",
        Cause::ServerError => "AWS answered with an error",
        Cause::Malformed => "the answer could not be understood",
        Cause::Deadline => "the deadline or a signal came first",
        Cause::NotCollected => "AWS did not give it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocols_codes_mean_the_same_causes() {
        for (code, cause) in [
            ("AccessDeniedException", Cause::Denied),
            ("AccessDenied", Cause::Denied),
            ("UnauthorizedOperation", Cause::Denied),
            ("ThrottlingException", Cause::Throttled),
            ("Throttling", Cause::Throttled),
            ("ThrottledException", Cause::Throttled),
            ("RequestLimitExceeded", Cause::Throttled),
            ("RequestExpired", Cause::Expired),
            ("AuthFailure", Cause::RegionDisabled),
            ("InternalFailure", Cause::ServerError),
            ("SomethingNew", Cause::ServerError),
        ] {
            assert_eq!(cause_of(code, false), cause, "{code}");
        }
        assert_eq!(cause_of("AccessDeniedException", true), Cause::DeniedByScp);
    }
}
