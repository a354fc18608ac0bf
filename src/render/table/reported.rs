//! What `explain` shows of a finding: what is said, step by step what it rests on, what nobody looked at, and what is behind its code.

use std::io;

use super::TableOptions;
use super::explanation::{explain, page, paragraph};
use super::page::{Cell, Ink, Page, span, widest};
use crate::model::{Confidence, Detail, Explanation, Observation, ReportedFinding, Standing, UnreadRead};

/// Writes a finding of a report with all that it rests on, for a person.
///
/// # Errors
///
/// What the writer fails with.
pub fn reported(finding: &ReportedFinding, options: TableOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = page(options, out);
    headline(finding, &mut page)?;
    details(finding, &mut page)?;
    evidence(&finding.evidence, &mut page)?;
    listed("Not looked at", &finding.not_looked_at, &mut page)?;
    unread(&finding.unread, &mut page)?;
    confidence(finding, &mut page)?;
    page.blank()?;
    match Explanation::of(&finding.code) {
        Some(explanation) => explain(explanation, &mut page),
        None => page.text(Ink::Plain, format!("{}: this version does not know the code", finding.code)),
    }
}

fn headline(finding: &ReportedFinding, page: &mut Page<'_>) -> io::Result<()> {
    let ReportedFinding { fingerprint, code, severity, account, region, kind, arn, name, .. } = finding;
    let known = severity.parse().map_or(Ink::Bold, Ink::of);
    page.text(known, format!("{severity}: {}", finding.message.clone().unwrap_or_else(|| format!("{code}: {kind} {name}"))))?;
    page.blank()?;
    let service = finding.service.as_ref().map(|service| format!("{}/{}, {}", service.cluster, service.name, service.status));
    let seen = finding.first_seen.map(|time| time.to_string());
    let facts = [
        ("fingerprint", Some(fingerprint.clone())),
        ("in", Some(format!("{account} {region}"))),
        ("ARN", arn.clone()),
        ("service", service),
        ("first seen", seen),
        ("report", Some(format!("{} as of {}: {}", finding.command, finding.generated_at, standing(finding.standing)))),
    ];
    pairs(facts.iter().filter_map(|(key, value)| Some((*key, value.as_deref()?))), page)
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Found => "found",
        Standing::Waived => "found, and waived",
        Standing::Resolved => "gone since an earlier report",
        Standing::Unresolved => "of an earlier report, and not known to be gone",
    }
}

fn details(finding: &ReportedFinding, page: &mut Page<'_>) -> io::Result<()> {
    let said: Vec<(String, String)> = finding.details.iter().map(|(key, value)| (key.replace('_', " "), Detail::spoken(value))).collect();
    if said.is_empty() {
        return Ok(());
    }
    page.title("Details")?;
    pairs(said.iter().map(|(key, value)| (key.as_str(), value.as_str())), page)
}

/// Each step with its time and the operation that showed it.
fn evidence(evidence: &[Observation], page: &mut Page<'_>) -> io::Result<()> {
    page.title("What it rests on")?;
    if evidence.is_empty() {
        return paragraph(page, "The report does not say.");
    }
    for (step, Observation { source, fact, observed_at }) in evidence.iter().enumerate() {
        let columns = [3, page.room().saturating_sub(span(&[3, 0]))];
        page.row(&columns, &[Cell::new(format!("{}.", step + 1)), Cell::new(fact)])?;
        page.row(&columns, &[Cell::new(""), Cell::new(format!("{observed_at}  {source}")).ink(Ink::Dim)])?;
    }
    Ok(())
}

fn unread(unread: &[UnreadRead], page: &mut Page<'_>) -> io::Result<()> {
    let lines: Vec<String> =
        unread.iter().map(|UnreadRead { operation, cause, message }| format!("{operation}: {message} ({cause})")).collect();
    listed("Not read in its account and Region", &lines, page)
}

fn confidence(finding: &ReportedFinding, page: &mut Page<'_>) -> io::Result<()> {
    let Some(word) = &finding.confidence else { return Ok(()) };
    let known = [Confidence::Potential, Confidence::Confirmed].into_iter().find(|confidence| confidence.as_str() == word);
    page.title("Confidence")?;
    paragraph(page, &known.map_or_else(|| word.clone(), |confidence| format!("{word}: {}.", confidence.meaning())))
}

fn listed(title: &str, lines: &[String], page: &mut Page<'_>) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    page.title(title)?;
    lines.iter().try_for_each(|line| paragraph(page, line))
}

fn pairs<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)> + Clone, page: &mut Page<'_>) -> io::Result<()> {
    let key = widest(pairs.clone().map(|(key, _)| key)).min(page.room() / 3);
    let columns = [key, page.room().saturating_sub(span(&[key, 0]))];
    for (key, value) in pairs {
        page.row(&columns, &[Cell::new(key).ink(Ink::Dim), Cell::new(value)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::render::sample::{self, HOSTILE};

    fn finding(name: &str) -> ReportedFinding {
        let at = sample::days_ago(0);
        let text = || name.to_owned();
        ReportedFinding {
            command: "audit".to_owned(),
            generated_at: at,
            standing: Standing::Found,
            fingerprint: text(),
            code: "orphan".to_owned(),
            severity: "high".to_owned(),
            confidence: Some("potential".to_owned()),
            first_seen: Some(at),
            account: text(),
            region: text(),
            kind: text(),
            arn: Some(text()),
            name: text(),
            service: None,
            message: Some(text()),
            details: BTreeMap::from([(text(), Detail::Text(text()))]),
            evidence: vec![Observation { source: text(), fact: text(), observed_at: at }],
            not_looked_at: vec![text()],
            unread: vec![UnreadRead { operation: text(), cause: text(), message: text() }],
        }
    }

    fn shown(finding: &ReportedFinding) -> String {
        let mut out = Vec::new();
        reported(finding, TableOptions::new(80, false), &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn everything_that_is_known_is_told_before_the_code_is_explained() {
        let text = shown(&finding("name"));
        let titles = ["high: name", "Details", "What it rests on", "  1.   name", "Not looked at", "Not read in", "Confidence", "orphan: "];
        let places: Vec<Option<usize>> = titles.iter().map(|title| text.find(title)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{text}");
        assert!(text.contains("2026-11-23T00:00:00Z  name") && text.contains("potential: it rests on"), "{text}");
    }

    #[test]
    fn an_unknown_code_is_told_so() {
        let text = shown(&ReportedFinding { code: "code-of-next-year".to_owned(), ..finding("name") });
        assert!(text.ends_with("code-of-next-year: this version does not know the code\n"), "{text}");
    }

    #[test]
    fn no_byte_of_a_hostile_report_acts() {
        for name in HOSTILE {
            let text = shown(&finding(name));
            assert!(text.chars().all(|c| c == '\n' || !crate::render::escape::is_unseen(c)), "{text}");
            assert!(text.lines().all(|line| line.starts_with([' ', 'h', 'D', 'W', 'N', 'C', 'H', 'S', 'o']) || line.is_empty()), "{text}");
        }
    }
}
