//! The thirteen kinds of resource that Express Mode makes and should delete.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of resource. The source of the list is the ECS Developer Guide's page on deleting an Express Mode service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// The ECS cluster.
    Cluster,
    /// The ECS service.
    Service,
    /// The task definition.
    TaskDefinition,
    /// The security group of a service or of a load balancer.
    SecurityGroup,
    /// The CloudWatch Logs group.
    LogGroup,
    /// The CloudWatch alarm.
    Alarm,
    /// The ACM certificate of an endpoint.
    Certificate,
    /// The Application Load Balancer.
    LoadBalancer,
    /// The HTTPS listener.
    Listener,
    /// The host-header rule of an endpoint.
    ListenerRule,
    /// One of a service's two target groups.
    TargetGroup,
    /// The scalable target of Application Auto Scaling.
    ScalableTarget,
    /// The scaling policy on it.
    ScalingPolicy,
}

impl Kind {
    /// All thirteen, in the order of the contract.
    pub const ALL: [Self; 13] = [
        Self::Cluster,
        Self::Service,
        Self::TaskDefinition,
        Self::SecurityGroup,
        Self::LogGroup,
        Self::Alarm,
        Self::Certificate,
        Self::LoadBalancer,
        Self::Listener,
        Self::ListenerRule,
        Self::TargetGroup,
        Self::ScalableTarget,
        Self::ScalingPolicy,
    ];

    /// The name in reports: `load-balancer`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Service => "service",
            Self::TaskDefinition => "task-definition",
            Self::SecurityGroup => "security-group",
            Self::LogGroup => "log-group",
            Self::Alarm => "alarm",
            Self::Certificate => "certificate",
            Self::LoadBalancer => "load-balancer",
            Self::Listener => "listener",
            Self::ListenerRule => "listener-rule",
            Self::TargetGroup => "target-group",
            Self::ScalableTarget => "scalable-target",
            Self::ScalingPolicy => "scaling-policy",
        }
    }

    /// The name in a sentence: `load balancer`.
    #[must_use]
    pub fn spoken(self) -> String {
        self.as_str().replace('-', " ")
    }

    /// Whether not everything that may use one can be read: schedules and state machines run task definitions, people keep
    /// logs, and an empty cluster may be waiting for work. A leftover of such a kind is never more than `potential`.
    #[must_use]
    pub fn has_unreadable_users(self) -> bool {
        matches!(self, Self::TaskDefinition | Self::LogGroup | Self::Cluster)
    }

    /// Whether ECS Gateways make such resources too, under the very tag that Express Mode uses.
    #[must_use]
    pub fn is_made_by_gateways(self) -> bool {
        matches!(
            self,
            Self::LoadBalancer | Self::Listener | Self::ListenerRule | Self::TargetGroup | Self::Certificate | Self::SecurityGroup
        )
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| format!("expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
