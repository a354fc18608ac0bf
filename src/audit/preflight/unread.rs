//! What a plan touches and nobody looked at. A gate that does not know does not open.

use super::{Ahead, is_judged_in, of_plan};
use crate::audit::elsewhere;
use crate::inventory::{Collection, Surroundings};
use crate::model::{Cause, Dependency, DependencyKind, Gap, Kind, PlannedAction, Report, Scope, ServiceState};
use crate::plan::{Plan, PlannedService, Questions};

/// The gaps of one scope beside those of its reads: what was not asked for, and what Terraform put off.
pub(super) fn gaps(ahead: &Ahead<'_>) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = ahead.services().filter(|service| service.action == PlannedAction::Unknown).map(put_off).collect();
    let Questions { services, dependencies, created: _, subnets: _, creates_anywhere: _, default_vpc: _, deleted } =
        ahead.plan.questions(ahead.scope());
    let unasked = services
        .into_iter()
        .filter(|name| ahead.state(name) == ServiceState::Unknown)
        .map(|name| ahead.case.service_arn(&name).to_string());
    gaps.extend(unasked.map(|arn| gap(Collection::ServiceDetails.operation(), Some(arn), "it was not asked for")));
    let unread = dependencies.iter().filter(|dependency| !ahead.met.dependencies.contains_key(dependency));
    gaps.extend(unread.map(of_dependency));
    let going = deleted.iter().filter_map(|name| ahead.live(name)).filter(|live| !live.state().is_dead());
    let revisions = going.flat_map(|live| &live.revisions).filter(|arn| ahead.case.ownership.revision(arn).is_none());
    gaps.extend(revisions.map(|arn| gap(Collection::Revisions.operation(), Some(arn.to_string()), "it was not asked for")));
    // What failed is said once, with why it failed.
    let is_told = |gap: &Gap| {
        let of = |known: &&Gap| known.operation == gap.operation && known.parent.as_ref().is_none_or(|parent| parent_holds(parent, gap));
        ahead.case.live.gaps.iter().any(|known| of(&known))
    };
    gaps.retain(|gap| !is_told(gap));
    gaps
}

fn parent_holds(parent: &str, gap: &Gap) -> bool {
    gap.parent.as_deref().is_some_and(|of| parent.split(", ").any(|one| one == of))
}

fn of_dependency(dependency: &Dependency) -> Gap {
    let kinds: &[Kind] = match dependency.kind {
        DependencyKind::Cluster => &[Kind::Cluster],
        DependencyKind::SecurityGroup => &[Kind::SecurityGroup],
        DependencyKind::LogGroup => &[Kind::LogGroup],
        DependencyKind::Subnet | DependencyKind::Role => &[Kind::Service],
    };
    Gap { kinds: kinds.to_vec(), ..gap(dependency.kind.operation(), Some(dependency.id.clone()), "it was not asked for") }
}

fn put_off(service: &PlannedService) -> Gap {
    gap("terraform:plan", Some(service.address.clone()), "Terraform put it off, or does something that this version does not know")
}

fn gap(operation: &str, parent: Option<String>, message: &str) -> Gap {
    Gap { operation: operation.to_owned(), parent, kinds: vec![Kind::Service], cause: Cause::NotCollected, message: message.to_owned() }
}

/// The services that lie in no scope that was looked at: each is a gap of its own scope.
pub(super) fn add_services_elsewhere(plan: &Plan, met: &[Surroundings], report: &mut Report) {
    let first = met.first().map(|surroundings| &surroundings.live);
    let is_alone = met.len() == 1;
    let is_met = |service: &PlannedService| met.iter().any(|met| is_judged_in(service, &met.live.scope, is_alone));
    let unmet = plan.touched().filter(|service| !is_met(service));
    for service in unmet {
        report.services.push(of_plan(service, service.arn().cloned(), ServiceState::NotScanned));
        // Where nothing at all was looked at there is no scope to say it of, and the report is incomplete for that.
        let Some(first) = first else { continue };
        let region = service.region().unwrap_or(&first.scope.region);
        let account = service.account().unwrap_or(&first.scope.account);
        let scope = Scope { partition: first.scope.partition.clone(), account: account.to_owned(), region: region.to_owned() };
        elsewhere::add_gap(report, first.finished_at, scope, service.address.clone());
    }
}
