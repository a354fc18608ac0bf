//! What Express Mode makes: a service with all that belongs to it, and its deployments.

use std::collections::BTreeSet;

use super::{Life, Maker, ServiceLife, SharedBalancer, Stage, managed, managed_tags};
use crate::aws::{
    Action, Alarm, AlarmKind, Arn, Certificate, IngressPath, Interface, Listener, ListenerRule, LoadBalancer, LogGroup, Managed,
    ManagedStatus, Management, ScalableTarget, ScalingPolicy, SecurityGroup, Service, ServiceDeployment, ServiceRevision, ServiceStatus,
    Tags, TargetGroup,
};

/// The most services that share a load balancer.
const SHARED_BY: usize = 25;

impl Life {
    /// Makes an Express service with everything; `None` if one of that name is still there.
    pub(crate) fn create(&mut self, cluster: &str, name: &str, vpc: &str, is_public: bool) -> Option<usize> {
        let place = self.begin(cluster, name, vpc)?;
        self.log_group(place);
        self.ingress(place, is_public);
        self.scaling(place);
        self.start_task(place);
        let groups = self.new_target_groups(place);
        self.record.services[place].target_groups = vec![groups.clone()];
        let weights = vec![(groups[0].clone(), 100), (groups[1].clone(), 0)];
        self.rule(place, weights);
        self.register(place);
        self.rollback_alarm(place);
        let revision = self.revision(place, 0);
        self.deployment(place, &[], &revision, "SUCCESSFUL");
        Some(place)
    }

    /// Makes an Express service that never gets beyond its log group.
    pub(crate) fn create_wedged(&mut self, cluster: &str, name: &str, vpc: &str) -> Option<usize> {
        let place = self.begin(cluster, name, vpc)?;
        self.log_group(place);
        let revision = self.revision(place, 0);
        let unfinished = |status| Some(Managed { arn: None, status, reason: None, updated_at: self.account.now });
        let path = IngressPath {
            endpoint: format!("https://{}", self.record.services[place].host),
            is_public: true,
            load_balancer: unfinished(ManagedStatus::Provisioning),
            certificate: unfinished(ManagedStatus::Failed),
            ..IngressPath::default()
        };
        self.account.revisions.get_mut(&revision).expect("just made").ingress_paths.push(path);
        self.deployment(place, &[], &revision, "IN_PROGRESS");
        Some(place)
    }

    fn begin(&mut self, cluster: &str, name: &str, vpc: &str) -> Option<usize> {
        let cluster_arn = self.cluster(cluster);
        let arn = self.account.arn("ecs", &format!("service/{cluster}/{name}"));
        if self.account.services.get(&arn).is_some_and(|service| service.status != ServiceStatus::Inactive) {
            return None;
        }
        self.stop_deleting(&arn);
        let place = self.record.services.len();
        let host = format!("{}-{}.ecs.{}.on.aws", &name[..2], self.hex(32), self.account.region);
        self.account.services.insert(arn.clone(), express_service(&cluster_arn, name, self.account.now));
        self.record.services.push(ServiceLife {
            arn,
            cluster: cluster.to_owned(),
            name: name.to_owned(),
            stage: Stage::Living,
            vpc: vpc.to_owned(),
            balancer: None,
            host,
            rule: None,
            certificate: None,
            group: None,
            revisions: Vec::new(),
            target_groups: Vec::new(),
            alarm: None,
            log_group: None,
            scalable_target: None,
            policy: None,
            scaling_alarms: Vec::new(),
            tasks: Vec::new(),
            kept: BTreeSet::new(),
            to_remove: Vec::new(),
        });
        Some(place)
    }

    fn made(&mut self, place: usize, arn: &Arn) {
        self.record.made_by.insert(arn.clone(), Maker::Service(place));
    }

    fn log_group(&mut self, place: usize) {
        let suffix = self.hex(4);
        let service = &self.record.services[place];
        let name = format!("/aws/ecs/{}/{}-{suffix}", service.cluster, service.name);
        let arn = self.account.arn("logs", &format!("log-group:{name}"));
        self.account.log_groups.insert(arn.clone(), LogGroup { name, created_at: self.account.now, tags: managed_tags() });
        self.made(place, &arn);
        self.record.services[place].log_group = Some(arn);
    }

    /// Certificate, security group and a place on a load balancer.
    fn ingress(&mut self, place: usize, is_public: bool) {
        let host = self.record.services[place].host.clone();
        let certificate = self.certificate(&host);
        self.made(place, &certificate);
        let balancer = self.balancer_for(place, is_public, &certificate);
        let (vpc, arn) = (self.record.services[place].vpc.clone(), self.record.services[place].arn.clone());
        let name = format!("{}-{}-{vpc}", self.record.services[place].cluster, self.record.services[place].name);
        let group = self.security_group(&name, &format!("Security group for ECS service: {arn}"), &vpc);
        let group_arn = self.account.group_arn(&group);
        self.made(place, &group_arn);
        let of_balancer = self.record.balancers[balancer].group.clone();
        self.allow(&of_balancer, &group);
        let service = &mut self.record.services[place];
        (service.certificate, service.balancer, service.group) = (Some(certificate), Some(balancer), Some(group));
    }

    /// Lets one group's interfaces talk to another's: an outbound rule here, an inbound rule there.
    pub(super) fn allow(&mut self, from: &str, to: &str) {
        let (from_arn, to_arn) = (self.account.group_arn(from), self.account.group_arn(to));
        if let Some(group) = self.account.security_groups.get_mut(&from_arn) {
            group.egress.insert(to.to_owned());
        }
        if let Some(group) = self.account.security_groups.get_mut(&to_arn) {
            group.ingress.insert(from.to_owned());
        }
    }

    pub(super) fn certificate(&mut self, domain: &str) -> Arn {
        let id = format!("certificate/{}-{}-{}-{}-{}", self.hex(8), self.hex(4), self.hex(4), self.hex(4), self.hex(12));
        let arn = self.account.arn("acm", &id);
        let key_type = if self.names.one_in(4) { "EC_prime256v1" } else { "RSA_2048" }.to_owned();
        let certificate = Certificate { domain: domain.to_owned(), key_type, created_at: self.account.now, tags: managed_tags() };
        self.account.certificates.insert(arn.clone(), certificate);
        arn
    }

    /// A managed security group; gives its id.
    pub(super) fn security_group(&mut self, name: &str, description: &str, vpc: &str) -> String {
        let id = format!("sg-{}", self.hex(17));
        let group = SecurityGroup {
            id: id.clone(),
            owner: self.account.id.clone(),
            name: name.to_owned(),
            description: description.to_owned(),
            vpc: vpc.to_owned(),
            ingress: BTreeSet::new(),
            egress: BTreeSet::new(),
            tags: managed_tags(),
        };
        self.account.security_groups.insert(self.account.group_arn(&id), group);
        id
    }

    /// A load balancer of that VPC and scheme on which some service lives, or else a new one.
    fn balancer_for(&mut self, place: usize, is_public: bool, certificate: &Arn) -> usize {
        let vpc = self.record.services[place].vpc.clone();
        let found = (0..self.record.balancers.len()).find(|shared| self.has_room(*shared, &vpc, is_public));
        let shared = found.unwrap_or_else(|| self.new_balancer(&vpc, is_public, certificate));
        self.record.balancers[shared].services.push(place);
        let listener = self.record.balancers[shared].listener.clone();
        let presented = &mut self.account.listeners.get_mut(&listener).expect("it was found or made").certificates;
        if !presented.contains(certificate) {
            presented.push(certificate.clone());
        }
        shared
    }

    fn has_room(&self, shared: usize, vpc: &str, is_public: bool) -> bool {
        let balancer = &self.record.balancers[shared];
        let living = balancer.services.iter().filter(|place| self.record.services[**place].stage == Stage::Living).count();
        let is_there = self.account.listeners.contains_key(&balancer.listener);
        is_there && balancer.vpc == vpc && balancer.is_public == is_public && (1..SHARED_BY).contains(&living)
    }

    fn new_balancer(&mut self, vpc: &str, is_public: bool, certificate: &Arn) -> usize {
        let shared = self.record.balancers.len();
        let name = format!("ecs-express-gateway-alb-{}", self.hex(8));
        let stamp = 1_700_000_000_000 + self.names.below(99_999_999);
        let text = "ECS Express Gateway security group - allows HTTP/HTTPS inbound with managed outbound rules";
        let group = self.security_group(&format!("ecs-express-gateway-alb-sg-{stamp}"), text, vpc);
        let arn = self.load_balancer(&name, vpc, is_public, &group);
        let listener = self.listener(&arn, 443, certificate);
        for made in [self.account.group_arn(&group), arn.clone(), listener.clone()] {
            self.record.made_by.insert(made, Maker::Balancer(shared));
        }
        self.record.balancers.push(SharedBalancer { arn, listener, group, vpc: vpc.to_owned(), is_public, services: Vec::new() });
        shared
    }

    /// A managed load balancer with its interface.
    pub(super) fn load_balancer(&mut self, name: &str, vpc: &str, is_public: bool, group: &str) -> Arn {
        let id = format!("app/{name}/{}", self.hex(16));
        let arn = self.account.arn("elasticloadbalancing", &format!("loadbalancer/{id}"));
        let balancer = LoadBalancer {
            name: name.to_owned(),
            kind: "application".into(),
            scheme: if is_public { "internet-facing" } else { "internal" }.into(),
            vpc: vpc.to_owned(),
            created_at: self.account.now,
            security_groups: vec![group.to_owned()],
            tags: managed_tags(),
        };
        self.account.load_balancers.insert(arn.clone(), balancer);
        let interface = self.interface(&format!("ELB {id}"), &[group.to_owned()]);
        let interface = self.account.interfaces.get_mut(&interface).expect("just made");
        interface.requester = Some("amazon-elb".into());
        interface.public_address = is_public.then(|| "203.0.113.10".into());
        arn
    }

    /// A managed HTTPS listener that answers 404.
    pub(super) fn listener(&mut self, balancer: &str, port: i32, certificate: &Arn) -> Arn {
        let arn = format!("{}/{}", balancer.replacen(":loadbalancer/", ":listener/", 1), self.hex(16));
        let listener = Listener {
            load_balancer: balancer.to_owned(),
            port,
            protocol: "HTTPS".into(),
            default_action: Action::FixedResponse("404".into()),
            certificates: vec![certificate.clone()],
            tags: managed_tags(),
        };
        self.account.listeners.insert(arn.clone(), listener);
        arn
    }

    pub(super) fn rule_on(&mut self, listener: &str, hosts: Vec<String>, action: Action) -> Arn {
        let arn = format!("{}/{}", listener.replacen(":listener/", ":listener-rule/", 1), self.hex(16));
        let taken = self.account.rules.values().filter(|rule| rule.listener == listener).map(|rule| rule.priority).max();
        let priority = taken.unwrap_or(0) + 1;
        let rule = ListenerRule { listener: listener.to_owned(), priority, hosts, paths: Vec::new(), action, tags: managed_tags() };
        self.account.rules.insert(arn.clone(), rule);
        arn
    }

    fn rule(&mut self, place: usize, weights: Vec<(Arn, i32)>) {
        let service = &self.record.services[place];
        let (Some(shared), host) = (service.balancer, service.host.clone()) else { return };
        let listener = self.record.balancers[shared].listener.clone();
        let rule = self.rule_on(&listener, vec![host], Action::Forward(weights));
        self.made(place, &rule);
        self.record.services[place].rule = Some(rule);
    }

    /// Two managed target groups; gives their ARNs.
    pub(super) fn target_group_pair(&mut self, vpc: &str) -> [Arn; 2] {
        [(), ()].map(|()| {
            let name = format!("ecs-gateway-tg-{}", self.hex(17));
            let arn = self.account.arn("elasticloadbalancing", &format!("targetgroup/{name}/{}", self.names.hex(16)));
            let group =
                TargetGroup { name, target_type: "ip".into(), vpc: vpc.to_owned(), port: 80, targets: Vec::new(), tags: managed_tags() };
            self.account.target_groups.insert(arn.clone(), group);
            arn
        })
    }

    fn new_target_groups(&mut self, place: usize) -> [Arn; 2] {
        let vpc = self.record.services[place].vpc.clone();
        let pair = self.target_group_pair(&vpc);
        for arn in &pair {
            self.made(place, arn);
        }
        pair
    }

    fn scaling(&mut self, place: usize) {
        let (cluster, name) = (self.record.services[place].cluster.clone(), self.record.services[place].name.clone());
        let resource_id = format!("service/{cluster}/{name}");
        let (target, policy, alarms) = self.scaled(&resource_id, &format!("{name}AVERAGE_CPU"), managed_tags());
        for arn in alarms.iter().chain([&target, &policy]) {
            self.made(place, arn);
        }
        let service = &mut self.record.services[place];
        (service.scalable_target, service.policy, service.scaling_alarms) = (Some(target), Some(policy), alarms);
    }

    /// A scalable target with a policy and the alarms that Application Auto Scaling makes for it. Whatever bore these names is replaced.
    pub(super) fn scaled(&mut self, resource_id: &str, policy: &str, tags: Tags) -> (Arn, Arn, Vec<Arn>) {
        let created_at = self.account.now;
        self.account.scalable_targets.retain(|_, target| target.resource_id != resource_id);
        let old: Vec<Arn> =
            self.account.scaling_policies.values().filter(|p| p.resource_id == resource_id).flat_map(|p| p.alarms.clone()).collect();
        self.account.scaling_policies.retain(|_, policy| policy.resource_id != resource_id);
        self.account.alarms.retain(|arn, _| !old.contains(arn));
        let target = self.account.arn("application-autoscaling", &format!("scalable-target/0ec5{}", self.names.hex(32)));
        let uuid = format!("{}-{}-{}-{}-{}", self.hex(8), self.hex(4), self.hex(4), self.hex(4), self.hex(12));
        let policy_arn = self.account.arn("autoscaling", &format!("scalingPolicy:{uuid}:resource/ecs/{resource_id}:policyName/{policy}"));
        let names = ["High", "Low"].map(|level| format!("TargetTracking-{resource_id}-Alarm{level}-{uuid}"));
        let alarms: Vec<Arn> = names.map(|name| self.alarm(&name, AlarmKind::Metric { metrics: Vec::new() }, Tags::new())).into();
        let scalable = ScalableTarget { resource_id: resource_id.to_owned(), created_at, tags };
        self.account.scalable_targets.insert(target.clone(), scalable);
        let scaling = ScalingPolicy { name: policy.to_owned(), resource_id: resource_id.to_owned(), created_at, alarms: alarms.clone() };
        self.account.scaling_policies.insert(policy_arn.clone(), scaling);
        (target, policy_arn, alarms)
    }

    pub(super) fn alarm(&mut self, name: &str, kind: AlarmKind, tags: Tags) -> Arn {
        let arn = self.account.arn("cloudwatch", &format!("alarm:{name}"));
        let alarm = Alarm { name: name.to_owned(), kind, configured_at: self.account.now, tags };
        self.account.alarms.insert(arn.clone(), alarm);
        arn
    }

    /// The alarm that rolls deployments back; ECS writes it anew at every deployment.
    fn rollback_alarm(&mut self, place: usize) {
        let service = &self.record.services[place];
        let Some(shared) = service.balancer else { return };
        let balancer = short(&self.record.balancers[shared].arn, "loadbalancer/");
        let of_group = |arn: &Arn| vec![("LoadBalancer".to_owned(), balancer.clone()), ("TargetGroup".to_owned(), short(arn, ""))];
        let metrics = service.target_groups.iter().flatten().map(of_group).collect();
        let name = format!("{}/{}/RollbackAlarm", service.cluster, service.name);
        let arn = self.alarm(&name, AlarmKind::Metric { metrics }, managed_tags());
        self.made(place, &arn);
        self.account.services.get_mut(&self.record.services[place].arn).expect("it lives").rollback_alarms = vec![name];
        self.record.services[place].alarm = Some(arn);
    }

    /// An interface; gives its id.
    pub(super) fn interface(&mut self, description: &str, groups: &[String]) -> String {
        let (id, address) = (format!("eni-{}", self.hex(17)), self.free_address());
        let interface = Interface {
            description: description.to_owned(),
            requester: None,
            security_groups: groups.to_vec(),
            addresses: vec![address],
            ipv6_addresses: Vec::new(),
            public_address: None,
        };
        self.account.interfaces.insert(id.clone(), interface);
        id
    }

    fn start_task(&mut self, place: usize) {
        let groups: Vec<String> = self.record.services[place].group.iter().cloned().collect();
        let attachment = format!("attachment/{}", self.hex(12));
        let interface = self.interface(&self.account.arn("ecs", &attachment), &groups);
        self.record.services[place].tasks.push(interface);
        let running = i32::try_from(self.record.services[place].tasks.len()).expect("few tasks");
        self.account.services.get_mut(&self.record.services[place].arn).expect("it lives").running_tasks = running;
    }

    /// Registers the tasks' addresses with the first target group of the newest revision; others that answer there stay.
    fn register(&mut self, place: usize) {
        let service = &self.record.services[place];
        let Some(arn) = service.target_groups.last().map(|pair| pair[0].clone()) else { return };
        let Some(group) = self.account.target_groups.get(&arn) else { return };
        let own = service.tasks.iter().filter_map(|id| self.account.interfaces.get(id)).flat_map(|interface| &interface.addresses);
        let others = self.account.interfaces.iter().filter(|(id, _)| !service.tasks.contains(id));
        let others = others.flat_map(|(_, interface)| &interface.addresses).filter(|address| group.targets.contains(address));
        let targets = own.chain(others).cloned().collect();
        self.account.target_groups.get_mut(&arn).expect("it is there").targets = targets;
    }

    /// A revision that names all that its service has, with the pair of target groups at that place.
    fn revision(&mut self, place: usize, pair: usize) -> Arn {
        let now = self.account.now;
        let family = format!("{}-{}", self.record.services[place].cluster, self.record.services[place].name);
        let known = self.account.task_definitions.entry(family.clone()).or_default();
        let next = known.last().and_then(|arn| arn.rsplit(':').next()?.parse::<u32>().ok()).unwrap_or(0) + 1;
        let task = format!("arn:aws:ecs:{}:{}:task-definition/{family}:{next}", self.account.region, self.account.id);
        known.push(task.clone());
        self.made(place, &task);
        let id = 1_000_000_000_000_000_000 + u64::try_from(self.names.below(usize::MAX >> 4)).expect("it fits");
        let service = &self.record.services[place];
        let arn = self.account.arn("ecs", &format!("service-revision/{}/{}/{id}", service.cluster, service.name));
        let group_arn = service.group.as_ref().map(|id| self.account.group_arn(id));
        let each = |arn: &Arn| managed(arn, now);
        let revision = ServiceRevision {
            service: service.arn.clone(),
            cluster: self.account.arn("ecs", &format!("cluster/{}", service.cluster)),
            created_at: now,
            task_definition: Some(task),
            security_groups: service.group.iter().cloned().collect(),
            ingress_paths: self.ingress_path(place, pair).into_iter().collect(),
            scalable_target: service.scalable_target.as_ref().map(each),
            scaling_policies: service.policy.iter().map(each).collect(),
            alarms: service.alarm.iter().map(each).collect(),
            service_security_groups: group_arn.iter().map(each).collect(),
            log_groups: service.log_group.iter().map(each).collect(),
            gateway_connections: Vec::new(),
        };
        self.account.revisions.insert(arn.clone(), revision);
        self.record.services[place].revisions.push(arn.clone());
        arn
    }

    fn ingress_path(&self, place: usize, pair: usize) -> Option<IngressPath> {
        let (service, now) = (&self.record.services[place], self.account.now);
        let shared = &self.record.balancers[service.balancer?];
        Some(IngressPath {
            endpoint: format!("https://{}", service.host),
            is_public: shared.is_public,
            load_balancer: Some(managed(&shared.arn, now)),
            load_balancer_group_ids: vec![shared.group.clone()],
            load_balancer_security_groups: vec![managed(&self.account.group_arn(&shared.group), now)],
            certificate: service.certificate.as_ref().map(|arn| managed(arn, now)),
            listener: Some(managed(&shared.listener, now)),
            rule: service.rule.as_ref().map(|arn| managed(arn, now)),
            target_groups: service.target_groups.get(pair).into_iter().flatten().map(|arn| managed(arn, now)).collect(),
        })
    }

    fn deployment(&mut self, place: usize, sources: &[Arn], target: &Arn, status: &str) {
        let (now, service) = (self.account.now, &self.record.services[place]);
        let (cluster, name, service_arn) = (service.cluster.clone(), service.name.clone(), service.arn.clone());
        let arn = self.account.arn("ecs", &format!("service-deployment/{cluster}/{name}/{}", self.names.hex(21)));
        let deployment = ServiceDeployment {
            service: service_arn.clone(),
            status: status.to_owned(),
            created_at: now,
            updated_at: now,
            finished_at: (status != "IN_PROGRESS").then_some(now),
            source_revisions: sources.to_vec(),
            target_revision: Some(target.clone()),
        };
        self.account.deployments.insert(arn.clone(), deployment);
        let shown = self.account.services.get_mut(&service_arn).expect("it lives");
        shown.current_deployment = Some(arn);
        shown.current_revisions = if sources.is_empty() { vec![target.clone()] } else { sources.to_vec() };
        shown.updated_at = now;
        shown.events.insert(0, now);
        shown.deployments = vec![(now, now)];
    }

    /// Whether a deployment of the service is in flight.
    pub(crate) fn is_deploying(&self, place: usize) -> bool {
        let service = self.account.services.get(&self.record.services[place].arn);
        let deployment = service.and_then(|service| self.account.deployments.get(service.current_deployment.as_ref()?));
        deployment.is_some_and(|deployment| deployment.status == "IN_PROGRESS")
    }

    /// Begins a deployment with target groups of its own: the rule names all four, and nothing is shifted yet.
    pub(crate) fn deploy(&mut self, place: usize) {
        let Some(old) = self.record.services[place].revisions.last().cloned() else { return };
        if self.is_deploying(place) || self.record.services[place].balancer.is_none() {
            return;
        }
        let new = self.new_target_groups(place);
        self.record.services[place].target_groups.push(new);
        self.start_task(place);
        self.register(place);
        self.shift(place, 100);
        self.rollback_alarm(place);
        let revision = self.revision(place, 1);
        self.deployment(place, &[old], &revision, "IN_PROGRESS");
    }

    /// Shifts part of the traffic to the new revision.
    pub(crate) fn shift(&mut self, place: usize, old_weight: i32) {
        let pairs = &self.record.services[place].target_groups;
        let [old, new] = pairs.as_slice() else { return };
        let weights = vec![(old[0].clone(), old_weight), (old[1].clone(), 0), (new[0].clone(), 100 - old_weight), (new[1].clone(), 0)];
        self.forward(place, weights);
        if let Some(service) = self.account.services.get_mut(&self.record.services[place].arn) {
            service.events.insert(0, self.account.now);
            if let Some(deployment) = service.current_deployment.as_ref().and_then(|arn| self.account.deployments.get_mut(arn)) {
                deployment.updated_at = self.account.now;
            }
        }
    }

    fn forward(&mut self, place: usize, weights: Vec<(Arn, i32)>) {
        let rule = self.record.services[place].rule.clone();
        if let Some(rule) = rule.and_then(|arn| self.account.rules.get_mut(&arn)) {
            rule.action = Action::Forward(weights);
        }
    }

    /// Ends a deployment, for the new revision or back to the old one. The loser's target groups stay if `leaves` says so.
    pub(crate) fn end_deployment(&mut self, place: usize, succeeds: bool, leaves: bool) {
        let service = &self.record.services[place];
        let (true, [old, new]) = (self.is_deploying(place), service.target_groups.as_slice()) else { return };
        let (winner, loser) = if succeeds { (new.clone(), old.clone()) } else { (old.clone(), new.clone()) };
        let revisions = service.revisions.clone();
        let kept = if succeeds { revisions.last() } else { revisions.iter().rev().nth(1) }.cloned().expect("two revisions");
        self.forward(place, vec![(winner[0].clone(), 100), (winner[1].clone(), 0)]);
        for arn in loser.iter().filter(|_| !leaves) {
            self.account.target_groups.remove(arn);
        }
        self.record.services[place].target_groups = vec![winner];
        self.record.services[place].revisions = vec![kept.clone()];
        self.stop_a_task(place);
        self.rollback_alarm(place);
        let (now, arn) = (self.account.now, self.record.services[place].arn.clone());
        let shown = self.account.services.get_mut(&arn).expect("it lives");
        shown.current_revisions = vec![kept];
        shown.events.insert(0, now);
        if let Some(deployment) = shown.current_deployment.as_ref().and_then(|arn| self.account.deployments.get_mut(arn)) {
            deployment.status = if succeeds { "SUCCESSFUL" } else { "ROLLBACK_SUCCESSFUL" }.into();
            (deployment.updated_at, deployment.finished_at) = (now, Some(now));
        }
    }

    fn stop_a_task(&mut self, place: usize) {
        let stopped = self.record.services[place].tasks.remove(0);
        self.account.interfaces.remove(&stopped);
        self.register(place);
        let running = i32::try_from(self.record.services[place].tasks.len()).expect("few tasks");
        self.account.services.get_mut(&self.record.services[place].arn).expect("it lives").running_tasks = running;
    }
}

/// What metrics call a load balancer or a target group.
fn short(arn: &str, prefix: &str) -> String {
    arn.splitn(6, ':').nth(5).and_then(|resource| resource.strip_prefix(prefix)).unwrap_or_default().to_owned()
}

fn express_service(cluster: &str, name: &str, now: crate::aws::Time) -> Service {
    Service {
        cluster: cluster.to_owned(),
        name: name.to_owned(),
        status: ServiceStatus::Active,
        management: Management::Ecs,
        created_at: now,
        updated_at: now,
        events: vec![now],
        deployments: Vec::new(),
        running_tasks: 0,
        current_revisions: Vec::new(),
        current_deployment: None,
        rollback_alarms: Vec::new(),
        infrastructure_role: Some("arn:aws:iam::123456789012:role/infrastructure".into()),
        security_groups: Vec::new(),
        target_groups: Vec::new(),
        tags: Tags::new(),
    }
}
