//! Changes to an account, one thing each.

use std::collections::BTreeSet;

use ecs_express_audit::DeclaredService;
use ecs_express_audit::inventory::{Gateway, Interface};
use ecs_express_audit::kinds::{
    Certificate, DatedFact, DefaultAction, Listener, ListenerRule, LoadBalancer, ManagedStatus, ManagedTag, Management, Marks,
    SecurityGroup, Service, ServiceConfiguration, ServiceStatus, TargetGroup,
};
use ecs_express_audit::model::{Arn, Kind, Timestamp};

use super::World;
use super::build::alarm_named;
use super::names::*;

/// What lies on the load balancer.
impl World {
    /// The tidy account, whose load balancer carries that many rules.
    pub(crate) fn with_rules(count: usize) -> Self {
        let mut world = Self::tidy();
        for number in world.live.rules.len()..count {
            world.live.rules.push(ListenerRule {
                arn: rule_on(&listener(), &format!("{number:016x}")),
                listener: listener(),
                hosts: vec![format!("{number}.example.com")],
                forwards_to: Vec::new(),
                without_weight: Vec::new(),
                marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
            });
        }
        world
    }
}

/// What becomes of services.
impl World {
    /// The service was deleted, and has been INACTIVE for that long; nothing that it had was.
    pub(crate) fn kill(self, name: &str, minutes: i64) -> Self {
        self.kill_at(name, seconds_ago(minutes * MINUTE))
    }

    pub(crate) fn kill_at(mut self, name: &str, at: Timestamp) -> Self {
        let parts = Parts::of(name);
        self.stop_tasks(&parts);
        self.change_service(name, |service| {
            service.status = ServiceStatus::Inactive;
            service.last_activity = Some(DatedFact { at, what: "last event".to_owned() });
            service.current_deployment = None;
            service.revisions.clear();
        });
        self.without_revisions_of(&parts)
    }

    /// The service was deleted so long ago that ECS no longer knows it.
    pub(crate) fn forget(self, name: &str) -> Self {
        let mut world = self.kill(name, 0);
        world.change_service(name, |service| {
            service.status = ServiceStatus::Absent;
            service.management = Management::Unknown;
            (service.created_at, service.last_activity) = (None, None);
            service.rollback_alarms.clear();
        });
        world
    }

    /// The service is being deleted, and something last happened to it that long ago.
    pub(crate) fn drain(self, name: &str, minutes: i64) -> Self {
        self.drain_at(name, seconds_ago(minutes * MINUTE))
    }

    pub(crate) fn drain_at(mut self, name: &str, at: Timestamp) -> Self {
        let parts = Parts::of(name);
        self.stop_tasks(&parts);
        self.change_service(name, |service| {
            service.status = ServiceStatus::Draining;
            service.last_activity = Some(DatedFact { at, what: "last event".to_owned() });
            service.infrastructure_role = Arn::parse("arn:aws:iam::123456789012:role/express-infrastructure");
        });
        for cluster in self.live.clusters.iter_mut().filter(|cluster| cluster.name == parts.cluster) {
            cluster.draining_services = cluster.draining_services.map(|count| count + 1);
        }
        self
    }

    /// ECS no longer describes what the service has.
    pub(crate) fn silence(mut self, name: &str) -> Self {
        self.change_service(name, |service| service.revisions.clear());
        self.without_revisions_of(&Parts::of(name))
    }

    /// ECS says something of the service that nobody has heard yet.
    pub(crate) fn puzzle(mut self, name: &str) -> Self {
        self.change_service(name, |service| service.status = ServiceStatus::Unknown);
        self
    }

    pub(crate) fn deploying(mut self, name: &str) -> Self {
        self.change_service(name, |service| service.is_deploying = Some(true));
        self
    }

    pub(crate) fn born(mut self, name: &str, minutes: i64) -> Self {
        let at = Some(seconds_ago(minutes * MINUTE));
        self.change_service(name, |service| service.created_at = at);
        self
    }

    pub(crate) fn change_service(&mut self, name: &str, change: impl FnOnce(&mut Service)) {
        let arn = Parts::of(name).service();
        change(self.live.services.iter_mut().find(|service| service.arn == arn).expect("a service of that name"));
    }

    /// The team moved to an ordinary service of the same name.
    pub(crate) fn replace_by_plain(mut self, name: &str) -> Self {
        let parts = Parts::of(name);
        self.change_service(name, |service| {
            (service.status, service.management) = (ServiceStatus::Active, Management::Customer);
            service.revisions.clear();
            service.rollback_alarms.clear();
        });
        self.without_tasks_of(&parts).without_revisions_of(&parts)
    }

    /// That ordinary service runs behind what Express Mode made.
    pub(crate) fn reusing_ingress(mut self, name: &str) -> Self {
        let parts = Parts::of(name);
        self.change_service(name, |service| {
            service.security_groups = vec![parts.group()];
            service.target_groups = vec![parts.target_group(1), parts.target_group(2)];
        });
        self
    }

    /// The service of that name is another one than the one whose resources are here.
    pub(crate) fn reuse_name(mut self, name: &str) -> Self {
        let old = Parts::of(name).in_life(0);
        self = self.with_service_of(&old);
        self.live.services.pop();
        self.live.task_families.pop();
        self.stop_tasks(&old);
        self.live.alarms.retain(|alarm| !alarm.watches.contains(&old.target_group(1)));
        let tracking = ["High", "Low"].map(|side| alarm(&old.tracking_alarm_name(side)));
        self.without_revisions_of(&old).purge(&[old.scalable_target(), old.policy()]).purge(&tracking)
    }

    fn stop_tasks(&mut self, parts: &Parts) {
        for cluster in self.live.clusters.iter_mut().filter(|cluster| cluster.name == parts.cluster) {
            cluster.active_services = cluster.active_services.map(|count| count - 1);
            cluster.tasks = cluster.tasks.map(|count| count - 1);
        }
        let arn = parts.service();
        self.live.services.iter_mut().filter(|service| service.arn == arn).for_each(|service| service.running_tasks = 0);
        self.live.interfaces.retain(|interface| interface.id != parts.interface());
        self.live.target_groups.iter_mut().for_each(|group| group.targets.retain(|target| *target != parts.address()));
    }

    fn without_tasks_of(mut self, parts: &Parts) -> Self {
        self.live.interfaces.retain(|interface| interface.id != parts.interface());
        self.live.target_groups.iter_mut().for_each(|group| group.targets.retain(|target| *target != parts.address()));
        self
    }

    fn without_revisions_of(mut self, parts: &Parts) -> Self {
        let arn = parts.revision();
        self.live.revisions.retain(|revision| revision.arn != arn);
        self
    }
}

/// Who else uses what Express Mode made.
impl World {
    /// Somebody's own domain on Express's listener, leading to somebody's own target group.
    pub(crate) fn custom_rule(mut self) -> Self {
        self.live.rules.push(ListenerRule {
            arn: rule_on(&listener(), "c0ffee0000000001"),
            listener: listener(),
            hosts: vec!["shop.example.com".to_owned()],
            forwards_to: vec![balancing("targetgroup/shop/c0ffee0000000002")],
            without_weight: Vec::new(),
            marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
        });
        self.live.target_groups.push(foreign_target_group("shop", "c0ffee0000000002", "ip"));
        self
    }

    /// That domain leads to the service's target group.
    pub(crate) fn custom_rule_to(mut self, name: &str) -> Self {
        self = self.custom_rule();
        let rule = self.live.rules.last_mut().expect("just made");
        rule.forwards_to = vec![Parts::of(name).target_group(1)];
        self
    }

    pub(crate) fn foreign_certificate(mut self) -> Self {
        let arn = arn("acm", "certificate/00000000-cafe-cafe-cafe-000000000001");
        self.live.certificates.push(Certificate {
            arn: arn.clone(),
            domain: "shop.example.com".to_owned(),
            created_at: Some(seconds_ago(3 * DAY)),
            in_use_by: vec![balancer()],
            marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
        });
        self.live.listeners[0].certificates.push(arn);
        self
    }

    pub(crate) fn changed_default_action(mut self) -> Self {
        self.live.listeners[0].default_action = DefaultAction::Other;
        self
    }

    pub(crate) fn extra_listener(mut self) -> Self {
        self.live.listeners.push(Listener {
            arn: listener_on(&balancer(), "0000000000000080"),
            load_balancer: balancer(),
            port: Some(80),
            protocol: Some("HTTP".to_owned()),
            default_action: DefaultAction::Other,
            forwards_to: Vec::new(),
            certificates: Vec::new(),
            marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
        });
        self
    }

    /// A Network Load Balancer has Express's for its target.
    pub(crate) fn balancer_in_front(mut self) -> Self {
        let mut group = foreign_target_group("front", "c0ffee0000000003", "alb");
        group.targets = vec![balancer().to_string()];
        self.live.target_groups.push(group);
        self
    }

    /// A database admits the service's security group.
    pub(crate) fn database_admits(mut self, name: &str) -> Self {
        self.live.security_groups.push(SecurityGroup {
            arn: group("sg-00000000000000db0"),
            id: "sg-00000000000000db0".to_owned(),
            name: "database".to_owned(),
            vpc: Some(VPC.to_owned()),
            described_service: None,
            is_for_express_balancer: false,
            names: vec![Parts::of(name).group()],
            marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
        });
        self
    }

    /// An interface of something else carries the service's security group.
    pub(crate) fn interface_carries(mut self, name: &str) -> Self {
        self.live.interfaces.push(Interface {
            id: "eni-000000000000000aa".to_owned(),
            load_balancer: None,
            requester: Some("amazon-rds".to_owned()),
            security_groups: vec![Parts::of(name).group()],
            addresses: vec!["10.0.9.1".to_owned()],
            public_address: None,
        });
        self
    }

    /// An address is registered in the service's first target group; something may have it.
    pub(crate) fn registered(mut self, name: &str, is_there: bool) -> Self {
        let arn = Parts::of(name).target_group(1);
        let group = self.live.target_groups.iter_mut().find(|group| group.arn == arn).expect("a target group of that service");
        group.targets.push("10.0.9.2".to_owned());
        if is_there {
            self.live.interfaces.push(Interface {
                id: "eni-000000000000000bb".to_owned(),
                load_balancer: None,
                requester: None,
                security_groups: Vec::new(),
                addresses: vec!["10.0.9.2".to_owned()],
                public_address: None,
            });
        }
        self
    }

    pub(crate) fn composite_alarm_of(mut self, name: &str) -> Self {
        let mut alarm = alarm_named("everything", Vec::new(), Marks { tag: ManagedTag::Absent, ..Marks::default() });
        alarm.made_of = vec![Parts::of(name).rollback_alarm()];
        self.live.alarms.push(alarm);
        self
    }

    /// A gateway owns these.
    pub(crate) fn gateway_owning(mut self, resources: Vec<Arn>) -> Self {
        self.live.gateways.push(Gateway { arn: arn("ecs", "gateway/edge"), name: "edge".to_owned(), resources });
        self
    }

    /// A load balancer under the managed tag, with Express's name, that no service names.
    pub(crate) fn lone_balancer(mut self) -> Self {
        self.live.load_balancers.retain(|balancer| balancer.arn != lone_balancer());
        self.live.load_balancers.push(LoadBalancer {
            arn: lone_balancer(),
            name: LONE_BALANCER_NAME.to_owned(),
            created_at: Some(seconds_ago(3 * DAY)),
            vpc: Some(VPC.to_owned()),
            scheme: Some("internet-facing".to_owned()),
            security_groups: Vec::new(),
            marks: Marks { tag: ManagedTag::Present, ..Marks::default() },
        });
        self
    }
}

pub(crate) const LONE_BALANCER_NAME: &str = "ecs-express-gateway-alb-0badcafe";

pub(crate) fn lone_balancer() -> Arn {
    balancing(&format!("loadbalancer/app/{LONE_BALANCER_NAME}/00000000badcafe0"))
}

fn foreign_target_group(name: &str, id: &str, target_type: &str) -> TargetGroup {
    TargetGroup {
        arn: balancing(&format!("targetgroup/{name}/{id}")),
        name: name.to_owned(),
        vpc: Some(VPC.to_owned()),
        target_type: Some(target_type.to_owned()),
        load_balancers: Vec::new(),
        targets: Vec::new(),
        marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
    }
}

/// What is declared, and what bears whose marks.
impl World {
    /// Some source was given, in which nothing of this account is declared.
    pub(crate) fn declaring_nothing(mut self) -> Self {
        self.declared.sources = vec!["terraform.tfstate".to_owned()];
        self
    }

    pub(crate) fn declaring(self, name: &str) -> Self {
        let place = format!("terraform.tfstate: aws_ecs_express_gateway_service.{}", Parts::of(name).name);
        self.declaring_at(name, &place)
    }

    pub(crate) fn declaring_at(mut self, name: &str, place: &str) -> Self {
        let parts = Parts::of(name);
        self.declared.services.insert(DeclaredService {
            arn: Some(parts.service()),
            name: Some(parts.service_name()),
            unplaced_name: None,
            region: Some(REGION.to_owned()),
            declared_at: place.to_owned(),
            cluster: None,
            configuration: ServiceConfiguration::default(),
            not_comparable: BTreeSet::new(),
            is_certain: true,
        });
        self.declared.ids.insert(parts.service().to_string());
        self.declaring_nothing()
    }

    /// Some source holds that ARN or id.
    pub(crate) fn declaring_id(mut self, id: &str) -> Self {
        self.declared.ids.insert(id.to_owned());
        self.declaring_nothing()
    }

    /// Changes the marks of one resource.
    pub(crate) fn mark(mut self, arn: &Arn, marks: &Marks) -> Self {
        let live = &mut self.live;
        live.load_balancers.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.listeners.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.rules.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.target_groups.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.certificates.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.alarms.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.log_groups.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.scalable_targets.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.security_groups.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.services.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        live.clusters.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.marks = marks.clone());
        self
    }

    /// Its `AmazonECSManaged` tag was removed.
    pub(crate) fn untag(self, arn: &Arn) -> Self {
        self.mark(arn, &Marks { tag: ManagedTag::Absent, ..Marks::default() })
    }

    /// A CloudFormation stack declares it.
    pub(crate) fn stack(self, arn: &Arn) -> Self {
        self.mark(arn, &Marks { tag: ManagedTag::Present, stack: Some("shop".to_owned()), ..Marks::default() })
    }
}

/// What became of single resources.
impl World {
    /// These are gone, with nothing else changed.
    pub(crate) fn purge(mut self, arns: &[Arn]) -> Self {
        let live = &mut self.live;
        live.load_balancers.retain(|r| !arns.contains(&r.arn));
        live.listeners.retain(|r| !arns.contains(&r.arn));
        live.rules.retain(|r| !arns.contains(&r.arn));
        live.target_groups.retain(|r| !arns.contains(&r.arn));
        live.certificates.retain(|r| !arns.contains(&r.arn));
        live.alarms.retain(|r| !arns.contains(&r.arn));
        live.log_groups.retain(|r| !arns.contains(&r.arn));
        live.security_groups.retain(|r| !arns.contains(&r.arn));
        live.scalable_targets.retain(|r| !arns.contains(&r.arn));
        live.scaling_policies.retain(|r| !arns.contains(&r.arn));
        self
    }

    /// Nothing is left of that kind.
    pub(crate) fn purge_kind(self, kind: Kind) -> Self {
        let arns: Vec<Arn> = self.live.resources().filter(|resource| resource.kind() == kind).map(|r| r.arn().clone()).collect();
        let mut world = self.purge(&arns);
        if kind == Kind::TaskDefinition {
            world.live.task_families.clear();
        }
        world
    }

    /// AWS was asked for them by name, and does not know them.
    pub(crate) fn absent(mut self, arns: &[Arn]) -> Self {
        self.live.absent.extend_from_slice(arns);
        self
    }

    /// It was not there yet when everything was looked at for the first time.
    pub(crate) fn appeared(mut self, arn: &Arn) -> Self {
        self.live.appeared.push(arn.clone());
        self
    }

    /// The service's current revisions no longer name it.
    pub(crate) fn unclaim(mut self, name: &str, arn: &Arn) -> Self {
        let service = Parts::of(name).service();
        for revision in self.live.revisions.iter_mut().filter(|revision| revision.service == service) {
            revision.others.retain(|managed| managed.arn.as_ref() != Some(arn));
            revision.ingress_paths.iter_mut().for_each(|path| path.parts.retain(|managed| managed.arn.as_ref() != Some(arn)));
        }
        self
    }

    /// The service's revision says so of it.
    pub(crate) fn status(mut self, name: &str, arn: &Arn, status: ManagedStatus, reason: Option<&str>) -> Self {
        let service = Parts::of(name).service();
        for revision in self.live.revisions.iter_mut().filter(|revision| revision.service == service) {
            let parts = revision.ingress_paths.iter_mut().flat_map(|path| &mut path.parts).chain(&mut revision.others);
            for managed in parts.filter(|managed| managed.arn.as_ref() == Some(arn)) {
                (managed.status, managed.reason) = (status, reason.map(str::to_owned));
            }
        }
        self
    }

    /// The service was made, but no way in, nor will there be.
    pub(crate) fn wedge(mut self, name: &str) -> Self {
        let parts = Parts::of(name);
        for revision in self.live.revisions.iter_mut().filter(|revision| revision.service == parts.service()) {
            revision.ingress_paths.clear();
        }
        let way_in = [parts.rule(), parts.certificate(), parts.target_group(1), parts.target_group(2)];
        self.live.listeners.iter_mut().for_each(|listener| listener.certificates.retain(|arn| *arn != parts.certificate()));
        self.purge(&way_in).purge(&[parts.rollback_alarm()]).unclaim(name, &parts.rollback_alarm()).deploying(name)
    }

    /// ECS counts that many draining services in the cluster `prod` that nothing names.
    pub(crate) fn nameless_draining(mut self, count: u64) -> Self {
        self.live.clusters[0].draining_services = self.live.clusters[0].draining_services.map(|known| known + count);
        self
    }

    /// Everything of that load balancer and of the services on it was made then.
    pub(crate) fn made(mut self, arn: &Arn, at: Option<Timestamp>) -> Self {
        let live = &mut self.live;
        live.load_balancers.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.created_at = at);
        live.certificates.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.created_at = at);
        live.alarms.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.configured_at = at);
        live.log_groups.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.created_at = at);
        live.scalable_targets.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.created_at = at);
        live.scaling_policies.iter_mut().filter(|r| r.arn == *arn).for_each(|r| r.created_at = at);
        self
    }
}
