//! How a snapshot is read, a scope at a time.

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::iter;

use super::line::{End, Head, ScopeHead, parse, put, type_of};
use super::{SnapshotError, SnapshotErrorKind, VERSION};
use crate::inventory::{Inventory, ScopeInventory};
use crate::model::{Scope, while_shared};

/// The longest line that is read, in bytes: a hundred times the largest that is written.
pub(super) const LONGEST_LINE: usize = 16 << 20;
/// How many lines may follow that of a scope, before the next one.
pub(super) const MOST_RECORDS: usize = 1_000_000;
/// How many bytes these lines may have together.
pub(super) const LARGEST_SCOPE: usize = 1 << 30;

/// Reads an inventory.
///
/// # Errors
/// When the text is no whole snapshot of version 1, or has a scope twice.
pub fn read(text: &mut dyn BufRead) -> Result<Inventory, SnapshotError> {
    let scopes = Scopes::of(text).map(|scope| scope?.parse());
    Ok(Inventory { scopes: scopes.collect::<Result<_, _>>()? })
}

/// The scopes of a snapshot, one after another, so that none has to be kept. They are the snapshot's only if no error comes in the end: one that was
/// cut off has fewer, and what follows an error is not read. A scope that comes again is an error: it would be counted twice.
pub struct Scopes<R> {
    text: R,
    most_records: usize,
    /// How many lines were read.
    count: usize,
    /// What was read of the scope that is not whole yet, if one was begun.
    begun: Option<ScopeText>,
    /// Which scopes were begun so far, where none may come again.
    met: Option<BTreeSet<Scope>>,
    is_over: bool,
}

impl<R: BufRead> Scopes<R> {
    /// The scopes in a text of which nothing was read yet.
    #[must_use]
    pub fn of(text: R) -> Self {
        Self { met: Some(BTreeSet::new()), ..Self::with_repeats(text) }
    }

    /// The same of a text in which a scope may stand twice, for whoever keeps one reading of each.
    pub(crate) fn with_repeats(text: R) -> Self {
        Self { text, most_records: MOST_RECORDS, count: 0, begun: None, met: None, is_over: false }
    }

    /// Takes the next line. Gives the scope that it completes, if there is one.
    fn advance(&mut self) -> Result<Option<ScopeText>, SnapshotError> {
        let number = self.count + 1;
        let error = |kind| SnapshotError { line: number, kind };
        // A scope's lines are read to where they stay.
        let mut outside = Vec::new();
        let lines = self.begun.as_mut().map_or(&mut outside, |begun| &mut begun.lines);
        let start = lines.len();
        if !next_line(&mut self.text, lines).map_err(error)? {
            return Err(of_the_file(if self.count == 0 { SnapshotErrorKind::NotASnapshot } else { SnapshotErrorKind::Truncated }));
        }
        self.count = number;
        let line = &lines[start..];
        if number == 1 {
            return begins_well(line).map(|()| None).map_err(error);
        }
        match role_of(line).map_err(error)? {
            Role::Begins => {
                let ScopeHead { scope, .. } = parse(line).map_err(error)?;
                let again = self.met.as_mut().and_then(|met| met.replace(scope.into_owned()));
                if let Some(Scope { account, region, .. }) = again {
                    return Err(error(SnapshotErrorKind::ScopeTwice { account, region }));
                }
                let mut line = lines.split_off(start);
                // It may well be as large as the one before.
                line.reserve(start);
                Ok(self.begun.replace(ScopeText { ends: vec![line.len()], lines: line, first: number }))
            }
            Role::Ends => {
                if !matches!(parse(line), Ok(End { lines }) if lines == number) {
                    return Err(of_the_file(SnapshotErrorKind::Truncated));
                }
                nothing_follows(&mut self.text, number)?;
                self.is_over = true;
                Ok(self.begun.take())
            }
            Role::Holds => match &mut self.begun {
                None => Err(error(SnapshotErrorKind::OutOfPlace)),
                Some(scope) if scope.ends.len() > self.most_records || start > LARGEST_SCOPE => {
                    Err(error(SnapshotErrorKind::TooManyRecords))
                }
                Some(scope) => {
                    scope.ends.push(scope.lines.len());
                    Ok(None)
                }
            },
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
    /// Where each of them ends.
    ends: Vec<usize>,
    /// The number of the first line in the file, from 1.
    first: usize,
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
        while_shared(self.ends.len(), || self.parse_lines())
    }

    fn parse_lines(&self) -> Result<ScopeInventory, SnapshotError> {
        let starts = iter::once(0).chain(self.ends.iter().copied());
        let mut lines = (self.first..).zip(starts.zip(&self.ends).map(|(start, end)| &self.lines[start..*end]));
        let at = |line| move |kind| SnapshotError { line, kind };
        let Some((first, head)) = lines.next() else { return Err(of_the_file(SnapshotErrorKind::Truncated)) };
        let mut scope = of_head(parse(head).map_err(at(first))?);
        for (number, line) in lines {
            put(&mut scope, line).map_err(at(number))?;
        }
        Ok(scope)
    }
}

fn of_head(head: ScopeHead<'_>) -> ScopeInventory {
    let ScopeHead { scope, started_at, finished_at, api_calls, throttles, totals, wanted_tags } = head;
    let (totals, wanted_tags) = (totals.into_owned(), wanted_tags.into_owned());
    ScopeInventory { finished_at, api_calls, throttles, wanted_tags, totals, ..ScopeInventory::unread(scope.into_owned(), started_at) }
}

/// The first line says what file it is.
fn begins_well(line: &[u8]) -> Result<(), SnapshotErrorKind> {
    let head: Head<'_> = match type_of(line).as_deref() {
        Ok("snapshot") => parse(line).map_err(|_| SnapshotErrorKind::NotASnapshot)?,
        _ => return Err(SnapshotErrorKind::NotASnapshot),
    };
    if head.schema_version == VERSION { Ok(()) } else { Err(SnapshotErrorKind::Version) }
}

/// What a line after the first is for.
enum Role {
    /// It begins a scope.
    Begins,
    /// It holds something of the scope that was begun.
    Holds,
    /// It ends the snapshot.
    Ends,
}

fn role_of(line: &[u8]) -> Result<Role, SnapshotErrorKind> {
    Ok(match &*type_of(line)? {
        "scope" => Role::Begins,
        "end" => Role::Ends,
        _ => Role::Holds,
    })
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

/// Reads the next line, if there is one, to the end of `lines`.
fn next_line(text: &mut dyn BufRead, lines: &mut Vec<u8>) -> Result<bool, SnapshotErrorKind> {
    let start = lines.len();
    loop {
        let read = match text.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let end = memchr::memchr(b'\n', read).map_or(read.len(), |at| at + 1);
        lines.extend_from_slice(&read[..end]);
        text.consume(end);
        if lines.len() - start > LONGEST_LINE {
            return Err(SnapshotErrorKind::LineTooLong);
        }
        if end == 0 || lines.ends_with(b"\n") {
            return Ok(lines.len() > start);
        }
    }
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
