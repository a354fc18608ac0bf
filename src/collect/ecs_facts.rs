//! The pure translation of ECS's answers into facts. Environment variables, commands and messages stay behind; of the reasons that ECS
//! gives, only those of FAILED resources are kept.

use std::collections::BTreeSet;

use aws_sdk_ecs::types as sdk;

use crate::kinds::{
    Cluster, DatedFact, GatewayConnection, IngressPath, ManagedResource, ManagedStatus, Management, Marks, Service, ServiceName,
    ServiceRevision, ServiceStatus, security_group_arn,
};
use crate::model::{Arn, Kind, Scope, Timestamp};

pub(super) fn time(time: Option<&aws_smithy_types::DateTime>) -> Option<Timestamp> {
    time.map(|time| Timestamp::from_unix_seconds(time.secs()))
}

fn marks(tags: &[sdk::Tag], wanted: &BTreeSet<String>) -> Marks {
    Marks::from_tags(tags.iter().map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default())), wanted)
}

pub(super) fn cluster(of: &sdk::Cluster, wanted: &BTreeSet<String>) -> Option<Cluster> {
    let counted = |name: &str| of.statistics().iter().find(|pair| pair.name() == Some(name)).and_then(|pair| pair.value()?.parse().ok());
    let count = |count: i32| u64::try_from(count).ok();
    Some(Cluster {
        arn: of.cluster_arn().and_then(Arn::parse)?,
        name: of.cluster_name()?.to_owned(),
        active_services: count(of.active_services_count()),
        draining_services: counted("drainingFargateServiceCount"),
        tasks: count(of.running_tasks_count().saturating_add(of.pending_tasks_count())),
        container_instances: count(of.registered_container_instances_count()),
        marks: marks(of.tags(), wanted),
    })
}

/// A cluster of which nothing but its ARN is known.
pub(super) fn unanswered_cluster(arn: &Arn) -> Cluster {
    Cluster {
        arn: arn.clone(),
        name: arn.last_segment().to_owned(),
        active_services: None,
        draining_services: None,
        tasks: None,
        container_instances: None,
        marks: Marks::default(),
    }
}

pub(super) fn service_arn(scope: &Scope, name: &ServiceName) -> Arn {
    Arn::new(scope, "ecs", &format!("service/{}/{}", name.cluster, name.name))
}

/// A service of which nothing but its name is known.
pub(super) fn unanswered(scope: &Scope, name: ServiceName, status: ServiceStatus) -> Service {
    Service {
        arn: service_arn(scope, &name),
        management: if status == ServiceStatus::Unknown { Management::Ecs } else { Management::Unknown },
        name,
        status,
        created_at: None,
        last_activity: None,
        running_tasks: 0,
        revisions: Vec::new(),
        current_deployment: None,
        is_deploying: None,
        rollback_alarms: Vec::new(),
        infrastructure_role: None,
        security_groups: Vec::new(),
        target_groups: Vec::new(),
        marks: Marks::default(),
    }
}

pub(super) fn service(scope: &Scope, of: &sdk::Service, wanted: &BTreeSet<String>) -> Option<Service> {
    let cluster = of.cluster_arn().and_then(Arn::parse)?;
    let name = ServiceName { cluster: cluster.last_segment().to_owned(), name: of.service_name()?.to_owned() };
    let mut service = unanswered(scope, name, status(of.status()));
    service.management = match of.resource_management_type() {
        Some(sdk::ResourceManagementType::Ecs) => Management::Ecs,
        Some(sdk::ResourceManagementType::Customer) => Management::Customer,
        _ => Management::Unknown,
    };
    service.created_at = time(of.created_at());
    service.running_tasks = u64::try_from(of.running_count()).unwrap_or(0);
    service.revisions = of.current_service_revisions().iter().filter_map(|revision| Arn::parse(revision.arn()?)).collect();
    // Without a current deployment none is in flight; with one, its own status tells.
    service.current_deployment = of.current_service_deployment().and_then(Arn::parse);
    service.is_deploying = if of.current_service_deployment().is_none() { Some(false) } else { None };
    let alarms = of.deployment_configuration().and_then(|configuration| configuration.alarms());
    service.rollback_alarms = alarms.map(|alarms| alarms.alarm_names().to_vec()).unwrap_or_default();
    service.security_groups = own_security_groups(scope, of);
    service.target_groups = own_target_groups(of);
    service.marks = marks(of.tags(), wanted);
    for at in of.events().iter().filter_map(|event| time(event.created_at())) {
        note_activity(&mut service, at, "last event");
    }
    for at in of.deployments().iter().flat_map(|d| [time(d.created_at()), time(d.updated_at())]).flatten() {
        note_activity(&mut service, at, "last deployment");
    }
    Some(service)
}

/// Keeps the latest of the times at which the service is known to have done something.
pub(super) fn note_activity(service: &mut Service, at: Timestamp, what: &str) {
    if service.last_activity.as_ref().is_none_or(|known| known.at < at) {
        service.last_activity = Some(DatedFact { at, what: what.to_owned() });
    }
}

fn status(of: Option<&str>) -> ServiceStatus {
    match of {
        Some("ACTIVE") => ServiceStatus::Active,
        Some("DRAINING") => ServiceStatus::Draining,
        Some("INACTIVE") => ServiceStatus::Inactive,
        _ => ServiceStatus::Unknown,
    }
}

fn own_security_groups(scope: &Scope, of: &sdk::Service) -> Vec<Arn> {
    let service = of.network_configuration();
    let deployments = of.deployments().iter().filter_map(|deployment| deployment.network_configuration());
    let task_sets = of.task_sets().iter().filter_map(|set| set.network_configuration());
    let networks = service.into_iter().chain(deployments).chain(task_sets).filter_map(|network| network.awsvpc_configuration());
    networks.flat_map(|network| network.security_groups()).map(|id| security_group_arn(scope, id)).collect()
}

fn own_target_groups(of: &sdk::Service) -> Vec<Arn> {
    let task_sets = of.task_sets().iter().flat_map(|set| set.load_balancers());
    let balancers = of.load_balancers().iter().chain(task_sets);
    let alternate = |b: &sdk::LoadBalancer| b.advanced_configuration().and_then(|a| a.alternate_target_group_arn()).and_then(Arn::parse);
    balancers.flat_map(|b| [b.target_group_arn().and_then(Arn::parse), alternate(b)]).flatten().collect()
}

pub(super) fn revision(scope: &Scope, of: &sdk::ServiceRevision) -> Option<ServiceRevision> {
    let managed = of.ecs_managed_resources();
    let network = of.network_configuration().and_then(|network| network.awsvpc_configuration());
    let groups = network.map(|network| network.security_groups()).unwrap_or_default();
    Some(ServiceRevision {
        arn: of.service_revision_arn().and_then(Arn::parse)?,
        service: of.service_arn().and_then(Arn::parse)?,
        created_at: time(of.created_at()),
        task_definition: of.task_definition().and_then(Arn::parse),
        security_groups: groups.iter().map(|id| security_group_arn(scope, id)).collect(),
        ingress_paths: managed.map(|m| m.ingress_paths().iter().map(|path| ingress_path(scope, path)).collect()).unwrap_or_default(),
        others: managed.map(|m| others(scope, m)).unwrap_or_default(),
        gateway_connections: managed.map(|m| m.gateway_connections().iter().map(gateway_connection).collect()).unwrap_or_default(),
    })
}

fn ingress_path(scope: &Scope, of: &sdk::ManagedIngressPath) -> IngressPath {
    let mut parts = Vec::new();
    if let Some(p) = of.load_balancer() {
        parts.push(managed(Kind::LoadBalancer, p.arn(), p.status(), p.status_reason()));
        let groups = p.security_group_ids().iter().map(|id| security_group_arn(scope, id));
        parts.extend(groups.map(|arn| managed(Kind::SecurityGroup, Some(arn.as_str()), p.status(), None)));
    }
    parts.extend(of.load_balancer_security_groups().iter().map(|p| security_group(scope, p)));
    parts.extend(of.certificate().map(|p| managed(Kind::Certificate, p.arn(), p.status(), p.status_reason())));
    parts.extend(of.listener().map(|p| managed(Kind::Listener, p.arn(), p.status(), p.status_reason())));
    parts.extend(of.rule().map(|p| managed(Kind::ListenerRule, p.arn(), p.status(), p.status_reason())));
    parts.extend(of.target_groups().iter().map(|p| managed(Kind::TargetGroup, p.arn(), p.status(), p.status_reason())));
    let endpoint = of.endpoint();
    let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
    IngressPath { host: host.trim_end_matches('/').to_owned(), parts }
}

fn others(scope: &Scope, of: &sdk::EcsManagedResources) -> Vec<ManagedResource> {
    let mut others = Vec::new();
    if let Some(scaling) = of.auto_scaling() {
        others.extend(scaling.scalable_target().map(|p| managed(Kind::ScalableTarget, p.arn(), p.status(), p.status_reason())));
        let policies = scaling.application_auto_scaling_policies().iter();
        others.extend(policies.map(|p| managed(Kind::ScalingPolicy, p.arn(), p.status(), p.status_reason())));
    }
    others.extend(of.metric_alarms().iter().map(|p| managed(Kind::Alarm, p.arn(), p.status(), p.status_reason())));
    others.extend(of.service_security_groups().iter().map(|p| security_group(scope, p)));
    others.extend(of.log_groups().iter().map(|p| managed(Kind::LogGroup, p.arn(), p.status(), p.status_reason())));
    others
}

/// ECS gives ARNs here; an id is taken too.
fn security_group(scope: &Scope, of: &sdk::ManagedSecurityGroup) -> ManagedResource {
    let arn = of.arn().map(|arn| if arn.starts_with("sg-") { security_group_arn(scope, arn).to_string() } else { arn.to_owned() });
    managed(Kind::SecurityGroup, arn.as_deref(), of.status(), of.status_reason())
}

fn managed(kind: Kind, arn: Option<&str>, status: &sdk::ManagedResourceStatus, reason: Option<&str>) -> ManagedResource {
    let status = match status {
        sdk::ManagedResourceStatus::Provisioning => ManagedStatus::Provisioning,
        sdk::ManagedResourceStatus::Active => ManagedStatus::Active,
        sdk::ManagedResourceStatus::Deprovisioning => ManagedStatus::Deprovisioning,
        sdk::ManagedResourceStatus::Deleted => ManagedStatus::Deleted,
        sdk::ManagedResourceStatus::Failed => ManagedStatus::Failed,
        _ => ManagedStatus::Unknown,
    };
    // ECS's own words are kept only where they are the finding.
    let reason = reason.filter(|_| status == ManagedStatus::Failed).map(|reason| reason.chars().take(500).collect());
    ManagedResource { kind, arn: arn.and_then(Arn::parse), status, reason }
}

fn gateway_connection(of: &sdk::GatewayConnection) -> GatewayConnection {
    let parts = of.resources().and_then(|resources| resources.as_host_shared_alb().ok()).map(Vec::as_slice).unwrap_or_default();
    let arns = parts.iter().flat_map(|part| {
        let single = [
            part.acm_certificate_arn(),
            part.load_balancer_arn(),
            part.listener_arn(),
            part.listener_rule_arn(),
            part.test_listener_rule_arn(),
            part.target_group_arn(),
            part.alternate_target_group_arn(),
        ];
        single.into_iter().flatten().chain(part.load_balancer_security_group_arns().iter().map(String::as_str))
    });
    let is_serving = matches!(
        of.status(),
        Some(sdk::GatewayRouteStatus::Active | sdk::GatewayRouteStatus::UpdateInProgress | sdk::GatewayRouteStatus::UpdateFailed)
    );
    GatewayConnection { is_serving, resources: arns.filter_map(Arn::parse).collect() }
}
