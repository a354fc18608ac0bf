//! What `explain` shows of a code, and the list of all codes.

use std::io;

use super::TableOptions;
use super::page::{Cell, Ink, Page, span, widest};
use crate::model::Explanation;

/// On a wider page lines are too long to be read.
const WIDEST: u16 = 100;

/// Writes what stands behind a code, for a person.
///
/// # Errors
///
/// What the writer fails with.
pub fn explanation(explanation: &Explanation, options: TableOptions, out: &mut dyn io::Write) -> io::Result<()> {
    explain(explanation, &mut page(options, out))
}

/// Writes every code with its title and severity, for a person.
///
/// # Errors
///
/// What the writer fails with.
pub fn explanations(options: TableOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = page(options, out);
    let code = widest(Explanation::all().map(|explanation| explanation.code));
    let columns = [code, page.room().saturating_sub(span(&[code, 0]))];
    page.header(&columns, &["CODE", "WHAT IT FINDS, SEVERITY"])?;
    for Explanation { code, title, severity, claim: _, matters: _, decided: _, remedy: _, sources: _ } in Explanation::all() {
        page.row(&columns, &[Cell::new(*code).ink(Ink::Bold), Cell::new(*title)])?;
        page.row(&columns, &[Cell::new(""), Cell::new(*severity).ink(Ink::Dim)])?;
    }
    page.blank()?;
    page.text(Ink::Plain, "`ecs-express-audit explain CODE` says what is behind one of them.")
}

/// A page on which texts can be read.
pub(super) fn page(options: TableOptions, out: &mut dyn io::Write) -> Page<'_> {
    Page::new(TableOptions { width: options.width.min(WIDEST), ..options }, out)
}

/// The explanation, on a page that may already hold something.
pub(super) fn explain(explanation: &Explanation, page: &mut Page<'_>) -> io::Result<()> {
    let Explanation { code, title, severity, claim, matters, decided, remedy, sources } = explanation;
    page.text(Ink::Bold, format!("{code}: {title}"))?;
    page.text(Ink::Dim, format!("Severity: {severity}"))?;
    for (title, text) in [("What it claims", claim), ("Why it matters", matters), ("How it is decided", decided), ("What to do", remedy)] {
        page.title(title)?;
        paragraph(page, text)?;
    }
    if !sources.is_empty() {
        page.title("Sources")?;
        sources.iter().try_for_each(|source| paragraph(page, source))?;
    }
    Ok(())
}

/// A text under its title.
pub(super) fn paragraph(page: &mut Page<'_>, text: &str) -> io::Result<()> {
    page.row(&[page.room()], &[Cell::new(text)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Code;
    use crate::render::sample;

    fn shown(width: u16, write: impl Fn(TableOptions, &mut dyn io::Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(TableOptions::new(width, false), &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    /// The words, however they are broken into lines.
    fn words(text: &str) -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_code_is_told_whole_at_any_width() {
        for code in Code::ALL {
            let Explanation { code: name, title, severity, claim, matters, decided, remedy, sources } = code.explanation();
            for width in [80, 100, 200] {
                let text = shown(width, |options, out| explanation(code.explanation(), options, out));
                assert!(
                    text.lines().all(|line| line.chars().count() <= usize::from(width.min(WIDEST)) && line.trim_end() == line),
                    "{text}"
                );
                let told = words(&text);
                for part in [name, title, severity, claim, matters, decided, remedy].into_iter().chain(sources.iter()) {
                    assert!(told.contains(*part) || text.replace("\n  ", "").contains(*part), "{code}: {part}\n{text}");
                }
            }
        }
    }

    #[test]
    fn the_list_has_every_code_with_its_title_and_severity() {
        let told = words(&shown(80, explanations));
        for explanation in Explanation::all() {
            assert!(told.contains(&format!("{} {} {}", explanation.code, explanation.title, explanation.severity)), "{told}");
        }
    }

    #[test]
    fn the_severity_of_every_finding_is_one_that_its_explanation_names() {
        for finding in [sample::eventful(), sample::planned()].iter().flat_map(|report| &report.findings) {
            let explanation = finding.claim.code().explanation();
            assert!(explanation.severity.contains(finding.claim.severity(finding.subject.kind).as_str()), "{}", explanation.code);
        }
    }
}
