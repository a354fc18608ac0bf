//! Equal ARNs share one text while a scope is read: a scope names each of its resources three or four times.

use std::cell::RefCell;

use hashbrown::HashTable;

use super::{Arn, hash_of};

thread_local! {
    /// The ARNs of what this thread is reading. A table, for each of them knows its hash.
    static KNOWN: RefCell<Option<HashTable<Arn>>> = const { RefCell::new(None) };
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
    KNOWN.set(Some(HashTable::with_capacity(expected)));
    let _forget = Forget;
    read()
}

/// The ARN, which may have been read before.
pub(super) fn shared(text: &str) -> Option<Arn> {
    KNOWN.with_borrow_mut(|known| {
        let Some(known) = known else { return Arn::parse(text) };
        let hash = hash_of(text);
        if let Some(arn) = known.find(hash, |arn| &*arn.text == text) {
            return Some(arn.clone());
        }
        let new = Arn::parse(text)?;
        // Of two spellings only that is remembered which is the ARN's own.
        if new.hash == hash {
            known.insert_unique(hash, new.clone(), |arn| arn.hash);
        }
        Some(new)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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
