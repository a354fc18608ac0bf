//! Severities other than the claims' own.

use crate::model::{Code, Finding, Policy, Report, Severity};

/// Gives every finding the severity that the policy says, waived ones too.
pub(super) fn apply(report: &mut Report, policy: &Policy) {
    let waived = report.waived.iter_mut().map(|waived| &mut waived.finding);
    for finding in report.findings.iter_mut().chain(waived) {
        finding.severity = severity(finding, policy);
    }
}

fn severity(finding: &Finding, policy: &Policy) -> Severity {
    let code = finding.claim.code();
    match policy.severity_of(code, finding.subject.kind) {
        Some(severity) => severity,
        // What none of these declarations names, others may declare elsewhere.
        None if policy.declared_partial && code == Code::UndeclaredService => Severity::Info,
        None => finding.severity,
    }
}
