//! What a collector brings home: items, and for each collection either that it was read to its end or the gap.

use std::future::Future;

use futures_util::stream::{self, StreamExt};

use super::failure::Failure;
use crate::inventory::{Collection, ScopeInventory};
use crate::model::{Cause, Gap};

/// How many calls of one kind are under way at once: enough for what the pace lets go, and few enough to need few connections.
const SIDE_BY_SIDE: usize = 12;
/// More pages than any account has: a token that never ends is a fault.
const MOST_PAGES: usize = 10_000;

/// Items, complete reads and gaps.
#[derive(Debug)]
pub(super) struct Harvest<T> {
    pub items: Vec<T>,
    pub reads: Vec<(Collection, String)>,
    pub gaps: Vec<Gap>,
}

impl<T> Default for Harvest<T> {
    fn default() -> Self {
        Self { items: Vec::new(), reads: Vec::new(), gaps: Vec::new() }
    }
}

impl<T> Harvest<T> {
    /// Adds what another read brought.
    pub(super) fn extend(&mut self, other: Self) {
        self.items.extend(other.items);
        self.reads.extend(other.reads);
        self.gaps.extend(other.gaps);
    }

    /// The same with each item made into another one.
    pub(super) fn map<U>(self, make: impl FnMut(T) -> U) -> Harvest<U> {
        Harvest { items: self.items.into_iter().map(make).collect(), reads: self.reads, gaps: self.gaps }
    }

    /// Notes that the collection of this parent was read to its end (or why it was not).
    pub(super) fn note(&mut self, collection: Collection, parent: &str, result: Result<(), Failure>) {
        match result {
            Ok(()) => self.reads.push((collection, parent.to_owned())),
            Err(failure) => self.gaps.push(failure.gap(collection, parent)),
        }
    }

    /// Puts reads and gaps into the inventory, and gives the items.
    pub(super) fn store(self, inventory: &mut ScopeInventory) -> Vec<T> {
        for (collection, parent) in self.reads {
            inventory.reads.complete_for(collection, &parent);
        }
        inventory.gaps.extend(self.gaps);
        self.items
    }
}

/// One page of an answer.
pub(super) struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T> Page<T> {
    pub(super) fn new(items: Vec<T>, next: Option<&str>) -> Self {
        Self { items, next: next.filter(|token| !token.is_empty()).map(str::to_owned) }
    }
}

/// All of an answer's items, as they are understood. One that cannot be could be a user of something, so it is not passed over.
///
/// # Errors
/// `Malformed`, when one is not understood.
pub(super) fn whole<T>(items: impl IntoIterator<Item = Option<T>>) -> Result<Vec<T>, Failure> {
    items.into_iter().collect::<Option<_>>().ok_or_else(|| Failure::new(Cause::Malformed))
}

/// Follows the pages of one collection to the end; what was read before a failure is kept.
pub(super) async fn read_all<T, F, P>(collection: Collection, parent: &str, mut page: F) -> Harvest<T>
where
    F: FnMut(Option<String>) -> P,
    P: Future<Output = Result<Page<T>, Failure>>,
{
    let mut harvest = Harvest::default();
    let mut token: Option<String> = None;
    let mut result = Err(Failure::new(Cause::Malformed));
    let mut was_called_gone = false;
    for _ in 0..MOST_PAGES {
        match page(token.clone()).await {
            Ok(Page { items, next }) => {
                harvest.items.extend(items);
                // A page that names itself as the next one would be read for ever.
                let repeats = next.is_some() && next == token;
                if repeats {
                    break;
                }
                token = next;
            }
            // One such answer may lag behind the others.
            Err(failure) if failure.is_parent_gone() && !was_called_gone => {
                was_called_gone = true;
                continue;
            }
            // What went away between two calls has nothing on it any more.
            Err(failure) if failure.is_parent_gone() => {
                result = Ok(());
                break;
            }
            Err(failure) => {
                result = Err(failure);
                break;
            }
        }
        if token.is_none() {
            result = Ok(());
            break;
        }
    }
    harvest.note(collection, parent, result);
    harvest
}

/// Runs one read for each of these, some side by side, and gathers the harvests.
pub(super) async fn side_by_side<I, T, F, R>(inputs: impl IntoIterator<Item = I>, read: F) -> Harvest<T>
where
    F: Fn(I) -> R,
    R: Future<Output = Harvest<T>>,
{
    let reads = stream::iter(inputs).map(read).buffer_unordered(SIDE_BY_SIDE);
    reads
        .fold(Harvest::default(), |mut all, one| async move {
            all.extend(one);
            all
        })
        .await
}
