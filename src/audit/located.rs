//! The resources of all scopes by ARN, for what is said of findings once all scopes are judged.

use rustc_hash::FxHashMap;

use crate::inventory::ScopeInventory;
use crate::kinds::{Resource, Service};
use crate::model::{Arn, Finding};

/// Where each resource is, and its facts; and the services.
pub(super) struct Located<'a> {
    by_arn: FxHashMap<&'a Arn, (&'a ScopeInventory, Resource<'a>)>,
    services: FxHashMap<&'a Arn, &'a Service>,
}

impl<'a> Located<'a> {
    pub(super) fn of(scopes: impl Iterator<Item = &'a ScopeInventory>) -> Self {
        let mut located = Self { by_arn: FxHashMap::default(), services: FxHashMap::default() };
        for scope in scopes {
            located.by_arn.extend(scope.resources().map(|resource| (resource.arn(), (scope, resource))));
            located.services.extend(scope.services.iter().map(|service| (&service.arn, service)));
        }
        located
    }

    /// What the finding is about.
    pub(super) fn subject(&self, finding: &Finding) -> Option<(&'a ScopeInventory, Resource<'a>)> {
        self.by_arn.get(finding.subject.arn.as_ref()?).copied()
    }

    /// What was read of the service.
    pub(super) fn service(&self, arn: &Arn) -> Option<&'a Service> {
        self.services.get(arn).copied()
    }
}
