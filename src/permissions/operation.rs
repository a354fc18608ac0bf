//! One row of the table.

use crate::inventory::Collection;
use crate::model::Kind;

/// An API that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Api {
    /// Amazon ECS.
    Ecs,
    /// Elastic Load Balancing, version 2.
    LoadBalancing,
    /// AWS Certificate Manager.
    Acm,
    /// Amazon CloudWatch.
    CloudWatch,
    /// Amazon CloudWatch Logs.
    Logs,
    /// Application Auto Scaling.
    AutoScaling,
    /// Amazon EC2.
    Ec2,
    /// The Resource Groups Tagging API.
    Tagging,
    /// AWS Identity and Access Management.
    Iam,
    /// AWS CloudFormation.
    CloudFormation,
    /// AWS Organizations.
    Organizations,
}

impl Api {
    /// What AWS's SDKs call it.
    #[must_use]
    pub fn service_id(self) -> &'static str {
        match self {
            Self::Ecs => "ECS",
            Self::LoadBalancing => "Elastic Load Balancing v2",
            Self::Acm => "ACM",
            Self::CloudWatch => "CloudWatch",
            Self::Logs => "CloudWatch Logs",
            Self::AutoScaling => "Application Auto Scaling",
            Self::Ec2 => "EC2",
            Self::Tagging => "Resource Groups Tagging API",
            Self::Iam => "IAM",
            Self::CloudFormation => "CloudFormation",
            Self::Organizations => "Organizations",
        }
    }

    /// What IAM's actions begin with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::LoadBalancing => "elasticloadbalancing",
            Self::Acm => "acm",
            Self::CloudWatch => "cloudwatch",
            Self::Logs => "logs",
            Self::AutoScaling => "application-autoscaling",
            Self::Ec2 => "ec2",
            Self::Tagging => "tag",
            Self::Iam => "iam",
            Self::CloudFormation => "cloudformation",
            Self::Organizations => "organizations",
        }
    }
}

/// On what occasion an operation is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Occasion {
    /// By every scan, also of an empty Region.
    EveryScan,
    /// Where there is a cluster, a service, a load balancer or a gateway to ask about.
    PerParent,
    /// Where something may be a leftover, a service is leaving, or a service was asked for by name.
    OnSuspicion,
    /// By `preflight`, where a plan names one. No scan uses it.
    OnPlan,
    /// For a declaration that is a stack (`-d cfn://…`). No scan uses it.
    OnDeclaration,
    /// Before scans of all Regions. No scan of one scope uses it.
    OnAllRegions,
    /// Before scans of a whole organization. No scan of one scope uses it.
    OnOrganization,
}

impl Occasion {
    /// A word or two for a table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EveryScan => "always",
            Self::PerParent => "where there is one",
            Self::OnSuspicion => "on suspicion",
            Self::OnPlan => "by `preflight`",
            Self::OnDeclaration => "with `-d cfn://`",
            Self::OnAllRegions => "with `--all-regions`",
            Self::OnOrganization => "with `--organization`",
        }
    }

    /// Whether it is used in a scope that is read, and not to find out which ones are.
    #[must_use]
    pub fn is_in_a_scope(self) -> bool {
        match self {
            Self::EveryScan | Self::PerParent | Self::OnSuspicion | Self::OnPlan => true,
            Self::OnDeclaration | Self::OnAllRegions | Self::OnOrganization => false,
        }
    }
}

/// To what a permission can be narrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Resources {
    /// To nothing: IAM takes `*` only, or anything narrower would hide something.
    Any,
    /// To resources of these ARN patterns, in every partition.
    These(&'static [&'static str]),
}

impl Resources {
    /// The patterns of a policy.
    #[must_use]
    pub fn patterns(self) -> &'static [&'static str] {
        match self {
            Self::Any => &["*"],
            Self::These(patterns) => patterns,
        }
    }
}

/// An operation that is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Whose it is.
    pub api: Api,
    /// Its name: `ListClusters`.
    pub name: &'static str,
    /// What is not known where it fails; `None` where that is no collection.
    pub collection: Option<Collection>,
    /// When it is used.
    pub occasion: Occasion,
    /// To what its permission can be narrowed.
    pub resources: Resources,
    /// What it is read for, in a few words.
    pub reason: &'static str,
    /// The kinds about which less can be said without it.
    pub kinds: &'static [Kind],
}

/// A row whose kinds are its collection's.
pub(super) const fn row(
    api: Api,
    name: &'static str,
    collection: Collection,
    occasion: Occasion,
    resources: Resources,
    reason: &'static str,
) -> Operation {
    Operation { api, name, collection: Some(collection), occasion, resources, reason, kinds: collection.kinds() }
}

/// A row of an operation that only the judgement of a plan needs.
pub(super) const fn planning(
    api: Api,
    name: &'static str,
    collection: Option<Collection>,
    resources: Resources,
    reason: &'static str,
) -> Operation {
    Operation { api, name, collection, occasion: Occasion::OnPlan, resources, reason, kinds: &[Kind::Service] }
}

/// A row of an operation that only a declaration needs: a declaration that cannot be read ends the run.
pub(super) const fn declaring(api: Api, name: &'static str, resources: Resources, reason: &'static str) -> Operation {
    Operation { api, name, collection: None, occasion: Occasion::OnDeclaration, resources, reason, kinds: &[] }
}

/// A row of an operation that only finds out what there is to scan.
pub(super) const fn listing(api: Api, name: &'static str, occasion: Occasion, reason: &'static str) -> Operation {
    Operation { api, name, collection: None, occasion, resources: Resources::Any, reason, kinds: &Kind::ALL }
}

impl Operation {
    /// Where one of several APIs reads the collection: the kinds that are this one's.
    pub(super) const fn of(mut self, kinds: &'static [Kind]) -> Self {
        self.kinds = kinds;
        self
    }

    /// The IAM action that it needs; all of these are named as their operations.
    #[must_use]
    pub fn action(&self) -> String {
        format!("{}:{}", self.api.prefix(), self.name)
    }
}
