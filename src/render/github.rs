//! GitHub Actions: annotations as workflow commands, the report as lines of the log, and the job summary.

use std::io;

use super::escape::harmless;
use super::groups::{groups, placed_heading, scope, standing};
use super::markdown::Page;
use super::outline::{Section, sections};
use super::place::Place;
use super::words::{self, Headline, counted, ending};
use crate::model::{Finding, Gap, Report, Scope, Severity};

/// A job summary has to be smaller than this (1 MiB), or GitHub drops it without a word to the job.
pub const STEP_SUMMARY_BYTES: usize = 1_048_576;

/// GitHub shows so many annotations of each level and step. The last one says how many more there are.
const SHOWN: usize = 10;

/// So many gaps at least are among the warnings, whatever else is.
const GAPS_AT_LEAST: usize = 3;

/// Writes annotations for GitHub Actions and the report as lines of the log, with the verdict as the last one.
///
/// What counts for the verdict is an error from high on and a warning below; what does not count is a notice; a gap is a warning. A file
/// is given only where a declaration or the configuration names it, and a line only where that is known.
///
/// # Errors
///
/// What the writer fails with.
pub fn github(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    annotations(report, out)?;
    findings(report, out)?;
    sections(report).iter().try_for_each(|section| lines_of(section, out))?;
    let headline = Headline::of(report);
    writeln!(out, "{}", harmless(&headline.verdict))?;
    headline.lines().try_for_each(|line| writeln!(out, "{}", harmless(line)))?;
    writeln!(out, "{}", harmless(&ending(report)))
}

/// Writes the report as Markdown for `$GITHUB_STEP_SUMMARY`: fewer than [`STEP_SUMMARY_BYTES`]. It ends between two findings where not
/// all have room, and says how many have none.
///
/// # Errors
///
/// What the writer fails with.
pub fn github_summary(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(Page::of(report).text_within(STEP_SUMMARY_BYTES).as_bytes())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    fn of(report: &Report, finding: &Finding) -> Self {
        match finding.severity {
            _ if !report.counts(finding) => Self::Notice,
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium | Severity::Low | Severity::Info => Self::Warning,
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

fn annotations(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for level in [Level::Error, Level::Warning, Level::Notice] {
        let findings = report.findings.iter().filter(|finding| Level::of(report, finding) == level);
        let findings: Vec<Annotation> = findings.map(|finding| Annotation::of_finding(report, finding)).collect();
        let gaps = report.scopes.iter().flat_map(|entry| entry.gaps.iter().map(|gap| Annotation::of_gap(&entry.scope, gap)));
        let gaps: Vec<Annotation> = if level == Level::Warning { gaps.collect() } else { Vec::new() };
        fitting(findings, gaps).iter().try_for_each(|annotation| annotation.write(level, out))?;
    }
    Ok(())
}

/// All of them, or the first ones and one that counts the rest.
fn fitting(mut findings: Vec<Annotation>, mut gaps: Vec<Annotation>) -> Vec<Annotation> {
    let (all_findings, all_gaps) = (findings.len(), gaps.len());
    if all_findings + all_gaps > SHOWN {
        findings.truncate(SHOWN - 1 - all_gaps.min(GAPS_AT_LEAST));
        gaps.truncate(SHOWN - 1 - findings.len());
        let more = [(all_findings - findings.len(), "more finding"), (all_gaps - gaps.len(), "more gap")];
        let more: Vec<String> = more.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
        let message = format!("{} of this level had no room here; the log and the job summary have them", more.join(" and "));
        gaps.push(Annotation { title: "more".to_owned(), place: String::new(), message });
    }
    findings.into_iter().chain(gaps).collect()
}

struct Annotation {
    title: String,
    /// The properties that say where, each with a comma behind it.
    place: String,
    message: String,
}

impl Annotation {
    fn of_finding(report: &Report, finding: &Finding) -> Self {
        let scope = scope(finding).map(|scope| format!(" ({scope})")).unwrap_or_default();
        Self {
            title: format!("{} ({})", finding.claim.code(), standing(report, finding)),
            place: Place::of(&finding.claim).map(properties).unwrap_or_default(),
            message: format!("{}{scope}", finding.message()),
        }
    }

    fn of_gap(scope: &Scope, gap: &Gap) -> Self {
        Self {
            title: format!("not read ({})", gap.cause),
            place: String::new(),
            message: format!("{}: {} ({scope})", words::read(gap), gap.message),
        }
    }

    fn write(&self, level: Level, out: &mut dyn io::Write) -> io::Result<()> {
        let Self { title, place, message } = self;
        writeln!(out, "::{} {place}title={}::{}", level.command(), property(title), data(message))
    }
}

fn properties(place: Place<'_>) -> String {
    let Place { file, line } = place;
    let line = line.map(|line| format!("line={line},")).unwrap_or_default();
    format!("file={},{line}", property(file))
}

/// A message, as the runner unescapes it.
fn data(text: &str) -> String {
    harmless(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, as the runner unescapes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Every finding, however many annotations there are.
fn findings(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    for group in groups(&report.findings) {
        let Some(first) = group.first() else { continue };
        let cells = |finding: &&Finding| vec![standing(report, finding), finding.claim.code().to_string(), finding.message()];
        folded(&format!("Findings: {}", placed_heading(report, first)), group.iter().map(cells), out)?;
    }
    Ok(())
}

fn lines_of(section: &Section, out: &mut dyn io::Write) -> io::Result<()> {
    let Section { title, columns: _, rows } = section;
    folded(title, rows.iter().cloned(), out)
}

/// A part of the log that can be folded. No line of it begins with a word from outside.
fn folded(title: &str, rows: impl Iterator<Item = Vec<String>>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "::group::{}", data(title))?;
    for row in rows {
        let cells: Vec<String> = row.into_iter().filter(|cell| !cell.is_empty()).collect();
        writeln!(out, "- {}", harmless(&cells.join("  ")))?;
    }
    writeln!(out, "::endgroup::")
}

#[cfg(test)]
mod tests;
