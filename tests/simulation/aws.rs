//! One account and Region of AWS as plain values: what its APIs would show at one moment. Every map is keyed by ARN.

use std::collections::{BTreeMap, BTreeSet};

/// An ARN, whole.
pub(crate) type Arn = String;
/// Seconds since 1970.
pub(crate) type Time = i64;
/// Keys and values.
pub(crate) type Tags = BTreeMap<String, String>;

/// The tag by which ECS knows what it manages; its value is `true`.
pub(crate) const MANAGED_TAG: &str = "AmazonECSManaged";
/// The tag that CloudFormation puts on what a stack declares.
pub(crate) const STACK_TAG: &str = "aws:cloudformation:stack-name";

/// All that the account holds in the Region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) region: String,
    pub(crate) now: Time,
    pub(crate) clusters: BTreeMap<Arn, Cluster>,
    /// A purged service is not in the map: ECS calls it MISSING.
    pub(crate) services: BTreeMap<Arn, Service>,
    pub(crate) revisions: BTreeMap<Arn, ServiceRevision>,
    pub(crate) deployments: BTreeMap<Arn, ServiceDeployment>,
    pub(crate) gateways: BTreeMap<Arn, Gateway>,
    pub(crate) gateway_routes: BTreeMap<Arn, GatewayRoute>,
    /// By family: its ACTIVE revisions, oldest first.
    pub(crate) task_definitions: BTreeMap<String, Vec<Arn>>,
    pub(crate) load_balancers: BTreeMap<Arn, LoadBalancer>,
    pub(crate) listeners: BTreeMap<Arn, Listener>,
    /// Without the default rules, which every listener has.
    pub(crate) rules: BTreeMap<Arn, ListenerRule>,
    pub(crate) target_groups: BTreeMap<Arn, TargetGroup>,
    pub(crate) certificates: BTreeMap<Arn, Certificate>,
    pub(crate) security_groups: BTreeMap<Arn, SecurityGroup>,
    /// By id, `eni-…`.
    pub(crate) interfaces: BTreeMap<String, Interface>,
    pub(crate) alarms: BTreeMap<Arn, Alarm>,
    pub(crate) log_groups: BTreeMap<Arn, LogGroup>,
    pub(crate) scalable_targets: BTreeMap<Arn, ScalableTarget>,
    pub(crate) scaling_policies: BTreeMap<Arn, ScalingPolicy>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    pub(crate) container_instances: i32,
    pub(crate) tags: Tags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServiceStatus {
    Active,
    Draining,
    Inactive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Management {
    Ecs,
    Customer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) cluster: Arn,
    pub(crate) name: String,
    pub(crate) status: ServiceStatus,
    pub(crate) management: Management,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    /// Newest first.
    pub(crate) events: Vec<Time>,
    /// `deployments[]` of `DescribeServices`: when each was made and last updated.
    pub(crate) deployments: Vec<(Time, Time)>,
    pub(crate) running_tasks: i32,
    pub(crate) current_revisions: Vec<Arn>,
    pub(crate) current_deployment: Option<Arn>,
    pub(crate) rollback_alarms: Vec<String>,
    pub(crate) infrastructure_role: Option<Arn>,
    /// Ids, of an ordinary service.
    pub(crate) security_groups: Vec<String>,
    /// ARNs, of an ordinary service.
    pub(crate) target_groups: Vec<Arn>,
    pub(crate) tags: Tags,
}

impl Service {
    /// When anything last happened to it.
    pub(crate) fn last_activity(&self) -> Time {
        let deployed = self.deployments.iter().map(|(_, updated)| *updated);
        deployed.chain(self.events.iter().copied()).chain([self.created_at]).max().unwrap_or(self.created_at)
    }
}

/// `ManagedResourceStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ManagedStatus {
    Provisioning,
    Active,
    Deprovisioning,
    Deleted,
    Failed,
}

/// A part of `ecsManagedResources`. Its ARN may be lacking while it is made, or where that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Managed {
    pub(crate) arn: Option<Arn>,
    pub(crate) status: ManagedStatus,
    pub(crate) reason: Option<String>,
    pub(crate) updated_at: Time,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ServiceRevision {
    pub(crate) service: Arn,
    pub(crate) cluster: Arn,
    pub(crate) created_at: Time,
    pub(crate) task_definition: Option<Arn>,
    /// Ids of `networkConfiguration.awsvpcConfiguration`.
    pub(crate) security_groups: Vec<String>,
    pub(crate) ingress_paths: Vec<IngressPath>,
    pub(crate) scalable_target: Option<Managed>,
    pub(crate) scaling_policies: Vec<Managed>,
    pub(crate) alarms: Vec<Managed>,
    /// ARNs, as ECS gives them.
    pub(crate) service_security_groups: Vec<Managed>,
    pub(crate) log_groups: Vec<Managed>,
    pub(crate) gateway_connections: Vec<GatewayConnection>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IngressPath {
    /// `https://HOST`.
    pub(crate) endpoint: String,
    pub(crate) is_public: bool,
    pub(crate) load_balancer: Option<Managed>,
    /// Ids, within the load balancer's part.
    pub(crate) load_balancer_group_ids: Vec<String>,
    /// ARNs, `loadBalancerSecurityGroups`.
    pub(crate) load_balancer_security_groups: Vec<Managed>,
    pub(crate) certificate: Option<Managed>,
    pub(crate) listener: Option<Managed>,
    pub(crate) rule: Option<Managed>,
    pub(crate) target_groups: Vec<Managed>,
}

/// What one gateway made for one service (`hostSharedAlb`), all but the port ARNs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HostSharedAlb {
    pub(crate) certificate: Option<Arn>,
    pub(crate) load_balancer: Option<Arn>,
    pub(crate) load_balancer_security_groups: Vec<Arn>,
    pub(crate) listener: Option<Arn>,
    pub(crate) rule: Option<Arn>,
    pub(crate) test_rule: Option<Arn>,
    pub(crate) service_security_group: Option<Arn>,
    pub(crate) target_groups: [Option<Arn>; 2],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GatewayConnection {
    pub(crate) gateway: Arn,
    pub(crate) route: Arn,
    /// `GatewayRouteStatus`, such as `ACTIVE`.
    pub(crate) status: String,
    pub(crate) resources: HostSharedAlb,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceDeployment {
    pub(crate) service: Arn,
    /// `ServiceDeploymentStatus`, such as `IN_PROGRESS`.
    pub(crate) status: String,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    pub(crate) finished_at: Option<Time>,
    pub(crate) source_revisions: Vec<Arn>,
    pub(crate) target_revision: Option<Arn>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gateway {
    pub(crate) name: String,
    /// Load balancer, listener and security-group id of each of its parts (`DescribeGatewayResources`).
    pub(crate) resources: Vec<GatewayPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GatewayPart {
    pub(crate) load_balancer: Arn,
    pub(crate) listener: Arn,
    pub(crate) security_group: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GatewayRoute {
    pub(crate) gateway: Arn,
    pub(crate) service: Arn,
    pub(crate) status: String,
    pub(crate) resources: HostSharedAlb,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoadBalancer {
    pub(crate) name: String,
    /// `application` or `network`.
    pub(crate) kind: String,
    /// `internet-facing` or `internal`.
    pub(crate) scheme: String,
    pub(crate) vpc: String,
    pub(crate) created_at: Time,
    /// Ids.
    pub(crate) security_groups: Vec<String>,
    pub(crate) tags: Tags,
}

/// What a listener by default, or a rule, does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A fixed response of that status code, such as `404`.
    FixedResponse(String),
    /// To target groups, with weights.
    Forward(Vec<(Arn, i32)>),
    /// To that host.
    Redirect(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listener {
    pub(crate) load_balancer: Arn,
    pub(crate) port: i32,
    pub(crate) protocol: String,
    pub(crate) default_action: Action,
    /// The first is the default one, the others are for SNI.
    pub(crate) certificates: Vec<Arn>,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListenerRule {
    pub(crate) listener: Arn,
    pub(crate) priority: i32,
    /// Conditions `host-header`.
    pub(crate) hosts: Vec<String>,
    /// Conditions `path-pattern`.
    pub(crate) paths: Vec<String>,
    pub(crate) action: Action,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TargetGroup {
    pub(crate) name: String,
    /// `ip`, `instance` or `alb`.
    pub(crate) target_type: String,
    pub(crate) vpc: String,
    pub(crate) port: i32,
    /// Addresses, or the ARN of a load balancer.
    pub(crate) targets: Vec<String>,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    pub(crate) domain: String,
    /// Such as `RSA_2048` or `EC_prime256v1`; ACM lists only the first unless asked for others.
    pub(crate) key_type: String,
    pub(crate) created_at: Time,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SecurityGroup {
    pub(crate) id: String,
    /// The account that it belongs to; a shared VPC shows others' too.
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) vpc: String,
    /// Ids that its inbound rules name.
    pub(crate) ingress: BTreeSet<String>,
    /// Ids that its outbound rules name.
    pub(crate) egress: BTreeSet<String>,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Interface {
    /// `ELB app/NAME/ID` for a load balancer's, `arn:aws:ecs:…:attachment/…` for a task's.
    pub(crate) description: String,
    pub(crate) requester: Option<String>,
    /// Ids.
    pub(crate) security_groups: Vec<String>,
    /// IPv4; the first is the primary one.
    pub(crate) addresses: Vec<String>,
    pub(crate) ipv6_addresses: Vec<String>,
    pub(crate) public_address: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AlarmKind {
    /// Of one metric each: dimensions such as `LoadBalancer` = `app/NAME/ID`, `TargetGroup` = `targetgroup/NAME/ID`.
    Metric { metrics: Vec<Vec<(String, String)>> },
    /// The rule, such as `ALARM("prod/web/RollbackAlarm")`.
    Composite { rule: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    pub(crate) name: String,
    pub(crate) kind: AlarmKind,
    pub(crate) configured_at: Time,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogGroup {
    pub(crate) name: String,
    pub(crate) created_at: Time,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScalableTarget {
    /// `service/CLUSTER/NAME`.
    pub(crate) resource_id: String,
    pub(crate) created_at: Time,
    pub(crate) tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScalingPolicy {
    pub(crate) name: String,
    /// `service/CLUSTER/NAME`.
    pub(crate) resource_id: String,
    pub(crate) created_at: Time,
    /// ARNs of the alarms it made.
    pub(crate) alarms: Vec<Arn>,
}

impl Account {
    /// An account in which nothing is.
    pub(crate) fn new(now: Time) -> Self {
        Self { id: "123456789012".into(), region: "eu-west-1".into(), now, ..Self::default() }
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> Arn {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.id)
    }

    /// The ARN of the security group of that id.
    pub(crate) fn group_arn(&self, id: &str) -> Arn {
        self.arn("ec2", &format!("security-group/{id}"))
    }

    /// Services of a cluster in a state (`activeServicesCount`, `drainingFargateServiceCount`).
    pub(crate) fn count(&self, cluster: &str, status: ServiceStatus) -> usize {
        self.services.values().filter(|service| service.cluster == cluster && service.status == status).count()
    }

    /// Tasks of a cluster (`runningTasksCount`).
    pub(crate) fn running_tasks(&self, cluster: &str) -> i32 {
        self.services.values().filter(|service| service.cluster == cluster).map(|service| service.running_tasks).sum()
    }

    /// `InUseBy` of a certificate: load balancers by ARN.
    pub(crate) fn uses_of_certificate(&self, certificate: &str) -> BTreeSet<Arn> {
        let presents = |listener: &&Listener| listener.certificates.iter().any(|arn| arn == certificate);
        self.listeners.values().filter(presents).map(|listener| listener.load_balancer.clone()).collect()
    }

    /// `LoadBalancerArns` of a target group.
    pub(crate) fn balancers_of_target_group(&self, group: &str) -> BTreeSet<Arn> {
        let of_rule = |rule: &ListenerRule| self.listeners.get(&rule.listener).map(|listener| listener.load_balancer.clone());
        let of_rules = self.rules.values().filter(|rule| rule.action.forwards_to(group)).filter_map(of_rule);
        let of_defaults = self.listeners.values().filter(|l| l.default_action.forwards_to(group)).map(|l| l.load_balancer.clone());
        of_rules.chain(of_defaults).collect()
    }

    /// The tags of anything that has some.
    pub(crate) fn tags(&self, arn: &str) -> Option<&Tags> {
        None.or_else(|| self.load_balancers.get(arn).map(|r| &r.tags))
            .or_else(|| self.listeners.get(arn).map(|r| &r.tags))
            .or_else(|| self.rules.get(arn).map(|r| &r.tags))
            .or_else(|| self.target_groups.get(arn).map(|r| &r.tags))
            .or_else(|| self.certificates.get(arn).map(|r| &r.tags))
            .or_else(|| self.security_groups.get(arn).map(|r| &r.tags))
            .or_else(|| self.alarms.get(arn).map(|r| &r.tags))
            .or_else(|| self.log_groups.get(arn).map(|r| &r.tags))
            .or_else(|| self.scalable_targets.get(arn).map(|r| &r.tags))
            .or_else(|| self.clusters.get(arn).map(|r| &r.tags))
            .or_else(|| self.services.get(arn).map(|r| &r.tags))
    }

    /// The tags of anything that has some, to be changed.
    pub(crate) fn tags_mut(&mut self, arn: &str) -> Option<&mut Tags> {
        None.or_else(|| self.load_balancers.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.listeners.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.rules.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.target_groups.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.certificates.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.security_groups.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.alarms.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.log_groups.get_mut(arn).map(|r| &mut r.tags))
            .or_else(|| self.scalable_targets.get_mut(arn).map(|r| &mut r.tags))
    }
}

impl IngressPath {
    fn managed_mut(&mut self) -> impl Iterator<Item = &mut Managed> {
        let single = [&mut self.load_balancer, &mut self.certificate, &mut self.listener, &mut self.rule];
        single.into_iter().flatten().chain(&mut self.load_balancer_security_groups).chain(&mut self.target_groups)
    }
}

impl ServiceRevision {
    /// Every resource that ECS manages for it, to be changed.
    pub(crate) fn managed_mut(&mut self) -> impl Iterator<Item = &mut Managed> {
        let scaling = self.scalable_target.iter_mut().chain(&mut self.scaling_policies).chain(&mut self.alarms);
        let others = scaling.chain(&mut self.service_security_groups).chain(&mut self.log_groups);
        self.ingress_paths.iter_mut().flat_map(IngressPath::managed_mut).chain(others)
    }
}

impl Action {
    /// Whether it forwards to the target group, whatever the weight.
    pub(crate) fn forwards_to(&self, group: &str) -> bool {
        matches!(self, Self::Forward(groups) if groups.iter().any(|(arn, _)| arn == group))
    }
}
