//! Markdown for a job summary or a ticket: the verdict, the findings by service with their evidence, and all that stands beside them.

mod prose;
mod remedy;

use std::fmt::Write as _;
use std::io;

use super::groups::{groups, placed_heading, standing};
use super::outline::{Section, sections};
use super::words::{Headline, ending, no_room, with_cost};
use crate::model::{Arn, Evidence, Finding, Report};
use prose::prose;
use remedy::what_to_do;

/// Writes the report as GitHub-flavoured Markdown: tables, and `<details>` around evidence. Nothing from outside acts in it: it makes no
/// link, no mention, no markup.
///
/// # Errors
///
/// What the writer fails with.
pub fn markdown(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(Page::of(report).text().as_bytes())
}

/// The page in parts, so that it can be cut between two findings.
pub(super) struct Page {
    head: String,
    findings: Vec<Part>,
    beside: Vec<Part>,
    end: String,
}

/// A table under its heading.
struct Part {
    top: String,
    rows: Vec<Row>,
}

/// A row of a table, and what is folded away under the table because of it.
struct Row {
    line: String,
    evidence: String,
}

const EVIDENCE_BEGINS: &str = "\n<details><summary>Evidence</summary>\n\n";
const EVIDENCE_ENDS: &str = "\n</details>\n";

impl Page {
    pub(super) fn of(report: &Report) -> Self {
        let headline = Headline::of(report);
        let mut head = format!("## {}\n\n", prose(&headline.verdict));
        for line in headline.lines() {
            head.push_str(&prose(line));
            head.push_str("  \n"); // two spaces: the line ends here
        }
        Self {
            head,
            findings: groups(&report.findings).iter().map(|group| Part::of_group(report, group)).collect(),
            beside: sections(report).into_iter().map(Part::of_section).collect(),
            end: format!("\n**{}**\n", prose(&ending(report))),
        }
    }

    fn text(&self) -> String {
        let parts = self.findings.iter().chain(&self.beside).map(Part::text);
        [self.head.clone()].into_iter().chain(parts).chain([self.end.clone()]).collect()
    }

    /// The page in fewer bytes than these. Where something has to go, the last findings do, and what stands beside them beyond half of
    /// the page; how much, is said.
    pub(super) fn text_within(mut self, limit: usize) -> String {
        let text = self.text();
        if text.len() < limit {
            return text;
        }
        let room = limit.saturating_sub(self.head.len() + self.end.len() + LEFT_OUT_BYTES);
        let rows_left_out = cut(&mut self.beside, room / 2);
        let beside: usize = self.beside.iter().map(Part::bytes).sum();
        let findings_left_out = cut(&mut self.findings, room - beside);
        let sentence = no_room(findings_left_out, rows_left_out, "of the tables below them").unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(self.head, "\n**{sentence}**\n");
        self.text()
    }
}

/// At least what the sentence takes that says what was left out.
const LEFT_OUT_BYTES: usize = 200;

/// Keeps the first rows that have room, and tells how many do not.
fn cut(parts: &mut Vec<Part>, mut room: usize) -> usize {
    let mut left_out = 0;
    for part in parts.iter_mut() {
        let fits = part.rows_within(room);
        left_out += part.rows.len() - fits;
        if fits < part.rows.len() {
            part.rows.truncate(fits);
            room = 0; // what follows is not shown either: the last rows go
        } else {
            room = room.saturating_sub(part.bytes());
        }
    }
    parts.retain(|part| !part.rows.is_empty());
    left_out
}

impl Part {
    fn of_group(report: &Report, group: &[&Finding]) -> Self {
        let Some(first) = group.first() else { return Self { top: String::new(), rows: Vec::new() } };
        let top =
            format!("\n### {}\n\n{}", prose(&placed_heading(report, first)), table_head(&["severity", "code", "kind", "name", "what"]));
        Self { top, rows: group.iter().map(|finding| Row::of_finding(report, finding)).collect() }
    }

    fn of_section(section: Section) -> Self {
        let Section { title, columns, rows } = section;
        let row = |cells: Vec<String>| Row { line: table_row(cells.iter().map(String::as_str)), evidence: String::new() };
        Self { top: format!("\n### {}\n\n{}", prose(&title), table_head(columns)), rows: rows.into_iter().map(row).collect() }
    }

    fn text(&self) -> String {
        let lines = self.rows.iter().map(|row| row.line.as_str());
        let evidence: String = self.rows.iter().map(|row| row.evidence.as_str()).collect();
        let folded = if evidence.is_empty() { String::new() } else { format!("{EVIDENCE_BEGINS}{evidence}{EVIDENCE_ENDS}") };
        [self.top.as_str()].into_iter().chain(lines).chain([folded.as_str()]).collect()
    }

    fn frame_bytes(&self) -> usize {
        self.top.len() + EVIDENCE_BEGINS.len() + EVIDENCE_ENDS.len()
    }

    /// At most so many it takes.
    fn bytes(&self) -> usize {
        self.frame_bytes() + self.rows.iter().map(Row::bytes).sum::<usize>()
    }

    /// How many of its first rows have room.
    fn rows_within(&self, room: usize) -> usize {
        let Some(mut room) = room.checked_sub(self.frame_bytes()) else { return 0 };
        let fits = |row: &&Row| room.checked_sub(row.bytes()).inspect(|rest| room = *rest).is_some();
        self.rows.iter().take_while(fits).count()
    }
}

impl Row {
    fn of_finding(report: &Report, finding: &Finding) -> Self {
        let Finding { claim, subject, severity: _, confidence: _, service: _, ties: _, history: _, evidence, cost: _, remedy: _ } = finding;
        let (code, kind) = (claim.code().as_str(), subject.kind.as_str());
        let line = table_row([standing(report, finding).as_str(), code, kind, &subject.name, &with_cost(finding, finding.predicate())]);
        Self { line, evidence: evidence_of(finding, evidence) }
    }

    fn bytes(&self) -> usize {
        self.line.len() + self.evidence.len()
    }
}

/// What identifies the finding, what it rests on, and what would resolve it.
fn evidence_of(finding: &Finding, evidence: &[Evidence]) -> String {
    let arn = finding.subject.arn.as_ref().map_or("no ARN", Arn::as_str);
    let mut text = format!("- {} {}, {}\n", finding.claim.code(), prose(arn), prose(&finding.fingerprint()));
    for Evidence { source, fact, observed_at } in evidence {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  - {}: {} ({observed_at})", prose(source), prose(fact));
    }
    if let Some(cost) = &finding.cost {
        let _ = writeln!(text, "  - {}", prose(&format!("${} a month: {}", cost.monthly, cost.basis)));
    }
    text.extend(finding.remedy.as_ref().map(what_to_do));
    text
}

fn table_head(columns: &[&str]) -> String {
    format!("{}|{}\n", table_row(columns.iter().copied()), "---|".repeat(columns.len()))
}

fn table_row<'t>(cells: impl IntoIterator<Item = &'t str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(prose).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests;
