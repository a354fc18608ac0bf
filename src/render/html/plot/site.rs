//! What is drawn of one service: for each kind what became of it, what is named, and who holds it.

use std::collections::BTreeMap;

use crate::model::{Arn, ChecklistItem, Claim, Finding, Kind, KindState, Prospect, ServiceEntry, Severity};

/// A service, or what belongs to none.
pub(super) struct Site<'r> {
    pub arn: Option<&'r Arn>,
    pub title: String,
    pub status: &'static str,
    pub parts: BTreeMap<Kind, Part<'r>>,
}

/// A kind of resource.
#[derive(Default)]
pub(super) struct Part<'r> {
    pub state: Option<KindState>,
    /// What is named of it.
    pub names: Vec<&'r str>,
    /// What is referred to and does not exist.
    pub missing: Vec<&'r str>,
    /// What somebody outside does with it.
    pub held_by: Vec<&'r str>,
    pub findings: usize,
    pub gravest: Option<Severity>,
}

impl<'r> Site<'r> {
    pub(super) fn of_entry(entry: &'r ServiceEntry, findings: &[&'r Finding]) -> Self {
        let ServiceEntry { arn, cluster, name, declared: _, status, checklist, items, not_comparable: _, planned: _ } = entry;
        let mut site = Self { arn: arn.as_ref(), title: format!("{cluster}/{name}"), status: status.as_str(), parts: BTreeMap::new() };
        for (kind, state) in checklist {
            site.part(*kind).state = Some(*state);
        }
        for ChecklistItem { kind, arn: _, name, state: _, why: _ } in items {
            site.part(*kind).name(name);
        }
        site.add(findings);
        site
    }

    /// A service that the report has no entry for.
    pub(super) fn of_stranger(arn: &'r Arn, findings: &[&'r Finding]) -> Option<Self> {
        let service =
            findings.iter().flat_map(|finding| finding.ties.iter().chain(&finding.service)).find(|service| service.arn == *arn)?;
        let title = format!("{}/{}", service.cluster, service.name);
        let mut site = Self { arn: Some(arn), title, status: service.status.as_str(), parts: BTreeMap::new() };
        site.add(findings);
        Some(site)
    }

    pub(super) fn of_none(findings: &[&'r Finding]) -> Self {
        let mut site = Self { arn: None, title: "not tied to a service".to_owned(), status: "", parts: BTreeMap::new() };
        site.add(findings);
        site
    }

    fn part(&mut self, kind: Kind) -> &mut Part<'r> {
        self.parts.entry(kind).or_default()
    }

    fn add(&mut self, findings: &[&'r Finding]) {
        for finding in findings {
            self.part(finding.subject.kind).add(finding);
            if let Claim::DanglingReference { kind, missing } = &finding.claim {
                self.part(*kind).missing.push(missing);
            }
        }
    }

    pub(super) fn worst(&self) -> Option<KindState> {
        self.parts.values().filter_map(|part| part.state).max()
    }

    pub(super) fn gravest(&self) -> Option<Severity> {
        self.parts.values().filter_map(|part| part.gravest).max()
    }

    /// Whether all of its kinds are told, and so stand where they belong.
    pub(super) fn is_whole(&self) -> bool {
        self.parts.len() == Kind::ALL.len()
    }

    /// Whether there is anything that a person should look at.
    pub(super) fn is_troubled(&self) -> bool {
        self.gravest().is_some() || self.worst() > Some(KindState::Shared)
    }
}

impl<'r> Part<'r> {
    fn name(&mut self, name: &'r str) {
        if !self.names.contains(&name) && self.names.len() < NAMES_KEPT {
            self.names.push(name);
        }
    }

    fn add(&mut self, finding: &'r Finding) {
        self.findings += 1;
        self.gravest = self.gravest.max(Some(finding.severity));
        self.name(&finding.subject.name);
        match &finding.claim {
            Claim::Orphan { .. } => self.state = self.state.max(Some(KindState::Left)),
            Claim::HeldLeftover { holders } => {
                self.state = self.state.max(Some(KindState::Held));
                self.held_by.extend(holders.iter().map(|holder| holder.use_.as_str()));
            }
            Claim::Planned { prospect: Prospect::DestroyLeaves { holders, .. }, .. } => {
                self.held_by.extend(holders.iter().map(|holder| holder.use_.as_str()));
            }
            Claim::Superseded
            | Claim::UndeclaredService
            | Claim::MissingService { .. }
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
            | Claim::ExpiredWaiver { .. }
            | Claim::Planned { .. } => {}
        }
    }
}

/// Names beyond these are not looked up again and again: a box shows fewer.
const NAMES_KEPT: usize = 100;
