//! What an earlier report, the baseline, says of a finding.

use super::{Arn, Code, Kind, Scope, Severity, Timestamp};

/// How a finding stands to the baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingStatus {
    /// The baseline does not have it, or there is none.
    #[default]
    New,
    /// The baseline has it.
    Existing,
    /// The baseline has it among what was resolved.
    Reappeared,
}

impl FindingStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::New, Self::Existing, Self::Reappeared];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
            Self::Reappeared => "reappeared",
        }
    }
}

/// What is known of a finding from earlier reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct History {
    /// How it stands to the baseline.
    pub status: FindingStatus,
    /// When a report first had it; `None` where this one is the first.
    pub first_seen: Option<Timestamp>,
    /// Whether it is graver now than it was in the baseline.
    pub got_worse: bool,
}

impl History {
    /// Whether the baseline does not have it so: it is new, back again or worse.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.status != FindingStatus::Existing || self.got_worse
    }
}

/// A finding of an earlier report: known to a baseline, or lacking in the report at hand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct PastFinding {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its code.
    pub code: Code,
    /// How much it mattered.
    pub severity: Severity,
    /// Where it was.
    pub scope: Scope,
    /// The kind of its subject.
    pub kind: Kind,
    /// The subject's ARN, if it had one.
    pub arn: Option<Arn>,
    /// What a person calls the subject.
    pub name: String,
    /// When a report first had it.
    pub first_seen: Timestamp,
    /// When a report of a completely read scope first lacked it; `None` while its scope was not read completely since.
    pub resolved_at: Option<Timestamp>,
}
