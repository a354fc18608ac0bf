//! The order of a scan: ECS and the resource side by side, then a closer look at what nobody claims.

use std::collections::{BTreeMap, BTreeSet};

use aws_config::SdkConfig;

use super::clients::Clients;
use super::failure::Failure;
use super::harvest::{Harvest, side_by_side};
use super::{
    Options, acm, autoscaling, clock, cloudwatch, configurations, ec2, ecs, ecs_facts, elbv2, gateways, in_service, logs, suspects, tagging,
};
use crate::inventory::{Collection, Ownership, ScopeInventory};
use crate::kinds::{Listener, ListenerRule, ManagedTag, Management, Resource, Service, ServiceName, ServiceStatus};
use crate::model::{Arn, Cause, Kind, Scope, ServiceState};

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
    scan.report("listing");
    let mut live = scan.part();
    live.wanted_tags.clone_from(&options.wanted_tags);
    let (ecs_side, gateways, resource_side) =
        tokio::join!(scan.ecs_side(), gateways::gateways(&scan.clients.ecs, scope), scan.resource_side());
    live.absorb(ecs_side);
    live.absorb(resource_side);
    live.gateways = gateways.gateways.store(&mut live);
    scan.of_routes(&mut live, &gateways.services).await;
    scan.further_listeners(&mut live).await;
    Box::pin(suspects::look_closer(&scan, &mut live)).await;
    in_service::look_closer(&scan, &mut live).await;
    live.totals = totals(&live);
    configurations::read(&scan, &mut live).await;
    live.prune();
    live.sort();
    live.finished_at = clock(config);
    live.api_calls = scan.clients.counter.calls();
    live.throttles = scan.clients.counter.throttles();
    live
}

impl Scan<'_> {
    /// An empty part of the inventory, to be absorbed by the whole.
    pub(super) fn part(&self) -> ScopeInventory {
        ScopeInventory::unread(self.scope.clone(), clock(self.config))
    }

    pub(super) fn report(&self, stage: &'static str) {
        if let Some(progress) = &self.options.progress {
            progress(stage, self.clients.counter.calls());
        }
    }

    /// Clusters, their Express services, and what these stand by now.
    pub(super) async fn ecs_side(&self) -> ScopeInventory {
        let mut part = self.part();
        let clusters = ecs::cluster_arns(&self.clients.ecs).await.store(&mut part);
        let (details, services) = tokio::join!(
            ecs::clusters(&self.clients.ecs, &clusters, &self.options.wanted_tags),
            side_by_side(&clusters, |cluster| ecs::express_service_arns(&self.clients.ecs, cluster)),
        );
        part.clusters = details.store(&mut part);
        let listed = services.store(&mut part);
        let names: BTreeSet<ServiceName> = listed.iter().filter_map(ServiceName::of_arn).collect();
        self.describe(&mut part, &names).await;
        self.insist_on(&mut part, &names).await;
        self.what_they_stand_by(&mut part, OrdinaryServices::LeftOut).await;
        part
    }

    /// Describes services by name, whoever manages them.
    pub(super) async fn describe(&self, part: &mut ScopeInventory, names: &BTreeSet<ServiceName>) {
        let mut by_cluster: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for name in names {
            by_cluster.entry(&name.cluster).or_default().push(name.name.clone());
        }
        let read = side_by_side(by_cluster, |(cluster, names)| async move {
            ecs::services(&self.clients.ecs, self.scope, cluster, &names, &self.options.wanted_tags).await
        });
        let services = read.await.store(part);
        part.services.extend(services);
    }

    /// What ECS has just listed it must know: one that it calls missing or dead is asked for once more, and then its state is not known.
    pub(super) async fn insist_on(&self, part: &mut ScopeInventory, listed: &BTreeSet<ServiceName>) {
        let missing = unknown_of(part, listed);
        if missing.is_empty() {
            return;
        }
        part.services.retain(|service| !missing.contains(&service.name));
        let arns: BTreeSet<String> = missing.iter().map(|name| ecs_facts::service_arn(self.scope, name).to_string()).collect();
        part.gaps.retain(|gap| !gap.parent.as_ref().is_some_and(|parent| arns.contains(parent)));
        self.describe(part, &missing).await;
        for name in unknown_of(part, &missing) {
            let unknown = ecs_facts::unanswered(self.scope, name.clone(), ServiceStatus::Unknown);
            part.reads.revoke(Collection::ServiceDetails, unknown.arn.as_str());
            if !part.gaps.iter().any(|gap| gap.parent.as_deref() == Some(unknown.arn.as_str())) {
                part.gaps.push(Failure::new(Cause::NotCollected).gap(Collection::ServiceDetails, unknown.arn.as_str()));
            }
            part.services.retain(|service| service.name != name);
            part.services.push(unknown);
        }
    }

    /// Revisions and deployments of the services that are not dead; a deployment in flight adds its own revisions.
    pub(super) async fn what_they_stand_by(&self, part: &mut ScopeInventory, ordinary: OrdinaryServices) {
        let is_standing = |service: &&Service| {
            let is_ordinary = service.management == Management::Customer;
            !service.state().is_dead() && (!is_ordinary || ordinary == OrdinaryServices::Included)
        };
        let standing = part.services.iter().filter(is_standing);
        let revisions: Vec<Arn> = standing.clone().flat_map(|service| service.revisions.clone()).collect();
        let deployments: Vec<Arn> = standing.filter_map(|service| service.current_deployment.clone()).collect();
        let (revisions, deployments) = tokio::join!(self.revisions(&revisions), ecs::deployments(&self.clients.ecs, &deployments));
        part.absorb(revisions);
        let deployments = deployments.store(part);
        let by_arn: BTreeMap<Arn, ecs::Deployment> = deployments.into_iter().map(|d| (d.arn.clone(), d)).collect();
        for service in &mut part.services {
            let Some(deployment) = service.current_deployment.as_ref().and_then(|arn| by_arn.get(arn)) else { continue };
            part.reads.complete_for(Collection::Deployments, service.arn.as_str());
            note_deployment(service, deployment);
        }
        let known: BTreeSet<&Arn> = part.revisions.iter().map(|revision| &revision.arn).collect();
        let asked = |arn: &&Arn| !known.contains(*arn) && !part.gaps.iter().any(|gap| gap.parent.as_deref() == Some(arn.as_str()));
        let standing = part.services.iter().filter(is_standing);
        let more: Vec<Arn> = standing.flat_map(|service| &service.revisions).filter(asked).cloned().collect();
        part.absorb(self.revisions(&more).await);
    }

    /// Revisions; those that ECS calls missing are asked for once more, since it is eventually consistent.
    pub(super) async fn revisions(&self, arns: &[Arn]) -> ScopeInventory {
        let mut part = self.part();
        let first = ecs::revisions(&self.clients.ecs, self.scope, arns).await;
        let missing = first.gaps.iter().filter(|gap| gap.cause == Cause::NotCollected);
        let missing: Vec<Arn> = missing.filter_map(|gap| Arn::parse(gap.parent.as_deref()?)).collect();
        let again = ecs::revisions(&self.clients.ecs, self.scope, &missing).await;
        let gaps = first.gaps.into_iter().filter(|gap| gap.cause != Cause::NotCollected).chain(again.gaps).collect();
        let items = first.items.into_iter().chain(again.items).collect();
        let reads = first.reads.into_iter().chain(again.reads).collect();
        part.revisions = Harvest { items, reads, gaps }.store(&mut part);
        part
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
        part.listeners = elbv2::listeners(&self.clients.elb, balancers).await.store(&mut part);
        let listeners: Vec<Arn> = part.listeners.iter().map(|listener| listener.arn.clone()).collect();
        part.rules = elbv2::rules(&self.clients.elb, &listeners).await.store(&mut part);
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

/// Of these services, those about which ECS said nothing, or that they do not exist.
fn unknown_of(part: &ScopeInventory, names: &BTreeSet<ServiceName>) -> BTreeSet<ServiceName> {
    let known = part.services.iter().filter(|service| !service.state().is_dead());
    let known: BTreeSet<&ServiceName> = known.map(|service| &service.name).collect();
    names.iter().filter(|name| !known.contains(name)).cloned().collect()
}

/// Whether the revisions of ordinary services are read: they name what gateways made, and ECS cannot describe old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrdinaryServices {
    Included,
    LeftOut,
}

impl OrdinaryServices {
    pub(super) fn of(live: &ScopeInventory) -> Self {
        if live.gateways.is_empty() { Self::LeftOut } else { Self::Included }
    }
}

fn note_deployment(service: &mut Service, deployment: &ecs::Deployment) {
    service.is_deploying = Some(deployment.is_in_flight);
    if let Some(at) = deployment.updated_at {
        ecs_facts::note_activity(service, at, "last deployment");
    }
    if deployment.is_in_flight {
        let more: Vec<Arn> = deployment.revisions.iter().filter(|arn| !service.revisions.contains(arn)).cloned().collect();
        service.revisions.extend(more);
    }
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
