//! What the caller decides about a judgement.

use std::time::Duration;

use super::{FailOn, Severity};

/// What the caller decides: how long to wait before something counts as left behind, and what counts for the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// A leftover younger than this is no finding: AWS goes on tearing down for minutes after a service is INACTIVE.
    pub grace: Duration,
    /// From which severity on a finding counts for the exit code.
    pub fail_on: FailOn,
}

impl Policy {
    /// How long a service may drain before that is of high severity.
    pub const LONG_DRAINING: Duration = Duration::from_mins(30);
}

impl Default for Policy {
    /// A grace period of 15 minutes; findings count from `low` on.
    fn default() -> Self {
        Self { grace: Duration::from_mins(15), fail_on: FailOn::AtLeast(Severity::Low) }
    }
}
