//! `--parquet DIR`: the tables of a night, in files as Athena and DuckDB look for them.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::Report;
use ecs_express_audit::tables::Table;

use crate::args::TablesArgs;
use crate::file;

/// Where the tables go, if they are wanted.
pub(crate) struct Tables<'a> {
    folder: Option<&'a Path>,
}

impl<'a> Tables<'a> {
    /// What the arguments mean. What can be no folder is refused now, and not after an hour of reading.
    pub(crate) fn of(args: &'a TablesArgs) -> Result<Self> {
        let folder = args.folder.as_deref();
        if let Some(path) = folder.filter(|path| is_no_folder(path)) {
            bail!("cannot write Parquet to {}: it is several binary files, and --parquet DIR names a folder here for them", path.display());
        }
        Ok(Self { folder })
    }

    /// Whether they are wanted at all.
    pub(crate) fn are_wanted(&self) -> bool {
        self.folder.is_some()
    }

    /// Writes every table of the report's night; one that is there of that night is replaced.
    pub(crate) fn write(&self, report: &Report, live: &Inventory) -> Result<()> {
        let Some(folder) = self.folder else { return Ok(()) };
        // Without its scopes a night is not to be believed: those of an earlier run would vouch for half of this one.
        let scopes = folder.join(Table::Scopes.path(report.generated_at));
        match fs::remove_file(&scopes) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot write {}", scopes.display()));
            }
            _ => {}
        }
        for table in Table::ALL {
            let path = folder.join(table.path(report.generated_at));
            let made = path.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| file::fill(&path, |out| table.write(report, live, out)))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

/// Whether it is standard output, a file, a terminal, or somewhere else than on this machine.
fn is_no_folder(path: &Path) -> bool {
    path.as_os_str() == "-" || path.to_string_lossy().contains("://") || fs::metadata(path).is_ok_and(|there| !there.is_dir())
}
