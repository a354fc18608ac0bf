//! One table of the configuration, with the places of what it holds.

use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::error::ConfigErrorKind;
use crate::model::nearest;

/// What is wrong, and how many bytes into the text.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) kind: ConfigErrorKind,
}

/// A table in which every key is known.
pub(super) struct Section<'t, 'i> {
    table: &'t DeTable<'i>,
    /// Where it begins.
    pub(super) at: usize,
    name: &'static str,
}

impl<'t, 'i> Section<'t, 'i> {
    /// The table, unless it has a key that is not among these.
    pub(super) fn of(
        table: &'t DeTable<'i>,
        span: &Range<usize>,
        name: &'static str,
        what: &'static str,
        known: &[&'static str],
    ) -> Result<Self, Fault> {
        let unknown = table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())).min_by_key(|key| key.span().start);
        match unknown {
            Some(key) => Err(Fault { at: key.span().start, kind: unknown_word(key.get_ref(), what, known) }),
            None => Ok(Self { table, at: span.start, name }),
        }
    }

    /// The value of the key, whatever its type.
    pub(super) fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.table.get(key)
    }

    /// The text of the key.
    pub(super) fn text(&self, key: &'static str, expected: &'static str) -> Result<Option<Text<'t>>, Fault> {
        self.value(key).map(|value| text(key, value, expected)).transpose()
    }

    /// The text of a key that must be there and say something.
    pub(super) fn required(&self, key: &'static str, expected: &'static str) -> Result<Text<'t>, Fault> {
        match self.text(key, expected)? {
            Some(text) if text.value.trim().is_empty() => Err(text.invalid(key, format!("expected {expected}"))),
            Some(text) => Ok(text),
            None => Err(self.missing(key, expected)),
        }
    }

    pub(super) fn missing(&self, key: &'static str, expected: &'static str) -> Fault {
        Fault { at: self.at, kind: ConfigErrorKind::Missing { section: self.name, key, expected } }
    }

    pub(super) fn boolean(&self, key: &'static str) -> Result<Option<bool>, Fault> {
        let boolean = |value: &Spanned<DeValue<'_>>| value.get_ref().as_bool().ok_or_else(|| wrong_type(key, value, "true or false"));
        self.value(key).map(boolean).transpose()
    }

    /// The items of a list, none where the key is not there.
    pub(super) fn items(&self, key: &'static str, expected: &'static str) -> Result<Vec<&'t Spanned<DeValue<'i>>>, Fault> {
        let Some(value) = self.value(key) else { return Ok(Vec::new()) };
        let items = value.get_ref().as_array().ok_or_else(|| wrong_type(key, value, expected))?;
        Ok(items.iter().collect())
    }
}

/// The entries of a table whose keys are words of our own: kinds, codes.
pub(super) fn entries<'t, 'i, K: FromStr>(
    key: &'static str,
    value: &'t Spanned<DeValue<'i>>,
    words: Words,
) -> Result<Vec<(K, &'t Spanned<DeValue<'i>>)>, Fault> {
    let table = value.get_ref().as_table().ok_or_else(|| wrong_type(key, value, words.table))?;
    let mut entries: Vec<(&Spanned<DeString<'i>>, &Spanned<DeValue<'i>>)> = table.iter().collect();
    entries.sort_by_key(|(word, _)| word.span().start);
    let entry = |(word, value): (&Spanned<DeString<'i>>, _)| {
        let text = Text { value: word.get_ref(), at: word.span().start };
        Ok((text.word(words.what, words.known)?, value))
    };
    entries.into_iter().map(entry).collect()
}

/// Words of our own that are the keys of a table.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// What each of them is.
    pub(super) what: &'static str,
    pub(super) known: fn() -> Vec<&'static str>,
    /// What a table of them is called.
    pub(super) table: &'static str,
}

/// A text and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'t> {
    pub(super) value: &'t str,
    pub(super) at: usize,
}

impl Text<'_> {
    pub(super) fn invalid(self, key: &'static str, expected: impl Into<String>) -> Fault {
        Fault { at: self.at, kind: ConfigErrorKind::Invalid { key, expected: expected.into() } }
    }

    /// The word of our own that it is.
    pub(super) fn word<K: FromStr>(self, what: &'static str, known: fn() -> Vec<&'static str>) -> Result<K, Fault> {
        self.value.parse().map_err(|_| Fault { at: self.at, kind: unknown_word(self.value, what, &known()) })
    }
}

pub(super) fn text<'t>(key: &'static str, value: &'t Spanned<DeValue<'_>>, expected: &'static str) -> Result<Text<'t>, Fault> {
    match value.get_ref().as_str() {
        Some(text) => Ok(Text { value: text, at: value.span().start }),
        None => Err(wrong_type(key, value, expected)),
    }
}

pub(super) fn wrong_type(key: &'static str, value: &Spanned<DeValue<'_>>, expected: &'static str) -> Fault {
    let found = match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    Fault { at: value.span().start, kind: ConfigErrorKind::WrongType { key, found, expected } }
}

/// No more of a text than this is repeated.
const LONGEST_REPEATED: usize = 60;

fn unknown_word(word: &str, what: &'static str, known: &[&'static str]) -> ConfigErrorKind {
    let found = word.chars().take(LONGEST_REPEATED).collect();
    ConfigErrorKind::Unknown { found, what, nearest: nearest(word, known), known: known.to_vec() }
}
