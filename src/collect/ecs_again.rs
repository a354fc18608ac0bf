//! ECS at the second look: a service that was made, or died, since the first would make its resources look unclaimed.

use std::collections::BTreeSet;

use super::ecs;
use super::scan::Scan;
use super::services::OrdinaryServices;
use crate::inventory::{Collection, Ownership, ScopeInventory};
use crate::kinds::{Management, ServiceName, ServiceStatus};
use crate::model::{Arn, ServiceState};

/// The whole ECS side again, whatever is not listed any more or was asked for by name, and what families may mean as well.
pub(super) async fn read_again(scan: &Scan<'_>, live: &ScopeInventory, named: &BTreeSet<ServiceName>) -> ScopeInventory {
    let mut part = scan.part();
    let clusters = ecs::cluster_arns(&scan.clients.ecs).await.store(&mut part);
    let made_since = unknown_clusters(live, &clusters);
    scan.read_clusters(&mut part, &clusters, &made_since).await;
    let lived = unlisted(live, &part, &clusters);
    let mut asked = Ownership::of(live).namesakes_to_look_up(&part.clusters);
    asked.extend(live.services.iter().filter(|s| s.state().is_dead() && named.contains(&s.name)).map(|s| s.name.clone()));
    asked.extend(lived.iter().cloned());
    leave_out_known(&mut asked, &part);
    scan.describe_fully(&mut part, &asked).await;
    // ECS remembers for a while whatever it had: what lived a moment ago cannot have never been.
    let forgotten = part.services.iter().filter(|s| s.status == ServiceStatus::Absent && lived.contains(&s.name)).map(|s| s.name.clone());
    let forgotten = forgotten.collect();
    scan.insist_on(&mut part, &forgotten).await;
    scan.what_they_stand_by(&mut part, OrdinaryServices::of(live)).await;
    part
}

/// The ACTIVE Express services that the lists held at first, and that they do not hold now.
fn unlisted(live: &ScopeInventory, again: &ScopeInventory, clusters: &[Arn]) -> BTreeSet<ServiceName> {
    let is_read = |cluster: &str| match clusters.iter().find(|arn| arn.last_segment() == cluster) {
        Some(arn) => again.reads.has_for(Collection::Services, arn.as_str()),
        None => again.reads.has(Collection::Clusters),
    };
    let listed: BTreeSet<&ServiceName> = again.services.iter().map(|service| &service.name).collect();
    let active = live.services.iter().filter(|s| s.management == Management::Ecs && s.state() == ServiceState::Active);
    active.map(|service| &service.name).filter(|name| !listed.contains(name) && is_read(&name.cluster)).cloned().collect()
}

/// Takes out whoever was described.
pub(super) fn leave_out_known(names: &mut BTreeSet<ServiceName>, part: &ScopeInventory) {
    let known: BTreeSet<&ServiceName> = part.services.iter().map(|service| &service.name).collect();
    names.retain(|name| !known.contains(name));
}

/// Those of the clusters that were not there before.
pub(super) fn unknown_clusters(live: &ScopeInventory, clusters: &[Arn]) -> Vec<Arn> {
    clusters.iter().filter(|arn| !live.clusters.iter().any(|known| known.arn == **arn)).cloned().collect()
}

/// What could not be listed again is no longer known to be complete.
pub(super) fn replace(live: &mut ScopeInventory, again: ScopeInventory) {
    for gap in &again.gaps {
        let parent = gap.parent.as_deref().unwrap_or_default();
        for collection in [Collection::Clusters, Collection::Services, Collection::ServiceDetails, Collection::Revisions] {
            if gap.operation == collection.operation() {
                live.reads.revoke(collection, parent);
                // A death that could not be seen twice is not known; a living service stays as it was.
                live.services.retain(|service| !service.state().is_dead() || service.arn.as_str() != parent);
            }
        }
    }
    let again_names: BTreeSet<ServiceName> = again.services.iter().map(|service| service.name.clone()).collect();
    live.services.retain(|service| !again_names.contains(&service.name));
    live.absorb(again);
}
