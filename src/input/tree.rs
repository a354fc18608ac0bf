//! A document as a tree of values, whatever it is written in: JSON, YAML or TOML.
//!
//! A tree is bounded by what it unfolds to, so that aliases cannot multiply it, and a key that stands there twice is refused: readers
//! differ on which of the two holds. CloudFormation's short tags become the objects that they stand for: `!Ref A` is `{"Ref": "A"}`.

use std::cell::Cell;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Number, Value};
use toml::de::{DeTable, DeValue};

use super::text::Unreadable;
use super::{DEEPEST, InputErrorKind, LARGEST, MOST_ENTRIES};

/// The largest text in YAML that is read, in bytes: its parser takes many times that. CloudFormation's own bound is 1 MiB.
const LARGEST_YAML: usize = 4 << 20;

/// How many brackets may be open at once in YAML, strings and comments included: its parser takes the square of that in time.
const MOST_OPEN: usize = 1_000;

/// Reads JSON, of which the extent was checked.
pub(super) fn of_json(text: &str) -> Result<Value, InputErrorKind> {
    let budget = Budget::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Branch { budget: &budget, depth: 0 }.deserialize(&mut json);
    let whole = value.and_then(|value| json.end().map(|()| value));
    whole.map_err(|error| budget.exceeded().unwrap_or_else(|| Unreadable::from(&error).into()))
}

/// Reads one document of YAML.
pub(super) fn of_yaml(text: &str) -> Result<Value, InputErrorKind> {
    if text.len() > LARGEST_YAML {
        return Err(InputErrorKind::TooLarge { limit_mib: LARGEST_YAML >> 20 });
    }
    if most_open(text) > MOST_OPEN {
        return Err(InputErrorKind::TooDeep { limit: DEEPEST });
    }
    let budget = Budget::default();
    let value = Branch { budget: &budget, depth: 0 }.deserialize(yaml_serde::Deserializer::from_str(text));
    value.map_err(|error| budget.exceeded().unwrap_or_else(|| InputErrorKind::of_yaml(&error)))
}

/// Reads TOML.
pub(super) fn of_toml(text: &str) -> Result<Value, InputErrorKind> {
    let document = DeTable::parse(text).map_err(|error| InputErrorKind::of_toml(text, &error))?;
    let budget = Budget::default();
    of_table(document.get_ref(), &budget, 1).map(Value::Object).ok_or_else(|| budget.exceeded().unwrap_or(InputErrorKind::Unsupported))
}

fn most_open(text: &str) -> usize {
    let mut open = 0_usize;
    let after = |byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open
    };
    text.bytes().map(after).max().unwrap_or_default()
}

fn of_table(table: &DeTable<'_>, budget: &Budget, depth: usize) -> Option<Map<String, Value>> {
    budget.spend(0, depth)?;
    table.iter().map(|(key, value)| Some((key.get_ref().to_string(), of_value(value.get_ref(), budget, depth + 1)?))).collect()
}

fn of_value(value: &DeValue<'_>, budget: &Budget, depth: usize) -> Option<Value> {
    Some(match value {
        DeValue::Table(table) => Value::Object(of_table(table, budget, depth)?),
        DeValue::Array(items) => {
            budget.spend(0, depth)?;
            Value::Array(items.iter().map(|item| of_value(item.get_ref(), budget, depth + 1)).collect::<Option<_>>()?)
        }
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from),
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Datetime(time) => Value::from(time.to_string()),
    })
}

/// What may still be read of one document.
struct Budget {
    values: Cell<usize>,
    bytes: Cell<usize>,
    exceeded: Cell<Option<Bound>>,
}

#[derive(Clone, Copy)]
enum Bound {
    Depth,
    Values,
    Bytes,
}

impl Default for Budget {
    fn default() -> Self {
        Self { values: Cell::new(MOST_ENTRIES), bytes: Cell::new(LARGEST), exceeded: Cell::new(None) }
    }
}

impl Budget {
    /// Accounts for one value; `None` once there are too many.
    fn spend(&self, bytes: usize, depth: usize) -> Option<()> {
        let values = self.values.get().checked_sub(1);
        let left = self.bytes.get().checked_sub(bytes);
        let bound = match (values, left) {
            _ if depth > DEEPEST => Bound::Depth,
            (None, _) => Bound::Values,
            (_, None) => Bound::Bytes,
            (Some(values), Some(left)) => {
                self.values.set(values);
                self.bytes.set(left);
                return Some(());
            }
        };
        self.exceeded.set(Some(bound));
        None
    }

    /// The bound that was met.
    fn exceeded(&self) -> Option<InputErrorKind> {
        self.exceeded.get().map(|bound| match bound {
            Bound::Depth => InputErrorKind::TooDeep { limit: DEEPEST },
            Bound::Values => InputErrorKind::TooMany { limit: MOST_ENTRIES },
            Bound::Bytes => InputErrorKind::TooLarge { limit_mib: LARGEST >> 20 },
        })
    }
}

/// A tree that lies in a document of another shape.
pub(super) struct Tree(pub(super) Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Branch { budget: &Budget::default(), depth: 0 }.deserialize(deserializer).map(Self)
    }
}

/// One value and everything in it.
#[derive(Clone, Copy)]
struct Branch<'b> {
    budget: &'b Budget,
    depth: usize,
}

impl Branch<'_> {
    fn spend<E: Error>(self, bytes: usize, depth: usize) -> Result<(), E> {
        self.budget.spend(bytes, depth).ok_or_else(|| E::custom("it unfolds to more than is read"))
    }

    /// What lies in this one.
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        self.spend(0, depth)?;
        Ok(Self { depth, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Branch<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Branch<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut entries = Map::new();
        while let Some(key) = map.next_key_seed(Key)? {
            self.spend(key.len(), self.depth)?;
            if entries.insert(key, map.next_value_seed(inner)?).is_some() {
                return Err(A::Error::custom("one key stands there twice"));
            }
        }
        Ok(Value::Object(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let (tag, content): (String, _) = tagged.variant()?;
        let name = if matches!(tag.as_str(), "Ref" | "Condition") { tag } else { format!("Fn::{tag}") };
        Ok(Value::Object(Map::from_iter([(name, content.newtype_variant_seed(inner)?)])))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.spend(text.len(), self.depth)?;
        Ok(Value::from(text))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        self.spend(0, self.depth)?;
        Ok(Value::from(flag))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        self.spend(0, self.depth)?;
        Ok(Value::from(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        self.spend(0, self.depth)?;
        Ok(Value::from(number))
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        self.spend(0, self.depth)?;
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.spend(0, self.depth)?;
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }
}

/// A key. In YAML it may be a number or a word that is no text, such as the account ids of a mapping.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<String, E> {
        Ok(flag.to_string())
    }

    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use serde_json::json;

    use super::*;
    use InputErrorKind as Kind;

    #[test]
    fn short_tags_are_the_objects_that_they_stand_for() {
        let text =
            "a: !Ref A\nb: !Sub ['${x}', {x: !GetAtt B.C}]\nc: !Condition D\nd: !Join\n  - ','\n  - [!If [E, 1, !Ref AWS::NoValue]]\n";
        let expected = json!({
            "a": {"Ref": "A"},
            "b": {"Fn::Sub": ["${x}", {"x": {"Fn::GetAtt": "B.C"}}]},
            "c": {"Condition": "D"},
            "d": {"Fn::Join": [",", [{"Fn::If": ["E", 1, {"Ref": "AWS::NoValue"}]}]]},
        });
        assert_eq!(of_yaml(text), Ok(expected));
    }

    #[test]
    fn the_three_notations_say_the_same() {
        let expected = json!({"version": 1, "a": [{"b": true, "c": "x"}]});
        assert_eq!(of_yaml("version: 1\na:\n  - b: true\n    c: x\n"), Ok(expected.clone()));
        assert_eq!(of_toml("version = 1\n[[a]]\nb = true\nc = \"x\"\n"), Ok(expected.clone()));
        assert_eq!(of_json(&expected.to_string()), Ok(expected));
    }

    #[test]
    fn keys_that_are_no_texts_are_read_as_they_are_written() {
        assert_eq!(of_yaml("123456789012: a\ntrue: b\n-1: c\n"), Ok(json!({"123456789012": "a", "true": "b", "-1": "c"})));
    }

    #[test]
    fn a_key_that_stands_there_twice_is_refused() {
        assert!(matches!(of_yaml("a: 1\nb: {c: 1, c: 2}\n"), Err(Kind::InvalidYaml { line: 2, .. })));
        assert!(matches!(of_json(r#"{"a":{"b":1,"b":1}}"#), Err(Kind::Malformed { line: 1, .. })));
        assert!(matches!(of_toml("a = 1\na = 2\n"), Err(Kind::InvalidToml { line: 2, .. })));
    }

    #[test]
    fn aliases_are_followed_but_cannot_multiply_without_bound() {
        assert_eq!(of_yaml("a: &x [1]\nb: *x\n"), Ok(json!({"a": [1], "b": [1]})));
        let mut laughs = "a0: &a0 [l, l, l, l, l, l, l, l, l, l]\n".to_owned();
        for n in 1..20 {
            let _ = writeln!(laughs, "a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(", "));
        }
        assert!(matches!(of_yaml(&laughs), Err(Kind::InvalidYaml { .. })), "the parser counts how often it is sent back");
        let ten = laughs.lines().take(6).fold(String::new(), |text, line| text + line + "\n");
        assert_eq!(of_yaml(&format!("{ten}filler: [{}]\n", "1, ".repeat(20_000))), Err(Kind::TooMany { limit: 1_000_000 }));
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), ["*a"; 70].join(", "));
        assert_eq!(of_yaml(&long), Err(Kind::TooLarge { limit_mib: 64 }));
        assert!(of_yaml("a: &a [*a]\n").is_err());
        assert!(of_yaml("a: *b\n").is_err());
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = |levels| format!("a: {}{}\n", "[".repeat(levels), "]".repeat(levels));
        assert!(of_yaml(&nested(63)).is_ok());
        for levels in [64, 127, 500, 100_000] {
            assert_eq!(of_yaml(&nested(levels)), Err(Kind::TooDeep { limit: 64 }), "{levels}");
        }
        let toml = |levels| format!("a = {}{}\n", "[".repeat(levels), "]".repeat(levels));
        assert!(of_toml(&toml(63)).is_ok());
        assert_eq!(of_toml(&toml(64)), Err(Kind::TooDeep { limit: 64 }));
        assert_eq!(of_yaml(&"# \n".repeat(2 << 20)), Err(Kind::TooLarge { limit_mib: 4 }));
    }

    #[test]
    fn several_documents_are_none() {
        assert!(of_yaml("a: 1\n---\nb: 1\n").is_err());
    }
}
