//! Whatever a snapshot has a line for: the resources of the thirteen kinds, and what tells of their use.

use serde::Serialize;

use crate::inventory::{Gateway, Interface, ScopeInventory};
use crate::kinds::{ActiveConfiguration, Cluster, ManagedTag, Marks, Resource, Service, ServiceName, ServiceRevision, TaskFamily};
use crate::model::{Arn, Kind, Timestamp};

/// One of them.
#[derive(Clone, Copy)]
pub(super) enum Record<'a> {
    Cluster(&'a Cluster),
    Service(&'a Service),
    Revision(&'a ServiceRevision),
    Configuration(&'a ActiveConfiguration),
    Family(&'a TaskFamily),
    Resource(Resource<'a>),
    Interface(&'a Interface),
    Gateway(&'a Gateway),
}

/// Everything that was read in a scope.
pub(super) fn all(live: &ScopeInventory) -> impl Iterator<Item = Record<'_>> {
    let of_services = live.services.iter().map(Record::Service).chain(live.revisions.iter().map(Record::Revision));
    let of_services = of_services.chain(live.configurations.iter().map(Record::Configuration));
    let beside = live.interfaces.iter().map(Record::Interface).chain(live.gateways.iter().map(Record::Gateway));
    live.clusters
        .iter()
        .map(Record::Cluster)
        .chain(of_services)
        .chain(live.task_families.iter().map(Record::Family))
        .chain(live.resources().map(Record::Resource))
        .chain(beside)
}

impl<'a> Record<'a> {
    /// One of the thirteen kinds, or what a snapshot calls it.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Cluster(_) => Kind::Cluster.as_str(),
            Self::Service(_) => Kind::Service.as_str(),
            Self::Family(_) => Kind::TaskDefinition.as_str(),
            Self::Resource(resource) => resource.kind().as_str(),
            Self::Revision(_) => "service-revision",
            Self::Configuration(_) => "active-configuration",
            Self::Interface(_) => "interface",
            Self::Gateway(_) => "gateway",
        }
    }

    /// Its ARN. A family of task definitions has that of its newest ACTIVE revision, as a finding about it does.
    pub(super) fn arn(self) -> Option<&'a Arn> {
        match self {
            Self::Cluster(of) => Some(&of.arn),
            Self::Service(of) => Some(&of.arn),
            Self::Revision(of) => Some(&of.arn),
            Self::Family(of) => of.revisions.last(),
            Self::Resource(of) => Some(of.arn()),
            Self::Gateway(of) => Some(&of.arn),
            Self::Configuration(of) => of.revision.as_ref(),
            Self::Interface(_) => None,
        }
    }

    /// What a person calls it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Cluster(of) => of.name.clone(),
            Self::Service(of) => of.name.name.clone(),
            Self::Revision(of) => of.arn.last_segment().to_owned(),
            Self::Configuration(of) => of.service.last_segment().to_owned(),
            Self::Family(of) => of.name.clone(),
            Self::Resource(of) => of.name(),
            Self::Interface(of) => of.id.clone(),
            Self::Gateway(of) => of.name.clone(),
        }
    }

    /// The service that it is, is of, or names; whether that lives is another matter.
    pub(super) fn service(self) -> Option<ServiceName> {
        match self {
            Self::Service(of) => Some(of.name.clone()),
            Self::Revision(of) => ServiceName::of_arn(&of.service),
            Self::Configuration(of) => ServiceName::of_arn(&of.service),
            Self::Resource(of) => of.named_service(),
            Self::Cluster(_) | Self::Family(_) | Self::Interface(_) | Self::Gateway(_) => None,
        }
    }

    /// When it was made (an alarm: last configured), for what says so.
    pub(super) fn created_at(self) -> Option<Timestamp> {
        match self {
            Self::Service(of) => of.created_at,
            Self::Revision(of) => of.created_at,
            Self::Resource(of) => of.created_at(),
            Self::Cluster(_) | Self::Configuration(_) | Self::Family(_) | Self::Interface(_) | Self::Gateway(_) => None,
        }
    }

    /// What is known of its tag `AmazonECSManaged`.
    pub(super) fn managed_tag(self) -> Option<&'static str> {
        Some(match self.marks()?.tag {
            ManagedTag::Unread => "unread",
            ManagedTag::Indexed => "indexed",
            ManagedTag::Present => "present",
            ManagedTag::Absent => "absent",
        })
    }

    /// The CloudFormation stack that declares it.
    pub(super) fn stack(self) -> Option<&'a str> {
        self.marks()?.stack.as_deref()
    }

    fn marks(self) -> Option<&'a Marks> {
        match self {
            Self::Cluster(of) => Some(&of.marks),
            Self::Service(of) => Some(&of.marks),
            Self::Resource(of) => of.marks(),
            Self::Revision(_) | Self::Configuration(_) | Self::Family(_) | Self::Interface(_) | Self::Gateway(_) => None,
        }
    }

    /// Everything that a snapshot holds of it, as JSON: no secret, since that holds none.
    pub(super) fn facts(self) -> String {
        match self {
            Self::Cluster(of) => json(of),
            Self::Service(of) => json(of),
            Self::Revision(of) => json(of),
            Self::Configuration(of) => json(of),
            Self::Family(of) => json(of),
            Self::Resource(of) => facts_of(of),
            Self::Interface(of) => json(of),
            Self::Gateway(of) => json(of),
        }
    }
}

fn facts_of(resource: Resource<'_>) -> String {
    match resource {
        Resource::LoadBalancer(of) => json(of),
        Resource::Listener(of) => json(of),
        Resource::ListenerRule(of) => json(of),
        Resource::TargetGroup(of) => json(of),
        Resource::Certificate(of) => json(of),
        Resource::SecurityGroup(of) => json(of),
        Resource::Alarm(of) => json(of),
        Resource::LogGroup(of) => json(of),
        Resource::ScalableTarget(of) => json(of),
        Resource::ScalingPolicy(of) => json(of),
    }
}

fn json(of: &impl Serialize) -> String {
    serde_json::to_string(of).expect("a snapshot is made of the same")
}
