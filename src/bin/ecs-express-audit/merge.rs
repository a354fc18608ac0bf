//! `merge`: the snapshots of several processes as one.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::fleet::SpooledMerge;
use ecs_express_audit::model::ExitCode;

use crate::args::MergeArgs;
use crate::{audit, fleet as lists, output};

/// Ends with 3 if something was not read: the snapshot says what.
pub(crate) fn run(args: &MergeArgs) -> Result<ExitCode> {
    let list = args.scopes.as_deref().map(lists::read).transpose()?;
    let mut merged = SpooledMerge::new(spool(&args.output)?, list.as_ref());
    for path in &args.files {
        audit::with_snapshot(path, |text| merged.add(text))?;
    }
    merged.note_missing().map_err(|error| anyhow!("cannot {error}"))?;
    let (scopes, unread) = (merged.scopes(), merged.incomplete());
    if scopes == 0 {
        bail!("cannot merge: the files hold no scope");
    }
    output::to_file(&args.output, |out| Ok(merged.write(out)?))?;
    if unread > 0 && !args.talk.quiet {
        let _ = writeln!(io::stderr(), "{unread} of {scopes} scopes were not read completely; no audit of the snapshot will be complete");
    }
    Ok(if unread > 0 { ExitCode::Incomplete } else { ExitCode::Clean })
}

/// A file without a name, which is gone when the run ends: where the merged snapshot comes to lie, for there is room for it, or else where
/// the system has such files.
fn spool(output: &str) -> Result<File> {
    let path = Path::new(output);
    let is_elsewhere = output == "-" || path.metadata().is_ok_and(|there| !there.is_file());
    let beside = path.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned);
    let folder = if is_elsewhere { std::env::temp_dir() } else { beside };
    tempfile::tempfile_in(&folder).with_context(|| format!("cannot keep what is merged in a file in {}", folder.display()))
}
