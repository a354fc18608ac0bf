//! The resources of all scopes by ARN, for what is said of findings once all scopes are judged.

use rustc_hash::FxHashMap;

use crate::inventory::ScopeInventory;
use crate::kinds::Resource;
use crate::model::{Arn, Finding};

/// Where each resource is, and its facts.
pub(super) struct Located<'a> {
    by_arn: FxHashMap<&'a Arn, (&'a ScopeInventory, Resource<'a>)>,
}

impl<'a> Located<'a> {
    pub(super) fn of(scopes: impl Iterator<Item = &'a ScopeInventory>) -> Self {
        let all = scopes.flat_map(|scope| scope.resources().map(move |resource| (resource.arn(), (scope, resource))));
        Self { by_arn: all.collect() }
    }

    /// What the finding is about.
    pub(super) fn subject(&self, finding: &Finding) -> Option<(&'a ScopeInventory, Resource<'a>)> {
        self.by_arn.get(finding.subject.arn.as_ref()?).copied()
    }
}
