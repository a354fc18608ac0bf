//! Bytes to text and text to JSON, as every document but the configuration is read.

use serde::Deserialize;
use serde_json::error::Category;

use super::LARGEST;

/// Why bytes are not the text, or the JSON, that is read. Nothing of the parser's words is kept: those may quote the text.
#[derive(Debug)]
pub(super) enum Unreadable {
    Empty,
    TooLarge { limit_mib: usize },
    NotUtf8 { position: usize },
    InvalidJson { line: usize, column: usize },
    Truncated { line: usize, column: usize },
    Malformed { line: usize, column: usize },
}

impl From<&serde_json::Error> for Unreadable {
    fn from(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            Category::Data => Self::Malformed { line, column },
            Category::Eof => Self::Truncated { line, column },
            Category::Syntax | Category::Io => Self::InvalidJson { line, column },
        }
    }
}

/// Each kind of error has variants of these names, which say what to do about it.
macro_rules! tells_what_is_unreadable {
    ($kind:ty) => {
        impl From<Unreadable> for $kind {
            fn from(reason: Unreadable) -> Self {
                match reason {
                    Unreadable::Empty => Self::Empty,
                    Unreadable::TooLarge { limit_mib } => Self::TooLarge { limit_mib },
                    Unreadable::NotUtf8 { position } => Self::NotUtf8 { position },
                    Unreadable::InvalidJson { line, column } => Self::InvalidJson { line, column },
                    Unreadable::Truncated { line, column } => Self::Truncated { line, column },
                    Unreadable::Malformed { line, column } => Self::Malformed { line, column },
                }
            }
        }
    };
}

tells_what_is_unreadable!(super::InputErrorKind);
tells_what_is_unreadable!(super::BaselineErrorKind);
tells_what_is_unreadable!(super::ReportErrorKind);

/// The text, without the byte-order mark that some shells put before it.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Unreadable> {
    if bytes.len() > LARGEST {
        return Err(Unreadable::TooLarge { limit_mib: LARGEST >> 20 });
    }
    let text = str::from_utf8(bytes).map_err(|error| Unreadable::NotUtf8 { position: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() { Err(Unreadable::Empty) } else { Ok(text) }
}

/// What the JSON says.
pub(super) fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|error| Unreadable::from(&error))
}

/// What the JSON says in keys of which any values will do: if something in it is wrong, then that the whole is no object.
pub(super) fn outline<'a, T: Deserialize<'a>, E: From<Unreadable>>(text: &'a str, no_object: E) -> Result<T, E> {
    json(text).map_err(|reason| match reason {
        Unreadable::Malformed { .. } => no_object,
        reason => reason.into(),
    })
}
