//! What stands beside the findings, for the formats that people read: titled tables of plain words. Nothing of it may be left out.

use std::collections::BTreeMap;

use super::words::{self, counted, day, why_not_compared};
use crate::model::{Command, Gap, Kind, KindState, PastFinding, Report, Scope, ServiceEntry, UnjudgedResource, Waived, WaiverRef};

/// A table with its title. No cell is safe to show as it is.
pub(super) struct Section {
    pub title: String,
    pub columns: &'static [&'static str],
    pub rows: Vec<Vec<String>>,
}

/// Every section that has rows: what was not read comes first, since a verdict is only worth as much.
pub(super) fn sections(report: &Report) -> Vec<Section> {
    let mut sections = vec![unread(report), unjudged(report), waived(report), resolved(report), unresolved(report)];
    if report.command == Command::Checklist {
        sections.extend(report.services.iter().map(|entry| checklist(report, entry)));
    } else {
        sections.push(services(report));
    }
    sections.push(not_comparable(report));
    sections.retain(|section| !section.rows.is_empty());
    sections
}

fn unread(report: &Report) -> Section {
    let row = |scope: &Scope, gap: &Gap| {
        let Gap { operation, parent, kinds, cause, message } = gap;
        vec![operation.clone(), cause.to_string(), message.clone(), listed(kinds), parent.clone().unwrap_or_default(), scope.to_string()]
    };
    let gaps = report.scopes.iter().flat_map(|entry| entry.gaps.iter().map(|gap| row(&entry.scope, gap)));
    let rows: Vec<_> = gaps.collect();
    Section {
        title: format!("Not read ({})", counted(rows.len(), "gap")),
        columns: &["operation", "cause", "what", "concerns", "for", "in"],
        rows,
    }
}

fn unjudged(report: &Report) -> Section {
    let row = |resource: &UnjudgedResource| {
        let UnjudgedResource { arn, kind, because } = resource;
        vec![kind.to_string(), arn.to_string(), because.clone()]
    };
    Section {
        title: format!("Not judged ({}): what would decide was not read", counted(report.unjudged.len(), "resource")),
        columns: &["kind", "ARN", "because"],
        rows: report.unjudged.iter().map(row).collect(),
    }
}

fn waived(report: &Report) -> Section {
    let row = |waived: &Waived| {
        let Waived { finding, waiver, expires } = waived;
        let WaiverRef { place, covers: _, reason, owner } = waiver;
        let why = format!("{reason} ({owner}; {place})");
        vec![finding.claim.code().to_string(), finding.subject.kind.to_string(), finding.subject.name.clone(), day(*expires), why]
    };
    Section {
        title: format!("Waived ({})", counted(report.waived.len(), "finding")),
        columns: &["code", "kind", "name", "until", "why"],
        rows: report.waived.iter().map(row).collect(),
    }
}

fn resolved(report: &Report) -> Section {
    past("Resolved since the baseline", report.newly_resolved())
}

fn unresolved(report: &Report) -> Section {
    past("Known from the baseline, and not known to be gone", report.unresolved())
}

fn past<'r>(title: &str, findings: impl Iterator<Item = &'r PastFinding>) -> Section {
    let row = |past: &PastFinding| vec![past.code.to_string(), past.kind.to_string(), past.name.clone(), past.scope.to_string()];
    let rows: Vec<_> = findings.map(row).collect();
    Section { title: format!("{title} ({})", rows.len()), columns: &["code", "kind", "name", "in"], rows }
}

fn services(report: &Report) -> Section {
    let row = |entry: &ServiceEntry| {
        let place = entry.arn.as_ref().map(|arn| format!("{} {}", arn.account(), arn.region()));
        let planned = entry.planned.map(|action| action.as_str().to_owned()).unwrap_or_default();
        vec![
            called(entry),
            planned,
            entry.status.to_string(),
            words::declared(entry).unwrap_or_default().to_owned(),
            states(entry),
            place.unwrap_or_default(),
        ]
    };
    Section {
        title: format!("Services ({})", report.services.len()),
        columns: &["service", "plan", "status", "declaration", "its resources", "in"],
        rows: report.services.iter().map(row).collect(),
    }
}

fn called(entry: &ServiceEntry) -> String {
    format!("{}/{}", entry.cluster, entry.name)
}

/// `left: load-balancer, listener; in-use: target-group`, worst first.
fn states(entry: &ServiceEntry) -> String {
    let mut kinds: BTreeMap<KindState, Vec<Kind>> = BTreeMap::new();
    for (kind, state) in &entry.checklist {
        kinds.entry(*state).or_default().push(*kind);
    }
    let states: Vec<String> = kinds.iter().rev().map(|(state, kinds)| format!("{}: {}", state.as_str(), listed(kinds))).collect();
    states.join("; ")
}

fn checklist(report: &Report, entry: &ServiceEntry) -> Section {
    let declared = words::declared(entry).map(|is| format!(", {is}")).unwrap_or_default();
    let scope = entry.arn.as_ref().filter(|_| report.scopes.len() > 1).map(|arn| format!(" in {} {}", arn.account(), arn.region()));
    let row = |(kind, state): (&Kind, &KindState)| {
        let items = entry.items.iter().filter(|item| item.kind == *kind);
        let items: Vec<String> = items.map(|item| words::item(item, *state)).collect();
        vec![kind.to_string(), state.as_str().to_owned(), items.join("; ")]
    };
    let mut rows: Vec<_> = entry.checklist.iter().map(row).collect();
    if rows.is_empty() {
        rows.push(vec![String::new(), entry.status.spoken().to_owned(), String::new()]);
    }
    Section {
        title: format!("Checklist of {}, {}{declared}{}", called(entry), entry.status, scope.unwrap_or_default()),
        columns: &["kind", "state", "which, and why"],
        rows,
    }
}

fn not_comparable(report: &Report) -> Section {
    let services = report.services.iter().filter(|entry| !entry.not_comparable.is_empty());
    Section {
        title: why_not_compared(report).to_owned(),
        columns: &["service", "fields"],
        rows: services.map(|entry| vec![called(entry), entry.not_comparable.join(", ")]).collect(),
    }
}

fn listed(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}
