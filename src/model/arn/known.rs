//! Equal ARNs share one text while a scope is read: a scope names each of its resources three or four times.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::Arn;

thread_local! {
    /// The ARNs of what this thread is reading.
    static KNOWN: RefCell<Option<FxHashSet<Arc<str>>>> = const { RefCell::new(None) };
}

/// Reads something of which equal ARNs are one, about so many different ones.
pub(crate) fn while_shared<T>(expected: usize, read: impl FnOnce() -> T) -> T {
    KNOWN.set(Some(FxHashSet::with_capacity_and_hasher(expected, FxBuildHasher)));
    let read = read();
    KNOWN.set(None);
    read
}

/// The ARN, which may have been read before.
pub(super) fn shared(text: &str) -> Option<Arn> {
    KNOWN.with_borrow_mut(|known| {
        let Some(known) = known else { return Arn::parse(text) };
        if let Some(known) = known.get(text) {
            return Some(Arn(Arc::clone(known)));
        }
        let Arn(new) = Arn::parse(text)?;
        known.insert(Arc::clone(&new));
        Some(Arn(new))
    })
}
