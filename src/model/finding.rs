//! A finding: a typed claim about one subject. The claim carries the facts; words exist only in its `Display`.

use std::fmt;
use std::time::Duration;

use super::fingerprint::fingerprint;
use super::{Arn, Code, Confidence, Kind, Scope, ServiceState, Severity, Timestamp, orphan_severity, spoken};

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its account and Region.
    pub scope: Scope,
    /// Its kind.
    pub kind: Kind,
    /// Its ARN.
    pub arn: Arn,
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

/// Since when, and by which clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Age {
    /// The time that was used.
    pub at: Timestamp,
    /// Which time that is: `the service's last event`.
    pub clock: String,
    /// How long ago it was when the report was made.
    pub elapsed: Duration,
}

/// Something outside the dead set that still uses a leftover.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// Its ARN or id.
    pub id: String,
    /// What it does with the leftover: `listener rule … forwards to it`.
    pub use_: String,
}

/// One observation that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The operation that showed it, as IAM names it.
    pub source: &'static str,
    /// What it showed.
    pub fact: String,
    /// When it was read.
    pub observed_at: Timestamp,
}

/// What is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// Express made it, and nothing outside the dead set uses it.
    Orphan {
        /// Since when it is dead at the latest, where any time is known.
        age: Option<Age>,
        /// Further ARNs that the finding covers (the other revisions of a task-definition family).
        also: Vec<Arn>,
    },
    /// It would be an orphan, were it not used from outside.
    HeldLeftover {
        /// Who uses it. Never empty.
        holders: Vec<Holder>,
    },
    /// It belongs to a living service, but to none of its current revisions.
    Superseded,
    /// No given declaration names this live service.
    UndeclaredService,
    /// Declared, but not live.
    MissingService {
        /// Where it is declared: `terraform.tfstate: module.k.aws_ecs_express_gateway_service.app`.
        declared_at: String,
    },
    /// A deletion has begun and not finished.
    DrainingService {
        /// Since when, and by which clock: DRAINING itself has no start time.
        age: Option<Age>,
        /// How long it took until this is of high severity.
        is_long: bool,
        /// What may hold it, where that can be told.
        held_by: Vec<String>,
    },
    /// A cluster counts more draining services than can be found by name.
    NamelessDraining {
        /// How many more.
        count: u64,
    },
    /// ACTIVE, past the grace period, and no way in.
    ServiceWithoutIngress {
        /// What is lacking.
        lacking: Vec<String>,
        /// Since when its deployment has been in flight, if one is.
        deploying: Option<Age>,
    },
    /// A managed resource reports FAILED.
    FailedResource {
        /// The kind that failed.
        kind: Kind,
        /// The reason ECS gives.
        reason: Option<String>,
    },
    /// Something live refers to what does not exist.
    DanglingReference {
        /// The kind of what is missing.
        kind: Kind,
        /// Its ARN or id.
        missing: String,
    },
}

impl Claim {
    /// The stable code of the claim.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Orphan { .. } => Code::Orphan,
            Self::HeldLeftover { .. } => Code::HeldLeftover,
            Self::Superseded => Code::Superseded,
            Self::UndeclaredService => Code::UndeclaredService,
            Self::MissingService { .. } => Code::MissingService,
            Self::DrainingService { .. } | Self::NamelessDraining { .. } => Code::DrainingService,
            Self::ServiceWithoutIngress { .. } => Code::ServiceWithoutIngress,
            Self::FailedResource { .. } => Code::FailedResource,
            Self::DanglingReference { .. } => Code::DanglingReference,
        }
    }

    /// The severity that the contract gives the claim about a subject of this kind.
    #[must_use]
    pub fn severity(&self, subject: Kind) -> Severity {
        match self {
            Self::Orphan { .. } => orphan_severity(subject),
            Self::Superseded => Severity::Info,
            Self::DrainingService { is_long: true, .. }
            | Self::MissingService { .. }
            | Self::ServiceWithoutIngress { .. }
            | Self::FailedResource { .. }
            | Self::DanglingReference { .. } => Severity::High,
            Self::HeldLeftover { .. }
            | Self::UndeclaredService
            | Self::DrainingService { is_long: false, .. }
            | Self::NamelessDraining { .. } => Severity::Medium,
        }
    }

    /// What tells two claims of one code about one subject apart.
    fn key(&self) -> [&str; 2] {
        match self {
            Self::FailedResource { kind, .. } => [kind.as_str(), ""],
            Self::DanglingReference { kind, missing } => [kind.as_str(), missing],
            Self::NamelessDraining { .. } => ["nameless", ""],
            Self::Orphan { .. }
            | Self::HeldLeftover { .. }
            | Self::Superseded
            | Self::UndeclaredService
            | Self::MissingService { .. }
            | Self::DrainingService { .. }
            | Self::ServiceWithoutIngress { .. } => ["", ""],
        }
    }
}

/// One claim about one subject, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// A finding of the claim's own severity.
    #[must_use]
    pub fn new(claim: Claim, subject: Subject, confidence: Confidence) -> Self {
        let severity = claim.severity(subject.kind);
        Self { claim, subject, severity, confidence, service: None, evidence: Vec::new() }
    }

    /// The same finding, tied to a service.
    #[must_use]
    pub fn of_service(mut self, service: Option<ServiceRef>) -> Self {
        self.service = service;
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
        fingerprint(&[code, &scope.partition, &scope.account, &scope.region, kind.as_str(), arn.as_str(), key, part])
    }

    /// One sentence for a person: the subject, and what is said of it.
    #[must_use]
    pub fn message(&self) -> String {
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
    let since = match age {
        Some(age) => format!("for {} (counted from {})", spoken(age.elapsed), age.clock),
        None => "for an unknown time".to_owned(),
    };
    let held = if held_by.is_empty() { String::new() } else { format!("; look at {}", held_by.join(", ")) };
    format!("has been DRAINING {since}; its name cannot be used again until it is INACTIVE{held}")
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
