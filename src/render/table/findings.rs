//! The findings, in one group per service; where several scopes were scanned, scope by scope.

use std::io;

use super::page::{Cell, Ink, Page, span, widest};
use crate::model::{Arn, Confidence, Finding, Report};
use crate::render::groups::{groups, heading, marks, scope};
use crate::render::words::spoken_cost;

/// From this width on every finding shows its ARN.
const WIDE: u16 = 160;

/// A message narrower than this takes too many lines to be read.
const LEAST_WHAT: u16 = 40;

/// A wider name wraps: a load balancer's or target group's has 32 characters at most.
const MOST_NAME: u16 = 36;

/// Writes the findings, if there are any.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    if report.findings.is_empty() {
        return Ok(());
    }
    let layout = Layout::of(report, page.room());
    page.blank()?;
    layout.header(page)?;
    let mut scope_above = None;
    for (place, group) in groups(&report.findings).iter().enumerate() {
        let Some(first) = group.first() else { continue };
        if place > 0 {
            page.blank()?;
        }
        if let Some(scope) = scope(first).filter(|scope| scope_above.replace(*scope) != Some(*scope) && report.scopes.len() > 1) {
            page.text(Ink::Bold, format!("── {scope}"))?;
        }
        page.text(Ink::Bold, heading(first))?;
        group.iter().try_for_each(|finding| layout.finding(page, finding, marks(report, finding)))?;
    }
    Ok(())
}

/// How the columns share the page. All groups have the same columns, so that the eye can run down them.
enum Layout {
    /// Severity, code, kind, name, what.
    Roomy { columns: [u16; 5], shows_arns: bool },
    /// Severity, code over kind, name over what: for a page on which five columns would crush the message.
    Stacked { columns: [u16; 3] },
}

impl Layout {
    fn of(report: &Report, room: u16) -> Self {
        let findings = || report.findings.iter();
        let severity = widest(["SEVERITY", Confidence::Potential.as_str()]);
        let code = widest(findings().map(|finding| finding.claim.code().as_str()).chain(["CODE"]));
        let kind = widest(findings().map(|finding| finding.subject.kind.as_str()).chain(["KIND"]));
        let name = widest(findings().map(|finding| finding.subject.name.as_str()).chain(["NAME"])).min(MOST_NAME);
        let what = room.saturating_sub(span(&[severity, code, kind, name, 0]));
        if what >= LEAST_WHAT {
            return Self::Roomy { columns: [severity, code, kind, name, what], shows_arns: room >= WIDE - 2 };
        }
        let code = widest(["CODE, KIND"]).max(code).max(kind);
        let what = room.saturating_sub(span(&[severity, code, 0]));
        Self::Stacked { columns: [severity, code, what] }
    }

    fn header(&self, page: &mut Page<'_>) -> io::Result<()> {
        match self {
            Self::Roomy { columns, .. } => page.header(columns, &["SEVERITY", "CODE", "KIND", "NAME", "WHAT"]),
            Self::Stacked { columns } => page.header(columns, &["SEVERITY", "CODE, KIND", "NAME, WHAT"]),
        }
    }

    fn finding(&self, page: &mut Page<'_>, finding: &Finding, marks: Vec<String>) -> io::Result<()> {
        match self {
            Self::Roomy { columns, shows_arns } => roomy(page, columns, *shows_arns, finding, marks),
            Self::Stacked { columns } => stacked(page, *columns, finding, marks),
        }
    }
}

fn roomy(page: &mut Page<'_>, columns: &[u16; 5], shows_arn: bool, finding: &Finding, marks: Vec<String>) -> io::Result<()> {
    let Finding { claim, subject, severity, confidence: _, service: _, ties: _, history: _, evidence: _, cost: _, remedy: _ } = finding;
    let standing = marks.into_iter().fold(Cell::new(severity.as_str()), Cell::and);
    let [code, kind] = [claim.code().as_str(), subject.kind.as_str()].map(Cell::new);
    page.row(columns, &[standing.ink(Ink::of(*severity)), code, kind, Cell::new(&subject.name), what(finding)])?;
    if shows_arn {
        // Under name and message together, so that it is not broken where that can be helped: ARNs are copied.
        let arn = Cell::new(subject.arn.as_ref().map_or("", Arn::as_str)).ink(Ink::Dim);
        let [severity, code, kind, name, what] = *columns;
        page.row(&[span(&[severity, code, kind]), span(&[name, what])], &[Cell::new(""), arn])?;
    }
    Ok(())
}

/// What is said of it and, on a line of its own, what it costs.
fn what(finding: &Finding) -> Cell {
    spoken_cost(finding).into_iter().fold(Cell::new(finding.predicate()), Cell::and)
}

fn stacked(page: &mut Page<'_>, columns: [u16; 3], finding: &Finding, marks: Vec<String>) -> io::Result<()> {
    let Finding { claim, subject, severity, confidence: _, service: _, ties: _, history: _, evidence: _, cost: _, remedy: _ } = finding;
    let ink = Ink::of(*severity);
    let [code, kind] = [claim.code().as_str(), subject.kind.as_str()].map(Cell::new);
    page.row(&columns, &[Cell::new(severity.as_str()).ink(ink), code, Cell::new(&subject.name).ink(Ink::Bold)])?;
    page.row(&columns, &[Cell::of_lines(marks).ink(ink), kind, what(finding)])
}
