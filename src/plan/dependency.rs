//! What services depend on, as a plan makes it or takes it away.

use crate::model::{Dependency, DependencyKind, PlannedAction, Scope};

/// Something that services may depend on, as a plan makes it or takes it away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct PlannedDependency {
    /// The address of its resource.
    pub address: String,
    /// What it is: a role by its name, not by its ARN.
    pub dependency: Dependency,
    /// The path in a role's ARN, where that is known: `/` or `/team/`.
    pub path: Option<String>,
    /// Whether it is made, and if not, taken away.
    pub is_made: bool,
    /// How.
    pub action: PlannedAction,
    /// Its account, where that is known.
    pub account: Option<String>,
    /// Its Region, where it has one and that is known.
    pub region: Option<String>,
}

impl PlannedDependency {
    /// Whether it will be there for whoever depends on it in the scope. What gives no place may be meant for any.
    #[must_use]
    pub fn makes(&self, dependency: &Dependency, scope: &Scope) -> bool {
        self.is_made && self.is(dependency) && self.may_be_in(scope)
    }

    /// Whether it is what somebody depends on in the scope, and will be gone. One name can stand in many Regions: whose Region is not
    /// known may be another one.
    #[must_use]
    pub fn removes(&self, dependency: &Dependency, scope: &Scope) -> bool {
        let is_placed = self.region.is_some() || !is_named_by_region(dependency.kind);
        !self.is_made && is_placed && self.is(dependency) && self.may_be_in(scope)
    }

    fn is(&self, dependency: &Dependency) -> bool {
        let has_path = || self.path.as_deref().is_none_or(|path| role_path(&dependency.id).is_none_or(|of| of == path));
        self.dependency.kind == dependency.kind && self.dependency.id == plain_id(dependency) && has_path()
    }

    fn may_be_in(&self, scope: &Scope) -> bool {
        let in_region = self.region.as_ref().is_none_or(|region| *region == scope.region);
        in_region && self.account.as_ref().is_none_or(|account| *account == scope.account)
    }
}

/// Whether another Region can have one of the same name. Ids are AWS's own, and roles have no Region.
fn is_named_by_region(kind: DependencyKind) -> bool {
    match kind {
        DependencyKind::Cluster | DependencyKind::LogGroup => true,
        DependencyKind::SecurityGroup | DependencyKind::Subnet | DependencyKind::Role => false,
    }
}

/// The path in a role's ARN: `/`, or `/team/`.
fn role_path(arn: &str) -> Option<&str> {
    let at = arn.find(":role/")? + ":role".len();
    Some(&arn[at..=arn.rfind('/')?])
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
