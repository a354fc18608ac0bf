//! A service that somebody asks about.

use crate::kinds::ServiceName;
use crate::model::{Arn, Scope};

/// A service that somebody asks about: the one with its ARN, else those of its name in its Region, else all of its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AskedService {
    /// Its cluster and name.
    pub name: ServiceName,
    /// Its ARN, where that is known.
    pub arn: Option<Arn>,
    /// Its Region, where only that is known.
    pub region: Option<String>,
}

impl AskedService {
    /// Every service of that name.
    #[must_use]
    pub fn anywhere(name: ServiceName) -> Self {
        Self { name, arn: None, region: None }
    }

    /// The service with that ARN; `None` if it is no service's.
    #[must_use]
    pub fn of_arn(arn: Arn) -> Option<Self> {
        Some(Self { name: ServiceName::of_arn(&arn)?, arn: Some(arn), region: None })
    }

    /// The Region in which it is to be looked for, if not in all.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.arn.as_ref().map(Arn::region).or(self.region.as_deref())
    }

    /// Whether it is to be looked for in the scope.
    #[must_use]
    pub fn is_in(&self, scope: &Scope) -> bool {
        lies_in(self.arn.as_ref(), self.region.as_deref(), scope)
    }

    /// Whether the service with that ARN is meant.
    #[must_use]
    pub fn is(&self, arn: &Arn) -> bool {
        ServiceName::of_arn(arn).is_some_and(|name| name == self.name) && self.is_in(&Scope::of(arn))
    }
}

/// Whether what has that ARN, or else is given that Region, lies in the scope. Without either it is taken to.
pub(crate) fn lies_in(arn: Option<&Arn>, region: Option<&str>, scope: &Scope) -> bool {
    match arn {
        Some(arn) => scope.holds(arn),
        None => region.is_none_or(|region| region == scope.region),
    }
}
