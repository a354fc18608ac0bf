//! What the caller decides about a judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::time::Duration;

use super::{Arn, Code, FailOn, Kind, Pattern, Prices, Quota, Severity, Timestamp, WaiverRef};

/// What the caller decides: how long to wait before something counts as left behind, what is reported, and what counts for the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// A leftover younger than this is no finding: AWS goes on tearing down for minutes after a service is INACTIVE.
    pub grace: Duration,
    /// The same for single kinds.
    pub grace_of: BTreeMap<Kind, Duration>,
    /// From which severity on a finding counts for the exit code.
    pub fail_on: FailOn,
    /// Whether findings that the baseline has count too.
    pub fail_on_existing: bool,
    /// Whether others declare elsewhere, so that an undeclared service is no more than worth knowing.
    pub declared_partial: bool,
    /// Severities other than the claims' own: by code, and for single kinds of subjects (these win).
    pub severities: BTreeMap<(Code, Option<Kind>), Severity>,
    /// Declared fields that are not compared.
    pub ignored_fields: Vec<IgnoredField>,
    /// Limits that AWS has raised for the account; the others are as AWS gives them.
    pub quotas: BTreeMap<Quota, u64>,
    /// Findings that are accepted for a time.
    pub waivers: Vec<Waiver>,
    /// Whose findings are reported.
    pub own: Own,
    /// Whether remedies may lose data: logs.
    pub include_data: bool,
    /// What AWS charges.
    pub prices: Prices,
    /// When earlier reports first had a finding about the resource.
    pub first_seen: BTreeMap<Arn, Timestamp>,
}

/// A declared field that is not compared: an image that CI deploys, say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredField {
    /// The field's path or a glob over paths: `primary_container.image`, `primary_container.environment.*`.
    pub path: Pattern,
    /// The services it holds for, as `CLUSTER/NAME`; all where there is none.
    pub service: Option<Pattern>,
}

/// A decision to accept findings for a time. What is not given matches everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Its place, words, reason and owner.
    pub named: WaiverRef,
    /// The end of its last day.
    pub expires: Timestamp,
    /// The codes.
    pub code: Option<Code>,
    /// The kind of the subject.
    pub kind: Option<Kind>,
    /// The account.
    pub account: Option<Pattern>,
    /// The Region.
    pub region: Option<Pattern>,
    /// The service, as `CLUSTER/NAME`.
    pub service: Option<Pattern>,
    /// The subject's ARN.
    pub arn: Option<Pattern>,
    /// The finding itself.
    pub fingerprint: Option<String>,
}

/// Whose findings are reported: any of these matches. Empty: everybody's. It never limits what is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Clusters by name.
    pub clusters: Vec<Pattern>,
    /// Services by name; a pattern with a slash, as `CLUSTER/NAME`.
    pub services: Vec<Pattern>,
    /// Tags of the resource or of its service, as key and value. Only those that the scan looked for can match.
    pub tags: Vec<(String, String)>,
}

impl Own {
    /// Whether everybody's findings are reported.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        let Self { clusters, services, tags } = self;
        clusters.is_empty() && services.is_empty() && tags.is_empty()
    }

    /// Adds what others of the caller's own match.
    pub fn unite(&mut self, other: Self) {
        let Self { clusters, services, tags } = other;
        self.clusters.extend(clusters);
        self.services.extend(services);
        self.tags.extend(tags);
    }

    /// The tags, each as `KEY=VALUE`: what a scan has to look for.
    #[must_use]
    pub fn wanted_tags(&self) -> BTreeSet<String> {
        self.tags.iter().map(|(key, value)| format!("{key}={value}")).collect()
    }

    /// Whether the service of that cluster and name is matched by either.
    pub(crate) fn names_service(&self, cluster: &str, name: &str) -> bool {
        let path = format!("{cluster}/{name}");
        let names = |pattern: &Pattern| pattern.matches(if pattern.as_str().contains('/') { &path } else { name });
        self.names_cluster(cluster) || self.services.iter().any(names)
    }

    /// Whether the cluster of that name is matched.
    pub(crate) fn names_cluster(&self, cluster: &str) -> bool {
        self.clusters.iter().any(|pattern| pattern.matches(cluster))
    }
}

impl FromStr for Own {
    type Err = String;

    /// Reads `cluster=GLOB`, `service=GLOB` or `tag=KEY=VALUE`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = || "expected cluster=GLOB, service=GLOB or tag=KEY=VALUE".to_owned();
        let (what, of) = text.split_once('=').ok_or_else(expected)?;
        let mut own = Self::default();
        match (what, of.split_once('=')) {
            ("cluster", _) => own.clusters.push(of.parse()?),
            ("service", _) => own.services.push(of.parse()?),
            ("tag", Some((key, value))) if !key.is_empty() => own.tags.push((key.to_owned(), value.to_owned())),
            _ => return Err(expected()),
        }
        Ok(own)
    }
}

impl Policy {
    /// How long a service may drain before that is of high severity.
    pub const LONG_DRAINING: Duration = Duration::from_mins(30);

    /// The grace period of a kind.
    #[must_use]
    pub fn grace_for(&self, kind: Kind) -> Duration {
        self.grace_of.get(&kind).copied().unwrap_or(self.grace)
    }

    /// How many there may be.
    #[must_use]
    pub fn limit_of(&self, quota: Quota) -> u64 {
        self.quotas.get(&quota).copied().unwrap_or_else(|| quota.default_limit())
    }

    /// The severity that this policy gives a claim of that code about a subject of that kind, if it says anything.
    #[must_use]
    pub fn severity_of(&self, code: Code, kind: Kind) -> Option<Severity> {
        self.severities.get(&(code, Some(kind))).or_else(|| self.severities.get(&(code, None))).copied()
    }
}

impl Default for Policy {
    /// A grace period of 15 minutes; findings count from `low` on; nothing is waived, everybody's findings are reported.
    fn default() -> Self {
        Self {
            grace: Duration::from_mins(15),
            grace_of: BTreeMap::new(),
            fail_on: FailOn::AtLeast(Severity::Low),
            fail_on_existing: false,
            declared_partial: false,
            severities: BTreeMap::new(),
            ignored_fields: Vec::new(),
            quotas: BTreeMap::new(),
            waivers: Vec::new(),
            own: Own::default(),
            include_data: false,
            prices: Prices::default(),
            first_seen: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_own_is_named_by_cluster_service_or_tag() {
        let own: Own = "tag=cost=center=4711".parse().expect("a tag");
        assert_eq!(own.wanted_tags(), BTreeSet::from(["cost=center=4711".to_owned()]));
        assert!("tag=empty=".parse::<Own>().is_ok());
        for bad in ["", "prod", "cluster=", "service=", "tag=a", "tag==b", "team=a", "Cluster=a"] {
            assert!(bad.parse::<Own>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_service_is_matched_by_its_name_its_path_or_its_cluster() {
        let names = |own: &str, cluster: &str, name: &str| own.parse::<Own>().expect("own").names_service(cluster, name);
        assert!(names("service=web", "prod", "web") && names("service=prod/*", "prod", "web") && names("cluster=p*", "prod", "web"));
        assert!(!names("service=prod", "prod", "web") && !names("service=stage/*", "prod", "web") && !names("cluster=web", "prod", "web"));
    }
}
