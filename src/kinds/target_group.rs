//! Target groups: two per Express service, taking turns at every deployment.
//! An empty one with weight 0 is normal; one that no rule names is not.

use serde::{Deserialize, Serialize};

use super::{Marks, Reference, Relation, is_hex};
use crate::model::{Arn, AwsCommand, Removal, count_besides};

/// A target group, Express's or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TargetGroup {
    /// Its ARN.
    pub arn: Arn,
    /// Its name; Express gives `ecs-gateway-tg-<17 hex>`.
    pub name: String,
    /// The VPC of its targets.
    pub vpc: Option<String>,
    /// `ip`, `instance`, `lambda` or `alb`; Express uses `ip`.
    pub target_type: Option<String>,
    /// The load balancers that some rule or listener sends its traffic from.
    pub load_balancers: Vec<Arn>,
    /// The ids of its registered targets: addresses, or the ARN of a load balancer. Empty unless they were read.
    #[serde(default)]
    pub targets: Vec<String>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl TargetGroup {
    /// Whether the name is one that Express Mode gives.
    #[must_use]
    pub fn has_express_name(&self) -> bool {
        self.name.strip_prefix("ecs-gateway-tg-").is_some_and(|rest| is_hex(rest, 17))
    }

    /// Whether its target is a load balancer.
    #[must_use]
    pub fn targets_a_load_balancer(&self) -> bool {
        self.target_type.as_deref() == Some("alb")
    }

    /// Its deletion, which AWS refuses while a rule or a listener forwards to it.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let arn = self.arn.as_str();
        let described = || AwsCommand::new("elbv2", "describe-target-groups").with("--target-group-arns", arn);
        let there = described().asking("[TargetGroups][] | length(@)");
        let balancers = described().asking("[TargetGroups][].LoadBalancerArns[] | length(@)");
        let delete = AwsCommand::new("elbv2", "delete-target-group").with("--target-group-arn", arn);
        Removal::of(self.arn.region(), there, "TargetGroupNotFound")
            .unless("load balancer in front of it", balancers)
            .unless("target registered since the audit", self.newly_registered())
            .then(delete)
    }

    /// Counts the targets that it did not have before.
    #[must_use]
    pub fn newly_registered(&self) -> AwsCommand {
        let known = self.targets.iter().map(String::as_str);
        let others = format!("[TargetHealthDescriptions][].Target.Id | {}", count_besides(known));
        AwsCommand::new("elbv2", "describe-target-health").with("--target-group-arn", self.arn.as_str()).asking(&others)
    }

    pub(super) fn references(&self) -> Vec<Reference> {
        self.targets.iter().filter_map(|id| Arn::parse(id)).map(|arn| Reference::new(Relation::HasTarget, &arn)).collect()
    }
}
