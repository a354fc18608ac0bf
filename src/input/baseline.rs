//! The baseline: an earlier JSON report, read back. Of the report only what tells its findings apart is kept.
//!
//! Keys that are not known are passed over. A finding whose code, kind, severity or fingerprint is of a version that this one does
//! not know is left out and counted: nothing here could find it again, so that it would look resolved. A version that knows it will
//! call it new, which is louder than it need be, and never quieter.

mod error;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

pub use error::{BaselineError, BaselineErrorKind};

use super::{DEEPEST, text};
use crate::extent::Extent;
use crate::model::{Arn, Baseline, Command, FINGERPRINT_VERSION, PastFinding, Scope, Timestamp};

/// The version that is read.
const VERSION: &str = "1";

/// The longest text of a finding that is read, in bytes: AWS's longest names are far shorter.
const LONGEST_TEXT: usize = 64 << 10;

/// Reads an earlier report as a baseline. `source` is what messages call it: a path.
///
/// It has to be a JSON report of version 1 of the command `audit`, of at most 64 MiB.
///
/// # Errors
///
/// When it is not; [`BaselineErrorKind`] lists the reasons.
pub fn read_baseline(source: &str, text: &[u8]) -> Result<Baseline, BaselineError> {
    read(text).map_err(|kind| BaselineError::new(source, kind))
}

fn read(text: &[u8]) -> Result<Baseline, BaselineErrorKind> {
    let text = text::decode(text)?;
    if Extent::of(text.as_bytes()).depth > DEEPEST {
        return Err(BaselineErrorKind::TooDeep { limit: DEEPEST });
    }
    text::outline::<Head, _>(text, BaselineErrorKind::NotAReport)?.check()?;
    let document: Document = text::json(text)?;
    document.baseline()
}

/// What tells a report from other JSON, and reports from each other.
#[derive(Deserialize)]
struct Head {
    schema_version: Option<Value>,
    command: Option<Value>,
}

impl Head {
    fn check(&self) -> Result<(), BaselineErrorKind> {
        let Some((version, command)) = self.schema_version.as_ref().zip(self.command.as_ref()) else {
            return Err(BaselineErrorKind::NotAReport);
        };
        if version != VERSION {
            return Err(BaselineErrorKind::Version);
        }
        if command == Command::Demo.as_str() {
            return Err(BaselineErrorKind::Demo);
        }
        if command == Command::Audit.as_str() { Ok(()) } else { Err(BaselineErrorKind::OtherCommand) }
    }
}

#[derive(Deserialize)]
struct Document {
    generated_at: Timestamp,
    findings: Vec<Entry>,
    #[serde(default)]
    waived: Vec<Entry>,
    #[serde(default)]
    resolved: Vec<Entry>,
    #[serde(default)]
    unresolved: Vec<Entry>,
}

/// A finding, present or past. Which list it is in says whether it was resolved.
#[derive(Deserialize)]
struct Entry {
    fingerprint: String,
    code: String,
    severity: String,
    account: String,
    region: String,
    kind: String,
    arn: Option<Arn>,
    name: String,
    first_seen: Option<Timestamp>,
    resolved_at: Option<Timestamp>,
}

impl Document {
    /// Of two entries with one fingerprint, one that says that the finding is there wins.
    fn baseline(self) -> Result<Baseline, BaselineErrorKind> {
        let Self { generated_at, findings, waived, resolved, unresolved } = self;
        let mut baseline = Baseline { generated_at, known: BTreeMap::new(), left_out: 0 };
        for (n, entry) in resolved.into_iter().enumerate() {
            let resolved_at = Some(entry.resolved_at.unwrap_or(generated_at));
            learn(&mut baseline, entry, ("resolved", n), resolved_at)?;
        }
        for (list, entries) in [("unresolved", unresolved), ("waived", waived), ("findings", findings)] {
            for (n, entry) in entries.into_iter().enumerate() {
                learn(&mut baseline, entry, (list, n), None)?;
            }
        }
        Ok(baseline)
    }
}

fn learn(baseline: &mut Baseline, entry: Entry, (list, n): (&str, usize), resolved_at: Option<Timestamp>) -> Result<(), BaselineErrorKind> {
    if entry.texts().iter().any(|text| text.len() > LONGEST_TEXT) {
        return Err(BaselineErrorKind::TextTooLong { place: format!("{list}[{n}]"), limit_kib: LONGEST_TEXT >> 10 });
    }
    match entry.past(baseline.generated_at, resolved_at) {
        Some(past) => drop(baseline.known.insert(past.fingerprint.clone(), past)),
        None => baseline.left_out += 1,
    }
    Ok(())
}

impl Entry {
    fn texts(&self) -> [&str; 5] {
        let Self { fingerprint, code: _, severity: _, account, region, kind: _, arn, name, first_seen: _, resolved_at: _ } = self;
        [fingerprint, account, region, arn.as_ref().map_or("", Arn::as_str), name]
    }

    /// The finding, unless it speaks of what this version does not know.
    fn past(self, generated_at: Timestamp, resolved_at: Option<Timestamp>) -> Option<PastFinding> {
        if !self.fingerprint.starts_with(FINGERPRINT_VERSION) {
            return None;
        }
        // A report does not name the partition; nothing is told apart by it.
        let partition = self.arn.as_ref().map_or("aws", Arn::partition).to_owned();
        Some(PastFinding {
            code: self.code.parse().ok()?,
            severity: self.severity.parse().ok()?,
            kind: self.kind.parse().ok()?,
            fingerprint: self.fingerprint,
            scope: Scope { partition, account: self.account, region: self.region },
            arn: self.arn,
            name: self.name,
            first_seen: self.first_seen.unwrap_or(generated_at),
            resolved_at,
        })
    }
}

#[cfg(test)]
mod tests;
