//! The file: rows in groups, so that no more of them is kept than a group.

use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use ::parquet::basic::{Compression, GzipLevel, Repetition};
use ::parquet::errors::Result;
use ::parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::{Type, TypePtr};

use super::column::Column;

/// How many rows a group has: as many as most accounts have together, and some megabytes of them.
const ROWS: usize = 10_000;

/// Writes rows under these columns, group by group.
pub(super) fn write<R>(name: &str, columns: &[Column<R>], rows: impl Iterator<Item = R>, out: &mut dyn Write) -> io::Result<()> {
    write_in_groups(ROWS, name, columns, rows, out)
}

pub(super) fn write_in_groups<R>(
    most: usize,
    name: &str,
    columns: &[Column<R>],
    mut rows: impl Iterator<Item = R>,
    out: &mut dyn Write,
) -> io::Result<()> {
    // The crate's writer wants one that may go to another thread, which `out` need not: it gets what was made of a group.
    let mut file = SerializedFileWriter::new(Vec::new(), schema(name, columns)?, properties())?;
    loop {
        let group: Vec<R> = rows.by_ref().take(most).collect();
        if group.is_empty() {
            return out.write_all(&file.into_inner()?);
        }
        let mut writer = file.next_row_group()?;
        for column in columns {
            column.write(&group, &mut writer)?;
        }
        writer.close()?;
        file.flush()?;
        out.write_all(&mem::take(file.inner_mut()))?;
    }
}

fn schema<R>(name: &str, columns: &[Column<R>]) -> Result<TypePtr> {
    let fields = columns.iter().map(Column::field).collect::<Result<_>>()?;
    Ok(Arc::new(Type::group_type_builder(name).with_repetition(Repetition::REQUIRED).with_fields(fields).build()?))
}

fn properties() -> WriterPropertiesPtr {
    let made_by = format!("{} version {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    Arc::new(WriterProperties::builder().set_compression(Compression::GZIP(GzipLevel::default())).set_created_by(made_by).build())
}
