//! AWS's query protocol: a form goes out, XML comes back. EC2 and CloudFormation speak it.

use aws_config::SdkConfig;
use aws_runtime::auth::SigningOptions;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::endpoint::endpoint;
use super::operation::{ServiceError, Watch, operation, signed};
use super::whole_answers::is_whole;

/// Names and values of an operation's parameters.
pub(crate) type Parameters = Vec<(String, String)>;

/// An API that speaks the protocol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueryApi {
    /// What AWS's SDKs call it.
    pub service_id: &'static str,
    /// What its hosts and signatures call it.
    pub name: &'static str,
    pub version: &'static str,
}

/// An operation that can be called again and again.
#[derive(Debug)]
pub(crate) struct Query<O>(Operation<Parameters, O, ServiceError>);

impl<O> Query<O>
where
    O: DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
{
    pub(crate) fn new(config: &SdkConfig, api: QueryApi, action: &'static str, watch: &Watch) -> Self {
        let QueryApi { service_id, name, version } = api;
        let operation = operation(config, (service_id, action), &endpoint(config, service_id, name), watch)
            .runtime_plugin(signed(config, name, SigningOptions::default()))
            .serializer(move |parameters: Parameters| request(action, version, &parameters))
            .deserializer(answer);
        Self(operation.build())
    }

    pub(crate) async fn call(&self, parameters: Parameters) -> Result<O, SdkError<ServiceError, HttpResponse>> {
        self.0.invoke(parameters).await
    }
}

fn request(action: &str, version: &str, parameters: &[(String, String)]) -> Result<HttpRequest, BoxError> {
    let mut body = format!("Action={action}&Version={version}");
    for (name, value) in parameters {
        body.push('&');
        body.push_str(&encoded(name));
        body.push('=');
        body.push_str(&encoded(value));
    }
    let length = body.len().to_string();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded");
    request.headers_mut().insert("content-length", length);
    Ok(request)
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(crate) fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

fn answer<O: DeserializeOwned>(response: &HttpResponse) -> Result<O, OrchestratorError<ServiceError>> {
    let body = response.body().bytes().unwrap_or_default();
    if !response.status().is_success() {
        return Err(OrchestratorError::operation(refusal(body)));
    }
    let text = std::str::from_utf8(body).map_err(OrchestratorError::other)?;
    if !is_whole(body) || !text.contains("Response") {
        return Err(OrchestratorError::other("the answer is no whole document of the query protocol"));
    }
    quick_xml::de::from_str(text).map_err(OrchestratorError::other)
}

/// What an XML answer says that was refused: EC2's `<Response><Errors><Error>`, everybody else's `<ErrorResponse><Error>`, S3's `<Error>`.
pub(crate) fn refusal(body: &[u8]) -> ServiceError {
    let said: Refusal = std::str::from_utf8(body).ok().and_then(|text| quick_xml::de::from_str(text).ok()).unwrap_or_default();
    let Refusal { errors, error, code, message } = said;
    let Said { code, message } = errors.map(|errors| errors.error).or(error).unwrap_or(Said { code, message });
    let metadata = ErrorMetadata::builder().message(message);
    ServiceError(if code.is_empty() { metadata } else { metadata.code(code) }.build())
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Refusal {
    errors: Option<Errors>,
    error: Option<Said>,
    code: String,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Errors {
    error: Said,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Said {
    code: String,
    message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_encoded() {
        assert_eq!(encoded("Filter.1.Value.1"), "Filter.1.Value.1");
        assert_eq!(encoded("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }

    #[test]
    fn a_refusal_is_read_in_each_of_its_forms() {
        for text in [
            "<Response><Errors><Error><Code>No</Code><Message>why</Message></Error></Errors><RequestID>1</RequestID></Response>",
            "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>No</Code><Message>why</Message></Error></ErrorResponse>",
            "<?xml version=\"1.0\"?>\n<Error><Code>No</Code><Message>why</Message><Key>a/b</Key></Error>",
        ] {
            let ServiceError(metadata) = refusal(text.as_bytes());
            assert_eq!((metadata.code(), metadata.message()), (Some("No"), Some("why")), "{text}");
        }
        assert_eq!(refusal(b"<html>").0.code(), None);
    }
}
