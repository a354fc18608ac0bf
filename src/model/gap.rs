//! What could not be read. Not read is not empty.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Kind;

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The caller lacks the permission.
    Denied,
    /// A service control policy denies it: another team must lift it.
    DeniedByScp,
    /// Still throttled after all retries.
    Throttled,
    /// The credentials expired.
    Expired,
    /// The Region is not enabled for the account.
    RegionDisabled,
    /// No answer in time.
    Timeout,
    /// AWS answered with a failure of its own.
    ServerError,
    /// The answer could not be understood.
    Malformed,
    /// The scan was stopped first: by its own deadline, or by a signal.
    Deadline,
    /// It was not asked for, or the snapshot does not hold it.
    NotCollected,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 10] = [
        Self::Denied,
        Self::DeniedByScp,
        Self::Throttled,
        Self::Expired,
        Self::RegionDisabled,
        Self::Timeout,
        Self::ServerError,
        Self::Malformed,
        Self::Deadline,
        Self::NotCollected,
    ];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::DeniedByScp => "denied-by-scp",
            Self::Throttled => "throttled",
            Self::Expired => "expired",
            Self::RegionDisabled => "region-disabled",
            Self::Timeout => "timeout",
            Self::ServerError => "server-error",
            Self::Malformed => "malformed",
            Self::Deadline => "deadline",
            Self::NotCollected => "not-collected",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Gap {
    /// The operation as IAM names it: `acm:ListCertificates`.
    pub operation: String,
    /// What it was asked about (a cluster's or load balancer's ARN), if it asks about one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The kinds about which less is known because of it.
    pub kinds: Vec<Kind>,
    /// Why.
    pub cause: Cause,
    /// One sentence for a person: our own words and AWS's error code, never AWS's message (it may echo anything).
    pub message: String,
}
