//! ACM certificates: one per endpoint, free of charge, but counted against the quota for as long as they stay.
//! One that a listener presents cannot be deleted.

use serde::{Deserialize, Serialize};

use super::Marks;
use crate::model::{Arn, AwsCommand, Removal, Timestamp};

/// A certificate of AWS Certificate Manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Certificate {
    /// Its ARN.
    pub arn: Arn,
    /// Its domain; for Express the endpoint's host.
    pub domain: String,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
    /// The ARNs of what uses it. Empty unless they were read.
    #[serde(default)]
    pub in_use_by: Vec<Arn>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl Certificate {
    /// Whether the domain is one that Express Mode gives.
    #[must_use]
    pub fn has_express_name(&self) -> bool {
        is_express_host(&self.domain, self.arn.region())
    }

    /// Its deletion, which AWS refuses while something uses it; ACM hears of the end of a use some minutes later.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let arn = self.arn.as_str();
        let described = || AwsCommand::new("acm", "describe-certificate").with("--certificate-arn", arn);
        let there = described().asking("length([Certificate])");
        let uses = described().asking("[Certificate.InUseBy][] | length(@)");
        let delete = AwsCommand::new("acm", "delete-certificate").with("--certificate-arn", arn);
        Removal::of(self.arn.region(), there, "ResourceNotFoundException").once_without("use of it", uses).then(delete)
    }
}

/// Whether the host is an endpoint of Express Mode in that Region: `<label>.ecs.<region>.on.aws`.
/// Nothing is read from the label (the documentation and observed accounts disagree about it).
#[must_use]
pub fn is_express_host(host: &str, region: &str) -> bool {
    let label = host.strip_suffix(".on.aws").and_then(|rest| rest.strip_suffix(region)).and_then(|rest| rest.strip_suffix(".ecs."));
    label.is_some_and(|label| !label.is_empty() && !label.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_known_by_its_whole_domain() {
        assert!(is_express_host("ho-0123456789abcdef0123456789abcdef.ecs.ap-northeast-1.on.aws", "ap-northeast-1"));
        for other in [
            "ho-01.ecs.us-east-1.on.aws",
            ".ecs.ap-northeast-1.on.aws",
            "a.b.ecs.ap-northeast-1.on.aws",
            "ho.ecs.ap-northeast-1.on.aws.example.com",
            "shop.example.com",
        ] {
            assert!(!is_express_host(other, "ap-northeast-1"), "{other}");
        }
    }
}
