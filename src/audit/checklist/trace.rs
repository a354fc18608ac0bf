//! One resource of a service's checklist, not yet put into words: of most services an audit needs the state only.

use super::super::case::Case;
use crate::kinds::Resource;
use crate::model::{Arn, ChecklistItem, Holder, Kind, KindState};

/// What became of a resource.
#[derive(Clone, Copy)]
pub(super) struct Trace<'a> {
    pub kind: Kind,
    pub arn: &'a Arn,
    pub state: KindState,
    pub why: Why<'a>,
}

/// Why it stays or cannot be told.
#[derive(Clone, Copy)]
pub(super) enum Why<'a> {
    /// Its state says it.
    Plain,
    NamedByRevision,
    UsedByServices,
    RunByAnother,
    Held(&'a [Holder]),
    Leaving,
    Appeared,
    NotRead(&'a str),
    TakenOver,
    /// Nothing that is left tells whose it was, and so many services have died.
    OfOneOf(usize),
}

impl<'a> Trace<'a> {
    pub(super) fn of(kind: Kind, arn: &'a Arn, state: KindState, why: Why<'a>) -> Self {
        Self { kind, arn, state, why }
    }

    /// The same in words.
    pub(super) fn told(&self, case: &Case<'_>) -> ChecklistItem {
        let Self { kind, arn, state, why } = *self;
        let known = case.ownership.resource(arn);
        let name = known.map_or_else(|| arn.last_segment().to_owned(), Resource::name);
        ChecklistItem { kind, arn: arn.clone(), name, state, why: why.told(case, arn) }
    }
}

impl Why<'_> {
    fn told(self, case: &Case<'_>, arn: &Arn) -> Option<String> {
        let told = "nothing that is left tells whose it was";
        Some(match self {
            Self::Plain => return None,
            Self::NamedByRevision => "a current revision names it".to_owned(),
            Self::UsedByServices => {
                let users: Vec<&str> = case.ownership.claimants(arn).map(Arn::last_segment).collect();
                format!("in use by {}", some_of(&users))
            }
            Self::RunByAnother => "another service runs it, or may".to_owned(),
            Self::Held(holders) => holders.iter().map(|holder| holder.use_.as_str()).collect::<Vec<_>>().join("; "),
            Self::Leaving => "its service is leaving, or died within the grace period".to_owned(),
            Self::Appeared => "it was made while the scan went on".to_owned(),
            Self::NotRead(because) => because.to_owned(),
            Self::TakenOver => "it is declared, or what bears its name now uses it".to_owned(),
            Self::OfOneOf(1) => format!("{told}; no other service is known to have died"),
            Self::OfOneOf(dead) => format!("left behind, and {told}: {dead} services have died"),
        })
    }
}

/// The first of these names, and how many more there are.
fn some_of(names: &[&str]) -> String {
    const NAMED: usize = 3;
    let first = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
