//! The conditions of a template: true, false, or dependent on what is not known.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::DEEPEST;
use super::super::given::Given;
use super::functions::argument_list;
use super::values::Values;

/// What each condition comes to.
pub(super) fn evaluate<'t>(section: &'t Map<String, Value>, values: &Values<'t>) -> BTreeMap<&'t str, Option<bool>> {
    let mut evaluation = Evaluation { section, values, known: BTreeMap::new() };
    for name in section.keys() {
        evaluation.named(name, 0);
    }
    evaluation.known
}

struct Evaluation<'a, 't> {
    section: &'t Map<String, Value>,
    values: &'a Values<'t>,
    known: BTreeMap<&'t str, Option<bool>>,
}

impl<'t> Evaluation<'_, 't> {
    fn named(&mut self, name: &str, depth: usize) -> Option<bool> {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let (name, condition) = self.section.get_key_value(name)?;
        // One that asks itself finds this.
        self.known.insert(name, None);
        let value = if depth < DEEPEST { self.value(condition, depth + 1) } else { None };
        self.known.insert(name, value);
        value
    }

    fn value(&mut self, condition: &'t Value, depth: usize) -> Option<bool> {
        let entries = condition.as_object().filter(|entries| entries.len() == 1)?;
        let (function, argument) = entries.iter().next()?;
        match function.as_str() {
            "Condition" => self.named(argument.as_str()?, depth),
            "Fn::Equals" => self.are_equal(argument),
            "Fn::Not" => {
                let [condition] = argument_list(argument)?;
                self.value(condition, depth).map(|holds| !holds)
            }
            "Fn::And" => self.unless_one_differs(argument, depth, true),
            "Fn::Or" => self.unless_one_differs(argument, depth, false),
            _ => None,
        }
    }

    fn are_equal(&self, argument: &Value) -> Option<bool> {
        let [one, other] = argument_list(argument)?;
        let text = |value| match self.values.resolve(value) {
            given @ Given::Scalar(_) => given.text(),
            Given::Nothing | Given::Unknown | Given::List(_) | Given::Map(_) => None,
        };
        Some(text(one)? == text(other)?)
    }

    /// The neutral value, unless one of the conditions has the other one, whatever the rest comes to.
    fn unless_one_differs(&mut self, argument: &'t Value, depth: usize, neutral: bool) -> Option<bool> {
        let mut all = Some(neutral);
        for condition in argument.as_array()? {
            match self.value(condition, depth) {
                Some(value) if value != neutral => return Some(value),
                Some(_) => {}
                None => all = None,
            }
        }
        all
    }
}
