//! HTML for a browser or a ticket: one file with nothing from elsewhere, that lets nothing run but its own script.
//! It can be read without the script, on paper, by ear and on a telephone.

mod checklist;
mod facts;
mod findings;
mod meanings;
mod plot;
mod policy;
mod shown;
mod state;
mod tables;
mod top;

use std::io;

use maud::Markup;

use super::escape::harmless;
use crate::model::Report;
use shown::Shown;

/// What the page looks like, on a screen and on paper.
const STYLE: &str = include_str!("html/style.css");

/// Filters, and buttons that copy. What needs it is hidden without it.
const SCRIPT: &str = include_str!("html/script.js");

/// Writes the report as one HTML page.
///
/// Its content security policy names its own style and script by their hashes, and forbids everything else. The same report gives the same
/// bytes. Of a large report the gravest findings and the worst services are drawn, and the others are counted.
///
/// # Errors
///
/// What the writer fails with.
pub fn html(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let shown = Shown::of(report);
    let policy = policy::allowing(STYLE, SCRIPT);
    write!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n")?;
    put(out, &top::head(report, &policy))?;
    write!(out, "<style>{STYLE}</style>\n</head>\n<body>\n")?;
    put(out, &top::masthead(report, &shown))?;
    writeln!(out, "<main id=\"main\">")?;
    put(out, &checklist::matrix(report, &shown))?;
    put(out, &plot::maps(report, &shown))?;
    put(out, &findings::opening(report, &shown))?;
    for group in &shown.groups {
        put(out, &findings::group(report, group))?;
    }
    put(out, &findings::closing(&shown))?;
    for (number, section) in shown.sections.iter().enumerate() {
        put(out, &tables::table(number, section))?;
    }
    put(out, &tables::scopes(report))?;
    put(out, &meanings::meanings(report))?;
    writeln!(out, "</main>")?;
    put(out, &top::foot(report))?;
    write!(out, "<script>{SCRIPT}</script>\n</body>\n</html>\n")
}

/// Everything that is made of a report goes this way: whatever text was forgotten before, here nothing in it acts.
fn put(out: &mut dyn io::Write, markup: &Markup) -> io::Result<()> {
    out.write_all(harmless(&markup.0).as_bytes())?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
