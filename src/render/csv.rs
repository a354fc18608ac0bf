//! CSV for spreadsheets: RFC 4180, a row for each thing that the report says, under one header.

use std::fmt::Display;
use std::io;

use ::csv::{Terminator, WriterBuilder};
use serde::Serialize;

use super::escape::harmless;
use super::words::{self, Headline};
use crate::model::{
    Arn, Finding, FindingStatus, Gap, Kind, KindState, PastFinding, Report, Scope, ServiceEntry, Subject, UnjudgedResource, Waived,
};

/// Writes a row for the verdict (`report`), for each `finding` and each `gap`, and then for each `waived`, `resolved` and `unresolved`
/// finding, each `unjudged` resource, and each `service` with each kind of its checklist. What is not known is an empty cell.
///
/// # Errors
///
/// What the writer fails with.
pub fn csv(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    for row in rows(report) {
        table.serialize(row)?;
    }
    table.flush()
}

/// A cell that no spreadsheet takes for a formula.
#[derive(Default, Serialize)]
struct Cell(String);

impl Cell {
    fn of(text: impl Display) -> Self {
        let text = harmless(&text.to_string()).into_owned();
        Self(if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text })
    }

    fn some(text: Option<impl Display>) -> Self {
        text.map(Self::of).unwrap_or_default()
    }
}

/// The columns, in their order. A column is never renamed or removed.
#[derive(Default, Serialize)]
struct Row {
    #[serde(rename = "type")]
    what: &'static str,
    code: Cell,
    severity: Cell,
    confidence: Cell,
    /// How a finding stands to the baseline; a kind's state; the outcome.
    status: Cell,
    account: Cell,
    region: Cell,
    kind: Cell,
    name: Cell,
    arn: Cell,
    cluster: Cell,
    service: Cell,
    service_status: Cell,
    operation: Cell,
    cause: Cell,
    parent: Cell,
    message: Cell,
    first_seen: Cell,
    resolved_at: Cell,
    waived_until: Cell,
    fingerprint: Cell,
    /// Of a finding, what its subject costs; of the report, what is left over does.
    monthly_usd: Cell,
}

fn rows(report: &Report) -> impl Iterator<Item = Row> {
    let gaps = report.scopes.iter().flat_map(|entry| entry.gaps.iter().map(|gap| Row::of_gap(&entry.scope, gap)));
    let of_services = report.services.iter().flat_map(|entry| {
        let kinds = entry.checklist.iter().map(|(kind, state)| Row::of_kind(entry, *kind, *state));
        [Row::of_service(entry)].into_iter().chain(kinds)
    });
    [Row::of_report(report)]
        .into_iter()
        .chain(report.findings.iter().map(|finding| Row::of_finding(report, finding)))
        .chain(gaps)
        .chain(report.waived.iter().map(|waived| Row::of_waived(report, waived)))
        .chain(report.past.iter().map(Row::of_past))
        .chain(report.unjudged.iter().map(Row::of_unjudged))
        .chain(of_services)
}

impl Row {
    fn of_report(report: &Report) -> Self {
        let message = Headline::of(report).all().collect::<Vec<_>>().join("; ");
        let monthly_usd = Cell::of(report.summary().monthly);
        Self { what: "report", status: Cell::of(report.outcome().as_str()), message: Cell::of(message), monthly_usd, ..Self::default() }
    }

    fn of_finding(report: &Report, finding: &Finding) -> Self {
        let Finding { claim, subject, severity, confidence, service, ties: _, history, evidence: _, cost, remedy: _ } = finding;
        let Subject { scope, kind, arn, name } = subject;
        let status = match history.status {
            FindingStatus::Existing if history.got_worse => "worse",
            status @ (FindingStatus::New | FindingStatus::Existing | FindingStatus::Reappeared) => status.as_str(),
        };
        Self {
            what: "finding",
            code: Cell::of(claim.code()),
            severity: Cell::of(severity),
            confidence: Cell::of(confidence),
            status: Cell::some(report.compared_with.map(|_| status)),
            kind: Cell::of(kind),
            name: Cell::of(name),
            arn: Cell::some(arn.as_ref()),
            cluster: Cell::some(service.as_ref().map(|service| &service.cluster)),
            service: Cell::some(service.as_ref().map(|service| &service.name)),
            service_status: Cell::some(service.as_ref().map(|service| service.status)),
            message: Cell::of(finding.message()),
            first_seen: Cell::some(history.first_seen),
            fingerprint: Cell::of(finding.fingerprint()),
            monthly_usd: Cell::some(cost.as_ref().map(|cost| cost.monthly)),
            ..Self::within(scope)
        }
    }

    fn of_gap(scope: &Scope, gap: &Gap) -> Self {
        let Gap { operation, parent, kinds, cause, message } = gap;
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        Self {
            what: "gap",
            kind: Cell::of(kinds.join(" ")),
            operation: Cell::of(operation),
            cause: Cell::of(cause),
            parent: Cell::some(parent.as_ref()),
            message: Cell::of(message),
            ..Self::within(scope)
        }
    }

    fn of_waived(report: &Report, waived: &Waived) -> Self {
        let Waived { finding, waiver, expires } = waived;
        let why = format!("{} (waived: {}; {})", finding.message(), waiver.reason, waiver.owner);
        Self { what: "waived", waived_until: Cell::of(expires), message: Cell::of(why), ..Self::of_finding(report, finding) }
    }

    fn of_past(past: &PastFinding) -> Self {
        let PastFinding { fingerprint, code, severity, scope, kind, arn, name, first_seen, resolved_at } = past;
        Self {
            what: if resolved_at.is_some() { "resolved" } else { "unresolved" },
            code: Cell::of(code),
            severity: Cell::of(severity),
            kind: Cell::of(kind),
            name: Cell::of(name),
            arn: Cell::some(arn.as_ref()),
            first_seen: Cell::of(first_seen),
            resolved_at: Cell::some(resolved_at.as_ref()),
            fingerprint: Cell::of(fingerprint),
            ..Self::within(scope)
        }
    }

    fn of_unjudged(resource: &UnjudgedResource) -> Self {
        let UnjudgedResource { arn, kind, because } = resource;
        let rest = Self::at(arn);
        Self { what: "unjudged", kind: Cell::of(kind), message: Cell::of(because), ..rest }
    }

    fn of_service(entry: &ServiceEntry) -> Self {
        let ServiceEntry { arn, cluster, name, declared: _, status, checklist: _, items: _, not_comparable, planned } = entry;
        let fields = (!not_comparable.is_empty()).then(|| format!("{}: {}", words::not_comparable(*planned), not_comparable.join(", ")));
        let planned = planned.map(|action| format!("planned: {action}"));
        Self {
            what: "service",
            cluster: Cell::of(cluster),
            service: Cell::of(name),
            service_status: Cell::of(status),
            message: Cell::of(
                words::declared(entry).map(str::to_owned).into_iter().chain(planned).chain(fields).collect::<Vec<_>>().join("; "),
            ),
            ..arn.as_ref().map(Self::at).unwrap_or_default()
        }
    }

    fn of_kind(entry: &ServiceEntry, kind: Kind, state: KindState) -> Self {
        let items = entry.items.iter().filter(|item| item.kind == kind);
        let items = items.map(|item| item.why.as_ref().map_or_else(|| item.name.clone(), |why| format!("{}: {why}", item.name)));
        Self {
            what: "checklist",
            status: Cell::of(state.as_str()),
            kind: Cell::of(kind),
            message: Cell::of(items.collect::<Vec<_>>().join("; ")),
            ..Self::of_service(entry)
        }
    }

    fn within(scope: &Scope) -> Self {
        Self { account: Cell::of(&scope.account), region: Cell::of(&scope.region), ..Self::default() }
    }

    fn at(arn: &Arn) -> Self {
        Self { account: Cell::of(arn.account()), region: Cell::of(arn.region()), arn: Cell::of(arn), ..Self::default() }
    }
}

#[cfg(test)]
mod tests;
