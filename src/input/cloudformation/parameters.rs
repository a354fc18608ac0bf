//! The parameters of a template: what they are given as, and what they are without that.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::super::InputErrorKind;
use super::super::given::Given;

/// The longest value that is used, in bytes. CloudFormation's own bound is 4 KiB.
const LONGEST: usize = 64 << 10;

/// Values for the parameters of CloudFormation templates. CloudFormation's own may be among them: `AWS::Region`, `AWS::AccountId`.
///
/// Of the values nothing is shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    /// None where a parameter is said to have a value, but not which.
    values: BTreeMap<String, Option<String>>,
}

impl Parameters {
    /// Sets one; `None` says that it has a value that is not known, and that the template's default does not hold.
    pub fn set(&mut self, key: impl Into<String>, value: Option<String>) {
        self.values.insert(key.into(), value);
    }

    /// Adds others, which win.
    pub fn unite(&mut self, other: Self) {
        self.values.extend(other.values);
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys()).finish()
    }
}

/// One parameter, from `KEY=VALUE`.
impl FromStr for Parameters {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => {
                Ok(Self { values: BTreeMap::from([(key.trim().to_owned(), Some(value.to_owned()))]) })
            }
            _ => Err("expected KEY=VALUE, such as Stage=prod".to_owned()),
        }
    }
}

/// Reads a file of parameters: the list of the AWS CLI's `--parameters`, of pairs or of texts, or CodePipeline's template configuration.
pub(in super::super) fn read(document: &Value) -> Result<Parameters, InputErrorKind> {
    let mut parameters = Parameters::default();
    match document {
        Value::Array(items) => items.iter().try_for_each(|item| set_item(&mut parameters, item))?,
        Value::Object(entries) => {
            let given =
                entries.get("Parameters").and_then(Value::as_object).ok_or_else(|| misplaced("Parameters", "an object of values"))?;
            given.iter().for_each(|(key, value)| parameters.set(key, text(value)));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return Err(misplaced("the file", "a list or an object")),
    }
    Ok(parameters)
}

fn set_item(parameters: &mut Parameters, item: &Value) -> Result<(), InputErrorKind> {
    let expected = || misplaced("the list", "objects with ParameterKey and ParameterValue, or texts such as \"Stage=prod\"");
    match item {
        Value::String(text) => parameters.unite(text.parse().map_err(|_: String| expected())?),
        other => {
            let key = other.get("ParameterKey").and_then(Value::as_str).ok_or_else(expected)?;
            // Without a value the stack keeps the one that it has.
            parameters.set(key, other.get("ParameterValue").and_then(text));
        }
    }
    Ok(())
}

fn misplaced(place: &str, expected: &'static str) -> InputErrorKind {
    InputErrorKind::Misplaced { place: place.to_owned(), expected }
}

/// A value as text. Stars stand for one that CloudFormation does not show.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::Array(items) => Some(items.iter().map(|item| Given::of(item).text()).collect::<Option<Vec<_>>>()?.join(",")),
        other => Given::of(other).text(),
    };
    text.filter(|text| text.len() <= LONGEST && text != "****")
}

/// What the template's parameters come to, and those of CloudFormation's own that are given.
pub(super) fn of_template(
    section: Option<&Map<String, Value>>,
    given: &Parameters,
    resolve: impl Fn(&Value) -> Given,
) -> BTreeMap<String, Given> {
    let own = given.values.iter().filter(|(key, _)| key.starts_with("AWS::"));
    let own = own.map(|(key, value)| (key.clone(), value.clone().map_or(Given::Unknown, Given::of_text)));
    let declared = section.into_iter().flatten();
    own.chain(declared.map(|(name, parameter)| (name.clone(), value(parameter, given.values.get(name), &resolve)))).collect()
}

fn value(parameter: &Value, given: Option<&Option<String>>, resolve: impl Fn(&Value) -> Given) -> Given {
    let kind = parameter.get("Type").and_then(Value::as_str).unwrap_or_default();
    // A secret is compared with nothing, and a name in SSM is not what lies there.
    if is_secret(parameter) || kind.starts_with("AWS::SSM::Parameter::Value<") {
        return Given::Unknown;
    }
    let text = match given {
        Some(given) => given.clone(),
        None => parameter.get("Default").map(resolve).and_then(|default| default.text()),
    };
    match text.filter(|text| text.len() <= LONGEST) {
        Some(text) if kind == "CommaDelimitedList" || kind.starts_with("List<") => {
            Given::List(text.split(',').map(|item| Given::of_text(item.trim())).collect())
        }
        Some(text) => Given::of_text(text),
        None => Given::Unknown,
    }
}

fn is_secret(parameter: &Value) -> bool {
    parameter.get("NoEcho").is_some_and(|flag| Given::of(flag).text().is_none_or(|flag| !flag.eq_ignore_ascii_case("false")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(of: &[(&str, &str)]) -> Parameters {
        Parameters { values: of.iter().map(|(key, value)| ((*key).to_owned(), Some((*value).to_owned()))).collect() }
    }

    #[test]
    fn one_is_given_as_key_and_value() {
        assert_eq!("Stage=prod".parse(), Ok(known(&[("Stage", "prod")])));
        assert_eq!("Url=http://x/?a=b".parse(), Ok(known(&[("Url", "http://x/?a=b")])));
        assert_eq!("Empty=".parse(), Ok(known(&[("Empty", "")])));
        for wrong in ["Stage", "=prod", " =prod", ""] {
            assert!(wrong.parse::<Parameters>().is_err_and(|expected| expected.contains("KEY=VALUE")), "{wrong}");
        }
    }

    #[test]
    fn files_of_three_tools_say_the_same() {
        let expected = known(&[("Groups", "sg-1,sg-2"), ("Stage", "prod")]);
        let pairs = json!([{"ParameterKey": "Stage", "ParameterValue": "prod"}, {"ParameterKey": "Groups", "ParameterValue": "sg-1,sg-2"}]);
        let pipeline = json!({"Parameters": {"Stage": "prod", "Groups": ["sg-1", "sg-2"]}, "Tags": {"a": "b"}, "StackPolicy": {}});
        for document in [pairs, json!(["Stage=prod", "Groups=sg-1,sg-2"]), pipeline] {
            assert_eq!(read(&document), Ok(expected.clone()), "{document}");
        }
    }

    #[test]
    fn a_value_that_is_not_told_hides_the_default() {
        let given = read(&json!([{"ParameterKey": "A", "UsePreviousValue": true}, {"ParameterKey": "B", "ParameterValue": "****"}]));
        let unknown = |key: &str| (key.to_owned(), None);
        assert_eq!(given, Ok(Parameters { values: BTreeMap::from([unknown("A"), unknown("B")]) }));
        assert_eq!(value(&json!({"Type": "String", "Default": "x"}), Some(&None), Given::of), Given::Unknown);
    }

    #[test]
    fn other_files_are_refused() {
        for other in [json!(7), json!({"Stage": "prod"}), json!([7]), json!(["Stage"]), json!([{"ParameterValue": "x"}])] {
            assert!(matches!(read(&other), Err(InputErrorKind::Misplaced { .. })), "{other}");
        }
    }

    #[test]
    fn a_default_holds_unless_it_is_secret_or_lies_in_ssm() {
        #[track_caller]
        fn check(parameter: &Value, expected: &Given) {
            assert_eq!(value(parameter, None, Given::of), *expected, "{parameter}");
        }
        check(&json!({"Type": "String", "Default": "x", "NoEcho": false}), &Given::of_text("x"));
        check(&json!({"Type": "Number", "Default": 256}), &Given::of_text("256"));
        check(&json!({"Type": "String"}), &Given::Unknown);
        check(&json!({"Type": "String", "Default": "x", "NoEcho": true}), &Given::Unknown);
        check(&json!({"Type": "String", "Default": "x", "NoEcho": "true"}), &Given::Unknown);
        check(&json!({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x"}), &Given::Unknown);
        let list = Given::List(vec![Given::of_text("a"), Given::of_text("b")]);
        check(&json!({"Type": "CommaDelimitedList", "Default": "a, b"}), &list);
        check(&json!({"Type": "List<AWS::EC2::Subnet::Id>", "Default": "a,b"}), &list);
    }

    #[test]
    fn no_value_is_shown() {
        assert_eq!(format!("{:?}", known(&[("Password", "hunter2")])), r#"{"Password"}"#);
    }
}
