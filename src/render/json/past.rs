//! What does not count: waived findings, and those of earlier reports that are not there any more.

use serde::Serialize;

use super::FindingWire;
use super::details::WaiverWire;
use crate::model::{Arn, PastFinding, Timestamp, Waived};

/// A finding as it would have been reported, and the waiver that accepts it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::render) struct WaivedWire<'a> {
    #[serde(flatten)]
    finding: FindingWire<'a>,
    waiver: WaiverWire<'a>,
    expires: Timestamp,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::render) struct PastWire<'a> {
    fingerprint: &'a str,
    code: &'static str,
    severity: &'static str,
    account: &'a str,
    region: &'a str,
    kind: &'static str,
    arn: Option<&'a str>,
    name: &'a str,
    first_seen: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_at: Option<Timestamp>,
}

impl<'a> WaivedWire<'a> {
    pub(super) fn of(waived: &'a Waived) -> Self {
        let Waived { finding, waiver, expires } = waived;
        Self { finding: FindingWire::of(finding), waiver: WaiverWire::of(waiver), expires: *expires }
    }
}

impl<'a> PastWire<'a> {
    pub(super) fn of(past: &'a PastFinding) -> Self {
        let PastFinding { fingerprint, code, severity, scope, kind, arn, name, first_seen, resolved_at } = past;
        Self {
            fingerprint,
            code: code.as_str(),
            severity: severity.as_str(),
            account: &scope.account,
            region: &scope.region,
            kind: kind.as_str(),
            arn: arn.as_ref().map(Arn::as_str),
            name,
            first_seen: *first_seen,
            resolved_at: *resolved_at,
        }
    }
}
