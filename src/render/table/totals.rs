//! The last lines: how much was looked at, and what the exit code says.

use std::collections::BTreeMap;
use std::io;

use super::headline::{counted, what_counts};
use super::page::{Ink, Page};
use crate::model::{Command, ExitCode, Kind, Report};

/// Writes the totals over all scopes and the exit code with its meaning.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    page.blank()?;
    page.text(
        Ink::Dim,
        format!("{}; {}; {}", counted(report.scopes.len(), "scope"), counted(report.services.len(), "service"), calls(report)),
    )?;
    page.text(Ink::Dim, format!("Express Mode has there: {}", resources(report)))?;
    page.text(Ink::Bold, ending(report))
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

/// `exit 2: findings at or above low`. The demo ends with 0 and says how the same audit would.
fn ending(report: &Report) -> String {
    let code = report.exit_code();
    let meaning = match code {
        ExitCode::Clean => format!("everything was read, no {}", what_counts(report, "finding")),
        ExitCode::CouldNotRun => "nothing was judged".to_owned(),
        ExitCode::Findings => what_counts(report, "findings"),
        ExitCode::Incomplete => format!("no {}, but not everything was read", what_counts(report, "finding")),
        ExitCode::Interrupted | ExitCode::Terminated => "a signal stopped it; what was read until then was judged".to_owned(),
    };
    match report.command {
        Command::Audit | Command::Checklist | Command::Preflight => format!("exit {}: {meaning}", code as u8),
        Command::Demo => format!("exit 0, as a demo does; the same audit would exit {}: {meaning}", code as u8),
    }
}
