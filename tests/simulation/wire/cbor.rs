//! CloudWatch's rpc-v2-cbor.

use ciborium::Value as Cbor;
use serde_json::Value;

use super::answer::moment;

/// A body as plain data; an empty body is an empty request.
pub(super) fn decode(body: &[u8]) -> Value {
    if body.is_empty() { Value::Null } else { ciborium::from_reader(body).expect("the SDK sends CBOR") }
}

/// Plain data as a body. Moments are tagged, as the SDK insists.
pub(super) fn encode(data: &Value) -> Vec<u8> {
    let mut body = Vec::new();
    ciborium::into_writer(&item(data), &mut body).expect("a vector takes everything");
    body
}

fn item(data: &Value) -> Cbor {
    if let Some(seconds) = moment(data) {
        return Cbor::Tag(1, Box::new(Cbor::Integer(seconds.into())));
    }
    match data {
        Value::Null => Cbor::Null,
        Value::Bool(flag) => Cbor::Bool(*flag),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Cbor::Integer(whole.into()),
            None => Cbor::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Cbor::Text(text.clone()),
        Value::Array(items) => Cbor::Array(items.iter().map(item).collect()),
        Value::Object(members) => {
            let given = members.iter().filter(|(_, value)| !value.is_null());
            Cbor::Map(given.map(|(name, value)| (Cbor::Text(name.clone()), item(value))).collect())
        }
    }
}
