//! How much a finding matters, and how sure it is: two axes.

use std::fmt;
use std::str::FromStr;

/// How much a finding matters. No severity depends on a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Clutter.
    Low,
    /// Someone should look.
    Medium,
    /// Costs money, or something does not work.
    High,
    /// What is about to be done will fail or do harm.
    Critical,
}

impl Severity {
    /// From `info` to `critical`.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|severity| severity.as_str() == text);
        found.ok_or_else(|| format!("expected one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// From which severity on a finding counts for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailOn {
    /// This severity and above.
    AtLeast(Severity),
    /// No finding counts.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity counts.
    #[must_use]
    pub fn counts(self, severity: Severity) -> bool {
        match self {
            Self::AtLeast(bar) => severity >= bar,
            Self::Never => false,
        }
    }
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let severity = text.parse().map(Self::AtLeast);
        severity.map_err(|_: String| "expected info, low, medium, high, critical or never".to_owned())
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Confidence {
    /// Rests on a name or a tag alone, or something that could contradict it was not read.
    Potential,
    /// Ownership and the absence of outside users both rest on references that were read completely, and on a second look.
    Confirmed,
}

impl Confidence {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Potential => "potential",
            Self::Confirmed => "confirmed",
        }
    }

    /// Why a finding is this sure and not otherwise, to be put after the word.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Potential => "it rests on a name or a tag alone, or something that could contradict it was not or cannot be read",
            Self::Confirmed => "what it rests on was read completely, and so was all that could contradict it and can be read",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fail_on_counts_from_its_bar_upwards() {
        let bar: FailOn = "medium".parse().expect("a severity");
        assert_eq!(Severity::ALL.map(|s| bar.counts(s)), [false, false, true, true, true]);
        assert_eq!(Severity::ALL.map(|s| FailOn::Never.counts(s)), [false; 5]);
        assert!("none".parse::<FailOn>().is_err());
    }
}
