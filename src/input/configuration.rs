//! The declared fields of an Express service, from the attributes of `aws_ecs_express_gateway_service` (nested lists of one block) and
//! of `awscc_ecs_express_gateway_service` (nested objects).
//!
//! What is null, an empty list or an empty text is not managed. A field of another type than the providers give it is passed over.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::kinds::{Container, ScalingTarget, ServiceConfiguration};
use crate::model::Hidden;

/// The attributes that are compared, with all that lies in them.
const COMPARED: [&str; 13] = [
    "cpu",
    "cpu_architecture",
    "execution_role_arn",
    "health_check_path",
    "infrastructure_role_arn",
    "memory",
    "network_configuration",
    "primary_container",
    "scaling_target",
    "tags",
    "tags_all",
    "task_definition_arn",
    "task_role_arn",
];

/// Whether the attribute is one that is compared.
pub(super) fn is_compared(attribute: &str) -> bool {
    COMPARED.contains(&attribute)
}

/// The fields that those attributes declare.
pub(super) fn read(attributes: &Map<String, Value>) -> ServiceConfiguration {
    let block = |key| attributes.get(key).and_then(block);
    let network = block("network_configuration");
    let mut tags = named(attributes.get("tags_all"), "key", "value");
    tags.extend(named(attributes.get("tags"), "key", "value"));
    ServiceConfiguration {
        infrastructure_role: text(attributes, "infrastructure_role_arn"),
        execution_role: text(attributes, "execution_role_arn"),
        task_role: text(attributes, "task_role_arn"),
        task_definition: text(attributes, "task_definition_arn"),
        cpu: text(attributes, "cpu"),
        memory: text(attributes, "memory"),
        cpu_architecture: text(attributes, "cpu_architecture"),
        health_check_path: text(attributes, "health_check_path"),
        security_groups: network.map(|network| texts(network, "security_groups").map(str::to_owned).collect()).unwrap_or_default(),
        subnets: network.map(|network| texts(network, "subnets").map(str::to_owned).collect()).unwrap_or_default(),
        container: block("primary_container").map(container).unwrap_or_default(),
        scaling: block("scaling_target").map(scaling).unwrap_or_default(),
        tags,
    }
}

fn container(of: &Map<String, Value>) -> Container {
    let logs = of.get("aws_logs_configuration").and_then(block);
    let credentials = of.get("repository_credentials").and_then(block);
    let command: Vec<&str> = texts(of, "command").collect();
    let mut secrets = named(of.get("secret"), "name", "value_from");
    secrets.extend(named(of.get("secrets"), "name", "value_from"));
    Container {
        image: text(of, "image"),
        port: number(of, "container_port"),
        command: (!command.is_empty()).then(|| Hidden::of_list(command)),
        log_group: logs.and_then(|logs| text(logs, "log_group")),
        log_stream_prefix: logs.and_then(|logs| text(logs, "log_stream_prefix")),
        credentials: credentials.and_then(|credentials| text(credentials, "credentials_parameter")).map(Hidden::known),
        environment: named(of.get("environment"), "name", "value"),
        secrets,
    }
}

fn scaling(of: &Map<String, Value>) -> ScalingTarget {
    ScalingTarget {
        min_tasks: number(of, "min_task_count"),
        max_tasks: number(of, "max_task_count"),
        metric: text(of, "auto_scaling_metric"),
        target_value: number(of, "auto_scaling_target_value"),
    }
}

/// A nested block: an object, or the one object of a list.
fn block(value: &Value) -> Option<&Map<String, Value>> {
    match value {
        Value::Array(items) => items.first().filter(|_| items.len() == 1).and_then(Value::as_object),
        other => other.as_object(),
    }
}

fn text(of: &Map<String, Value>, key: &str) -> Option<String> {
    match of.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also one in text or with a fraction of zero.
fn number(of: &Map<String, Value>, key: &str) -> Option<i64> {
    let text = text(of, key)?;
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}

fn texts<'v>(of: &'v Map<String, Value>, key: &str) -> impl Iterator<Item = &'v str> {
    of.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// A list of names with values, or an object of them. Which of two values of one name holds is the last one's affair, as in a container.
fn named(list: Option<&Value>, name: &str, value: &str) -> BTreeMap<String, Hidden> {
    let hidden = |value: Option<&Value>| value.and_then(Value::as_str).map_or_else(Hidden::unknown, Hidden::known);
    match list {
        Some(Value::Array(items)) => {
            let items = items.iter().filter_map(Value::as_object);
            items.filter_map(|item| Some((item.get(name)?.as_str()?.to_owned(), hidden(item.get(value))))).collect()
        }
        Some(Value::Object(values)) => values.iter().map(|(name, value)| (name.clone(), hidden(Some(value)))).collect(),
        _ => BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LISTS: &str = r#"{
        "cpu": "1024", "memory": "2048", "cpu_architecture": "ARM64", "health_check_path": "/health",
        "execution_role_arn": "arn:aws:iam::123456789012:role/exec", "infrastructure_role_arn": "arn:aws:iam::123456789012:role/infra",
        "task_role_arn": null, "tags": {"team": "shop"}, "tags_all": {"team": "other", "env": "prod"},
        "network_configuration": [{"security_groups": ["sg-0b", "sg-0a"], "subnets": ["subnet-1"]}],
        "primary_container": [{
            "aws_logs_configuration": [{"log_group": "/aws/ecs/default/web", "log_stream_prefix": "ecs"}],
            "command": ["serve", "--port", "80"], "container_port": 8080, "image": "web:1",
            "environment": [{"name": "PASSWORD", "value": "hunter2"}, {"name": "EMPTY", "value": ""}],
            "repository_credentials": [{"credentials_parameter": "arn:aws:secretsmanager:us-east-1:123456789012:secret:r"}],
            "secret": [{"name": "DB", "value_from": "arn:aws:ssm:us-east-1:123456789012:parameter/db"}]}],
        "scaling_target": [{"auto_scaling_metric": "AVERAGE_CPU", "auto_scaling_target_value": 60, "max_task_count": 20, "min_task_count": 1}]
    }"#;

    fn read_text(text: &str) -> ServiceConfiguration {
        read(&serde_json::from_str(text).expect("an object"))
    }

    #[test]
    fn every_field_of_the_terraform_resource_is_read() {
        let read = read_text(LISTS);
        let Container { image, port, command, log_group, log_stream_prefix, credentials, environment, secrets } = &read.container;
        assert_eq!((image.as_deref(), *port), (Some("web:1"), Some(8080)));
        assert_eq!(command.as_ref().and_then(|c| c.is_same(&Hidden::of_list(["serve", "--port", "80"]))), Some(true));
        assert_eq!((log_group.as_deref(), log_stream_prefix.as_deref()), (Some("/aws/ecs/default/web"), Some("ecs")));
        assert!(credentials.is_some());
        assert_eq!(environment.keys().collect::<Vec<_>>(), ["EMPTY", "PASSWORD"]);
        assert_eq!(environment["EMPTY"].is_same(&Hidden::known("")), Some(true));
        assert_eq!(secrets.keys().collect::<Vec<_>>(), ["DB"]);
        assert_eq!(
            (read.cpu.as_deref(), read.memory.as_deref(), read.cpu_architecture.as_deref()),
            (Some("1024"), Some("2048"), Some("ARM64"))
        );
        assert_eq!((read.task_role.as_ref(), read.health_check_path.as_deref()), (None, Some("/health")));
        assert_eq!(read.security_groups.iter().collect::<Vec<_>>(), ["sg-0a", "sg-0b"]);
        assert_eq!(read.subnets.iter().collect::<Vec<_>>(), ["subnet-1"]);
        let scaling =
            ScalingTarget { min_tasks: Some(1), max_tasks: Some(20), metric: Some("AVERAGE_CPU".to_owned()), target_value: Some(60) };
        assert_eq!(read.scaling, scaling);
        assert_eq!(read.tags["team"].is_same(&Hidden::known("shop")), Some(true), "what the resource says wins");
        assert!(read.tags.contains_key("env"));
    }

    #[test]
    fn objects_instead_of_lists_of_one_say_the_same() {
        let objects = LISTS.replace("[{\"s", "{\"s").replace("\"subnet-1\"]}]", "\"subnet-1\"]}");
        let objects = objects.replace("[{\"aws_logs", "{\"aws_logs").replace("\"ecs\"}]", "\"ecs\"}").replace("[{\"log_g", "{\"log_g");
        let objects = objects.replace("[{\"cred", "{\"cred").replace("secret:r\"}]", "secret:r\"}").replace("\"secret\":", "\"secrets\":");
        let objects = objects.replace("[{\"auto", "{\"auto").replace("\"min_task_count\": 1}]", "\"min_task_count\": 1}");
        let objects = objects.replace("[{\n            \"aws_logs", "{\n            \"aws_logs").replace("db\"}]}]", "db\"}]}");
        let objects = objects.replace(r#"{"team": "shop"}"#, r#"[{"key": "team", "value": "shop"}]"#);
        assert!(serde_json::from_str::<Value>(&objects).is_ok(), "{objects}");
        assert_eq!(read_text(&objects), read_text(LISTS));
    }

    #[test]
    fn null_and_empty_are_not_managed() {
        for text in [
            "{}",
            r#"{"cpu":null,"health_check_path":"","network_configuration":[],"primary_container":[],"scaling_target":null,"tags_all":{}}"#,
            r#"{"network_configuration":[{"security_groups":[],"subnets":null}],"primary_container":[{"command":[],"environment":[],"secret":null}]}"#,
            r#"{"cpu":[],"primary_container":"x","network_configuration":[1],"scaling_target":[{},{}],"tags":7}"#,
        ] {
            assert!(read_text(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        let read =
            read_text(r#"{"cpu":1024,"scaling_target":{"auto_scaling_target_value":60.0,"max_task_count":"20","min_task_count":"x"}}"#);
        assert_eq!(read.cpu.as_deref(), Some("1024"));
        assert_eq!((read.scaling.target_value, read.scaling.max_tasks, read.scaling.min_tasks), (Some(60), Some(20), None));
    }

    #[test]
    fn only_attributes_of_a_services_own_are_compared() {
        assert!(is_compared("primary_container") && !is_compared("current_deployment") && !is_compared("service_revision_arn"));
        let all = BTreeSet::from(COMPARED);
        assert_eq!(all.len(), COMPARED.len());
    }
}
