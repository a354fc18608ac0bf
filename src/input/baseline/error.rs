//! Why a baseline cannot be read, and what to do about it. No message repeats anything of the text.

use thiserror::Error;

/// A baseline that cannot be read. The message fits after "cannot ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read the baseline {input}: {kind}")]
pub struct BaselineError {
    input: String,
    kind: BaselineErrorKind,
}

impl BaselineError {
    pub(super) fn new(input: &str, kind: BaselineErrorKind) -> Self {
        Self { input: input.to_owned(), kind }
    }

    /// The baseline concerned, as the caller named it.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &BaselineErrorKind {
        &self.kind
    }
}

/// Why a baseline cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BaselineErrorKind {
    /// There is nothing in it.
    #[error("it is empty; {MAKE}")]
    Empty,
    /// It is larger than what is read.
    #[error("it is larger than {limit_mib} MiB, the most that is read of a baseline; split the scan into fewer scopes a report")]
    TooLarge {
        /// The bound, in MiB.
        limit_mib: usize,
    },
    /// It is not text in UTF-8.
    #[error("it is not UTF-8 from byte {position} on; let the audit write it itself (`-o json=FILE`), a shell may have written UTF-16")]
    NotUtf8 {
        /// How many bytes were good.
        position: usize,
    },
    /// Its objects and lists lie too deep in each other.
    #[error("it is nested deeper than {limit} levels, the most that is read; {MAKE}")]
    TooDeep {
        /// The bound.
        limit: usize,
    },
    /// It is not JSON.
    #[error("it is not valid JSON at line {line}, column {column}; {MAKE}")]
    InvalidJson {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 is the end of the line before.
        column: usize,
    },
    /// It is JSON that ends early.
    #[error("it ends early, at line {line}, column {column}; take the last report that is whole")]
    Truncated {
        /// The last line, from 1.
        line: usize,
        /// The last column in bytes.
        column: usize,
    },
    /// Something in it has the wrong type or is missing.
    #[error("line {line}, column {column} does not hold what a report of version 1 holds there; take the last report that is whole")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// A text in it is longer than any name can be.
    #[error("{place} holds a text of more than {limit_kib} KiB, which no audit writes; {MAKE}")]
    TextTooLong {
        /// Where: `findings[3]`, counted from 0.
        place: String,
        /// The bound, in KiB.
        limit_kib: usize,
    },
    /// It is JSON, but no report of this tool.
    #[error("it is no report of this tool; {MAKE}")]
    NotAReport,
    /// It is a report of another version of the format.
    #[error("its schema_version is not 1, the only one that is read; {MAKE}")]
    Version,
    /// It is a report of `demo`.
    #[error("it is a report of `demo`, whose account is made up; {MAKE}")]
    Demo,
    /// It is a report of a command that looks at something else.
    #[error("it is a report of another command (such as `preflight`), and only what `audit` found can be found again; {MAKE}")]
    OtherCommand,
}

const MAKE: &str = "a baseline is the report of an earlier audit, `ecs-express-audit audit -o json=FILE` writes one";
