//! What the values of a template come to, as far as the template and the given parameters tell.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::given::Given;
use super::super::notation::Notation;
use super::super::{InputErrorKind, LARGEST};
use super::conditions;
use super::functions::{argument_list, function, substitute};
use super::parameters::{Parameters, of_template};

/// The longest text that is made of others, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

/// The type of a cluster, which has the name that it is given.
const CLUSTER_TYPE: &str = "AWS::ECS::Cluster";

/// What stands in a text where CloudFormation puts in a parameter of SSM's or a secret.
const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// The values of a template.
pub(super) struct Values<'t> {
    parameters: BTreeMap<String, Given>,
    /// The names of the template's own clusters, by logical id: what a reference to one gives.
    clusters: BTreeMap<&'t str, Given>,
    mappings: Option<&'t Map<String, Value>>,
    conditions: BTreeMap<&'t str, Option<bool>>,
    notation: Notation,
    /// The bytes of the texts that may still be made: one long parameter can be used many times.
    budget: Cell<usize>,
}

impl<'t> Values<'t> {
    pub(super) fn of(document: &'t Map<String, Value>, notation: Notation, given: &Parameters) -> Self {
        let section = |key| document.get(key).and_then(Value::as_object);
        let (mappings, budget) = (section("Mappings"), Cell::new(LARGEST));
        let mut values =
            Self { parameters: BTreeMap::new(), clusters: BTreeMap::new(), mappings, conditions: BTreeMap::new(), notation, budget };
        values.parameters = of_template(section("Parameters"), given, |literal| values.resolve(literal));
        let clusters =
            section("Resources").into_iter().flatten().filter(|(_, resource)| resource.get("Type") == Some(&CLUSTER_TYPE.into()));
        let named =
            clusters.filter_map(|(id, cluster)| Some((id.as_str(), values.resolve(cluster.get("Properties")?.get("ClusterName")?))));
        values.clusters = named.collect();
        values.conditions = section("Conditions").map(|section| conditions::evaluate(section, &values)).unwrap_or_default();
        values
    }

    /// Refuses a template that unfolded to more than is read.
    pub(super) fn check_budget(&self) -> Result<(), InputErrorKind> {
        if self.budget.get() == 0 { Err(InputErrorKind::TooLarge { limit_mib: LARGEST >> 20 }) } else { Ok(()) }
    }

    /// The value of a parameter of the template's or of CloudFormation's own.
    pub(super) fn parameter(&self, name: &str) -> Option<Given> {
        let given = self.parameters.get(name)?;
        let size = match given {
            Given::List(items) => items.len() * size_of::<Given>(),
            Given::Nothing | Given::Unknown | Given::Scalar(_) | Given::Map(_) => 0,
        };
        self.afford(size + given.text().map_or(0, |text| text.len())).then(|| given.clone())
    }

    /// Whether the condition of that name holds, if that can be told.
    pub(super) fn condition(&self, name: &str) -> Option<bool> {
        self.conditions.get(name).copied().flatten()
    }

    /// What a value comes to.
    pub(super) fn resolve(&self, value: &Value) -> Given {
        match value {
            Value::String(text) => self.literal(text),
            Value::Array(items) => Given::List(items.iter().map(|item| self.resolve(item)).collect()),
            Value::Object(entries) => match function(entries) {
                Some((name, argument)) => self.call(name, argument),
                // A loop or a merged block: what it holds is known when it was processed.
                None if entries.keys().any(|key| key.starts_with("Fn::") || key == "<<") => Given::Unknown,
                None => Given::Map(entries.iter().map(|(key, value)| (key.clone(), self.resolve(value))).collect()),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) => Given::of(value),
        }
    }

    fn literal(&self, text: &str) -> Given {
        let is_other_in_yaml = self.notation == Notation::Yaml && is_no_text_in_yaml_1_1(text);
        if is_other_in_yaml || text.contains(DYNAMIC_REFERENCE) || !self.afford(text.len()) {
            return Given::Unknown;
        }
        Given::of_text(text)
    }

    fn call(&self, name: &str, argument: &Value) -> Given {
        match name {
            "Ref" => argument.as_str().map_or(Given::Unknown, |name| self.reference(name)),
            "Fn::Sub" => self.substitute(argument).map_or(Given::Unknown, |text| self.made(text)),
            "Fn::Join" => self.join(argument).map_or(Given::Unknown, |text| self.made(text)),
            "Fn::If" => self.choose(argument).unwrap_or(Given::Unknown),
            "Fn::FindInMap" => self.find(argument).unwrap_or(Given::Unknown),
            _ => Given::Unknown,
        }
    }

    fn reference(&self, name: &str) -> Given {
        let cluster = || self.clusters.get(name).cloned();
        if name == "AWS::NoValue" { Given::Nothing } else { self.parameter(name).or_else(cluster).unwrap_or(Given::Unknown) }
    }

    fn substitute(&self, argument: &Value) -> Option<String> {
        let (text, own) = match argument {
            Value::String(text) => (text, None),
            other => {
                let [text, own] = argument_list(other)?;
                let Value::String(text) = text else { return None };
                (text, Some(own.as_object()?))
            }
        };
        substitute(text, LONGEST_TEXT, |name| match own.and_then(|own| own.get(name)) {
            Some(value) => self.resolve(value).text(),
            None => self.reference(name).text(),
        })
    }

    fn join(&self, argument: &Value) -> Option<String> {
        let [delimiter, items] = argument_list(argument)?;
        let Given::List(items) = self.resolve(items) else { return None };
        let given = items.iter().filter(|item| **item != Given::Nothing);
        let texts = given.map(Given::text).collect::<Option<Vec<_>>>()?;
        Some(texts.join(delimiter.as_str()?))
    }

    fn choose(&self, argument: &Value) -> Option<Given> {
        let [condition, then, otherwise] = argument_list(argument)?;
        let holds = self.condition(condition.as_str()?)?;
        Some(self.resolve(if holds { then } else { otherwise }))
    }

    fn find(&self, argument: &Value) -> Option<Given> {
        let [map, top, second] = argument_list(argument)?;
        let key = |value| self.resolve(value).text();
        let found = self.mappings?.get(&key(map)?)?.get(key(top)?)?.get(key(second)?)?;
        Some(self.resolve(found))
    }

    /// A text that was made of others.
    fn made(&self, text: String) -> Given {
        let is_known = text.len() <= LONGEST_TEXT && !text.contains(DYNAMIC_REFERENCE) && self.afford(text.len());
        if is_known { Given::of_text(text) } else { Given::Unknown }
    }

    fn afford(&self, bytes: usize) -> bool {
        let left = self.budget.get().saturating_sub(bytes);
        self.budget.set(left);
        left > 0
    }
}

/// Whether YAML 1.1, which CloudFormation reads, takes the bare word for something else than a text. Whether it was bare is not known.
fn is_no_text_in_yaml_1_1(text: &str) -> bool {
    let is_word = ["y", "n", "yes", "no", "on", "off"].iter().any(|word| text.eq_ignore_ascii_case(word));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    // Other digits were quoted: bare, they would be a number here too.
    let is_old = unsigned.contains([':', '_']) || (unsigned.len() > 1 && unsigned.starts_with('0'));
    let is_number = is_old && unsigned.starts_with(|c: char| c.is_ascii_digit()) && unsigned.split(':').all(is_digits);
    is_word || is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_yaml_1_1_takes_for_something_else_are_told() {
        for other in ["yes", "NO", "On", "y", "0256", "1_000", "12:30:45", "-012"] {
            assert!(is_no_text_in_yaml_1_1(other), "{other}");
        }
        for text in ["", "yesterday", "a:1", "nginx:1", "1.2.3", "12:", "-", "_1", "10.0.0.0/8", "1024", "0"] {
            assert!(!is_no_text_in_yaml_1_1(text), "{text}");
        }
    }
}
