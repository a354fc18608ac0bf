//! How findings are grouped for people: a group per service, scope by scope, and the marks on each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::{Arn, Confidence, Finding, FindingStatus, Report, Scope, ServiceRef};

/// The groups of each scope: the one with the gravest finding first, then by the service's name, and last what belongs to none.
pub(super) fn groups<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<Vec<&'f Finding>> {
    let mut by_service: BTreeMap<(Option<&Scope>, Option<&Arn>), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let service = finding.service.as_ref().map(|service| &service.arn);
        by_service.entry((scope(finding), service)).or_default().push(finding);
    }
    let mut groups: Vec<_> = by_service.into_iter().collect();
    groups.sort_by_cached_key(|((scope, service), group)| {
        let gravest = group.iter().map(|finding| finding.severity).max();
        (scope.is_none(), *scope, service.is_none(), Reverse(gravest), group.first().map(|finding| heading(finding)))
    });
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What is about no resource (a waiver) is in no scope, and comes last.
pub(super) fn scope(finding: &Finding) -> Option<&Scope> {
    Some(&finding.subject.scope).filter(|_| !finding.claim.code().is_about_configuration())
}

pub(super) fn heading(finding: &Finding) -> String {
    match &finding.service {
        Some(ServiceRef { cluster, name, status, .. }) => format!("{cluster}/{name}  {status}"),
        None if finding.claim.code().is_about_configuration() => "about the configuration".to_owned(),
        None => "not tied to a service".to_owned(),
    }
}

/// ` in ACCOUNT REGION` where a report is of several, and nothing else.
pub(super) fn place(report: &Report, finding: &Finding) -> String {
    scope(finding).filter(|_| report.scopes.len() > 1).map(|scope| format!(" in {scope}")).unwrap_or_default()
}

/// The heading with the place behind it.
pub(super) fn placed_heading(report: &Report, finding: &Finding) -> String {
    format!("{}{}", heading(finding), place(report, finding))
}

/// What stands under the severity: a doubt, and how the finding stands to the baseline, if there is one.
pub(super) fn marks(report: &Report, finding: &Finding) -> Vec<String> {
    let doubt = match finding.confidence {
        Confidence::Confirmed => None,
        Confidence::Potential => Some(finding.confidence.as_str()),
    };
    let news = match finding.history.status {
        FindingStatus::New => Some("new"),
        FindingStatus::Reappeared => Some("back"),
        FindingStatus::Existing => finding.history.got_worse.then_some("worse"),
    };
    doubt.into_iter().chain(news.filter(|_| report.compared_with.is_some())).map(ToOwned::to_owned).collect()
}

/// The severity with the marks behind it: `high, potential, new`.
pub(super) fn standing(report: &Report, finding: &Finding) -> String {
    let marks = marks(report, finding);
    [finding.severity.to_string()].into_iter().chain(marks).collect::<Vec<_>>().join(", ")
}
