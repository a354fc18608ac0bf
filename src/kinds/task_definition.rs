//! Task definitions: Express registers a family per service and leaves its revisions ACTIVE.
//! Schedules, state machines and people may run them, none of which can be read, so a leftover is never certain.

use serde::{Deserialize, Serialize};

use super::ServiceName;
use crate::model::{Arn, AwsCommand, Removal};

/// A task-definition family with ACTIVE revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TaskFamily {
    /// Its name; Express gives `<cluster>-<service>`.
    pub name: String,
    /// The ARNs of its ACTIVE revisions, newest last. Empty unless they were read.
    #[serde(default)]
    pub revisions: Vec<Arn>,
}

impl TaskFamily {
    /// The services that the name may mean: one for each known cluster whose name it begins with.
    #[must_use]
    pub fn named_services<'c>(&self, clusters: impl IntoIterator<Item = &'c str>) -> Vec<ServiceName> {
        let named = |cluster: &str| {
            let service = self.name.strip_prefix(cluster)?.strip_prefix('-')?;
            (!service.is_empty()).then(|| ServiceName { cluster: cluster.to_owned(), name: service.to_owned() })
        };
        clusters.into_iter().filter_map(named).collect()
    }

    /// The deregistration of these revisions of a family. Nothing is lost: they can still be described, and tasks of theirs run on.
    #[must_use]
    pub fn removal(revisions: &[&Arn]) -> Option<Removal> {
        let newest = revisions.last()?;
        let (family, _) = newest.last_segment().rsplit_once(':')?;
        let there = AwsCommand::new("ecs", "list-task-definitions").with("--family-prefix", family).with("--status", "ACTIVE");
        let there = there.asking("[taskDefinitionArns][] | length(@)");
        let deregister = |arn: &Arn| AwsCommand::new("ecs", "deregister-task-definition").with("--task-definition", arn.as_str());
        let removal = Removal::of(newest.region(), there, "ClientException");
        Some(revisions.iter().fold(removal, |removal, arn| removal.then(deregister(arn))))
    }

    /// The family that Express registers for a service.
    #[must_use]
    pub fn name_for(service: &ServiceName) -> String {
        format!("{}-{}", service.cluster, service.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_makes_the_name_ambiguous() {
        let family = TaskFamily { name: "prod-eu-web".into(), revisions: vec![] };
        let named = family.named_services(["prod", "prod-eu", "dev", "prod-eu-web"]);
        let spoken: Vec<_> = named.iter().map(|s| format!("{}+{}", s.cluster, s.name)).collect();
        assert_eq!(spoken, ["prod+eu-web", "prod-eu+web"]);
    }
}
