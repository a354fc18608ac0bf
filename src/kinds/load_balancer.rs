//! Application Load Balancers: one for up to 25 services of a VPC, billed by the hour whether or not anything uses it.
//! It goes with its last service, unless something that Express does not manage is configured on it.

use serde::{Deserialize, Serialize};

use super::{Marks, Reference, Relation, is_hex};
use crate::model::{Arn, AwsCommand, Cost, PriceItem, Prices, Protection, Removal, Timestamp, Usd};

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

/// The public IPv4 addresses that are known of a load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicAddresses {
    /// How many.
    pub count: u64,
    /// Whether all of its interfaces were read.
    pub are_all: bool,
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

    /// Whether it has no public address by its kind.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.scheme.as_deref() == Some("internal")
    }

    /// What it costs while nothing uses it, its public addresses included. Of other types than Application Load Balancers that is not known.
    #[must_use]
    pub fn cost(&self, prices: &Prices, addresses: PublicAddresses) -> Option<Cost> {
        let quote = |item| prices.of(item, self.arn.region());
        let hour = quote(PriceItem::LoadBalancerHour).filter(|_| self.is_application())?;
        let month = |usd: Usd| usd.times(Prices::HOURS);
        let mut parts = vec![format!("{} h at {hour}: ${}", Prices::HOURS, month(hour.price.usd))];
        let mut monthly = month(hour.price.usd);
        let address = quote(PriceItem::PublicIpv4Hour).filter(|_| addresses.count > 0);
        if let Some(address) = address {
            let all = month(address.price.usd).times(addresses.count);
            monthly = monthly + all;
            parts.push(format!("{} public IPv4 address(es), {} h each at {address}: ${all}", addresses.count, Prices::HOURS));
        }
        if !addresses.are_all {
            parts.push("at least, since not all of its interfaces were read: it may have more public IPv4 addresses".to_owned());
        }
        if let Some(unit) = quote(PriceItem::LoadBalancerCapacityUnitHour) {
            let all = month(unit.price.usd);
            parts.push(format!(
                "what traffic it has comes on top: ${all} for each LCU it uses all month, at {unit} an hour, 0 while it is idle"
            ));
        }
        Some(Cost { monthly, basis: parts.join("; ") })
    }

    /// Its deletion, which any deletion protection would keep from happening: that is lifted for it. What listens on it would go with it,
    /// and so has to go first.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let command = |operation| AwsCommand::new("elbv2", operation);
        let arn = self.arn.as_str();
        let there = command("describe-load-balancers").with("--load-balancer-arns", arn).asking("[LoadBalancers][] | length(@)");
        let listeners = command("describe-listeners").with("--load-balancer-arn", arn).asking("[Listeners][] | length(@)");
        let delete = command("delete-load-balancer").with("--load-balancer-arn", arn);
        let gone = AwsCommand::new("elbv2", "wait").word("load-balancers-deleted").with("--load-balancer-arns", arn);
        Removal::of(self.arn.region(), there, "LoadBalancerNotFound")
            .unless("listener on it", listeners)
            .then_unprotected(self.protection(), delete)
            .then(gone)
    }

    fn protection(&self) -> Protection {
        let command = |operation| AwsCommand::new("elbv2", operation).with("--load-balancer-arn", self.arn.as_str());
        let set = |value: &str| {
            command("modify-load-balancer-attributes").with("--attributes", &format!("Key=deletion_protection.enabled,Value={value}"))
        };
        let asked = command("describe-load-balancer-attributes").listing("Attributes[?Key=='deletion_protection.enabled'].Value");
        Protection { asked, lifted: set("false"), restored: set("true") }
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
