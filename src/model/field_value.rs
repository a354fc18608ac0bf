//! The value of a declared or live field, as a report may show it.

use std::fmt;

/// A field's value. What may be secret has none here, only the fact that it is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FieldValue {
    /// There is none.
    Unset,
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Several texts, in their order or sorted where the order means nothing.
    List(Vec<String>),
    /// One that may be secret.
    Hidden,
}

impl FieldValue {
    /// What stands in a report for a value that may be secret.
    pub const HIDDEN: &'static str = "(not shown)";
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => f.write_str("unset"),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::List(texts) => write!(f, "[{}]", texts.join(", ")),
            Self::Hidden => f.write_str(Self::HIDDEN),
        }
    }
}
