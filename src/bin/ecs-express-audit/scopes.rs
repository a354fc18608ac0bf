//! `scopes`: the list of what a scan over many accounts and Regions is to read.

use std::io::{self, Write};

use anyhow::Result;
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::permissions::Rates;

use crate::args::ScopesArgs;
use crate::asking::Asking;
use crate::fleet::Reach;
use crate::output;

/// Ends with 3 if something could not be listed: the list says what.
pub(crate) fn run(args: &ScopesArgs) -> Result<ExitCode> {
    let fleet = Asking::over(&args.aws, Some(Reach::whole(&args.fleet)), Rates::default()).fleet()?;
    output::to_file(&args.file, |out| Ok(fleet.write(out)?))?;
    let unreadable = fleet.unreadable();
    if unreadable > 0 && !args.talk.quiet {
        let _ = writeln!(io::stderr(), "{unreadable} of {} entries cannot be read; the list says why", fleet.scopes.len());
    }
    Ok(if unreadable > 0 { ExitCode::Incomplete } else { ExitCode::Clean })
}
