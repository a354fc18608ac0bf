//! `snapshot`: collects only, and writes the inventory to a file.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::snapshot;

use crate::args::SnapshotArgs;
use crate::asking::Asking;
use crate::live::{Fields, Wanted};
use crate::{declared, file, judgement, output};

/// Ends with 3 if something could not be read: the file says what.
pub(crate) fn run(args: &SnapshotArgs) -> Result<ExitCode> {
    let own = judgement::configuration(&args.config, &args.talk)?.own;
    let asking = Asking::with(&args.aws);
    let declared = declared::read(&args.declared, &asking)?;
    let services = BTreeSet::new();
    let wanted = Wanted { declared: &declared, services: &services, own: &own, fields: Fields::All };
    let inventory = asking.collect(&wanted, &args.talk)?;
    let mut text = Vec::new();
    snapshot::write(&inventory, &mut text)?;
    if args.file == "-" {
        output::print(&text)?;
    } else {
        file::replace(Path::new(&args.file), &text).with_context(|| format!("cannot write {}", args.file))?;
    }
    let gaps: usize = inventory.scopes.iter().map(|scope| scope.gaps.len()).sum();
    if gaps > 0 && !args.talk.quiet {
        let _ = writeln!(io::stderr(), "{gaps} reads failed; the snapshot names them, and no audit of it will be complete");
    }
    Ok(if gaps > 0 { ExitCode::Incomplete } else { ExitCode::Clean })
}
