//! Equal ARNs share one text while a scope is read: a scope names each of its resources three or four times.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::Arn;

thread_local! {
    /// The ARNs of what this thread is reading, and the hash of each.
    static KNOWN: RefCell<Option<FxHashMap<Arc<str>, u64>>> = const { RefCell::new(None) };
}

/// Forgets what was read, however reading ended.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        KNOWN.set(None);
    }
}

/// Reads something of which equal ARNs share one text, about so many different ones.
pub(crate) fn while_shared<T>(expected: usize, read: impl FnOnce() -> T) -> T {
    KNOWN.set(Some(FxHashMap::with_capacity_and_hasher(expected, FxBuildHasher)));
    let _forget = Forget;
    read()
}

/// The ARN, which may have been read before.
pub(super) fn shared(text: &str) -> Option<Arn> {
    KNOWN.with_borrow_mut(|known| {
        let Some(known) = known else { return Arn::parse(text) };
        if let Some((text, hash)) = known.get_key_value(text) {
            return Some(Arn { text: Arc::clone(text), hash: *hash });
        }
        let new = Arn::parse(text)?;
        known.insert(Arc::clone(&new.text), new.hash);
        Some(new)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod";

    fn is_one(one: &Arn, other: &Arn) -> bool {
        Arc::ptr_eq(&one.text, &other.text)
    }

    #[test]
    fn equal_arns_are_one_while_something_is_read_and_no_longer() {
        let [one, other] = while_shared(1, || [shared(TEXT), shared(TEXT)].map(|arn| arn.expect("an ARN")));
        assert!(is_one(&one, &other));
        assert!(!is_one(&one, &while_shared(1, || shared(TEXT)).expect("an ARN")));
        assert!(!is_one(&shared(TEXT).expect("an ARN"), &shared(TEXT).expect("an ARN")));
    }

    #[test]
    fn nothing_is_kept_of_what_ended_in_a_panic() {
        let panicked = std::panic::catch_unwind(|| while_shared(1, || shared(TEXT).map(|_| panic!("amid reading"))));
        assert!(panicked.is_err());
        assert!(KNOWN.with_borrow(Option::is_none));
    }
}
