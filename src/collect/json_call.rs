//! AWS's JSON protocol, version 1.1: JSON goes out and comes back. Organizations speaks it.

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

use super::operation::{ServiceError, Watch, operation, signed};

/// An API that speaks the protocol.
#[derive(Clone, Copy, Debug)]
pub(super) struct JsonApi {
    /// What AWS's SDKs call it.
    pub service_id: &'static str,
    /// What its hosts and signatures call it.
    pub name: &'static str,
    /// What its operations' names stand behind.
    pub target: &'static str,
}

/// An operation that can be called again and again.
#[derive(Debug)]
pub(super) struct JsonCall<O>(Operation<String, O, ServiceError>);

impl<O> JsonCall<O>
where
    O: DeserializeOwned + std::fmt::Debug + Send + Sync + 'static,
{
    /// The operation at an endpoint.
    pub(super) fn at(config: &SdkConfig, api: JsonApi, action: &'static str, endpoint: &str, watch: &Watch) -> Self {
        let JsonApi { service_id, name, target } = api;
        let operation = operation(config, (service_id, action), endpoint, watch)
            .runtime_plugin(signed(config, name, SigningOptions::default()))
            .serializer(move |body: String| request(&format!("{target}.{action}"), body))
            .deserializer(answer);
        Self(operation.build())
    }

    pub(super) async fn call(&self, body: String) -> Result<O, SdkError<ServiceError, HttpResponse>> {
        self.0.invoke(body).await
    }
}

fn request(target: &str, body: String) -> Result<HttpRequest, BoxError> {
    let length = body.len().to_string();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    request.headers_mut().insert("content-type", "application/x-amz-json-1.1");
    request.headers_mut().insert("content-length", length);
    request.headers_mut().insert("x-amz-target", target.to_owned());
    Ok(request)
}

fn answer<O: DeserializeOwned>(response: &HttpResponse) -> Result<O, OrchestratorError<ServiceError>> {
    let body = response.body().bytes().unwrap_or_default();
    if !response.status().is_success() {
        return Err(OrchestratorError::operation(refusal(body)));
    }
    serde_json::from_slice(body).map_err(OrchestratorError::other)
}

/// What was refused: the code stands alone, behind the name of a namespace and a `#`, or before a colon.
fn refusal(body: &[u8]) -> ServiceError {
    let Said { code, message } = serde_json::from_slice(body).unwrap_or_default();
    let code = code.rsplit('#').next().and_then(|code| code.split(':').next()).unwrap_or_default();
    let metadata = ErrorMetadata::builder().message(message);
    ServiceError(if code.is_empty() { metadata } else { metadata.code(code) }.build())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    #[serde(rename = "__type")]
    code: String,
    #[serde(alias = "Message")]
    message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_in_each_of_its_forms() {
        for text in [
            r#"{"__type":"No","Message":"why"}"#,
            r#"{"__type":"com.amazonaws.organizations.v20161128#No","message":"why"}"#,
            r#"{"__type":"No:http://internal.amazon.com/","message":"why"}"#,
        ] {
            let ServiceError(metadata) = refusal(text.as_bytes());
            assert_eq!((metadata.code(), metadata.message()), (Some("No"), Some("why")), "{text}");
        }
        assert_eq!(refusal(b"<html>").0.code(), None);
    }
}
