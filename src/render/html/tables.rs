//! What stands beside the findings, as tables, and the scopes with their calls.

use maud::{Markup, html};

use crate::model::{Report, ScopeEntry};
use crate::render::outline::Section;
use crate::render::words::counted;

/// How many rows of a table there are room for.
const ROWS: usize = 1_000;

/// From how many rows on a table is folded.
const FOLDED_FROM: usize = 25;

pub(super) fn table(number: usize, section: &Section) -> Markup {
    let Section { title, columns, rows } = section;
    html! {
        section.frame aria-labelledby={ "t-" (number) } {
            h2 id={ "t-" (number) } { (title) }
            (folded(columns, rows, title))
        }
    }
}

/// A table without the columns in which nothing is told.
fn folded(columns: &[&str], rows: &[Vec<String>], title: &str) -> Markup {
    let left_out = rows.len().saturating_sub(ROWS);
    let told: Vec<usize> = (0..columns.len()).filter(|n| rows.iter().any(|row| row.get(*n).is_some_and(|cell| !cell.is_empty()))).collect();
    let table = html! {
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table {
                thead { tr { @for n in &told { th scope="col" { (columns[*n]) } } } }
                tbody { @for row in rows.iter().take(ROWS) { tr { @for n in &told { td { bdi { (row[*n]) } } } } } }
            }
        }
        @if left_out > 0 { p.left-out { "There was no room here for " (counted(left_out, "row")) ": the JSON report has all." } }
    };
    if rows.len() < FOLDED_FROM {
        table
    } else {
        html! { details { summary { (counted(rows.len(), "row")) } (table) } }
    }
}

/// What was scanned, with how many calls.
pub(super) fn scopes(report: &Report) -> Markup {
    let columns = ["account", "Region", "read", "begun", "ended", "calls", "throttled", "Express resources"];
    let rows: Vec<Vec<String>> = report.scopes.iter().map(scope).collect();
    html! {
        section.frame aria-labelledby="scopes" {
            h2 id="scopes" { "What was scanned (" (counted(report.scopes.len(), "scope")) ")" }
            @if rows.is_empty() { p { "Nothing was scanned." } } @else { (folded(&columns, &rows, "What was scanned")) }
        }
    }
}

fn scope(entry: &ScopeEntry) -> Vec<String> {
    let ScopeEntry { scope, started_at, finished_at, api_calls, throttles, resources, gaps } = entry;
    let read = if gaps.is_empty() { "completely".to_owned() } else { format!("with {}", counted(gaps.len(), "gap")) };
    let resources: Vec<String> = resources.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let [begun, ended] = [started_at, finished_at].map(ToString::to_string);
    let [calls, throttled] = [api_calls, throttles].map(ToString::to_string);
    vec![scope.account.clone(), scope.region.clone(), read, begun, ended, calls, throttled, resources.join(", ")]
}
