//! Progress on a terminal: one line on standard error, rewritten as the scan goes on, gone when it ends.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use ecs_express_audit::inventory::ScopeInventory;

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

/// How far a scan over many scopes is.
pub(crate) struct Sweeping {
    scopes: usize,
    read: usize,
    incomplete: usize,
    is_shown: bool,
}

impl Sweeping {
    pub(crate) fn over(scopes: usize, args: &TalkArgs) -> Self {
        let is_shown = !args.quiet && !args.verbose && !args.no_progress && io::stderr().is_terminal();
        Self { scopes, read: 0, incomplete: 0, is_shown }
    }

    pub(crate) fn note(&mut self, live: &ScopeInventory) {
        self.read += 1;
        self.incomplete += usize::from(!live.gaps.is_empty());
        if self.is_shown {
            let Self { scopes, read, incomplete, is_shown: _ } = self;
            let _ = write!(io::stderr(), "\r\x1b[2K{read} of {scopes} scopes read, {incomplete} of them with gaps");
            let _ = io::stderr().flush();
        }
    }

    /// Takes the line away again.
    pub(crate) fn end(self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[2K");
        }
    }
}
