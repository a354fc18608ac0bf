//! Many accounts and Regions: which are to be read and as whom, who reads which share of them, and what the shares make together.
//!
//! The list of scopes is the denominator of coverage. A shard that was lost therefore leaves named gaps, and never a smaller report.

mod accounts;
mod merge;
mod plan;
mod role;
mod shard;
mod spooled;

use std::collections::{BTreeMap, BTreeSet};

pub use accounts::{Account, Accounts};
pub use merge::merge;
pub use plan::{FleetError, FleetErrorKind};
pub use role::{RoleTemplate, is_account};
pub use shard::{Shard, ShardError};
pub use spooled::{MergeError, Merged, SpooledMerge};

use crate::inventory::{Inventory, ScopeInventory};
use crate::model::{Arn, Cause, Gap, Kind, Scope, Timestamp};

/// What stands in a scope for an account or a Region that is not known: AWS did not list it.
pub const UNKNOWN: &str = "unknown";

/// The scopes of a scan over many accounts and Regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fleet {
    /// When the list was made.
    pub planned_at: Timestamp,
    /// Each scope, and what is to become of it.
    pub scopes: BTreeMap<Scope, Planned>,
}

/// What is to become of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// It is to be read.
    Read(Access),
    /// It is known beforehand that it cannot be read: its Regions could not be listed, or its account is suspended.
    Unreadable(Box<Gap>),
}

/// As whom a scope is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// The role to assume; without one, the run's own credentials must lead to the account.
    pub role: Option<Arn>,
    /// The environment variable that holds the external id for it. The id itself stands nowhere.
    pub external_id_env: Option<String>,
}

impl Fleet {
    /// A list of nothing yet.
    #[must_use]
    pub fn planned_at(planned_at: Timestamp) -> Self {
        Self { planned_at, scopes: BTreeMap::new() }
    }

    /// The scopes of one of the shards. Every scope is in exactly one of them.
    #[must_use]
    pub fn share(&self, shard: Shard) -> Self {
        let own = self.scopes.iter().filter(|(scope, _)| shard.holds(scope));
        Self { planned_at: self.planned_at, scopes: own.map(|(scope, planned)| (scope.clone(), planned.clone())).collect() }
    }

    /// How many scopes are known beforehand to be unreadable.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.scopes.values().filter(|planned| matches!(planned, Planned::Unreadable(_))).count()
    }

    /// Merges what the shards read. Every scope of the list that none of them has, or of which the reading is older than the list, is a gap.
    #[must_use]
    pub fn whole_of(&self, inventories: impl IntoIterator<Item = Inventory>) -> Inventory {
        let mut whole = merge(inventories.into_iter().map(|inventory| self.without_older(inventory)));
        self.note_missing(&mut whole);
        whole
    }

    /// The inventory without readings that are older than the list: the shard of an earlier time is none of this one.
    #[must_use]
    pub fn without_older(&self, mut inventory: Inventory) -> Inventory {
        inventory.scopes.retain(|live| !self.outdates(live));
        inventory
    }

    /// Whether the reading is of a scope of the list, and from before it was made.
    pub(crate) fn outdates(&self, live: &ScopeInventory) -> bool {
        live.started_at < self.planned_at && self.scopes.contains_key(&live.scope)
    }

    /// Adds every scope of the list that the inventory does not have: nobody read it, and that is a gap.
    pub fn note_missing(&self, inventory: &mut Inventory) {
        let present: BTreeSet<&Scope> = inventory.scopes.iter().map(|live| &live.scope).collect();
        let missing: Vec<ScopeInventory> = self.missing(|scope| present.contains(scope)).collect();
        inventory.scopes.extend(missing);
        inventory.scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
    }

    /// The scopes of the list that are not there, as nobody has read them.
    pub(crate) fn missing(&self, is_there: impl Fn(&Scope) -> bool) -> impl Iterator<Item = ScopeInventory> {
        let missing = self.scopes.iter().filter(move |(scope, _)| !is_there(scope));
        missing.map(|(scope, planned)| self.unread(scope, planned))
    }

    /// The scope as nobody has read it.
    #[must_use]
    pub fn unread(&self, scope: &Scope, planned: &Planned) -> ScopeInventory {
        let mut unread = ScopeInventory::unread(scope.clone(), self.planned_at);
        unread.gaps.push(match planned {
            Planned::Read(_) => unread_gap(
                Cause::NotCollected,
                "no snapshot has this scope, or none that is as new as the list: the shard that was to read it is lacking",
            ),
            Planned::Unreadable(gap) => (**gap).clone(),
        });
        unread
    }
}

/// The gap of a scope of which nothing was read.
#[must_use]
pub fn unread_gap(cause: Cause, message: &str) -> Gap {
    let operation = IDENTITY.to_owned();
    Gap { operation, parent: None, kinds: Kind::ALL.to_vec(), cause, message: message.to_owned() }
}

/// The first thing that is asked in a scope.
const IDENTITY: &str = "sts:GetCallerIdentity";
