//! What somebody knows better of AWS's rates, and how much of them is used.

use std::str::FromStr;
use std::sync::LazyLock;

use toml::Spanned;
use toml::de::DeValue;

use super::error::ConfigErrorKind;
use super::section::{Fault, Section, Words, entries, wrong_type};
use crate::permissions::{OPERATIONS, Operation, Rate, RateSize, Rates};

/// No bucket of AWS's comes near.
const LARGEST: u32 = 100_000;

/// A bucket by the name of any operation that draws on it.
struct Named(&'static Rate);

impl FromStr for Named {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        paced().find(|operation| operation.action() == text).and_then(Rate::of).map(Self).ok_or(())
    }
}

/// What is asked in a scope. Finding out which scopes there are, and what a stack declares, waits for no token.
fn paced() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(|operation| operation.occasion.is_in_a_scope())
}

pub(super) fn read(section: &Section<'_, '_>) -> Result<Rates, Fault> {
    let mut rates = Rates::default();
    let Some(value) = section.value("rates") else { return Ok(rates) };
    let table = value.get_ref().as_table().ok_or_else(|| wrong_type("rates", value, "a [rates] table"))?;
    let section = Section::of(table, &value.span(), "[rates]", "key of [rates]", &["share_percent", "bucket"])?;
    rates.percent = section.value("share_percent").map(|value| whole("share_percent", value, 100)).transpose()?;
    if let Some(value) = section.value("bucket") {
        for (Named(rate), value) in entries("bucket", value, operations())? {
            if rates.set(rate, size(value)?).is_some() {
                let expected = "expected each bucket once: another key names the same one".to_owned();
                return Err(Fault { at: value.span().start, kind: ConfigErrorKind::Invalid { key: "bucket", expected } });
            }
        }
    }
    Ok(rates)
}

fn size(value: &Spanned<DeValue<'_>>) -> Result<RateSize, Fault> {
    const EXPECTED: &str = "a table such as { burst = 10, per_second = 1 }";
    let table = value.get_ref().as_table().ok_or_else(|| wrong_type("bucket", value, EXPECTED))?;
    let section = Section::of(table, &value.span(), "bucket", "key of a bucket", &["burst", "per_second"])?;
    let of = |key| {
        let value = section.value(key).ok_or_else(|| section.missing(key, "a whole number from 1"))?;
        whole(key, value, LARGEST)
    };
    Ok(RateSize { burst: of("burst")?, per_second: of("per_second")? })
}

/// A whole number from 1 to that.
fn whole<N: TryFrom<u32>>(key: &'static str, value: &Spanned<DeValue<'_>>, most: u32) -> Result<N, Fault> {
    let DeValue::Integer(number) = value.get_ref() else { return Err(wrong_type(key, value, "a whole number")) };
    let number = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| (1..=most).contains(number));
    let invalid = || Fault {
        at: value.span().start,
        kind: ConfigErrorKind::Invalid { key, expected: format!("expected a whole number from 1 to {most}") },
    };
    number.and_then(|number| number.try_into().ok()).ok_or_else(invalid)
}

fn operations() -> Words {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| paced().map(Operation::action).collect());
    Words { what: "operation that waits for a token", known: || NAMES.iter().map(String::as_str).collect(), table: "a table of operations" }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The schema of the table, beside its reader.
    pub(in crate::input::config) fn schema() -> Value {
        let whole = |most: u32| json!({"type": "integer", "minimum": 1, "maximum": most});
        let size = json!({
            "type": "object", "additionalProperties": false, "required": ["burst", "per_second"],
            "properties": {"burst": whole(LARGEST), "per_second": whole(LARGEST)},
        });
        json!({
            "description": "How fast AWS is asked: the share of its rates that is used, and buckets of another size.",
            "type": "object", "additionalProperties": false, "properties": {
                "share_percent": whole(100),
                "bucket": {"type": "object", "propertyNames": {"enum": (operations().known)()}, "additionalProperties": size},
            },
        })
    }
}
