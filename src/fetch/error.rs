//! Why a declaration cannot be had from where it is kept, and what to do about it.
//!
//! No message repeats what a server said but its status and AWS's error codes: addresses are signed, and answers may echo anything. For the
//! same reason no cause is kept.

use thiserror::Error;

use crate::input::InputErrorKind;

/// A declaration that cannot be had. The message fits after "cannot ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read {place}: {kind}")]
pub struct FetchError {
    place: String,
    kind: FetchErrorKind,
}

impl FetchError {
    pub(super) fn new(place: String, kind: FetchErrorKind) -> Self {
        Self { place, kind }
    }

    /// Where it is kept, without anything secret.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &FetchErrorKind {
        &self.kind
    }
}

/// Why a declaration cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FetchErrorKind {
    /// It is kept where nothing is read from.
    #[error("only s3://, cfn://, tfc:// and https:// are read from; {PULL}")]
    UnknownScheme,
    /// The source is not written as it should be.
    #[error("it is not written as {expected}")]
    Malformed {
        /// How it should be.
        expected: &'static str,
    },
    /// A password would go over the network in the clear.
    #[error("a password would go there unencrypted: use https:// (http:// is for this machine, or without user and password)")]
    NotEncrypted,
    /// There are no AWS credentials, or they are no longer good.
    #[error("there are no valid AWS credentials: sign in (such as with `aws sso login`), or give --profile{}", in_brackets(.code.as_deref()))]
    NoCredentials {
        /// AWS's error code, if it gave one.
        code: Option<String>,
    },
    /// There is no Region to ask in.
    #[error("no Region is configured: give --region, set AWS_REGION, or use a profile that has one")]
    NoRegion,
    /// The bucket does not exist.
    #[error("there is no such bucket; compare `bucket` of the backend's configuration")]
    NoSuchBucket,
    /// The bucket holds no such object.
    #[error(
        "the bucket holds no such object; compare `key` of the backend's configuration (the state of a workspace is under \
         env:/WORKSPACE/KEY, unless workspace_key_prefix says otherwise)"
    )]
    NoSuchKey,
    /// S3 does not allow it.
    #[error(
        "S3 denies it to the credentials of the run (--role-arn is not used here): they need s3:GetObject on the object and, if a KMS key \
         encrypts it, kms:Decrypt on the key; without s3:ListBucket a missing object is denied too"
    )]
    ObjectDenied,
    /// The object is encrypted with a key that each request must bring.
    #[error("it is encrypted with a key of the customer's (SSE-C), which only Terraform has: {PULL}")]
    CustomerKey,
    /// The object lies in an archive.
    #[error("it lies in an archive (S3 Glacier or an archive tier), from where it must be restored first")]
    Archived,
    /// The bucket's Region could not be found out.
    #[error("S3 did not say in which Region the bucket is; give that one first with --region")]
    RegionNotFound,
    /// There is no such stack.
    #[error("there is no such stack in account and Region of the scan; another Region is given as cfn://STACK?region=REGION")]
    NoSuchStack,
    /// CloudFormation does not allow it.
    #[error("CloudFormation denies {action}; `ecs-express-audit policy` prints what is needed")]
    StackDenied {
        /// The IAM action.
        action: &'static str,
    },
    /// No token is known for the host.
    #[error(
        "there is no token for {host}: run `terraform login {host}`, or set {variable}. (Credentials helpers and credentials blocks of \
         .terraformrc are not read; nor is TFE_TOKEN, which Terraform does not read either)"
    )]
    NoToken {
        /// The host.
        host: String,
        /// The environment variable that Terraform takes a token for it from.
        variable: String,
    },
    /// The file of tokens is not what Terraform writes.
    #[error("{file}, where `terraform login` keeps tokens, cannot be read or is not what it writes")]
    TokensUnreadable {
        /// Its path.
        file: String,
    },
    /// The server does not accept the token.
    #[error("the server does not accept the token (HTTP {status}): is it expired, and of a user or team that may read state versions?")]
    TokenRefused {
        /// The HTTP status.
        status: u16,
    },
    /// There is no such workspace.
    #[error("there is no such workspace, or the token may not see it")]
    NoSuchWorkspace,
    /// The workspace has no current state.
    #[error("the workspace has no state yet, or the token may not read it; leave it out if nothing was applied there")]
    NoStateVersion,
    /// The state is encrypted with a key of the organization's.
    #[error(
        "the workspace holds its own key (HYOK): what can be downloaded is encrypted, or stripped of values. Give a state that was decrypted \
         where the key is: -d FILE"
    )]
    HeldKey,
    /// The server wants other credentials.
    #[error(
        "the server wants {} (HTTP {status}): set TF_HTTP_USERNAME and TF_HTTP_PASSWORD (GitLab: a user name and an access token; \
         if TF_HTTP_ADDRESS is set, they go to its host only)", wanted(*.status)
    )]
    LoginRefused {
        /// The HTTP status.
        status: u16,
    },
    /// There is no state.
    #[error("there is no state (HTTP {status}); that is not taken for \"nothing is declared\": is the address right? If so, leave it out")]
    NoState {
        /// The HTTP status.
        status: u16,
    },
    /// The server answered with something else.
    #[error("the server answered with HTTP {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// A redirect that is not followed.
    #[error("it was redirected {why}")]
    Redirected {
        /// Why it is not followed.
        why: &'static str,
    },
    /// AWS refused it otherwise.
    #[error("AWS refused or failed{}", in_brackets(.code.as_deref()))]
    Refused {
        /// AWS's error code, if it gave one.
        code: Option<String>,
    },
    /// What came is not what the API documents.
    #[error("the answer is not what the API documents")]
    Unexpected,
    /// More comes than is read.
    #[error("it is larger than {limit_mib} MiB, the most that is read of one declaration")]
    TooLarge {
        /// The bound, in MiB.
        limit_mib: usize,
    },
    /// The connection ended before the answer did.
    #[error("the answer was cut off; try again")]
    CutOff,
    /// No answer came in time, or none at all.
    #[error("no answer came: is there a way to it (network, proxy, name, VPC endpoint)?")]
    Unreachable,
    /// The deadline or a signal came first.
    #[error("the deadline or a signal came first")]
    Stopped,
    /// It was had, and cannot be read.
    #[error("{0}")]
    Input(InputErrorKind),
}

/// What always works.
const PULL: &str = "run `terraform state pull | ecs-express-audit audit -d -`";

fn in_brackets(code: Option<&str>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

fn wanted(status: u16) -> &'static str {
    if status == 401 { "a user and a password" } else { "a user who may read it" }
}
