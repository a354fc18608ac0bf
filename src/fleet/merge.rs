//! The union of inventories, scope by scope: in whatever order and however often they are merged, the same comes out.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::inventory::{Inventory, ScopeInventory};
use crate::model::{Cause, Scope, Timestamp};
use crate::snapshot;

/// Merges inventories. Of two readings of one scope the one that ended later is kept, and of two that ended in the same second always the
/// same one. One that was never begun gives way to any that was.
///
/// It is commutative, associative and idempotent. Readings are never mixed: what was read at two times would be true at none.
#[must_use]
pub fn merge(inventories: impl IntoIterator<Item = Inventory>) -> Inventory {
    let mut kept: BTreeMap<Scope, ScopeInventory> = BTreeMap::new();
    for live in inventories.into_iter().flat_map(|inventory| inventory.scopes) {
        match kept.entry(live.scope.clone()) {
            Entry::Vacant(place) => _ = place.insert(live),
            Entry::Occupied(mut place) if prevails(&live, place.get()) => _ = place.insert(live),
            Entry::Occupied(_) => {}
        }
    }
    Inventory { scopes: kept.into_values().collect() }
}

fn prevails(one: &ScopeInventory, other: &ScopeInventory) -> bool {
    rank(one).cmp(&rank(other)).then_with(|| text(one).cmp(&text(other))).is_gt()
}

/// What counts first: whether it was begun, else whether somebody meant to; then when it ended.
pub(super) type Rank = (bool, bool, Timestamp);

pub(super) fn rank(live: &ScopeInventory) -> Rank {
    let was_meant = live.gaps.iter().any(|gap| gap.cause != Cause::NotCollected);
    (live.was_begun(), was_meant, live.finished_at)
}

/// The reading as a snapshot has it: two that are the same there are the same.
pub(super) fn text(live: &ScopeInventory) -> Vec<u8> {
    let mut text = Vec::new();
    let written = snapshot::write_scope(live, &mut text);
    written.expect("a vector takes everything");
    text
}
