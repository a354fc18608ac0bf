//! `destroy-leaves`: what will still be there when the plan's deletions are done, why, and who keeps it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ahead, spoken};
use crate::inventory::Collection;
use crate::kinds::{DefaultAction, ManagedStatus, Resource, Service, ServiceName, ServiceRevision, TaskFamily};
use crate::model::{Arn, Claim, Confidence, Finding, Holder, Kind, Prospect, ServiceState, Subject};
use crate::plan::PlannedService;

/// Everything that stays, each once, however many services leave it.
pub(super) fn judge(ahead: &Ahead<'_>) -> Vec<Finding> {
    let going = Going::of(ahead);
    let families = going.services.iter().filter_map(|(service, live)| family(ahead, service, live));
    let log_groups = going.services.iter().flat_map(|(service, live)| log_groups(ahead, service, live));
    let balancers = going.balancers.iter().filter_map(|(balancer, service)| shared_balancer(ahead, &going, balancer, service));
    families.chain(log_groups).chain(balancers).collect()
}

/// What goes with the services that the plan deletes and does not make again.
struct Going<'a> {
    services: Vec<(&'a PlannedService, &'a Service)>,
    names: BTreeSet<&'a ServiceName>,
    /// What their revisions name.
    parts: BTreeSet<&'a Arn>,
    /// The load balancers among these, each with the first of its services. None where it is not known what else goes: who is to keep one may
    /// be what nobody read of another deleted service.
    balancers: BTreeMap<&'a Arn, &'a PlannedService>,
}

impl<'a> Going<'a> {
    fn of(ahead: &Ahead<'a>) -> Self {
        let mut going = Self { services: Vec::new(), names: BTreeSet::new(), parts: BTreeSet::new(), balancers: BTreeMap::new() };
        let mut is_whole = true;
        for service in ahead.services().filter(|service| service.action.deletes() && !service.action.creates()) {
            let live = service.name_before().and_then(|name| ahead.live(&name));
            is_whole &= live.is_some_and(|live| live.state().is_dead() || is_read_in_full(ahead, live));
            if let Some(live) = live.filter(|live| !live.state().is_dead()) {
                going.add(ahead, service, live);
            }
        }
        if !is_whole {
            going.balancers.clear();
        }
        going
    }

    fn add(&mut self, ahead: &Ahead<'a>, service: &'a PlannedService, live: &'a Service) {
        self.services.push((service, live));
        self.names.insert(&live.name);
        for (kind, arn) in parts(ahead, live) {
            self.parts.insert(arn);
            if kind == Kind::LoadBalancer {
                self.balancers.entry(arn).or_insert(service);
            }
        }
    }
}

/// Whether everything that the service has is known: ECS says what it is, and describes its revisions.
fn is_read_in_full(ahead: &Ahead<'_>, live: &Service) -> bool {
    let is_read = |arn: &Arn| ahead.case.ownership.revision(arn).is_some();
    live.state() != ServiceState::Unknown && !live.revisions.is_empty() && live.revisions.iter().all(is_read)
}

fn parts<'a>(ahead: &Ahead<'a>, live: &'a Service) -> impl Iterator<Item = (Kind, &'a Arn)> {
    let managed = ahead.case.ownership.revisions_of(live).flat_map(ServiceRevision::managed);
    managed.filter(|part| part.status != ManagedStatus::Deleted).filter_map(|part| Some((part.kind, part.arn.as_ref()?)))
}

fn finding(service: &PlannedService, subject: Subject, why: String, holders: Vec<Holder>, confidence: Confidence) -> Finding {
    let claim = Claim::Planned { address: service.address.clone(), prospect: Prospect::DestroyLeaves { why, holders } };
    Finding::new(claim, subject, confidence)
}

/// ACTIVE task definitions have stayed after deletions, whatever the documentation lists.
fn family(ahead: &Ahead<'_>, service: &PlannedService, live: &Service) -> Option<Finding> {
    let name = TaskFamily::name_for(&live.name);
    let family = ahead.case.live.task_families.iter().find(|family| family.name == name)?;
    let newest = family.revisions.last()?;
    let subject = Subject {
        scope: ahead.scope().clone(),
        kind: Kind::TaskDefinition,
        arn: Some(newest.clone()),
        name: newest.last_segment().to_owned(),
    };
    let why = format!("ECS has left task definitions ACTIVE after deletions, and {} of this family are", family.revisions.len());
    let evidence = vec![ahead.case.evidence(Collection::TaskDefinitions.operation(), "its family has ACTIVE revisions")];
    let finding = finding(service, subject, why, Vec::new(), Confidence::Potential);
    Some(finding.of_service(Some(ahead.case.service_ref(&live.name))).resting_on(evidence))
}

/// A log group that Express Mode made: the policy of the infrastructure role does not let ECS delete one.
fn log_groups<'a>(ahead: &'a Ahead<'_>, service: &'a PlannedService, live: &'a Service) -> impl Iterator<Item = Finding> + 'a {
    let groups = parts(ahead, live).filter(|(kind, _)| *kind == Kind::LogGroup).map(|(_, arn)| arn).collect::<BTreeSet<_>>();
    groups.into_iter().filter(|arn| !ahead.plan.ids.contains(arn.as_str())).map(move |arn| {
        let name = arn.resource().strip_prefix("log-group:").unwrap_or(arn.resource()).to_owned();
        let subject = Subject { scope: ahead.scope().clone(), kind: Kind::LogGroup, arn: Some(arn.clone()), name };
        let why = "the policy of the infrastructure role does not let ECS delete log groups".to_owned();
        let evidence = vec![ahead.case.evidence(Collection::Revisions.operation(), "a current revision names it")];
        let finding = finding(service, subject, why, Vec::new(), Confidence::Potential);
        finding.of_service(Some(ahead.case.service_ref(&live.name))).resting_on(evidence)
    })
}

/// "If the load balancer is being shared, even with resources not managed by Express Mode, it will not be deleted" (ECS Developer Guide).
fn shared_balancer(ahead: &Ahead<'_>, going: &Going<'_>, arn: &Arn, service: &PlannedService) -> Option<Finding> {
    let Some(Resource::LoadBalancer(balancer)) = ahead.case.ownership.resource(arn) else { return None };
    let holders = holders(ahead, going, arn);
    if holders.is_empty() {
        return None;
    }
    let others = others_behind(ahead, going, &balancer.security_groups);
    let kept = if others.is_empty() { "it is shared".to_owned() } else { format!("it serves {} too", others.join(", ")) };
    let why = format!("{kept}, and so stays with its listener and security group");
    let evidence = vec![
        ahead.case.evidence(Collection::Rules.operation(), "not all of its rules and listeners are those of the deleted services"),
        ahead.case.evidence(Collection::Rules.operation(), "not looked at: foreign certificates, and load balancers in front of it"),
    ];
    let finding = finding(service, ahead.case.subject(Resource::LoadBalancer(balancer)), why, holders, Confidence::Confirmed);
    Some(finding.of_service(service.name_before().map(|name| ahead.case.service_ref(&name))).resting_on(evidence))
}

/// The rules and listeners on the load balancer that do not go.
fn holders(ahead: &Ahead<'_>, going: &Going<'_>, balancer: &Arn) -> Vec<Holder> {
    let live = ahead.case.live;
    let listeners: Vec<_> = live.listeners.iter().filter(|listener| listener.load_balancer == *balancer).collect();
    let foreign =
        listeners.iter().filter(|listener| !going.parts.contains(&listener.arn) || listener.default_action == DefaultAction::Other);
    let foreign = foreign.map(|listener| Holder {
        id: listener.arn.to_string(),
        use_: format!("listener on port {} is on it", listener.port.map_or_else(|| "?".to_owned(), |port| port.to_string())),
    });
    let stays = |rule: &&crate::kinds::ListenerRule| {
        !going.parts.contains(&rule.arn) && listeners.iter().any(|listener| listener.arn == rule.listener)
    };
    let rules = live.rules.iter().filter(stays).map(|rule| Holder {
        id: rule.arn.to_string(),
        use_: if rule.hosts.is_empty() {
            "a listener rule is on it".to_owned()
        } else {
            format!("the listener rule for {} is on it", rule.hosts.join(", "))
        },
    });
    foreign.chain(rules).collect()
}

/// The services behind a load balancer that do not go: its security group lets it reach theirs, whose descriptions name them.
fn others_behind(ahead: &Ahead<'_>, going: &Going<'_>, groups: &[Arn]) -> Vec<String> {
    let group = |arn: &Arn| match ahead.case.ownership.resource(arn) {
        Some(Resource::SecurityGroup(group)) => Some(group),
        _ => None,
    };
    let reached = groups.iter().filter_map(group).filter(|group| group.is_for_express_balancer).flat_map(|group| &group.names);
    let named = reached.filter_map(group).filter_map(|group| ServiceName::of_arn(group.described_service.as_ref()?));
    let others: BTreeSet<ServiceName> = named.filter(|name| !going.names.contains(name) && !ahead.state(name).is_dead()).collect();
    others.iter().map(spoken).collect()
}
