//! Where something is: one account in one Region of one partition.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Arn;

/// One account in one Region: the unit of a scan. Express resources never refer beyond it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scope {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: String,
    /// The twelve digits of the account.
    pub account: String,
    /// The Region, such as `ap-northeast-1`.
    pub region: String,
}

impl Scope {
    /// The account and Region of the ARN.
    #[must_use]
    pub fn of(arn: &Arn) -> Self {
        Self { partition: arn.partition().to_owned(), account: arn.account().to_owned(), region: arn.region().to_owned() }
    }

    /// The account in that Region, of the partition that the Region's name tells.
    #[must_use]
    pub fn in_region(account: &str, region: &str) -> Self {
        Self { partition: partition(region).to_owned(), account: account.to_owned(), region: region.to_owned() }
    }

    /// Whether the ARN lies in this account and Region.
    #[must_use]
    pub fn holds(&self, arn: &Arn) -> bool {
        arn.account() == self.account && arn.region() == self.region
    }
}

/// The partition of a Region (AWS General Reference; the SDKs' `partitions.json`).
fn partition(region: &str) -> &'static str {
    let of_prefix = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    of_prefix.into_iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.account, self.region)
    }
}
