//! Field by field: what the paths are, and when two values are the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::kinds::{Container, ScalingTarget, ServiceConfiguration};
use crate::model::{Arn, FieldValue, Hidden};

/// The names of environment variables, plain or from secrets, are compared as a whole: one that only is live differs too.
const WHOLE: [&str; 2] = ["primary_container.environment.", "primary_container.secret."];

/// What comparing one declared field gave, unless it is the same.
pub(super) enum Compared {
    /// It is another.
    Differs { declared: FieldValue, live: FieldValue },
    /// The live value is not known.
    NotComparable,
}

/// The fields that differ or cannot be compared, by path. Without `managed_groups` it is not known which security groups are Express's
/// own, and they are not compared.
pub(super) fn compare(
    declared: &ServiceConfiguration,
    live: &ServiceConfiguration,
    managed_groups: Option<&BTreeSet<&str>>,
) -> Vec<(String, Compared)> {
    let (mut declared, live) = (fields(declared, managed_groups), fields(live, managed_groups));
    // Beside a container the task definition is ECS's own affair: each deployment makes another.
    if declared.contains_key("primary_container.image") {
        declared.remove("task_definition_arn");
    }
    let only_live = live.iter().filter(|(path, _)| !declared.contains_key(*path) && is_of_declared_whole(&declared, path));
    let only_live = only_live.map(|(path, field)| (path.clone(), Compared::Differs { declared: FieldValue::Unset, live: field.value() }));
    let both = declared.iter().filter_map(|(path, field)| Some((path.clone(), field.compare(live.get(path))?)));
    both.chain(only_live).collect()
}

/// The cluster, by name or ARN, against the name of the one where the service is.
pub(super) fn compare_cluster(declared: Option<&str>, live: &str) -> Option<(String, Compared)> {
    let arn = declared.and_then(Arn::parse);
    let name = arn.as_ref().map_or(declared?, Arn::last_segment);
    let text = |text: &str| FieldValue::Text(text.to_owned());
    (name != live).then(|| ("cluster".to_owned(), Compared::Differs { declared: text(name), live: text(live) }))
}

fn is_of_declared_whole(declared: &BTreeMap<String, Field<'_>>, path: &str) -> bool {
    WHOLE.iter().any(|whole| path.starts_with(whole) && declared.keys().any(|path| path.starts_with(whole)))
}

/// A field's value, and with it how it is compared.
enum Field<'a> {
    /// As it stands.
    Text(&'a str),
    /// A number in a text: `1024` and `01024` are one.
    Count(&'a str),
    Number(i64),
    /// An ARN; compared with nothing else.
    Arn(&'a str),
    /// Several, in any order.
    Set(BTreeSet<&'a str>),
    Hidden(&'a Hidden),
}

/// The fields that are given, by their paths in Terraform's words.
fn fields<'a>(of: &'a ServiceConfiguration, managed_groups: Option<&BTreeSet<&str>>) -> BTreeMap<String, Field<'a>> {
    let ServiceConfiguration {
        infrastructure_role,
        execution_role,
        task_role,
        task_definition,
        cpu,
        memory,
        cpu_architecture,
        health_check_path,
        security_groups,
        subnets,
        container,
        scaling: ScalingTarget { min_tasks, max_tasks, metric, target_value },
        tags,
    } = of;
    let text = |of: &'a Option<String>| of.as_deref().map(Field::Text);
    let arn = |of: &'a Option<String>| of.as_deref().map(Field::Arn);
    let set = |of: BTreeSet<&'a str>| (!of.is_empty()).then_some(Field::Set(of));
    let own_groups = managed_groups.map(|managed| own(security_groups, managed)).unwrap_or_default();
    let single = [
        ("infrastructure_role_arn", arn(infrastructure_role)),
        ("execution_role_arn", arn(execution_role)),
        ("task_role_arn", arn(task_role)),
        ("task_definition_arn", arn(task_definition)),
        ("cpu", cpu.as_deref().map(Field::Count)),
        ("memory", memory.as_deref().map(Field::Count)),
        ("cpu_architecture", text(cpu_architecture)),
        ("health_check_path", text(health_check_path)),
        ("network_configuration.security_groups", set(own_groups)),
        ("network_configuration.subnets", set(subnets.iter().map(String::as_str).collect())),
        ("scaling_target.min_task_count", min_tasks.map(Field::Number)),
        ("scaling_target.max_task_count", max_tasks.map(Field::Number)),
        ("scaling_target.auto_scaling_metric", text(metric)),
        ("scaling_target.auto_scaling_target_value", target_value.map(Field::Number)),
    ];
    let single = single.into_iter().filter_map(|(path, field)| Some((path.to_owned(), field?)));
    single.chain(of_container(container)).chain(named("tags", tags)).collect()
}

fn of_container(of: &Container) -> impl Iterator<Item = (String, Field<'_>)> {
    let Container { image, port, command, log_group, log_stream_prefix, credentials, environment, secrets } = of;
    let single = [
        ("image", image.as_deref().map(Field::Text)),
        ("container_port", port.map(Field::Number)),
        ("command", command.as_ref().map(Field::Hidden)),
        ("aws_logs_configuration.log_group", log_group.as_deref().map(Field::Text)),
        ("aws_logs_configuration.log_stream_prefix", log_stream_prefix.as_deref().map(Field::Text)),
        ("repository_credentials.credentials_parameter", credentials.as_ref().map(Field::Hidden)),
    ];
    let single = single.into_iter().filter_map(|(name, field)| Some((format!("primary_container.{name}"), field?)));
    single.chain(named("primary_container.environment", environment)).chain(named("primary_container.secret", secrets))
}

fn named<'a>(path: &'a str, of: &'a BTreeMap<String, Hidden>) -> impl Iterator<Item = (String, Field<'a>)> {
    of.iter().map(move |(name, value)| (format!("{path}.{name}"), Field::Hidden(value)))
}

/// The groups without Express's own, by id.
fn own<'a>(groups: &'a BTreeSet<String>, managed: &BTreeSet<&str>) -> BTreeSet<&'a str> {
    let ids = groups.iter().map(|group| group.rsplit('/').next().unwrap_or(group));
    ids.filter(|id| !managed.contains(id)).collect()
}

impl Field<'_> {
    /// Nothing where both are the same.
    fn compare(&self, live: Option<&Self>) -> Option<Compared> {
        let is_same = match (self, live) {
            (_, None) => Some(false),
            (Self::Count(a), Some(Self::Count(b))) => Some(a == b || is_same_number(a, b)),
            // What is no ARN names a role or a task definition in another way.
            (Self::Arn(a), Some(Self::Arn(b))) => Some(a == b || Arn::parse(a).is_none() || Arn::parse(b).is_none()),
            (Self::Hidden(a), Some(Self::Hidden(b))) => a.is_same(b),
            (own, Some(live)) => Some(own.value() == live.value()),
        };
        match is_same {
            Some(true) => None,
            Some(false) => Some(Compared::Differs { declared: self.value(), live: live.map_or(FieldValue::Unset, Self::value) }),
            None => Some(Compared::NotComparable),
        }
    }

    /// The value, as a report may show it.
    fn value(&self) -> FieldValue {
        match self {
            Self::Text(text) | Self::Count(text) | Self::Arn(text) => FieldValue::Text((*text).to_owned()),
            Self::Number(number) => FieldValue::Number(*number),
            Self::Set(texts) => FieldValue::List(texts.iter().map(|text| (*text).to_owned()).collect()),
            Self::Hidden(_) => FieldValue::Hidden,
        }
    }
}

fn is_same_number(a: &str, b: &str) -> bool {
    a.parse::<u64>().ok().zip(b.parse::<u64>().ok()).is_some_and(|(a, b)| a == b)
}
