//! Services in an account or Region that nobody looked at: nothing can be told of them, and that is a gap of their own scope.

use std::collections::BTreeMap;

use crate::asked::AskedService;
use crate::inventory::Collection;
use crate::kinds::ServiceName;
use crate::model::{Arn, Cause, Gap, Kind, Report, Scope, ScopeEntry, ServiceEntry, ServiceState, Timestamp};

/// The entry of a service that nobody looked at.
pub(super) fn entry(name: ServiceName, arn: Option<Arn>, declared: Option<bool>) -> ServiceEntry {
    ServiceEntry {
        arn,
        cluster: name.cluster,
        name: name.name,
        declared,
        status: ServiceState::NotScanned,
        checklist: BTreeMap::new(),
        items: Vec::new(),
        not_comparable: Vec::new(),
        planned: None,
    }
}

/// Whether that is an entry of the service that is asked about. One without an ARN is known by its name.
pub(super) fn is_entry_of(service: &AskedService, entry: &ServiceEntry) -> bool {
    let has_name = service.name.cluster == entry.cluster && service.name.name == entry.name;
    has_name && entry.arn.as_ref().is_none_or(|arn| service.is(arn))
}

/// The services that somebody asks about and that lie in no scope that was looked at: an entry and a gap each.
pub(super) fn add_asked<'a>(report: &mut Report, services: impl Iterator<Item = &'a AskedService>) {
    let looked_at: Vec<Scope> = report.scopes.iter().map(|entry| entry.scope.clone()).collect();
    // Where nothing at all was looked at there is no scope to say it of, and the report is incomplete for that.
    let Some((first, at)) = report.scopes.first().map(|entry| (entry.scope.clone(), entry.finished_at)) else { return };
    for service in services.filter(|service| !looked_at.iter().any(|scope| service.is_in(scope))) {
        let AskedService { name, arn, region } = service;
        if !report.services.iter().any(|entry| is_entry_of(service, entry)) {
            report.services.push(entry(name.clone(), arn.clone(), None));
        }
        let parent = arn.as_ref().map_or_else(|| format!("{}/{}", name.cluster, name.name), Arn::to_string);
        // If it is not known in which account it lies, that is said of the one that was looked at.
        let at_home = || Scope { region: region.clone().unwrap_or_default(), ..first.clone() };
        add_gap(report, at, arn.as_ref().map_or_else(at_home, Scope::of), parent);
    }
}

/// That a service of that scope was not looked at; if nothing of the scope was, as of then.
pub(super) fn add_gap(report: &mut Report, at: Timestamp, scope: Scope, parent: String) {
    let gap = Gap {
        operation: Collection::ServiceDetails.operation().to_owned(),
        parent: Some(parent),
        kinds: vec![Kind::Service],
        cause: Cause::NotCollected,
        message: "its account or Region is not known, or was not looked at: give one --region, and that account's credentials".to_owned(),
    };
    match report.scopes.iter_mut().find(|entry| entry.scope == scope) {
        Some(entry) => entry.gaps.push(gap),
        None => report.scopes.push(unscanned(scope, at, gap)),
    }
}

fn unscanned(scope: Scope, at: Timestamp, gap: Gap) -> ScopeEntry {
    ScopeEntry { scope, started_at: at, finished_at: at, api_calls: 0, throttles: 0, resources: BTreeMap::new(), gaps: vec![gap] }
}
