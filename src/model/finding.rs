//! A finding: a typed claim about one subject, with what it rests on.

use std::collections::BTreeSet;
use std::fmt;

use super::claim::Claim;
use super::fingerprint::fingerprint;
use super::{Arn, Confidence, Cost, History, Kind, Remedy, Scope, ServiceState, Severity, Timestamp};

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its account and Region.
    pub scope: Scope,
    /// Its kind.
    pub kind: Kind,
    /// Its ARN; `None` only where none exists (a waiver).
    pub arn: Option<Arn>,
    /// What a person calls it.
    pub name: String,
}

/// The service that a resource belongs or belonged to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServiceRef {
    /// The service's ARN.
    pub arn: Arn,
    /// The name of its cluster.
    pub cluster: String,
    /// Its own name.
    pub name: String,
    /// What became of it.
    pub status: ServiceState,
}

/// One observation that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The operation that showed it, as IAM names it.
    pub source: &'static str,
    /// What it showed.
    pub fact: String,
    /// When it was read.
    pub observed_at: Timestamp,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, fact, observed_at } = self;
        write!(f, "{source}: {fact} ({observed_at})")
    }
}

/// One claim about one subject, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What is claimed.
    pub claim: Claim,
    /// About what.
    pub subject: Subject,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// The service it belongs or belonged to, where exactly one can be told.
    pub service: Option<ServiceRef>,
    /// Every service it is tied to, one or several.
    pub ties: BTreeSet<ServiceRef>,
    /// What earlier reports say of it.
    pub history: History,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
    /// What its subject costs; `None` where nothing is known of that, or where it is about no resource that is left over.
    pub cost: Option<Cost>,
    /// What would resolve it, where that is known.
    pub remedy: Option<Remedy>,
}

impl Finding {
    /// A finding of the claim's own severity.
    #[must_use]
    pub fn new(claim: Claim, subject: Subject, confidence: Confidence) -> Self {
        let severity = claim.severity(subject.kind);
        Self {
            claim,
            subject,
            severity,
            confidence,
            service: None,
            ties: BTreeSet::new(),
            history: History::default(),
            evidence: Vec::new(),
            cost: None,
            remedy: None,
        }
    }

    /// The same finding, tied to a service.
    #[must_use]
    pub fn of_service(mut self, service: Option<ServiceRef>) -> Self {
        self.ties.extend(service.iter().cloned());
        self.service = service;
        self
    }

    /// The same finding, tied to all of these services.
    #[must_use]
    pub fn tied_to(mut self, services: impl IntoIterator<Item = ServiceRef>) -> Self {
        self.ties.extend(services);
        self
    }

    /// The same finding, resting on this evidence.
    #[must_use]
    pub fn resting_on(mut self, evidence: Vec<Evidence>) -> Self {
        self.evidence = evidence;
        self
    }

    /// The stable name of the finding across runs: `v1:` and 32 hex digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let Subject { scope, kind, arn, name: _ } = &self.subject;
        let [key, part] = self.claim.key();
        let code = self.claim.code().as_str();
        fingerprint(&[
            code,
            &scope.partition,
            &scope.account,
            &scope.region,
            kind.as_str(),
            arn.as_ref().map_or("", Arn::as_str),
            key,
            part,
        ])
    }
}
