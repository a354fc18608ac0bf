//! Services: what everything else belongs to. ECS lists the ACTIVE ones only; DRAINING and INACTIVE ones answer to their name.

use serde::{Deserialize, Serialize};

use super::{Marks, ServiceName};
use crate::model::{Arn, AwsCommand, ServiceState, Timestamp, count_besides};

/// What ECS says of a service that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ServiceStatus {
    /// `ACTIVE`.
    Active,
    /// `DRAINING`.
    Draining,
    /// `INACTIVE`.
    Inactive,
    /// The failure `MISSING`, or its cluster does not exist.
    Absent,
    /// A status that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Who manages a service's infrastructure (`resourceManagementType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Management {
    /// `ECS`: an Express service.
    Ecs,
    /// `CUSTOMER`: an ordinary service.
    Customer,
    /// Not said, or a value that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A time and what happened then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DatedFact {
    /// When.
    pub at: Timestamp,
    /// What: `its last event`.
    pub what: String,
}

/// A service that was listed, or asked for by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Service {
    /// Its ARN: the name's, and so the same for every service that ever bears it.
    pub arn: Arn,
    /// Its cluster and name.
    #[serde(flatten)]
    pub name: ServiceName,
    /// Its status.
    pub status: ServiceStatus,
    /// Who manages it.
    pub management: Management,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// The latest of its events, deployments and updates.
    pub last_activity: Option<DatedFact>,
    /// Tasks still running.
    pub running_tasks: u64,
    /// Its current revisions, and the source and target of a deployment in flight.
    pub revisions: Vec<Arn>,
    /// The deployment that ECS calls current, over or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_deployment: Option<Arn>,
    /// Whether a deployment is in flight; `None` where that was not read.
    pub is_deploying: Option<bool>,
    /// The alarms that roll its deployments back.
    #[serde(default)]
    pub rollback_alarms: Vec<String>,
    /// The infrastructure role, read for DRAINING services only: their deletion runs as it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infrastructure_role: Option<Arn>,
    /// The security groups of an ordinary service.
    #[serde(default)]
    pub security_groups: Vec<Arn>,
    /// The target groups of an ordinary service.
    #[serde(default)]
    pub target_groups: Vec<Arn>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl Service {
    /// Whether it is an Express service that runs.
    #[must_use]
    pub fn is_live_express(&self) -> bool {
        self.status == ServiceStatus::Active && self.management == Management::Ecs
    }

    /// How many services of that name are not dead: what is tied to one that lives again is not to be removed.
    #[must_use]
    pub fn living(of: &ServiceName) -> AwsCommand {
        described(of, "[services][] | [?status!='INACTIVE'] | length(@)")
    }

    /// How many current revisions and deployments it has that were not known: what none of the known ones uses, these may.
    #[must_use]
    pub fn newer(&self) -> AwsCommand {
        let besides = count_besides(self.revisions.iter().chain(&self.current_deployment).map(Arn::as_str));
        described(&self.name, &format!("services[].[currentServiceRevisions[].arn, [currentServiceDeployment]][][] | {besides}"))
    }

    /// Its state, in the report's words.
    #[must_use]
    pub fn state(&self) -> ServiceState {
        match self.status {
            ServiceStatus::Active => ServiceState::Active,
            ServiceStatus::Draining => ServiceState::Draining,
            ServiceStatus::Inactive => ServiceState::Inactive,
            ServiceStatus::Absent => ServiceState::Absent,
            ServiceStatus::Unknown => ServiceState::Unknown,
        }
    }
}

fn described(of: &ServiceName, query: &str) -> AwsCommand {
    AwsCommand::new("ecs", "describe-services").with("--cluster", &of.cluster).with("--services", &of.name).asking(query)
}
