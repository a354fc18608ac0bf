//! What should be: the declared services, and every ARN and id that any declaration names.

use std::collections::BTreeSet;

use crate::asked::lies_in;
use crate::kinds::{ServiceConfiguration, ServiceName};
use crate::model::{Arn, Scope};

/// A service that some declaration names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeclaredService {
    /// Its ARN, once it was made.
    pub arn: Option<Arn>,
    /// Its cluster and name; `None` where AWS chooses the name and has not done so yet.
    pub name: Option<ServiceName>,
    /// Its name alone, where it lies in a cluster that the declaration does not tell.
    pub unplaced_name: Option<String>,
    /// The Region that the declaration gives.
    pub region: Option<String>,
    /// Where it is declared: `terraform.tfstate: module.k["eu"].aws_ecs_express_gateway_service.app`.
    pub declared_at: String,
    /// The cluster that the declaration names, by name or ARN, whatever the service's own ARN says.
    pub cluster: Option<String>,
    /// Its declared fields.
    pub configuration: ServiceConfiguration,
    /// The paths of fields that the declaration gives, but does not tell: a reference, a secret. `primary_container.image`.
    pub not_comparable: BTreeSet<String>,
    /// Whether it is declared for certain. A condition, or an operation that was cut off, may mean that it is not: then it is never missing.
    pub is_certain: bool,
}

impl DeclaredService {
    /// Its cluster and name, from the ARN where there is one.
    #[must_use]
    pub fn service_name(&self) -> Option<ServiceName> {
        self.arn.as_ref().and_then(ServiceName::of_arn).or_else(|| self.name.clone())
    }

    /// The account that it lies in: that of its ARN, of its cluster's, or of its infrastructure role's, since no role can be passed to a
    /// service in another account (IAM User Guide, "Grant a user permissions to pass a role to an AWS service").
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        let role = self.configuration.infrastructure_role.as_deref();
        let others = || [self.cluster.as_deref(), role].into_iter().flatten().find_map(account_in);
        self.arn.as_ref().map(Arn::account).or_else(others)
    }

    /// The same in a cluster that is not known: not even a known name tells then which service it is.
    #[must_use]
    pub(crate) fn in_unknown_cluster(self) -> Self {
        let unplaced_name = self.name.map(|name| name.name);
        Self { name: None, unplaced_name, ..self }
    }

    /// Whether it lies, or would lie, in the scope. Where it tells neither account nor Region it is taken to.
    #[must_use]
    pub fn is_in(&self, scope: &Scope) -> bool {
        lies_in(self.arn.as_ref(), self.region.as_deref(), scope) && self.account().is_none_or(|account| account == scope.account)
    }
}

/// The account in an ARN; none where a template's reference stands in its place.
fn account_in(arn: &str) -> Option<&str> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    (account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(account)
}

/// Everything that the given declarations name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Declared {
    /// The names of the sources that were read. None: nothing is called undeclared or missing.
    pub sources: Vec<String>,
    /// The services.
    pub services: BTreeSet<DeclaredService>,
    /// Every ARN and security-group id that occurs anywhere as a whole value. Such a thing is somebody's, never an orphan.
    pub ids: BTreeSet<String>,
}

impl Declared {
    /// Adds what another source declares.
    pub fn unite(&mut self, other: Self) {
        self.sources.extend(other.sources);
        self.services.extend(other.services);
        self.ids.extend(other.ids);
    }

    /// Whether any source was given.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !self.sources.is_empty()
    }

    /// Whether some declaration names the resource, by its ARN or by the id at the end of it.
    #[must_use]
    pub fn names(&self, arn: &Arn) -> bool {
        self.ids.contains(arn.as_str()) || (arn.service() == "ec2" && self.ids.contains(arn.last_segment()))
    }

    /// Whether a service of that name, in a cluster that is not told, is declared for the scope.
    #[must_use]
    pub fn may_mean(&self, name: &ServiceName, scope: &Scope) -> bool {
        self.services.iter().any(|service| service.unplaced_name.as_ref() == Some(&name.name) && service.is_in(scope))
    }

    /// The names of the services declared for the scope: worth asking ECS for, since it lists neither DRAINING nor INACTIVE ones.
    #[must_use]
    pub fn service_names(&self, scope: &Scope) -> BTreeSet<ServiceName> {
        let here = self.services.iter().filter(|service| service.is_in(scope));
        here.filter_map(DeclaredService::service_name).collect()
    }

    /// The names of the services of which fields are declared for the scope: worth asking ECS for theirs, to compare.
    #[must_use]
    pub fn compared_services(&self, scope: &Scope) -> BTreeSet<ServiceName> {
        let here = self.services.iter().filter(|service| service.is_in(scope) && !service.configuration.is_empty());
        here.filter_map(DeclaredService::service_name).collect()
    }
}
