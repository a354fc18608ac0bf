//! What findings say to a person.

use std::fmt;

use super::claim::{Age, Claim, Holder, StaleTargetGroup, Staleness};
use super::{Finding, Kind, ServiceRef, ServiceState, spoken};

impl Finding {
    /// One sentence for a person: the subject, and what is said of it.
    #[must_use]
    pub fn message(&self) -> String {
        if self.claim.code().is_about_configuration() {
            return format!("the waiver at {} {}", self.subject.name, self.predicate());
        }
        format!("{} {} {}", self.subject.kind.spoken(), self.subject.name, self.predicate())
    }

    /// What is said of the subject, without naming it.
    #[must_use]
    pub fn predicate(&self) -> String {
        match &self.claim {
            Claim::Orphan { age, also } => {
                let since = age.as_ref().map(|age| format!(" ({age})")).unwrap_or_default();
                match self.subject.kind {
                    Kind::Cluster => format!("is empty, and all Express services known of it are gone{since}"),
                    _ => format!("{}: {}{since}", self.left_behind(also.len()), self.former_service()),
                }
            }
            Claim::HeldLeftover { holders } => {
                format!("was left behind, but is still used: {} ({})", spoken_holders(holders), self.former_service())
            }
            Claim::Superseded => format!("belongs to {}, but to none of its current revisions", self.living_service()),
            Claim::UndeclaredService => "is live, but none of the given declarations names it".to_owned(),
            Claim::MissingService { declared_at } => format!("is declared ({declared_at}), but {}", self.absence()),
            Claim::DrainingService { age, held_by, .. } => draining(age.as_ref(), held_by),
            Claim::NamelessDraining { count } => {
                format!("counts {count} draining service(s) that nothing found names; they may be Express services")
            }
            Claim::ServiceWithoutIngress { lacking, deploying } => {
                let deploying = deploying.as_ref().map(|age| format!("; its deployment has been in flight for {}", spoken(age.elapsed)));
                format!("is ACTIVE, but nothing can reach it: {}{}", lacking.join(", "), deploying.unwrap_or_default())
            }
            Claim::FailedResource { kind, reason } => {
                let reason = reason.as_deref().unwrap_or("no reason given");
                match self.subject.kind {
                    Kind::Service => format!("has a {} that reports FAILED: {reason}", kind.spoken()),
                    _ => format!("of {} reports FAILED: {reason}", self.living_service()),
                }
            }
            Claim::DanglingReference { kind, missing } => {
                format!("refers to {} {missing}, which does not exist", kind.spoken())
            }
            Claim::Detached => {
                format!("of {} has lost its tag AmazonECSManaged: ECS no longer manages it and will leave it behind", self.living_service())
            }
            Claim::StaleRule { target_groups } => stale_rule(target_groups),
            Claim::Drift { path, declared, live } => {
                format!("differs from its declaration: {path} is declared as {declared}, but is {live}")
            }
            Claim::QuotaPressure { quota, used, limit } => format!("is near a limit: {used} of {limit} {}", quota.spoken()),
            Claim::UnusedWaiver { waiver } => format!("waives what was not found ({}); delete it", waiver.covers),
            Claim::ExpiredWaiver { waiver, expired } => {
                format!("expired on {expired} and waives nothing any more ({}); {} has to renew or delete it", waiver.covers, waiver.owner)
            }
            Claim::Planned { address, prospect } => prospect.predicate(address),
        }
    }

    fn left_behind(&self, more: usize) -> String {
        match (self.subject.kind, more) {
            (Kind::TaskDefinition, 0) => "is still ACTIVE".to_owned(),
            (Kind::TaskDefinition, more) => format!("and {more} older revision(s) of its family are still ACTIVE"),
            _ => "was left behind by Express Mode".to_owned(),
        }
    }

    fn former_service(&self) -> String {
        match &self.service {
            Some(ServiceRef { cluster, name, status, .. }) => format!("its service {cluster}/{name} is {}", status.spoken()),
            None => "no service uses it, and nothing that is left tells whose it was".to_owned(),
        }
    }

    fn living_service(&self) -> String {
        self.service.as_ref().map_or("a living service".to_owned(), |s| format!("service {}/{}", s.cluster, s.name))
    }

    fn absence(&self) -> String {
        match self.service.as_ref().map(|service| service.status) {
            Some(ServiceState::Inactive) => "it is INACTIVE".to_owned(),
            _ => "ECS does not list it".to_owned(),
        }
    }
}

fn draining(age: Option<&Age>, held_by: &[String]) -> String {
    let since = age.map_or_else(|| "for an unknown time".to_owned(), Age::duration_and_clock);
    let held = if held_by.is_empty() { String::new() } else { format!("; look at {}", held_by.join(", ")) };
    format!("has been DRAINING {since}; its name cannot be used again until it is INACTIVE{held}")
}

fn stale_rule(target_groups: &[StaleTargetGroup]) -> String {
    let spoken = |group: &StaleTargetGroup| {
        let name = group.arn.resource().split('/').nth(1).unwrap_or_default();
        match group.staleness {
            Staleness::NoWeight => format!("{name}, to which Express Mode now sends nothing"),
            Staleness::NoTargets => format!("{name}, which has no targets"),
        }
    };
    let groups: Vec<String> = target_groups.iter().map(spoken).collect();
    format!("is not managed by Express Mode and forwards to target group {}", groups.join(" and "))
}

impl Age {
    /// `for 3 h (counted from its last event)`.
    pub(super) fn duration_and_clock(&self) -> String {
        format!("for {} (counted from {})", spoken(self.elapsed), self.clock)
    }
}

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was {} ago", self.clock, spoken(self.elapsed))
    }
}

fn spoken_holders(holders: &[Holder]) -> String {
    let first = holders.first().map(|holder| holder.use_.as_str()).unwrap_or_default();
    match holders.len() {
        0 | 1 => first.to_owned(),
        more => format!("{first} (and {} more)", more - 1),
    }
}
