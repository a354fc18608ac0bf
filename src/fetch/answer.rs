//! Answers that may be large: read piece by piece, bounded, and whole or not at all.

use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::DeserializeResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::ErrorMetadata;

use super::error::FetchErrorKind;
use crate::collect::operation::ServiceError;
use crate::collect::query::refusal;

/// The largest declaration that is read, in bytes.
pub(super) const LARGEST: usize = 64 << 20;

/// An answer whose body has not been read yet.
#[derive(Debug)]
pub(super) struct Answer {
    body: SdkBody,
    length: Option<u64>,
    pub status: u16,
}

impl Answer {
    fn of(response: &mut HttpResponse) -> Self {
        let length = response.headers().get("content-length").and_then(|length| length.parse().ok());
        Self { length, status: response.status().as_u16(), body: response.take_body() }
    }

    /// The whole of it, if that is no more than so many bytes.
    pub(super) async fn text(self, limit: usize) -> Result<Vec<u8>, FetchErrorKind> {
        let too_large = || FetchErrorKind::TooLarge { limit_mib: limit >> 20 };
        let is_larger = |length: usize| length > limit;
        if self.length.is_some_and(|length| usize::try_from(length).map_or(true, is_larger)) {
            return Err(too_large());
        }
        let (mut pieces, mut text) = (ByteStream::new(self.body), Vec::new());
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| FetchErrorKind::CutOff)?;
            if is_larger(text.len() + piece.len()) {
                return Err(too_large());
            }
            text.extend_from_slice(&piece);
        }
        let is_whole = self.length.is_none_or(|length| u64::try_from(text.len()) == Ok(length));
        if is_whole { Ok(text) } else { Err(FetchErrorKind::CutOff) }
    }
}

/// Leaves a body for [`Answer::text`]; what S3 says of a refusal is read at once.
#[derive(Debug)]
pub(super) struct OfS3;

impl DeserializeResponse for OfS3 {
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        response.status().is_success().then(|| Ok(Output::erase(Answer::of(response))))
    }

    fn deserialize_nonstreaming_with_config(&self, response: &HttpResponse, _: &ConfigBag) -> Result<Output, OrchestratorError<Error>> {
        let said = refusal(response.body().bytes().unwrap_or_default());
        Err(OrchestratorError::operation(Error::erase(said)))
    }
}

/// Leaves every body; that of a refusal is never read.
#[derive(Debug)]
pub(super) struct OfAnybody;

impl DeserializeResponse for OfAnybody {
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        let refused = || OrchestratorError::operation(Error::erase(ServiceError(ErrorMetadata::builder().build())));
        Some(if response.status().is_success() { Ok(Output::erase(Answer::of(response))) } else { Err(refused()) })
    }
}
