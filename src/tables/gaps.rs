//! The table of gaps: what could not be read, and what could therefore not be judged. While it has a row, nothing is clean.

use super::column::Column;
use crate::model::{Gap, Report, Scope, Timestamp, UnjudgedResource};

/// What is not known.
enum Unknown<'a> {
    Read(&'a Gap),
    Resource(&'a UnjudgedResource),
}

/// Something that is not known, and where.
pub(super) struct Row<'a> {
    scope: Scope,
    unknown: Unknown<'a>,
    judged_at: Timestamp,
}

pub(super) fn rows(report: &Report) -> impl Iterator<Item = Row<'_>> {
    let judged_at = report.generated_at;
    let reads = report.scopes.iter().flat_map(move |entry| {
        entry.gaps.iter().map(move |gap| Row { scope: entry.scope.clone(), unknown: Unknown::Read(gap), judged_at })
    });
    let resources = report.unjudged.iter().map(move |resource| {
        let scope = Scope::of(&resource.arn);
        Row { scope, unknown: Unknown::Resource(resource), judged_at }
    });
    reads.chain(resources)
}

pub(super) fn columns<'a>() -> Vec<Column<Row<'a>>> {
    vec![
        Column::text("type", |row| Some(row.what().to_owned())),
        Column::text("aws_partition", |row| Some(row.scope.partition.clone())),
        Column::text("account", |row| Some(row.scope.account.clone())),
        Column::text("region", |row| Some(row.scope.region.clone())),
        Column::text("operation", |row| row.read().map(|gap| gap.operation.clone())),
        Column::text("cause", |row| row.read().map(|gap| gap.cause.to_string())),
        Column::text("parent", |row| row.read().and_then(|gap| gap.parent.clone())),
        Column::text("arn", |row| row.resource().map(|resource| resource.arn.to_string())),
        Column::texts("kinds", |row| row.kinds()),
        Column::text("message", |row| Some(row.message().to_owned())),
        Column::time("judged_at", |row| Some(row.judged_at)),
    ]
}

impl<'a> Row<'a> {
    fn what(&self) -> &'static str {
        match self.unknown {
            Unknown::Read(_) => "gap",
            Unknown::Resource(_) => "unjudged",
        }
    }

    fn read(&self) -> Option<&'a Gap> {
        if let Unknown::Read(gap) = self.unknown { Some(gap) } else { None }
    }

    fn resource(&self) -> Option<&'a UnjudgedResource> {
        if let Unknown::Resource(resource) = self.unknown { Some(resource) } else { None }
    }

    fn kinds(&self) -> Vec<String> {
        match self.unknown {
            Unknown::Read(gap) => gap.kinds.iter().map(ToString::to_string).collect(),
            Unknown::Resource(resource) => vec![resource.kind.to_string()],
        }
    }

    fn message(&self) -> &'a str {
        match self.unknown {
            Unknown::Read(gap) => &gap.message,
            Unknown::Resource(resource) => &resource.because,
        }
    }
}
