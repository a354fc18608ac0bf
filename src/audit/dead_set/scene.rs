//! How each suspect stands by itself, before anybody asks who uses it.

use std::collections::BTreeSet;

use super::super::case::Case;
use super::super::clock::{last_sign_of_life, latest_death};
use super::super::orphan::described_by;
use super::super::required_reads::{lacking_connections, lacking_gateways, lacking_owners, lacking_revisions, lacking_tags, lacking_users};
use super::super::tie::Ties;
use super::Standing;
use crate::inventory::{Suspect, joins_by_name};
use crate::kinds::{Listener, Management, Resource, ServiceName, ServiceRevision};
use crate::model::{Gap, Kind, ServiceState, Timestamp};

/// What every first standing looks at, computed once.
pub(super) struct Scene<'c, 'a> {
    case: &'c Case<'a>,
    ties: &'c Ties<'a>,
    lacking_owners: Option<String>,
    /// Some service is coming or leaving, and does not say what it has.
    is_in_motion: bool,
    /// When the last dead service died.
    latest_death: Option<Timestamp>,
    /// When the last of those died that no load balancer is tied to.
    latest_death_without_balancer: Option<Timestamp>,
}

impl<'c, 'a> Scene<'c, 'a> {
    pub(super) fn of(case: &'c Case<'a>, ties: &'c Ties<'a>) -> Self {
        let with_balancer: BTreeSet<_> = case.live.load_balancers.iter().flat_map(|balancer| ties.names(&balancer.arn)).collect();
        Self {
            case,
            ties,
            lacking_owners: lacking_owners(case),
            is_in_motion: draining_without_revisions(case) || nameless_draining(case) || young_deployment(case),
            latest_death: latest_death(case, |_| true),
            latest_death_without_balancer: latest_death(case, |service| !with_balancer.contains(&service.name)),
        }
    }

    /// How a suspect stands before its users are looked at.
    pub(super) fn first_standing(&self, suspect: Suspect<'a>) -> Standing {
        let resource = suspect.resource;
        if self.case.is_declared(resource) || self.is_part_of_declared(resource) {
            return Standing::InUse;
        }
        let by_service = if is_shared(resource) || self.ties.names(resource.arn()).next().is_none() {
            self.standing_of_shared(resource)
        } else {
            self.standing_of_tied(resource)
        };
        match by_service {
            Standing::Dead | Standing::Superseded => self.unless_too_young_or_unread(resource, by_service),
            other => other,
        }
    }

    /// Whoever declares a load balancer declares what listens on it.
    fn is_part_of_declared(&self, resource: Resource<'a>) -> bool {
        match resource {
            Resource::Listener(listener) => {
                self.case.ownership.resource(&listener.load_balancer).is_some_and(|balancer| self.case.is_declared(balancer))
            }
            _ => false,
        }
    }

    /// What is lacking to know that no stack declares the resource, or the load balancer that it is a part of.
    fn lacking_declarations(&self, resource: Resource<'a>) -> Option<String> {
        let whole = match resource {
            Resource::Listener(listener) => self.case.ownership.resource(&listener.load_balancer),
            _ => None,
        };
        lacking_tags(resource).or_else(|| whole.and_then(lacking_tags))
    }

    fn unless_too_young_or_unread(&self, resource: Resource<'a>, standing: Standing) -> Standing {
        // A living service goes on being alive: of what it superseded only the creation counts.
        let alive = match standing {
            Standing::Superseded => resource.created_at(),
            _ => last_sign_of_life(self.case, self.ties, resource).map(|age| age.at),
        };
        if self.case.appeared.contains(resource.arn()) {
            if let Some(because) = self.lacking_first_look(resource) {
                return Standing::Unknown(because);
            }
            // It was made during the scan, however short the grace period is.
            let made = self.case.live.finished_at;
            if self.case.now <= made || self.case.is_within_grace(resource.kind(), made) {
                return Standing::Deleting;
            }
        }
        if alive.is_some_and(|at| self.case.is_within_grace(resource.kind(), at)) {
            return Standing::Deleting;
        }
        match lacking_users(self.case, resource).or_else(|| self.lacking_declarations(resource)) {
            Some(because) => Standing::Unknown(because),
            None => standing,
        }
    }

    /// Whether what appeared at the second look may have been there at the first: the list that would have held it was not read then.
    fn lacking_first_look(&self, resource: Resource<'a>) -> Option<String> {
        let parents: Vec<String> = match resource {
            Resource::Listener(listener) => vec![listener.load_balancer.to_string()],
            Resource::ListenerRule(rule) => {
                Listener::balancer_of(&rule.listener).into_iter().chain([rule.listener.clone()]).map(|arn| arn.to_string()).collect()
            }
            _ => Vec::new(),
        };
        let is_of_it = |gap: &&Gap| match &gap.parent {
            Some(parent) => parents.contains(parent),
            None => gap.operation == described_by(resource.kind()),
        };
        let failed = self.case.live.gaps.iter().find(is_of_it)?;
        Some(format!("{} failed when everything was looked at for the first time", failed.operation))
    }

    /// What several services share, or what nothing ties to a service, is dead only if no service anywhere can be using it.
    fn standing_of_shared(&self, resource: Resource<'a>) -> Standing {
        if let Some(because) = &self.lacking_owners {
            return Standing::Unknown(because.clone());
        }
        let states: Vec<ServiceState> = self.ties.names(resource.arn()).map(|name| self.state(name)).collect();
        let death = if is_shared(resource) { self.latest_death_without_balancer } else { self.latest_death };
        let may_be_of_recently_dead = death.is_some_and(|at| self.case.is_within_grace(resource.kind(), at));
        if states.contains(&ServiceState::Draining) || self.is_in_motion || may_be_of_recently_dead {
            return Standing::Deleting;
        }
        if states.contains(&ServiceState::Unknown) {
            return Standing::Unknown("the state of a service tied to it is not known".to_owned());
        }
        Standing::Dead
    }

    /// What is tied to services stands and falls with them.
    fn standing_of_tied(&self, resource: Resource<'a>) -> Standing {
        let mut standing = Standing::Dead;
        for name in self.ties.names(resource.arn()) {
            let of_this = self.standing_under(resource, name);
            if of_this != Standing::Dead {
                standing = of_this;
            }
        }
        standing
    }

    fn standing_under(&self, resource: Resource<'a>, name: &ServiceName) -> Standing {
        let Some(service) = self.case.ownership.service(name) else {
            return Standing::Unknown(format!("service {}/{} was not read", name.cluster, name.name));
        };
        match (service.state(), service.management) {
            // By its tag alone it may as well be a gateway's that the dead service was connected to.
            (ServiceState::Inactive | ServiceState::Absent, _) if !resource.has_express_name() => {
                self.unless_of_any_gateway(resource, Standing::Dead)
            }
            (ServiceState::Inactive | ServiceState::Absent, _) => Standing::Dead,
            (ServiceState::Draining, _) => Standing::Deleting,
            (ServiceState::Active, Management::Customer) if joins_by_name(resource) => Standing::InUse,
            // A plain service may have what a gateway made for it, under Express's marks.
            (ServiceState::Active, Management::Customer) => match lacking_connections(self.case, service) {
                Some(because) if resource.kind().is_made_by_gateways() => Standing::Unknown(because),
                _ => self.unless_of_gateway(resource, Standing::Dead),
            },
            (ServiceState::Active, Management::Ecs) if is_one_per_name(resource) => Standing::InUse,
            (ServiceState::Active, Management::Ecs) => match lacking_revisions(self.case, service) {
                Some(because) => Standing::Unknown(because),
                None if service.is_deploying == Some(true) => Standing::InUse,
                None => self.unless_of_gateway(resource, Standing::Superseded),
            },
            _ => Standing::Unknown(format!("the state of service {}/{} is not known", name.cluster, name.name)),
        }
    }

    /// What is tied to a service that lives is a gateway's, unless the gateways were read.
    fn unless_of_gateway(&self, resource: Resource<'a>, standing: Standing) -> Standing {
        lacking_gateways(self.case, resource.kind()).map_or(standing, Standing::Unknown)
    }

    /// A gateway may have made it for any service: neither all gateways nor all services' connections are known, if this is lacking.
    fn unless_of_any_gateway(&self, resource: Resource<'a>, standing: Standing) -> Standing {
        match &self.lacking_owners {
            Some(because) if resource.kind().is_made_by_gateways() => Standing::Unknown(because.clone()),
            _ => standing,
        }
    }

    fn state(&self, name: &ServiceName) -> ServiceState {
        self.case.ownership.service(name).map_or(ServiceState::Unknown, |service| service.state())
    }
}

/// Whether the resource serves all services on a load balancer.
fn is_shared(resource: Resource<'_>) -> bool {
    match resource {
        Resource::LoadBalancer(_) | Resource::Listener(_) => true,
        Resource::SecurityGroup(group) => group.is_for_express_balancer,
        _ => false,
    }
}

/// Whether a service can have only one of it, found by its name: whatever bears the living service's name is the living service's.
fn is_one_per_name(resource: Resource<'_>) -> bool {
    matches!(resource.kind(), Kind::Alarm | Kind::ScalableTarget | Kind::ScalingPolicy)
}

/// Whether an Express service is leaving and no longer says what it has: anything untied may be its.
fn draining_without_revisions(case: &Case<'_>) -> bool {
    let draining = case.live.services.iter().filter(|s| s.state() == ServiceState::Draining && s.management != Management::Customer);
    draining.into_iter().any(|service| lacking_revisions(case, service).is_some())
}

/// Whether some cluster counts more draining services than are known by name.
fn nameless_draining(case: &Case<'_>) -> bool {
    case.live.clusters.iter().any(|cluster| case.nameless_draining(&cluster.name, cluster.draining_services) > 0)
}

/// Whether a service is so new, or has so new a deployment, that what it makes is not in its revisions yet.
fn young_deployment(case: &Case<'_>) -> bool {
    case.living_express().filter(|service| service.is_deploying != Some(false)).any(|service| {
        let revisions: Vec<&ServiceRevision> = case.ownership.revisions_of(service).collect();
        let newest = revisions.iter().filter_map(|revision| revision.created_at).chain(service.created_at).max();
        newest.is_none_or(|at| case.is_within_grace(Kind::Service, at))
            && (revisions.is_empty() || revisions.into_iter().any(is_unfinished))
    })
}

/// Whether a revision does not name everything yet that is made for it.
fn is_unfinished(revision: &ServiceRevision) -> bool {
    revision.ingress_paths.is_empty() || revision.managed().any(|managed| managed.arn.is_none())
}
