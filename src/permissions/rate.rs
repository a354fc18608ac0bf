//! How often AWS lets an account call what a scan calls. The figures are the documentation's, of various dates; where AWS publishes none they
//! are our own and say so, and what AWS answers to too many calls corrects them (see `collect::Pace`, feature `aws`).

use std::collections::BTreeMap;

use super::operation::Api;
use super::{OPERATIONS, Operation};
use Api::{Acm, AutoScaling, CloudFormation, CloudWatch, Ec2, Ecs, Iam, LoadBalancing, Logs, Organizations, Tagging};
use Basis::{Assumed, PerSecond, TokenBucket};

/// Where a rate is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// The API's documentation gives the bucket's size and its refill.
    TokenBucket,
    /// The quotas' documentation gives calls per second and no burst: no more than a second's worth is taken for one.
    PerSecond,
    /// AWS publishes nothing. The figures are a guess.
    Assumed,
}

/// A bucket of tokens that AWS keeps for each account and Region: each call of its operations takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rate {
    /// Whose operations they are.
    pub api: Api,
    /// The operations that share the bucket; with none, all of the API that no other rate names.
    pub operations: &'static [&'static str],
    /// How many calls go at once when nobody has called for a while.
    pub burst: u32,
    /// How many tokens come back each second.
    pub per_second: u32,
    /// Where that is from.
    pub basis: Basis,
}

const fn rate(api: Api, operations: &'static [&'static str], burst: u32, per_second: u32, basis: Basis) -> Rate {
    Rate { api, operations, burst, per_second, basis }
}

/// Every bucket. Sources, as of November 2026: "Request throttling for the Amazon ECS API"; "Request throttling for the Elastic Load
/// Balancing API" (all reads share one bucket); "Request throttling for the Amazon EC2 API" (paginated or filtered reads, each with a bucket
/// of its own); the quotas pages of ACM, CloudWatch, CloudWatch Logs and Resource Groups.
pub static RATES: &[Rate] = &[
    rate(Ecs, &["ListClusters", "DescribeClusters"], 50, 20, TokenBucket),
    rate(Ecs, &["ListServices", "DescribeServices"], 100, 20, TokenBucket),
    rate(Ecs, &["DescribeServiceRevisions"], 50, 20, TokenBucket),
    rate(Ecs, &["DescribeServiceDeployments"], 50, 20, TokenBucket),
    // As DescribeTaskDefinition, which is published.
    rate(Ecs, &["ListTaskDefinitionFamilies", "ListTaskDefinitions"], 50, 20, Assumed),
    // A plain loop of one call after another sends about 25 a second; the usual half of this is no more.
    rate(Ecs, &["DescribeExpressGatewayService"], 100, 50, Assumed),
    // It may be smaller: ListServicesByNamespace, which is published, has 10 and 1.
    rate(Ecs, &["ListGateways", "DescribeGatewayResources", "ListGatewayRoutes", "DescribeGatewayRoute"], 20, 10, Assumed),
    rate(LoadBalancing, &[], 40, 10, TokenBucket),
    rate(Acm, &["ListCertificates"], 5, 5, PerSecond),
    rate(Acm, &["DescribeCertificate"], 10, 10, PerSecond),
    rate(Acm, &["ListTagsForCertificate"], 10, 10, PerSecond),
    rate(CloudWatch, &["DescribeAlarms"], 9, 9, PerSecond),
    rate(CloudWatch, &["ListTagsForResource"], 10, 10, Assumed),
    rate(Logs, &["DescribeLogGroups"], 10, 10, PerSecond),
    rate(Logs, &["ListTagsForResource"], 5, 5, PerSecond),
    // One bucket for the whole API, of a size that is not published.
    rate(AutoScaling, &[], 20, 10, Assumed),
    rate(Ec2, &["DescribeSecurityGroups"], 100, 20, TokenBucket),
    rate(Ec2, &["DescribeNetworkInterfaces"], 100, 20, TokenBucket),
    rate(Ec2, &["DescribeSubnets"], 100, 20, TokenBucket),
    // Neither paginated nor filtered.
    rate(Ec2, &["DescribeRegions"], 50, 10, TokenBucket),
    rate(Tagging, &["GetResources"], 15, 15, PerSecond),
    rate(Iam, &[], 20, 10, Assumed),
    rate(CloudFormation, &[], 20, 10, Assumed),
    rate(Organizations, &[], 20, 10, Assumed),
];

/// How large a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateSize {
    /// How many calls go at once when nobody has called for a while; at least 1.
    pub burst: u32,
    /// How many tokens come back each second; at least 1.
    pub per_second: u32,
}

/// What takes the place of the rates of the table, and how much of them is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rates {
    /// The share that is used, in percent from 1 to 100; `None` for the usual one.
    pub percent: Option<u8>,
    /// Buckets of another size, by [`Rate::name`]: AWS raised a quota, or somebody measured what it does not publish.
    buckets: BTreeMap<String, RateSize>,
}

impl Rates {
    /// Gives a bucket another size. Returns the one that was given it before.
    pub fn set(&mut self, rate: &Rate, size: RateSize) -> Option<RateSize> {
        self.buckets.insert(rate.name(), size)
    }

    /// How large a bucket is.
    #[must_use]
    pub fn size_of(&self, rate: &Rate) -> RateSize {
        self.buckets.get(&rate.name()).copied().unwrap_or(rate.size())
    }
}

impl Rate {
    /// The bucket that calls of this operation draw on.
    #[must_use]
    pub fn of(operation: &Operation) -> Option<&'static Self> {
        let of_api = || RATES.iter().filter(|rate| rate.api == operation.api);
        let named = of_api().find(|rate| rate.operations.contains(&operation.name));
        named.or_else(|| of_api().find(|rate| rate.operations.is_empty()))
    }

    /// The same, for an operation as the SDK names it: the id of the service and the operation.
    #[must_use]
    pub fn of_call(service_id: &str, operation: &str) -> Option<&'static Self> {
        Self::of(OPERATIONS.iter().find(|row| row.api.service_id() == service_id && row.name == operation)?)
    }

    /// How large the table says that the bucket is.
    #[must_use]
    pub const fn size(&self) -> RateSize {
        RateSize { burst: self.burst, per_second: self.per_second }
    }

    /// A name that no other bucket has: `ecs:ListClusters`, its first operation; the whole API's is `elasticloadbalancing:*`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.api.prefix(), self.operations.first().unwrap_or(&"*"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_draws_on_one_bucket() {
        for operation in OPERATIONS {
            let named = RATES.iter().filter(|rate| rate.api == operation.api && rate.operations.contains(&operation.name)).count();
            let of_whole = RATES.iter().filter(|rate| rate.api == operation.api && rate.operations.is_empty()).count();
            assert!(named == 1 || named == 0 && of_whole == 1, "{}", operation.action());
            assert!(Rate::of(operation).is_some_and(|rate| rate.api == operation.api), "{}", operation.action());
        }
    }

    #[test]
    fn every_rate_is_of_operations_that_are_read_by() {
        for rate in RATES {
            let is_read = |name: &&str| OPERATIONS.iter().any(|row| row.api == rate.api && row.name == *name);
            assert!(rate.operations.iter().all(is_read), "{}", rate.name());
            assert!(OPERATIONS.iter().any(|row| Rate::of(row) == Some(rate)), "nothing draws on {}", rate.name());
            assert!(rate.burst >= rate.per_second && rate.per_second > 0, "{}", rate.name());
        }
        assert_eq!(RATES.iter().map(Rate::name).collect::<BTreeSet<_>>().len(), RATES.len());
    }

    #[test]
    fn one_bucket_holds_all_reads_of_load_balancers() {
        let of = |operation| Rate::of_call("Elastic Load Balancing v2", operation).expect("a rate");
        assert_eq!(of("DescribeRules"), of("DescribeTags"));
        assert_eq!(Rate::of_call("STS", "GetCallerIdentity"), None, "asked once, and for nobody's scope");
    }
}
