//! What each claim says beyond its subject.

mod prospect;

use serde::Serialize;

use prospect::ProspectWire;

use crate::model::{Age, Arn, Claim, FieldValue, Holder, StaleTargetGroup, Timestamp, WaiverRef};

/// What a claim says beyond its subject. Which keys there are depends on the code alone, except for a draining service without a name.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum Details<'a> {
    Orphan {
        since: Option<Timestamp>,
        clock: Option<&'a str>,
        also: Vec<&'a str>,
    },
    HeldLeftover {
        holders: Vec<HolderWire<'a>>,
    },
    MissingService {
        declared_at: &'a str,
    },
    DrainingService {
        since: Option<Timestamp>,
        clock: Option<&'a str>,
        held_by: &'a [String],
    },
    NamelessDraining {
        count: u64,
    },
    ServiceWithoutIngress {
        lacking: &'a [String],
        deploying_since: Option<Timestamp>,
    },
    FailedResource {
        kind: &'static str,
        reason: Option<&'a str>,
    },
    DanglingReference {
        kind: &'static str,
        missing: &'a str,
    },
    StaleRule {
        target_groups: Vec<StaleTargetGroupWire<'a>>,
    },
    Drift {
        path: &'a str,
        declared: ValueWire<'a>,
        live: ValueWire<'a>,
    },
    QuotaPressure {
        quota: &'static str,
        used: u64,
        limit: u64,
    },
    UnusedWaiver {
        waiver: WaiverWire<'a>,
    },
    ExpiredWaiver {
        waiver: WaiverWire<'a>,
        expired: Timestamp,
    },
    Planned {
        address: &'a str,
        #[serde(flatten)]
        prospect: ProspectWire<'a>,
    },
    Nothing {},
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct HolderWire<'a> {
    id: &'a str,
    #[serde(rename = "use")]
    use_: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct StaleTargetGroupWire<'a> {
    arn: &'a str,
    staleness: &'static str,
}

/// A field's value as JSON has it; one that may be secret is a text that says so.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum ValueWire<'a> {
    Unset(()),
    Text(&'a str),
    Number(i64),
    List(&'a [String]),
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct WaiverWire<'a> {
    place: &'a str,
    covers: &'a str,
    reason: &'a str,
    owner: &'a str,
}

impl<'a> Details<'a> {
    pub(super) fn of(claim: &'a Claim) -> Self {
        match claim {
            Claim::Orphan { age, also } => {
                let (since, clock) = since(age.as_ref());
                Self::Orphan { since, clock, also: also.iter().map(Arn::as_str).collect() }
            }
            Claim::HeldLeftover { holders } => Self::HeldLeftover { holders: holders.iter().map(HolderWire::of).collect() },
            Claim::MissingService { declared_at } => Self::MissingService { declared_at },
            // Whether it took long is what the severity says.
            Claim::DrainingService { age, is_long: _, held_by } => {
                let (since, clock) = since(age.as_ref());
                Self::DrainingService { since, clock, held_by }
            }
            Claim::NamelessDraining { count } => Self::NamelessDraining { count: *count },
            Claim::ServiceWithoutIngress { lacking, deploying } => {
                Self::ServiceWithoutIngress { lacking, deploying_since: deploying.as_ref().map(|age| age.at) }
            }
            Claim::FailedResource { kind, reason } => Self::FailedResource { kind: kind.as_str(), reason: reason.as_deref() },
            Claim::DanglingReference { kind, missing } => Self::DanglingReference { kind: kind.as_str(), missing },
            Claim::StaleRule { target_groups } => {
                Self::StaleRule { target_groups: target_groups.iter().map(StaleTargetGroupWire::of).collect() }
            }
            Claim::Drift { path, declared, live } => Self::Drift { path, declared: ValueWire::of(declared), live: ValueWire::of(live) },
            Claim::QuotaPressure { quota, used, limit } => Self::QuotaPressure { quota: quota.as_str(), used: *used, limit: *limit },
            Claim::UnusedWaiver { waiver } => Self::UnusedWaiver { waiver: WaiverWire::of(waiver) },
            Claim::ExpiredWaiver { waiver, expired } => Self::ExpiredWaiver { waiver: WaiverWire::of(waiver), expired: *expired },
            Claim::Planned { address, prospect } => Self::Planned { address, prospect: ProspectWire::of(prospect) },
            Claim::Superseded | Claim::UndeclaredService | Claim::Detached => Self::Nothing {},
        }
    }
}

/// The time and its clock. How long ago it was follows from `generated_at`.
pub(super) fn since(age: Option<&Age>) -> (Option<Timestamp>, Option<&str>) {
    age.map(|Age { at, clock, elapsed: _ }| (*at, clock.as_str())).unzip()
}

impl<'a> HolderWire<'a> {
    pub(super) fn of(holder: &'a Holder) -> Self {
        let Holder { id, use_ } = holder;
        Self { id, use_ }
    }
}

impl<'a> StaleTargetGroupWire<'a> {
    fn of(group: &'a StaleTargetGroup) -> Self {
        let StaleTargetGroup { arn, staleness } = group;
        Self { arn: arn.as_str(), staleness: staleness.as_str() }
    }
}

impl<'a> ValueWire<'a> {
    fn of(value: &'a FieldValue) -> Self {
        match value {
            FieldValue::Unset => Self::Unset(()),
            FieldValue::Text(text) => Self::Text(text),
            FieldValue::Number(number) => Self::Number(*number),
            FieldValue::List(texts) => Self::List(texts),
            FieldValue::Hidden => Self::Text(FieldValue::HIDDEN),
        }
    }
}

impl<'a> WaiverWire<'a> {
    pub(super) fn of(waiver: &'a WaiverRef) -> Self {
        let WaiverRef { place, covers, reason, owner } = waiver;
        Self { place, covers, reason, owner }
    }
}
