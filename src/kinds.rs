//! The thirteen kinds: for each its facts, how it is recognised and what it refers to. One file a kind, no SDK in any.
//!
//! Kinds never name each other; questions across kinds live in [`crate::audit`].

mod alarm;
mod certificate;
mod cluster;
mod listener;
mod listener_rule;
mod load_balancer;
mod log_group;
mod scalable_target;
mod scaling_policy;
mod security_group;
mod service;
mod service_configuration;
mod service_revision;
mod target_group;
mod task_definition;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use alarm::Alarm;
pub use certificate::{Certificate, is_express_host};
pub use cluster::Cluster;
pub use listener::{DefaultAction, Listener};
pub use listener_rule::ListenerRule;
pub use load_balancer::{LoadBalancer, PublicAddresses};
pub use log_group::LogGroup;
pub use scalable_target::{ScalableTarget, service_of_resource_id};
pub use scaling_policy::ScalingPolicy;
pub use security_group::{SecurityGroup, security_group_arn};
pub use service::{DatedFact, Management, Service, ServiceStatus};
pub use service_configuration::{ActiveConfiguration, Container, ScalingTarget, ServiceConfiguration};
pub use service_revision::{GatewayConnection, IngressPath, ManagedResource, ManagedStatus, ServiceRevision};
pub use target_group::TargetGroup;
pub use task_definition::TaskFamily;

use crate::model::{Arn, Kind, Timestamp};

/// The tag by which ECS knows what it manages. Its value must be exactly `true`
/// (managed policy `AmazonECSInfrastructureRoleforExpressGatewayServices`).
pub const MANAGED_TAG: &str = "AmazonECSManaged";

/// The tag that CloudFormation puts on what a stack declares.
pub const STACK_TAG: &str = "aws:cloudformation:stack-name";

/// What is known of the `AmazonECSManaged` tag of a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ManagedTag {
    /// Its tags were not read.
    #[default]
    Unread,
    /// The tagging API lists it. That is an index, which lags and keeps ghosts: no proof.
    Indexed,
    /// The resource's own API shows the tag with the value `true`.
    Present,
    /// The resource's own API shows no such tag.
    Absent,
}

/// What a resource's tags say about whose it is. No other tag is kept but those that were asked for: tags may hold anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Marks {
    /// The `AmazonECSManaged` tag.
    #[serde(default)]
    pub tag: ManagedTag,
    /// The CloudFormation stack that declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Which of the tags that the caller asked for it has, each as `KEY=VALUE`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub wanted: BTreeSet<String>,
}

impl Marks {
    /// The marks that a complete list of tags shows. Of other tags those are noted that are wanted, each as `KEY=VALUE`.
    #[must_use]
    pub fn from_tags<'t>(tags: impl IntoIterator<Item = (&'t str, &'t str)>, wanted: &BTreeSet<String>) -> Self {
        let mut marks = Self { tag: ManagedTag::Absent, ..Self::default() };
        for (key, value) in tags {
            if let Some(tag) = wanted.get(&format!("{key}={value}")) {
                marks.wanted.insert(tag.clone());
            }
            if key == MANAGED_TAG && value == "true" {
                marks.tag = ManagedTag::Present;
            } else if key == STACK_TAG {
                marks.stack = Some(value.to_owned());
            }
        }
        marks
    }

    /// Whether the tag is there, or at least the index says so.
    #[must_use]
    pub fn claims_management(&self) -> bool {
        matches!(self.tag, ManagedTag::Indexed | ManagedTag::Present)
    }
}

/// A service by the names that resources carry: its cluster's and its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServiceName {
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub name: String,
}

impl ServiceName {
    /// The cluster that ECS takes where none is named.
    pub const DEFAULT_CLUSTER: &'static str = "default";

    /// From a service's ARN, `…:service/CLUSTER/NAME`; `None` for the old form without a cluster.
    #[must_use]
    pub fn of_arn(arn: &Arn) -> Option<Self> {
        let mut parts = arn.resource().strip_prefix("service/")?.split('/');
        let (cluster, name) = (parts.next()?, parts.next()?);
        (parts.next().is_none() && !cluster.is_empty() && !name.is_empty())
            .then(|| Self { cluster: cluster.to_owned(), name: name.to_owned() })
    }

    /// From `CLUSTER/NAME`.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let (cluster, name) = path.split_once('/')?;
        (!cluster.is_empty() && !name.is_empty() && !name.contains('/'))
            .then(|| Self { cluster: cluster.to_owned(), name: name.to_owned() })
    }
}

/// What one resource does with another. Each of these keeps the other in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Relation {
    /// A rule is on a listener.
    OnListener,
    /// A listener is on a load balancer.
    OnLoadBalancer,
    /// A rule or a listener's default action forwards to a target group.
    ForwardsTo,
    /// A listener presents a certificate.
    Presents,
    /// A load balancer carries a security group.
    Carries,
    /// A security group's rule names another.
    NamesInRule,
    /// A scaling policy made an alarm and lives by it.
    ListensToAlarm,
    /// A composite alarm is made of an alarm.
    MadeOfAlarm,
    /// A target group of type `alb` has a load balancer for its target.
    HasTarget,
}

/// A use of one resource by another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// What is used.
    pub to: Arn,
    /// How.
    pub relation: Relation,
}

impl Reference {
    pub(crate) fn new(relation: Relation, to: &Arn) -> Self {
        Self { to: to.clone(), relation }
    }
}

/// One resource of any kind that something can hold or leave behind.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Resource<'a> {
    /// A load balancer.
    LoadBalancer(&'a LoadBalancer),
    /// A listener.
    Listener(&'a Listener),
    /// A listener rule.
    ListenerRule(&'a ListenerRule),
    /// A target group.
    TargetGroup(&'a TargetGroup),
    /// A certificate.
    Certificate(&'a Certificate),
    /// A security group.
    SecurityGroup(&'a SecurityGroup),
    /// An alarm.
    Alarm(&'a Alarm),
    /// A log group.
    LogGroup(&'a LogGroup),
    /// A scalable target.
    ScalableTarget(&'a ScalableTarget),
    /// A scaling policy.
    ScalingPolicy(&'a ScalingPolicy),
}

impl<'a> Resource<'a> {
    /// Its kind.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::LoadBalancer(_) => Kind::LoadBalancer,
            Self::Listener(_) => Kind::Listener,
            Self::ListenerRule(_) => Kind::ListenerRule,
            Self::TargetGroup(_) => Kind::TargetGroup,
            Self::Certificate(_) => Kind::Certificate,
            Self::SecurityGroup(_) => Kind::SecurityGroup,
            Self::Alarm(_) => Kind::Alarm,
            Self::LogGroup(_) => Kind::LogGroup,
            Self::ScalableTarget(_) => Kind::ScalableTarget,
            Self::ScalingPolicy(_) => Kind::ScalingPolicy,
        }
    }

    /// Its ARN.
    #[must_use]
    pub fn arn(self) -> &'a Arn {
        match self {
            Self::LoadBalancer(r) => &r.arn,
            Self::Listener(r) => &r.arn,
            Self::ListenerRule(r) => &r.arn,
            Self::TargetGroup(r) => &r.arn,
            Self::Certificate(r) => &r.arn,
            Self::SecurityGroup(r) => &r.arn,
            Self::Alarm(r) => &r.arn,
            Self::LogGroup(r) => &r.arn,
            Self::ScalableTarget(r) => &r.arn,
            Self::ScalingPolicy(r) => &r.arn,
        }
    }

    /// What a person calls it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::LoadBalancer(r) => r.name.clone(),
            Self::Listener(r) => r.spoken_name(),
            Self::ListenerRule(r) => r.spoken_name(),
            Self::TargetGroup(r) => r.name.clone(),
            Self::Certificate(r) => r.domain.clone(),
            Self::SecurityGroup(r) => format!("{} ({})", r.id, r.name),
            Self::Alarm(r) => r.name.clone(),
            Self::LogGroup(r) => r.name.clone(),
            Self::ScalableTarget(r) => r.resource_id.clone(),
            Self::ScalingPolicy(r) => r.name.clone(),
        }
    }

    /// What its tags say. Kinds without tags of their own say nothing.
    #[must_use]
    pub fn marks(self) -> Option<&'a Marks> {
        match self {
            Self::LoadBalancer(r) => Some(&r.marks),
            Self::Listener(r) => Some(&r.marks),
            Self::ListenerRule(r) => Some(&r.marks),
            Self::TargetGroup(r) => Some(&r.marks),
            Self::Certificate(r) => Some(&r.marks),
            Self::SecurityGroup(r) => Some(&r.marks),
            Self::Alarm(r) => Some(&r.marks),
            Self::LogGroup(r) => Some(&r.marks),
            Self::ScalableTarget(r) => Some(&r.marks),
            Self::ScalingPolicy(_) => None,
        }
    }

    /// Whether its name or shape is one that only Express Mode gives.
    #[must_use]
    pub fn has_express_name(self) -> bool {
        match self {
            Self::LoadBalancer(r) => r.has_express_name(),
            Self::Listener(r) => r.has_express_shape(),
            Self::ListenerRule(r) => r.has_express_shape(),
            Self::TargetGroup(r) => r.has_express_name(),
            Self::Certificate(r) => r.has_express_name(),
            Self::SecurityGroup(r) => r.has_express_description(),
            Self::Alarm(r) => r.is_rollback_alarm(),
            Self::LogGroup(_) | Self::ScalableTarget(_) | Self::ScalingPolicy(_) => false,
        }
    }

    /// The service that it names, if it names one.
    #[must_use]
    pub fn named_service(self) -> Option<ServiceName> {
        match self {
            Self::SecurityGroup(r) => r.described_service.as_ref().and_then(ServiceName::of_arn),
            Self::Alarm(r) => r.named_service(),
            Self::LogGroup(r) => r.named_service(),
            Self::ScalableTarget(r) => service_of_resource_id(&r.resource_id),
            Self::ScalingPolicy(r) => service_of_resource_id(&r.resource_id),
            Self::LoadBalancer(_) | Self::Listener(_) | Self::ListenerRule(_) | Self::TargetGroup(_) | Self::Certificate(_) => None,
        }
    }

    /// When it was made (an alarm: last configured), for kinds that say so.
    #[must_use]
    pub fn created_at(self) -> Option<Timestamp> {
        match self {
            Self::LoadBalancer(r) => r.created_at,
            Self::Certificate(r) => r.created_at,
            Self::Alarm(r) => r.configured_at,
            Self::LogGroup(r) => r.created_at,
            Self::ScalableTarget(r) => r.created_at,
            Self::ScalingPolicy(r) => r.created_at,
            Self::Listener(_) | Self::ListenerRule(_) | Self::TargetGroup(_) | Self::SecurityGroup(_) => None,
        }
    }

    /// What it uses.
    #[must_use]
    pub fn references(self) -> Vec<Reference> {
        match self {
            Self::LoadBalancer(r) => r.references(),
            Self::Listener(r) => r.references(),
            Self::ListenerRule(r) => r.references(),
            Self::TargetGroup(r) => r.references(),
            Self::SecurityGroup(r) => r.references(),
            Self::ScalingPolicy(r) => r.references(),
            Self::Alarm(r) => r.references(),
            Self::Certificate(_) | Self::LogGroup(_) | Self::ScalableTarget(_) => Vec::new(),
        }
    }
}

/// Whether the text is that many lower-case hexadecimal digits.
pub(crate) fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_tag_value_counts() {
        let tag = |value| Marks::from_tags([(MANAGED_TAG, value)], &BTreeSet::new()).tag;
        assert_eq!(tag("true"), ManagedTag::Present);
        assert_eq!(tag(""), ManagedTag::Absent); // capacity providers put it so on Auto Scaling groups
        assert_eq!(tag("True"), ManagedTag::Absent);
    }

    #[test]
    fn of_other_tags_only_those_that_were_asked_for_are_kept() {
        let wanted = BTreeSet::from(["team=checkout".to_owned(), "env=".to_owned()]);
        let marks = Marks::from_tags([("team", "checkout"), ("team", "search"), ("secret", "x"), ("env", "prod")], &wanted);
        assert_eq!(marks, Marks { tag: ManagedTag::Absent, stack: None, wanted: BTreeSet::from(["team=checkout".to_owned()]) });
    }

    #[test]
    fn a_service_is_named_by_its_arn_or_path() {
        let arn = Arn::parse("arn:aws:ecs:us-east-1:123456789012:service/prod/web").expect("an ARN");
        let expected = ServiceName { cluster: "prod".into(), name: "web".into() };
        assert_eq!(ServiceName::of_arn(&arn), Some(expected.clone()));
        assert_eq!(ServiceName::of_path("prod/web"), Some(expected));
        assert_eq!(ServiceName::of_path("prod/web/x"), None);
        let old = Arn::parse("arn:aws:ecs:us-east-1:123456789012:service/web").expect("an ARN");
        assert_eq!(ServiceName::of_arn(&old), None);
    }
}
