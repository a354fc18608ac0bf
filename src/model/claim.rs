//! What can be claimed: one variant a claim, carrying its facts. Words are in `predicate.rs`.

use std::time::Duration;

use super::{Arn, Code, FieldValue, Kind, Prospect, Quota, Severity, Timestamp, orphan_severity};

/// Since when, and by which clock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Holder {
    /// Its ARN or id.
    pub id: String,
    /// What it does with the leftover: `listener rule … forwards to it`.
    pub use_: String,
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
    /// A live revision refers to it, but its `AmazonECSManaged` tag is gone: ECS will leave it behind.
    Detached,
    /// A rule that Express does not manage forwards to target groups that now lead nowhere.
    StaleRule {
        /// Those target groups. Never empty.
        target_groups: Vec<StaleTargetGroup>,
    },
    /// A declared field differs from the live one.
    Drift {
        /// The field's path: `primary_container.image`.
        path: String,
        /// What is declared.
        declared: FieldValue,
        /// What is live.
        live: FieldValue,
    },
    /// Leftovers and live services are near a limit of AWS.
    QuotaPressure {
        /// The limit.
        quota: Quota,
        /// How many there are.
        used: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The configuration waives what was not found, though everything it covers was read.
    UnusedWaiver {
        /// The waiver.
        waiver: WaiverRef,
    },
    /// The configuration waives what it no longer may.
    ExpiredWaiver {
        /// The waiver.
        waiver: WaiverRef,
        /// When it expired.
        expired: Timestamp,
    },
    /// What will happen when a plan is applied.
    Planned {
        /// The address of the planned resource: `module.k["eu"].aws_ecs_express_gateway_service.app`.
        address: String,
        /// What will happen.
        prospect: Prospect,
    },
}

/// A target group that a foreign rule forwards to, and why that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct StaleTargetGroup {
    /// The target group.
    pub arn: Arn,
    /// What is wrong with it.
    pub staleness: Staleness,
}

/// Why a target group leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Staleness {
    /// Express's own rule gives it no weight: the other one of the service's two is live.
    NoWeight,
    /// No targets are registered with it.
    NoTargets,
}

impl Staleness {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoWeight => "no-weight",
            Self::NoTargets => "no-targets",
        }
    }
}

/// A waiver of the configuration, as a finding names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverRef {
    /// Where it stands: `ecs-express-audit.toml, line 12`.
    pub place: String,
    /// What it covers, in the configuration's words: `code = "orphan", region = "eu-*"`. Its identity.
    pub covers: String,
    /// Why it was granted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
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
            Self::Detached => Code::Detached,
            Self::StaleRule { .. } => Code::StaleRule,
            Self::Drift { .. } => Code::Drift,
            Self::QuotaPressure { .. } => Code::QuotaPressure,
            Self::UnusedWaiver { .. } => Code::UnusedWaiver,
            Self::ExpiredWaiver { .. } => Code::ExpiredWaiver,
            Self::Planned { prospect, .. } => prospect.code(),
        }
    }

    /// The severity that the contract gives the claim about a subject of this kind.
    #[must_use]
    pub fn severity(&self, subject: Kind) -> Severity {
        match self {
            Self::Orphan { .. } => orphan_severity(subject),
            Self::Planned { prospect, .. } => prospect.severity(),
            Self::Superseded => Severity::Info,
            Self::DrainingService { is_long: true, .. }
            | Self::MissingService { .. }
            | Self::ServiceWithoutIngress { .. }
            | Self::FailedResource { .. }
            | Self::DanglingReference { .. }
            | Self::StaleRule { .. } => Severity::High,
            // Express Mode puts the next service on another load balancer by itself.
            Self::QuotaPressure { quota: Quota::ServicesPerLoadBalancer, .. } => Severity::Info,
            Self::QuotaPressure { used, limit, .. } if used >= limit => Severity::High,
            Self::QuotaPressure { .. } | Self::UnusedWaiver { .. } | Self::ExpiredWaiver { .. } => Severity::Low,
            Self::HeldLeftover { .. }
            | Self::Detached
            | Self::Drift { .. }
            | Self::UndeclaredService
            | Self::DrainingService { is_long: false, .. }
            | Self::NamelessDraining { .. } => Severity::Medium,
        }
    }

    /// What tells two claims of one code about one subject apart.
    pub(super) fn key(&self) -> [&str; 2] {
        match self {
            Self::FailedResource { kind, .. } => [kind.as_str(), ""],
            Self::DanglingReference { kind, missing } => [kind.as_str(), missing],
            Self::NamelessDraining { .. } => ["nameless", ""],
            Self::Drift { path, .. } => [path, ""],
            Self::QuotaPressure { quota, .. } => [quota.as_str(), ""],
            Self::UnusedWaiver { waiver } | Self::ExpiredWaiver { waiver, .. } => [&waiver.covers, ""],
            Self::Planned { address, prospect } => [address, prospect.key()],
            Self::Orphan { .. }
            | Self::HeldLeftover { .. }
            | Self::Superseded
            | Self::UndeclaredService
            | Self::MissingService { .. }
            | Self::DrainingService { .. }
            | Self::ServiceWithoutIngress { .. }
            | Self::Detached
            | Self::StaleRule { .. } => ["", ""],
        }
    }
}
