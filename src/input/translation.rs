//! The fields of a declared service, from any declaration's words into those of Terraform's attributes, which the paths of drift use too.
//!
//! Only what is listed here gets through. What is given, but not known, is noted by its path: it cannot be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::given::Given;
use super::identifiers::Attributes;
use crate::declared::DeclaredService;

/// What may stand at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One text.
    Single,
    /// One whole number, which may be written as a text.
    Number,
    /// A list of texts.
    Texts,
    /// Values by name: a list of pairs, or an object.
    Named,
    /// Further fields: an object, or a list of one.
    Block,
}

/// By what a service is known: never compared as such.
const NAMES: [&str; 3] = ["service_name", "service_arn", "region"];

/// Every path that is read.
const FIELDS: [(&str, Shape); 33] = [
    ("service_name", Shape::Single),
    ("service_arn", Shape::Single),
    ("region", Shape::Single),
    ("cluster", Shape::Single),
    ("infrastructure_role_arn", Shape::Single),
    ("execution_role_arn", Shape::Single),
    ("task_role_arn", Shape::Single),
    ("task_definition_arn", Shape::Single),
    ("cpu", Shape::Number),
    ("memory", Shape::Number),
    ("cpu_architecture", Shape::Single),
    ("health_check_path", Shape::Single),
    ("network_configuration", Shape::Block),
    ("network_configuration.security_groups", Shape::Texts),
    ("network_configuration.subnets", Shape::Texts),
    ("scaling_target", Shape::Block),
    ("scaling_target.min_task_count", Shape::Number),
    ("scaling_target.max_task_count", Shape::Number),
    ("scaling_target.auto_scaling_metric", Shape::Single),
    ("scaling_target.auto_scaling_target_value", Shape::Number),
    ("tags", Shape::Named),
    ("tags_all", Shape::Named),
    ("primary_container", Shape::Block),
    ("primary_container.image", Shape::Single),
    ("primary_container.container_port", Shape::Number),
    ("primary_container.command", Shape::Texts),
    ("primary_container.environment", Shape::Named),
    ("primary_container.secret", Shape::Named),
    ("primary_container.aws_logs_configuration", Shape::Block),
    ("primary_container.aws_logs_configuration.log_group", Shape::Single),
    ("primary_container.aws_logs_configuration.log_stream_prefix", Shape::Single),
    ("primary_container.repository_credentials", Shape::Block),
    ("primary_container.repository_credentials.credentials_parameter", Shape::Single),
];

/// The shape of what may stand at the path.
pub(super) fn shape(path: &str) -> Option<Shape> {
    FIELDS.iter().find(|(known, _)| *known == path).map(|(_, shape)| *shape)
}

/// The names of what may stand in the block at the path; at the top it is empty.
pub(super) fn names_in(path: &str) -> impl Iterator<Item = &'static str> {
    let inner =
        FIELDS.iter().map(move |(known, _)| if path.is_empty() { Some(*known) } else { known.strip_prefix(path)?.strip_prefix('.') });
    inner.flatten().filter(|name| !name.contains('.'))
}

/// Whether a declaration's word at the top of a service is one of a field.
pub(super) fn is_field(key: &str) -> bool {
    shape(&translate(key)).is_some()
}

/// The words of pairs, in the order name, value.
const PAIRS: [(&str, &str); 3] = [("name", "value"), ("name", "value_from"), ("key", "value")];

/// The fields of one service, in Terraform's words.
#[derive(Default)]
pub(super) struct Translation {
    attributes: Map<String, Value>,
    not_comparable: BTreeSet<String>,
}

impl Translation {
    /// Of the properties of a service.
    pub(super) fn of(properties: &BTreeMap<String, Given>) -> Self {
        let mut translation = Self::default();
        translation.attributes = translation.block("", properties);
        translation
    }

    /// Sets an attribute that the declaration tells elsewhere.
    pub(super) fn set(&mut self, attribute: &str, value: impl Into<String>) {
        self.attributes.insert(attribute.to_owned(), Value::String(value.into()));
    }

    /// The text of an attribute.
    pub(super) fn text(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The service, declared at that place for certain.
    pub(super) fn service(mut self, declared_at: String) -> DeclaredService {
        // Beside a container the task definition is ECS's own affair.
        if ["primary_container", "primary_container.image"].iter().any(|path| self.not_comparable.contains(*path)) {
            self.attributes.remove("task_definition_arn");
        }
        let attributes = Attributes::deserialize(Value::Object(self.attributes)).expect("attributes may have any value");
        let service = attributes.service(declared_at);
        let service = if self.not_comparable.contains("cluster") { service.in_unknown_cluster() } else { service };
        DeclaredService { not_comparable: self.not_comparable, ..service }
    }

    /// The service, which may be declared there or not. What it would be configured as is then compared with nothing.
    pub(super) fn possible_service(mut self, declared_at: String) -> DeclaredService {
        let is_identity = |name: &str| name == "cluster" || NAMES.contains(&name);
        let given = self.attributes.keys().filter(|name| !is_identity(name)).cloned();
        self.not_comparable.extend(given.collect::<Vec<_>>());
        self.attributes.retain(|name, _| is_identity(name));
        DeclaredService { is_certain: false, ..self.service(declared_at) }
    }

    fn block(&mut self, path: &str, entries: &BTreeMap<String, Given>) -> Map<String, Value> {
        let mut block = Map::new();
        for (key, given) in entries {
            let name = translate(key);
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if let Some(shape) = shape(&path)
                && let Some(value) = self.value(&path, shape, given)
            {
                block.insert(name, value);
            }
        }
        block
    }

    /// What is known of a field. The rest is noted.
    fn value(&mut self, path: &str, shape: Shape, given: &Given) -> Option<Value> {
        let known = match (shape, given) {
            (_, Given::Nothing) => return None,
            (_, Given::Unknown) => None,
            (Shape::Single | Shape::Number, Given::Scalar(value)) => Some(value.clone()),
            (Shape::Texts, Given::List(items)) => texts(items),
            (Shape::Named, Given::List(items)) => pairs(items),
            (Shape::Named, Given::Map(entries)) => {
                Some(Value::Object(entries.iter().map(|(name, value)| (name.clone(), text(value))).collect()))
            }
            (Shape::Block, Given::Map(entries)) => Some(Value::Object(self.block(path, entries))),
            (Shape::Block, Given::List(items)) => match items.as_slice() {
                [] => return None,
                [one] => return self.value(path, shape, one),
                [_, _, ..] => None,
            },
            // It is given, but not as what it should be: nobody knows what would come of it.
            (
                Shape::Single | Shape::Number | Shape::Texts | Shape::Named | Shape::Block,
                Given::Scalar(_) | Given::List(_) | Given::Map(_),
            ) => None,
        };
        if known.is_none() && !NAMES.contains(&path) {
            self.not_comparable.insert(path.to_owned());
        }
        known
    }
}

/// The texts, if all are known.
fn texts(items: &[Given]) -> Option<Value> {
    let given = items.iter().filter(|item| **item != Given::Nothing);
    given.map(|item| item.text().map(Value::String)).collect::<Option<Vec<_>>>().map(Value::Array)
}

/// The pairs, if all of their names are known. A value may be unknown.
fn pairs(items: &[Given]) -> Option<Value> {
    let mut pairs = Vec::new();
    for item in items.iter().filter(|item| **item != Given::Nothing) {
        let Given::Map(item) = item else { return None };
        let item: BTreeMap<String, &Given> = item.iter().map(|(key, value)| (translate(key), value)).collect();
        let (name, value) = PAIRS.iter().find(|(name, value)| item.contains_key(*name) && item.contains_key(*value))?;
        let known = item.get(*name)?.text()?;
        // What nobody has filled in yet.
        if !known.is_empty() {
            pairs.push(Value::Object(Map::from_iter([
                ((*name).to_owned(), Value::String(known)),
                ((*value).to_owned(), text(item.get(*value)?)),
            ])));
        }
    }
    Some(Value::Array(pairs))
}

/// The text of a named value; null stands for one that is not known.
fn text(value: &Given) -> Value {
    value.text().map_or(Value::Null, Value::String)
}

/// A declaration's word for a field in Terraform's: `awsLogsConfigurations`, `AwsLogsConfiguration` and `aws_logs_configuration` are one.
fn translate(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 8);
    for c in key.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    // Pulumi names lists in the plural, and Terraform names blocks in the singular.
    let singular = match name.as_str() {
        "aws_logs_configurations" => "aws_logs_configuration",
        "commands" => "command",
        "environments" => "environment",
        "network_configurations" => "network_configuration",
        "scaling_targets" => "scaling_target",
        "secrets" => "secret",
        _ => return name,
    };
    singular.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::ServiceConfiguration;
    use crate::model::Hidden;

    /// What stands for something that is not known.
    const UNKNOWN: &str = "?";

    fn given(value: &Value) -> Given {
        match Given::of(value) {
            Given::Scalar(Value::String(text)) if text == UNKNOWN => Given::Unknown,
            Given::List(_) => Given::List(value.as_array().into_iter().flatten().map(given).collect()),
            Given::Map(_) => Given::Map(value.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), given(value))).collect()),
            other => other,
        }
    }

    fn translated(value: &Value) -> Translation {
        let Given::Map(properties) = given(value) else { panic!("{value} is no object") };
        Translation::of(&properties)
    }

    fn service(value: &Value) -> DeclaredService {
        translated(value).service("here".to_owned())
    }

    #[track_caller]
    fn check_not_comparable(value: &Value, expected: &[&str]) {
        let service = service(value);
        assert_eq!(service.not_comparable.iter().collect::<Vec<_>>(), expected, "{value}");
    }

    #[test]
    fn every_way_to_write_a_word_says_the_same() {
        let of_cloudformation = json!({
            "ServiceName": "s", "Cluster": "c", "Cpu": "1024", "TaskRoleArn": "arn:aws:iam::123456789012:role/t",
            "PrimaryContainer": {
                "Image": "i", "ContainerPort": 80, "Command": ["serve"], "Environment": [{"Name": "E", "Value": "1"}],
                "Secrets": [{"Name": "S", "ValueFrom": "v"}], "AwsLogsConfiguration": {"LogGroup": "l", "LogStreamPrefix": "p"},
                "RepositoryCredentials": {"CredentialsParameter": "r"},
            },
            "NetworkConfiguration": {"SecurityGroups": ["sg-1"], "Subnets": ["subnet-1"]},
            "ScalingTarget": {"MinTaskCount": 1, "MaxTaskCount": 2, "AutoScalingMetric": "AVERAGE_CPU", "AutoScalingTargetValue": 60},
            "Tags": [{"Key": "Team Name", "Value": "shop"}],
        });
        let of_pulumi = json!({
            "serviceName": "s", "cluster": "c", "cpu": "1024", "taskRoleArn": "arn:aws:iam::123456789012:role/t",
            "primaryContainer": {
                "image": "i", "containerPort": 80, "commands": ["serve"], "environments": [{"name": "E", "value": "1"}],
                "secrets": [{"name": "S", "valueFrom": "v"}], "awsLogsConfigurations": [{"logGroup": "l", "logStreamPrefix": "p"}],
                "repositoryCredentials": {"credentialsParameter": "r"},
            },
            "networkConfigurations": [{"securityGroups": ["sg-1"], "subnets": ["subnet-1"]}],
            "scalingTargets": [{"minTaskCount": 1, "maxTaskCount": 2, "autoScalingMetric": "AVERAGE_CPU", "autoScalingTargetValue": 60}],
            "tags": {"Team Name": "shop"},
        });
        let read = service(&of_cloudformation);
        assert_eq!(read, service(&of_pulumi));
        assert_eq!(read.service_name().map(|name| format!("{}/{}", name.cluster, name.name)).as_deref(), Some("c/s"));
        assert!(read.is_certain && read.not_comparable.is_empty());
        assert_eq!(read.configuration.tags["Team Name"].is_same(&Hidden::known("shop")), Some(true));
        assert_eq!(read.configuration.container.secrets["S"].is_same(&Hidden::known("v")), Some(true));
        assert!(read.configuration.container.credentials.is_some() && read.configuration.scaling.target_value == Some(60));
    }

    #[test]
    fn what_is_given_and_unknown_is_named_by_its_path() {
        check_not_comparable(&json!({"Cpu": "?", "Memory": null, "PrimaryContainer": {"Image": "?"}}), &["cpu", "primary_container.image"]);
        check_not_comparable(&json!({"PrimaryContainer": "?"}), &["primary_container"]);
        check_not_comparable(&json!({"ScalingTarget": [{"MinTaskCount": "?"}]}), &["scaling_target.min_task_count"]);
        let logs = json!({"PrimaryContainer": {"AwsLogsConfiguration": {"LogGroup": "?", "LogStreamPrefix": "x"}}});
        check_not_comparable(&logs, &["primary_container.aws_logs_configuration.log_group"]);
    }

    #[test]
    fn one_unknown_item_makes_a_whole_list_unknown() {
        let network = json!({"NetworkConfiguration": {"SecurityGroups": ["sg-1", "?"], "Subnets": ["subnet-1"]}});
        check_not_comparable(&network, &["network_configuration.security_groups"]);
        assert_eq!(service(&network).configuration.subnets.len(), 1);
        check_not_comparable(&json!({"PrimaryContainer": {"Environment": ["?"]}}), &["primary_container.environment"]);
        let environment = json!({"PrimaryContainer": {"Environment": [{"Name": "?", "Value": "x"}, {"Name": "A", "Value": "x"}]}});
        check_not_comparable(&environment, &["primary_container.environment"]);
        check_not_comparable(
            &json!({"PrimaryContainer": {"Secrets": "?", "Command": ["?"]}}),
            &["primary_container.command", "primary_container.secret"],
        );
    }

    #[test]
    fn the_name_of_an_unknown_value_is_known() {
        let read = service(&json!({"PrimaryContainer": {"Environment": [{"Name": "A", "Value": "?"}, {"Name": "B", "Value": 1.5}]}}));
        assert_eq!(read.configuration.container.environment, BTreeMap::from(["A", "B"].map(|name| (name.to_owned(), Hidden::unknown()))));
        assert!(read.not_comparable.is_empty());
    }

    #[test]
    fn in_an_unknown_cluster_a_name_tells_nothing() {
        let read = service(&json!({"Cluster": "?", "ServiceName": "s"}));
        assert_eq!((read.service_name(), read.cluster), (None, None));
        check_not_comparable(&json!({"Cluster": "?", "ServiceName": "?"}), &["cluster"]);
        assert_eq!(service(&json!({"ServiceName": "?"})).service_name(), None);
    }

    #[test]
    fn a_task_definition_is_not_compared_beside_an_unknown_image() {
        let read = service(&json!({"TaskDefinitionArn": "arn:aws:ecs:r:1:task-definition/a:1", "PrimaryContainer": {"Image": "?"}}));
        assert_eq!(read.configuration.task_definition, None);
    }

    #[test]
    fn nothing_of_a_possible_service_is_compared() {
        let possible = json!({"ServiceName": "s", "Cpu": "1024", "PrimaryContainer": {"Image": "i"}, "TaskRoleArn": "?"});
        let read = translated(&possible).possible_service("here".to_owned());
        assert_eq!((read.configuration, read.is_certain), (ServiceConfiguration::default(), false));
        assert!(read.name.is_some());
        assert_eq!(read.not_comparable.iter().collect::<Vec<_>>(), ["cpu", "primary_container", "task_role_arn"]);
    }

    #[test]
    fn what_is_not_listed_does_not_get_through() {
        let read = translated(&json!({"Password": "hunter2", "PrimaryContainer": {"Password": "hunter2", "Image": "i"}, "Id": "hunter2"}));
        assert_eq!(Value::Object(read.attributes), json!({"primary_container": {"image": "i"}}));
    }
}
