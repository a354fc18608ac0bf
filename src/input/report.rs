//! One finding of a JSON report, read back to be shown with all that it rests on. Keys, codes and words that are not known are passed over
//! or kept as they are: another version may have made the report.

mod error;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

pub use error::{ReportError, ReportErrorKind};

use super::{DEEPEST, MOST_ENTRIES, text};
use crate::extent::Extent;
use crate::model::{Detail, FingerprintPrefix, Observation, ReportedFinding, ReportedService, Standing, Timestamp, UnreadRead};

/// The version that is read.
const VERSION: &str = "1";

/// The longest text that is read, in bytes: no message of ours comes near.
const LONGEST_TEXT: usize = 64 << 10;

/// How many values there may be: each takes more memory than it takes text.
const MOST_VALUES: usize = 8_000_000;

/// How evidence begins that says what nobody looked at.
const NOT_LOOKED_AT: &str = "not looked at: ";

/// Reads the one finding of a report whose fingerprint begins so, waived and past ones too. `source` is what messages call the report.
///
/// It has to be a JSON report of version 1, of any command and of at most 64 MiB.
///
/// # Errors
///
/// When it is not, or when none or several of its findings are meant; [`ReportErrorKind`] lists the reasons.
pub fn read_reported_finding(source: &str, text: &[u8], fingerprint: &FingerprintPrefix) -> Result<ReportedFinding, ReportError> {
    read(text, fingerprint).map_err(|kind| ReportError::new(source, kind))
}

fn read(text: &[u8], fingerprint: &FingerprintPrefix) -> Result<ReportedFinding, ReportErrorKind> {
    let text = text::decode(text)?;
    check_extent(text)?;
    document(text)?.finding(fingerprint)
}

/// Refuses what would take too much stack or memory, before anything unfolds it.
fn check_extent(text: &str) -> Result<(), ReportErrorKind> {
    let Extent { depth, longest_string, listed_objects, further_values } = Extent::of(text.as_bytes());
    if depth > DEEPEST || longest_string > LONGEST_TEXT || listed_objects > MOST_ENTRIES || further_values > MOST_VALUES {
        return Err(ReportErrorKind::Excessive);
    }
    Ok(())
}

fn document(text: &str) -> Result<Document, ReportErrorKind> {
    let head: Head = text::outline(text, ReportErrorKind::NotAReport)?;
    let version = head.schema_version.filter(|_| head.findings.is_some_and(|findings| findings.is_array()));
    if version.ok_or(ReportErrorKind::NotAReport)? != VERSION {
        return Err(ReportErrorKind::Version);
    }
    Ok(text::json(text)?)
}

/// What tells a report from other JSON, and its versions from each other.
#[derive(Deserialize)]
struct Head {
    schema_version: Option<Value>,
    findings: Option<Value>,
}

#[derive(Deserialize)]
struct Document {
    command: String,
    generated_at: Timestamp,
    findings: Vec<Entry>,
    #[serde(default)]
    waived: Vec<Entry>,
    #[serde(default)]
    resolved: Vec<Entry>,
    #[serde(default)]
    unresolved: Vec<Entry>,
    #[serde(default)]
    gaps: Vec<Gap>,
}

/// A finding, present or past; of past ones less is known.
#[derive(Deserialize)]
struct Entry {
    fingerprint: String,
    code: String,
    severity: String,
    confidence: Option<String>,
    first_seen: Option<Timestamp>,
    account: String,
    region: String,
    kind: String,
    arn: Option<String>,
    name: String,
    service: Option<ReportedService>,
    message: Option<String>,
    #[serde(default)]
    details: BTreeMap<String, Detail>,
    #[serde(default)]
    evidence: Vec<Observation>,
}

#[derive(Deserialize)]
struct Gap {
    account: String,
    region: String,
    #[serde(flatten)]
    read: UnreadRead,
}

impl Document {
    fn finding(self, fingerprint: &FingerprintPrefix) -> Result<ReportedFinding, ReportErrorKind> {
        let Self { command, generated_at, findings, waived, resolved, unresolved, gaps } = self;
        let lists =
            [(Standing::Found, findings), (Standing::Waived, waived), (Standing::Resolved, resolved), (Standing::Unresolved, unresolved)];
        let entries = lists.into_iter().flat_map(|(standing, entries)| entries.into_iter().map(move |entry| (standing, entry)));
        let mut meant: BTreeMap<String, (Standing, Entry)> = BTreeMap::new();
        for (standing, entry) in entries.filter(|(_, entry)| fingerprint.matches(&entry.fingerprint)) {
            // Of two entries with one fingerprint, the one that says that the finding is there wins.
            meant.entry(entry.fingerprint.clone()).or_insert((standing, entry));
        }
        if meant.len() > 1 {
            return Err(ReportErrorKind::Ambiguous { fingerprint: fingerprint.to_string(), count: meant.len() });
        }
        let (standing, entry) =
            meant.into_values().next().ok_or_else(|| ReportErrorKind::NotFound { fingerprint: fingerprint.to_string() })?;
        let unread =
            gaps.into_iter().filter(|gap| gap.account == entry.account && gap.region == entry.region).map(|gap| gap.read).collect();
        Ok(entry.reported(command, generated_at, standing, unread))
    }
}

impl Entry {
    fn reported(self, command: String, generated_at: Timestamp, standing: Standing, unread: Vec<UnreadRead>) -> ReportedFinding {
        let Self {
            fingerprint,
            code,
            severity,
            confidence,
            first_seen,
            account,
            region,
            kind,
            arn,
            name,
            service,
            message,
            details,
            evidence,
        } = self;
        let not_looked_at = evidence.iter().filter_map(|seen| seen.fact.strip_prefix(NOT_LOOKED_AT)).map(str::to_owned).collect();
        let evidence = evidence.into_iter().filter(|seen| !seen.fact.starts_with(NOT_LOOKED_AT)).collect();
        ReportedFinding {
            command,
            generated_at,
            standing,
            fingerprint,
            code,
            severity,
            confidence,
            first_seen,
            account,
            region,
            kind,
            arn,
            name,
            service,
            message,
            details,
            evidence,
            not_looked_at,
            unread,
        }
    }
}

#[cfg(test)]
mod tests;
