//! The configurations of Express services, whose fields are compared with the declared ones. ECS describes one service a call.
//!
//! Values that may be secret become [`Hidden`] at once.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::types as sdk;
use tokio::sync::oneshot;

use super::Configurations;
use super::failure::Failure;
use super::harvest::{Harvest, side_by_side};
use super::scan::Scan;
use crate::inventory::{Collection, ScopeInventory};
use crate::kinds::{ActiveConfiguration, Container, ScalingTarget, Service, ServiceConfiguration};
use crate::model::{Arn, Cause, Hidden};

/// The Express services that run and that the caller wants compared.
pub(super) fn wanted(scan: &Scan<'_>, live: &ScopeInventory) -> BTreeSet<Arn> {
    let is_wanted = |service: &&Service| match &scan.options.configurations {
        Configurations::Of(names) => names.contains(&service.name),
        Configurations::All => true,
    };
    let wanted = live.services.iter().filter(|service| service.is_live_express()).filter(is_wanted);
    wanted.map(|service| service.arn.clone()).collect()
}

/// The configurations of some services, and of which they are.
pub(super) struct Read {
    asked: BTreeSet<Arn>,
    harvest: Harvest<ActiveConfiguration>,
}

/// Describes the services that the listing finds, once it tells which they are.
pub(super) async fn when_told(scan: &Scan<'_>, told: oneshot::Receiver<BTreeSet<Arn>>) -> Read {
    let asked = told.await.unwrap_or_default();
    Read { harvest: describe(scan, &asked).await, asked }
}

/// Puts them into the inventory, with those of services that were found later, and without those of services that are gone by now.
pub(super) async fn complete(scan: &Scan<'_>, live: &mut ScopeInventory, read: Read) {
    let Read { asked, mut harvest } = read;
    let wanted = wanted(scan, live);
    let is_of = |parent: &str| wanted.iter().any(|arn| arn.as_str() == parent);
    if wanted != asked {
        harvest.items.retain(|configuration| wanted.contains(&configuration.service));
        harvest.reads.retain(|(_, parent)| is_of(parent));
        harvest.gaps.retain(|gap| gap.parent.as_deref().is_some_and(is_of));
        harvest.extend(describe(scan, &wanted.difference(&asked).cloned().collect()).await);
    }
    live.configurations = harvest.store(live);
}

async fn describe(scan: &Scan<'_>, services: &BTreeSet<Arn>) -> Harvest<ActiveConfiguration> {
    if !services.is_empty() {
        scan.report("reading configurations");
    }
    side_by_side(services, |arn| configurations(&scan.clients.ecs, arn)).await
}

async fn configurations(ecs: &Client, arn: &Arn) -> Harvest<ActiveConfiguration> {
    let mut harvest = Harvest::default();
    let request = ecs.describe_express_gateway_service().service_arn(arn.as_str());
    let answer = request.include(sdk::ExpressGatewayServiceInclude::Tags).send().await;
    let result = match answer.map_err(Failure::from) {
        Ok(answer) => match answer.service() {
            Some(service) => {
                harvest.items.extend(service.active_configurations().iter().map(|of| active(arn, service, of)));
                Ok(())
            }
            None => Err(Failure::new(Cause::Malformed)),
        },
        // It has left meanwhile.
        Err(failure) if failure.is_not_found() || failure.is_of_one_of_many() => Ok(()),
        Err(failure) => Err(failure),
    };
    harvest.note(Collection::ExpressServices, arn.as_str(), result);
    harvest
}

fn active(arn: &Arn, service: &sdk::EcsExpressGatewayService, of: &sdk::ExpressGatewayServiceConfiguration) -> ActiveConfiguration {
    let network = of.network_configuration();
    let ids = |ids: &[String]| ids.iter().cloned().collect();
    let configuration = ServiceConfiguration {
        infrastructure_role: text(service.infrastructure_role_arn()),
        execution_role: text(of.execution_role_arn()),
        task_role: text(of.task_role_arn()),
        task_definition: text(of.task_definition_arn()),
        cpu: text(of.cpu()),
        memory: text(of.memory()),
        cpu_architecture: text(of.cpu_architecture().map(|architecture| architecture.as_str())),
        health_check_path: text(of.health_check_path()),
        security_groups: network.map(|network| ids(network.security_groups())).unwrap_or_default(),
        subnets: network.map(|network| ids(network.subnets())).unwrap_or_default(),
        container: of.primary_container().map(container).unwrap_or_default(),
        scaling: of.scaling_target().map(scaling).unwrap_or_default(),
        tags: named(service.tags().iter().map(|tag| (tag.key(), tag.value()))),
    };
    ActiveConfiguration {
        service: arn.clone(),
        revision: of.service_revision_arn().and_then(Arn::parse),
        current_deployment: service.current_deployment().and_then(Arn::parse),
        configuration,
    }
}

fn container(of: &sdk::ExpressGatewayContainer) -> Container {
    let logs = of.aws_logs_configuration();
    let credentials = of.repository_credentials().and_then(|credentials| text(credentials.credentials_parameter()));
    let command = of.command();
    Container {
        image: text(Some(of.image())),
        port: of.container_port().map(i64::from),
        command: (!command.is_empty()).then(|| Hidden::of_list(command.iter().map(String::as_str))),
        log_group: logs.and_then(|logs| text(Some(logs.log_group()))),
        log_stream_prefix: logs.and_then(|logs| text(Some(logs.log_stream_prefix()))),
        credentials: credentials.map(Hidden::known),
        environment: named(of.environment().iter().map(|pair| (pair.name(), pair.value()))),
        secrets: named(of.secrets().iter().map(|secret| (Some(secret.name()), Some(secret.value_from())))),
    }
}

fn scaling(of: &sdk::ExpressGatewayScalingTarget) -> ScalingTarget {
    ScalingTarget {
        min_tasks: of.min_task_count().map(i64::from),
        max_tasks: of.max_task_count().map(i64::from),
        metric: text(of.auto_scaling_metric().map(|metric| metric.as_str())),
        target_value: of.auto_scaling_target_value().map(i64::from),
    }
}

/// An empty text says nothing.
fn text(of: Option<&str>) -> Option<String> {
    of.filter(|text| !text.is_empty()).map(str::to_owned)
}

fn named<'a>(pairs: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>) -> BTreeMap<String, Hidden> {
    pairs.filter_map(|(name, value)| Some((name?.to_owned(), Hidden::known(value.unwrap_or_default())))).collect()
}
