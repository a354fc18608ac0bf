//! The snapshot file: an inventory as JSON Lines, version 1.
//!
//! The first line says what it is, then each scope is followed by what was read of it, and the last line counts the lines. A file that
//! was cut off therefore cannot pass for a whole one, in which less would be live. It holds no secret: of values that
//! may be one it holds the names.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::extent::Extent;
use crate::inventory::{Collection, Gateway, Interface, Inventory, ScopeInventory};
use crate::kinds::{
    ActiveConfiguration, Alarm, Certificate, Cluster, Listener, ListenerRule, LoadBalancer, LogGroup, ScalableTarget, ScalingPolicy,
    SecurityGroup, Service, ServiceRevision, TargetGroup, TaskFamily,
};
use crate::model::{Arn, Gap, Kind, Scope, Timestamp};

/// The version that is written, and the only one that is read.
const VERSION: &str = "1";
/// The longest line that is read, in bytes: a hundred times the largest that is written.
const LONGEST_LINE: u64 = 16 << 20;
/// The longest string in a line, in bytes. No name, ARN or reason of AWS's comes near.
const LONGEST_STRING: usize = 64 << 10;
/// How many values a line may hold: a task-definition family has at most as many revisions.
const MOST_VALUES: usize = 1_000_000;
/// How deep the values of a line may lie in each other.
const DEEPEST: usize = 64;
/// How many lines may follow that of a scope, before the next one.
const MOST_RECORDS: usize = 1_000_000;
/// How many parents one line lists, so that no line gets too long.
const PARENTS_PER_LINE: usize = 10_000;

/// One line of a snapshot.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
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

/// Writes an inventory. The same inventory gives the same bytes.
///
/// # Errors
/// Whatever writing to `out` gives.
pub fn write(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = SnapshotWriter::new(out);
    inventory.scopes.iter().try_for_each(|scope| writer.scope(scope))?;
    writer.end()
}

/// Writes what a snapshot holds of one scope, and nothing around it.
pub(crate) fn write_scope(scope: &ScopeInventory, out: &mut dyn Write) -> io::Result<()> {
    SnapshotWriter { out, lines: 1 }.scope(scope)
}

/// Writes a snapshot a scope at a time, so that none has to be kept once it was read. What was not ended is no snapshot.
pub struct SnapshotWriter<'w> {
    out: &'w mut dyn Write,
    lines: usize,
}

impl<'w> SnapshotWriter<'w> {
    /// A snapshot of which nothing is written yet.
    #[must_use]
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out, lines: 0 }
    }

    /// The first line, before anything else.
    fn head(&mut self) -> io::Result<()> {
        if self.lines > 0 {
            return Ok(());
        }
        self.line(&Line::Snapshot {
            schema_version: VERSION.into(),
            tool: env!("CARGO_PKG_NAME").into(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
        })
    }

    /// Ends it.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn end(mut self) -> io::Result<()> {
        self.head()?;
        let lines = self.lines + 1;
        self.line(&Line::End { lines })
    }

    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        self.lines += 1;
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }

    fn each<'a, T>(&mut self, items: &'a [T], line: impl Fn(Cow<'a, T>) -> Line<'a>) -> io::Result<()>
    where
        T: Clone,
    {
        items.iter().try_for_each(|item| self.line(&line(Cow::Borrowed(item))))
    }

    /// Writes what was read of a scope.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn scope(&mut self, of: &ScopeInventory) -> io::Result<()> {
        self.head()?;
        self.line(&Line::Scope {
            scope: Cow::Borrowed(&of.scope),
            started_at: of.started_at,
            finished_at: of.finished_at,
            api_calls: of.api_calls,
            throttles: of.throttles,
            totals: Cow::Borrowed(&of.totals),
            wanted_tags: Cow::Borrowed(&of.wanted_tags),
        })?;
        let mut reads: BTreeMap<Collection, Vec<Cow<'_, str>>> = BTreeMap::new();
        for (collection, parent) in of.reads.iter() {
            reads.entry(collection).or_default().push(parent.into());
        }
        for (collection, parents) in reads {
            for parents in parents.chunks(PARENTS_PER_LINE) {
                self.line(&Line::Read { collection, parents: parents.to_vec() })?;
            }
        }
        self.each(&of.gaps, Line::Gap)?;
        self.each(&of.absent, |arn| Line::Absent { arn })?;
        self.each(&of.clusters, Line::Cluster)?;
        self.each(&of.services, Line::Service)?;
        self.each(&of.revisions, Line::ServiceRevision)?;
        self.each(&of.configurations, |of| Line::ActiveConfiguration(Box::new(of)))?;
        self.each(&of.task_families, Line::TaskFamily)?;
        self.each(&of.load_balancers, Line::LoadBalancer)?;
        self.each(&of.listeners, Line::Listener)?;
        self.each(&of.rules, Line::ListenerRule)?;
        self.each(&of.target_groups, Line::TargetGroup)?;
        self.each(&of.certificates, Line::Certificate)?;
        self.each(&of.alarms, Line::Alarm)?;
        self.each(&of.log_groups, Line::LogGroup)?;
        self.each(&of.security_groups, Line::SecurityGroup)?;
        self.each(&of.scalable_targets, Line::ScalableTarget)?;
        self.each(&of.scaling_policies, Line::ScalingPolicy)?;
        self.each(&of.interfaces, Line::Interface)?;
        self.each(&of.gateways, Line::Gateway)
    }
}

/// A snapshot that cannot be read. The message fits after "cannot ".
#[derive(Debug, Error)]
#[error("read the snapshot{}: {kind}", place(*line))]
pub struct SnapshotError {
    line: usize,
    kind: SnapshotErrorKind,
}

impl SnapshotError {
    /// The line concerned, from 1; 0 where it is the file as a whole.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &SnapshotErrorKind {
        &self.kind
    }
}

/// Why a snapshot cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SnapshotErrorKind {
    /// Reading failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It does not begin as a snapshot does.
    #[error("it does not begin as a snapshot of this tool does; `ecs-express-audit snapshot FILE` writes one")]
    NotASnapshot,
    /// It is of another version.
    #[error("its schema_version is not {VERSION}, the only one that is read; write it anew with this version")]
    Version,
    /// A line is not what a snapshot holds there.
    #[error("the line is not what a snapshot holds (column {column}); write the file anew")]
    Malformed {
        /// The column in bytes, from 1.
        column: usize,
    },
    /// A line is longer than any that is written.
    #[error("the line is longer than {} MiB", LONGEST_LINE >> 20)]
    LineTooLong,
    /// A line holds more than any that is written, whatever its length.
    #[error(
        "the line holds a text longer than {} KiB, more than {MOST_VALUES} values, or values more than {DEEPEST} levels deep",
        LONGEST_STRING >> 10
    )]
    Excessive,
    /// A scope has more lines than the largest account.
    #[error("its scope holds more than {MOST_RECORDS} lines, the most that is read of one account and Region")]
    TooManyRecords,
    /// A resource stands before any scope.
    #[error("something stands before the first scope")]
    OutOfPlace,
    /// Something stands after the last line.
    #[error("something stands after its end; of several snapshots in one file only one would be judged")]
    AfterTheEnd,
    /// The last line is lacking, or counts other than there are.
    #[error("it ends early: what is lacking in it would look as if it were not live; write the file anew")]
    Truncated,
}

fn place(line: usize) -> String {
    if line == 0 { String::new() } else { format!(", line {line}") }
}

/// Reads an inventory, line by line.
///
/// # Errors
/// When the text is no whole snapshot of version 1.
pub fn read(text: &mut dyn BufRead) -> Result<Inventory, SnapshotError> {
    read_within(MOST_RECORDS, text)
}

fn read_within(most_records: usize, text: &mut dyn BufRead) -> Result<Inventory, SnapshotError> {
    let mut inventory = Inventory::default();
    let (mut count, mut scope_line) = (0, 0);
    loop {
        let Some(line) = next_line(text).map_err(|kind| SnapshotError { line: count + 1, kind })? else {
            let kind = if count == 0 { SnapshotErrorKind::NotASnapshot } else { SnapshotErrorKind::Truncated };
            return Err(SnapshotError { line: 0, kind });
        };
        count += 1;
        let error = |kind| SnapshotError { line: count, kind };
        match parse(&line, count).map_err(error)? {
            Line::Snapshot { .. } if count == 1 => {}
            Line::End { lines } if lines == count => return ended(text, count).map(|()| inventory),
            Line::End { .. } => return Err(SnapshotError { line: 0, kind: SnapshotErrorKind::Truncated }),
            Line::Scope { scope, started_at, finished_at, api_calls, throttles, totals, wanted_tags } => {
                let unread = ScopeInventory::unread(scope.into_owned(), started_at);
                let (totals, wanted_tags) = (totals.into_owned(), wanted_tags.into_owned());
                inventory.scopes.push(ScopeInventory { finished_at, api_calls, throttles, wanted_tags, totals, ..unread });
                scope_line = count;
            }
            _ if count - scope_line > most_records => return Err(error(SnapshotErrorKind::TooManyRecords)),
            line => match inventory.scopes.last_mut() {
                Some(scope) => store(scope, line),
                None => return Err(error(SnapshotErrorKind::OutOfPlace)),
            },
        }
    }
}

/// Nothing may stand after the end: of two snapshots in one file, one would be overlooked.
fn ended(text: &mut dyn BufRead, count: usize) -> Result<(), SnapshotError> {
    match next_line(text) {
        Ok(None) => Ok(()),
        Ok(Some(_)) => Err(SnapshotError { line: count + 1, kind: SnapshotErrorKind::AfterTheEnd }),
        Err(kind) => Err(SnapshotError { line: count + 1, kind }),
    }
}

fn next_line(text: &mut dyn BufRead) -> Result<Option<Vec<u8>>, SnapshotErrorKind> {
    let mut line = Vec::new();
    let read = text.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    match line.last() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) if read as u64 == LONGEST_LINE => Err(SnapshotErrorKind::LineTooLong),
        Some(_) => Ok(Some(line)),
    }
}

fn parse(text: &[u8], number: usize) -> Result<Line<'static>, SnapshotErrorKind> {
    let Extent { depth, longest_string, listed_objects: _, further_values } = Extent::of(text);
    if depth > DEEPEST || longest_string > LONGEST_STRING || further_values >= MOST_VALUES {
        return Err(SnapshotErrorKind::Excessive);
    }
    let line: Result<Line<'static>, _> = serde_json::from_slice(text);
    match (line, number) {
        (Ok(Line::Snapshot { schema_version, .. }), 1) if schema_version != VERSION => Err(SnapshotErrorKind::Version),
        (Ok(line @ Line::Snapshot { .. }), 1) => Ok(line),
        (_, 1) => Err(SnapshotErrorKind::NotASnapshot),
        (Ok(line), _) => Ok(line),
        (Err(error), _) if error.is_eof() => Err(SnapshotErrorKind::Truncated),
        (Err(error), _) => Err(SnapshotErrorKind::Malformed { column: error.column() }),
    }
}

fn store(scope: &mut ScopeInventory, line: Line<'static>) {
    match line {
        Line::Read { collection, parents } => parents.iter().for_each(|parent| scope.reads.complete_for(collection, parent)),
        Line::Gap(r) => scope.gaps.push(r.into_owned()),
        Line::Absent { arn } => scope.absent.push(arn.into_owned()),
        Line::Cluster(r) => scope.clusters.push(r.into_owned()),
        Line::Service(r) => scope.services.push(r.into_owned()),
        Line::ServiceRevision(r) => scope.revisions.push(r.into_owned()),
        Line::ActiveConfiguration(r) => scope.configurations.push(r.into_owned()),
        Line::TaskFamily(r) => scope.task_families.push(r.into_owned()),
        Line::LoadBalancer(r) => scope.load_balancers.push(r.into_owned()),
        Line::Listener(r) => scope.listeners.push(r.into_owned()),
        Line::ListenerRule(r) => scope.rules.push(r.into_owned()),
        Line::TargetGroup(r) => scope.target_groups.push(r.into_owned()),
        Line::Certificate(r) => scope.certificates.push(r.into_owned()),
        Line::Alarm(r) => scope.alarms.push(r.into_owned()),
        Line::LogGroup(r) => scope.log_groups.push(r.into_owned()),
        Line::SecurityGroup(r) => scope.security_groups.push(r.into_owned()),
        Line::ScalableTarget(r) => scope.scalable_targets.push(r.into_owned()),
        Line::ScalingPolicy(r) => scope.scaling_policies.push(r.into_owned()),
        Line::Interface(r) => scope.interfaces.push(r.into_owned()),
        Line::Gateway(r) => scope.gateways.push(r.into_owned()),
        Line::Snapshot { .. } | Line::Scope { .. } | Line::End { .. } => {} // met by `read`
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_each_scope_are_bounded() {
        let mut inventory = Inventory::default();
        for region in ["eu-west-1", "us-east-1"] {
            let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: region.into() };
            let mut live = ScopeInventory::unread(scope, Timestamp::from_unix_seconds(0));
            live.absent.extend((0..5).map(|n| Arn::new(&live.scope, "ecs", &format!("service/c/{n}"))));
            inventory.scopes.push(live);
        }
        let mut text = Vec::new();
        write(&inventory, &mut text).expect("a vector takes everything");
        assert!(read_within(5, &mut text.as_slice()).is_ok_and(|read| read == inventory));
        let error = read_within(4, &mut text.as_slice()).expect_err("five");
        assert!(matches!(error.kind(), SnapshotErrorKind::TooManyRecords) && error.line() == 7, "{error}");
    }

    #[test]
    fn the_schema_is_that_of_what_is_read() {
        let schema = crate::schema::tests::of_read::<Line<'_>>("Line of a snapshot of ecs-express-audit, version 1");
        crate::schema::tests::check("snapshot", &schema);
    }
}
