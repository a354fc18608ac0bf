//! The accounts that somebody lists.

use super::{Access, RoleTemplate};
use crate::model::Scope;

/// The accounts of a list, by the order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// Each account once.
    pub accounts: Vec<Account>,
}

/// An account of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its twelve digits.
    pub id: String,
    /// The role to assume in it; without one, the run's own credentials must lead to it.
    pub role: Option<RoleTemplate>,
    /// The environment variable that holds the external id for the role.
    pub external_id_env: Option<String>,
    /// Its Regions; where none is listed, those that the command line chooses.
    pub regions: Vec<String>,
}

impl Account {
    /// An account of which nothing but the id is said.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), role: None, external_id_env: None, regions: Vec::new() }
    }

    /// The account in one Region, and as whom it is read there; `None` if its role is that of another account or partition.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Option<(Scope, Access)> {
        let scope = Scope::in_region(&self.id, region);
        let access = self.access(&scope.partition)?;
        Some((scope, access))
    }

    /// As whom it is read in a partition; `None` if its role is that of another account or partition.
    #[must_use]
    pub fn access(&self, partition: &str) -> Option<Access> {
        let role = match &self.role {
            Some(template) => Some(template.of(partition, &self.id)?),
            None => None,
        };
        Some(Access { role, external_id_env: self.external_id_env.clone() })
    }
}
