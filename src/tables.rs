//! Tables for SQL, as Parquet: what was found, what was read, and what was not. An export: nothing reads it back.
//!
//! A row says whose it is in the columns `account` and `region`; the night is in the path. What is not known is null. Columns are added,
//! none is renamed or removed. As JSON does, they hold names and messages unchanged, whatever characters are in them.

mod column;
mod file;
mod findings;
mod gaps;
mod record;
mod resources;
mod scopes;

use std::io::{self, Write};

use crate::inventory::Inventory;
use crate::model::{Report, Timestamp};

/// A table. None is to be believed without [`Table::Gaps`] and [`Table::Scopes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Table {
    /// A row for each finding, and for each that is waived, resolved or unresolved.
    Findings,
    /// A row for each resource that was read and that Express Mode may have to do with.
    Resources,
    /// A row for each read that failed, and for each resource that could not be judged.
    Gaps,
    /// A row for each account and Region: when it was read, and whether completely.
    Scopes,
}

impl Table {
    /// Every table, in the order in which they are to be written: as long as its scopes are lacking, a night has not been read.
    pub const ALL: [Self; 4] = [Self::Findings, Self::Resources, Self::Gaps, Self::Scopes];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Resources => "resources",
            Self::Gaps => "gaps",
            Self::Scopes => "scopes",
        }
    }

    /// Where its rows of that night (the date in UTC) lie below the folder of all tables: `findings/night=2026-11-23/audit.parquet`.
    #[must_use]
    pub fn path(self, at: Timestamp) -> String {
        let time = at.to_string();
        let night = time.split_once('T').map_or(time.as_str(), |(date, _)| date);
        format!("{}/night={night}/audit.parquet", self.as_str())
    }

    /// Writes its rows: those of a report, and of the inventory that it judges. The same input gives the same bytes.
    ///
    /// # Errors
    ///
    /// What the writer fails with.
    pub fn write(self, report: &Report, live: &Inventory, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Findings => file::write(self.as_str(), &findings::columns(), findings::rows(report), out),
            Self::Resources => file::write(self.as_str(), &resources::columns(), resources::rows(report, live), out),
            Self::Gaps => file::write(self.as_str(), &gaps::columns(), gaps::rows(report), out),
            Self::Scopes => file::write(self.as_str(), &scopes::columns(), scopes::rows(report), out),
        }
    }
}

#[cfg(test)]
mod tests;
