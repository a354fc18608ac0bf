//! The union of snapshots that are larger than memory: what is kept of each scope lies in a file.

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
#[non_exhaustive]
pub enum MergeError {
    /// One of them cannot be read.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// What was kept cannot be written or read again.
    #[error("keep what was read: {0}")]
    Spool(#[source] io::Error),
    /// The whole cannot be written.
    #[error("write the merged snapshot: {0}")]
    Output(#[source] io::Error),
}

/// Merges snapshots, and gives what [`merge`](super::merge) gives of their inventories, or [`Fleet::whole_of`] with a list. In memory are one scope,
/// and of every other one where in the spool it lies. An error ends it: nothing could be said of the whole.
pub struct SpooledMerge<'l, S> {
    spool: Spool<S>,
    list: Option<&'l Fleet>,
    kept: BTreeMap<Scope, Kept>,
}

/// What was merged.
pub struct Merged<S> {
    spool: Spool<S>,
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
        Self { spool: Spool { file: spool, end: 0 }, list, kept: BTreeMap::new() }
    }

    /// Adds the scopes of a snapshot. Of a scope that stands there twice one reading is kept, as of two snapshots.
    ///
    /// # Errors
    /// When it is no whole snapshot, or the spool fails.
    pub fn with(mut self, snapshot: impl BufRead) -> Result<Self, MergeError> {
        for scope in Scopes::with_repeats(snapshot) {
            let live = scope?.parse()?;
            if !self.list.is_some_and(|list| list.outdates(&live)) {
                self.keep(&live).map_err(MergeError::Spool)?;
            }
        }
        Ok(self)
    }

    /// Ends it: every scope of the list that no snapshot had was read by nobody, and is a gap.
    ///
    /// # Errors
    /// When the spool fails.
    pub fn finish(mut self) -> Result<Merged<S>, MergeError> {
        if let Some(list) = self.list {
            let missing: Vec<ScopeInventory> = list.missing(|scope| self.kept.contains_key(scope)).collect();
            missing.iter().try_for_each(|unread| self.keep(unread)).map_err(MergeError::Spool)?;
        }
        Ok(Merged { spool: self.spool, kept: self.kept })
    }

    /// Keeps the reading, unless there is one of the same scope that prevails.
    fn keep(&mut self, live: &ScopeInventory) -> io::Result<()> {
        let (rank, text) = (rank(live), text(live));
        if let Some(known) = self.kept.get(&live.scope) {
            let order = rank.cmp(&known.rank);
            let order = if order.is_eq() { text.cmp(&self.spool.read(known)?) } else { order };
            if !order.is_gt() {
                return Ok(());
            }
        }
        let kept = Kept { rank, is_complete: live.gaps.is_empty(), start: self.spool.end, bytes: text.len() };
        self.spool.append(&text)?;
        self.kept.insert(live.scope.clone(), kept);
        Ok(())
    }
}

impl<S: Read + Write + Seek> Merged<S> {
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
    /// When writing to `out` or reading the spool fails.
    pub fn write(mut self, out: &mut dyn Write) -> Result<(), MergeError> {
        let mut writer = SnapshotWriter::new(out);
        for kept in self.kept.values() {
            let text = self.spool.read(kept).map_err(MergeError::Spool)?;
            writer.lines(&text).map_err(MergeError::Output)?;
        }
        writer.end().map_err(MergeError::Output)
    }
}

struct Spool<S> {
    file: S,
    /// How many bytes it holds.
    end: u64,
}

impl<S: Read + Write + Seek> Spool<S> {
    fn append(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(text)?;
        self.end += text.len() as u64;
        Ok(())
    }

    fn read(&mut self, kept: &Kept) -> io::Result<Vec<u8>> {
        let mut text = vec![0; kept.bytes];
        self.file.seek(SeekFrom::Start(kept.start))?;
        self.file.read_exact(&mut text)?;
        Ok(text)
    }
}
