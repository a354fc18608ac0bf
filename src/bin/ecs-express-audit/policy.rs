//! `policy`: the least that a scan needs, for whoever grants it.

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
    output::print(text.as_bytes())?;
    Ok(ExitCode::Clean)
}
