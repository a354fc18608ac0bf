//! A text that may be secret.

use std::fmt;

/// A text that may be secret: it can be compared, and that is all. Nothing shows it, writes it or gives it back.
///
/// Of one that a snapshot names nothing is known but that it is there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hidden(Option<String>);

impl Hidden {
    /// One that is known.
    #[must_use]
    pub fn known(text: impl Into<String>) -> Self {
        Self(Some(text.into()))
    }

    /// A list of texts as one. No argument of a command holds the character that stands between them.
    #[must_use]
    pub fn of_list<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::known(texts.into_iter().collect::<Vec<_>>().join("\0"))
    }

    /// One of which only is known that it is there.
    #[must_use]
    pub fn unknown() -> Self {
        Self(None)
    }

    /// Whether both hold the same text; `None` unless both are known.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> Option<bool> {
        self.0.as_ref().zip(other.0.as_ref()).map(|(own, other)| own == other)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_can_be_compared_and_not_be_seen() {
        let (one, same, other) = (Hidden::known("hunter2"), Hidden::known("hunter2"), Hidden::known("hunter3"));
        assert_eq!((one.is_same(&same), one.is_same(&other)), (Some(true), Some(false)));
        assert_eq!((one.is_same(&Hidden::unknown()), Hidden::unknown().is_same(&Hidden::unknown())), (None, None));
        assert_eq!(format!("{one:?} {one:#?} {:?}", Hidden::unknown()), "Hidden(..) Hidden(..) Hidden(..)");
    }

    #[test]
    fn lists_are_told_apart_by_where_their_texts_end() {
        assert_eq!(Hidden::of_list(["a b"]).is_same(&Hidden::of_list(["a", "b"])), Some(false));
        assert_eq!(Hidden::of_list(["a", "b"]).is_same(&Hidden::of_list(["a", "b"])), Some(true));
    }
}
