//! Why a snapshot cannot be read.

use std::io;

use thiserror::Error;

use super::VERSION;
use super::line::{LONGEST_STRING, MOST_VALUES};
use super::reader::{LARGEST_SCOPE, LONGEST_LINE, MOST_RECORDS};

/// A snapshot that cannot be read. The message fits after "cannot ".
#[derive(Debug, Error)]
#[error("read the snapshot{}: {kind}", place(*line))]
pub struct SnapshotError {
    pub(super) line: usize,
    pub(super) kind: SnapshotErrorKind,
}

impl SnapshotError {
    pub(crate) fn of(line: usize, kind: SnapshotErrorKind) -> Self {
        Self { line, kind }
    }

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
        /// The column in bytes, from 1; 0 where the parser tells none.
        column: usize,
    },
    /// A line is longer than any that is written.
    #[error("the line is longer than {} MiB", LONGEST_LINE >> 20)]
    LineTooLong,
    /// A line holds more than any that is written, whatever its length.
    #[error(
        "the line holds a text longer than {} KiB, or more than {MOST_VALUES} values",
        LONGEST_STRING >> 10
    )]
    Excessive,
    /// A scope has more lines than the largest account, or longer ones.
    #[error("its scope holds more than {MOST_RECORDS} lines or {} GiB, the most that is read of one account and Region", LARGEST_SCOPE >> 30)]
    TooManyRecords,
    /// A resource stands before any scope.
    #[error("something stands before the first scope")]
    OutOfPlace,
    /// A scope stands there twice: what is in it would be counted twice.
    #[error("it holds the account {account} in {region} twice; `ecs-express-audit merge FILE` keeps one reading of each")]
    ScopeTwice {
        /// The account.
        account: String,
        /// The Region.
        region: String,
    },
    /// Something stands after the last line.
    #[error("something stands after its end; of several snapshots in one file only one would be judged")]
    AfterTheEnd,
    /// A tag is to tell what is the caller's own, and was not looked for when the snapshot was taken.
    #[error("what has the tag {tag} cannot be told: it was not looked for; take the snapshot with the same --own tag={tag}")]
    TagNotSought {
        /// The tag, as `KEY=VALUE`.
        tag: String,
    },
    /// The last line is lacking, or counts other than there are.
    #[error("it ends early: what is lacking in it would look as if it were not live; write the file anew")]
    Truncated,
}

fn place(line: usize) -> String {
    if line == 0 { String::new() } else { format!(", line {line}") }
}
