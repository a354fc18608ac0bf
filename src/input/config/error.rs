//! Why a configuration cannot be read: the place, what was expected there, and the nearest word that is known.

use thiserror::Error;

/// A configuration that cannot be read. The message fits after "cannot ".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read {input}{}: {kind}", spoken(*place))]
pub struct ConfigError {
    input: String,
    place: Option<Place>,
    kind: Box<ConfigErrorKind>,
}

impl ConfigError {
    pub(super) fn new(input: &str, place: Option<Place>, kind: ConfigErrorKind) -> Self {
        Self { input: input.to_owned(), place, kind: Box::new(kind) }
    }

    /// The configuration concerned, as the caller named it.
    #[must_use]
    pub fn input(&self) -> &str {
        &self.input
    }

    /// Where in it; `None` where it is the file as a whole.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.place
    }

    /// The reason.
    #[must_use]
    pub fn kind(&self) -> &ConfigErrorKind {
        &self.kind
    }
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The place that many bytes into the text.
    pub(in super::super) fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
        Self { line: before.matches('\n').count() + 1, column: column + 1 }
    }
}

/// Why a configuration cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// It is larger than any configuration should be.
    #[error("it is larger than {limit_kib} KiB, the most that is read of a configuration")]
    TooLarge {
        /// The bound, in KiB.
        limit_kib: usize,
    },
    /// It is not text in UTF-8.
    #[error("it is not UTF-8 from byte {position} on; save it as UTF-8")]
    NotUtf8 {
        /// How many bytes were good.
        position: usize,
    },
    /// It is not TOML.
    #[error("it is not valid TOML there: {reason}")]
    Syntax {
        /// What the parser says.
        reason: String,
    },
    /// A key or a word that means nothing there.
    #[error("`{found}` is no {what}; {}", advice(*nearest, known))]
    Unknown {
        /// What stands there, shortened.
        found: String,
        /// What it should be: `key of [[waiver]]`, `code`.
        what: &'static str,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
        /// Every word that may stand there.
        known: Vec<&'static str>,
    },
    /// A value of another type than its key takes.
    #[error("`{key}` is {found}; expected {expected}")]
    WrongType {
        /// The key.
        key: &'static str,
        /// What it is.
        found: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A text that its key does not take.
    #[error("`{key}` cannot be that; {expected}")]
    Invalid {
        /// The key.
        key: &'static str,
        /// What was expected, with an example.
        expected: String,
    },
    /// A key that must be there.
    #[error("this {section} has no `{key}`; expected {expected}")]
    Missing {
        /// Where it is lacking: `[[waiver]]`.
        section: &'static str,
        /// The key.
        key: &'static str,
        /// What it holds.
        expected: &'static str,
    },
    /// A waiver that says of nothing what it waives.
    #[error("this [[waiver]] would waive everything; give at least one of {}", .criteria.join(", "))]
    NoCriterion {
        /// The keys that say what is waived.
        criteria: Vec<&'static str>,
    },
    /// A waiver of what another one waives already.
    #[error("this [[waiver]] waives the same as the one at line {line}; keep one of them")]
    SameWaiver {
        /// Where the other one stands.
        line: usize,
    },
    /// An account that was listed already.
    #[error("this [[account]] is the same as the one at line {line}; keep one of them")]
    SameAccount {
        /// Where the other one stands.
        line: usize,
    },
    /// A price that was given already.
    #[error("this [[price]] is of the same item and Region as the one at line {line}; keep one of them")]
    SamePrice {
        /// Where the other one stands.
        line: usize,
    },
}

fn spoken(place: Option<Place>) -> String {
    place.map_or_else(String::new, |Place { line, column }| format!(", line {line}, column {column}"))
}

fn advice(nearest: Option<&str>, known: &[&str]) -> String {
    match nearest {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("expected one of {}", known.join(", ")),
    }
}
