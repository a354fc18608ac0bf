//! A value of a declaration, as far as the declaration alone tells it.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a declaration gives for a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    /// Nothing: it is not managed.
    Nothing,
    /// Something that only is known elsewhere: what a reference leads to, or a secret.
    Unknown,
    /// A text, a number, or true or false.
    Scalar(Value),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

impl Given {
    /// A value that means itself.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(entries) => Self::Map(entries.iter().map(|(key, value)| (key.clone(), Self::of(value))).collect()),
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Self::Scalar(value.clone()),
        }
    }

    /// A text that means itself.
    pub(super) fn of_text(text: impl Into<String>) -> Self {
        Self::Scalar(Value::String(text.into()))
    }

    /// A scalar as text. How a number with a fraction was written is not known any more.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Scalar(Value::String(text)) => Some(text.clone()),
            Self::Scalar(Value::Bool(flag)) => Some(flag.to_string()),
            Self::Scalar(Value::Number(number)) => (!number.is_f64()).then(|| number.to_string()),
            Self::Scalar(Value::Null | Value::Array(_) | Value::Object(_))
            | Self::Nothing
            | Self::Unknown
            | Self::List(_)
            | Self::Map(_) => None,
        }
    }
}
