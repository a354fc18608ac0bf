//! The judgement of a plan, before it is applied: will it fail, hang, collide, or leave something behind?

mod capacity;
mod dependency;
mod forgetting;
mod leaving;
mod leftover;
mod naming;
mod role;
mod unread;

use std::collections::BTreeSet;

use super::case::Case;
use super::remedy::Namers;
use super::{cost, finish, remedy, waive};
use crate::declared::Declared;
use crate::inventory::Surroundings;
use crate::kinds::{Service, ServiceName};
use crate::model::{
    Arn, Claim, Command, Confidence, Evidence, Finding, Kind, Policy, Prospect, Report, Scope, ScopeEntry, ServiceEntry, ServiceState,
    Subject, Timestamp,
};
use crate::plan::{Plan, PlannedService};

/// Judges what a plan is about to do against what it will meet, as of `now`.
///
/// `declared` is what is declared beside the plan: a service that it forgets and that another declaration names is well kept. It reads nothing
/// but its arguments and cannot fail. Values that are known only after the apply are never called missing.
#[must_use]
pub fn preflight(plan: &Plan, declared: &Declared, met: &[Surroundings], policy: &Policy, now: Timestamp) -> Report {
    let mut report = Report::empty(Command::Preflight, policy, now);
    report.is_idle = plan.touched().next().is_none();
    let mut namers = Namers::default();
    for surroundings in met {
        let case = Case::open(declared, &surroundings.live, policy, now);
        namers.extend(judge_scope(&Ahead { plan, met: surroundings, case, is_alone: met.len() == 1 }, &mut report));
    }
    unread::add_services_elsewhere(plan, met, &mut report);
    waive::apply(&mut report, declared, policy);
    finish(&mut report, &namers, policy);
    report
}

fn judge_scope(ahead: &Ahead<'_>, report: &mut Report) -> Namers {
    let live = ahead.case.live;
    let mut findings = naming::judge(ahead);
    findings.extend(dependency::judge(ahead));
    findings.extend(role::judge(ahead));
    findings.extend(forgetting::judge(ahead));
    findings.extend(leftover::judge(ahead));
    findings.extend(capacity::judge(ahead));
    findings.extend(leaving::judge(ahead));
    cost::apply(&mut findings, &ahead.case);
    let namers = remedy::apply(&mut findings, &ahead.case);
    report.findings.extend(findings);
    report.services.extend(ahead.services().map(|service| entry(ahead, service)));
    report.scopes.push(ScopeEntry {
        scope: live.scope.clone(),
        started_at: live.started_at,
        finished_at: live.finished_at,
        api_calls: live.api_calls,
        throttles: live.throttles,
        resources: std::collections::BTreeMap::new(),
        gaps: live.gaps.iter().cloned().chain(unread::gaps(ahead)).collect::<BTreeSet<_>>().into_iter().collect(),
    });
    namers
}

/// One scope of a plan: what it is about to do there, and what it will meet.
struct Ahead<'a> {
    plan: &'a Plan,
    met: &'a Surroundings,
    case: Case<'a>,
    /// Whether nothing else was looked at.
    is_alone: bool,
}

impl<'a> Ahead<'a> {
    fn scope(&self) -> &'a Scope {
        &self.case.live.scope
    }

    /// The services to which something is done here.
    fn services(&self) -> impl Iterator<Item = &'a PlannedService> {
        self.plan.touched().filter(|service| is_judged_in(service, self.scope(), self.is_alone))
    }

    /// What is known of the service of that name.
    fn live(&self, name: &ServiceName) -> Option<&'a Service> {
        self.case.ownership.service(name)
    }

    fn state(&self, name: &ServiceName) -> ServiceState {
        self.live(name).map_or(ServiceState::Unknown, Service::state)
    }

    /// What will become of a planned service.
    fn finding(&self, service: &PlannedService, name: Option<&ServiceName>, prospect: Prospect) -> Finding {
        self.finding_of(service, name, Claim::Planned { address: service.address.clone(), prospect })
    }

    /// What is said of a planned service. Only one that is there has an ARN.
    fn finding_of(&self, service: &PlannedService, name: Option<&ServiceName>, claim: Claim) -> Finding {
        let arn = name.and_then(|name| self.live(name)).filter(|live| !live.state().is_dead()).map(|live| live.arn.clone());
        let subject = Subject {
            scope: self.scope().clone(),
            kind: Kind::Service,
            arn: arn.or_else(|| service.arn().cloned()),
            name: name.map_or_else(|| service.address.clone(), spoken),
        };
        Finding::new(claim, subject, Confidence::Confirmed).of_service(name.map(|name| self.case.service_ref(name)))
    }

    /// What the plan itself shows.
    fn planned(&self, fact: impl Into<String>) -> Evidence {
        self.case.evidence("terraform:plan", fact)
    }
}

/// Whether the service is judged in that scope. One that gives no Region is, if no other was looked at and its provider is told none.
fn is_judged_in(service: &PlannedService, scope: &Scope, is_alone: bool) -> bool {
    service.is_in(scope) && (service.region().is_some() || is_alone && !service.is_region_hidden)
}

/// `prod/web`.
fn spoken(name: &ServiceName) -> String {
    format!("{}/{}", name.cluster, name.name)
}

fn entry(ahead: &Ahead<'_>, service: &PlannedService) -> ServiceEntry {
    let name = service.any_name();
    let status = match &name {
        Some(name) => ahead.state(name),
        // A name that is not known yet is nobody's.
        None if service.action.creates() => ServiceState::Absent,
        None => ServiceState::Unknown,
    };
    let arn: Option<Arn> =
        name.as_ref().and_then(|name| ahead.live(name)).filter(|live| !live.state().is_dead()).map(|live| live.arn.clone());
    of_plan(service, arn.or_else(|| service.arn().cloned()), status)
}

/// The entry of a planned service; one without a name is called by its address.
fn of_plan(service: &PlannedService, arn: Option<Arn>, status: ServiceState) -> ServiceEntry {
    let (cluster, name) = match service.any_name() {
        Some(ServiceName { cluster, name }) => (cluster, name),
        None => (service.after.as_ref().and_then(|after| after.cluster.clone()).unwrap_or_default(), service.address.clone()),
    };
    ServiceEntry {
        arn,
        cluster,
        name,
        declared: Some(true),
        status,
        checklist: std::collections::BTreeMap::new(),
        items: Vec::new(),
        not_comparable: service.unknown.iter().cloned().collect(),
        planned: Some(service.action),
    }
}
