//! Log groups: the likeliest leftover, since no role of ECS may delete one; but they hold data that someone may want.
//! A group that the customer named is the customer's.

use serde::{Deserialize, Serialize};

use super::{Marks, ServiceName, is_hex};
use crate::model::{Arn, Timestamp};

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_anchored_and_ends_in_four_hex_digits() {
        let service = |name: &str| {
            let arn = Arn::parse("arn:aws:logs:us-east-1:123456789012:log-group:x").expect("an ARN");
            let group = LogGroup { arn, name: name.into(), created_at: None, marks: Marks::default() };
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
