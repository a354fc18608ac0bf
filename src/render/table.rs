//! What a person reads in a terminal: the verdict, what is wrong, what is well, what was not read, and what the exit code means.

mod checklist;
mod explanation;
mod findings;
mod headline;
mod page;
mod past;
mod reported;
mod services;
mod totals;
mod unread;
mod waived;

use std::io;

use crate::model::{Command, Report};
pub use explanation::{explanation, explanations};
use page::Page;
pub use reported::reported;

/// How the table may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableOptions {
    /// How many columns there are. Nothing is wider; fewer than 60 count as 60.
    pub width: u16,
    /// Whether ANSI colours may be used. Without them not one escape sequence is written.
    pub colour: bool,
}

impl TableOptions {
    /// A table of that width, with or without colours.
    #[must_use]
    pub fn new(width: u16, colour: bool) -> Self {
        Self { width, colour }
    }
}

/// Writes the report for a person: findings by service, gravest first, and always what was not read.
///
/// # Errors
///
/// What the writer fails with.
pub fn table(report: &Report, options: TableOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page::new(options, out);
    headline::write(report, &mut page)?;
    match report.command {
        Command::Checklist => checklist::write(report, &mut page)?,
        Command::Audit | Command::Preflight | Command::Demo => {
            findings::write(report, &mut page)?;
            past::write(report, &mut page)?;
            services::write(report, &mut page)?;
            waived::write(report, &mut page)?;
        }
    }
    unread::write(report, &mut page)?;
    totals::write(report, &mut page)
}

#[cfg(test)]
mod tests;
