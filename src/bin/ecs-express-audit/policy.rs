//! `policy`: the least that a scan needs, for whoever grants it.

use std::io::{self, Write};

use anyhow::Result;
use ecs_express_audit::model::ExitCode;
use ecs_express_audit::permissions;

use crate::args::PolicyArgs;
use crate::output;

pub(crate) fn run(args: &PolicyArgs) -> Result<ExitCode> {
    let text = match args {
        PolicyArgs { terraform: true, .. } => permissions::terraform(),
        PolicyArgs { session: true, .. } => permissions::session_policy() + "\n",
        PolicyArgs { terraform: false, session: false } => permissions::policy(),
    };
    io::stdout().lock().write_all(text.as_bytes()).map_err(anyhow::Error::from).or_else(output::unless_closed_pipe)?;
    Ok(ExitCode::Clean)
}
