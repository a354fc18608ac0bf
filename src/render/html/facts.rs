//! The figures under the verdict, a tile each. A figure that is not known has no tile: none is invented.

use maud::{Markup, html};

use super::state::is_left;
use crate::model::{FindingStatus, Report, Usd};
use crate::render::words::{counted, severities};

/// A figure, and what stands under it.
struct Fact {
    what: &'static str,
    figure: String,
    note: String,
    /// Where more is said of it.
    to: Option<&'static str>,
}

pub(super) fn facts(report: &Report) -> Markup {
    let facts =
        [Some(exit(report)), Some(found(report)), new(report), Some(coverage(report)), left(report), cost(report), Some(calls(report))];
    html! {
        dl.facts {
            @for Fact { what, figure, note, to } in facts.into_iter().flatten() {
                div { dt { (what) } dd { b { (figure) } " " span { @if let Some(to) = to { a href=(to) { (note) } } @else { (note) } } } }
            }
        }
    }
}

fn exit(report: &Report) -> Fact {
    let outcome = report.outcome().as_str();
    let note = if report.is_lenient() { format!("{outcome}; this run exits 0") } else { outcome.to_owned() };
    Fact { what: "Exit code", figure: (report.exit_code() as u8).to_string(), note, to: None }
}

fn found(report: &Report) -> Fact {
    let summary = report.summary();
    let to = (summary.findings > 0).then_some("#findings");
    Fact { what: "Findings", figure: summary.findings.to_string(), note: severities(&summary.by_severity), to }
}

/// What counts as news, where a baseline tells.
fn new(report: &Report) -> Option<Fact> {
    let then = report.compared_with?;
    let new = report.findings.iter().filter(|finding| finding.history.status != FindingStatus::Existing).count();
    Some(Fact { what: "New or back", figure: new.to_string(), note: format!("since {then}"), to: None })
}

fn coverage(report: &Report) -> Fact {
    let gaps: usize = report.scopes.iter().map(|entry| entry.gaps.len()).sum();
    // What was not read, or else what was not judged, is the first table.
    let to = (gaps + report.unjudged.len() > 0).then_some("#t-0");
    let note = format!("{}, {} not judged", counted(gaps, "gap"), report.unjudged.len());
    let figure = if report.is_complete() { "complete" } else { "incomplete" };
    Fact { what: "Coverage", figure: figure.to_owned(), note, to }
}

/// What the leftovers cost a month, where that is known to be anything.
fn cost(report: &Report) -> Option<Fact> {
    let monthly = report.summary().monthly;
    let note = "what is left over, reckoned from list prices".to_owned();
    (monthly > Usd::ZERO).then(|| Fact { what: "Cost a month", figure: format!("${monthly}"), note, to: Some("#findings") })
}

/// How many services left something behind, where there are checklists.
fn left(report: &Report) -> Option<Fact> {
    let told = report.services.iter().filter(|entry| !entry.checklist.is_empty());
    let left = told.clone().filter(|entry| entry.checklist.values().copied().any(is_left)).count();
    let of = told.count();
    (of > 0).then(|| Fact {
        what: "Left something behind",
        figure: left.to_string(),
        note: format!("of {}", counted(of, "service")),
        to: Some("#checklist"),
    })
}

fn calls(report: &Report) -> Fact {
    let calls: u64 = report.scopes.iter().map(|entry| entry.api_calls).sum();
    Fact {
        what: "API calls",
        figure: calls.to_string(),
        note: format!("in {}", counted(report.scopes.len(), "scope")),
        to: Some("#scopes"),
    }
}
