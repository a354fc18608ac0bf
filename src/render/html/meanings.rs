//! What the codes of the report mean, why that matters and what to do: once for each, and the findings point here.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::model::{Code, Explanation, Report};

pub(super) fn meanings(report: &Report) -> Markup {
    let waived = report.waived.iter().map(|waived| &waived.finding);
    let codes: BTreeSet<Code> = report.findings.iter().chain(waived).map(|finding| finding.claim.code()).collect();
    html! {
        section.frame aria-labelledby="meanings" {
            h2 id="meanings" { "What the codes mean" }
            @if codes.is_empty() { p { "No code was found." } }
            @for code in codes { (meaning(code)) }
        }
    }
}

fn meaning(code: Code) -> Markup {
    let Explanation { code, title, claim, matters, decided, remedy, sources, severity: _ } = code.explanation();
    html! {
        details.meaning {
            summary { code { (code) } " " (title) }
            // A link to what is folded unfolds it.
            dl id={ "code-" (code) } {
                dt { "What is claimed" } dd { (claim) }
                dt { "Why it matters" } dd { (matters) }
                dt { "How it is decided" } dd { (decided) }
                dt { "What to do" } dd { (remedy) }
                @if !sources.is_empty() {
                    dt { "Sources" }
                    dd { ul { @for source in *sources { li { a href=(source) rel="noreferrer noopener" { (source) } } } } }
                }
            }
        }
    }
}
