//! Scalable targets: how many tasks a service may have. One whose service is gone scales nothing.

use serde::{Deserialize, Serialize};

use super::{Marks, ServiceName};
use crate::model::{Arn, AwsCommand, Removal, Timestamp};

/// A scalable target of Application Auto Scaling in the namespace `ecs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScalableTarget {
    /// Its ARN.
    pub arn: Arn,
    /// `service/<cluster>/<service>`.
    pub resource_id: String,
    /// When it was registered.
    pub created_at: Option<Timestamp>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl ScalableTarget {
    /// Its deregistration, with which its policies go.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let command = |operation| AwsCommand::new("application-autoscaling", operation).with("--service-namespace", "ecs");
        let id = self.resource_id.as_str();
        let there = command("describe-scalable-targets").with("--resource-ids", id).asking("[ScalableTargets][] | length(@)");
        let deregister = command("deregister-scalable-target").with("--scalable-dimension", "ecs:service:DesiredCount");
        Removal::of(self.arn.region(), there, "ObjectNotFoundException").then(deregister.with("--resource-id", id))
    }
}

/// The service that a resource id of the namespace `ecs` names.
#[must_use]
pub fn service_of_resource_id(resource_id: &str) -> Option<ServiceName> {
    resource_id.strip_prefix("service/").and_then(ServiceName::of_path)
}
