//! The rules: every code with its explanation.

use serde::Serialize;

use super::Message;
use crate::model::{Code, Explanation};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleWire {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
}

impl RuleWire {
    pub(super) fn of(code: Code) -> Self {
        let Explanation { code, title, severity: _, claim, matters, decided, remedy, sources } = code.explanation();
        let sources: String = sources.iter().fold(String::new(), |text, source| text + "\n" + source);
        // The texts are our own: they need no escaping, and lines may end.
        let of = |text: String| Message { text };
        Self {
            id: code,
            short_description: of((*title).to_owned()),
            full_description: of((*claim).to_owned()),
            help: of(format!("{matters}\n\nHow it is decided: {decided}\n\nWhat to do: {remedy}\n{sources}")),
        }
    }
}
