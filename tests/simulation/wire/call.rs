//! A request as the simulated AWS sees it: which operation of which API, with which parameters, whatever protocol it came in.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use ecs_express_audit::model::Timestamp;
use serde_json::{Map, Value};

use super::cbor;
use crate::aws::Time;

/// How an API writes its requests and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// awsJson: ECS, ACM, Logs, Application Auto Scaling, tagging.
    Json,
    /// awsQuery: Elastic Load Balancing, STS.
    Query,
    /// ec2Query.
    Ec2,
    /// rpc-v2-cbor: CloudWatch.
    Cbor,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The API as IAM names it.
    pub(crate) service: &'static str,
    /// The operation's own name.
    pub(crate) operation: String,
    /// The protocol that the answer is to be in.
    pub(crate) protocol: Protocol,
    /// The parameters.
    pub(crate) input: Value,
    /// When the request says that it was signed.
    pub(crate) signed_at: Time,
    /// When it comes, by AWS's clock.
    pub(crate) received_at: Time,
}

impl Call {
    /// Reads a request of one of the SDK's clients.
    pub(crate) fn of(request: &HttpRequest, received_at: Time) -> Self {
        let header = |name: &str| request.headers().get(name).unwrap_or_default();
        let service = service(header("authorization").split('/').nth(3).unwrap_or_default());
        let body = request.body().bytes().unwrap_or_default();
        let signed_at = signing_time(header("x-amz-date"));
        let of =
            |operation: &str, protocol, input| Self { service, operation: operation.to_owned(), protocol, input, signed_at, received_at };
        if let Some((_, operation)) = request.uri().split_once("/operation/") {
            return of(operation, Protocol::Cbor, cbor::decode(body));
        }
        if let Some((_, operation)) = header("x-amz-target").rsplit_once('.') {
            return of(operation, Protocol::Json, serde_json::from_slice(body).expect("the SDK sends JSON"));
        }
        let input = form(&String::from_utf8_lossy(body));
        let protocol = if service == "ec2" { Protocol::Ec2 } else { Protocol::Query };
        let operation = input["Action"].as_str().unwrap_or_default().to_owned();
        of(&operation, protocol, input)
    }

    /// The operation as IAM names it: `acm:ListCertificates`.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }

    /// A text parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.input[name].as_str()
    }

    /// A number; in forms it is text.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        let value = &self.input[name];
        value.as_u64().and_then(|number| usize::try_from(number).ok()).or_else(|| value.as_str()?.parse().ok())
    }

    /// A list of texts; `None` where it was not given.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        let items = self.input[name].as_array()?;
        Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
    }

    /// The values of one of EC2's filters.
    pub(crate) fn filter(&self, name: &str) -> Option<Vec<String>> {
        let filter = self.input["Filter"].as_array()?.iter().find(|filter| filter["Name"] == name)?;
        Some(filter["Value"].as_array()?.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect())
    }
}

/// `20260921T141320Z`, as signatures write it.
fn signing_time(text: &str) -> Time {
    let part = |from: usize, to: usize| text.get(from..to).expect("every request is signed");
    let text = format!("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 6), part(6, 8), part(9, 11), part(11, 13), part(13, 15));
    Timestamp::parse(&text).expect("a signing time").unix_seconds()
}

/// The IAM prefix of a signing name; one API is as unknown as the other.
fn service(signing_name: &str) -> &'static str {
    match signing_name {
        "acm" => "acm",
        "application-autoscaling" => "application-autoscaling",
        "ec2" => "ec2",
        "ecs" => "ecs",
        "elasticloadbalancing" => "elasticloadbalancing",
        "logs" => "logs",
        "monitoring" => "cloudwatch",
        "sts" => "sts",
        "tagging" => "tag",
        _ => "unknown",
    }
}

/// A form as a tree: `Filter.1.Value.2=x` is the second value of the first filter; `member` counts for nothing.
fn form(body: &str) -> Value {
    let mut root = Value::Object(Map::new());
    for (name, value) in body.split('&').filter_map(|pair| pair.split_once('=')) {
        let name = decoded(name);
        let steps: Vec<&str> = name.split('.').filter(|step| *step != "member").collect();
        *steps.iter().fold(&mut root, |at, step| child(at, step)) = Value::String(decoded(value));
    }
    root
}

fn child<'v>(at: &'v mut Value, step: &str) -> &'v mut Value {
    let Ok(number) = step.parse::<usize>() else {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        return &mut at[step];
    };
    if !at.is_array() {
        *at = Value::Array(Vec::new());
    }
    let items = at.as_array_mut().expect("it was just made one");
    items.resize(items.len().max(number), Value::Null);
    &mut items[number - 1]
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).expect("two hexadecimal digits follow %");
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => u8::try_from(digit(rest.next()) * 16 + digit(rest.next())).expect("two digits make a byte"),
            other => other,
        });
    }
    String::from_utf8(bytes).expect("forms are UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_a_tree() {
        let tree = form("Action=X&LoadBalancerArns.member.1=a%3Ab&Filter.1.Name=group-id&Filter.1.Value.1=sg-1&Filter.1.Value.2=sg+2");
        assert_eq!(tree["LoadBalancerArns"][0], "a:b");
        assert_eq!(tree["Filter"][0]["Value"][1], "sg 2");
    }
}
