//! Progress on a terminal: one line on standard error, rewritten as the scan goes on, gone when it ends.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use crate::args::TalkArgs;

/// Shows what a scan is doing, if there is a terminal to show it on and nobody minds.
pub(crate) fn shown(args: &TalkArgs, region: &str) -> Option<Arc<dyn Fn(&'static str, u64) + Send + Sync>> {
    let wanted = !args.quiet && !args.verbose && !args.no_progress && io::stderr().is_terminal();
    let region = ecs_express_audit::render::harmless(region).into_owned();
    wanted.then(|| -> Arc<dyn Fn(&'static str, u64) + Send + Sync> {
        Arc::new(move |stage, calls| {
            let _ = write!(io::stderr(), "\r\x1b[2K{region}: {stage} ({calls} calls)");
            let _ = io::stderr().flush();
        })
    })
}

/// Takes the line away again.
pub(crate) fn clear(args: &TalkArgs) {
    if !args.quiet && !args.verbose && !args.no_progress && io::stderr().is_terminal() {
        let _ = write!(io::stderr(), "\r\x1b[2K");
    }
}
