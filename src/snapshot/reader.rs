//! How a snapshot is read, a scope at a time.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use super::line::{LineByType, type_of};
use super::{SnapshotError, SnapshotErrorKind};
use crate::inventory::{Inventory, ScopeInventory};
use crate::model::while_shared;

/// The longest line that is read, in bytes: a hundred times the largest that is written.
pub(super) const LONGEST_LINE: u64 = 16 << 20;
/// How many lines may follow that of a scope, before the next one.
pub(super) const MOST_RECORDS: usize = 1_000_000;
/// How many bytes these lines may have together.
pub(super) const LARGEST_SCOPE: usize = 1 << 30;

/// Reads an inventory.
///
/// # Errors
/// When the text is no whole snapshot of version 1.
pub fn read(text: &mut dyn BufRead) -> Result<Inventory, SnapshotError> {
    let scopes = Scopes::of(text).map(|scope| scope?.parse());
    Ok(Inventory { scopes: scopes.collect::<Result<_, _>>()? })
}

/// The scopes of a snapshot, one after another, so that none has to be kept. They are the snapshot's only if no error comes in the end: one that was
/// cut off has fewer, and what follows an error is not read.
pub struct Scopes<R> {
    text: R,
    most_records: usize,
    /// How many lines were read.
    count: usize,
    /// The last of them.
    line: Vec<u8>,
    /// What was read of the scope that is not whole yet.
    begun: Option<ScopeText>,
    is_over: bool,
}

impl<R: BufRead> Scopes<R> {
    /// The scopes in a text of which nothing was read yet.
    #[must_use]
    pub fn of(text: R) -> Self {
        Self { text, most_records: MOST_RECORDS, count: 0, line: Vec::new(), begun: None, is_over: false }
    }

    /// Takes the next line. Gives the scope that it completes, if there is one.
    fn advance(&mut self) -> Result<Option<ScopeText>, SnapshotError> {
        self.line.clear();
        if !next_line(&mut self.text, &mut self.line).map_err(|kind| SnapshotError { line: self.count + 1, kind })? {
            return Err(of_the_file(if self.count == 0 { SnapshotErrorKind::NotASnapshot } else { SnapshotErrorKind::Truncated }));
        }
        self.count += 1;
        let line = &mut self.line;
        let (number, most_records) = (self.count, self.most_records);
        let error = |kind| SnapshotError { line: number, kind };
        if number == 1 {
            return LineByType::parse(line, number).map(|_| None).map_err(error);
        }
        match (type_of(line).as_deref(), &mut self.begun) {
            (Some("scope"), begun) => Ok(begun.replace(ScopeText { lines: line.clone(), first: number, count: 1 })),
            (Some("end"), _) => {
                let is_whole = matches!(LineByType::parse(line, number), Ok(LineByType::End { lines }) if lines == number);
                if !is_whole {
                    return Err(of_the_file(SnapshotErrorKind::Truncated));
                }
                nothing_follows(&mut self.text, number)?;
                self.is_over = true;
                Ok(self.begun.take())
            }
            (None, Some(_)) => Err(error(LineByType::parse(line, number).err().unwrap_or(SnapshotErrorKind::Malformed { column: 1 }))),
            (Some(_), Some(scope)) if scope.count > most_records || scope.lines.len() > LARGEST_SCOPE => {
                Err(error(SnapshotErrorKind::TooManyRecords))
            }
            (Some(_), Some(scope)) => {
                scope.lines.extend_from_slice(line);
                scope.count += 1;
                Ok(None)
            }
            (_, None) => Err(error(LineByType::parse(line, number).err().unwrap_or(SnapshotErrorKind::OutOfPlace))),
        }
    }
}

impl<R: BufRead> Iterator for Scopes<R> {
    type Item = Result<ScopeText, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            match self.advance() {
                Ok(None) => {}
                Ok(Some(scope)) => return Some(Ok(scope)),
                Err(error) => {
                    self.is_over = true;
                    // What is wrong in a scope stands before whatever cut it off.
                    let before = self.begun.take().and_then(|scope| scope.parse().err());
                    return Some(Err(before.unwrap_or(error)));
                }
            }
        }
        None
    }
}

/// The lines of one scope, as they stand in the file.
pub struct ScopeText {
    lines: Vec<u8>,
    /// The number of the first line in the file, from 1.
    first: usize,
    count: usize,
}

impl ScopeText {
    /// The number of the first line, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.first
    }

    /// Reads what the lines hold.
    ///
    /// # Errors
    /// When a line is not what a snapshot holds there.
    pub fn parse(self) -> Result<ScopeInventory, SnapshotError> {
        while_shared(self.count, || self.parse_lines())
    }

    fn parse_lines(mut self) -> Result<ScopeInventory, SnapshotError> {
        let (mut rest, mut numbers) = (self.lines.as_mut_slice(), self.first..);
        let mut parse = || {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let line = rest.split_off_mut(..end).filter(|line| !line.is_empty())?;
            let at = numbers.next()?;
            Some(LineByType::parse(line, at).map(|line| (at, line)).map_err(|kind| SnapshotError { line: at, kind }))
        };
        let mut scope = match parse().transpose()? {
            Some((_, LineByType::Scope { scope, started_at, finished_at, api_calls, throttles, totals, wanted_tags })) => {
                let unread = ScopeInventory::unread(scope.into_owned(), started_at);
                let (totals, wanted_tags) = (totals.into_owned(), wanted_tags.into_owned());
                ScopeInventory { finished_at, api_calls, throttles, wanted_tags, totals, ..unread }
            }
            _ => return Err(SnapshotError { line: self.first, kind: SnapshotErrorKind::OutOfPlace }),
        };
        while let Some((at, line)) = parse().transpose()? {
            store(&mut scope, line).map_err(|kind| SnapshotError { line: at, kind })?;
        }
        Ok(scope)
    }
}

/// An error of the file as a whole.
fn of_the_file(kind: SnapshotErrorKind) -> SnapshotError {
    SnapshotError { line: 0, kind }
}

/// Nothing may stand after the end: of two snapshots in one file, one would be overlooked.
fn nothing_follows(text: &mut dyn BufRead, count: usize) -> Result<(), SnapshotError> {
    match next_line(text, &mut Vec::new()) {
        Ok(false) => Ok(()),
        Ok(true) => Err(SnapshotError { line: count + 1, kind: SnapshotErrorKind::AfterTheEnd }),
        Err(kind) => Err(SnapshotError { line: count + 1, kind }),
    }
}

/// Reads the next line, if there is one.
fn next_line(text: &mut dyn BufRead, line: &mut Vec<u8>) -> Result<bool, SnapshotErrorKind> {
    let read = text.take(LONGEST_LINE).read_until(b'\n', line)?;
    if read as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
        return Err(SnapshotErrorKind::LineTooLong);
    }
    Ok(read > 0)
}

fn store(scope: &mut ScopeInventory, line: LineByType<'static>) -> Result<(), SnapshotErrorKind> {
    match line {
        LineByType::Read { collection, parents } => scope.reads.complete_for_all(collection, parents.into_iter().map(Cow::into_owned)),
        LineByType::Gap(r) => scope.gaps.push(r.into_owned()),
        LineByType::Absent { arn } => scope.absent.push(arn.into_owned()),
        LineByType::Appeared { arn } => scope.appeared.push(arn.into_owned()),
        LineByType::Cluster(r) => scope.clusters.push(r.into_owned()),
        LineByType::Service(r) => scope.services.push(r.into_owned()),
        LineByType::ServiceRevision(r) => scope.revisions.push(r.into_owned()),
        LineByType::ActiveConfiguration(r) => scope.configurations.push(r.into_owned()),
        LineByType::TaskFamily(r) => scope.task_families.push(r.into_owned()),
        LineByType::LoadBalancer(r) => scope.load_balancers.push(r.into_owned()),
        LineByType::Listener(r) => scope.listeners.push(r.into_owned()),
        LineByType::ListenerRule(r) => scope.rules.push(r.into_owned()),
        LineByType::TargetGroup(r) => scope.target_groups.push(r.into_owned()),
        LineByType::Certificate(r) => scope.certificates.push(r.into_owned()),
        LineByType::Alarm(r) => scope.alarms.push(r.into_owned()),
        LineByType::LogGroup(r) => scope.log_groups.push(r.into_owned()),
        LineByType::SecurityGroup(r) => scope.security_groups.push(r.into_owned()),
        LineByType::ScalableTarget(r) => scope.scalable_targets.push(r.into_owned()),
        LineByType::ScalingPolicy(r) => scope.scaling_policies.push(r.into_owned()),
        LineByType::Interface(r) => scope.interfaces.push(r.into_owned()),
        LineByType::Gateway(r) => scope.gateways.push(r.into_owned()),
        // Whoever told the lines apart took them for others.
        LineByType::Snapshot { .. } | LineByType::Scope { .. } | LineByType::End { .. } => {
            return Err(SnapshotErrorKind::Malformed { column: 1 });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Arn, Scope, Timestamp};
    use crate::snapshot::write;

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
        let read_within = |most_records, text: &[u8]| {
            let scopes = Scopes { most_records, ..Scopes::of(text) };
            scopes.map(|scope| scope?.parse()).collect::<Result<Vec<_>, _>>()
        };
        assert!(read_within(5, &text).is_ok_and(|read| read == inventory.scopes));
        let error = read_within(4, &text).expect_err("five");
        assert!(matches!(error.kind(), SnapshotErrorKind::TooManyRecords) && error.line() == 7, "{error}");
    }
}
