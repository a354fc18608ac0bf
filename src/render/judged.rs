//! Which codes a report would hold if there were anything to say: only of these does silence mean something.

use crate::model::{Code, Command, Report};

/// Whether the code was looked for, as far as the report tells.
pub(super) fn is_judged(report: &Report, code: Code) -> bool {
    if code.is_of_preflight() || report.command == Command::Preflight {
        return code.is_of_preflight() == (report.command == Command::Preflight) || code == Code::QuotaPressure;
    }
    match code {
        // Without declarations nothing is said of them.
        Code::UndeclaredService | Code::MissingService | Code::Drift => report.services.iter().any(|entry| entry.declared.is_some()),
        Code::Orphan
        | Code::HeldLeftover
        | Code::Superseded
        | Code::DrainingService
        | Code::ServiceWithoutIngress
        | Code::FailedResource
        | Code::DanglingReference
        | Code::Detached
        | Code::StaleRule
        | Code::QuotaPressure
        | Code::UnusedWaiver
        | Code::ExpiredWaiver
        | Code::CreateWhileDraining
        | Code::NameTaken
        | Code::ReplaceSameName
        | Code::ClusterChange
        | Code::MissingDependency
        | Code::RoleRemovedFirst
        | Code::ForgetLeavesRunning
        | Code::LeftoverCollision
        | Code::DestroyLeaves => true,
    }
}
