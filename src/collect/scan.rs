//! The order of a scan: ECS and the resource side by side, then a closer look at what nobody claims.

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;
use tokio::sync::oneshot;

use super::clients::Clients;
use super::services::OrdinaryServices;
use super::{Options, acm, autoscaling, clock, cloudwatch, configurations, ec2, ecs, elbv2, gateways, in_service, logs, suspects, tagging};
use crate::inventory::{Collection, Ownership, ScopeInventory};
use crate::kinds::{Listener, ListenerRule, ManagedTag, Resource, Service, ServiceName};
use crate::model::{Arn, Kind, Scope, ServiceState};

/// One scan under way.
pub(super) struct Scan<'s> {
    pub clients: Clients,
    pub config: &'s SdkConfig,
    pub scope: &'s Scope,
    pub options: &'s Options,
}

/// Reads the scope.
pub(super) async fn scan(config: &SdkConfig, scope: &Scope, options: &Options) -> ScopeInventory {
    let scan = Scan { clients: Clients::new(config, scope, options), config, scope, options };
    // Configurations are one call a service, and hang on nothing but the services: they are read beside all the rest.
    let (tell, told) = oneshot::channel();
    let (mut live, read) = tokio::join!(Box::pin(scan.inventory(tell)), configurations::when_told(&scan, told));
    configurations::complete(&scan, &mut live, read).await;
    live.prune();
    live.sort();
    live.finished_at = clock(config);
    live.api_calls = scan.clients.counter.calls();
    live.throttles = scan.clients.counter.throttles();
    live
}

impl Scan<'_> {
    /// Everything but configurations; it tells what of these is wanted as soon as it knows.
    async fn inventory(&self, tell: oneshot::Sender<BTreeSet<Arn>>) -> ScopeInventory {
        self.report("listing");
        let mut live = self.part();
        live.wanted_tags.clone_from(&self.options.wanted_tags);
        let ecs_side = async {
            let part = self.ecs_side().await;
            let _ = tell.send(configurations::wanted(self, &part)); // who does not listen was dropped with the scan
            part
        };
        let (ecs_side, gateways, resource_side) =
            tokio::join!(ecs_side, gateways::gateways(&self.clients.ecs, self.scope), self.resource_side());
        live.absorb(ecs_side);
        live.absorb(resource_side);
        live.gateways = gateways.gateways.store(&mut live);
        self.of_routes(&mut live, &gateways.services).await;
        self.further_listeners(&mut live).await;
        Box::pin(suspects::look_closer(self, &mut live)).await;
        in_service::look_closer(self, &mut live).await;
        live.totals = totals(&live);
        live
    }

    /// An empty part of the inventory, to be absorbed by the whole.
    pub(super) fn part(&self) -> ScopeInventory {
        ScopeInventory::unread(self.scope.clone(), clock(self.config))
    }

    pub(super) fn report(&self, stage: &'static str) {
        if let Some(progress) = &self.options.progress {
            progress(stage, self.clients.counter.calls());
        }
    }

    /// Everything that does not hang on ECS's answers, side by side.
    async fn resource_side(&self) -> ScopeInventory {
        let (clients, scope) = (&self.clients, self.scope);
        let mut part = self.part();
        let (balancing, certificates, alarms, log_groups, groups, targets, families, index) = tokio::join!(
            self.balancing(),
            acm::certificates(&clients.acm),
            cloudwatch::alarms(&clients.cloudwatch, scope),
            logs::log_groups(&clients.logs),
            ec2::security_groups(&clients.ec2, scope, &self.options.wanted_tags),
            autoscaling::scalable_targets(&clients.scaling),
            ecs::task_families(&clients.ecs),
            tagging::indexed(&clients.tagging),
        );
        part.absorb(balancing);
        part.certificates = certificates.store(&mut part);
        part.alarms = alarms.store(&mut part);
        part.log_groups = log_groups.store(&mut part);
        part.security_groups = groups.store(&mut part);
        part.scalable_targets = targets.store(&mut part);
        part.task_families = families.store(&mut part);
        let indexed = index.store(&mut part);
        note_indexed(&mut part, &indexed.into_iter().collect());
        part
    }

    /// Load balancers and target groups; and at once what hangs on load balancers with Express's names.
    async fn balancing(&self) -> ScopeInventory {
        let (elb, mut part) = (&self.clients.elb, self.part());
        let with_listeners = async {
            let balancers = elbv2::load_balancers(elb, self.scope).await;
            let express: Vec<Arn> = balancers.items.iter().filter(|b| b.has_express_name()).map(|b| b.arn.clone()).collect();
            (balancers, self.on_balancers(&express).await)
        };
        let ((balancers, listeners), target_groups) = tokio::join!(with_listeners, elbv2::target_groups(elb));
        part.load_balancers = balancers.store(&mut part);
        part.target_groups = target_groups.store(&mut part);
        part.absorb(listeners);
        part
    }

    /// The listeners of these load balancers, with certificates and rules.
    pub(super) async fn on_balancers(&self, balancers: &[Arn]) -> ScopeInventory {
        let mut part = self.part();
        let elb = &self.clients.elb;
        let listeners = elbv2::listeners(elb, balancers).await.store(&mut part);
        let arns: Vec<Arn> = listeners.iter().map(|listener| listener.arn.clone()).collect();
        let (listeners, rules) = tokio::join!(elbv2::with_all_certificates(elb, listeners), elbv2::rules(elb, &arns));
        part.listeners = listeners.store(&mut part);
        part.rules = rules.store(&mut part);
        part
    }

    /// The services that gateway routes lead to: ordinary ones too may name what a gateway made for them.
    async fn of_routes(&self, live: &mut ScopeInventory, services: &[Arn]) {
        let names: BTreeSet<ServiceName> = services.iter().filter_map(ServiceName::of_arn).collect();
        let unknown = names.into_iter().filter(|name| !live.services.iter().any(|service| service.name == *name)).collect::<BTreeSet<_>>();
        if !unknown.is_empty() {
            let mut part = self.part();
            self.describe(&mut part, &unknown).await;
            self.what_they_stand_by(&mut part, OrdinaryServices::Included).await;
            live.absorb(part);
        }
    }

    /// The listeners of load balancers without an Express name that have to do with Express all the same.
    async fn further_listeners(&self, live: &mut ScopeInventory) {
        let missing: Vec<Arn> = {
            let wanted = balancers_of_interest(live);
            let known = live.load_balancers.iter().map(|balancer| &balancer.arn);
            known.filter(|arn| wanted.contains(arn) && !live.reads.has_for(Collection::Listeners, arn.as_str())).cloned().collect()
        };
        // What failed once is not asked again.
        let missing: Vec<Arn> =
            missing.into_iter().filter(|arn| !live.gaps.iter().any(|g| g.parent.as_deref() == Some(arn.as_str()))).collect();
        if !missing.is_empty() {
            let mut part = self.on_balancers(&missing).await;
            let indexed =
                live.resources().filter(|r| r.marks().is_some_and(|m| m.tag == ManagedTag::Indexed)).map(|r| r.arn().clone()).collect();
            note_indexed(&mut part, &indexed);
            live.absorb(part);
        }
    }
}

/// How many there are of what AWS limits, before everything that Express Mode has nothing to do with is left out.
pub(super) fn totals(live: &ScopeInventory) -> BTreeMap<Kind, u64> {
    let balancers = live.load_balancers.iter().filter(|balancer| balancer.is_application()).count();
    let counts =
        [(Kind::LoadBalancer, balancers), (Kind::TargetGroup, live.target_groups.len()), (Kind::SecurityGroup, live.security_groups.len())];
    counts.into_iter().map(|(kind, count)| (kind, count as u64)).collect()
}

/// Marks what the tag index lists. It is no proof either way.
pub(super) fn note_indexed(part: &mut ScopeInventory, indexed: &BTreeSet<Arn>) {
    for (arn, marks) in part.marks_mut() {
        if marks.tag == ManagedTag::Unread && indexed.contains(arn) {
            marks.tag = ManagedTag::Indexed;
        }
    }
}

/// The load balancers that living services or gateways name, that the index lists, or that carry traffic to an Express target group.
fn balancers_of_interest(live: &ScopeInventory) -> BTreeSet<Arn> {
    let ownership = Ownership::of(live);
    let mut wanted = BTreeSet::new();
    for resource in live.resources().filter(|resource| ownership.is_of_interest(*resource)) {
        match resource {
            Resource::LoadBalancer(balancer) => wanted.extend([balancer.arn.clone()]),
            Resource::TargetGroup(group) => wanted.extend(group.load_balancers.iter().cloned()),
            _ => {}
        }
    }
    let gateways = live.gateways.iter().flat_map(|gateway| &gateway.resources);
    let named = live.revisions.iter().flat_map(|revision| revision.managed()).filter_map(|managed| managed.arn.as_ref());
    for arn in gateways.chain(named) {
        let listener = ListenerRule::listener_of(arn).filter(|arn| arn.resource().starts_with("listener/"));
        wanted.extend(Listener::balancer_of(listener.as_ref().unwrap_or(arn)));
    }
    wanted
}

/// The services that are leaving.
pub(super) fn leaving(part: &mut ScopeInventory) -> impl Iterator<Item = &mut Service> {
    part.services.iter_mut().filter(|service| service.state() == ServiceState::Draining)
}
