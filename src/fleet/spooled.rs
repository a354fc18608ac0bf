//! The union of snapshots that are larger than memory: what is kept of each scope lies in a file.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};

use thiserror::Error;

use super::Fleet;
use super::merge::{Rank, rank, text};
use crate::inventory::ScopeInventory;
use crate::model::Scope;
use crate::snapshot::{Scopes, SnapshotError, SnapshotWriter};

/// Why snapshots cannot be merged. The message fits after "cannot ".
#[derive(Debug, Error)]
pub enum MergeError {
    /// One of them cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// What was kept cannot be written or read again.
    #[error("keep what was read in a file: {0}")]
    Spool(#[from] io::Error),
}

/// Merges snapshots, and gives what [`merge`](super::merge) gives of their inventories. In memory are one scope, and of every other one where in
/// the spool it lies.
pub struct SpooledMerge<'l, S> {
    spool: S,
    /// How many bytes it holds.
    end: u64,
    list: Option<&'l Fleet>,
    kept: BTreeMap<Scope, Kept>,
}

/// The reading of a scope that is kept.
struct Kept {
    rank: Rank,
    is_complete: bool,
    start: u64,
    bytes: usize,
}

impl<'l, S: Read + Write + Seek> SpooledMerge<'l, S> {
    /// A merge of nothing yet. The spool is empty, and nobody else's; it grows to the size of everything that is merged, unpacked. Readings that
    /// are older than the `list` do not count.
    pub fn new(spool: S, list: Option<&'l Fleet>) -> Self {
        Self { spool, end: 0, list, kept: BTreeMap::new() }
    }

    /// Adds the scopes of a snapshot.
    ///
    /// # Errors
    /// When it is no whole snapshot, or the spool fails. Then nothing can be said of the whole.
    pub fn add(&mut self, snapshot: impl BufRead) -> Result<(), MergeError> {
        for scope in Scopes::of(snapshot) {
            let live = scope?.parse()?;
            if !self.list.is_some_and(|list| list.is_newer_than(&live)) {
                self.keep(&live)?;
            }
        }
        Ok(())
    }

    /// Adds every scope of the list that no snapshot had: nobody read it, and that is a gap.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn note_missing(&mut self) -> Result<(), MergeError> {
        let Some(list) = self.list else { return Ok(()) };
        for (scope, planned) in &list.scopes {
            if !self.kept.contains_key(scope) {
                self.keep(&list.unread(scope, planned))?;
            }
        }
        Ok(())
    }

    /// How many scopes there are.
    #[must_use]
    pub fn scopes(&self) -> usize {
        self.kept.len()
    }

    /// How many of them were not read completely.
    #[must_use]
    pub fn incomplete(&self) -> usize {
        self.kept.values().filter(|kept| !kept.is_complete).count()
    }

    /// Writes the merged snapshot.
    ///
    /// # Errors
    /// Whatever writing to `out` or reading the spool gives.
    pub fn write(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = SnapshotWriter::new(out);
        for kept in self.kept.values() {
            writer.lines(&read(&mut self.spool, kept)?)?;
        }
        writer.end()
    }

    /// Keeps the reading, unless there is one of the same scope that prevails.
    fn keep(&mut self, live: &ScopeInventory) -> io::Result<()> {
        let (rank, text) = (rank(live), text(live));
        if let Some(known) = self.kept.get(&live.scope) {
            let order = rank.cmp(&known.rank);
            let order = if order.is_eq() { text.cmp(&read(&mut self.spool, known)?) } else { order };
            if order != Ordering::Greater {
                return Ok(());
            }
        }
        self.spool.seek(SeekFrom::Start(self.end))?;
        self.spool.write_all(&text)?;
        let kept = Kept { rank, is_complete: live.gaps.is_empty(), start: self.end, bytes: text.len() };
        self.end += text.len() as u64;
        self.kept.insert(live.scope.clone(), kept);
        Ok(())
    }
}

fn read(spool: &mut (impl Read + Seek), kept: &Kept) -> io::Result<Vec<u8>> {
    let mut text = vec![0; kept.bytes];
    spool.seek(SeekFrom::Start(kept.start))?;
    spool.read_exact(&mut text)?;
    Ok(text)
}
