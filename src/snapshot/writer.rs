//! How a snapshot is written, a scope at a time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::VERSION;
use super::line::{End, Head, Line, Named, ReadLine, ScopeHead, of_resources};
use crate::inventory::{Collection, Inventory, ScopeInventory};

/// How many parents one line lists, so that no line gets too long.
const PARENTS_PER_LINE: usize = 10_000;

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
        self.line(&Line::Snapshot(Head {
            schema_version: VERSION.into(),
            tool: env!("CARGO_PKG_NAME").into(),
            tool_version: env!("CARGO_PKG_VERSION").into(),
        }))
    }

    /// Ends it.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn end(mut self) -> io::Result<()> {
        self.head()?;
        let lines = self.lines + 1;
        self.line(&Line::End(End { lines }))
    }

    /// Writes lines that were written before, of a scope or of several.
    pub(crate) fn lines(&mut self, text: &[u8]) -> io::Result<()> {
        self.head()?;
        self.lines += memchr::memchr_iter(b'\n', text).count();
        self.out.write_all(text)
    }

    fn line(&mut self, line: &Line<'_>) -> io::Result<()> {
        self.lines += 1;
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }

    /// Writes what was read of a scope.
    ///
    /// # Errors
    /// Whatever writing gives.
    pub fn scope(&mut self, of: &ScopeInventory) -> io::Result<()> {
        self.head()?;
        self.line(&Line::Scope(ScopeHead {
            scope: Cow::Borrowed(&of.scope),
            started_at: of.started_at,
            finished_at: of.finished_at,
            api_calls: of.api_calls,
            throttles: of.throttles,
            totals: Cow::Borrowed(&of.totals),
            wanted_tags: Cow::Borrowed(&of.wanted_tags),
        }))?;
        let mut reads: BTreeMap<Collection, Vec<Cow<'_, str>>> = BTreeMap::new();
        for (collection, parent) in of.reads.iter() {
            reads.entry(collection).or_default().push(parent.into());
        }
        for (collection, parents) in reads {
            for parents in parents.chunks(PARENTS_PER_LINE) {
                self.line(&Line::Read(ReadLine { collection, parents: parents.to_vec() }))?;
            }
        }
        of.gaps.iter().try_for_each(|gap| self.line(&Line::Gap(gap)))?;
        let named = |arn| Named { arn: Cow::Borrowed(arn) };
        of.absent.iter().try_for_each(|arn| self.line(&Line::Absent(named(arn))))?;
        of.appeared.iter().try_for_each(|arn| self.line(&Line::Appeared(named(arn))))?;
        of_resources(of).try_for_each(|line| self.line(&line))
    }
}
