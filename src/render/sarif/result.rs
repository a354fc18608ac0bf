//! The results: a finding, where it lies, what it is called across runs, and how it stands to baseline and waivers.

use std::fmt::Write as _;

use serde::Serialize;

use super::Message;
use crate::model::{Arn, Claim, Code, Confidence, Finding, FindingStatus, History, Report, Severity, Subject, Waived};
use crate::render::json::dollars;
use crate::render::place::Place;

/// Stands in for what is declared in no file.
const STAND_IN: &str = "ecs-express-audit.toml";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultWire<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    suppressions: Vec<Suppression>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    logical_locations: [LogicalLocation<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fully_qualified_name: Option<&'a str>,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints {
    #[serde(rename = "ecsExpressAudit/v1")]
    own: String,
    primary_location_line_hash: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct Properties<'a> {
    severity: &'static str,
    confidence: &'static str,
    status: &'static str,
    account: &'a str,
    region: &'a str,
    counts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    monthly_usd: Option<f64>,
    evidence: Vec<String>,
}

impl<'a> ResultWire<'a> {
    pub(super) fn of(report: &Report, finding: &'a Finding, waived: Option<&Waived>) -> Self {
        let Finding { claim, subject, severity, confidence, service: _, ties: _, history, evidence, cost, remedy: _ } = finding;
        let Subject { scope, kind, arn, name } = subject;
        let code = claim.code();
        let doubt = match confidence {
            Confidence::Confirmed => String::new(),
            Confidence::Potential => format!(" ({})", confidence.as_str()),
        };
        Self {
            rule_id: code.as_str(),
            rule_index: Code::ALL.into_iter().position(|of| of == code),
            level: level(*severity),
            message: Message::of(&format!("{}{doubt}", finding.message())),
            locations: [Location {
                physical_location: PhysicalLocation::of(Place::of(claim)),
                logical_locations: [LogicalLocation { name, fully_qualified_name: identity(claim, arn.as_ref()), kind: kind.as_str() }],
            }],
            partial_fingerprints: Fingerprints::of(finding),
            baseline_state: report.compared_with.map(|_| baseline_state(history)),
            suppressions: waived.map(Suppression::of).into_iter().collect(),
            properties: Properties {
                severity: severity.as_str(),
                confidence: confidence.as_str(),
                status: history.status.as_str(),
                account: &scope.account,
                region: &scope.region,
                counts: waived.is_none() && report.counts(finding),
                monthly_usd: cost.as_ref().map(|cost| dollars(cost.monthly)),
                evidence: evidence.iter().map(ToString::to_string).collect(),
            },
        }
    }
}

/// The ARN; of what has none yet, its address in the plan.
fn identity<'a>(claim: &'a Claim, arn: Option<&'a Arn>) -> Option<&'a str> {
    let address = if let Claim::Planned { address, .. } = claim { Some(address.as_str()) } else { None };
    arn.map(Arn::as_str).or(address)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// SARIF knows no return: what is back is new again.
fn baseline_state(history: &History) -> &'static str {
    match history.status {
        FindingStatus::New | FindingStatus::Reappeared => "new",
        FindingStatus::Existing if history.got_worse => "updated",
        FindingStatus::Existing => "unchanged",
    }
}

impl PhysicalLocation {
    fn of(place: Option<Place<'_>>) -> Self {
        let Place { file, line } = place.unwrap_or(Place { file: STAND_IN, line: None });
        // A line is wanted even where none is known.
        Self { artifact_location: ArtifactLocation { uri: uri(file) }, region: Region { start_line: line.unwrap_or(1) } }
    }
}

impl Fingerprints {
    fn of(finding: &Finding) -> Self {
        let own = finding.fingerprint();
        let digits = own.split_once(':').map_or(own.as_str(), |(_, digits)| digits);
        Self { primary_location_line_hash: format!("{digits}:1"), own }
    }
}

impl Suppression {
    fn of(waived: &Waived) -> Self {
        let Waived { finding: _, waiver, expires } = waived;
        let justification = format!("{} ({}; {}; until {expires})", waiver.reason, waiver.owner, waiver.place);
        Self { kind: "external", status: "accepted", justification: Message::of(&justification).text }
    }
}

/// A path as a reference: relative to the repository, or a `file:` URI where it is absolute.
fn uri(path: &str) -> String {
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.strip_prefix("./").unwrap_or(path).bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("./states/prod eu.tfstate"), "states/prod%20eu.tfstate");
        assert_eq!(uri("/srv/a#b?c.tfstate"), "file:///srv/a%23b%3Fc.tfstate");
        assert_eq!(uri("../c:d%é"), "../c%3Ad%25%C3%A9");
    }
}
