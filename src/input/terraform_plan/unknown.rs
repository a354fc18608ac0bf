//! `after_unknown`: which values are known only after the apply.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The paths of unknown values, without the places in lists: `primary_container.image`. The empty path is the whole.
#[derive(Default)]
pub(super) struct Unknown {
    pub(super) paths: BTreeSet<String>,
}

impl<'de> Deserialize<'de> for Unknown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut unknown = Self::default();
        unknown.gather("", &Value::deserialize(deserializer)?);
        Ok(unknown)
    }
}

impl Unknown {
    fn gather(&mut self, path: &str, value: &Value) {
        match value {
            Value::Bool(true) => _ = self.paths.insert(path.to_owned()),
            Value::Array(items) => items.iter().for_each(|item| self.gather(path, item)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    self.gather(&inner, value);
                }
            }
            Value::Null | Value::Bool(false) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let unknown: Unknown = serde_json::from_str(text).expect("JSON");
        assert_eq!(unknown.paths.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn paths_lead_to_what_is_not_known() {
        check(r#"{"a":true,"b":false,"c":[{"d":true,"e":[false,true]},{}]}"#, &["a", "c.d", "c.e"]);
        check("true", &[""]);
        check("false", &[]);
        check("{}", &[]);
    }
}
