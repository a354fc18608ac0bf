//! What became of the findings of the baseline that are not among these.

use std::io;

use super::page::{Cell, Ink, Page, span, widest};
use crate::model::{PastFinding, Report};

/// How many past findings are shown; the rest is counted.
const SHOWN: usize = 20;

/// Writes what is gone since the baseline, and of what nobody can tell.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let shows_scope = report.scopes.len() > 1;
    let (resolved, unresolved): (Vec<_>, Vec<_>) = (report.newly_resolved().collect(), report.unresolved().collect());
    section(page, "Resolved since the baseline", &resolved, shows_scope)?;
    section(page, "Known from the baseline, and not known to be gone", &unresolved, true)
}

fn section(page: &mut Page<'_>, title: &str, findings: &[&PastFinding], shows_scope: bool) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    page.title(format!("{title} ({})", findings.len()))?;
    let shown = || findings.iter().take(SHOWN);
    let code = widest(shown().map(|past| past.code.as_str()));
    let kind = widest(shown().map(|past| past.kind.as_str()));
    let columns = [code, kind, page.room().saturating_sub(span(&[code, kind, 0]))];
    for past in shown() {
        let name = if shows_scope { format!("{} ({})", past.name, past.scope) } else { past.name.clone() };
        page.row(&columns, &[Cell::new(past.code.as_str()), Cell::new(past.kind.as_str()), Cell::new(name)])?;
    }
    match findings.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => page.text(Ink::Dim, format!("  … and {more} more: see --format json")),
    }
}
