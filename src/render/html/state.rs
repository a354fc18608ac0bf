//! The states of a checklist as a page shows them: a symbol each, so that no colour is needed, and a sentence for the legend.

use maud::{Markup, html};

use crate::model::KindState;

/// Every state, worst first.
pub(super) const STATES: [KindState; 8] = [
    KindState::Left,
    KindState::Held,
    KindState::Unknown,
    KindState::Deleting,
    KindState::Shared,
    KindState::InUse,
    KindState::Gone,
    KindState::NeverSeen,
];

/// The sign of a state.
pub(super) fn symbol(state: KindState) -> &'static str {
    match state {
        KindState::Left => "✕",
        KindState::Held => "◆",
        KindState::Unknown => "?",
        KindState::Deleting => "…",
        KindState::Shared => "◐",
        KindState::InUse => "●",
        KindState::Gone => "✓",
        KindState::NeverSeen => "–",
    }
}

/// Whether something of the kind is there and no service has it any more.
pub(super) fn is_left(state: KindState) -> bool {
    matches!(state, KindState::Left | KindState::Held)
}

fn meaning(state: KindState) -> &'static str {
    match state {
        KindState::Left => "left behind",
        KindState::Held => "left behind, but used from outside",
        KindState::Unknown => "could not be told",
        KindState::Deleting => "being deleted, or too recent to judge",
        KindState::Shared => "used together with other services",
        KindState::InUse => "used by the living service",
        KindState::Gone => "all of the kind was read, and none is there",
        KindState::NeverSeen => "no trace of one was found",
    }
}

/// What each colour and sign means.
pub(super) fn legend() -> Markup {
    html! {
        ul.legend aria-label="Legend" {
            @for state in STATES {
                li { span class={ "state " (state.as_str()) } aria-hidden="true" { (symbol(state)) } b { (state.as_str()) } " " (meaning(state)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_state_has_a_sign_of_its_own_and_the_worst_comes_first() {
        let symbols: BTreeSet<&str> = STATES.into_iter().map(symbol).collect();
        assert_eq!(symbols.len(), STATES.len());
        assert!(STATES.is_sorted_by(|worse, better| worse > better));
    }
}
