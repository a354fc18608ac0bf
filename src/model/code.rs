//! The stable codes of the claims a report can make.

use std::fmt;
use std::str::FromStr;

use super::{Kind, Severity, nearest};

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
    /// A live revision refers to it, but ECS no longer manages it.
    Detached,
    /// A foreign rule forwards to a target group that leads nowhere now.
    StaleRule,
    /// A declared field differs from the live one.
    Drift,
    /// Leftovers and live services near a limit.
    QuotaPressure,
    /// The configuration waives what was not found.
    UnusedWaiver,
    /// The configuration waives what it no longer may.
    ExpiredWaiver,
    /// The plan makes a service under the name of one that is still DRAINING.
    CreateWhileDraining,
    /// The plan makes a service under the name of one that lives and that it does not own.
    NameTaken,
    /// The plan deletes a service and makes another one under its name.
    ReplaceSameName,
    /// The plan changes a service's cluster in place, which AWS does not offer.
    ClusterChange,
    /// The plan refers to something that neither lives nor is made by it.
    MissingDependency,
    /// The plan takes the infrastructure role's permissions away together with a service, in no order.
    RoleRemovedFirst,
    /// The plan forgets a service that runs on.
    ForgetLeavesRunning,
    /// A leftover already has a name that the plan will need.
    LeftoverCollision,
    /// What the plan's deletions will leave behind.
    DestroyLeaves,
}

impl Code {
    /// Every code, in the order in which reports list them.
    pub const ALL: [Self; 24] = [
        Self::Orphan,
        Self::HeldLeftover,
        Self::Superseded,
        Self::UndeclaredService,
        Self::MissingService,
        Self::DrainingService,
        Self::ServiceWithoutIngress,
        Self::FailedResource,
        Self::DanglingReference,
        Self::Detached,
        Self::StaleRule,
        Self::Drift,
        Self::QuotaPressure,
        Self::UnusedWaiver,
        Self::ExpiredWaiver,
        Self::CreateWhileDraining,
        Self::NameTaken,
        Self::ReplaceSameName,
        Self::ClusterChange,
        Self::MissingDependency,
        Self::RoleRemovedFirst,
        Self::ForgetLeavesRunning,
        Self::LeftoverCollision,
        Self::DestroyLeaves,
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
            Self::Detached => "detached",
            Self::StaleRule => "stale-rule",
            Self::Drift => "drift",
            Self::QuotaPressure => "quota-pressure",
            Self::UnusedWaiver => "unused-waiver",
            Self::ExpiredWaiver => "expired-waiver",
            Self::CreateWhileDraining => "create-while-draining",
            Self::NameTaken => "name-taken",
            Self::ReplaceSameName => "replace-same-name",
            Self::ClusterChange => "cluster-change",
            Self::MissingDependency => "missing-dependency",
            Self::RoleRemovedFirst => "role-removed-first",
            Self::ForgetLeavesRunning => "forget-leaves-running",
            Self::LeftoverCollision => "leftover-collision",
            Self::DestroyLeaves => "destroy-leaves",
        }
    }
}

impl Code {
    /// The code that somebody who wrote this probably meant.
    #[must_use]
    pub fn meant_by(text: &str) -> Option<Self> {
        nearest(text, &Self::ALL.map(Self::as_str))?.parse().ok()
    }

    /// Whether it says something of the configuration and not of a resource.
    #[must_use]
    pub fn is_about_configuration(self) -> bool {
        matches!(self, Self::UnusedWaiver | Self::ExpiredWaiver)
    }

    /// Whether it is said only where declarations were given.
    #[must_use]
    pub fn needs_declarations(self) -> bool {
        matches!(self, Self::UndeclaredService | Self::MissingService | Self::Drift)
    }

    /// Whether only a plan's judgement says it.
    #[must_use]
    pub fn is_of_preflight(self) -> bool {
        matches!(
            self,
            Self::CreateWhileDraining
                | Self::NameTaken
                | Self::ReplaceSameName
                | Self::ClusterChange
                | Self::MissingDependency
                | Self::RoleRemovedFirst
                | Self::ForgetLeavesRunning
                | Self::LeftoverCollision
                | Self::DestroyLeaves
        )
    }
}

impl FromStr for Code {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|code| code.as_str() == text);
        found.ok_or_else(|| format!("expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
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
