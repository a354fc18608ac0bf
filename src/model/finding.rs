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

    /// One sentence for a person.
    #[must_use]
    pub fn message(&self) -> String {
        let Subject { kind, name, .. } = &self.subject;
        let kind = kind.spoken();
        match &self.claim {
            Claim::Orphan { age, also } => {
                let covered = match also.len() {
                    0 => String::new(),
                    1 => ", with one older revision,".to_owned(),
                    more => format!(", with {more} older revisions,"),
                };
                let since = age.as_ref().map(|age| format!("; {age}")).unwrap_or_default();
                format!("{kind} {name}{covered} was made by Express Mode and left behind: {}{since}", self.former_service())
            }
            Claim::HeldLeftover { holders } => {
                format!("{kind} {name} was left behind by Express Mode ({}), but {}", self.former_service(), spoken_holders(holders))
            }
            Claim::Superseded => {
                format!("{kind} {name} belongs to {}, but to none of its current revisions", self.living_service())
            }
            Claim::UndeclaredService => format!("service {name} is live, but none of the given declarations names it"),
            Claim::MissingService { declared_at } => {
                format!("service {name} is declared ({declared_at}), but {}", self.absence())
            }
            Claim::DrainingService { age, held_by, .. } => {
                let since = age.as_ref().map_or("for an unknown time".to_owned(), |age| format!("for {}", spoken(age.elapsed)));
                let clock = age.as_ref().map(|age| format!(" (counted from {})", age.clock)).unwrap_or_default();
                let held = if held_by.is_empty() { String::new() } else { format!("; look at {}", held_by.join(", ")) };
                format!("service {name} has been DRAINING {since}{clock}; its name cannot be used again until it is INACTIVE{held}")
            }
            Claim::NamelessDraining { count } => {
                format!("cluster {name} counts {count} draining service(s) that nothing found names; they may be Express services")
            }
            Claim::ServiceWithoutIngress { lacking } => {
                format!("service {name} is ACTIVE, but nothing can reach it: {}", lacking.join(", "))
            }
            Claim::FailedResource { kind, reason } => {
                let reason = reason.as_deref().unwrap_or("no reason given");
                format!("the {} of {} reports FAILED: {reason}", kind.spoken(), self.living_service())
            }
            Claim::DanglingReference { kind, missing } => {
                format!("service {name} refers to {} {missing}, which does not exist", kind.spoken())
            }
        }
    }

    fn former_service(&self) -> String {
        match &self.service {
            Some(ServiceRef { cluster, name, status, .. }) => format!("its service {cluster}/{name} is {}", status.spoken()),
            None => "nothing that is left names its service".to_owned(),
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
