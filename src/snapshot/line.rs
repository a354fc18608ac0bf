//! The lines of a snapshot, and how one is parsed within bounds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{SnapshotErrorKind, VERSION};
use crate::extent::Extent;
use crate::inventory::{Collection, Gateway, Interface};
use crate::kinds::{
    ActiveConfiguration, Alarm, Certificate, Cluster, Listener, ListenerRule, LoadBalancer, LogGroup, ScalableTarget, ScalingPolicy,
    SecurityGroup, Service, ServiceRevision, TargetGroup, TaskFamily,
};
use crate::model::{Arn, Gap, Kind, Scope, Timestamp};

/// The longest string in a line, in bytes. No name, ARN or reason of AWS's comes near.
pub(super) const LONGEST_STRING: usize = 64 << 10;
/// How many values a line may hold: a task-definition family has at most as many revisions.
pub(super) const MOST_VALUES: usize = 1_000_000;

/// Defines the lines of a snapshot, in one of serde's ways to tell them apart: written, a line is `{"type":"cluster","arn":…}`.
macro_rules! lines {
    ($(#[$how:meta])* $name:ident) => {
        $(#[$how])*
        #[serde(rename_all = "kebab-case")]
        pub(super) enum $name<'a> {
            Snapshot {
                schema_version: Cow<'a, str>,
                tool: Cow<'a, str>,
                tool_version: Cow<'a, str>,
            },
            Scope {
                scope: Cow<'a, Scope>,
                started_at: Timestamp,
                finished_at: Timestamp,
                api_calls: u64,
                throttles: u64,
                #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
                totals: Cow<'a, BTreeMap<Kind, u64>>,
                #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
                wanted_tags: Cow<'a, BTreeSet<String>>,
            },
            Read {
                collection: Collection,
                parents: Vec<Cow<'a, str>>,
            },
            Gap(Cow<'a, Gap>),
            Absent {
                arn: Cow<'a, Arn>,
            },
            Appeared {
                arn: Cow<'a, Arn>,
            },
            Cluster(Cow<'a, Cluster>),
            Service(Cow<'a, Service>),
            ServiceRevision(Cow<'a, ServiceRevision>),
            ActiveConfiguration(Box<Cow<'a, ActiveConfiguration>>),
            TaskFamily(Cow<'a, TaskFamily>),
            LoadBalancer(Cow<'a, LoadBalancer>),
            Listener(Cow<'a, Listener>),
            ListenerRule(Cow<'a, ListenerRule>),
            TargetGroup(Cow<'a, TargetGroup>),
            Certificate(Cow<'a, Certificate>),
            Alarm(Cow<'a, Alarm>),
            LogGroup(Cow<'a, LogGroup>),
            SecurityGroup(Cow<'a, SecurityGroup>),
            ScalableTarget(Cow<'a, ScalableTarget>),
            ScalingPolicy(Cow<'a, ScalingPolicy>),
            Interface(Cow<'a, Interface>),
            Gateway(Cow<'a, Gateway>),
            End {
                lines: usize,
            },
        }
    };
}

lines! {
    /// One line of a snapshot.
    #[derive(Serialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    #[serde(tag = "type")]
    Line
}

lines! {
    /// The same line as serde reads it without keeping all of it first: `{"cluster":{"arn":…}}`.
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "which tool wrote it is for people")]
    LineByType
}

/// What a line begins with, before its type.
const TYPE: &[u8] = br#"{"type":""#;

impl LineByType<'static> {
    /// Reads a line, the first of which says what file it is. Its bytes are used up.
    pub(super) fn parse(text: &mut [u8], number: usize) -> Result<Self, SnapshotErrorKind> {
        if is_excessive(text) {
            return Err(SnapshotErrorKind::Excessive);
        }
        match (Self::of_json(text), number) {
            (Ok(Self::Snapshot { schema_version, .. }), 1) if schema_version != VERSION => Err(SnapshotErrorKind::Version),
            (Ok(line @ Self::Snapshot { .. }), 1) => Ok(line),
            (_, 1) => Err(SnapshotErrorKind::NotASnapshot),
            (line, _) => line,
        }
    }

    fn of_json(text: &mut [u8]) -> Result<Self, SnapshotErrorKind> {
        if let Some(start) = put_type_first(text) {
            // Checked once, and not string by string; what is no UTF-8 is refused where it stands.
            let text = &text[start..];
            let line = str::from_utf8(text).map_or_else(|_| serde_json::from_slice(text), serde_json::from_str);
            return line.map_err(|error| refused(&error, start));
        }
        // Whatever wrote the line again may have put its type anywhere.
        let mut members: Map<String, Value> = serde_json::from_slice(text).map_err(|error| refused(&error, 0))?;
        let Some(Value::String(name)) = members.remove("type") else { return Err(SnapshotErrorKind::Malformed { column: 1 }) };
        let by_type = Value::Object(Map::from_iter([(name, Value::Object(members))]));
        serde_json::from_value(by_type).map_err(|_| SnapshotErrorKind::Malformed { column: 1 })
    }
}

/// Whether a line is beyond bounds. A line no longer than the longest string is within both.
fn is_excessive(text: &[u8]) -> bool {
    if text.len() <= LONGEST_STRING {
        return false;
    }
    let Extent { longest_string, further_values, .. } = Extent::of(text);
    longest_string > LONGEST_STRING || further_values >= MOST_VALUES
}

fn refused(error: &serde_json::Error, start: usize) -> SnapshotErrorKind {
    if error.is_eof() { SnapshotErrorKind::Truncated } else { SnapshotErrorKind::Malformed { column: error.column() + start } }
}

/// The type of a line, if it has one.
pub(super) fn type_of(text: &[u8]) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Typed {
        r#type: String,
    }
    match type_at_start(text) {
        Some(name) => str::from_utf8(&text[name]).ok().map(Cow::Borrowed),
        None => serde_json::from_slice(text).ok().map(|Typed { r#type }| Cow::Owned(r#type)),
    }
}

/// Where the type stands that a line begins with, if other members follow.
fn type_at_start(text: &[u8]) -> Option<Range<usize>> {
    let rest = text.strip_prefix(TYPE)?;
    let length = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'-').count();
    rest[length..].starts_with(b"\",").then_some(TYPE.len()..TYPE.len() + length)
}

/// Makes `{"NAME":{…}}` of `{"type":"NAME",…}` and a line break, so that every byte of the members stays where it is, and tells where it begins.
fn put_type_first(text: &mut [u8]) -> Option<usize> {
    let name = type_at_start(text).filter(|_| text.ends_with(b"\n"))?;
    let (start, end) = (name.start - 3, name.end);
    // There are two bytes after the name, and three are needed: it moves by one place.
    text.copy_within(name.clone(), name.start - 1);
    text[end - 1..end + 2].copy_from_slice(b"\":{");
    text[start..start + 2].copy_from_slice(b"{\"");
    let last = text.len() - 1;
    text[last] = b'}';
    Some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_by_its_type_wherever_that_stands() {
        for text in [r#"{"type":"end","lines":7}"#, r#"{"lines":7,"type":"end"}"#, r#"{ "type" : "end", "lines": 7 }"#] {
            let line = LineByType::parse(&mut format!("{text}\n").into_bytes(), 2);
            assert!(matches!(line, Ok(LineByType::End { lines: 7 })), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_where_it_stands() {
        for (text, at) in [(r#"{"type":"end","lines":x}"#, 23), (r#"{"lines":x,"type":"end"}"#, 10), (r#"{"type":"end"}"#, 1), ("[]", 0)] {
            let Err(SnapshotErrorKind::Malformed { column }) = LineByType::parse(&mut format!("{text}\n").into_bytes(), 2) else {
                panic!("{text}")
            };
            assert_eq!(column, at, "{text}");
        }
    }

    #[test]
    fn the_schema_is_that_of_what_is_read() {
        let schema = crate::schema::tests::of_read::<Line<'_>>("Line of a snapshot of ecs-express-audit, version 1");
        crate::schema::tests::check("snapshot", &schema);
    }
}
