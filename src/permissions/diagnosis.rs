//! What trying each operation once has shown.

use std::collections::BTreeSet;
use std::fmt;

use super::Operation;
use crate::inventory::Collection;
use crate::model::{Cause, ExitCode, Kind, Scope};

/// How AWS answered to one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Access {
    /// It was done, or refused only because what it asked about does not exist.
    Granted,
    /// The caller lacks the permission.
    Denied,
    /// A service control policy denies it.
    DeniedByScp,
    /// The Region does not know the operation.
    NotOffered,
    /// The Region is not enabled for the account, or does not know the credentials.
    RegionDisabled,
    /// The credentials expired, or could not be had.
    Expired,
    /// No answer came.
    Unreachable,
    /// It failed otherwise: nothing is known of the permission.
    Failed(Cause),
}

impl Access {
    /// The name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::DeniedByScp => "denied-by-scp",
            Self::NotOffered => "not-offered",
            Self::RegionDisabled => "region-disabled",
            Self::Expired => "expired",
            Self::Unreachable => "unreachable",
            Self::Failed(cause) => cause.as_str(),
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Granted => "ok",
            Self::Denied => "denied",
            Self::DeniedByScp => "denied by a service control policy",
            Self::NotOffered => "not offered in this Region",
            Self::RegionDisabled => "Region not enabled, or credentials unknown to it",
            Self::Expired => "credentials expired",
            Self::Unreachable => "not reachable",
            Self::Failed(cause) => cause.as_str(),
        })
    }
}

/// One operation, tried once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trial {
    /// The operation.
    pub operation: &'static Operation,
    /// How AWS answered.
    pub access: Access,
    /// AWS's error code, if it gave one.
    pub code: Option<String>,
}

impl Trial {
    /// That operation, answered so.
    #[must_use]
    pub fn new(operation: &'static Operation, access: Access, code: Option<String>) -> Self {
        Self { operation, access, code }
    }

    /// Whether a scan loses nothing by it. A Region without ECS Gateways has no gateways.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        match self.access {
            Access::Granted => true,
            Access::NotOffered => self.operation.collection == Some(Collection::Gateways),
            Access::Denied | Access::DeniedByScp | Access::RegionDisabled | Access::Expired | Access::Unreachable | Access::Failed(_) => {
                false
            }
        }
    }
}

/// What one caller can read in one account and Region.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The account and Region.
    pub scope: Scope,
    /// The ARN of the caller.
    pub principal: String,
    /// Every operation, in the table's order.
    pub trials: Vec<Trial>,
}

impl Diagnosis {
    /// What these trials of that caller have shown.
    #[must_use]
    pub fn new(scope: Scope, principal: String, trials: Vec<Trial>) -> Self {
        Self { scope, principal, trials }
    }

    /// The trials that a scan would lose something by.
    pub fn lost(&self) -> impl Iterator<Item = &Trial> {
        self.trials.iter().filter(|trial| !trial.is_fine())
    }

    /// The operations that were answered so.
    #[must_use]
    pub fn answered(&self, access: Access) -> Vec<&'static Operation> {
        self.lost().filter(|trial| trial.access == access).map(|trial| trial.operation).collect()
    }

    /// The kinds about which less can be said because of what is lost.
    #[must_use]
    pub fn dark_kinds(&self) -> BTreeSet<Kind> {
        self.lost().flat_map(|trial| trial.operation.kinds).copied().collect()
    }

    /// What the program ends with: a scan would leave gaps, or it would not.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if self.lost().next().is_none() { ExitCode::Clean } else { ExitCode::Incomplete }
    }
}
