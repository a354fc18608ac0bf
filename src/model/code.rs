//! The stable codes of the claims a report can make.

use std::fmt;

use super::{Kind, Severity};

/// The code of a claim: stable, kebab-case, what configuration and dashboards match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Code {
    /// An Express-managed resource that nothing outside the dead set uses and nothing declares.
    Orphan,
    /// Would be an orphan, but something outside the dead set still uses it.
    HeldLeftover,
    /// Belongs to a living service, but to none of its current revisions.
    Superseded,
    /// A live Express service that none of the given declarations names.
    UndeclaredService,
    /// Declared in a scanned scope, but not live.
    MissingService,
    /// A deletion that has not finished.
    DrainingService,
    /// ACTIVE, past the grace period, and without a way in.
    ServiceWithoutIngress,
    /// A managed resource reports FAILED.
    FailedResource,
    /// A live service refers to something that does not exist.
    DanglingReference,
}

impl Code {
    /// Every code, in the order in which reports list them.
    pub const ALL: [Self; 9] = [
        Self::Orphan,
        Self::HeldLeftover,
        Self::Superseded,
        Self::UndeclaredService,
        Self::MissingService,
        Self::DrainingService,
        Self::ServiceWithoutIngress,
        Self::FailedResource,
        Self::DanglingReference,
    ];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Orphan => "orphan",
            Self::HeldLeftover => "held-leftover",
            Self::Superseded => "superseded",
            Self::UndeclaredService => "undeclared-service",
            Self::MissingService => "missing-service",
            Self::DrainingService => "draining-service",
            Self::ServiceWithoutIngress => "service-without-ingress",
            Self::FailedResource => "failed-resource",
            Self::DanglingReference => "dangling-reference",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The default severity of an orphan: what it costs or holds open decides, not its price.
#[must_use]
pub fn orphan_severity(kind: Kind) -> Severity {
    match kind {
        Kind::LoadBalancer => Severity::High,
        Kind::SecurityGroup => Severity::Medium,
        Kind::TargetGroup
        | Kind::Listener
        | Kind::ListenerRule
        | Kind::Certificate
        | Kind::Alarm
        | Kind::ScalableTarget
        | Kind::ScalingPolicy => Severity::Low,
        Kind::LogGroup | Kind::TaskDefinition | Kind::Cluster | Kind::Service => Severity::Info,
    }
}
