//! Scalable targets: how many tasks a service may have. One whose service is gone scales nothing.

use serde::{Deserialize, Serialize};

use super::{Marks, ServiceName};
use crate::model::{Arn, Timestamp};

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

/// The service that a resource id of the namespace `ecs` names.
#[must_use]
pub fn service_of_resource_id(resource_id: &str) -> Option<ServiceName> {
    resource_id.strip_prefix("service/").and_then(ServiceName::of_path)
}
