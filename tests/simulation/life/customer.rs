//! What customers make beside Express, on top of it, and out of what it left.

use super::Life;
use crate::aws::{
    Action, AlarmKind, Arn, Listener, LoadBalancer, LogGroup, MANAGED_TAG, Management, STACK_TAG, Service, ServiceStatus, Tags, TargetGroup,
};

impl Life {
    /// An ordinary service; `None` if one of that name is still there.
    pub(crate) fn plain_service(&mut self, cluster: &str, name: &str) -> Option<Arn> {
        let cluster = self.cluster(cluster);
        let arn = format!("{}/{name}", cluster.replacen(":cluster/", ":service/", 1));
        if self.account.services.get(&arn).is_some_and(|service| service.status != ServiceStatus::Inactive) {
            return None;
        }
        self.stop_deleting(&arn);
        let now = self.account.now;
        let service = Service {
            cluster,
            name: name.to_owned(),
            status: ServiceStatus::Active,
            management: Management::Customer,
            created_at: now,
            updated_at: now,
            events: vec![now],
            deployments: vec![(now, now)],
            running_tasks: 1,
            current_revisions: Vec::new(),
            current_deployment: None,
            rollback_alarms: Vec::new(),
            infrastructure_role: None,
            security_groups: Vec::new(),
            target_groups: Vec::new(),
            tags: Tags::new(),
        };
        self.account.services.insert(arn.clone(), service);
        self.record.plain.insert(arn.clone());
        Some(arn)
    }

    /// The team moves a dead Express service to an ordinary one of the same name, and goes on using some of what was left.
    pub(crate) fn move_to_plain(&mut self, place: usize, uses_group: bool, uses_target_group: bool, scales: bool) {
        let service = self.record.services[place].clone();
        let Some(arn) = self.plain_service(&service.cluster, &service.name) else { return };
        let group = service.group.filter(|id| uses_group && self.account.security_groups.contains_key(&self.account.group_arn(id)));
        let groups: Vec<String> = group.into_iter().collect();
        let interface = self.interface(&self.account.arn("ecs", "attachment/plain"), &groups);
        let address = self.account.interfaces[&interface].addresses[0].clone();
        let target_group = service.target_groups.first().map(|pair| pair[0].clone()).filter(|_| uses_target_group);
        if let Some(target_group) = target_group.as_ref().and_then(|arn| self.account.target_groups.get_mut(arn)) {
            target_group.targets.push(address);
        }
        let target_group = target_group.filter(|arn| self.account.target_groups.contains_key(arn));
        let shown = self.account.services.get_mut(&arn).expect("just made");
        (shown.security_groups, shown.target_groups) = (groups, target_group.into_iter().collect());
        if scales {
            self.scaled(&format!("service/{}/{}", service.cluster, service.name), "cpu", Tags::new());
        }
    }

    /// An ordinary service of another name behind somebody's target group. (One without a task is seen by nobody.)
    pub(crate) fn plain_user(&mut self, name: &str, target_group: &Arn) {
        let Some(arn) = self.plain_service("default", name) else { return };
        let interface = self.interface(&self.account.arn("ecs", "attachment/plain"), &[]);
        let address = self.account.interfaces[&interface].addresses[0].clone();
        if let Some(group) = self.account.target_groups.get_mut(target_group) {
            group.targets.push(address);
            self.account.services.get_mut(&arn).expect("just made").target_groups.push(target_group.clone());
        }
    }

    /// A target group of the customer's, with a target that answers.
    pub(crate) fn own_target_group(&mut self) -> Arn {
        let interface = self.interface("web server", &[]);
        let targets = self.account.interfaces[&interface].addresses.clone();
        self.target_group("ip", targets)
    }

    fn target_group(&mut self, target_type: &str, targets: Vec<String>) -> Arn {
        let name = format!("own-{}", self.hex(6));
        let arn = self.account.arn("elasticloadbalancing", &format!("targetgroup/{name}/{}", self.names.hex(16)));
        let (target_type, vpc) = (target_type.to_owned(), "vpc-1".to_owned());
        let group = TargetGroup { name, target_type, vpc, port: 80, targets, tags: Tags::new() };
        self.account.target_groups.insert(arn.clone(), group);
        arn
    }

    /// A rule of the customer's on an Express listener, to that target group.
    pub(crate) fn custom_rule(&mut self, shared: usize, target_group: &Arn) {
        let listener = self.record.balancers[shared].listener.clone();
        if self.account.listeners.contains_key(&listener) && self.account.target_groups.contains_key(target_group) {
            let arn = self.rule_on(&listener, vec!["shop.example.com".into()], Action::Forward(vec![(target_group.clone(), 1)]));
            self.account.rules.get_mut(&arn).expect("just made").tags.clear();
        }
    }

    fn own_certificate(&mut self, domain: &str) -> Arn {
        let arn = self.certificate(domain);
        self.account.certificates.get_mut(&arn).expect("just made").tags.clear();
        arn
    }

    /// A certificate of the customer's on an Express listener.
    pub(crate) fn custom_certificate(&mut self, shared: usize) {
        let listener = self.record.balancers[shared].listener.clone();
        if self.account.listeners.contains_key(&listener) {
            let certificate = self.own_certificate("shop.example.com");
            self.account.listeners.get_mut(&listener).expect("it is there").certificates.push(certificate);
            self.record.put_to_use.insert(listener);
        }
    }

    /// Another default action than the 404.
    pub(crate) fn custom_default_action(&mut self, shared: usize) {
        let listener = self.record.balancers[shared].listener.clone();
        if let Some(shown) = self.account.listeners.get_mut(&listener) {
            shown.default_action = Action::Redirect("www.example.com".into());
            self.record.put_to_use.insert(listener);
        }
    }

    /// A listener of the customer's on an Express load balancer.
    pub(crate) fn extra_listener(&mut self, shared: usize) {
        let balancer = self.record.balancers[shared].arn.clone();
        let port = 8443 + i32::try_from(self.account.listeners.len()).expect("few");
        if self.account.load_balancers.contains_key(&balancer) {
            let (certificate, target_group) = (self.own_certificate("shop.example.com"), self.own_target_group());
            let listener = self.listener(&balancer, port, &certificate);
            let shown = self.account.listeners.get_mut(&listener).expect("just made");
            shown.default_action = Action::Forward(vec![(target_group, 1)]);
            shown.tags.clear();
        }
    }

    /// A Network Load Balancer of the customer's in front of Express's.
    pub(crate) fn front(&mut self, shared: usize) {
        let behind = self.record.balancers[shared].arn.clone();
        if !self.account.load_balancers.contains_key(&behind) {
            return;
        }
        let target_group = self.target_group("alb", vec![behind]);
        let front = self.own_balancer("network");
        let arn = format!("{}/{}", front.replacen(":loadbalancer/", ":listener/", 1), self.hex(16));
        let default_action = Action::Forward(vec![(target_group, 1)]);
        let listener = Listener {
            load_balancer: front,
            port: 443,
            protocol: "TCP".into(),
            default_action,
            certificates: Vec::new(),
            tags: Tags::new(),
        };
        self.account.listeners.insert(arn, listener);
    }

    fn own_balancer(&mut self, kind: &str) -> Arn {
        let name = format!("own-ecs-express-gateway-alb-{}", self.hex(6));
        let form = if kind == "network" { "net" } else { "app" };
        let arn = self.account.arn("elasticloadbalancing", &format!("loadbalancer/{form}/{name}/{}", self.names.hex(16)));
        let balancer = LoadBalancer {
            name,
            kind: kind.to_owned(),
            scheme: "internal".into(),
            vpc: "vpc-1".into(),
            created_at: self.account.now,
            security_groups: Vec::new(),
            tags: Tags::new(),
        };
        self.account.load_balancers.insert(arn.clone(), balancer);
        arn
    }

    /// A load balancer of the customer's that presents the certificate.
    pub(crate) fn present_elsewhere(&mut self, certificate: &Arn) {
        if self.account.certificates.contains_key(certificate) {
            let balancer = self.own_balancer("application");
            let listener = self.listener(&balancer, 443, certificate);
            self.account.listeners.get_mut(&listener).expect("just made").tags.clear();
        }
    }

    /// A database whose security group admits that group.
    pub(crate) fn admit_to_database(&mut self, group: &str) {
        if self.account.security_groups.contains_key(&self.account.group_arn(group)) {
            let id = self.security_group("database", "the database", "vpc-1");
            let shown = self.account.security_groups.get_mut(&self.account.group_arn(&id)).expect("just made");
            shown.tags.clear();
            shown.ingress.insert(group.to_owned());
        }
    }

    /// A virtual machine that carries that group.
    pub(crate) fn carry(&mut self, group: &str) {
        if self.account.security_groups.contains_key(&self.account.group_arn(group)) {
            self.interface("", &[group.to_owned()]);
        }
    }

    /// A composite alarm above that alarm.
    pub(crate) fn composite(&mut self, alarm: &Arn) {
        if let Some(name) = self.account.alarms.get(alarm).map(|alarm| alarm.name.clone()) {
            let above = format!("anything wrong {}", self.hex(4));
            self.alarm(&above, AlarmKind::Composite { rule: format!("ALARM(\"{name}\") OR FALSE") }, Tags::new());
        }
    }

    /// Takes the managed tag away.
    pub(crate) fn untag(&mut self, arn: &Arn) {
        drop(self.account.tags_mut(arn).map(|tags| tags.remove(MANAGED_TAG)));
    }

    /// A stack takes it over.
    pub(crate) fn declare(&mut self, arn: &Arn) {
        drop(self.account.tags_mut(arn).map(|tags| tags.insert(STACK_TAG.into(), "shop".into())));
    }

    /// Things of the customer's with names much like Express's.
    pub(crate) fn look_alikes(&mut self, cluster: &str, name: &str) {
        for log_group in [format!("/aws/ecs/{cluster}/{name}"), format!("/aws/ecs/containerinsights/{cluster}/performance")] {
            let arn = self.account.arn("logs", &format!("log-group:{log_group}"));
            self.account.log_groups.insert(arn, LogGroup { name: log_group, created_at: self.account.now, tags: Tags::new() });
        }
        let group = self.security_group(&format!("{cluster}-{name}-vpc-1"), &format!("Security group for {name}"), "vpc-1");
        self.account.security_groups.get_mut(&self.account.group_arn(&group)).expect("just made").tags.clear();
        self.own_certificate(&format!("{name}.ecs.{}.example.com", self.account.region.clone()));
        self.alarm(&format!("{cluster}/{name}/RollbackAlarms"), AlarmKind::Metric { metrics: Vec::new() }, Tags::new());
        self.own_balancer("application");
        let family = format!("{cluster}-{name}-batch");
        let task = format!("arn:aws:ecs:{}:{}:task-definition/{family}:1", self.account.region, self.account.id);
        self.account.task_definitions.entry(family).or_default().push(task);
    }
}
