//! The deletion checklists: per service, each of the thirteen kinds, what became of it, and why what stays stays.

use std::collections::BTreeMap;
use std::io;

use super::page::{Cell, Ink, Page, span, widest};
use crate::model::{ChecklistItem, Finding, Kind, KindState, Report, ServiceEntry};
use crate::render::words;

/// So many resources of one kind are named, the rest is counted.
const NAMED: usize = 6;

/// Writes the checklist of each service.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    for entry in &report.services {
        let declared = words::declared(entry).map(|is| format!(", {is}")).unwrap_or_default();
        page.title(format!("{}/{}  {}{declared}: {}", entry.cluster, entry.name, entry.status, summary(entry)))?;
        for finding in of_the_service_itself(report, entry) {
            let said = format!("{}: {}", finding.claim.code(), finding.predicate());
            page.row(&[page.room()], &[Cell::new(said).ink(Ink::of(finding.severity))])?;
        }
        rows(page, entry)?;
    }
    Ok(())
}

/// `3 left, 1 held, 9 gone`, worst first.
fn summary(entry: &ServiceEntry) -> String {
    let mut counts: BTreeMap<KindState, usize> = BTreeMap::new();
    for state in entry.checklist.values() {
        *counts.entry(*state).or_default() += 1;
    }
    if counts.is_empty() {
        return "not scanned".to_owned();
    }
    let counts: Vec<String> = counts.into_iter().rev().map(|(state, count)| format!("{count} {}", state.as_str())).collect();
    counts.join(", ")
}

fn of_the_service_itself<'r>(report: &'r Report, entry: &'r ServiceEntry) -> impl Iterator<Item = &'r Finding> {
    report.findings.iter().filter(|finding| finding.subject.kind == Kind::Service && finding.subject.arn == entry.arn)
}

fn rows(page: &mut Page<'_>, entry: &ServiceEntry) -> io::Result<()> {
    let kind = widest(Kind::ALL.map(Kind::as_str));
    let state = widest([KindState::NeverSeen.as_str()]);
    let what = page.room().saturating_sub(span(&[kind, state, 0]));
    for (of, became) in &entry.checklist {
        let items: Vec<&ChecklistItem> = entry.items.iter().filter(|item| item.kind == *of).collect();
        let cells = [Cell::new(of.as_str()), Cell::new(became.as_str()).ink(ink(*became)), Cell::of_lines(lines(&items, *became))];
        page.row(&[kind, state, what], &cells)?;
    }
    Ok(())
}

/// A line a resource; its own state only where it is not the kind's.
fn lines(items: &[&ChecklistItem], of_kind: KindState) -> Vec<String> {
    let mut lines: Vec<String> = items.iter().take(NAMED).map(|item| words::item(item, of_kind)).collect();
    if items.len() > NAMED {
        lines.push(format!("… and {} more: see --format json", items.len() - NAMED));
    }
    if lines.is_empty() { vec![String::new()] } else { lines }
}

fn ink(state: KindState) -> Ink {
    match state {
        KindState::Left => Ink::Red,
        KindState::Held | KindState::Unknown => Ink::Yellow,
        KindState::Deleting => Ink::Cyan,
        KindState::Gone => Ink::Green,
        KindState::InUse | KindState::Shared => Ink::Plain,
        KindState::NeverSeen => Ink::Dim,
    }
}
