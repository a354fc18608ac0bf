//! The deletion checklist as a matrix: services down, the thirteen kinds across, a colour and a sign for each state.

use maud::{Markup, html};

use super::shown::{ROWS, Shown, worst};
use super::state::{legend, symbol};
use crate::model::{Command, Kind, PlannedAction, Report, ServiceEntry};
use crate::render::words::counted;

/// Which columns there is something to tell in.
#[derive(Clone, Copy)]
struct Columns {
    planned: bool,
    declared: bool,
    kinds: bool,
}

pub(super) fn matrix(report: &Report, shown: &Shown<'_>) -> Markup {
    let tells = |what: fn(&ServiceEntry) -> bool| report.services.iter().any(what);
    let columns = Columns {
        planned: tells(|entry| entry.planned.is_some()),
        declared: tells(|entry| entry.declared.is_some()),
        kinds: tells(|entry| !entry.checklist.is_empty()),
    };
    let left_out = shown.services.get(ROWS..).unwrap_or_default();
    html! {
        section.frame aria-labelledby="checklist" {
            h2 id="checklist" { (title(report)) }
            @if shown.services.is_empty() { p { "No service." } } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="checklist" {
                    table.matrix {
                        thead { (head(columns)) }
                        tbody { @for entry in shown.services.iter().take(ROWS) { (row(entry, shown, columns)) } }
                    }
                }
                @if !left_out.is_empty() { p.left-out { (counted(left_out.len(), "further service")) " without a row here: " (states(left_out)) "." } }
                @if columns.kinds { (legend()) }
            }
        }
    }
}

pub(super) fn title(report: &Report) -> &'static str {
    match report.command {
        Command::Preflight => "Planned services",
        Command::Audit | Command::Checklist | Command::Demo => "Deletion checklist",
    }
}

fn head(columns: Columns) -> Markup {
    html! {
        tr {
            th scope="col" { "service" }
            @if columns.planned { th scope="col" { "plan" } }
            th scope="col" { "status" }
            @if columns.declared { th scope="col" { "declared" } }
            @if columns.kinds { @for kind in Kind::ALL { th.kind scope="col" { span { (kind) } } } }
        }
    }
}

fn row(entry: &ServiceEntry, shown: &Shown<'_>, columns: Columns) -> Markup {
    let ServiceEntry { arn, cluster, name, declared, status, checklist, items: _, not_comparable: _, planned } = entry;
    let called = html! { bdi { (cluster) "/" wbr; (name) } };
    html! {
        tr {
            th scope="row" {
                @match shown.anchor(arn.as_ref()) { Some(anchor) => a href=(anchor) { (called) }, None => (called) }
            }
            @if columns.planned { td { (planned.map(PlannedAction::as_str).unwrap_or_default()) } }
            td { (status) }
            @if columns.declared { td { @match declared { Some(true) => "yes", Some(false) => "no", None => "" } } }
            @if columns.kinds {
                @if checklist.is_empty() { td.untold colspan=(Kind::ALL.len()) { "no checklist: it is " (status.spoken()) } } @else {
                    @for kind in Kind::ALL { (cell(entry, kind)) }
                }
            }
        }
    }
}

fn cell(entry: &ServiceEntry, kind: Kind) -> Markup {
    html! {
        @match entry.checklist.get(&kind) {
            Some(state) => {
                td class={ "state " (state.as_str()) } title={ (kind) ": " (state.as_str()) } {
                    span aria-hidden="true" { (symbol(*state)) } span.sr { (state.as_str()) }
                }
            }
            None => td.state title={ (kind) ": not told" } { span.sr { "not told" } }
        }
    }
}

/// `2 left, 1 gone`: of each service the worst.
fn states(entries: &[&ServiceEntry]) -> String {
    let of = |state| entries.iter().filter(|entry| worst(entry) == state).count();
    let states = super::state::STATES.map(Some).into_iter().chain([None]).map(|state| (of(state), state));
    let told = states.filter(|(count, _)| *count > 0).map(|(count, state)| match state {
        Some(state) => format!("{count} {}", state.as_str()),
        None => format!("{count} without a checklist"),
    });
    told.collect::<Vec<_>>().join(", ")
}
