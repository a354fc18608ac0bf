//! What was not read, what could not be judged because of it, and what was declared elsewhere. Never left out.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::page::{Cell, Ink, Page, span, widest};
use super::services;
use crate::model::{Arn, Cause, Gap, Kind, Report, Scope, ServiceEntry, ServiceState, UnjudgedResource};
use crate::render::words::{counted, why_not_compared};

/// How many unjudged resources are shown; the rest is counted.
const UNJUDGED_SHOWN: usize = 15;

/// How many different messages, parents or scopes a row of gaps names; the rest is counted.
const NAMED: usize = 3;

/// Writes the gaps, the unjudged resources and the services outside of the scanned scopes.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    gaps(report, page)?;
    unjudged(report, page)?;
    not_comparable(report, page)?;
    outside(report, page)
}

/// Gaps of one operation and one cause are one row: a permission that lacks, lacks for every parent.
#[derive(Default)]
struct Row<'a> {
    times: usize,
    kinds: BTreeSet<Kind>,
    messages: BTreeSet<&'a str>,
    parents: BTreeSet<&'a str>,
    scopes: BTreeSet<&'a Scope>,
}

fn gaps(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let rows = grouped(report);
    if rows.is_empty() {
        return Ok(());
    }
    let count = rows.values().map(|row| row.times).sum();
    page.title(format!("Not read ({})", counted(count, "gap")))?;
    let operation = widest(rows.keys().map(|(operation, _)| *operation).chain(["OPERATION"])).min(page.room() / 5 * 2);
    let cause = widest(rows.keys().map(|(_, cause)| cause.as_str()).chain(["CAUSE"]));
    let columns = [operation, cause, page.room().saturating_sub(span(&[operation, cause, 0]))];
    page.header(&columns, &["OPERATION", "CAUSE", "WHAT, AND WHAT IT CONCERNS"])?;
    for ((operation, cause), row) in &rows {
        let what = Cell::of_lines(row.said(report.scopes.len() > 1));
        page.row(&columns, &[Cell::new(*operation), Cell::new(cause.as_str()).ink(Ink::Yellow), what])?;
    }
    Ok(())
}

fn grouped(report: &Report) -> BTreeMap<(&str, Cause), Row<'_>> {
    let mut rows: BTreeMap<(&str, Cause), Row<'_>> = BTreeMap::new();
    for entry in &report.scopes {
        for Gap { operation, parent, kinds, cause, message } in &entry.gaps {
            let row = rows.entry((operation, *cause)).or_default();
            row.times += 1;
            row.kinds.extend(kinds);
            row.messages.insert(message);
            row.parents.extend(parent.as_deref());
            row.scopes.insert(&entry.scope);
        }
    }
    rows
}

impl Row<'_> {
    /// The messages, then the kinds, then how often, for what and where.
    fn said(&self, shows_scopes: bool) -> Vec<String> {
        let mut lines: Vec<String> = self.messages.iter().take(NAMED).map(|message| (*message).to_owned()).collect();
        if let more @ 1.. = self.messages.len().saturating_sub(NAMED) {
            lines.push(format!("… and {}", counted(more, "more message")));
        }
        if !self.kinds.is_empty() {
            lines.push(format!("concerns {}", self.kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")));
        }
        let times = (self.times > 1).then(|| format!("{} times", self.times));
        let parents = (!self.parents.is_empty()).then(|| format!("for {}", listed(self.parents.iter().map(|parent| parent_name(parent)))));
        let scopes = shows_scopes.then(|| format!("in {}", listed(self.scopes.iter().map(ToString::to_string))));
        let circumstances: Vec<String> = times.into_iter().chain(parents).chain(scopes).collect();
        lines.extend((!circumstances.is_empty()).then(|| circumstances.join(", ")));
        lines
    }
}

fn unjudged(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    if report.unjudged.is_empty() {
        return Ok(());
    }
    page.title(format!("Not judged ({}): what would decide was not read", counted(report.unjudged.len(), "resource")))?;
    let shown = || report.unjudged.iter().take(UNJUDGED_SHOWN);
    let kind = widest(shown().map(|resource| resource.kind.as_str()).chain(["KIND"]));
    let name = widest(shown().map(|resource| called(&resource.arn)).chain(["NAME"])).min(page.room() / 3);
    let columns = [kind, name, page.room().saturating_sub(span(&[kind, name, 0]))];
    page.header(&columns, &["KIND", "NAME", "BECAUSE"])?;
    // One reason for many resources is told once.
    let mut rows: BTreeMap<(Kind, &str), Vec<String>> = BTreeMap::new();
    for UnjudgedResource { arn, kind, because } in shown() {
        rows.entry((*kind, because)).or_default().push(called(arn).to_owned());
    }
    for ((kind, because), names) in rows {
        page.row(&columns, &[Cell::new(kind.as_str()), Cell::of_lines(names), Cell::new(because)])?;
    }
    match report.unjudged.len().saturating_sub(UNJUDGED_SHOWN) {
        0 => Ok(()),
        more => page.text(Ink::Dim, format!("  … and {more} more: see --format json")),
    }
}

/// The fields whose values are not known: a note, and no gap.
fn not_comparable(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let services = report.services.iter().filter(|entry| !entry.not_comparable.is_empty());
    let said = services.map(|entry| format!("{}/{} {}", entry.cluster, entry.name, listed(entry.not_comparable.iter().cloned())));
    let said: Vec<String> = said.collect();
    if said.is_empty() {
        return Ok(());
    }
    page.blank()?;
    let why = why_not_compared(report);
    page.text(Ink::Dim, format!("{why}: {}", listed(said.into_iter())))
}

/// The part of an ARN by which a person knows the resource: its name where the ARN has one, else its id.
fn called(arn: &Arn) -> &str {
    let resource = arn.resource();
    let mut parts = resource.split('/');
    let its_name = match parts.next() {
        Some("loadbalancer") => parts.nth(1),
        Some("targetgroup") => parts.next(),
        _ => resource.strip_prefix("log-group:").or_else(|| resource.strip_prefix("alarm:")),
    };
    its_name.unwrap_or_else(|| arn.last_segment())
}

fn parent_name(parent: &str) -> String {
    Arn::parse(parent).map_or_else(|| parent.to_owned(), |arn| called(&arn).to_owned())
}

fn outside(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let outside: Vec<&ServiceEntry> = report.services.iter().filter(|entry| entry.status == ServiceState::NotScanned).collect();
    if outside.is_empty() {
        return Ok(());
    }
    page.title(format!("Declared outside of the scanned scopes ({}): not looked for", outside.len()))?;
    services::rows(page, &outside, true)
}

/// `a, b, c and 4 more`.
fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first = names.take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}
