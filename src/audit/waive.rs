//! Waivers: what the configuration accepts for a time, `unused-waiver` and `expired-waiver`.

use std::collections::BTreeSet;

use crate::declared::Declared;
use crate::model::{Claim, Code, Command, Confidence, Finding, Kind, Pattern, Policy, Report, Scope, Subject, Waived, Waiver};

/// Sets waived findings apart, and says which waivers waive nothing. What is found about waivers cannot be waived.
pub(super) fn apply(report: &mut Report, declared: &Declared, policy: &Policy) {
    if policy.waivers.is_empty() {
        return;
    }
    let now = report.generated_at;
    let (expired, holding): (Vec<&Waiver>, Vec<&Waiver>) = policy.waivers.iter().partition(|waiver| now > waiver.expires);
    let mut used = BTreeSet::new();
    for finding in std::mem::take(&mut report.findings) {
        // A second waiver of the same finding is used too: whoever deletes one of them needs the other.
        let mut matching = holding.iter().enumerate().filter(|(_, waiver)| accepts(waiver, &finding)).peekable();
        match matching.peek().map(|(_, waiver)| (waiver.named.clone(), waiver.expires)) {
            Some((waiver, expires)) => {
                used.extend(matching.map(|(place, _)| place));
                report.waived.push(Waived { finding, waiver, expires });
            }
            None => report.findings.push(finding),
        }
    }
    let unused = holding.iter().enumerate().filter(|(place, _)| !used.contains(place)).map(|(_, waiver)| *waiver);
    let unused: Vec<&Waiver> = unused.filter(|waiver| all_that_it_covers_was_read(report, declared, waiver)).collect();
    report.findings.extend(expired.into_iter().map(|waiver| {
        let claim = Claim::ExpiredWaiver { waiver: waiver.named.clone(), expired: waiver.expires };
        Finding::new(claim, subject(waiver), Confidence::Confirmed)
    }));
    report.findings.extend(unused.into_iter().map(|waiver| {
        let claim = Claim::UnusedWaiver { waiver: waiver.named.clone() };
        Finding::new(claim, subject(waiver), Confidence::Confirmed)
    }));
}

/// Whether the finding meets every criterion of the waiver.
fn accepts(waiver: &Waiver, finding: &Finding) -> bool {
    let Waiver { named: _, expires: _, code, kind, account, region, service, arn, fingerprint } = waiver;
    let Subject { scope, kind: subject, arn: of, name: _ } = &finding.subject;
    code.is_none_or(|code| code == finding.claim.code())
        && kind.is_none_or(|kind| kind == *subject)
        && is_met(account.as_ref(), &scope.account)
        && is_met(region.as_ref(), &scope.region)
        && service.as_ref().is_none_or(|service| services_of(finding).any(|path| service.matches(&path)))
        && arn.as_ref().is_none_or(|arn| of.as_ref().is_some_and(|of| arn.matches(of.as_str())))
        && fingerprint.as_ref().is_none_or(|fingerprint| *fingerprint == finding.fingerprint())
}

fn is_met(criterion: Option<&Pattern>, text: &str) -> bool {
    criterion.is_none_or(|pattern| pattern.matches(text))
}

/// The services that a finding is tied to, as `CLUSTER/NAME`. One that is about a service is tied to it.
fn services_of(finding: &Finding) -> impl Iterator<Item = String> {
    finding.ties.iter().map(|tie| format!("{}/{}", tie.cluster, tie.name))
}

/// Whether the waiver covers something that was scanned, and all of that was read and judged.
fn all_that_it_covers_was_read(report: &Report, declared: &Declared, waiver: &Waiver) -> bool {
    // A plan's judgement reads only what the plan touches, and no other one makes its claims.
    if report.command == Command::Preflight || waiver.code.is_some_and(Code::is_of_preflight) {
        return false;
    }
    let covered: Vec<_> = report.scopes.iter().filter(|entry| may_cover(waiver, &entry.scope)).collect();
    let has_unjudged = |scope: &Scope| report.unjudged.iter().any(|unjudged| scope.holds(&unjudged.arn));
    // Without declarations nothing is undeclared, missing or drifted: such a waiver cannot have been used.
    (declared.is_given() || !may_cover_declared(waiver))
        && !covered.is_empty()
        && covered.iter().all(|entry| entry.gaps.is_empty() && !has_unjudged(&entry.scope))
}

/// Whether something in the scope can meet the waiver's account, Region and ARN.
fn may_cover(waiver: &Waiver, scope: &Scope) -> bool {
    is_met(waiver.account.as_ref(), &scope.account)
        && is_met(waiver.region.as_ref(), &scope.region)
        && waiver.arn.as_ref().is_none_or(|arn| may_be_in(arn, scope))
}

/// Whether the glob is meant for ARNs of the scope. Its stars may stand for colons; where it has a field for an account, that is one.
fn may_be_in(arn: &Pattern, scope: &Scope) -> bool {
    let fields: Vec<&str> = arn.as_str().splitn(6, ':').collect();
    let account = fields.get(4).filter(|field| field.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '?')));
    let region = fields.get(3).filter(|field| account.is_some() || !field.contains('*'));
    let is_field = |field: Option<&&str>, of: &str| field.is_none_or(|field| Pattern::all_of(&[field]).matches(of));
    let in_scope = Pattern::all_of(&["arn:", &scope.partition, ":*:", &scope.region, ":", &scope.account, ":*"]);
    is_field(region, &scope.region) && is_field(account, &scope.account) && arn.overlaps(&in_scope)
}

/// Whether the waiver may be meant for what is said of services only where declarations were given.
fn may_cover_declared(waiver: &Waiver) -> bool {
    waiver.code.is_none_or(Code::needs_declarations)
        && waiver.kind.is_none_or(|kind| kind == Kind::Service)
        && waiver.arn.as_ref().is_none_or(may_be_service)
}

/// Whether the glob may be meant for services: it names no other API.
fn may_be_service(arn: &Pattern) -> bool {
    let api = arn.as_str().split(':').nth(2).filter(|api| api.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    api.is_none_or(|api| api == "ecs") && arn.overlaps(&Pattern::all_of(&["arn:*:service/*"]))
}

/// A waiver has no ARN; it is where it may cover something, and is called by its place.
fn subject(waiver: &Waiver) -> Subject {
    let anywhere = |pattern: Option<&Pattern>| pattern.map_or("*", Pattern::as_str).to_owned();
    let scope = Scope { partition: anywhere(None), account: anywhere(waiver.account.as_ref()), region: anywhere(waiver.region.as_ref()) };
    Subject { scope, kind: waiver.kind.unwrap_or(Kind::Service), arn: None, name: waiver.named.place.clone() }
}
