//! A declaration as it is gathered, one resource after the other.

use std::fmt::Display;

use super::identifiers::{Attributes, declares_service};
use super::{InputErrorKind, LARGEST};
use crate::declared::{Declared, DeclaredService};

/// What was gathered so far.
pub(super) struct Gathering<'s> {
    source: &'s str,
    declared: Declared,
    /// All addresses together: a long path of modules is written once in a state, and stands in every address.
    address_bytes: usize,
}

/// One instance of a resource of Terraform's.
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

    /// Takes in one instance of Terraform's.
    pub(super) fn take(&mut self, found: Found<'_, impl Display>) -> Result<(), InputErrorKind> {
        let Found { mode, kind, is_deposed, address, attributes } = found;
        // A deposed object is still Terraform's, but it is on its way out: neither a declared service nor a leftover.
        if declares_service(mode, kind) && !is_deposed {
            self.declare(address, |declared_at| attributes.service(declared_at))?;
        }
        self.add_ids(attributes.ids);
        Ok(())
    }

    /// Adds the service that is declared at that place of the source.
    pub(super) fn declare(&mut self, place: impl Display, service: impl FnOnce(String) -> DeclaredService) -> Result<(), InputErrorKind> {
        let declared_at = format!("{}: {place}", self.source);
        self.address_bytes += declared_at.len();
        if self.address_bytes > LARGEST {
            return Err(InputErrorKind::TooLarge { limit_mib: LARGEST >> 20 });
        }
        self.declared.services.insert(service(declared_at));
        Ok(())
    }

    /// Adds ARNs and security-group ids that the source names.
    pub(super) fn add_ids(&mut self, ids: impl IntoIterator<Item = String>) {
        self.declared.ids.extend(ids);
    }

    /// The whole.
    pub(super) fn done(self) -> Declared {
        self.declared
    }
}
