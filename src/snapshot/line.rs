//! The lines of a snapshot, and how one is parsed within bounds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::SnapshotErrorKind;
use crate::extent::Extent;
use crate::inventory::{Collection, Gateway, Interface, ScopeInventory};
use crate::kinds::{
    ActiveConfiguration, Alarm, Certificate, Cluster, Listener, ListenerRule, LoadBalancer, LogGroup, ScalableTarget, ScalingPolicy,
    SecurityGroup, Service, ServiceRevision, TargetGroup, TaskFamily,
};
use crate::model::{Arn, Gap, Kind, Scope, Timestamp};

/// The longest string in a line, in bytes. No name, ARN or reason of AWS's comes near.
pub(super) const LONGEST_STRING: usize = 64 << 10;
/// How many values a line may hold: a task-definition family has at most as many revisions.
pub(super) const MOST_VALUES: usize = 1_000_000;

/// The first line.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Head<'a> {
    pub(super) schema_version: Cow<'a, str>,
    pub(super) tool: Cow<'a, str>,
    pub(super) tool_version: Cow<'a, str>,
}

/// The first line of a scope.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ScopeHead<'a> {
    pub(super) scope: Cow<'a, Scope>,
    pub(super) started_at: Timestamp,
    pub(super) finished_at: Timestamp,
    pub(super) api_calls: u64,
    pub(super) throttles: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) totals: Cow<'a, BTreeMap<Kind, u64>>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) wanted_tags: Cow<'a, BTreeSet<String>>,
}

/// What was read to its end.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ReadLine<'a> {
    pub(super) collection: Collection,
    pub(super) parents: Vec<Cow<'a, str>>,
}

/// Something of which no more is said.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Named<'a> {
    pub(super) arn: Cow<'a, Arn>,
}

/// The last line.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct End {
    pub(super) lines: usize,
}

/// Defines the lines, and how those of resources come from an inventory and go into one: each row is the type of a line, and where such resources lie.
macro_rules! lines {
    ($($variant:ident $name:literal $place:ident: $resource:ty,)*) => {
        /// One line of a snapshot. Written, it is `{"type":"cluster","arn":…}`.
        #[derive(Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(tag = "type", rename_all = "kebab-case")]
        pub(super) enum Line<'a> {
            Snapshot(Head<'a>),
            Scope(ScopeHead<'a>),
            Read(ReadLine<'a>),
            Gap(&'a Gap),
            Absent(Named<'a>),
            Appeared(Named<'a>),
            $(#[serde(rename = $name)] $variant(&'a $resource),)*
            End(End),
        }

        /// The lines of all the resources of a scope.
        pub(super) fn of_resources(of: &ScopeInventory) -> impl Iterator<Item = Line<'_>> {
            iter::empty()$(.chain(of.$place.iter().map(Line::$variant)))*
        }

        /// Puts what a line of that type holds where it belongs.
        pub(super) fn put(scope: &mut ScopeInventory, line: &[u8]) -> Result<(), SnapshotErrorKind> {
            match &*type_of(line)? {
                "read" => {
                    let ReadLine { collection, parents } = parse(line)?;
                    scope.reads.complete_for_all(collection, parents.into_iter().map(Cow::into_owned));
                }
                "gap" => scope.gaps.push(parse(line)?),
                "absent" => scope.absent.push(parse::<Named<'_>>(line)?.arn.into_owned()),
                "appeared" => scope.appeared.push(parse::<Named<'_>>(line)?.arn.into_owned()),
                $($name => scope.$place.push(parse(line)?),)*
                _ => return Err(SnapshotErrorKind::Malformed { column: 1 }),
            }
            Ok(())
        }
    };
}

lines! {
    Cluster "cluster" clusters: Cluster,
    Service "service" services: Service,
    ServiceRevision "service-revision" revisions: ServiceRevision,
    ActiveConfiguration "active-configuration" configurations: ActiveConfiguration,
    TaskFamily "task-family" task_families: TaskFamily,
    LoadBalancer "load-balancer" load_balancers: LoadBalancer,
    Listener "listener" listeners: Listener,
    ListenerRule "listener-rule" rules: ListenerRule,
    TargetGroup "target-group" target_groups: TargetGroup,
    Certificate "certificate" certificates: Certificate,
    Alarm "alarm" alarms: Alarm,
    LogGroup "log-group" log_groups: LogGroup,
    SecurityGroup "security-group" security_groups: SecurityGroup,
    ScalableTarget "scalable-target" scalable_targets: ScalableTarget,
    ScalingPolicy "scaling-policy" scaling_policies: ScalingPolicy,
    Interface "interface" interfaces: Interface,
    Gateway "gateway" gateways: Gateway,
}

/// What a line begins with, before its type.
const TYPE: &[u8] = br#"{"type":""#;

/// Reads what a line holds beside its type.
pub(super) fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, SnapshotErrorKind> {
    if is_excessive(line) {
        return Err(SnapshotErrorKind::Excessive);
    }
    // Checked once, and not string by string; what is no UTF-8 is refused where it stands.
    str::from_utf8(line).map_or_else(|_| serde_json::from_slice(line), serde_json::from_str).map_err(|error| refused(&error))
}

/// Whether a line is beyond bounds. A line no longer than the longest string is within both.
fn is_excessive(text: &[u8]) -> bool {
    if text.len() <= LONGEST_STRING {
        return false;
    }
    let Extent { longest_string, further_values, .. } = Extent::of(text);
    longest_string > LONGEST_STRING || further_values >= MOST_VALUES
}

fn refused(error: &serde_json::Error) -> SnapshotErrorKind {
    if error.is_eof() { SnapshotErrorKind::Truncated } else { SnapshotErrorKind::Malformed { column: error.column() } }
}

/// The type of a line.
pub(super) fn type_of(line: &[u8]) -> Result<Cow<'_, str>, SnapshotErrorKind> {
    #[derive(Deserialize)]
    struct Typed {
        r#type: String,
    }
    match type_at_start(line) {
        Some(name) => Ok(Cow::Borrowed(name)),
        // Whatever wrote the line again may have put its type anywhere.
        None => parse(line).map(|Typed { r#type }| Cow::Owned(r#type)),
    }
}

/// The type that a line begins with.
fn type_at_start(line: &[u8]) -> Option<&str> {
    let rest = line.strip_prefix(TYPE)?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'-').count();
    str::from_utf8(&rest[..length]).ok().filter(|_| rest[length..].starts_with(b"\","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_by_its_type_wherever_that_stands() {
        for text in [r#"{"type":"end","lines":7}"#, r#"{"lines":7,"type":"end"}"#, r#"{ "type" : "end", "lines": 7 }"#] {
            let line = format!("{text}\n").into_bytes();
            assert_eq!(type_of(&line).expect("a type"), "end", "{text}");
            assert!(matches!(parse(&line), Ok(End { lines: 7 })), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        for (text, at) in [(r#"{"type":"end","lines":x}"#, 23), (r#"{"lines":x,"type":"end"}"#, 10), (r#"{"type":"end"}"#, 14), ("[]", 2)] {
            let Err(SnapshotErrorKind::Malformed { column }) = parse::<End>(format!("{text}\n").as_bytes()) else { panic!("{text}") };
            assert_eq!(column, at, "{text}");
        }
    }

    #[test]
    fn the_schema_is_that_of_what_is_read() {
        let schema = crate::schema::tests::of_read::<Line<'_>>("Line of a snapshot of ecs-express-audit, version 1");
        crate::schema::tests::check("snapshot", &schema);
    }
}
