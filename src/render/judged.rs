//! Which codes a report would hold if there were anything to say: only of these does silence mean something.

use crate::model::{Code, Command, Report};

/// Whether the code was looked for, as far as the report tells.
pub(super) fn is_judged(report: &Report, code: Code) -> bool {
    match report.command {
        Command::Preflight => {
            code.is_of_preflight()
                || matches!(code, Code::MissingService | Code::DrainingService | Code::QuotaPressure | Code::ExpiredWaiver)
        }
        Command::Audit | Command::Checklist | Command::Demo if code.is_of_preflight() => false,
        Command::Audit | Command::Checklist | Command::Demo => !code.needs_declarations() || has_declarations(report),
    }
}

fn has_declarations(report: &Report) -> bool {
    report.services.iter().any(|entry| entry.declared.is_some())
}
