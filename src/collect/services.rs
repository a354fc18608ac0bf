//! The ECS side of a scan: clusters, their Express services, and the revisions and deployments that these stand by.

use std::collections::{BTreeMap, BTreeSet};

use super::failure::Failure;
use super::harvest::{Harvest, side_by_side};
use super::scan::{Scan, leaving};
use super::{ecs, ecs_facts};
use crate::inventory::{Collection, ScopeInventory};
use crate::kinds::{Management, Service, ServiceName, ServiceStatus};
use crate::model::{Arn, Cause};

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

impl Scan<'_> {
    /// Clusters, their Express services, and what these stand by now.
    pub(super) async fn ecs_side(&self) -> ScopeInventory {
        let mut part = self.part();
        let clusters = ecs::cluster_arns(&self.clients.ecs).await.store(&mut part);
        self.read_clusters(&mut part, &clusters, &clusters).await;
        self.what_they_stand_by(&mut part, OrdinaryServices::LeftOut).await;
        part
    }

    /// The Express services of these clusters, and of those among them that are not known yet the details.
    pub(super) async fn read_clusters(&self, part: &mut ScopeInventory, clusters: &[Arn], unknown: &[Arn]) {
        let (details, services) = tokio::join!(
            ecs::clusters(&self.clients.ecs, unknown, &self.options.wanted_tags),
            side_by_side(clusters, |cluster| ecs::express_service_arns(&self.clients.ecs, cluster)),
        );
        part.clusters = details.store(part);
        let listed = services.store(part);
        let names: BTreeSet<ServiceName> = listed.iter().filter_map(ServiceName::of_arn).collect();
        self.describe(part, &names).await;
        self.insist_on(part, &names).await;
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

    /// The same, with what only Express tells of those that are leaving.
    pub(super) async fn describe_fully(&self, part: &mut ScopeInventory, names: &BTreeSet<ServiceName>) {
        self.describe(part, names).await;
        let express = side_by_side(leaving(part), |service| ecs::leaving(&self.clients.ecs, service)).await;
        express.store(part);
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
}

/// Of these services, those about which ECS said nothing, or that they do not exist.
fn unknown_of(part: &ScopeInventory, names: &BTreeSet<ServiceName>) -> BTreeSet<ServiceName> {
    let known = part.services.iter().filter(|service| !service.state().is_dead());
    let known: BTreeSet<&ServiceName> = known.map(|service| &service.name).collect();
    names.iter().filter(|name| !known.contains(name)).cloned().collect()
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
