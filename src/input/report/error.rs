//! Why a finding of a report cannot be read, and what to do about it. No message repeats anything of the text.

use thiserror::Error;

/// A finding of a report that cannot be read. The message fits after "cannot ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read the report {input}: {kind}")]
pub struct ReportError {
    input: String,
    kind: ReportErrorKind,
}

impl ReportError {
    pub(super) fn new(input: &str, kind: ReportErrorKind) -> Self {
        Self { input: input.to_owned(), kind }
    }

    /// The report concerned, as the caller named it.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &ReportErrorKind {
        &self.kind
    }
}

/// Why a finding of a report cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReportErrorKind {
    /// There is nothing in it.
    #[error("it is empty; {MAKE}")]
    Empty,
    /// It is larger than what is read.
    #[error("it is larger than {limit_mib} MiB, the most that is read of a report")]
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
    /// It holds deeper lists, longer texts or more values than any report.
    #[error("it is nested deeper, or holds longer texts or more values, than any report; {MAKE}")]
    Excessive,
    /// It is not JSON.
    #[error("it is not valid JSON at line {line}, column {column}; {MAKE}")]
    InvalidJson {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1; 0 is the end of the line before.
        column: usize,
    },
    /// It is JSON that ends early.
    #[error("it ends early, at line {line}, column {column}")]
    Truncated {
        /// The last line, from 1.
        line: usize,
        /// The last column in bytes.
        column: usize,
    },
    /// Something in it has the wrong type or is missing.
    #[error("line {line}, column {column} does not hold what a report of version 1 holds there")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// It is JSON, but no report of this tool.
    #[error("it is no report of this tool; {MAKE}")]
    NotAReport,
    /// It is a report of another version of the format.
    #[error("its schema_version is not 1, the only one that is read")]
    Version,
    /// None of its findings has the fingerprint.
    #[error("it has no finding {fingerprint}…, not among what is waived or resolved either")]
    NotFound {
        /// The fingerprint, as it was given.
        fingerprint: String,
    },
    /// Several of its findings may be meant.
    #[error("{count} of its findings begin with {fingerprint}; give more digits")]
    Ambiguous {
        /// The fingerprint, as it was given.
        fingerprint: String,
        /// How many.
        count: usize,
    },
}

const MAKE: &str = "the JSON report is meant, `ecs-express-audit audit -o json=FILE` writes one";
