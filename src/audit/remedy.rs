//! What would resolve a finding. The order of all removals is here; how one resource is removed, its kind knows.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::case::Case;
use crate::inventory::ScopeInventory;
use crate::kinds::{Cluster, ListenerRule, Resource, SecurityGroup, Service, ServiceName, TaskFamily};
use crate::model::{
    Arn, Claim, Finding, Holder, Kind, NameHolder, Prospect, Remedy, Removal, Report, ServiceRef, import_block, import_block_at,
};

/// The security groups in whose rules a group is named, as a person calls them: by the ARN of the named one.
pub(super) type Namers = FxHashMap<Arn, Vec<(Arn, String)>>;

/// Gives every finding its remedy, as far as the scope tells. What names the groups that are to go, `settle` has to know.
pub(super) fn apply(findings: &mut [Finding], case: &Case<'_>) -> Namers {
    let mut named = Namers::default();
    for finding in findings {
        finding.remedy = remedy(finding, case);
        let subject = finding.subject.arn.as_ref().filter(|_| is_removable(finding)).and_then(|arn| case.ownership.resource(arn));
        if let Some(Resource::SecurityGroup(group)) = subject {
            let namers = namers(case.live, group).into_iter().map(|namer| (namer.arn.clone(), namer.id.clone())).collect();
            named.insert(group.arn.clone(), namers);
        }
    }
    named
}

/// Takes back what must not be done: waived findings have no remedy, they are accepted; and only rules of groups that are to go as well are
/// revoked, nothing else is touched.
pub(super) fn settle(report: &mut Report, named: &Namers) {
    for waived in &mut report.waived {
        waived.finding.remedy = None;
    }
    let removable = report.findings.iter().filter(|finding| is_removable(finding)).filter_map(|finding| finding.subject.arn.clone());
    let removable: BTreeSet<Arn> = removable.collect();
    for finding in report.findings.iter_mut().filter(|finding| is_removable(finding)) {
        let namers = finding.subject.arn.as_ref().and_then(|arn| named.get(arn));
        if let Some((_, id)) = namers.into_iter().flatten().find(|(namer, _)| !removable.contains(namer)) {
            let note = format!("a rule of {id} names it, which is not to be removed: revoke that rule first");
            finding.remedy = Some(noted(step(finding.subject.kind), &note));
        }
    }
}

/// Whether it goes once its remedy is followed.
fn is_removable(finding: &Finding) -> bool {
    matches!(finding.claim, Claim::Orphan { .. } | Claim::Superseded)
}

fn remedy(finding: &Finding, case: &Case<'_>) -> Option<Remedy> {
    let step = step(finding.subject.kind);
    match &finding.claim {
        Claim::Orphan { .. } | Claim::Superseded if finding.subject.kind == Kind::LogGroup && !case.policy.include_data => {
            Some(noted(step, "its logs would be lost: the command is given with --include-data"))
        }
        Claim::Orphan { also, .. } => removed(finding, also, case),
        Claim::Superseded => removed(finding, &[], case),
        Claim::HeldLeftover { holders } => Some(noted(step, &format!("first to let go: {}", names(holders)))),
        Claim::UndeclaredService => {
            let note = "declare it, with a resource block at that address, or delete it if nobody wants it";
            let arn = finding.subject.arn.as_ref().filter(|arn| ServiceName::of_arn(arn).is_some())?;
            Some(Remedy { terraform: Some(import_block(arn)), ..noted(step, note) })
        }
        Claim::Planned { address, prospect } => planned(finding, address, prospect),
        // Of these no command is known that helps for certain: whether ECS takes back what lost its tag, say, is not documented.
        Claim::MissingService { .. }
        | Claim::DrainingService { .. }
        | Claim::NamelessDraining { .. }
        | Claim::ServiceWithoutIngress { .. }
        | Claim::FailedResource { .. }
        | Claim::DanglingReference { .. }
        | Claim::Detached
        | Claim::StaleRule { .. }
        | Claim::Drift { .. }
        | Claim::QuotaPressure { .. }
        | Claim::UnusedWaiver { .. }
        | Claim::ExpiredWaiver { .. } => None,
    }
}

/// The place of a kind in the order of removals: whoever uses something goes before it.
fn step(kind: Kind) -> u8 {
    match kind {
        Kind::Service => 0,
        Kind::ScalingPolicy | Kind::ScalableTarget => 1,
        Kind::ListenerRule => 2,
        Kind::Listener => 3,
        Kind::LoadBalancer => 4,
        Kind::TargetGroup => 5,
        Kind::SecurityGroup => 6,
        Kind::Certificate => 7,
        Kind::Alarm => 8,
        Kind::LogGroup => 9,
        Kind::TaskDefinition => 10,
        Kind::Cluster => 11,
    }
}

fn noted(step: u8, note: &str) -> Remedy {
    Remedy { step, note: Some(note.to_owned()), ..Remedy::default() }
}

fn names(holders: &[Holder]) -> String {
    holders.iter().map(|holder| format!("{} ({})", holder.use_, holder.id)).collect::<Vec<_>>().join(", ")
}

/// The removal of the subject and of what the finding covers besides, unless a service that it is tied to needs it by then.
fn removed(finding: &Finding, also: &[Arn], case: &Case<'_>) -> Option<Remedy> {
    let removal = removal(finding, also, case)?;
    Some(finding.ties.iter().fold(removal, |removal, tie| unless_needed(removal, tie, case)).at(step(finding.subject.kind)))
}

/// What belonged to a dead service is needed if one of its name lives again; what a living one left behind, if it has moved on since.
fn unless_needed(removal: Removal, tie: &ServiceRef, case: &Case<'_>) -> Removal {
    let name = ServiceName { cluster: tie.cluster.clone(), name: tie.name.clone() };
    let (of, used) = match case.ownership.service(&name).filter(|_| !tie.status.is_dead()) {
        Some(service) => ("revision or deployment of its service that is newer than the audit", service.newer()),
        None => ("service of its name that is not dead", Service::living(&name)),
    };
    removal.unless_of_other(of, used, "ClusterNotFoundException")
}

/// Whoever registers behind a target group uses the rule that leads to it.
fn unless_answered(removal: Removal, rule: &ListenerRule, live: &ScopeInventory) -> Removal {
    let groups = live.target_groups.iter().filter(|group| rule.forwards_to.contains(&group.arn));
    groups.fold(removal, |removal, group| {
        removal.unless_of_other("target registered behind it since the audit", group.newly_registered(), "TargetGroupNotFound")
    })
}

/// How the subject is removed, and what the finding covers besides.
fn removal(finding: &Finding, also: &[Arn], case: &Case<'_>) -> Option<Removal> {
    let arn = finding.subject.arn.as_ref()?;
    match finding.subject.kind {
        Kind::Cluster => return Some(Cluster::removal(arn)),
        Kind::TaskDefinition => return TaskFamily::removal(&also.iter().chain([arn]).collect::<Vec<_>>()),
        Kind::Service
        | Kind::SecurityGroup
        | Kind::LogGroup
        | Kind::Alarm
        | Kind::Certificate
        | Kind::LoadBalancer
        | Kind::Listener
        | Kind::ListenerRule
        | Kind::TargetGroup
        | Kind::ScalableTarget
        | Kind::ScalingPolicy => {}
    }
    let live = case.live;
    Some(match case.ownership.resource(arn)? {
        Resource::LoadBalancer(r) => r.removal(),
        Resource::Listener(r) => r.removal(),
        Resource::ListenerRule(r) => unless_answered(r.removal(), r, live),
        Resource::TargetGroup(r) => r.removal(),
        Resource::Certificate(r) => r.removal(),
        Resource::Alarm(r) => r.removal(),
        Resource::LogGroup(r) => r.removal(),
        Resource::ScalableTarget(r) => r.removal(),
        Resource::ScalingPolicy(r) => r.removal(),
        Resource::SecurityGroup(group) => group.removal(&namers(live, group)),
    })
}

/// The groups in whose rules the group is named.
fn namers<'a>(live: &'a ScopeInventory, group: &SecurityGroup) -> Vec<&'a SecurityGroup> {
    let mut namers: Vec<&SecurityGroup> = live.security_groups.iter().filter(|other| other.names.contains(&group.arn)).collect();
    namers.sort_by(|a, b| a.arn.cmp(&b.arn));
    namers
}

/// A service that lives and that the plan could adopt, or whoever is to keep it.
fn planned(finding: &Finding, address: &str, prospect: &Prospect) -> Option<Remedy> {
    let note = match prospect {
        Prospect::NameTaken { by: NameHolder::Express } => "if it is the same service: adopt it instead of making another one",
        Prospect::ForgetLeavesRunning => {
            "if it is to stay: adopt it where it is to be declared; if it is to go: `lifecycle { destroy = true }` in the removed block"
        }
        Prospect::NameTaken { by: NameHolder::Ordinary | NameHolder::Planned(_) }
        | Prospect::CreateWhileDraining { .. }
        | Prospect::ReplaceSameName { .. }
        | Prospect::ClusterChange { .. }
        | Prospect::MissingDependency { .. }
        | Prospect::RoleRemovedFirst { .. }
        | Prospect::LeftoverCollision { .. }
        | Prospect::DestroyLeaves { .. } => return None,
    };
    let terraform = import_block_at(address, finding.subject.arn.as_ref()?)?;
    Some(Remedy { terraform: Some(terraform), ..noted(step(Kind::Service), note) })
}
