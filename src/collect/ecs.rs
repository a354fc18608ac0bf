//! ECS: clusters, services (listed, or asked for by name), their revisions and deployments, task-definition families.

use std::collections::BTreeSet;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{ClusterField, ResourceManagementType, ServiceDeploymentStatus, ServiceField, TaskDefinitionFamilyStatus};

use super::ecs_facts;
use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, side_by_side, whole};
use crate::inventory::Collection;
use crate::kinds::{Cluster, Service, ServiceName, ServiceRevision, ServiceStatus, TaskFamily};
use crate::model::{Arn, Cause, Scope};

/// Lists the ARNs of the scope's clusters.
pub(super) async fn cluster_arns(ecs: &Client) -> Harvest<Arn> {
    read_all(Collection::Clusters, "", |token| async move {
        let page = ecs.list_clusters().max_results(100).set_next_token(token).send().await?;
        Ok(Page::new(whole(page.cluster_arns().iter().map(|arn| Arn::parse(arn)))?, page.next_token()))
    })
    .await
}

/// Describes clusters, 100 a call, with their statistics.
pub(super) async fn clusters(ecs: &Client, arns: &[Arn], wanted: &BTreeSet<String>) -> Harvest<Cluster> {
    side_by_side(arns.chunks(100), |chunk| async move {
        let request = ecs.describe_clusters().set_clusters(Some(chunk.iter().map(Arn::to_string).collect()));
        let answer = request.include(ClusterField::Statistics).include(ClusterField::Tags).send().await;
        let (items, failure) = match answer {
            Ok(page) => (
                page.clusters().iter().filter_map(|cluster| ecs_facts::cluster(cluster, wanted)).collect(),
                Failure::new(Cause::NotCollected),
            ),
            Err(error) => (Vec::new(), Failure::from(error)),
        };
        let mut harvest = accounted(Collection::ClusterDetails, chunk, items, |cluster: &Cluster| &cluster.arn, &failure);
        // It was listed, so it is there, whatever else is not known of it.
        let silent = chunk.iter().filter(|arn| !harvest.items.iter().any(|cluster| cluster.arn == **arn));
        let silent: Vec<Cluster> = silent.map(ecs_facts::unanswered_cluster).collect();
        harvest.items.extend(silent);
        // Without its statistics it may have services that are leaving and that nothing names.
        for cluster in harvest.items.iter().filter(|cluster| cluster.draining_services.is_none()) {
            harvest.reads.retain(|(_, parent)| parent != cluster.arn.as_str());
            if !harvest.gaps.iter().any(|gap| gap.parent.as_deref() == Some(cluster.arn.as_str())) {
                harvest.gaps.push(Failure::new(Cause::NotCollected).gap(Collection::ClusterDetails, cluster.arn.as_str()));
            }
        }
        harvest
    })
    .await
}

/// Of these clusters, those that take services, by name: 100 a call. An INACTIVE one is remembered, but not there.
pub(super) async fn existing_clusters(ecs: &Client, names: &[String]) -> Harvest<String> {
    side_by_side(names.chunks(100), |chunk| async move {
        let parent = chunk.join(", ");
        match ecs.describe_clusters().set_clusters(Some(chunk.to_vec())).send().await {
            Ok(page) => {
                let there = page.clusters().iter().filter(|cluster| matches!(cluster.status(), Some("ACTIVE" | "PROVISIONING")));
                let told = |name: &&String| {
                    let is_described = page.clusters().iter().any(|cluster| cluster.cluster_name() == Some(name.as_str()));
                    let of_name = |arn: &str| arn.rsplit('/').next() == Some(name.as_str());
                    let is_missing = |f: &aws_sdk_ecs::types::Failure| f.reason() == Some("MISSING") && f.arn().is_some_and(of_name);
                    is_described || page.failures().iter().any(is_missing)
                };
                let silent = chunk.iter().filter(|name| !told(name));
                let gaps = silent.map(|name| Failure::new(Cause::NotCollected).gap(Collection::ClusterDetails, name)).collect();
                let items = there.filter_map(|cluster| cluster.cluster_name().map(str::to_owned)).collect();
                Harvest { items, reads: Vec::new(), gaps }
            }
            Err(error) => Harvest { gaps: vec![Failure::from(error).gap(Collection::ClusterDetails, &parent)], ..Harvest::default() },
        }
    })
    .await
}

/// Lists the ARNs of the Express services of a cluster. DRAINING and INACTIVE ones are not among them.
pub(super) async fn express_service_arns(ecs: &Client, cluster: &Arn) -> Harvest<Arn> {
    read_all(Collection::Services, cluster.as_str(), |token| async move {
        let request = ecs.list_services().cluster(cluster.as_str()).resource_management_type(ResourceManagementType::Ecs);
        let page = request.max_results(100).set_next_token(token).send().await?;
        Ok(Page::new(whole(page.service_arns().iter().map(|arn| Arn::parse(arn)))?, page.next_token()))
    })
    .await
}

/// Describes services of one cluster by name, 10 a call. One that ECS does not know is [`ServiceStatus::Absent`].
pub(super) async fn services(ecs: &Client, scope: &Scope, cluster: &str, names: &[String], wanted: &BTreeSet<String>) -> Harvest<Service> {
    side_by_side(names.chunks(10), |chunk| describe_services(ecs, scope, cluster, chunk, wanted)).await
}

async fn describe_services(ecs: &Client, scope: &Scope, cluster: &str, names: &[String], wanted: &BTreeSet<String>) -> Harvest<Service> {
    let named = |name: &String| ServiceName { cluster: cluster.to_owned(), name: name.clone() };
    let request = ecs.describe_services().cluster(cluster).set_services(Some(names.to_vec()));
    let mut harvest = Harvest::default();
    match request.include(ServiceField::Tags).send().await {
        Ok(page) => {
            harvest.items.extend(page.services().iter().filter_map(|service| ecs_facts::service(scope, service, wanted)));
            let missing = page.failures().iter().filter(|failure| failure.reason() == Some("MISSING"));
            let missing: Vec<&str> = missing.filter_map(|failure| failure.arn()?.rsplit('/').next()).collect();
            let absent = names.iter().filter(|name| missing.contains(&name.as_str()));
            harvest.items.extend(absent.map(|name| ecs_facts::unanswered(scope, named(name), ServiceStatus::Absent)));
            let answered: Vec<&str> = harvest.items.iter().map(|service| service.name.name.as_str()).collect();
            let silent: Vec<&String> = names.iter().filter(|name| !answered.contains(&name.as_str())).collect();
            for name in silent {
                let arn = ecs_facts::service_arn(scope, &named(name));
                harvest.gaps.push(Failure::new(Cause::NotCollected).gap(Collection::ServiceDetails, arn.as_str()));
            }
        }
        // Without its cluster there is no service.
        Err(error) if error.as_service_error().is_some_and(|e| e.is_cluster_not_found_exception()) => {
            harvest.items.extend(names.iter().map(|name| ecs_facts::unanswered(scope, named(name), ServiceStatus::Absent)));
        }
        Err(error) => {
            let failure = Failure::from(error);
            let arns = names.iter().map(|name| ecs_facts::service_arn(scope, &named(name)));
            harvest.gaps.extend(arns.map(|arn| failure.gap(Collection::ServiceDetails, arn.as_str())));
        }
    }
    harvest.reads = harvest.items.iter().map(|service| (Collection::ServiceDetails, service.arn.to_string())).collect();
    harvest
}

/// Describes revisions, 20 a call. A service that has become INACTIVE fails the call for all of them: such a batch is halved until
/// its revision stands alone.
pub(super) async fn revisions(ecs: &Client, scope: &Scope, arns: &[Arn]) -> Harvest<ServiceRevision> {
    side_by_side(arns.chunks(20), |chunk| async move {
        let mut harvest = Harvest::default();
        let mut batches = vec![chunk];
        while let Some(batch) = batches.pop() {
            match describe_revisions(ecs, scope, batch).await {
                Err(failure) if failure.is_of_one_of_many() && batch.len() > 1 => {
                    let (left, right) = batch.split_at(batch.len() / 2);
                    batches.extend([left, right]);
                }
                Err(failure) => harvest.extend(accounted(Collection::Revisions, batch, Vec::new(), revision_arn, &failure)),
                Ok(items) => {
                    harvest.extend(accounted(Collection::Revisions, batch, items, revision_arn, &Failure::new(Cause::NotCollected)));
                }
            }
        }
        harvest
    })
    .await
}

fn revision_arn(revision: &ServiceRevision) -> &Arn {
    &revision.arn
}

async fn describe_revisions(ecs: &Client, scope: &Scope, arns: &[Arn]) -> Result<Vec<ServiceRevision>, Failure> {
    let request = ecs.describe_service_revisions().set_service_revision_arns(Some(arns.iter().map(Arn::to_string).collect()));
    let page = request.send().await?;
    Ok(page.service_revisions().iter().filter_map(|revision| ecs_facts::revision(scope, revision)).collect())
}

/// What a deployment says: whose it is, whether it is in flight, and between which revisions.
#[derive(Debug)]
pub(super) struct Deployment {
    pub arn: Arn,
    pub is_in_flight: bool,
    pub revisions: Vec<Arn>,
    pub updated_at: Option<crate::model::Timestamp>,
}

/// Describes deployments, 20 a call.
pub(super) async fn deployments(ecs: &Client, arns: &[Arn]) -> Harvest<Deployment> {
    side_by_side(arns.chunks(20), |chunk| async move {
        let request = ecs.describe_service_deployments().set_service_deployment_arns(Some(chunk.iter().map(Arn::to_string).collect()));
        let (items, failure) = match request.send().await {
            Ok(page) => (page.service_deployments().iter().filter_map(deployment).collect(), Failure::new(Cause::NotCollected)),
            Err(error) => (Vec::new(), Failure::from(error)),
        };
        accounted(Collection::Deployments, chunk, items, |deployment: &Deployment| &deployment.arn, &failure)
    })
    .await
}

fn deployment(of: &aws_sdk_ecs::types::ServiceDeployment) -> Option<Deployment> {
    let is_over = matches!(
        of.status(),
        Some(
            ServiceDeploymentStatus::Successful
                | ServiceDeploymentStatus::Stopped
                | ServiceDeploymentStatus::RollbackSuccessful
                | ServiceDeploymentStatus::RollbackFailed
        )
    );
    let source = of.source_service_revisions().iter().filter_map(|revision| revision.arn());
    let target = of.target_service_revision().and_then(|revision| revision.arn());
    let times = [of.updated_at(), of.finished_at(), of.started_at(), of.created_at()];
    Some(Deployment {
        arn: of.service_deployment_arn().and_then(Arn::parse)?,
        is_in_flight: !is_over,
        revisions: source.chain(target).filter_map(Arn::parse).collect(),
        updated_at: times.into_iter().flatten().map(|time| crate::model::Timestamp::from_unix_seconds(time.secs())).max(),
    })
}

/// Lists the families with ACTIVE revisions.
pub(super) async fn task_families(ecs: &Client) -> Harvest<TaskFamily> {
    read_all(Collection::TaskFamilies, "", |token| async move {
        let request = ecs.list_task_definition_families().status(TaskDefinitionFamilyStatus::Active);
        let page = request.max_results(100).set_next_token(token).send().await?;
        let families = page.families().iter().map(|name| TaskFamily { name: name.clone(), revisions: Vec::new() });
        Ok(Page::new(families.collect(), page.next_token()))
    })
    .await
}

/// Lists the ACTIVE revisions of one family.
pub(super) async fn task_definitions(ecs: &Client, family: &str) -> Harvest<TaskFamily> {
    let mut harvest = read_all(Collection::TaskDefinitions, family, |token| async move {
        let page = ecs.list_task_definitions().family_prefix(family).max_results(100).set_next_token(token).send().await?;
        Ok(Page::new(whole(page.task_definition_arns().iter().map(|arn| Arn::parse(arn)))?, page.next_token()))
    })
    .await;
    // The parameter is the family's whole name, its documented name notwithstanding; hold to it all the same.
    let of_family = |arn: &Arn| arn.last_segment().split(':').next() == Some(family);
    let mut revisions: Vec<Arn> = std::mem::take(&mut harvest.items).into_iter().filter(of_family).collect();
    // Oldest first, and each once, in whatever pages they came.
    revisions.sort_by_cached_key(|arn| (revision_number(arn), arn.clone()));
    revisions.dedup();
    Harvest { items: vec![TaskFamily { name: family.to_owned(), revisions }], reads: harvest.reads, gaps: harvest.gaps }
}

fn revision_number(task_definition: &Arn) -> Option<u64> {
    task_definition.last_segment().rsplit(':').next()?.parse().ok()
}

/// Describes an Express service that is leaving: its infrastructure role, and when it was last updated.
pub(super) async fn leaving(ecs: &Client, service: &mut Service) -> Harvest<()> {
    let mut harvest = Harvest::default();
    let answer = ecs.describe_express_gateway_service().service_arn(service.arn.as_str()).send().await;
    let result = match answer.map_err(Failure::from) {
        Ok(answer) => {
            let express = answer.service();
            service.infrastructure_role = express.and_then(|express| Arn::parse(express.infrastructure_role_arn()?));
            if let Some(at) = ecs_facts::time(express.and_then(|express| express.updated_at())) {
                ecs_facts::note_activity(service, at, "last update");
            }
            Ok(())
        }
        // It has left meanwhile.
        Err(failure) if failure.is_not_found() || failure.is_of_one_of_many() => Ok(()),
        Err(failure) => Err(failure),
    };
    harvest.note(Collection::ExpressServices, service.arn.as_str(), result);
    harvest
}

/// Each of these was either answered, and so read, or it leaves a gap.
fn accounted<T>(collection: Collection, asked: &[Arn], items: Vec<T>, arn: impl Fn(&T) -> &Arn, failure: &Failure) -> Harvest<T> {
    let (answered, silent): (Vec<&Arn>, Vec<&Arn>) = asked.iter().partition(|asked| items.iter().any(|item| arn(item) == *asked));
    Harvest {
        reads: answered.into_iter().map(|arn| (collection, arn.to_string())).collect(),
        gaps: silent.into_iter().map(|arn| failure.gap(collection, arn.as_str())).collect(),
        items,
    }
}
