//! Which format a document has, told by the keys at its top. Of its values nothing is kept but two version numbers.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{InputErrorKind, text};

/// Keys of which every raw state has some, beside its version.
const STATE_KEYS: [&str; 5] = ["resources", "lineage", "serial", "modules", "terraform_version"];

/// All that `terraform show -json` writes of an empty state. Other commands write `format_version` as well.
const EMPTY_SHOW_KEYS: [&str; 3] = ["format_version", "terraform_version", "checks"];

/// The further keys that tell formats apart.
const OTHER_KEYS: [&str; 12] = [
    "encrypted_data",
    "encryption_version",
    "resource_changes",
    "planned_values",
    "deployment",
    "checkpoint",
    "AWSTemplateFormatVersion",
    "backend",
    "express_services",
    "infrastructureRoleArn",
    "primaryContainer",
    "values",
];

/// The formats that are read.
#[derive(Clone, Copy)]
pub(super) enum Format {
    State,
    Show,
    Plan,
    CloudFormation,
    Pulumi,
    Skeleton,
    Manifest,
}

/// What stands at the top of a document.
#[derive(Default)]
pub(super) struct Outline {
    keys: BTreeSet<&'static str>,
    has_unknown_keys: bool,
    version: Option<Glimpse>,
    format_version: Option<Glimpse>,
    /// What CloudFormation calls `Resources`.
    template_resources: Option<Glimpse>,
}

impl Outline {
    /// Looks over the whole text, which must be one JSON object.
    pub(super) fn of(text: &str) -> Result<Self, InputErrorKind> {
        text::outline(text, InputErrorKind::Unsupported)
    }

    /// Looks over a document that was read already.
    pub(super) fn of_tree(document: &Value) -> Result<Self, InputErrorKind> {
        Self::deserialize(document).map_err(|_| InputErrorKind::Unsupported)
    }

    /// What this is, from the most to the least telling key.
    pub(super) fn format(&self) -> Result<Format, InputErrorKind> {
        if self.has("encrypted_data") || self.has("encryption_version") {
            return Err(InputErrorKind::EncryptedState);
        }
        if self.has("resource_changes") || self.has("planned_values") {
            return self.of_major_1(Format::Plan);
        }
        if self.has("deployment") || self.has("checkpoint") {
            return self.pulumi_format();
        }
        if self.has("AWSTemplateFormatVersion") || matches!(self.template_resources, Some(Glimpse::Object)) {
            return Ok(Format::CloudFormation);
        }
        if self.has("express_services") {
            return Ok(Format::Manifest);
        }
        if self.has("infrastructureRoleArn") || self.has("primaryContainer") {
            return Ok(Format::Skeleton);
        }
        if self.has("backend") && !self.has("resources") {
            return Err(InputErrorKind::BackendPointer);
        }
        if self.format_version.is_some() {
            return self.show_format();
        }
        if self.version.is_some() && STATE_KEYS.iter().any(|key| self.has(key)) {
            return self.state_format();
        }
        Err(InputErrorKind::Unsupported)
    }

    fn pulumi_format(&self) -> Result<Format, InputErrorKind> {
        match &self.version {
            Some(Glimpse::Number(3 | 4)) => Ok(Format::Pulumi),
            Some(Glimpse::Number(other)) => Err(InputErrorKind::PulumiVersion { found: Some(*other) }),
            Some(Glimpse::Text(_) | Glimpse::Object | Glimpse::Other) | None => Err(InputErrorKind::PulumiVersion { found: None }),
        }
    }

    fn state_format(&self) -> Result<Format, InputErrorKind> {
        match &self.version {
            Some(Glimpse::Number(4)) => Ok(Format::State),
            Some(Glimpse::Number(other)) => Err(InputErrorKind::StateVersion { found: Some(*other) }),
            Some(Glimpse::Text(_) | Glimpse::Object | Glimpse::Other) | None => Err(InputErrorKind::StateVersion { found: None }),
        }
    }

    fn show_format(&self) -> Result<Format, InputErrorKind> {
        let is_empty = !self.has_unknown_keys && self.version.is_none() && self.keys.iter().all(|key| EMPTY_SHOW_KEYS.contains(key));
        if !self.has("values") && !is_empty {
            return Err(InputErrorKind::Unsupported);
        }
        self.of_major_1(Format::Show)
    }

    fn of_major_1(&self, format: Format) -> Result<Format, InputErrorKind> {
        match self.format_version.as_ref().and_then(Glimpse::major) {
            Some(1) => Ok(format),
            major => Err(InputErrorKind::FormatVersion { major }),
        }
    }

    fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    fn note(&mut self, key: &str) {
        let known = STATE_KEYS.into_iter().chain(EMPTY_SHOW_KEYS).chain(OTHER_KEYS).find(|known| *known == key);
        self.has_unknown_keys |= known.is_none();
        self.keys.extend(known);
    }
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OutlineVisitor)
    }
}

struct OutlineVisitor;

impl<'de> Visitor<'de> for OutlineVisitor {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let mut outline = Outline::default();
        while let Some(key) = map.next_key::<String>()? {
            let seen = match key.as_str() {
                "version" => &mut outline.version,
                "format_version" => &mut outline.format_version,
                "Resources" => &mut outline.template_resources,
                _ => {
                    outline.note(&key);
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if seen.replace(map.next_value()?).is_some() {
                return Err(A::Error::custom("one key stands there twice"));
            }
        }
        Ok(outline)
    }
}

/// A value of which only what tells formats apart is kept.
enum Glimpse {
    Number(u64),
    Text(String),
    Object,
    Other,
}

impl Glimpse {
    /// The number before the first dot of a version in a string.
    fn major(&self) -> Option<u64> {
        match self {
            Self::Text(version) => version.split('.').next()?.parse().ok(),
            Self::Number(_) | Self::Object | Self::Other => None,
        }
    }
}

impl<'de> Deserialize<'de> for Glimpse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GlimpseVisitor)
    }
}

struct GlimpseVisitor;

impl<'de> Visitor<'de> for GlimpseVisitor {
    type Value = Glimpse;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_u64<E>(self, number: u64) -> Result<Glimpse, E> {
        Ok(Glimpse::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Glimpse, E> {
        Ok(Glimpse::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Glimpse, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Glimpse::Object)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Glimpse, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Glimpse::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Glimpse, E> {
        Ok(Glimpse::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Glimpse, E> {
        Ok(Glimpse::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Glimpse, E> {
        Ok(Glimpse::Other)
    }

    fn visit_unit<E>(self) -> Result<Glimpse, E> {
        Ok(Glimpse::Other)
    }
}
