//! `snapshot`: collects only, and writes the inventory to a file.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::{Result, bail};
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::snapshot::SnapshotWriter;

use crate::args::SnapshotArgs;
use crate::asking::Asking;
use crate::audit::is_standard_input;
use crate::fleet::Reach;
use crate::live::{Fields, Wanted};
use crate::{declared, judgement, output};

/// Ends with 3 if something could not be read: the file says what.
pub(crate) fn run(args: &SnapshotArgs) -> Result<ExitCode> {
    if args.declared.readers_of_standard_input() > 0 && is_standard_input(args.reach.scopes.as_deref()) {
        bail!("cannot read standard input twice: only one of -d and --scopes can be -");
    }
    let config = judgement::configuration(&args.config, &args.talk)?;
    let rates = judgement::rates(config.rates, args.rate);
    let asking = Asking::over(&args.aws, Reach::of(&args.reach, &args.aws), rates);
    let declared = declared::read(&args.declared, &asking)?;
    let services = BTreeSet::new();
    let wanted = Wanted { declared: &declared, services: &services, own: &config.own, fields: Fields::All };
    let mut gaps = 0;
    output::to_file(&args.file, |out| {
        let mut writer = SnapshotWriter::new(out);
        asking.each_scope(&wanted, args.shard, &args.talk, &mut |live| {
            gaps += live.gaps.len();
            Ok(writer.scope(&live)?)
        })?;
        Ok(writer.end()?)
    })?;
    if gaps > 0 && !args.talk.quiet {
        let _ = writeln!(io::stderr(), "{gaps} reads failed; the snapshot names them, and no audit of it will be complete");
    }
    Ok(if gaps > 0 { ExitCode::Incomplete } else { ExitCode::Clean })
}
