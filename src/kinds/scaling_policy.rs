//! Scaling policies: they go with their scalable target, and so do the alarms that they made.

use serde::{Deserialize, Serialize};

use super::{Reference, Relation};
use crate::model::{Arn, Timestamp};

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
    pub(super) fn references(&self) -> Vec<Reference> {
        self.alarms.iter().map(|alarm| Reference::new(Relation::ListensToAlarm, alarm)).collect()
    }
}
