//! What a plan meets: the part of a scope that its services touch, and whether what they depend on is there.

use std::collections::BTreeMap;

use super::ScopeInventory;
use crate::model::Dependency;

/// The part of a scope that a plan touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The services, and what lies around them. Nothing here is a whole list of anything, but for the load balancers.
    pub live: ScopeInventory,
    /// Whether each thing that was asked for is there. What is not in here was not read, and is among the gaps.
    pub dependencies: BTreeMap<Dependency, bool>,
    /// The VPC of each subnet and security group that was asked for and is there.
    pub vpcs: BTreeMap<String, String>,
}

impl Surroundings {
    /// Surroundings of which nothing was read yet.
    #[must_use]
    pub fn unread(live: ScopeInventory) -> Self {
        Self { live, dependencies: BTreeMap::new(), vpcs: BTreeMap::new() }
    }
}
