//! The table of scopes: which accounts and Regions were asked for, and which of them were read completely. One that is not in it was not asked for.

use std::collections::BTreeMap;

use super::column::Column;
use crate::model::{Report, Scope, ScopeEntry, Timestamp};

/// A scope, and how much in it could not be judged.
pub(super) struct Row<'a> {
    entry: &'a ScopeEntry,
    unjudged: usize,
    judged_at: Timestamp,
}

impl Row<'_> {
    pub(super) fn scope(&self) -> &Scope {
        &self.entry.scope
    }

    /// Whether everything in it was read and could be judged.
    pub(super) fn is_complete(&self) -> bool {
        self.entry.gaps.is_empty() && self.unjudged == 0
    }
}

pub(super) fn rows(report: &Report) -> impl Iterator<Item = Row<'_>> {
    let mut unjudged: BTreeMap<Scope, usize> = BTreeMap::new();
    for resource in &report.unjudged {
        *unjudged.entry(Scope::of(&resource.arn)).or_default() += 1;
    }
    report.scopes.iter().map(move |entry| {
        let unjudged = unjudged.get(&entry.scope).copied().unwrap_or_default();
        Row { entry, unjudged, judged_at: report.generated_at }
    })
}

pub(super) fn columns<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::text("aws_partition", |row| Some(row.entry.scope.partition.clone())),
        Column::text("account", |row| Some(row.entry.scope.account.clone())),
        Column::text("region", |row| Some(row.entry.scope.region.clone())),
        Column::flag("is_complete", |row| Some(row.is_complete())),
        Column::count("gaps", |row| Some(row.entry.gaps.len() as u64)),
        Column::count("unjudged", |row| Some(row.unjudged as u64)),
        Column::time("started_at", |row| Some(row.entry.started_at)),
        Column::time("finished_at", |row| Some(row.entry.finished_at)),
        Column::count("api_calls", |row| Some(row.entry.api_calls)),
        Column::count("throttles", |row| Some(row.entry.throttles)),
        Column::time("judged_at", |row| Some(row.judged_at)),
    ]
}
