//! Limits of AWS that leftovers and live services run into.

use super::{Arn, Kind, Scope};

/// A limit that leftovers count against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Quota {
    /// Express services that can share one load balancer (ECS Developer Guide, express-service-work; fixed).
    ServicesPerLoadBalancer,
    /// Rules of one Application Load Balancer, the default ones excepted (ELB User Guide, load-balancer-limits).
    RulesPerLoadBalancer,
    /// Certificates of one Application Load Balancer, the default ones excepted (ELB User Guide, load-balancer-limits).
    CertificatesPerLoadBalancer,
    /// Application Load Balancers of a Region (Service Quotas `elasticloadbalancing/L-53DA6B97`).
    LoadBalancers,
    /// Target groups of a Region (Service Quotas `elasticloadbalancing/L-B22855CB`).
    TargetGroups,
    /// Security groups of a Region (Service Quotas `vpc/L-E79EC296`).
    SecurityGroups,
}

impl Quota {
    /// Every one, by the name in reports.
    pub const ALL: [Self; 6] = [
        Self::ServicesPerLoadBalancer,
        Self::RulesPerLoadBalancer,
        Self::CertificatesPerLoadBalancer,
        Self::LoadBalancers,
        Self::TargetGroups,
        Self::SecurityGroups,
    ];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServicesPerLoadBalancer => "services-per-load-balancer",
            Self::RulesPerLoadBalancer => "rules-per-load-balancer",
            Self::CertificatesPerLoadBalancer => "certificates-per-load-balancer",
            Self::LoadBalancers => "load-balancers",
            Self::TargetGroups => "target-groups",
            Self::SecurityGroups => "security-groups",
        }
    }

    /// What AWS allows an account that never asked for more, as of 2026-11.
    #[must_use]
    pub fn default_limit(self) -> u64 {
        match self {
            Self::ServicesPerLoadBalancer | Self::CertificatesPerLoadBalancer => 25,
            Self::RulesPerLoadBalancer => 100,
            Self::LoadBalancers => 50,
            Self::TargetGroups => 3_000,
            Self::SecurityGroups => 2_500,
        }
    }

    /// What is counted, in a sentence after a number.
    #[must_use]
    pub fn spoken(self) -> &'static str {
        match self {
            Self::ServicesPerLoadBalancer => "Express services on one load balancer",
            Self::RulesPerLoadBalancer => "rules on one load balancer",
            Self::CertificatesPerLoadBalancer => "certificates on one load balancer, the default ones excepted",
            Self::LoadBalancers => "Application Load Balancers in the Region",
            Self::TargetGroups => "target groups in the Region",
            Self::SecurityGroups => "security groups in the Region",
        }
    }

    /// For a limit of the whole Region, what it limits and the ARN that Service Quotas gives it.
    #[must_use]
    pub fn of_region(self, scope: &Scope) -> Option<(Kind, Arn)> {
        let (kind, code) = match self {
            Self::LoadBalancers => (Kind::LoadBalancer, "elasticloadbalancing/L-53DA6B97"),
            Self::TargetGroups => (Kind::TargetGroup, "elasticloadbalancing/L-B22855CB"),
            Self::SecurityGroups => (Kind::SecurityGroup, "vpc/L-E79EC296"),
            Self::ServicesPerLoadBalancer | Self::RulesPerLoadBalancer | Self::CertificatesPerLoadBalancer => return None,
        };
        Some((kind, Arn::new(scope, "servicequotas", code)))
    }
}

impl std::str::FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|quota| quota.as_str() == text);
        found.ok_or_else(|| format!("expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}
