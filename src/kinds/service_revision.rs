//! Service revisions: the one place where ECS names what it made for a service (`ecsManagedResources`).

use serde::{Deserialize, Serialize};

use crate::model::{Arn, Kind, Timestamp};

/// The status that ECS gives a resource it manages (`ManagedResourceStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ManagedStatus {
    /// Being made.
    Provisioning,
    /// There.
    Active,
    /// Being deleted.
    Deprovisioning,
    /// Deleted.
    Deleted,
    /// It failed.
    Failed,
    /// A status that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A resource that ECS manages for a revision. Its ARN may be lacking while it is made, or where that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ManagedResource {
    /// Its kind.
    pub kind: Kind,
    /// Its ARN.
    pub arn: Option<Arn>,
    /// Its status.
    pub status: ManagedStatus,
    /// Why it has that status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A way into a service: load balancer, its security groups, certificate, listener, rule, target groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IngressPath {
    /// The endpoint's host, without a scheme.
    pub host: String,
    /// What ECS made for it.
    pub parts: Vec<ManagedResource>,
}

/// A connection through an ECS Gateway that the customer made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GatewayConnection {
    /// Whether the route serves: ACTIVE or being updated.
    pub is_serving: bool,
    /// What the gateway made for it; these belong to the gateway.
    pub resources: Vec<Arn>,
}

/// A revision of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServiceRevision {
    /// Its ARN.
    pub arn: Arn,
    /// The service's ARN.
    pub service: Arn,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Its task definition.
    pub task_definition: Option<Arn>,
    /// The security groups of its tasks, the customer's and Express's.
    pub security_groups: Vec<Arn>,
    /// Its ways in.
    pub ingress_paths: Vec<IngressPath>,
    /// What ECS made beside them: scaling, alarms, the service's security groups, log groups.
    pub others: Vec<ManagedResource>,
    /// Its connections through gateways.
    pub gateway_connections: Vec<GatewayConnection>,
}

impl ServiceRevision {
    /// Every resource that ECS manages for it.
    pub fn managed(&self) -> impl Iterator<Item = &ManagedResource> {
        self.ingress_paths.iter().flat_map(|path| &path.parts).chain(&self.others)
    }
}
