//! The head of the page and its masthead: the verdict, how the run ended, what is new, and where everything stands.

use maud::{Markup, html};

use super::checklist;
use super::facts::facts;
use super::shown::{Card, Shown};
use crate::model::{Outcome, Report};
use crate::render::groups::standing;
use crate::render::words::{Headline, ending};

/// How many of the new findings are named above everything else.
const NEWS: usize = 10;

const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// The head without the style, and open, so that the style follows.
pub(super) fn head(report: &Report, policy: &str) -> Markup {
    html! {
        (maud::PreEscaped("<head>"))
        meta charset="utf-8";
        meta http-equiv="Content-Security-Policy" content=(policy);
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        meta name="referrer" content="no-referrer";
        meta name="generator" content=(TOOL);
        title { (Headline::of(report).verdict) " – " (report.command.as_str()) ", " (report.generated_at) }
    }
}

pub(super) fn masthead(report: &Report, shown: &Shown<'_>) -> Markup {
    let headline = Headline::of(report);
    html! {
        a.skip href="#findings" { "Skip to the findings" }
        header class={ "masthead " (report.outcome().as_str()) } {
            div.frame {
                p.tool { (TOOL) " · " (report.command.as_str()) }
                h1 { span.mark aria-hidden="true" { (mark(report.outcome())) } (headline.verdict) }
                p.ending { (ending(report)) }
                @for line in headline.lines() { p.line { (line) } }
                (facts(report))
            }
        }
        (news(report, shown))
        (contents(report, shown))
    }
}

pub(super) fn foot(report: &Report) -> Markup {
    html! {
        footer.frame {
            p { (TOOL) " only ever reads. This page shows what it read as of " (report.generated_at) "; it asks nobody for anything." }
            p.sr role="status" id="told" {}
        }
    }
}

fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Clean => "✓",
        Outcome::Findings => "✕",
        Outcome::Incomplete => "?",
    }
}

/// The findings that are new since the baseline, where there is one.
fn news(report: &Report, shown: &Shown<'_>) -> Markup {
    let cards: Vec<&Card<'_>> = if report.compared_with.is_some() { shown.news().collect() } else { Vec::new() };
    html! {
        @if !cards.is_empty() {
            section.frame.news aria-labelledby="news" {
                h2 id="news" { "New since the baseline" }
                ul {
                    @for Card { number, finding } in cards.iter().take(NEWS) {
                        li {
                            a href={ "#f-" (number) } { (standing(report, finding)) ": " (finding.claim.code()) " " bdi { (finding.subject.name) } }
                        }
                    }
                    @if cards.len() > NEWS { li { "and " (cards.len() - NEWS) " more, marked among the findings" } }
                }
            }
        }
    }
}

fn contents(report: &Report, shown: &Shown<'_>) -> Markup {
    html! {
        nav.frame aria-label="On this page" {
            ul {
                li { a href="#checklist" { (checklist::title(report)) } }
                li { a href="#maps" { "Map" } }
                li { a href="#findings" { "Findings" } }
                @for (number, section) in shown.sections.iter().enumerate() { li { a href={ "#t-" (number) } { (section.title) } } }
                li { a href="#scopes" { "What was scanned" } }
                li { a href="#meanings" { "What the codes mean" } }
            }
        }
    }
}
