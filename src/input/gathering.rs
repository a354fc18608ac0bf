//! A declaration as it is gathered, one instance of a resource after the other: here it is decided what each of them declares.

use std::fmt::Display;

use super::identifiers::{Attributes, declares_service};
use super::{InputErrorKind, LARGEST};
use crate::declared::Declared;

/// What was gathered so far.
pub(super) struct Gathering<'s> {
    source: &'s str,
    declared: Declared,
    /// All addresses together: a long path of modules is written once in a state, and stands in every address.
    address_bytes: usize,
}

/// One instance of a resource.
pub(super) struct Found<'a, A> {
    pub(super) mode: &'a str,
    pub(super) kind: &'a str,
    /// Whether it was replaced, and waits for its deletion.
    pub(super) is_deposed: bool,
    pub(super) address: A,
    pub(super) attributes: Attributes,
}

impl<'s> Gathering<'s> {
    /// Nothing yet of the source, by the name that messages call it.
    pub(super) fn of(source: &'s str) -> Self {
        Self { source, declared: Declared { sources: vec![source.to_owned()], ..Declared::default() }, address_bytes: 0 }
    }

    /// Takes in one instance.
    pub(super) fn take(&mut self, found: Found<'_, impl Display>) -> Result<(), InputErrorKind> {
        let Found { mode, kind, is_deposed, address, attributes } = found;
        // A deposed object is still Terraform's, but it is on its way out: neither a declared service nor a leftover.
        if declares_service(mode, kind) && !is_deposed {
            let declared_at = format!("{}: {address}", self.source);
            self.address_bytes += declared_at.len();
            if self.address_bytes > LARGEST {
                return Err(InputErrorKind::TooLarge { limit_mib: LARGEST >> 20 });
            }
            self.declared.services.insert(attributes.service(declared_at));
        }
        self.declared.ids.extend(attributes.ids);
        Ok(())
    }

    /// Takes in what attributes name, whatever their resource is.
    pub(super) fn take_ids(&mut self, attributes: Attributes) {
        self.declared.ids.extend(attributes.ids);
    }

    /// The whole.
    pub(super) fn done(self) -> Declared {
        self.declared
    }
}
