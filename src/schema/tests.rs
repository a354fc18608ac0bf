//! Makes the schemas of types, and holds the files to them.

use std::borrow::Cow;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::model::{Arn, Timestamp};

/// With this in the environment, the files are written anew: for whoever means the change.
const UPDATE: &str = "ECS_EXPRESS_AUDIT_UPDATE_SCHEMAS";

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": "A time in UTC (RFC 3339), to the second.", "type": "string", "format": "date-time"})
    }
}

impl JsonSchema for Arn {
    fn schema_name() -> Cow<'static, str> {
        "Arn".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": "A full ARN.", "type": "string", "pattern": "^arn:"})
    }
}

/// The schema of what is written.
pub(crate) fn of_written<T: JsonSchema>(title: &str) -> Value {
    titled(SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>(), title)
}

/// The schema of what is read.
pub(crate) fn of_read<T: JsonSchema>(title: &str) -> Value {
    titled(SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>(), title)
}

fn titled(schema: Schema, title: &str) -> Value {
    let mut schema = schema.to_value();
    schema["title"] = json!(title);
    schema
}

/// Holds the file of that name to the schema.
#[track_caller]
pub(crate) fn check(name: &str, schema: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
    let text = format!("{schema:#}\n");
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, &text).expect("written");
    }
    let committed = std::fs::read_to_string(&path).expect("the schema");
    assert!(committed == text, "the schema of the {name} is another one now; if that is meant, run the tests with {UPDATE}=1:\n{text}");
}
