//! The table of resources: what was read, whether or not anything is wrong with it.

use std::collections::BTreeSet;

use super::column::Column;
use super::record::{self, Record};
use super::scopes;
use crate::inventory::{Inventory, Ownership, ScopeInventory};
use crate::model::{Arn, Report, Scope, Timestamp};

/// A resource, where it is, and who claims it.
pub(super) struct Row<'a> {
    live: &'a ScopeInventory,
    record: Record<'a>,
    claimed_by: Vec<&'a Arn>,
    is_complete: bool,
    judged_at: Timestamp,
}

/// The rows of one scope after the other: no more than those of one are there at a time.
pub(super) fn rows<'a>(report: &'a Report, live: &'a Inventory) -> impl Iterator<Item = Row<'a>> {
    let complete: BTreeSet<Scope> = scopes::rows(report).filter(scopes::Row::is_complete).map(|row| row.scope().clone()).collect();
    live.scopes.iter().flat_map(move |live| of_scope(live, complete.contains(&live.scope), report.generated_at))
}

fn of_scope(live: &ScopeInventory, is_complete: bool, judged_at: Timestamp) -> Vec<Row<'_>> {
    let ownership = Ownership::of(live);
    let claimants = |record: Record<'_>| record.arn().map(|arn| ownership.claimants(arn).collect()).unwrap_or_default();
    record::all(live).map(|record| Row { live, record, claimed_by: claimants(record), is_complete, judged_at }).collect()
}

pub(super) fn columns<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::text("aws_partition", |row| Some(row.live.scope.partition.clone())),
        Column::text("account", |row| Some(row.live.scope.account.clone())),
        Column::text("region", |row| Some(row.live.scope.region.clone())),
        Column::text("kind", |row| Some(row.record.kind().to_owned())),
        Column::text("name", |row| Some(row.record.name())),
        Column::text("arn", |row| row.record.arn().map(ToString::to_string)),
        Column::text("cluster", |row| row.record.service().map(|service| service.cluster)),
        Column::text("service", |row| row.record.service().map(|service| service.name)),
        Column::texts("claimed_by", |row| row.claimed_by.iter().map(ToString::to_string).collect()),
        Column::time("created_at", |row| row.record.created_at()),
        Column::text("managed_tag", |row| row.record.managed_tag().map(str::to_owned)),
        Column::text("stack", |row| row.record.stack().map(str::to_owned)),
        Column::time("read_at", |row| Some(row.live.finished_at)),
        Column::flag("is_complete", |row| Some(row.is_complete)),
        Column::text("attributes", |row| Some(row.record.facts())),
        Column::time("judged_at", |row| Some(row.judged_at)),
    ]
}
