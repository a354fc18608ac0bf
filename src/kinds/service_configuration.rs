//! What an Express service is configured as: the fields that a declaration and ECS both speak of, and no others.
//!
//! Values that may be secret (environment variables, what secrets refer to, commands, tags) can only be compared; of these a snapshot
//! holds names.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{Arn, Hidden};

/// One of the configurations in use (`activeConfigurations`): one at rest, two while a deployment is in flight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ActiveConfiguration {
    /// The service's ARN.
    pub service: Arn,
    /// The revision that has it.
    pub revision: Option<Arn>,
    /// The deployment that ECS named along with it: one in flight.
    pub current_deployment: Option<Arn>,
    /// The configuration.
    pub configuration: ServiceConfiguration,
}

/// The fields of a service. Declared, what is not given is not managed; live, it is not set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ServiceConfiguration {
    /// The ARN of the role that ECS manages infrastructure as.
    pub infrastructure_role: Option<String>,
    /// The ARN of the role that tasks are started as.
    pub execution_role: Option<String>,
    /// The ARN of the role that tasks run as.
    pub task_role: Option<String>,
    /// The ARN of the task definition.
    pub task_definition: Option<String>,
    /// CPU units, a number as text.
    pub cpu: Option<String>,
    /// Memory in MiB, a number as text.
    pub memory: Option<String>,
    /// `X86_64` or `ARM64`.
    pub cpu_architecture: Option<String>,
    /// The path of the health check.
    pub health_check_path: Option<String>,
    /// The ids of the security groups, Express's own among them.
    pub security_groups: BTreeSet<String>,
    /// The ids of the subnets.
    pub subnets: BTreeSet<String>,
    /// The container.
    pub container: Container,
    /// How it scales.
    pub scaling: ScalingTarget,
    /// The service's tags.
    #[serde(with = "names")]
    #[cfg_attr(test, schemars(with = "BTreeSet<String>"))]
    pub tags: BTreeMap<String, Hidden>,
}

impl ServiceConfiguration {
    /// Whether no field is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The container of a service (`primaryContainer`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Container {
    /// The image.
    pub image: Option<String>,
    /// The port that it listens on.
    pub port: Option<i64>,
    /// The command, which may hold a password.
    #[serde(with = "presence")]
    #[cfg_attr(test, schemars(with = "bool"))]
    pub command: Option<Hidden>,
    /// The name of the log group.
    pub log_group: Option<String>,
    /// What the names of log streams begin with.
    pub log_stream_prefix: Option<String>,
    /// The secret with the registry's credentials.
    #[serde(with = "presence")]
    #[cfg_attr(test, schemars(with = "bool"))]
    pub credentials: Option<Hidden>,
    /// The environment variables.
    #[serde(with = "names")]
    #[cfg_attr(test, schemars(with = "BTreeSet<String>"))]
    pub environment: BTreeMap<String, Hidden>,
    /// The environment variables that are filled from secrets, with what they refer to.
    #[serde(with = "names")]
    #[cfg_attr(test, schemars(with = "BTreeSet<String>"))]
    pub secrets: BTreeMap<String, Hidden>,
}

/// How a service scales (`scalingTarget`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ScalingTarget {
    /// The least number of tasks.
    pub min_tasks: Option<i64>,
    /// The greatest number of tasks.
    pub max_tasks: Option<i64>,
    /// `AVERAGE_CPU`, `AVERAGE_MEMORY` or `REQUEST_COUNT_PER_TARGET`.
    pub metric: Option<String>,
    /// The metric's target: percent, or requests.
    pub target_value: Option<i64>,
}

/// Writes names without values.
mod names {
    use std::collections::{BTreeMap, BTreeSet};

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::Hidden;

    pub(super) fn serialize<S: Serializer>(of: &BTreeMap<String, Hidden>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(of.keys())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Hidden>, D::Error> {
        let names = BTreeSet::<String>::deserialize(deserializer)?;
        Ok(names.into_iter().map(|name| (name, Hidden::unknown())).collect())
    }
}

/// Writes whether there is a value.
mod presence {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::Hidden;

    #[expect(clippy::ref_option, reason = "serde gives the field as it is")]
    pub(super) fn serialize<S: Serializer>(of: &Option<Hidden>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(of.is_some())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Hidden>, D::Error> {
        Ok(bool::deserialize(deserializer)?.then(Hidden::unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_and_values_are_not() {
        let secret = |name: &str| BTreeMap::from([(name.to_owned(), Hidden::known("hunter2"))]);
        let container = Container {
            command: Some(Hidden::known("hunter2")),
            credentials: Some(Hidden::known("hunter2")),
            environment: secret("PASSWORD"),
            secrets: secret("TOKEN"),
            ..Container::default()
        };
        let configuration = ServiceConfiguration { container, tags: secret("note"), ..ServiceConfiguration::default() };
        let text = serde_json::to_string(&configuration).expect("JSON");
        assert!(!text.contains("hunter2"), "{text}");
        let read: ServiceConfiguration = serde_json::from_str(&text).expect("what was written");
        assert_eq!(read.container.environment.get("PASSWORD"), Some(&Hidden::unknown()));
        assert_eq!(read.container.secrets.get("TOKEN"), Some(&Hidden::unknown()));
        assert_eq!((read.container.command, read.container.credentials), (Some(Hidden::unknown()), Some(Hidden::unknown())));
        assert_eq!(read.tags.get("note"), Some(&Hidden::unknown()));
    }

    #[test]
    fn what_is_not_set_stays_so() {
        let text = serde_json::to_string(&ServiceConfiguration::default()).expect("JSON");
        assert!(serde_json::from_str::<ServiceConfiguration>(&text).expect("what was written").is_empty());
        assert!(serde_json::from_str::<ServiceConfiguration>("{}").expect("nothing").is_empty());
    }
}
