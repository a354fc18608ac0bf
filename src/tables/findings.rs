//! The table of findings: the columns of the format `csv`, with types.

use super::column::Column;
use crate::model::{Finding, FindingStatus, PastFinding, Report, Scope, ServiceRef, Subject, Waived};

/// A finding, and what became of it.
pub(super) enum Row<'a> {
    Found(&'a Report, &'a Finding),
    Waived(&'a Report, &'a Waived),
    Past(&'a Report, &'a PastFinding),
}

pub(super) fn rows(report: &Report) -> impl Iterator<Item = Row<'_>> {
    let found = report.findings.iter().map(move |finding| Row::Found(report, finding));
    let waived = report.waived.iter().map(move |waived| Row::Waived(report, waived));
    found.chain(waived).chain(report.past.iter().map(move |past| Row::Past(report, past)))
}

pub(super) fn columns<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::text("type", |row| Some(row.what().to_owned())),
        Column::text("code", |row| Some(row.finding().map_or_else(|past| past.code, |finding| finding.claim.code()).to_string())),
        Column::text("severity", |row| Some(row.finding().map_or_else(|past| past.severity, |finding| finding.severity).to_string())),
        Column::text("confidence", |row| row.finding().ok().map(|finding| finding.confidence.to_string())),
        Column::text("status", |row| row.status().map(str::to_owned)),
        Column::flag("counts", |row| Some(matches!(row, Row::Found(report, finding) if report.counts(finding)))),
        Column::text("aws_partition", |row| Some(row.scope().partition.clone())),
        Column::text("account", |row| Some(row.scope().account.clone())),
        Column::text("region", |row| Some(row.scope().region.clone())),
        Column::text("kind", |row| Some(row.finding().map_or_else(|past| past.kind, |finding| finding.subject.kind).to_string())),
        Column::text("name", |row| Some(row.finding().map_or_else(|past| &past.name, |finding| &finding.subject.name).clone())),
        Column::text("arn", |row| {
            row.finding().map_or_else(|past| past.arn.as_ref(), |finding| finding.subject.arn.as_ref()).map(ToString::to_string)
        }),
        Column::text("cluster", |row| row.service().map(|service| service.cluster.clone())),
        Column::text("service", |row| row.service().map(|service| service.name.clone())),
        Column::text("service_status", |row| row.service().map(|service| service.status.to_string())),
        Column::text("message", |row| row.finding().ok().map(Finding::message)),
        Column::time("first_seen", |row| row.finding().map_or_else(|past| Some(past.first_seen), |finding| finding.history.first_seen)),
        Column::time("resolved_at", |row| row.finding().err().and_then(|past| past.resolved_at)),
        Column::time("waived_until", |row| if let Row::Waived(_, waived) = row { Some(waived.expires) } else { None }),
        Column::text("fingerprint", |row| Some(row.finding().map_or_else(|past| past.fingerprint.clone(), Finding::fingerprint))),
        Column::amount("monthly_usd", |row| row.finding().ok().and_then(|finding| finding.cost.as_ref()).map(|cost| cost.monthly)),
        Column::time("judged_at", |row| Some(row.report().generated_at)),
    ]
}

impl<'a> Row<'a> {
    fn what(&self) -> &'static str {
        match self {
            Self::Found(..) => "finding",
            Self::Waived(..) => "waived",
            Self::Past(_, past) if past.resolved_at.is_some() => "resolved",
            Self::Past(..) => "unresolved",
        }
    }

    /// The finding as it is now, or as an earlier report had it.
    fn finding(&self) -> Result<&'a Finding, &'a PastFinding> {
        match self {
            Self::Found(_, finding) => Ok(finding),
            Self::Waived(_, waived) => Ok(&waived.finding),
            Self::Past(_, past) => Err(past),
        }
    }

    fn report(&self) -> &'a Report {
        match self {
            Self::Found(report, _) | Self::Waived(report, _) | Self::Past(report, _) => report,
        }
    }

    /// How it stands to the baseline, where there is one.
    fn status(&self) -> Option<&'static str> {
        self.report().compared_with?;
        let history = &self.finding().ok()?.history;
        let got_worse = history.status == FindingStatus::Existing && history.got_worse;
        Some(if got_worse { "worse" } else { history.status.as_str() })
    }

    fn scope(&self) -> &'a Scope {
        self.finding().map_or_else(|past| &past.scope, |Finding { subject: Subject { scope, .. }, .. }| scope)
    }

    fn service(&self) -> Option<&'a ServiceRef> {
        self.finding().ok()?.service.as_ref()
    }
}
