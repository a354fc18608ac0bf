//! `merge`: the snapshots of several processes as one.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::fleet::{MergeError, SpooledMerge};
use ecs_express_audit::model::ExitCode;

use crate::args::MergeArgs;
use crate::{audit, file, fleet as lists, output};

/// Ends with 3 if something was not read: the snapshot says what.
pub(crate) fn run(args: &MergeArgs) -> Result<ExitCode> {
    let list = args.scopes.as_deref().map(lists::read).transpose()?;
    let folder = spool_folder(&args.output);
    let told = |error, of: &str| match error {
        MergeError::Spool(error) => anyhow!("cannot keep what is merged in a file in {}: {error}", folder.display()),
        MergeError::Output(error) => error.into(),
        other => anyhow!("cannot {other}{of}"),
    };
    let mut merging = SpooledMerge::new(spool_in(&folder)?, list.as_ref());
    for path in &args.files {
        let (text, name) = audit::open(path)?;
        merging = merging.with(text).map_err(|error| told(error, &format!(" ({name})")))?;
    }
    let merged = merging.finish().map_err(|error| told(error, ""))?;
    let (scopes, unread) = (merged.scopes(), merged.incomplete());
    if scopes == 0 {
        bail!("cannot merge: the files hold no scope");
    }
    output::to_file(&args.output, |out| merged.write(out).map_err(|error| told(error, "")))?;
    if unread > 0 && !args.talk.quiet {
        let _ = writeln!(io::stderr(), "{unread} of {scopes} scopes were not read completely; no audit of the snapshot will be complete");
    }
    Ok(if unread > 0 { ExitCode::Incomplete } else { ExitCode::Clean })
}

/// Where the merged snapshot comes to lie, for there is room for it, or else where the system has temporary files.
fn spool_folder(output: &str) -> PathBuf {
    let path = Path::new(output);
    if output == "-" || file::is_written_in_place(path) {
        return std::env::temp_dir();
    }
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// A file without a name, which is gone when the run ends.
fn spool_in(folder: &Path) -> Result<File> {
    tempfile::tempfile_in(folder)
        .with_context(|| format!("cannot keep what is merged in a file in {}; -o FILE or TMPDIR names another folder", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_merged_is_kept_where_it_comes_to_lie() {
        assert_eq!(spool_folder("all.jsonl.gz"), Path::new("."));
        assert_eq!(spool_folder("/shared/all.jsonl"), Path::new("/shared"));
        for elsewhere in ["-", "/dev/stdout", "/dev/fd/3", "/proc/self/fd/1"] {
            assert_eq!(spool_folder(elsewhere), std::env::temp_dir(), "{elsewhere}");
        }
    }
}
