//! `merge`: the snapshots of several processes as one.

use std::io::{self, Write};

use anyhow::{Result, bail};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::{fleet, snapshot};

use crate::args::MergeArgs;
use crate::{audit, fleet as lists, output};

/// Ends with 3 if something was not read: the snapshot says what.
pub(crate) fn run(args: &MergeArgs) -> Result<ExitCode> {
    let list = args.scopes.as_deref().map(lists::read).transpose()?;
    let mut merged = Inventory::default();
    for path in &args.files {
        let shard = audit::snapshot_in(path)?;
        let shard = match &list {
            Some(list) => list.without_older(shard),
            None => shard,
        };
        merged = fleet::merge([merged, shard]);
    }
    if let Some(list) = &list {
        list.note_missing(&mut merged);
    }
    if merged.scopes.is_empty() {
        bail!("cannot merge: the files hold no scope");
    }
    output::to_file(&args.output, |out| Ok(snapshot::write(&merged, out)?))?;
    let unread = merged.scopes.iter().filter(|scope| !scope.gaps.is_empty()).count();
    if unread > 0 && !args.talk.quiet {
        let scopes = merged.scopes.len();
        let _ = writeln!(io::stderr(), "{unread} of {scopes} scopes were not read completely; no audit of the snapshot will be complete");
    }
    Ok(if unread > 0 { ExitCode::Incomplete } else { ExitCode::Clean })
}
