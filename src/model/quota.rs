//! Limits of AWS that leftovers and live services run into.

/// A limit that leftovers count against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Quota {
    /// Express services that can share one load balancer.
    ServicesPerLoadBalancer,
    /// Rules of one Application Load Balancer, the default ones excepted.
    RulesPerLoadBalancer,
    /// Application Load Balancers of a Region.
    LoadBalancers,
    /// Target groups of a Region.
    TargetGroups,
}

impl Quota {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServicesPerLoadBalancer => "services-per-load-balancer",
            Self::RulesPerLoadBalancer => "rules-per-load-balancer",
            Self::LoadBalancers => "load-balancers",
            Self::TargetGroups => "target-groups",
        }
    }

    /// What is counted, in a sentence after a number.
    #[must_use]
    pub fn spoken(self) -> &'static str {
        match self {
            Self::ServicesPerLoadBalancer => "Express services on one load balancer",
            Self::RulesPerLoadBalancer => "rules on one load balancer",
            Self::LoadBalancers => "Application Load Balancers in the Region",
            Self::TargetGroups => "target groups in the Region",
        }
    }
}
