//! Answers: plain data with AWS's member names, written in the call's protocol.

use std::fmt::Write;

use ecs_express_audit::model::Timestamp;
use serde_json::{Value, json};

use super::call::{Call, Protocol};
use super::cbor;
use crate::aws::Time;

/// Why AWS refuses a call.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The error code.
    pub(crate) code: String,
    /// AWS's words.
    pub(crate) message: String,
}

impl Refusal {
    /// A refusal with the status 400.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.to_owned(), message: message.into() }
    }
}

/// What an operation answers.
pub(crate) type Answer = Result<Value, Refusal>;

/// What goes back over the wire.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status and body.
    Whole(u16, Vec<u8>),
    /// The connection is reset in the middle of the body.
    Reset,
    /// Nothing ever comes.
    Silence,
}

/// A point in time: each protocol writes it in its own way.
pub(crate) fn time(at: Time) -> Value {
    json!({ MOMENT: at })
}

const MOMENT: &str = "seconds since 1970";

/// The seconds, if the data is a point in time.
pub(super) fn moment(data: &Value) -> Option<i64> {
    data.get(MOMENT)?.as_i64()
}

/// Writes an answer in the call's protocol.
pub(crate) fn write(call: &Call, answer: Answer) -> Reply {
    match answer {
        Ok(data) => Reply::Whole(200, success(call, &data)),
        Err(refusal) => Reply::Whole(refusal.status, failure(call, &refusal)),
    }
}

fn success(call: &Call, data: &Value) -> Vec<u8> {
    let name = &call.operation;
    match call.protocol {
        Protocol::Json => plain(data).to_string().into_bytes(),
        Protocol::Cbor => cbor::encode(data),
        Protocol::Query => format!("<{name}Response><{name}Result>{}</{name}Result></{name}Response>", xml(data, "member")).into_bytes(),
        Protocol::Ec2 => format!("<{name}Response>{}</{name}Response>", xml(data, "item")).into_bytes(),
    }
}

fn failure(call: &Call, refusal: &Refusal) -> Vec<u8> {
    let Refusal { status, code, message } = refusal;
    let details = format!("<Code>{code}</Code><Message>{}</Message>", escaped(message));
    let kind = if *status < 500 { "Sender" } else { "Receiver" };
    match call.protocol {
        Protocol::Json => json!({"__type": code, "message": message}).to_string().into_bytes(),
        Protocol::Cbor => cbor::encode(&json!({"__type": code, "message": message})),
        Protocol::Query => format!("<ErrorResponse><Error><Type>{kind}</Type>{details}</Error></ErrorResponse>").into_bytes(),
        Protocol::Ec2 => format!("<Response><Errors><Error>{details}</Error></Errors></Response>").into_bytes(),
    }
}

/// awsJson: a moment is a number, and what is not given is left out.
fn plain(data: &Value) -> Value {
    if let Some(seconds) = moment(data) {
        return json!(seconds);
    }
    match data {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => {
            members.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), plain(value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => data.clone(),
    }
}

/// The XML of both query protocols, which differ in what they call an item of a list.
fn xml(data: &Value, item: &str) -> String {
    if let Some(seconds) = moment(data) {
        return Timestamp::from_unix_seconds(seconds).to_string();
    }
    match data {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => escaped(text),
        Value::Array(items) => items.iter().fold(String::new(), |out, value| out + &element(item, value, item)),
        Value::Object(members) => {
            let given = members.iter().filter(|(_, value)| !value.is_null());
            given.fold(String::new(), |out, (name, value)| out + &element(name, value, item))
        }
    }
}

fn element(name: &str, value: &Value, item: &str) -> String {
    format!("<{name}>{}</{name}>", xml(value, item))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other if other.is_control() => write!(out, "&#{};", u32::from(other)).expect("a string takes everything"),
            other => out.push(other),
        }
    }
    out
}
