//! Refuses half an answer. The SDK's XML readers take a document that ends too early for a whole one, its JSON readers an empty answer for
//! an empty object; and what is not listed looks as if it did not exist.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Fails a call whose successful answer is empty, or a document without an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct WholeAnswers;

#[dyn_dispatch_hint]
impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "WholeAnswers"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        match response.body().bytes() {
            Some(body) if response.status().is_success() && !is_whole(body) => Err("the answer ends before its document does".into()),
            // A body that could not be read at all is an error of its own, and one that is retried.
            _ => Ok(()),
        }
    }
}

/// Whether an answer is there to its end. (CBOR counts its own items.)
pub(super) fn is_whole(body: &[u8]) -> bool {
    let text = body.trim_ascii();
    match text.first() {
        None => false,
        Some(b'<') => is_closed(&String::from_utf8_lossy(text)),
        Some(b'{') => text.ends_with(b"}"),
        Some(_) => true,
    }
}

/// Whether the text ends with the end tag of its first element.
fn is_closed(text: &str) -> bool {
    let root = match text.strip_prefix("<?").and_then(|rest| rest.split_once("?>")) {
        Some((_, after)) => after.trim_start(),
        None => text,
    };
    let name: String = root.trim_start_matches('<').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    !name.is_empty() && text.ends_with(&format!("</{name}>"))
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn only_a_closed_document_is_whole() {
        let whole = "<?xml version=\"1.0\"?>\n<DescribeRulesResponse xmlns=\"x\"><A></A></DescribeRulesResponse>\n";
        assert!(is_whole(whole.as_bytes()));
        for end in 0..whole.trim_end().len() {
            assert!(!is_whole(&whole.as_bytes()[..end]), "{end}");
        }
    }

    #[test]
    fn an_empty_answer_is_none() {
        assert!(is_whole(b"{}\n"));
        for half in [&b""[..], b"  ", b"{\"clusterArns\": [", b"{"] {
            assert!(!is_whole(half), "{half:?}");
        }
    }
}
