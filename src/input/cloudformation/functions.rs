//! The forms of CloudFormation's intrinsic functions.

use serde_json::{Map, Value};

/// The function that an object calls, with its argument.
pub(super) fn function(entries: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = entries.iter().next().filter(|_| entries.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name.as_str(), argument))
}

/// The arguments of a function that takes so many.
pub(super) fn argument_list<const N: usize>(argument: &Value) -> Option<[&Value; N]> {
    argument.as_array()?.iter().collect::<Vec<_>>().try_into().ok()
}

/// Puts what the names stand for in the place of each `${NAME}`; `${!TEXT}` stands for `${TEXT}`. `None` where something is not known, or
/// the text would be longer than that many bytes.
pub(super) fn substitute(text: &str, longest: usize, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut made = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        made.push_str(before);
        match name.strip_prefix('!') {
            Some(literal) => made.extend(["${", literal, "}"]),
            None => made.push_str(&value(name)?),
        }
        if made.len() > longest {
            return None;
        }
        rest = after;
    }
    made.push_str(rest);
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let value = |name: &str| (name != "X").then(|| name.to_lowercase());
        assert_eq!(substitute(text, 30, value).as_deref(), expected, "{text}");
    }

    #[test]
    fn names_are_replaced_and_literals_stay() {
        check("no names $A {B}", Some("no names $A {B}"));
        check("${A}-${B::C}", Some("a-b::c"));
        check("${!A}${A}", Some("${A}a"));
        check("${}", Some(""));
    }

    #[test]
    fn what_is_not_known_or_not_closed_makes_all_unknown() {
        check("${A}${X}", None);
        check("${A", None);
    }

    #[test]
    fn what_is_made_is_bounded() {
        check(&"${AAAAAAAAAA}".repeat(3), Some(&"a".repeat(30)));
        check(&"${AAAAAAAAAA}".repeat(4), None);
    }
}
