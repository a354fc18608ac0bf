//! Log groups: the likeliest leftover, since no role of ECS may delete one; but they hold data that someone may want.
//! A group that the customer named is the customer's.

use serde::{Deserialize, Serialize};

use super::{Marks, ServiceName, is_hex};
use crate::model::{Arn, AwsCommand, Cost, PriceItem, Prices, Removal, Timestamp, raw_string};

/// A log group of CloudWatch Logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogGroup {
    /// Its ARN, without the trailing `:*`.
    pub arn: Arn,
    /// Its name; Express gives `/aws/ecs/<cluster>/<service>-<4 hex>`.
    pub name: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// How much it holds, in bytes, where that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored_bytes: Option<u64>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl LogGroup {
    /// What every log group of Express Mode's own naming begins with.
    pub const PREFIX: &'static str = "/aws/ecs/";

    /// The service that its name names, if the name has Express's form.
    #[must_use]
    pub fn named_service(&self) -> Option<ServiceName> {
        let (cluster, rest) = self.name.strip_prefix(Self::PREFIX)?.split_once('/')?;
        let (service, suffix) = rest.rsplit_once('-')?;
        let is_express = cluster != "containerinsights" && is_hex(suffix, 4) && !service.contains('/');
        (is_express && !cluster.is_empty() && !service.is_empty())
            .then(|| ServiceName { cluster: cluster.to_owned(), name: service.to_owned() })
    }

    /// Its deletion, and with it that of all its logs.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let there = AwsCommand::new("logs", "describe-log-groups").with("--log-group-name-prefix", &self.name);
        let there = there.asking(&format!("[logGroups][] | [?logGroupName=={}] | length(@)", raw_string(&self.name)));
        let delete = AwsCommand::new("logs", "delete-log-group").with("--log-group-name", &self.name);
        Removal::of(self.arn.region(), there, "ResourceNotFoundException").then(delete)
    }

    /// What its storage costs. Reading logs in was paid for already.
    #[must_use]
    pub fn cost(&self, prices: &Prices) -> Option<Cost> {
        let (bytes, gigabyte) = (self.stored_bytes?, 1 << 30);
        let quote = prices.of(PriceItem::LogStorageGbMonth, self.arn.region())?;
        // CloudWatch Logs charges for what is left after compression; whether `storedBytes` counts before or after it is not documented.
        let basis = format!("{bytes} stored bytes at {quote} for each GB (2^30 bytes); less, if what is billed is smaller once compressed");
        Some(Cost { monthly: quote.price.usd.share(bytes, gigabyte), basis })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_anchored_and_ends_in_four_hex_digits() {
        let service = |name: &str| {
            let arn = Arn::parse("arn:aws:logs:us-east-1:123456789012:log-group:x").expect("an ARN");
            let group = LogGroup { arn, name: name.into(), created_at: None, stored_bytes: None, marks: Marks::default() };
            group.named_service().map(|s| format!("{}+{}", s.cluster, s.name))
        };
        assert_eq!(service("/aws/ecs/prod/web-api-432e").as_deref(), Some("prod+web-api"));
        for other in [
            "/aws/ecs/containerinsights/web-432e",
            "/aws/ecs/prod/web",
            "/aws/ecs/prod/a/web-432e",
            "/ecs/prod/web-432e",
            "/aws/ecs//web-432e",
        ] {
            assert_eq!(service(other), None, "{other}");
        }
    }
}
