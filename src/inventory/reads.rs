//! Which collections were read completely. Only these license the word "absent".

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::Kind;

/// A collection that AWS answers in one (possibly paged) read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Collection {
    /// The clusters of the scope.
    Clusters,
    /// The counts and tags of one cluster.
    ClusterDetails,
    /// The Express services of one cluster.
    Services,
    /// One service.
    ServiceDetails,
    /// The Express side of one service: its configuration, or the role of one that is leaving.
    ExpressServices,
    /// One service revision.
    Revisions,
    /// One service deployment.
    Deployments,
    /// The gateways of the scope, with all that they made.
    Gateways,
    /// The task-definition families of the scope.
    TaskFamilies,
    /// The ACTIVE revisions of one family.
    TaskDefinitions,
    /// The load balancers of the scope.
    LoadBalancers,
    /// The listeners of one load balancer.
    Listeners,
    /// The rules of one listener.
    Rules,
    /// The certificates of one listener.
    ListenerCertificates,
    /// The target groups of the scope.
    TargetGroups,
    /// The registered targets of one target group.
    Targets,
    /// The certificates of the scope.
    Certificates,
    /// What uses one certificate.
    CertificateUses,
    /// The alarms of the scope, composite ones included.
    Alarms,
    /// The log groups of the scope under Express's prefix.
    LogGroups,
    /// The security groups of the scope.
    SecurityGroups,
    /// The interfaces that carry one security group.
    Interfaces,
    /// The interfaces at the registered addresses of one target group.
    TargetInterfaces,
    /// Some subnets, asked for by id.
    Subnets,
    /// The scalable targets of the scope.
    ScalableTargets,
    /// The scaling policies of one scalable target's resource id.
    ScalingPolicies,
    /// The tagging API's list of what carries the managed tag.
    TagIndex,
    /// The tags of one resource, from its own API.
    Tags,
    /// One resource, described again after everything that could use it had been read.
    SecondLook,
}

impl Collection {
    /// The lists that every scan of a scope begins with.
    pub const OF_SCOPE: [Self; 11] = [
        Self::Clusters,
        Self::Gateways,
        Self::TaskFamilies,
        Self::LoadBalancers,
        Self::TargetGroups,
        Self::Certificates,
        Self::Alarms,
        Self::LogGroups,
        Self::SecurityGroups,
        Self::ScalableTargets,
        Self::TagIndex,
    ];

    /// Every collection.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 29] = [
        Self::Clusters,
        Self::ClusterDetails,
        Self::Services,
        Self::ServiceDetails,
        Self::ExpressServices,
        Self::Revisions,
        Self::Deployments,
        Self::Gateways,
        Self::TaskFamilies,
        Self::TaskDefinitions,
        Self::LoadBalancers,
        Self::Listeners,
        Self::Rules,
        Self::ListenerCertificates,
        Self::TargetGroups,
        Self::Targets,
        Self::Certificates,
        Self::CertificateUses,
        Self::Alarms,
        Self::LogGroups,
        Self::SecurityGroups,
        Self::Interfaces,
        Self::TargetInterfaces,
        Self::Subnets,
        Self::ScalableTargets,
        Self::ScalingPolicies,
        Self::TagIndex,
        Self::Tags,
        Self::SecondLook,
    ];

    /// Whether the operation is one that the collection is read by.
    #[must_use]
    pub fn is_read_by(self, operation: &str) -> bool {
        operation == self.operation() || (self == Self::Gateways && operation.contains("Gateway") && !operation.contains("ExpressGateway"))
    }

    /// The operation that reads it, as IAM names it.
    #[must_use]
    pub fn operation(self) -> &'static str {
        match self {
            Self::Clusters => "ecs:ListClusters",
            Self::ClusterDetails => "ecs:DescribeClusters",
            Self::Services => "ecs:ListServices",
            Self::ServiceDetails => "ecs:DescribeServices",
            Self::ExpressServices => "ecs:DescribeExpressGatewayService",
            Self::Revisions => "ecs:DescribeServiceRevisions",
            Self::Deployments => "ecs:DescribeServiceDeployments",
            Self::Gateways => "ecs:ListGateways",
            Self::TaskFamilies => "ecs:ListTaskDefinitionFamilies",
            Self::TaskDefinitions => "ecs:ListTaskDefinitions",
            Self::LoadBalancers => "elasticloadbalancing:DescribeLoadBalancers",
            Self::Listeners => "elasticloadbalancing:DescribeListeners",
            Self::Rules => "elasticloadbalancing:DescribeRules",
            Self::ListenerCertificates => "elasticloadbalancing:DescribeListenerCertificates",
            Self::TargetGroups => "elasticloadbalancing:DescribeTargetGroups",
            Self::Targets => "elasticloadbalancing:DescribeTargetHealth",
            Self::Certificates => "acm:ListCertificates",
            Self::CertificateUses => "acm:DescribeCertificate",
            Self::Alarms => "cloudwatch:DescribeAlarms",
            Self::LogGroups => "logs:DescribeLogGroups",
            Self::SecurityGroups => "ec2:DescribeSecurityGroups",
            Self::Interfaces | Self::TargetInterfaces => "ec2:DescribeNetworkInterfaces",
            Self::Subnets => "ec2:DescribeSubnets",
            Self::ScalableTargets => "application-autoscaling:DescribeScalableTargets",
            Self::ScalingPolicies => "application-autoscaling:DescribeScalingPolicies",
            Self::TagIndex => "tag:GetResources",
            Self::Tags => "elasticloadbalancing:DescribeTags",
            Self::SecondLook => "ecs:DescribeServices",
        }
    }

    /// The kinds about which less can be said where it was not read.
    #[must_use]
    pub const fn kinds(self) -> &'static [Kind] {
        const INGRESS: &[Kind] =
            &[Kind::SecurityGroup, Kind::Certificate, Kind::LoadBalancer, Kind::Listener, Kind::ListenerRule, Kind::TargetGroup];
        match self {
            Self::Clusters | Self::Services | Self::ServiceDetails | Self::Revisions | Self::SecondLook => &Kind::ALL,
            Self::ClusterDetails => &[Kind::Cluster, Kind::Service],
            Self::Deployments | Self::ExpressServices | Self::Subnets => &[Kind::Service],
            // What a target group leads to, a load balancer behind another one included, needs all the way to it.
            Self::Gateways | Self::TargetGroups | Self::Targets | Self::TargetInterfaces => INGRESS,
            Self::TaskFamilies | Self::TaskDefinitions => &[Kind::TaskDefinition],
            Self::LoadBalancers => INGRESS,
            Self::Listeners | Self::Rules | Self::ListenerCertificates => {
                &[Kind::Certificate, Kind::LoadBalancer, Kind::Listener, Kind::ListenerRule, Kind::TargetGroup]
            }
            Self::Certificates | Self::CertificateUses => &[Kind::Certificate],
            Self::Alarms => &[Kind::Alarm],
            Self::LogGroups => &[Kind::LogGroup],
            Self::SecurityGroups | Self::Interfaces => &[Kind::SecurityGroup],
            Self::ScalableTargets => &[Kind::ScalableTarget, Kind::ScalingPolicy],
            Self::ScalingPolicies => &[Kind::ScalingPolicy],
            Self::TagIndex | Self::Tags => &[
                Kind::LogGroup,
                Kind::Alarm,
                Kind::Certificate,
                Kind::LoadBalancer,
                Kind::Listener,
                Kind::ListenerRule,
                Kind::TargetGroup,
                Kind::ScalableTarget,
            ],
        }
    }
}

/// The complete reads: each collection with the parents (ARNs, ids, names) for which it was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reads(BTreeMap<Collection, BTreeSet<String>>);

impl Reads {
    /// Notes that a collection of the whole scope was read to its end.
    pub fn complete(&mut self, collection: Collection) {
        self.complete_for(collection, "");
    }

    /// Notes that the collection of one parent was read to its end.
    pub fn complete_for(&mut self, collection: Collection, parent: &str) {
        self.0.entry(collection).or_default().insert(parent.to_owned());
    }

    /// Notes that the collection was read to its end for each of these parents.
    pub fn complete_for_all(&mut self, collection: Collection, parents: impl IntoIterator<Item = String>) {
        self.0.entry(collection).or_default().extend(parents);
    }

    /// Takes an entry back: what is not known to be complete is not complete.
    pub fn revoke(&mut self, collection: Collection, parent: &str) {
        if let Some(parents) = self.0.get_mut(&collection) {
            parents.remove(parent);
        }
    }

    /// Whether the collection of the whole scope was read to its end.
    #[must_use]
    pub fn has(&self, collection: Collection) -> bool {
        self.has_for(collection, "")
    }

    /// Whether the collection of one parent was read to its end.
    #[must_use]
    pub fn has_for(&self, collection: Collection, parent: &str) -> bool {
        self.0.get(&collection).is_some_and(|parents| parents.contains(parent))
    }

    /// Every entry: a collection and the parent it was read for (empty for the whole scope).
    pub fn iter(&self) -> impl Iterator<Item = (Collection, &str)> {
        self.0.iter().flat_map(|(collection, parents)| parents.iter().map(|parent| (*collection, parent.as_str())))
    }
}
