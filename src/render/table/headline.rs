//! The verdict in words, and what it is about.

use std::io;

use super::page::{Ink, Page};
use crate::model::{Outcome, Report};
use crate::render::words::Headline;

/// Writes the verdict and, under it, what is new since the baseline, the scopes and the time.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let Headline { verdict, unread, since, costs, left_out, about } = Headline::of(report);
    page.text(ink(report), verdict)?;
    if let Some(unread) = unread {
        page.text(Ink::Yellow, unread)?;
    }
    for line in since.into_iter().chain(costs).chain(left_out) {
        page.text(Ink::Plain, line)?;
    }
    page.text(Ink::Dim, about)
}

fn ink(report: &Report) -> Ink {
    match report.outcome() {
        Outcome::Clean if report.findings.is_empty() => Ink::Green,
        Outcome::Clean => Ink::Bold,
        Outcome::Incomplete => Ink::Yellow,
        Outcome::Findings => {
            let counting = report.findings.iter().filter(|finding| report.counts(finding));
            counting.map(|finding| finding.severity).max().map_or(Ink::Bold, Ink::of)
        }
    }
}
