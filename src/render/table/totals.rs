//! The last lines: how much was looked at, how findings are resolved, and what the exit code says.

use std::collections::BTreeMap;
use std::io;

use super::page::{Ink, Page};
use crate::model::{Command, Kind, Report};
use crate::render::words::{counted, ending};

/// Writes the totals over all scopes, how to get at the remedies, and the exit code with its meaning.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    page.text(
        Ink::Dim,
        format!("{}; {}; {}", counted(report.scopes.len(), "scope"), counted(report.services.len(), "service"), calls(report)),
    )?;
    // A plan's judgement counts nothing: it reads only what the plan touches.
    if report.command != Command::Preflight {
        page.text(Ink::Dim, format!("Express Mode has there: {}", resources(report)))?;
    }
    if let Some(ways_out) = ways_out(report) {
        page.text(Ink::Plain, ways_out)?;
    }
    page.text(Ink::Bold, ending(report))
}

/// How to get what would resolve the findings, where that is known of some.
fn ways_out(report: &Report) -> Option<String> {
    let remedies = || report.findings.iter().filter_map(|finding| finding.remedy.as_ref());
    let commands = remedies().filter(|remedy| !remedy.commands.is_empty()).count();
    let blocks = remedies().filter(|remedy| remedy.terraform.is_some()).count();
    let script = format!("--remedy-script FILE writes a script for {commands} of them, which asks before each");
    let block = format!("-f json has Terraform's import block for {blocks}");
    let ways: Vec<String> = [(commands, script), (blocks, block)].into_iter().filter(|(count, _)| *count > 0).map(|(_, way)| way).collect();
    (!ways.is_empty()).then(|| format!("To resolve {}: {}", counted(report.findings.len(), "finding"), ways.join("; ")))
}

fn calls(report: &Report) -> String {
    let calls: u64 = report.scopes.iter().map(|entry| entry.api_calls).sum();
    let throttles: u64 = report.scopes.iter().map(|entry| entry.throttles).sum();
    let calls = if calls == 1 { "1 API call".to_owned() } else { format!("{calls} API calls") };
    if throttles == 0 { calls } else { format!("{calls}, {throttles} of them throttled") }
}

/// How many resources of each kind Express Mode has in all scopes.
fn resources(report: &Report) -> String {
    let mut totals: BTreeMap<Kind, usize> = BTreeMap::new();
    for (kind, count) in report.scopes.iter().flat_map(|entry| &entry.resources) {
        *totals.entry(*kind).or_default() += count;
    }
    let totals: Vec<String> = totals.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    if totals.is_empty() { "nothing that was seen".to_owned() } else { totals.join(", ") }
}
