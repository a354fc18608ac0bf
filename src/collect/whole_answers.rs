//! Refuses half an XML document. The SDK's XML readers take one that ends too early for a whole one, and what it
//! no longer lists would look as if it did not exist.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Fails a call whose successful answer is XML without an end.
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

/// Whether the text ends with the end tag of its first element.
pub(super) fn is_whole(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let start = text.trim_start().trim_start_matches(|c| c != '<');
    let root = match start.strip_prefix("<?").and_then(|rest| rest.split_once("?>")) {
        Some((_, after)) => after.trim_start(),
        None => start,
    };
    let name: String = root.trim_start_matches('<').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    !name.is_empty() && text.trim_end().ends_with(&format!("</{name}>"))
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
}
