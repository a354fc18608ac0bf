//! What to ask for, in words that can be pasted into a ticket.

use std::fmt::Write;

use super::diagnosis::{Access, Diagnosis};
use super::{Operation, policy};
use crate::model::Kind;

impl Diagnosis {
    /// What is missing, for whom, where, what it costs, and the policy that would grant it; nothing where nothing is missing.
    ///
    /// AWS's own messages are not in it.
    #[must_use]
    pub fn ticket(&self) -> Option<String> {
        self.lost().next()?;
        let (principal, scope) = (&self.principal, &self.scope);
        let mut text = format!(
            "{principal} (account {}, Region {}) cannot read everything that ecs-express-audit {} reads. It only lists and describes.\n",
            scope.account,
            scope.region,
            env!("CARGO_PKG_VERSION"),
        );
        for (access, heading) in HEADINGS {
            sentence(&mut text, heading, &self.answered(access));
        }
        let unclear = self.lost().filter(|trial| matches!(trial.access, Access::Failed(_))).map(|trial| trial.operation);
        sentence(&mut text, "Not known, because AWS answered otherwise; try again", &unclear.collect::<Vec<_>>());
        let _ = writeln!(text, "Without this, {}.", self.cost());
        let denied = self.answered(Access::Denied);
        if !denied.is_empty() {
            let _ = write!(text, "To be added to the policy of {}:\n{}", self.grantee(), policy::of(denied));
        }
        Some(text)
    }

    fn cost(&self) -> String {
        let kinds: Vec<&str> = self.dark_kinds().into_iter().map(Kind::as_str).collect();
        if kinds.len() == Kind::ALL.len() {
            "no finding is certain, and nothing can be called clean".to_owned()
        } else {
            format!("findings about these kinds are missing or uncertain, and nothing can be called clean: {}", kinds.join(", "))
        }
    }

    /// Whose policy it is: of a session, its role's.
    fn grantee(&self) -> String {
        let session = self.principal.split_once(":assumed-role/").and_then(|(_, rest)| rest.rsplit_once('/'));
        session.map_or_else(|| self.principal.clone(), |(role, _)| format!("the role {role}"))
    }
}

const HEADINGS: [(Access, &str); 6] = [
    (Access::Denied, "Permissions that are missing"),
    (Access::DeniedByScp, "Denied by a service control policy, which only those who manage the organization's policies can lift"),
    (Access::RegionDisabled, "Refused because the Region is not enabled for the account, or does not know these credentials"),
    (Access::NotOffered, "Not offered in this Region"),
    (Access::Unreachable, "Not reachable from here (network, proxy or VPC endpoint)"),
    (Access::Expired, "Not answered because the credentials expired"),
];

fn sentence(text: &mut String, heading: &str, operations: &[&Operation]) {
    if !operations.is_empty() {
        let actions: Vec<String> = operations.iter().map(|operation| operation.action()).collect();
        let _ = writeln!(text, "{heading}: {}.", actions.join(", "));
    }
}
