//! The sources that are not here: `s3://`, `cfn://`, `tfc://`, `https://`.

use std::fmt;
use std::str::FromStr;

use super::error::{FetchError, FetchErrorKind};
use super::url::{Url, UserInfo};

/// A declaration that is kept somewhere else. What it shows of itself is harmless: no user info, no query.
///
/// ```
/// use ecs_express_audit::fetch::Source;
///
/// let source: Source = "https://jo:hunter2@gitlab.example.com/api/v4/projects/7/terraform/state/prod".parse()?;
/// assert_eq!(source.to_string(), "https://gitlab.example.com/api/v4/projects/7/terraform/state/prod");
/// # Ok::<(), ecs_express_audit::fetch::FetchError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Source(pub(super) Place);

/// Where a declaration is kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// An object in S3.
    Object { bucket: String, key: String },
    /// A stack of CloudFormation, by name or ARN.
    Stack { stack: String, region: Option<String> },
    /// A workspace of HCP Terraform or Terraform Enterprise.
    Workspace { server: Url, place: String, organization: String, name: String },
    /// A state backend that speaks HTTP.
    Address { url: Url, user: Option<UserInfo> },
}

/// Where workspaces are, if no other host is named.
const HCP_TERRAFORM: &str = "app.terraform.io";

impl Source {
    /// Whose AWS credentials it is to be read with.
    #[must_use]
    pub fn asker(&self) -> Asker {
        match self.0 {
            Place::Object { .. } => Asker::Run,
            Place::Stack { .. } => Asker::Scan,
            Place::Workspace { .. } | Place::Address { .. } => Asker::Nobody,
        }
    }
}

/// Whose AWS credentials a source is read with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asker {
    /// Those of the run itself: a bucket of states often lies in another account than the one that is scanned by an assumed role.
    Run,
    /// Those of the scan, in its account and Region.
    Scan,
    /// Nobody's: it is not AWS that is asked.
    Nobody,
}

/// The scheme, if it is a word.
fn scheme_of(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)).then_some(scheme)
}

impl FromStr for Source {
    type Err = FetchError;

    fn from_str(text: &str) -> Result<Self, FetchError> {
        let scheme = scheme_of(text).unwrap_or_default().to_ascii_lowercase();
        let rest = text.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
        let (place, expected) = match scheme.as_str() {
            "s3" => (object(rest), "s3://BUCKET/KEY"),
            "cfn" => (stack(rest), "cfn://STACK, by name or ARN, and ?region=REGION if it lies in another one"),
            "tfc" => (workspace(rest), "tfc://ORGANIZATION/WORKSPACE or tfc://HOST/ORGANIZATION/WORKSPACE"),
            "http" | "https" => (address(text), "an address such as https://HOST/PATH"),
            _ => return Err(FetchError::new(format!("{scheme}://…"), FetchErrorKind::UnknownScheme)),
        };
        place.map(Self).ok_or_else(|| FetchError::new(format!("{scheme}://…"), FetchErrorKind::Malformed { expected }))
    }
}

fn object(rest: &str) -> Option<Place> {
    let (bucket, key) = rest.split_once('/')?;
    let is_of_a_bucket = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let is_bucket = (3..=63).contains(&bucket.len()) && bucket.bytes().all(is_of_a_bucket);
    (is_bucket && !key.is_empty()).then(|| Place::Object { bucket: bucket.to_owned(), key: key.to_owned() })
}

fn stack(rest: &str) -> Option<Place> {
    let (stack, query) = rest.split_once('?').map_or((rest, None), |(stack, query)| (stack, Some(query)));
    let named = match query {
        Some(query) => Some(query.strip_prefix("region=")?),
        None => None,
    };
    let of_arn = stack.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2));
    let region = named.or(of_arn).map(str::to_owned);
    let is_region = |region: &String| !region.is_empty() && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_stack = !stack.is_empty() && stack.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:/".contains(&b));
    (is_stack && region.as_ref().is_none_or(is_region)).then(|| Place::Stack { stack: stack.to_owned(), region })
}

fn workspace(rest: &str) -> Option<Place> {
    let parts: Vec<&str> = rest.split('/').collect();
    let (place, organization, name) = match parts[..] {
        [organization, name] => (HCP_TERRAFORM, organization, name),
        [host, organization, name] => (host, organization, name),
        _ => return None,
    };
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let server = Url::on(place, "/")?;
    let [organization, name] = [organization, name].map(|name| is_name(name).then(|| name.to_owned()));
    Some(Place::Workspace { server, place: place.to_ascii_lowercase(), organization: organization?, name: name? })
}

fn address(text: &str) -> Option<Place> {
    let (url, user) = Url::parse(text)?;
    Some(Place::Address { url, user })
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Object { bucket, key } => write!(f, "s3://{bucket}/{key}"),
            Place::Stack { stack, region: _ } => write!(f, "cfn://{stack}"),
            Place::Workspace { place, organization, name, server: _ } => write!(f, "tfc://{place}/{organization}/{name}"),
            Place::Address { url, user: _ } => write!(f, "{url}"),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_named_as_they_are_given() {
        for text in [
            "s3://states/prod/terraform.tfstate",
            "s3://states/env:/dev/prod/terraform.tfstate",
            "s3://states//a//b c?d#e",
            "cfn://shop-prod",
            "cfn://arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1a2b",
            "tfc://tfe.example.com:8443/acme/shop_prod",
            "https://h/state",
            "http://127.0.0.1:8080/state",
        ] {
            assert_eq!(text.parse::<Source>().map(|source| source.to_string()).as_deref(), Ok(text));
        }
        let short = "tfc://acme/shop".parse::<Source>().map(|source| source.to_string());
        assert_eq!(short.as_deref(), Ok("tfc://app.terraform.io/acme/shop"));
    }

    #[test]
    fn what_is_secret_in_an_address_is_not_shown() {
        let source: Source = "HTTPS://jo:hunter2@H/state?token=hunter2".parse().expect("an address");
        assert_eq!(format!("{source} {source:?}"), "https://h/state Source(https://h/state)");
    }

    #[test]
    fn the_region_of_a_stack_is_given_or_in_its_arn() {
        let region = |text: &str| match text.parse::<Source>().map(|source| source.0) {
            Ok(Place::Stack { region, .. }) => region,
            _ => panic!("{text} is no stack"),
        };
        assert_eq!(region("cfn://shop"), None);
        assert_eq!(region("cfn://shop?region=eu-west-1").as_deref(), Some("eu-west-1"));
        assert_eq!(region("cfn://arn:aws:cloudformation:eu-west-2:123456789012:stack/shop/1").as_deref(), Some("eu-west-2"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_quoting_it() {
        for text in [
            "s3://states",
            "s3://states/",
            "s3:///hunter2",
            "s3://arn:aws:s3:hunter2/key",
            "s3:/states/hunter2",
            "cfn://",
            "cfn://a b",
            "cfn://shop?hunter2",
            "cfn://shop?region=",
            "tfc://hunter2",
            "tfc://a/b/c/hunter2",
            "tfc://acme/..",
            "https://u:hunter2@",
            "http:/u:hunter2@h",
            "gs://hunter2/a",
            "azurerm://u:hunter2@b",
            "pg://u:hunter2@db/x",
            "file:///hunter2",
            "tfstate+s3://hunter2/a",
        ] {
            let error = text.parse::<Source>().expect_err(text);
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
