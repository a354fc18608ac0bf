//! What Express Mode makes, as it makes it.

use ecs_express_audit::inventory::Interface;
use ecs_express_audit::kinds::{
    Alarm, Certificate, Cluster, DatedFact, DefaultAction, IngressPath, Listener, ListenerRule, LoadBalancer, LogGroup, ManagedResource,
    ManagedStatus, ManagedTag, Management, Marks, ScalableTarget, ScalingPolicy, SecurityGroup, Service, ServiceRevision, ServiceStatus,
    TargetGroup, TaskFamily,
};
use ecs_express_audit::model::{Arn, Kind, Timestamp};

use super::World;
use super::names::*;

/// The marks of what Express Mode made.
pub(crate) fn present() -> Marks {
    Marks { tag: ManagedTag::Present, ..Marks::default() }
}

pub(crate) fn managed(kind: Kind, arn: &Arn) -> ManagedResource {
    ManagedResource { kind, arn: Some(arn.clone()), status: ManagedStatus::Active, reason: None }
}

fn made() -> Timestamp {
    seconds_ago(3 * DAY)
}

impl World {
    pub(crate) fn with_cluster(mut self, name: &str) -> Self {
        self.live.clusters.push(Cluster {
            arn: cluster(name),
            name: name.to_owned(),
            active_services: Some(0),
            draining_services: Some(0),
            tasks: Some(0),
            container_instances: Some(0),
            marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
        });
        self
    }

    /// The load balancer that Express services share.
    pub(crate) fn with_balancer(mut self) -> Self {
        self.live.load_balancers.push(LoadBalancer {
            arn: balancer(),
            name: BALANCER_NAME.to_owned(),
            created_at: Some(made()),
            vpc: Some(VPC.to_owned()),
            scheme: Some("internet-facing".to_owned()),
            security_groups: vec![balancer_group()],
            marks: present(),
        });
        self.live.listeners.push(Listener {
            arn: listener(),
            load_balancer: balancer(),
            port: Some(443),
            protocol: Some("HTTPS".to_owned()),
            default_action: DefaultAction::NotFound,
            forwards_to: Vec::new(),
            certificates: Vec::new(),
            marks: present(),
        });
        self.live.security_groups.push(SecurityGroup {
            arn: balancer_group(),
            id: BALANCER_GROUP.to_owned(),
            name: BALANCER_GROUP_NAME.to_owned(),
            vpc: Some(VPC.to_owned()),
            described_service: None,
            is_for_express_balancer: true,
            names: Vec::new(),
            marks: present(),
        });
        self.live.interfaces.push(Interface {
            id: "eni-00000000000000443".to_owned(),
            load_balancer: Some(format!("app/{BALANCER_NAME}/50dc6c495c0c9188")),
            requester: Some("amazon-elb".to_owned()),
            security_groups: vec![balancer_group()],
            addresses: vec!["10.0.0.4".to_owned()],
            public_address: Some("203.0.113.4".to_owned()),
        });
        self
    }

    /// A living Express service of that name in `prod`, or of `cluster/name`, with everything that is its own.
    pub(crate) fn with_service(self, name: &str) -> Self {
        self.with_service_of(&Parts::of(name))
    }

    pub(crate) fn with_service_of(mut self, parts: &Parts) -> Self {
        self.parts.insert(parts.clone());
        self.live.services.push(living(parts));
        self.live.revisions.push(revision(parts));
        for cluster in self.live.clusters.iter_mut().filter(|cluster| cluster.name == parts.cluster) {
            cluster.active_services = cluster.active_services.map(|count| count + 1);
            cluster.tasks = cluster.tasks.map(|count| count + 1);
        }
        let family = TaskFamily { name: parts.family(), revisions: (1..=3).map(|n| parts.task_definition(n)).collect() };
        self.live.task_families.push(family);
        self.add_way_in(parts);
        self.add_beside(parts);
        self
    }

    fn add_way_in(&mut self, parts: &Parts) {
        for listener in &mut self.live.listeners {
            listener.certificates.push(parts.certificate());
        }
        for group in self.live.security_groups.iter_mut().filter(|group| group.is_for_express_balancer) {
            group.names.push(parts.group());
        }
        self.live.rules.push(ListenerRule {
            arn: parts.rule(),
            listener: listener(),
            hosts: vec![parts.host()],
            forwards_to: vec![parts.target_group(1), parts.target_group(2)],
            without_weight: vec![parts.target_group(2)],
            marks: present(),
        });
        self.live.target_groups.extend([1, 2].map(|number| TargetGroup {
            arn: parts.target_group(number),
            name: parts.target_group_name(number),
            vpc: Some(VPC.to_owned()),
            target_type: Some("ip".to_owned()),
            load_balancers: vec![balancer()],
            targets: if number == 1 { vec![parts.address()] } else { Vec::new() },
            marks: present(),
        }));
        self.live.certificates.push(Certificate {
            arn: parts.certificate(),
            domain: parts.host(),
            created_at: Some(made()),
            in_use_by: vec![balancer()],
            marks: present(),
        });
        self.live.interfaces.push(Interface {
            id: parts.interface(),
            load_balancer: None,
            requester: Some("amazon-ecs".to_owned()),
            security_groups: vec![parts.group()],
            addresses: vec![parts.address()],
            public_address: None,
        });
    }

    fn add_beside(&mut self, parts: &Parts) {
        self.live.security_groups.push(SecurityGroup {
            arn: parts.group(),
            id: parts.group_id(),
            name: parts.group_name(),
            vpc: Some(VPC.to_owned()),
            described_service: Some(parts.service()),
            is_for_express_balancer: false,
            names: vec![balancer_group()],
            marks: present(),
        });
        self.live.log_groups.push(LogGroup {
            arn: parts.log_group(),
            name: parts.log_group_name(),
            created_at: Some(made()),
            stored_bytes: Some(3 << 29),
            marks: present(),
        });
        self.live.scalable_targets.push(ScalableTarget {
            arn: parts.scalable_target(),
            resource_id: parts.resource_id(),
            created_at: Some(made()),
            marks: present(),
        });
        self.live.scaling_policies.push(ScalingPolicy {
            arn: parts.policy(),
            name: parts.policy_name(),
            resource_id: parts.resource_id(),
            created_at: Some(made()),
            alarms: ["High", "Low"].map(|side| alarm(&parts.tracking_alarm_name(side))).to_vec(),
        });
        let watches = vec![balancer(), parts.target_group(1), parts.target_group(2)];
        self.live.alarms.push(alarm_named(&parts.rollback_alarm_name(), watches, present()));
        for side in ["High", "Low"] {
            self.live.alarms.push(alarm_named(&parts.tracking_alarm_name(side), Vec::new(), Marks::default()));
        }
    }
}

pub(super) fn alarm_named(name: &str, watches: Vec<Arn>, marks: Marks) -> Alarm {
    let metrics = Some(if watches.is_empty() { 1 } else { 6 });
    Alarm { arn: alarm(name), name: name.to_owned(), configured_at: Some(made()), watches, metrics, made_of: Vec::new(), marks }
}

fn living(parts: &Parts) -> Service {
    Service {
        arn: parts.service(),
        name: parts.service_name(),
        status: ServiceStatus::Active,
        management: Management::Ecs,
        created_at: Some(made()),
        last_activity: Some(DatedFact { at: seconds_ago(3 * DAY), what: "last deployment".to_owned() }),
        running_tasks: 1,
        revisions: vec![parts.revision()],
        current_deployment: Some(parts.deployment()),
        is_deploying: Some(false),
        rollback_alarms: vec![parts.rollback_alarm_name()],
        infrastructure_role: None,
        security_groups: Vec::new(),
        target_groups: Vec::new(),
        marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
    }
}

fn revision(parts: &Parts) -> ServiceRevision {
    let way_in = vec![
        managed(Kind::LoadBalancer, &balancer()),
        managed(Kind::SecurityGroup, &balancer_group()),
        managed(Kind::Certificate, &parts.certificate()),
        managed(Kind::Listener, &listener()),
        managed(Kind::ListenerRule, &parts.rule()),
        managed(Kind::TargetGroup, &parts.target_group(1)),
        managed(Kind::TargetGroup, &parts.target_group(2)),
    ];
    let others = vec![
        managed(Kind::ScalableTarget, &parts.scalable_target()),
        managed(Kind::ScalingPolicy, &parts.policy()),
        managed(Kind::Alarm, &parts.rollback_alarm()),
        managed(Kind::SecurityGroup, &parts.group()),
        managed(Kind::LogGroup, &parts.log_group()),
    ];
    ServiceRevision {
        arn: parts.revision(),
        service: parts.service(),
        created_at: Some(made()),
        task_definition: Some(parts.task_definition(3)),
        security_groups: vec![parts.group()],
        ingress_paths: vec![IngressPath { host: parts.host(), parts: way_in }],
        others,
        gateway_connections: Vec::new(),
    }
}
