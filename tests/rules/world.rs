//! Accounts made by hand: a tidy one, and small changes to it.

mod build;
mod change;
mod fields;
mod names;
mod shuffle;
mod unread;

use std::collections::BTreeSet;

use ecs_express_audit::inventory::{Collection, Inventory, ScopeInventory};
use ecs_express_audit::model::{Policy, Report, Timestamp};
use ecs_express_audit::{AskedService, Declared, audit, checklist};

pub(crate) use build::{managed, present};
pub(crate) use change::{LONE_BALANCER_NAME, lone_balancer};
pub(crate) use fields::{OWN_GROUP, SECRET, all_fields};
pub(crate) use names::*;
pub(crate) use shuffle::shuffled;

/// An account, what is declared for it, and how it is judged.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) live: ScopeInventory,
    pub(crate) declared: Declared,
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
    /// Further scopes, judged along with it.
    pub(crate) others: Vec<ScopeInventory>,
    /// Everything that has or had resources here.
    pub(crate) parts: BTreeSet<Parts>,
    /// What is not read, and for whom.
    unread: BTreeSet<(Collection, String)>,
}

impl World {
    /// Two services in the cluster `prod` on one load balancer, made three days ago, and everything read.
    pub(crate) fn tidy() -> Self {
        Self::empty().with_cluster("prod").with_balancer().with_service("web").with_service("api")
    }

    /// An account in which there is nothing, and that was read.
    pub(crate) fn empty() -> Self {
        Self {
            live: ScopeInventory::unread(scope(), seconds_ago(MINUTE)),
            declared: Declared::default(),
            policy: Policy::default(),
            now: now(),
            others: Vec::new(),
            parts: BTreeSet::new(),
            unread: BTreeSet::new(),
        }
    }

    /// What a scan of the account brings.
    pub(crate) fn scan(&self) -> ScopeInventory {
        let mut live = self.live.clone();
        live.finished_at = self.now;
        for (collection, parent) in unread::planned(&live) {
            live.reads.complete_for(collection, &parent);
        }
        for (collection, parent) in &self.unread {
            unread::forget(&mut live, *collection, parent);
        }
        live
    }

    /// The judgement.
    pub(crate) fn report(&self) -> Report {
        self.report_on(self.scan())
    }

    /// What became of these services; of all where none is named.
    pub(crate) fn checklist(&self, names: &[&str]) -> Report {
        self.checklist_of(names.iter().map(|name| AskedService::anywhere(Parts::of(name).service_name())))
    }

    /// What became of these services, in this scope and in the others.
    pub(crate) fn checklist_of(&self, services: impl IntoIterator<Item = AskedService>) -> Report {
        let scopes = std::iter::once(self.scan()).chain(self.others.iter().cloned()).collect();
        checklist(&self.declared, &Inventory { scopes }, &self.policy, self.now, &services.into_iter().collect())
    }

    pub(crate) fn report_on(&self, scan: ScopeInventory) -> Report {
        let scopes = std::iter::once(scan).chain(self.others.iter().cloned()).collect();
        audit(&self.declared, &Inventory { scopes }, &self.policy, self.now)
    }
}
