//! What a Terraform plan is about to do: to Express services, and to what they depend on.

mod dependency;
mod order;

use std::collections::BTreeSet;

pub use dependency::PlannedDependency;
pub(crate) use dependency::role_name;
pub use order::Order;
pub(crate) use order::without_keys;

use crate::asked::AskedService;
use crate::declared::DeclaredService;
use crate::kinds::ServiceName;
use crate::model::{Arn, Dependency, DependencyKind, PlannedAction, Scope};

/// An Express service in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedService {
    /// Its address: `module.k["eu"].aws_ecs_express_gateway_service.app`. Of a deposed object, with its key.
    pub address: String,
    /// What is done to it.
    pub action: PlannedAction,
    /// As the state has it; `None` where there is none yet.
    pub before: Option<DeclaredService>,
    /// As it will be; `None` where there will be none. Without a name where cluster or name are known only after the apply.
    pub after: Option<DeclaredService>,
    /// The paths of the fields whose values are known only after the apply.
    pub unknown: BTreeSet<String>,
    /// Whether its provider is told a Region that the plan does not show.
    pub is_region_hidden: bool,
}

impl PlannedService {
    /// Cluster and name of what is there now.
    #[must_use]
    pub fn name_before(&self) -> Option<ServiceName> {
        self.before.as_ref()?.service_name()
    }

    /// Cluster and name of what will be there. What is changed in place stays what it is, whatever the plan says of its cluster.
    #[must_use]
    pub fn name_after(&self) -> Option<ServiceName> {
        if self.action.creates() { self.after.as_ref()?.name.clone() } else { self.name_before() }
    }

    /// The name of the cluster that it will be in, if that is known.
    fn cluster_after(&self) -> Option<String> {
        if let Some(name) = self.name_after() {
            return Some(name.cluster);
        }
        let after = self.after.as_ref().filter(|_| self.action.creates() && !self.unknown.contains("cluster"))?;
        Some(after.cluster.as_deref().map_or(ServiceName::DEFAULT_CLUSTER, cluster_name).to_owned())
    }

    /// Either name: what a reader knows it by.
    #[must_use]
    pub fn any_name(&self) -> Option<ServiceName> {
        self.name_before().or_else(|| self.name_after())
    }

    /// The ARN of what is there now.
    #[must_use]
    pub fn arn(&self) -> Option<&Arn> {
        self.before.as_ref()?.arn.as_ref()
    }

    /// What is there now.
    fn gone(&self) -> Option<AskedService> {
        Some(AskedService { name: self.name_before()?, arn: self.arn().cloned(), region: self.region().map(str::to_owned) })
    }

    /// Whether it will be the service that has the name of the one that is asked about.
    fn will_be(&self, asked: &AskedService) -> bool {
        let is_there = self.action.creates() || !(self.action.deletes() || self.action.forgets());
        let is_near = self.region().zip(asked.region()).is_none_or(|(own, other)| own == other);
        // In which account it will be made is not always known.
        let is_at_home = asked.arn.as_ref().is_none_or(|arn| self.account() == Some(arn.account()));
        is_there && is_near && is_at_home && self.name_after().as_ref() == Some(&asked.name)
    }

    /// Whether it lies, or will lie, in the scope. What gives no Region may lie in any.
    #[must_use]
    pub fn is_in(&self, scope: &Scope) -> bool {
        self.before.as_ref().or(self.after.as_ref()).is_none_or(|service| service.is_in(scope))
    }

    /// The Region that it gives.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.sides().find_map(|service| service.region.as_deref()).filter(|region| !region.is_empty())
    }

    /// Whether it says in which subnets it will be. Else it will be in the default VPC, which nothing names, or that is not known yet.
    #[must_use]
    pub fn gives_subnets(&self) -> bool {
        self.after.as_ref().is_some_and(|after| !after.configuration.subnets.is_empty())
    }

    /// The account that it lies, or will lie, in, where that can be told.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.sides().find_map(DeclaredService::account)
    }

    fn sides(&self) -> impl Iterator<Item = &DeclaredService> {
        self.before.iter().chain(&self.after)
    }

    /// What is done to it, Region by Region: one that is replaced by one elsewhere is deleted here and made there.
    pub(crate) fn by_region(self) -> Vec<Self> {
        let region = |service: &Option<DeclaredService>| service.as_ref().and_then(|service| service.region.clone());
        let moves = region(&self.before).zip(region(&self.after)).is_some_and(|(from, to)| from != to);
        if !moves || !self.action.creates() {
            return vec![self];
        }
        let action = if self.action.deletes() { PlannedAction::Delete } else { PlannedAction::Forget };
        let there = Self { action: PlannedAction::Create, before: None, ..self.clone() };
        vec![Self { action, after: None, unknown: BTreeSet::new(), ..self }, there]
    }

    /// What the service that is made or changed refers to and Express Mode does not make. Unknown values are left out.
    #[must_use]
    pub fn dependencies(&self) -> BTreeSet<Dependency> {
        if self.action.creates() || self.action == PlannedAction::Update { self.relies_on() } else { BTreeSet::new() }
    }

    /// The role that a deletion of the service runs as.
    #[must_use]
    pub fn deleted_as(&self) -> Option<Dependency> {
        let arn = self.before.as_ref().filter(|_| self.action.deletes())?.configuration.infrastructure_role.as_deref()?;
        role_name(arn).map(|_| Dependency::new(DependencyKind::Role, arn))
    }

    /// What the service that will be there, changed or not, refers to.
    pub(crate) fn relies_on(&self) -> BTreeSet<Dependency> {
        let Some(after) = self.after.as_ref() else { return BTreeSet::new() };
        let of = &after.configuration;
        let groups = of.security_groups.iter().map(|id| (DependencyKind::SecurityGroup, id.rsplit('/').next().unwrap_or(id)));
        let subnets = of.subnets.iter().map(|id| (DependencyKind::Subnet, id.as_str()));
        let roles = [&of.infrastructure_role, &of.execution_role, &of.task_role].into_iter().flatten();
        let roles = roles.filter(|arn| role_name(arn).is_some()).map(|arn| (DependencyKind::Role, arn.as_str()));
        let log_group = of.container.log_group.iter().map(|name| (DependencyKind::LogGroup, name.as_str()));
        let cluster = self.cluster_after();
        let cluster = cluster.iter().map(|cluster| (DependencyKind::Cluster, cluster.as_str()));
        let all = groups.chain(subnets).chain(roles).chain(log_group).chain(cluster);
        all.map(|(kind, id)| Dependency::new(kind, id)).collect()
    }
}

/// The name of a cluster that is given by name or ARN.
pub(crate) fn cluster_name(text: &str) -> &str {
    match text.split_once(":cluster/") {
        Some((_, name)) if text.starts_with("arn:") => name,
        _ => text,
    }
}

/// A role or a policy of one that a plan takes away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct RoleRemoval {
    /// The address of what is taken away.
    pub address: String,
    /// The name of the role.
    pub role: String,
    /// Its account, where that is known.
    pub account: Option<String>,
    /// Whether it is the role itself.
    pub is_role: bool,
}

/// What a plan is about to do, as far as Express services are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// What messages call the plan.
    pub source: String,
    /// The services, by address.
    pub services: Vec<PlannedService>,
    /// What services may depend on and the plan makes or takes away.
    pub dependencies: Vec<PlannedDependency>,
    /// Roles that the plan takes away, and policies that it takes from roles.
    pub role_removals: Vec<RoleRemoval>,
    /// Which resource depends on which.
    pub order: Order,
    /// Every ARN and security-group id that the plan's state names.
    pub ids: BTreeSet<String>,
}

impl Plan {
    /// What makes it in that account and Region, if the plan does.
    #[must_use]
    pub fn making_of(&self, dependency: &Dependency, scope: &Scope) -> Option<&PlannedDependency> {
        self.dependencies.iter().find(|planned| planned.makes(dependency, scope))
    }

    /// What takes it away in that account and Region, if the plan does and does not make it again.
    #[must_use]
    pub fn removal_of(&self, dependency: &Dependency, scope: &Scope) -> Option<&PlannedDependency> {
        let removal = self.dependencies.iter().find(|planned| planned.removes(dependency, scope))?;
        self.making_of(dependency, scope).is_none().then_some(removal)
    }

    /// Takes services to lie in this Region whose provider is told none, as the environment or a profile gives it.
    pub fn settle_in(&mut self, region: &str) {
        self.settle(region, |service| !service.is_region_hidden);
    }

    /// Takes every service that gives no Region to lie in this one, whatever its provider is told: somebody chose it.
    pub fn settle_all_in(&mut self, region: &str) {
        self.settle(region, |_| true);
    }

    fn settle(&mut self, region: &str, is_meant: impl Fn(&PlannedService) -> bool) {
        for service in self.services.iter_mut().filter(|service| service.region().is_none() && is_meant(service)) {
            for side in service.before.iter_mut().chain(&mut service.after) {
                side.region = Some(region.to_owned());
            }
        }
    }

    /// The services to which something is done, or from which something is taken that they go on relying on.
    pub fn touched(&self) -> impl Iterator<Item = &PlannedService> {
        self.services.iter().filter(|service| service.action != PlannedAction::Keep || self.takes_from(service))
    }

    fn takes_from(&self, service: &PlannedService) -> bool {
        let Some(scope) = service.arn().map(Scope::of) else { return false };
        service.relies_on().iter().any(|dependency| self.removal_of(dependency, &scope).is_some())
    }

    /// The services to which something is done in that account and Region.
    pub fn touched_in(&self, scope: &Scope) -> impl Iterator<Item = &PlannedService> {
        self.touched().filter(|service| service.is_in(scope))
    }

    /// What has to be asked about that account and Region.
    #[must_use]
    pub fn questions(&self, scope: &Scope) -> Questions {
        let mut questions = Questions::default();
        for service in self.touched_in(scope) {
            questions.services.extend(service.name_before().into_iter().chain(service.name_after()));
            let dependencies = service.dependencies().into_iter();
            // A log group that the plan makes must not be there yet.
            let is_asked =
                |dependency: &Dependency| dependency.kind == DependencyKind::LogGroup || self.making_of(dependency, scope).is_none();
            questions.dependencies.extend(dependencies.filter(is_asked));
            questions.dependencies.extend(service.deleted_as());
            if service.action.creates() {
                questions.created.extend(service.name_after());
                questions.subnets.extend(service.after.iter().flat_map(|after| after.configuration.subnets.iter().cloned()));
                questions.creates_anywhere |= service.name_after().is_none();
                questions.default_vpc |= !service.gives_subnets();
            }
            if service.action.deletes() {
                questions.deleted.extend(service.name_before());
            }
        }
        questions
    }

    /// The Regions that the touched services give.
    #[must_use]
    pub fn regions(&self) -> BTreeSet<&str> {
        self.touched().filter_map(PlannedService::region).collect()
    }

    /// The services that will be gone: deleted, and neither kept nor made again under their names.
    #[must_use]
    pub fn gone(&self) -> BTreeSet<AskedService> {
        let gone = self.services.iter().filter(|service| service.action.deletes()).filter_map(PlannedService::gone);
        gone.filter(|gone| !self.services.iter().any(|other| other.will_be(gone))).collect()
    }
}

/// What has to be asked about an account and Region, to judge a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Questions {
    /// The services, before and after.
    pub services: BTreeSet<ServiceName>,
    /// What must be there, and log groups that must not.
    pub dependencies: BTreeSet<Dependency>,
    /// The names that services will be made under.
    pub created: BTreeSet<ServiceName>,
    /// The subnets of services that will be made.
    pub subnets: BTreeSet<String>,
    /// Whether a service will be made under a name that is not known yet.
    pub creates_anywhere: bool,
    /// Whether a service will be made in a VPC that nothing names.
    pub default_vpc: bool,
    /// The services that will be deleted.
    pub deleted: BTreeSet<ServiceName>,
}

impl Questions {
    /// Whether there is nothing to ask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
