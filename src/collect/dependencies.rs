//! Whether what a plan's services depend on is there.

use std::collections::BTreeSet;

use super::clients::Clients;
use super::failure::Failure;
use super::harvest::{Harvest, side_by_side};
use super::iam::Iam;
use super::{ec2, ecs, logs};
use crate::model::{Arn, Cause, Dependency, DependencyKind, Gap, Kind, Scope};
use crate::plan::{Questions, role_name};

/// What there is of the things that services depend on.
pub(super) struct Found {
    /// Whether each of them is there.
    pub dependencies: Harvest<(Dependency, bool)>,
    /// The subnets and security groups that are, each with its VPC.
    pub vpcs: Vec<(String, String)>,
}

/// Asks for everything that the plan's services depend on, by name.
pub(super) async fn dependencies(clients: &Clients, scope: &Scope, questions: &Questions) -> Found {
    let of = |kind| -> BTreeSet<String> {
        questions.dependencies.iter().filter(|dependency| dependency.kind == kind).map(|dependency| dependency.id.clone()).collect()
    };
    let list = |ids: BTreeSet<String>| -> Vec<String> { ids.into_iter().collect() };
    let (clusters, groups) = (list(of(DependencyKind::Cluster)), list(of(DependencyKind::SecurityGroup)));
    let (roles, log_groups) = (list(of(DependencyKind::Role)), list(of(DependencyKind::LogGroup)));
    let subnets = list(of(DependencyKind::Subnet).union(&questions.subnets).cloned().collect());
    let nothing_wanted = BTreeSet::new();
    let (found_clusters, found_groups, found_subnets, found_roles, found_logs) = tokio::join!(
        ecs::existing_clusters(&clients.ecs, &clusters),
        ec2::security_groups_again(&clients.ec2, scope, &groups, &nothing_wanted),
        ec2::subnets(&clients.ec2, &subnets),
        side_by_side(&roles, |arn| role(&clients.iam, scope, arn)),
        logs::log_groups_again(&clients.logs, &log_groups),
    );
    let of_groups = found_groups.items.iter().filter_map(|group| Some((group.id.clone(), group.vpc.clone()?)));
    let vpcs = found_subnets.items.iter().cloned().chain(of_groups).collect();
    let mut all = found_roles;
    all.extend(existence(DependencyKind::Cluster, clusters, found_clusters));
    all.extend(existence(DependencyKind::SecurityGroup, groups, found_groups.map(|group| group.id)));
    all.extend(existence(DependencyKind::Subnet, subnets, found_subnets.map(|(subnet, _)| subnet)));
    all.extend(existence(DependencyKind::LogGroup, log_groups, found_logs.map(|group| group.name)));
    Found { dependencies: all, vpcs }
}

/// What was found is there; of the rest that can be said only where nothing went wrong.
fn existence(kind: DependencyKind, asked: Vec<String>, found: Harvest<String>) -> Harvest<(Dependency, bool)> {
    let Harvest { items, reads: _, gaps } = found;
    let told = |id: String| {
        let is_there = items.contains(&id);
        (is_there || gaps.is_empty()).then(|| (Dependency::new(kind, id), is_there))
    };
    let items = asked.into_iter().filter_map(told).collect();
    Harvest { items, reads: Vec::new(), gaps }
}

/// Whether a role is there. One of another account is not this account's to tell.
async fn role(iam: &Iam, scope: &Scope, arn: &str) -> Harvest<(Dependency, bool)> {
    let name = role_name(arn).filter(|_| Arn::parse(arn).is_some_and(|arn| arn.account() == scope.account));
    let told = match name {
        Some(name) => iam.has_role(name, arn).await,
        None => Err(Failure::new(Cause::NotCollected)),
    };
    match told {
        Ok(is_there) => Harvest { items: vec![(Dependency::new(DependencyKind::Role, arn), is_there)], ..Harvest::default() },
        Err(failure) => Harvest { gaps: vec![role_gap(&failure, arn, name.is_none())], ..Harvest::default() },
    }
}

fn role_gap(failure: &Failure, arn: &str, is_foreign: bool) -> Gap {
    Gap {
        operation: DependencyKind::Role.operation().to_owned(),
        parent: Some(arn.to_owned()),
        kinds: vec![Kind::Service],
        cause: failure.cause,
        message: if is_foreign { "the role is another account's, which was not asked".to_owned() } else { failure.message() },
    }
}
