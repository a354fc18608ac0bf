//! Clusters: shared with services that Express does not manage, and carrying no mark of it.
//! Only an empty one in which an Express service is known to have died can be said to be left over, and never `default`.

use serde::{Deserialize, Serialize};

use super::Marks;
use crate::model::{Arn, AwsCommand, Removal};

/// An ECS cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Cluster {
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// ACTIVE services, whoever manages them.
    pub active_services: Option<u64>,
    /// DRAINING services on Fargate, whoever manages them.
    pub draining_services: Option<u64>,
    /// Running and pending tasks.
    pub tasks: Option<u64>,
    /// Registered container instances.
    pub container_instances: Option<u64>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl Cluster {
    /// The deletion of a cluster, which AWS refuses while anything is in it.
    #[must_use]
    pub fn removal(cluster: &Arn) -> Removal {
        let described = |of| AwsCommand::new("ecs", "describe-clusters").with("--clusters", cluster.as_str()).asking(of);
        let there = described("[clusters][] | [?status=='ACTIVE'] | length(@)");
        let counts = "activeServicesCount, runningTasksCount, pendingTasksCount, registeredContainerInstancesCount";
        let held = described(&format!("sum([clusters][].[{counts}][])"));
        let delete = AwsCommand::new("ecs", "delete-cluster").with("--cluster", cluster.as_str());
        Removal::of(cluster.region(), there, "ClusterNotFoundException")
            .unless("service, task or container instance in it", held)
            .then(delete)
    }

    /// Whether it is known to hold nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [self.active_services, self.draining_services, self.tasks, self.container_instances].iter().all(|count| *count == Some(0))
    }
}
