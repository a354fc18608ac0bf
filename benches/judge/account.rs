//! An account for the benchmarks of the judgement.

use ecs_express_audit::inventory::{Collection, ScopeInventory};
use ecs_express_audit::kinds::{
    Alarm, Certificate, Cluster, DefaultAction, IngressPath, Listener, ListenerRule, LoadBalancer, LogGroup, ManagedResource,
    ManagedStatus, ManagedTag, Management, Marks, ScalableTarget, ScalingPolicy, SecurityGroup, Service, ServiceName, ServiceRevision,
    ServiceStatus, TargetGroup, security_group_arn,
};
use ecs_express_audit::model::{Arn, Kind, Scope, Timestamp};

/// Resources of one service, itself among them, beside its share of a load balancer.
pub(crate) const RESOURCES_OF_ONE: usize = 10;

/// An account with that many services, 25 on a load balancer; every twentieth is dead and left everything.
pub(crate) fn account(id: &str, services: usize) -> ScopeInventory {
    let scope = Scope { partition: "aws".into(), account: id.to_owned(), region: "us-east-1".into() };
    let made = Timestamp::from_unix_seconds(1_790_000_000);
    let mut live = ScopeInventory::unread(scope, made);
    live.finished_at = Timestamp::from_unix_seconds(1_793_000_000);
    live.api_calls = 400;
    for collection in Collection::OF_SCOPE {
        live.reads.complete(collection);
    }
    let cluster = ecs(&live.scope, "cluster/prod");
    live.reads.complete_for(Collection::Services, cluster.as_str());
    live.reads.complete_for(Collection::ClusterDetails, cluster.as_str());
    let counts = (Some(services as u64), Some(0), Some(0), Some(0));
    let (active_services, draining_services, tasks, container_instances) = counts;
    let name = "prod".to_owned();
    live.clusters.push(Cluster { arn: cluster, name, active_services, draining_services, tasks, container_instances, marks: tagged() });
    for n in 0..services {
        if n.is_multiple_of(25) {
            add_balancer(&mut live, n / 25, made);
        }
        add_service(&mut live, n, made);
    }
    live.sort();
    live
}

fn tagged() -> Marks {
    Marks { tag: ManagedTag::Present, ..Marks::default() }
}

fn ecs(scope: &Scope, resource: &str) -> Arn {
    Arn::new(scope, "ecs", resource)
}

fn elb(scope: &Scope, resource: &str) -> Arn {
    Arn::new(scope, "elasticloadbalancing", resource)
}

fn add_balancer(live: &mut ScopeInventory, n: usize, made: Timestamp) {
    let scope = live.scope.clone();
    let (name, group) = (format!("ecs-express-gateway-alb-{n:08x}"), format!("sg-a{n:08x}"));
    let arn = elb(&scope, &format!("loadbalancer/app/{name}/{n:016x}"));
    let listener = elb(&scope, &format!("listener/app/{name}/{n:016x}/{n:016x}"));
    live.reads.complete_for(Collection::Listeners, arn.as_str());
    live.reads.complete_for(Collection::Rules, listener.as_str());
    live.reads.complete_for(Collection::ListenerCertificates, listener.as_str());
    live.listeners.push(Listener {
        arn: listener,
        load_balancer: arn.clone(),
        port: Some(443),
        protocol: Some("HTTPS".into()),
        default_action: DefaultAction::NotFound,
        forwards_to: Vec::new(),
        certificates: Vec::new(),
        marks: tagged(),
    });
    let security_group = security_group_arn(&scope, &group);
    live.load_balancers.push(LoadBalancer {
        arn,
        name,
        created_at: Some(made),
        vpc: None,
        scheme: None,
        security_groups: vec![security_group.clone()],
        marks: tagged(),
    });
    live.security_groups.push(SecurityGroup {
        arn: security_group,
        id: group,
        name: format!("ecs-express-gateway-alb-sg-{n:013}"),
        vpc: None,
        described_service: None,
        is_for_express_balancer: true,
        names: Vec::new(),
        marks: tagged(),
    });
}

#[expect(clippy::too_many_lines, reason = "one struct after another; splitting it would only hide that")]
fn add_service(live: &mut ScopeInventory, n: usize, made: Timestamp) {
    let scope = live.scope.clone();
    let is_dead = n.is_multiple_of(20);
    let name = ServiceName { cluster: "prod".into(), name: format!("service-{n}") };
    let (service, revision) =
        (ecs(&scope, &format!("service/prod/service-{n}")), ecs(&scope, &format!("service-revision/prod/service-{n}/1")));
    let listener = live.listeners.last().map(|listener| listener.arn.clone()).expect("a balancer comes first");
    let balancer = live.load_balancers.last().map(|balancer| balancer.arn.clone()).expect("a balancer comes first");
    let host = format!("se-{n:032x}.ecs.us-east-1.on.aws");
    let rule = Arn::parse(&format!("{}/{n:016x}", listener.as_str().replacen(":listener/", ":listener-rule/", 1))).expect("an ARN");
    let target_groups: Vec<Arn> = (0..2).map(|i| elb(&scope, &format!("targetgroup/ecs-gateway-tg-{:017x}/{n:016x}", 2 * n + i))).collect();
    let certificate = Arn::new(&scope, "acm", &format!("certificate/{n:032x}"));
    let group = security_group_arn(&scope, &format!("sg-{n:08x}"));
    let alarm = Arn::new(&scope, "cloudwatch", &format!("alarm:prod/service-{n}/RollbackAlarm"));
    let log_group = Arn::new(&scope, "logs", &format!("log-group:/aws/ecs/prod/service-{n}-0a1b"));
    let target = Arn::new(&scope, "application-autoscaling", &format!("scalable-target/{n:08x}"));
    let policy = Arn::new(&scope, "autoscaling", &format!("scalingPolicy:{n:08x}"));
    let resource_id = format!("service/prod/service-{n}");
    let managed = |kind: Kind, arn: &Arn| ManagedResource { kind, arn: Some(arn.clone()), status: ManagedStatus::Active, reason: None };
    live.reads.complete_for(Collection::ServiceDetails, service.as_str());
    if !is_dead {
        live.reads.complete_for(Collection::Revisions, revision.as_str());
        let mut parts = vec![
            managed(Kind::LoadBalancer, &balancer),
            managed(Kind::Certificate, &certificate),
            managed(Kind::Listener, &listener),
            managed(Kind::ListenerRule, &rule),
        ];
        parts.extend(target_groups.iter().map(|arn| managed(Kind::TargetGroup, arn)));
        live.revisions.push(ServiceRevision {
            arn: revision.clone(),
            service: service.clone(),
            created_at: Some(made),
            task_definition: None,
            security_groups: vec![group.clone()],
            ingress_paths: vec![IngressPath { host: host.clone(), parts }],
            others: vec![
                managed(Kind::SecurityGroup, &group),
                managed(Kind::Alarm, &alarm),
                managed(Kind::LogGroup, &log_group),
                managed(Kind::ScalableTarget, &target),
                managed(Kind::ScalingPolicy, &policy),
            ],
            gateway_connections: Vec::new(),
        });
    }
    if is_dead {
        let tagged = target_groups.iter().chain([&rule, &certificate, &alarm, &log_group, &target]);
        live.reads.complete_for_all(Collection::Tags, tagged.map(Arn::to_string));
        live.reads.complete_for_all(Collection::Targets, target_groups.iter().map(Arn::to_string));
        live.reads.complete_for(Collection::CertificateUses, certificate.as_str());
        live.reads.complete_for(Collection::Interfaces, &format!("sg-{n:08x}"));
        live.reads.complete_for(Collection::ScalingPolicies, &format!("service/prod/service-{n}"));
        let suspects = target_groups.iter().chain([&rule, &certificate, &group, &alarm, &log_group, &target, &policy]);
        live.reads.complete_for_all(Collection::SecondLook, suspects.map(Arn::to_string));
    }
    for arn in &target_groups {
        live.target_groups.push(TargetGroup {
            arn: arn.clone(),
            name: arn.resource().split('/').nth(1).unwrap_or_default().to_owned(),
            vpc: None,
            target_type: Some("ip".into()),
            load_balancers: vec![balancer.clone()],
            targets: Vec::new(),
            marks: tagged(),
        });
    }
    if let Some(listener) = live.listeners.last_mut() {
        listener.certificates.push(certificate.clone());
    }
    let watches = target_groups.iter().chain([&balancer]).cloned().collect();
    live.rules.push(ListenerRule {
        arn: rule,
        listener,
        hosts: vec![host.clone()],
        forwards_to: target_groups,
        without_weight: Vec::new(),
        marks: tagged(),
    });
    live.certificates.push(Certificate {
        arn: certificate,
        domain: host,
        created_at: Some(made),
        in_use_by: vec![balancer],
        marks: tagged(),
    });
    live.security_groups.push(SecurityGroup {
        arn: group,
        id: format!("sg-{n:08x}"),
        name: format!("prod-service-{n}-vpc-1"),
        vpc: None,
        described_service: Some(service.clone()),
        is_for_express_balancer: false,
        names: Vec::new(),
        marks: tagged(),
    });
    let alarm_name = format!("prod/service-{n}/RollbackAlarm");
    live.alarms.push(Alarm {
        arn: alarm,
        name: alarm_name,
        configured_at: Some(made),
        watches,
        metrics: Some(6),
        made_of: Vec::new(),
        marks: tagged(),
    });
    let log_group_name = format!("/aws/ecs/prod/service-{n}-0a1b");
    live.log_groups.push(LogGroup {
        arn: log_group,
        name: log_group_name,
        created_at: Some(made),
        stored_bytes: Some(1 << 30),
        marks: tagged(),
    });
    live.scalable_targets.push(ScalableTarget { arn: target, resource_id: resource_id.clone(), created_at: Some(made), marks: tagged() });
    live.scaling_policies.push(ScalingPolicy {
        arn: policy,
        name: format!("service-{n}AVERAGE_CPU"),
        resource_id,
        created_at: Some(made),
        alarms: Vec::new(),
    });
    live.services.push(Service {
        arn: service,
        name,
        status: if is_dead { ServiceStatus::Inactive } else { ServiceStatus::Active },
        management: Management::Ecs,
        created_at: Some(made),
        last_activity: None,
        running_tasks: 0,
        revisions: if is_dead { Vec::new() } else { vec![revision] },
        current_deployment: None,
        is_deploying: Some(false),
        rollback_alarms: Vec::new(),
        infrastructure_role: None,
        security_groups: Vec::new(),
        target_groups: Vec::new(),
        marks: Marks::default(),
    });
}
