//! The cases that every format has to get right.

use super::{days_ago, denied, eventful, findings, named_throughout, past, planned, subject, tidy};
use crate::model::{
    Arn, ChecklistItem, Claim, Command, Confidence, Finding, FindingStatus, History, Kind, KindState, Report, ServiceState, Severity,
};

/// Nothing was found, but not everything was read.
pub(crate) fn gaps_only() -> Report {
    let mut report = tidy();
    report.scopes[0].gaps.push(denied("acm:ListCertificates", None, &[Kind::Certificate]));
    report
}

/// Not one scope.
pub(crate) fn nothing_scanned() -> Report {
    Report { scopes: Vec::new(), services: Vec::new(), ..tidy() }
}

/// A checklist of a service that left a load balancer and holds a security group, with what is behind that.
pub(crate) fn checklist() -> Report {
    let mut report = Report { command: Command::Checklist, findings: findings(), ..tidy() };
    let entry = &mut report.services[1];
    entry.status = ServiceState::Inactive;
    entry.checklist = Kind::ALL.into_iter().map(|kind| (kind, KindState::Gone)).collect();
    entry.checklist.extend([(Kind::LoadBalancer, KindState::Left), (Kind::SecurityGroup, KindState::Held)]);
    let scope = report.scopes[0].scope.clone();
    let item = |kind, state, id: &str, why: Option<&str>| ChecklistItem {
        kind,
        arn: Arn::new(&scope, "ec2", id),
        name: id.to_owned(),
        state,
        why: why.map(ToOwned::to_owned),
    };
    entry.items = vec![
        item(Kind::SecurityGroup, KindState::Held, "sg-0f9e8d7c", Some("network interface eni-0a1b2c3d is in it")),
        item(Kind::LoadBalancer, KindState::Left, "ecs-express-gateway-alb-1a2b3c4d", None),
    ];
    report
}

/// A finding of each status, one of them worse, and past ones: two gone now, one gone before, one of which nobody can tell.
pub(crate) fn compared() -> Report {
    let statuses =
        [(FindingStatus::New, false), (FindingStatus::Reappeared, true), (FindingStatus::Existing, false), (FindingStatus::Existing, true)];
    let superseded = |(status, got_worse)| {
        let subject = subject(Kind::SecurityGroup, "ec2", "security-group/sg-1", "sg-1");
        let history = History { status, first_seen: None, got_worse };
        Finding { history, severity: Severity::Low, ..Finding::new(Claim::Superseded, subject, Confidence::Confirmed) }
    };
    let past = vec![past(1, Some(0)), past(2, Some(0)), past(3, Some(1)), past(4, None)];
    Report { findings: statuses.map(superseded).to_vec(), past, compared_with: Some(days_ago(1)), ..tidy() }
}

/// One report of each case, by name; the last ones have names that try to act.
pub(crate) fn each() -> Vec<(String, Report)> {
    let cases = [
        ("clean", tidy()),
        ("eventful", eventful()),
        ("gaps only", gaps_only()),
        ("nothing scanned", nothing_scanned()),
        ("checklist", checklist()),
        ("baseline", compared()),
        ("a plan", planned()),
    ];
    let hostile = super::HOSTILE.iter().map(|name| (format!("hostile {name:?}"), named_throughout(name)));
    cases.into_iter().map(|(name, report)| (name.to_owned(), report)).chain(hostile).collect()
}
