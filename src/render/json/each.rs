//! Lists that are put into the words of the report entry by entry.

use serde::{Serialize, Serializer};

/// A list of which one entry at a time is there in the report's words, while it is written: a report may have a hundred thousand of them.
pub(in crate::render) struct Each<'a, T, W> {
    all: &'a [T],
    words: fn(&'a T) -> W,
}

impl<'a, T, W> Each<'a, T, W> {
    pub(super) fn of(all: &'a [T], words: fn(&'a T) -> W) -> Self {
        Self { all, words }
    }

    pub(in crate::render) fn iter(&self) -> impl Iterator<Item = W> {
        self.all.iter().map(self.words)
    }
}

impl<T, W: Serialize> Serialize for Each<'_, T, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
impl<T, W: schemars::JsonSchema> schemars::JsonSchema for Each<'_, T, W> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        Vec::<W>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Vec::<W>::json_schema(generator)
    }
}
