//! `failed-resource` and `dangling-reference`: what living services say of what they are made of, against what there is.

use std::collections::BTreeMap;

use super::case::Case;
use super::existence::is_lacking;
use crate::kinds::{ManagedResource, ManagedStatus, Service, ServiceRevision};
use crate::model::{Arn, Claim, Confidence, Finding, Kind, ServiceState, Subject};

/// Every such finding of the scope, each once, however many revisions repeat it.
pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = BTreeMap::new();
    let mut services: Vec<&Service> = case.live.services.iter().collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    for service in services.into_iter().filter(|s| matches!(s.state(), ServiceState::Active | ServiceState::Draining)) {
        for revision in case.ownership.revisions_of(service) {
            let failed = revision.managed().filter(|managed| managed.status == ManagedStatus::Failed);
            let failed = failed.map(|managed| failed_resource(case, service, managed));
            let dangling = dangling(case, service, revision);
            for finding in failed.chain(dangling) {
                findings.entry(finding.fingerprint()).or_insert(finding);
            }
        }
    }
    findings.into_values().collect()
}

fn failed_resource(case: &Case<'_>, service: &Service, managed: &ManagedResource) -> Finding {
    let claim = Claim::FailedResource { kind: managed.kind, reason: managed.reason.clone() };
    // Where ECS gives no ARN there is nothing but the service to point at.
    let subject = match &managed.arn {
        Some(arn) => {
            Subject { scope: case.live.scope.clone(), kind: managed.kind, arn: Some(arn.clone()), name: arn.last_segment().to_owned() }
        }
        None => case.service_subject(service),
    };
    let evidence = vec![case.evidence("ecs:DescribeServiceRevisions", "ecsManagedResources gives it the status FAILED")];
    Finding::new(claim, subject, Confidence::Confirmed).of_service(Some(case.service_ref(&service.name))).resting_on(evidence)
}

/// What an ACTIVE service's revision refers to and that does not exist. One that is leaving, or is new, refers to what comes and goes.
fn dangling(case: &Case<'_>, service: &Service, revision: &ServiceRevision) -> Vec<Finding> {
    let is_settled = revision.created_at.is_some_and(|at| !case.is_within_grace(Kind::Service, at));
    if service.state() != ServiceState::Active || !is_settled {
        return Vec::new();
    }
    let groups = revision.security_groups.iter().map(|arn| (Kind::SecurityGroup, arn));
    let managed = revision.managed().filter(|managed| managed.status == ManagedStatus::Active);
    let managed = managed.filter_map(|managed| managed.arn.as_ref().map(|arn| (managed.kind, arn)));
    let missing = groups.chain(managed).filter(|(kind, arn)| is_lacking(case, *kind, arn));
    missing.map(|(kind, arn)| dangling_reference(case, service, kind, arn)).collect()
}

fn dangling_reference(case: &Case<'_>, service: &Service, kind: Kind, missing: &Arn) -> Finding {
    let was_asked_for = case.live.absent.contains(missing);
    let confidence = if was_asked_for { Confidence::Confirmed } else { Confidence::Potential };
    let id = if kind == Kind::SecurityGroup { missing.last_segment() } else { missing.as_str() };
    let claim = Claim::DanglingReference { kind, missing: id.to_owned() };
    let asked = if was_asked_for { "asked for by name, AWS does not know it" } else { "the full list does not hold it" };
    let evidence = vec![case.evidence("ecs:DescribeServiceRevisions", format!("a current revision names {id}; {asked}"))];
    Finding::new(claim, case.service_subject(service), confidence).of_service(Some(case.service_ref(&service.name))).resting_on(evidence)
}
