//! Application Load Balancers: one for up to 25 services of a VPC, billed by the hour whether or not anything uses it.
//! It goes with its last service, unless something that Express does not manage is configured on it.

use serde::{Deserialize, Serialize};

use super::{Marks, Reference, Relation, is_hex};
use crate::model::{Arn, Timestamp};

/// A load balancer of any type, Express's or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LoadBalancer {
    /// Its ARN.
    pub arn: Arn,
    /// Its name; Express gives `ecs-express-gateway-alb-<8 hex>` (hashicorp/terraform-provider-aws#47576).
    pub name: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Its VPC.
    pub vpc: Option<String>,
    /// `internet-facing` or `internal`.
    pub scheme: Option<String>,
    /// Its security groups.
    pub security_groups: Vec<Arn>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl LoadBalancer {
    /// Whether the name is one that Express Mode gives.
    #[must_use]
    pub fn has_express_name(&self) -> bool {
        self.name.strip_prefix("ecs-express-gateway-alb-").is_some_and(|rest| is_hex(rest, 8))
    }

    /// Whether it is an Application Load Balancer: only those have rules.
    #[must_use]
    pub fn is_application(&self) -> bool {
        self.arn.resource().starts_with("loadbalancer/app/")
    }

    /// What metrics and interfaces call it: `app/NAME/ID`.
    #[must_use]
    pub fn short_id(&self) -> &str {
        self.arn.resource().strip_prefix("loadbalancer/").unwrap_or_default()
    }

    pub(super) fn references(&self) -> Vec<Reference> {
        self.security_groups.iter().map(|group| Reference::new(Relation::Carries, group)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_anchored() {
        let named = |name: &str| LoadBalancer {
            arn: Arn::parse("arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/x/1").expect("an ARN"),
            name: name.into(),
            created_at: None,
            vpc: None,
            scheme: None,
            security_groups: vec![],
            marks: Marks::default(),
        };
        assert!(named("ecs-express-gateway-alb-1a2b3c4d").has_express_name());
        for other in ["ecs-express-gateway-alb-1A2B3C4D", "ecs-express-gateway-alb-1a2b3c4d5", "my-ecs-express-gateway-alb-1a2b3c4d"] {
            assert!(!named(other).has_express_name(), "{other}");
        }
        assert_eq!(named("x").short_id(), "app/x/1");
    }
}
