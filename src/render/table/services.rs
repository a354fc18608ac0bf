//! The services without findings, in one line each.

use std::collections::BTreeSet;
use std::io;

use super::page::{Cell, Ink, Page, span, widest};
use crate::model::{Arn, KindState, Report, ServiceEntry, ServiceState};
use crate::render::words;

/// How many services are shown; the rest is counted.
const SHOWN: usize = 20;

/// Writes the scanned services that no finding is about: what is not simply well comes first.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let judged: BTreeSet<&Arn> = report.findings.iter().flat_map(|f| f.service.iter().map(|s| &s.arn).chain(&f.subject.arn)).collect();
    // What a plan will make has no ARN yet.
    let names: BTreeSet<(&str, &str)> =
        report.findings.iter().filter_map(|f| f.service.as_ref()).map(|s| (&*s.cluster, &*s.name)).collect();
    let is_judged = |entry: &ServiceEntry| match &entry.arn {
        Some(arn) => judged.contains(arn),
        None => names.contains(&(&entry.cluster, &entry.name)),
    };
    let is_quiet = |entry: &&ServiceEntry| entry.status != ServiceState::NotScanned && !is_judged(entry);
    let (well, pending): (Vec<_>, Vec<_>) = report.services.iter().filter(is_quiet).partition(|entry| is_well(entry));
    let quiet: Vec<&ServiceEntry> = pending.into_iter().chain(well).collect();
    if quiet.is_empty() {
        return Ok(());
    }
    page.title(format!("Services without findings ({})", quiet.len()))?;
    rows(page, &quiet, report.scopes.len() > 1)
}

/// Writes at most the first of these services, and how many more there are.
pub(super) fn rows(page: &mut Page<'_>, services: &[&ServiceEntry], shows_scope: bool) -> io::Result<()> {
    let shown = services.iter().take(SHOWN);
    let names: Vec<String> = shown.clone().map(|entry| called(entry, shows_scope)).collect();
    let statuses = shown.clone().map(|entry| entry.status.as_str());
    let status = widest(statuses);
    // The name may take half of the page; what is said about the service gets the rest.
    let name = widest(names.iter().map(String::as_str)).min(page.room() / 2);
    let said = page.room().saturating_sub(span(&[2, name, status, 0]));
    for (entry, text) in shown.zip(names) {
        let mark = if is_well(entry) { Cell::new("ok").ink(Ink::Green) } else { Cell::new("-").ink(Ink::Dim) };
        let cells = [mark, Cell::new(text), Cell::new(entry.status.as_str()), Cell::new(remarks(entry)).ink(Ink::Dim)];
        page.row(&[2, name, status, said], &cells)?;
    }
    match services.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => page.text(Ink::Dim, format!("  … and {more} more: see --format json")),
    }
}

/// Whether it runs and each of its kinds could be told.
fn is_well(entry: &ServiceEntry) -> bool {
    if entry.planned.is_some() {
        // What is to be made is not there yet.
        return entry.status != ServiceState::Unknown;
    }
    entry.status == ServiceState::Active && !entry.checklist.values().any(|state| is_open(*state))
}

/// Whether a kind's state is one that a reader has to know of.
fn is_open(state: KindState) -> bool {
    match state {
        KindState::Deleting | KindState::Unknown | KindState::Held | KindState::Left => true,
        KindState::NeverSeen | KindState::Gone | KindState::InUse | KindState::Shared => false,
    }
}

/// `prod/web`, after its account and Region where there are several.
fn called(entry: &ServiceEntry, shows_scope: bool) -> String {
    let ServiceEntry { arn, cluster, name, .. } = entry;
    match arn.as_ref().filter(|_| shows_scope) {
        Some(arn) => format!("{} {} {cluster}/{name}", arn.account(), arn.region()),
        None => format!("{cluster}/{name}"),
    }
}

/// Whether it is declared, and which kinds are still open: `declared; deleting: load-balancer, listener`.
fn remarks(entry: &ServiceEntry) -> String {
    if let Some(action) = entry.planned {
        return format!("the plan: {action}");
    }
    let declared = words::declared(entry).map(str::to_owned);
    let open: BTreeSet<KindState> = entry.checklist.values().copied().filter(|state| is_open(*state)).collect();
    let open = open.into_iter().map(|state| {
        let kinds = entry.checklist.iter().filter(|(_, of_kind)| **of_kind == state).map(|(kind, _)| kind.as_str());
        format!("{}: {}", state.as_str(), kinds.collect::<Vec<_>>().join(", "))
    });
    declared.into_iter().chain(open).collect::<Vec<_>>().join("; ")
}
