//! Scaling policies: they go with their scalable target, and so do the alarms that they made.

use serde::{Deserialize, Serialize};

use super::{Reference, Relation};
use crate::model::{Arn, AwsCommand, Removal, Timestamp};

/// A scaling policy of Application Auto Scaling in the namespace `ecs`. It has no tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScalingPolicy {
    /// Its ARN.
    pub arn: Arn,
    /// Its name; Express gives `<ServiceName><TargetMetric>`.
    pub name: String,
    /// `service/<cluster>/<service>`.
    pub resource_id: String,
    /// When it was put.
    pub created_at: Option<Timestamp>,
    /// The alarms that it made.
    pub alarms: Vec<Arn>,
}

impl ScalingPolicy {
    /// Its deletion; the alarms that it made go with it.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let command = |operation| {
            let command = AwsCommand::new("application-autoscaling", operation).with("--service-namespace", "ecs");
            command.with("--resource-id", &self.resource_id)
        };
        let there = command("describe-scaling-policies").with("--policy-names", &self.name).asking("[ScalingPolicies][] | length(@)");
        let delete = command("delete-scaling-policy").with("--scalable-dimension", "ecs:service:DesiredCount");
        Removal::of(self.arn.region(), there, "ObjectNotFoundException").then(delete.with("--policy-name", &self.name))
    }

    pub(super) fn references(&self) -> Vec<Reference> {
        self.alarms.iter().map(|alarm| Reference::new(Relation::ListensToAlarm, alarm)).collect()
    }
}
