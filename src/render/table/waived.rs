//! What the configuration accepts for a time: a line a waiver, with how many findings it covers.

use std::collections::BTreeMap;
use std::io;

use super::page::{Cell, Ink, Page, span, widest};
use crate::model::{Report, Waived, WaiverRef};
use crate::render::words::{counted, day};

/// Writes the waivers that cover findings, if there are any.
pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    if report.waived.is_empty() {
        return Ok(());
    }
    page.title(format!("Waived ({})", counted(report.waived.len(), "finding")))?;
    let rows = rows(&report.waived);
    let count = widest(rows.iter().map(|row| row[0].as_str()));
    let until = widest(rows.iter().map(|row| row[1].as_str()));
    let columns = [count, until, page.room().saturating_sub(span(&[count, until, 0]))];
    for [count, until, what] in rows {
        page.row(&columns, &[Cell::new(count), Cell::new(until).ink(Ink::Dim), Cell::new(what)])?;
    }
    Ok(())
}

/// How many, until when, and what, why and by whom; in the order of the waivers' words.
fn rows(waived: &[Waived]) -> Vec<[String; 3]> {
    let mut counts: BTreeMap<(&str, &str), (usize, &Waived)> = BTreeMap::new();
    for waived in waived {
        let WaiverRef { place, covers, reason: _, owner: _ } = &waived.waiver;
        counts.entry((covers, place)).or_insert((0, waived)).0 += 1;
    }
    let row = |(count, Waived { finding: _, waiver, expires }): (usize, &Waived)| {
        let WaiverRef { place, covers, reason, owner } = waiver;
        [count.to_string(), format!("until {}", day(*expires)), format!("{covers}: {reason} ({owner}; {place})")]
    };
    counts.into_values().map(row).collect()
}
