//! `drift`: a declared field that differs from the live one. One finding a field, however many sources declare it.
//!
//! A state holds what its provider believes, defaults that AWS filled in included: that a field is in it does not tell that somebody chose
//! it. It differs from what is live all the same, and the next plan shows it.

mod fields;

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::required_reads::lacking_revisions;
use super::service::declared_here;
use crate::declared::DeclaredService;
use crate::inventory::Collection;
use crate::kinds::{ActiveConfiguration, Service};
use crate::model::{Arn, Cause, Claim, Confidence, FieldValue, Finding, Gap, IgnoredField, Kind};
use fields::Compared;

/// What comparing brought.
#[derive(Default)]
pub(super) struct Drift {
    pub findings: Vec<Finding>,
    /// Of each service the fields whose live values are not known, because a snapshot holds none, or whose declared ones are not told.
    pub not_comparable: BTreeMap<Arn, BTreeSet<String>>,
    /// The services that were not asked for their fields.
    pub gaps: Vec<Gap>,
}

/// Compares the declared fields of every Express service that runs and is at rest.
pub(super) fn judge(case: &Case<'_>) -> Drift {
    let declared = declared_here(case);
    let live = Live::of(case);
    let mut drift = Drift::default();
    for service in case.living_express() {
        if let Some(declared) = declared.get(&service.name) {
            judge_service(case, &live, service, declared, &mut drift);
        }
    }
    drift
}

/// What all comparisons look at, gathered once.
struct Live<'a> {
    configurations: BTreeMap<&'a Arn, Vec<&'a ActiveConfiguration>>,
    /// The ids of the security groups that Express manages: a service has them beside its own.
    managed_groups: BTreeSet<&'a str>,
}

impl<'a> Live<'a> {
    fn of(case: &Case<'a>) -> Self {
        let mut configurations: BTreeMap<&Arn, Vec<&ActiveConfiguration>> = BTreeMap::new();
        for configuration in &case.live.configurations {
            configurations.entry(&configuration.service).or_default().push(configuration);
        }
        let marked = case.live.security_groups.iter().filter(|group| group.marks.claims_management() || group.has_express_description());
        let claimed = case.live.revisions.iter().flat_map(|revision| revision.managed()).filter(|part| part.kind == Kind::SecurityGroup);
        let claimed = claimed.filter_map(|part| part.arn.as_ref().map(Arn::last_segment));
        Self { configurations, managed_groups: marked.map(|group| group.id.as_str()).chain(claimed).collect() }
    }

    /// The only configuration of a service. Where a deployment has begun since, there are two, and neither is what will be.
    fn settled(&self, service: &Service) -> Option<&'a ActiveConfiguration> {
        let only = match self.configurations.get(&service.arn).map(Vec::as_slice) {
            Some([only]) => *only,
            _ => return None,
        };
        let began_since = only.current_deployment.is_some() && only.current_deployment != service.current_deployment;
        (!began_since).then_some(only)
    }

    /// Express's groups, if it is known which they are.
    fn managed_groups_of(&self, case: &Case<'_>, service: &Service) -> Option<&BTreeSet<&'a str>> {
        let is_known = case.live.reads.has(Collection::SecurityGroups) && lacking_revisions(case, service).is_none();
        is_known.then_some(&self.managed_groups)
    }
}

/// One field that differs: what is live, and what is declared where.
struct Difference {
    live: FieldValue,
    declared: Vec<(FieldValue, String)>,
}

fn judge_service(case: &Case<'_>, live: &Live<'_>, service: &Service, declared: &[&DeclaredService], drift: &mut Drift) {
    // A deployment is about to change what is live.
    if service.is_deploying != Some(false) {
        return;
    }
    if declared.iter().any(|declared| !declared.configuration.is_empty()) {
        drift.gaps.extend(not_collected(case, service));
    }
    let settled = live.settled(service);
    let managed = live.managed_groups_of(case, service);
    let mut differences: BTreeMap<String, Difference> = BTreeMap::new();
    for declared in declared {
        let untold = declared.not_comparable.iter().filter(|path| !is_ignored(case, service, path)).cloned();
        let untold: BTreeSet<String> = untold.collect();
        if !untold.is_empty() {
            drift.not_comparable.entry(service.arn.clone()).or_default().extend(untold);
        }
        let of_cluster = fields::compare_cluster(declared.cluster.as_deref(), &service.name.cluster);
        let others = settled.map(|live| fields::compare(&declared.configuration, &live.configuration, managed)).unwrap_or_default();
        for (path, compared) in of_cluster.into_iter().chain(others).filter(|(path, _)| !is_ignored(case, service, path)) {
            match compared {
                Compared::Differs { declared: value, live } => {
                    let difference = differences.entry(path).or_insert(Difference { live, declared: Vec::new() });
                    difference.declared.push((value, declared.declared_at.clone()));
                }
                Compared::NotComparable => {
                    drift.not_comparable.entry(service.arn.clone()).or_default().insert(path);
                }
            }
        }
    }
    drift.findings.extend(differences.into_iter().map(|(path, difference)| finding(case, service, settled, path, difference)));
}

fn finding(case: &Case<'_>, service: &Service, settled: Option<&ActiveConfiguration>, path: String, difference: Difference) -> Finding {
    let Difference { live, declared } = difference;
    let places: Vec<String> = declared.iter().map(|(value, place)| format!("declared as {value} ({place})")).collect();
    let revision = settled.and_then(|settled| settled.revision.as_ref()).map(|arn| format!(" in revision {}", arn.last_segment()));
    let evidence = case.evidence(
        Collection::ExpressServices.operation(),
        format!("{} is {live}{}, and {}", path, revision.unwrap_or_default(), places.join(", ")),
    );
    let declared = declared.into_iter().next().map_or(FieldValue::Unset, |(value, _)| value);
    let finding = Finding::new(Claim::Drift { path, declared, live }, case.service_subject(service), Confidence::Confirmed);
    finding.of_service(Some(case.service_ref(&service.name))).resting_on(vec![evidence])
}

/// Whether the configuration leaves the field out, or something that it lies in.
fn is_ignored(case: &Case<'_>, service: &Service, path: &str) -> bool {
    let name = format!("{}/{}", service.name.cluster, service.name.name);
    let holders = path.match_indices('.').map(|(end, _)| &path[..end]);
    let paths: Vec<&str> = holders.chain([path]).collect();
    case.policy.ignored_fields.iter().any(|IgnoredField { path, service }| {
        service.as_ref().is_none_or(|service| service.matches(&name)) && paths.iter().any(|of| path.matches(of))
    })
}

/// The gap of a service whose fields nobody asked for: an inventory made without this declaration.
fn not_collected(case: &Case<'_>, service: &Service) -> Option<Gap> {
    let collection = Collection::ExpressServices;
    let failed = |gap: &Gap| gap.operation == collection.operation() && gap.parent.as_deref().is_none_or(|of| of == service.arn.as_str());
    let is_accounted_for = case.live.reads.has_for(collection, service.arn.as_str()) || case.live.gaps.iter().any(failed);
    (!is_accounted_for).then(|| Gap {
        operation: collection.operation().to_owned(),
        parent: Some(service.arn.to_string()),
        kinds: collection.kinds().to_vec(),
        cause: Cause::NotCollected,
        message: "its configuration was not collected, so its declared fields were not compared".to_owned(),
    })
}
