//! Objects in S3: one GET, signed as S3 wants it, in the Region where the bucket is.

use aws_config::{Region, SdkConfig};
use aws_runtime::auth::SigningOptions;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::answer::{Answer, LARGEST, OfS3};
use super::error::FetchErrorKind;
use crate::collect::endpoint::{configured, regional};
use crate::collect::failure::Failure;
use crate::collect::operation::{ServiceError, Watch, operation, signed};
use crate::model::Cause;

/// Where S3 is asked first if no Region is configured.
const ANYWHERE: Region = Region::from_static("us-east-1");

/// How many Regions are asked: the configured one, and the one that S3 then names.
const MOST_REGIONS: usize = 2;

type Refusal = SdkError<ServiceError, HttpResponse>;

/// The object's text.
pub(super) async fn object(config: &SdkConfig, watch: &Watch, (bucket, key): (&str, &str)) -> Result<Vec<u8>, FetchErrorKind> {
    let mut region = config.region().cloned().unwrap_or(ANYWHERE);
    for _ in 0..MOST_REGIONS {
        let config = config.to_builder().region(region.clone()).build();
        match get(&config, watch, bucket, key).await {
            Ok(answer) => return answer.text(LARGEST).await,
            Err(error) => match own_region(&error).filter(|own| *own != region) {
                Some(own) => region = own,
                None => return Err(spoken(error)),
            },
        }
    }
    Err(FetchErrorKind::RegionNotFound)
}

async fn get(config: &SdkConfig, watch: &Watch, bucket: &str, key: &str) -> Result<Answer, Refusal> {
    let (endpoint, target) = place(config, bucket, key);
    let get = operation(config, ("S3", "GetObject"), &endpoint, watch)
        .runtime_plugin(signed(config, "s3", as_s3_signs()))
        .serializer(|target: String| request(&target))
        .deserializer_impl::<Answer, ServiceError>(OfS3);
    get.build().invoke(target).await
}

/// A key's bytes are signed as they are sent: `..` and `//` are parts of its name.
fn as_s3_signs() -> SigningOptions {
    let mut options = SigningOptions::default();
    options.double_uri_encode = false;
    options.normalize_uri_path = false;
    options.content_sha256_header = true;
    options
}

fn request(target: &str) -> Result<HttpRequest, BoxError> {
    let mut request = HttpRequest::empty();
    request.set_uri(target)?;
    Ok(request)
}

/// Endpoint and path: the bucket is a part of the host name, but at a configured endpoint, and where dots in it would spoil the certificate.
fn place(config: &SdkConfig, bucket: &str, key: &str) -> (String, String) {
    let path: Vec<String> = key.split('/').map(crate::collect::query::encoded).collect();
    let path = path.join("/");
    match configured(config, "S3") {
        Some(endpoint) => (endpoint, format!("/{bucket}/{path}")),
        None if bucket.contains(['.', '_']) => (format!("https://{}", host(config)), format!("/{bucket}/{path}")),
        None => (format!("https://{bucket}.{}", host(config)), format!("/{path}")),
    }
}

/// S3's host in the Region. Its FIPS and dual-stack names follow a rule of their own.
fn host(config: &SdkConfig) -> String {
    let region = config.region().map(|region| region.as_ref()).unwrap_or_default();
    let fips = if config.use_fips() == Some(true) { "-fips" } else { "" };
    let dual_stack = if config.use_dual_stack() == Some(true) { ".dualstack" } else { "" };
    let plain = regional("s3", region, false, false);
    let suffix = plain.split_once(&format!("{region}.")).map_or("amazonaws.com", |(_, suffix)| suffix);
    format!("s3{fips}{dual_stack}.{region}.{suffix}")
}

/// The Region that S3 says the bucket is in, where it was asked in another one.
fn own_region(error: &Refusal) -> Option<Region> {
    let response = error.raw_response()?;
    let is_elsewhere = matches!(response.status().as_u16(), 301 | 307 | 400);
    let named = response.headers().get("x-amz-bucket-region").map(str::to_owned).or_else(|| region_in(response.body().bytes()?));
    let is_region =
        |region: &String| !region.is_empty() && region.len() < 40 && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    named.filter(|region| is_elsewhere && is_region(region)).map(Region::new)
}

/// `<Region>` of an error (`AuthorizationHeaderMalformed`).
fn region_in(body: &[u8]) -> Option<String> {
    let (_, rest) = std::str::from_utf8(body).ok()?.split_once("<Region>")?;
    rest.split_once("</Region>").map(|(region, _)| region.to_owned())
}

fn spoken(error: Refusal) -> FetchErrorKind {
    let words = error.as_service_error().and_then(|error| error.message()).unwrap_or_default();
    let is_of_encryption = words.contains("Server Side Encryption");
    let status = error.raw_response().map(|response| response.status().as_u16());
    let Failure { cause, code } = Failure::from(error);
    match code.as_deref() {
        Some("NoSuchBucket") => FetchErrorKind::NoSuchBucket,
        Some("NoSuchKey" | "NotFound") => FetchErrorKind::NoSuchKey,
        Some("PermanentRedirect" | "TemporaryRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException") => {
            FetchErrorKind::RegionNotFound
        }
        Some("InvalidObjectState") => FetchErrorKind::Archived,
        Some("InvalidRequest" | "InvalidArgument") if is_of_encryption => FetchErrorKind::CustomerKey,
        Some("InvalidAccessKeyId" | "InvalidToken") => FetchErrorKind::NoCredentials { code },
        _ => unspecific(cause, code, status),
    }
}

fn unspecific(cause: Cause, code: Option<String>, status: Option<u16>) -> FetchErrorKind {
    match cause {
        Cause::Denied | Cause::DeniedByScp => FetchErrorKind::ObjectDenied,
        Cause::Expired => FetchErrorKind::NoCredentials { code },
        Cause::Deadline => FetchErrorKind::Stopped,
        Cause::Timeout => FetchErrorKind::Unreachable,
        _ => match (code, status) {
            (None, Some(403)) => FetchErrorKind::ObjectDenied,
            (None, Some(404)) => FetchErrorKind::NoSuchKey,
            (None, None) => FetchErrorKind::Unreachable,
            (code, _) => FetchErrorKind::Refused { code },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(region: &'static str, bucket: &str) -> String {
        let config = SdkConfig::builder().region(Region::from_static(region)).build();
        let (endpoint, target) = place(&config, bucket, "env:/dev/a b.tfstate");
        endpoint + &target
    }

    #[test]
    fn an_object_is_where_s3_keeps_it() {
        assert_eq!(at("eu-west-1", "states"), "https://states.s3.eu-west-1.amazonaws.com/env%3A/dev/a%20b.tfstate");
        assert_eq!(at("cn-north-1", "states"), "https://states.s3.cn-north-1.amazonaws.com.cn/env%3A/dev/a%20b.tfstate");
        assert_eq!(at("us-gov-west-1", "states"), "https://states.s3.us-gov-west-1.amazonaws.com/env%3A/dev/a%20b.tfstate");
        assert_eq!(at("eu-west-1", "my.states"), "https://s3.eu-west-1.amazonaws.com/my.states/env%3A/dev/a%20b.tfstate");
    }

    #[test]
    fn fips_and_dual_stack_have_names_of_their_own() {
        let config = SdkConfig::builder().region(Region::from_static("us-east-1")).use_fips(true).use_dual_stack(true).build();
        assert_eq!(host(&config), "s3-fips.dualstack.us-east-1.amazonaws.com");
    }
}
