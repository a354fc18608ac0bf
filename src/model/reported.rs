//! A finding as a report has it, read back to be shown with all that it rests on. It is kept in the report's words: another version of
//! this program may have written it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A finding of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedFinding {
    /// The command that made the report.
    pub command: String,
    /// As of when the report judges.
    pub generated_at: Timestamp,
    /// What the report counts it as.
    pub standing: Standing,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its code.
    pub code: String,
    /// How grave it is there.
    pub severity: String,
    /// How sure it is. What is known of a past finding only does not say.
    pub confidence: Option<String>,
    /// When a report first had it, where an earlier one did.
    pub first_seen: Option<Timestamp>,
    /// The account of its subject.
    pub account: String,
    /// The Region of its subject.
    pub region: String,
    /// The kind of its subject.
    pub kind: String,
    /// The subject's ARN, if it has one.
    pub arn: Option<String>,
    /// What a person calls the subject.
    pub name: String,
    /// The service that it belongs or belonged to.
    pub service: Option<ReportedService>,
    /// The sentence for a person.
    pub message: Option<String>,
    /// What it says beyond its subject.
    pub details: BTreeMap<String, Detail>,
    /// What it rests on, in the order in which it was concluded.
    pub evidence: Vec<Observation>,
    /// What nobody looked at that may use or contradict it.
    pub not_looked_at: Vec<String>,
    /// What could not be read in its account and Region.
    pub unread: Vec<UnreadRead>,
}

/// What a report counts a finding as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was found.
    Found,
    /// It was found, and is accepted for a time.
    Waived,
    /// An earlier report had it, and now it is gone.
    Resolved,
    /// An earlier report had it, and nobody can tell whether it is gone.
    Unresolved,
}

impl Standing {
    /// The list of the report that it stands in, in a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Waived => "waived",
            Self::Resolved => "resolved",
            Self::Unresolved => "unresolved",
        }
    }
}

/// The service of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ReportedService {
    /// The name of its cluster.
    pub cluster: String,
    /// Its own name.
    pub name: String,
    /// What had become of it.
    pub status: String,
}

/// One observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The operation that showed it, as IAM names it.
    pub source: String,
    /// What it showed.
    pub fact: String,
    /// When it was read.
    pub observed_at: Timestamp,
}

/// A read that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadRead {
    /// The operation, as IAM names it.
    pub operation: String,
    /// Why, in a word.
    pub cause: String,
    /// Why, for a person.
    pub message: String,
}

/// A value of what a finding says beyond its subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Detail {
    /// Not known, or not set.
    Unset(()),
    /// Whether something is so.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Another number.
    Fraction(f64),
    /// A text.
    Text(String),
    /// Several.
    List(Vec<Detail>),
    /// Several with names.
    Fields(BTreeMap<String, Detail>),
}

impl Detail {
    /// The value in one line.
    #[must_use]
    pub fn spoken(&self) -> String {
        let joined = |parts: Vec<String>| if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
        match self {
            Self::Unset(()) => "none".to_owned(),
            Self::Flag(flag) => (if *flag { "yes" } else { "no" }).to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Fraction(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::List(items) => joined(items.iter().map(Self::spoken).collect()),
            Self::Fields(fields) => joined(fields.iter().map(|(name, value)| format!("{name} {}", value.spoken())).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Detail;

    #[track_caller]
    fn check(json: &str, spoken: &str) {
        let detail: Detail = serde_json::from_str(json).expect("any value");
        assert_eq!(detail.spoken(), spoken);
        assert_eq!(serde_json::to_string(&detail).expect("JSON"), json);
    }

    #[test]
    fn every_value_is_spoken_in_one_line_and_written_as_it_was() {
        check("null", "none");
        check("[]", "none");
        check("[true,false]", "yes, no");
        check("-7", "-7");
        check("0.5", "0.5");
        check(r#"[{"id":"eni-1","use":"is in it"},"x"]"#, "id eni-1, use is in it, x");
    }
}
