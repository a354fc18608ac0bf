//! What a Terraform plan is about to do: to Express services, and to what they depend on.

mod order;

use std::collections::{BTreeMap, BTreeSet};

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

    /// What is there now, if what will be there has another name.
    fn gone(&self) -> Option<AskedService> {
        let name = self.name_before()?;
        let is_made_again = self.action.creates() && self.name_after().as_ref() == Some(&name);
        let gone = || AskedService { name, arn: self.arn().cloned(), region: self.region().map(str::to_owned) };
        (!is_made_again).then(gone)
    }

    /// Whether it lies, or will lie, in the scope. What gives no Region does.
    #[must_use]
    pub fn is_in(&self, scope: &Scope) -> bool {
        self.before.as_ref().or(self.after.as_ref()).is_none_or(|service| service.is_in(scope))
    }

    /// The Region that it gives.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.before.iter().chain(&self.after).find_map(|service| service.region.as_deref())
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

    /// What the service that will be there refers to and Express Mode does not make. Unknown values are left out.
    #[must_use]
    pub fn dependencies(&self) -> BTreeSet<Dependency> {
        let Some(after) = self.after.as_ref().filter(|_| self.action.creates() || self.action == PlannedAction::Update) else {
            return BTreeSet::new();
        };
        let of = &after.configuration;
        let groups = of.security_groups.iter().map(|id| (DependencyKind::SecurityGroup, id.rsplit('/').next().unwrap_or(id)));
        let subnets = of.subnets.iter().map(|id| (DependencyKind::Subnet, id.as_str()));
        let roles = [&of.infrastructure_role, &of.execution_role, &of.task_role].into_iter().flatten();
        let roles = roles.filter(|arn| role_name(arn).is_some()).map(|arn| (DependencyKind::Role, arn.as_str()));
        let log_group = of.container.log_group.iter().map(|name| (DependencyKind::LogGroup, name.as_str()));
        let name = self.name_after();
        let cluster = name.iter().map(|name| (DependencyKind::Cluster, name.cluster.as_str()));
        let all = groups.chain(subnets).chain(roles).chain(log_group).chain(cluster);
        all.map(|(kind, id)| Dependency::new(kind, id)).collect()
    }
}

/// The name in a role's ARN.
pub(crate) fn role_name(arn: &str) -> Option<&str> {
    let (_, path) = arn.split_once(":role/")?;
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

/// The name under which a plan makes it: a role's is the end of its ARN.
fn plain_id(dependency: &Dependency) -> &str {
    match dependency.kind {
        DependencyKind::Role => role_name(&dependency.id).unwrap_or(&dependency.id),
        DependencyKind::Cluster | DependencyKind::SecurityGroup | DependencyKind::Subnet | DependencyKind::LogGroup => &dependency.id,
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
    /// What the plan makes and services may depend on, by name (a role by its own, not by its ARN), and how.
    pub made: BTreeMap<Dependency, PlannedAction>,
    /// What the plan takes away and does not make again, each with its address.
    pub removed: BTreeMap<Dependency, String>,
    /// Roles that the plan takes away, and policies that it takes from roles.
    pub role_removals: Vec<RoleRemoval>,
    /// Which resource depends on which.
    pub order: Order,
    /// Every ARN and security-group id that the plan's state names.
    pub ids: BTreeSet<String>,
}

impl Plan {
    /// Whether the plan makes it. A role is made under its name, and referred to by its ARN.
    #[must_use]
    pub fn makes(&self, dependency: &Dependency) -> bool {
        self.made.contains_key(&Dependency::new(dependency.kind, plain_id(dependency)))
    }

    /// The address of what takes it away, if the plan does and does not make it again.
    #[must_use]
    pub fn removal_of(&self, dependency: &Dependency) -> Option<&str> {
        self.removed.get(&Dependency::new(dependency.kind, plain_id(dependency))).map(String::as_str)
    }

    /// The services to which something is done.
    pub fn touched(&self) -> impl Iterator<Item = &PlannedService> {
        self.services.iter().filter(|service| service.action != PlannedAction::Keep)
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
            let is_asked = |dependency: &Dependency| dependency.kind == DependencyKind::LogGroup || !self.makes(dependency);
            questions.dependencies.extend(dependencies.filter(is_asked));
            if service.action.creates() {
                questions.created.extend(service.name_after());
                questions.subnets.extend(service.after.iter().flat_map(|after| after.configuration.subnets.iter().cloned()));
                questions.creates_anywhere |= service.name_after().is_none();
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
        self.touched().filter_map(PlannedService::region).filter(|region| !region.is_empty()).collect()
    }

    /// The services that will be gone: deleted, and not made again by the same resource under their names.
    #[must_use]
    pub fn gone(&self) -> BTreeSet<AskedService> {
        self.services.iter().filter(|service| service.action.deletes()).filter_map(PlannedService::gone).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_known_by_the_end_of_its_path() {
        assert_eq!(role_name("arn:aws:iam::123456789012:role/a/b/infra"), Some("infra"));
        assert_eq!(role_name("arn:aws:iam::123456789012:role/infra"), Some("infra"));
        for other in ["infra", "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:user/u"] {
            assert_eq!(role_name(other), None, "{other}");
        }
    }
}
