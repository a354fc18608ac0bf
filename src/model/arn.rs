//! Amazon Resource Names, the only identity this crate joins on.

mod known;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxBuildHasher;
use serde::de::{Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use known::while_shared;

/// A full ARN, `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. Cheap to clone.
///
/// A log group's trailing `:*` is dropped when parsed, so that both of its spellings are equal.
#[derive(Clone)]
pub struct Arn {
    text: Arc<str>,
    /// The text's hash: whoever looks an ARN up need not read it.
    hash: u64,
}

impl Arn {
    /// Reads an ARN; `None` unless all six parts are there and the resource is not empty.
    #[must_use]
    pub fn parse(mut text: &str) -> Option<Self> {
        // Every one of them, so that what was parsed is parsed as itself again.
        while let Some(shorter) = text.strip_suffix(":*") {
            text = shorter;
        }
        let mut parts = text.splitn(6, ':');
        let well_formed = parts.next() == Some("arn")
            && parts.next().is_some_and(|partition| partition.starts_with("aws"))
            && parts.next().is_some_and(|service| !service.is_empty())
            && parts.nth(2).is_some_and(|resource| !resource.is_empty());
        // An alarm's name, and so its ARN, may hold spaces; nothing may hold a line break.
        (well_formed && !has_control(text)).then(|| Self::from(text.into()))
    }

    fn from(text: Arc<str>) -> Self {
        Self { hash: hash_of(&text), text }
    }

    /// The ARN of a resource in `scope`, of the API `service` (`ecs`, `ec2`, …).
    #[must_use]
    pub fn new(scope: &super::Scope, service: &str, resource: &str) -> Self {
        let super::Scope { partition, account, region } = scope;
        Self::from(format!("arn:{partition}:{service}:{region}:{account}:{resource}").into())
    }

    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `aws`, `aws-cn`, `aws-us-gov`, …
    #[must_use]
    pub fn partition(&self) -> &str {
        self.part(1)
    }

    /// The API's name in the ARN: `elasticloadbalancing`, `ec2`, …
    #[must_use]
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// The Region, empty for a global resource.
    #[must_use]
    pub fn region(&self) -> &str {
        self.part(3)
    }

    /// The twelve digits of the account.
    #[must_use]
    pub fn account(&self) -> &str {
        self.part(4)
    }

    /// Everything after the account: `loadbalancer/app/NAME/ID`.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.part(5)
    }

    /// What follows the last slash of the resource.
    #[must_use]
    pub fn last_segment(&self) -> &str {
        self.resource().rsplit('/').next().unwrap_or_default()
    }

    /// The text between two colons; the last part has colons of its own.
    fn part(&self, n: usize) -> &str {
        let mut colons = memchr::memchr_iter(b':', self.text.as_bytes());
        let start = n.checked_sub(1).map_or(Some(0), |before| colons.nth(before).map(|at| at + 1));
        let end = if n < 5 { colons.next() } else { Some(self.text.len()) };
        start.zip(end).and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
    }
}

fn hash_of(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// Almost no text needs to be read character by character for this.
fn has_control(text: &str) -> bool {
    let is_plain = text.bytes().fold(true, |plain, byte| plain & (b' '..=b'~').contains(&byte));
    !is_plain && text.chars().any(char::is_control)
}

impl PartialEq for Arn {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.text == other.text
    }
}

impl Eq for Arn {}

impl PartialOrd for Arn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Arn {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Arn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Arn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Arn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ArnVisitor)
    }
}

/// Takes the text where it lies: a snapshot of many accounts holds millions of ARNs.
struct ArnVisitor;

impl Visitor<'_> for ArnVisitor {
    type Value = Arn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ARN")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Arn, E> {
        known::shared(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_gives_its_parts() {
        let arn = Arn::parse("arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/ecs/c/s-1a2b:*").expect("an ARN");
        assert_eq!((arn.partition(), arn.service(), arn.region(), arn.account()), ("aws-cn", "logs", "cn-north-1", "123456789012"));
        assert_eq!(arn.resource(), "log-group:/aws/ecs/c/s-1a2b");
        assert_eq!(arn.last_segment(), "s-1a2b");
    }

    #[test]
    fn an_arn_is_parsed_as_itself_again() {
        for text in ["arn:aws:logs:r:1:log-group:a:*", "arn:aws:logs:r:1:log-group:a:*:*"] {
            let arn = Arn::parse(text).expect("an ARN");
            assert_eq!((arn.as_str(), Arn::parse(arn.as_str())), ("arn:aws:logs:r:1:log-group:a", Some(arn.clone())));
        }
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        for bad in
            ["", "arn:aws:ecs:us-east-1:1", "arn:aws:ecs:us-east-1:1:", "urn:aws:ecs:r:1:x", "arn::ecs:r:1:x", "arn:aws:ecs:r:1:a\nb"]
        {
            assert_eq!(Arn::parse(bad), None, "{bad:?}");
        }
    }
}
