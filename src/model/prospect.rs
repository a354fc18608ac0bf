//! What a plan meets, or leaves behind: the claims of `preflight`.

use super::claim::{Age, Holder};
use super::{Code, Dependency, Severity};

/// What will happen when a plan is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prospect {
    /// A service is made under the name of one that is still DRAINING.
    CreateWhileDraining {
        /// Since when, and by which clock: DRAINING itself has no start time.
        age: Option<Age>,
    },
    /// A service is made under the name of one that lives and that this plan does not delete.
    NameTaken {
        /// Whether that one is an Express service too; an ordinary one takes the name as well.
        is_express: bool,
    },
    /// A service is deleted, and another one made under its name.
    ReplaceSameName {
        /// The address of the resource that deletes it.
        deleted_by: String,
        /// Whether the new one is made first.
        creates_first: bool,
    },
    /// The cluster of a service is to be changed in place, which AWS does not offer.
    ClusterChange {
        /// Where the service is.
        from: String,
        /// Where the plan wants it.
        to: String,
    },
    /// A service refers to something that is neither live nor made by the plan.
    MissingDependency {
        /// What is missing.
        missing: Dependency,
        /// The address of what takes it away, if this plan does.
        removed_by: Option<String>,
    },
    /// The infrastructure role, or a policy of it, goes together with a service, and nothing says that the service goes first.
    RoleRemovedFirst {
        /// The name of the role.
        role: String,
        /// The address of what is taken away.
        removed: String,
        /// Whether it is the role itself.
        is_role: bool,
    },
    /// Terraform forgets a service that runs on.
    ForgetLeavesRunning,
    /// A leftover already has a name that the plan will need.
    LeftoverCollision {
        /// Why it is in the way.
        why: &'static str,
        /// Whether the apply fails for it.
        stops_apply: bool,
    },
    /// What a deletion will leave behind.
    DestroyLeaves {
        /// Why it stays.
        why: String,
        /// Who keeps it, where somebody does.
        holders: Vec<Holder>,
    },
}

impl Prospect {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::CreateWhileDraining { .. } => Code::CreateWhileDraining,
            Self::NameTaken { .. } => Code::NameTaken,
            Self::ReplaceSameName { .. } => Code::ReplaceSameName,
            Self::ClusterChange { .. } => Code::ClusterChange,
            Self::MissingDependency { .. } => Code::MissingDependency,
            Self::RoleRemovedFirst { .. } => Code::RoleRemovedFirst,
            Self::ForgetLeavesRunning => Code::ForgetLeavesRunning,
            Self::LeftoverCollision { .. } => Code::LeftoverCollision,
            Self::DestroyLeaves { .. } => Code::DestroyLeaves,
        }
    }

    /// The severity that the contract gives it.
    pub(super) fn severity(&self) -> Severity {
        match self {
            Self::CreateWhileDraining { .. } | Self::NameTaken { .. } | Self::MissingDependency { .. } => Severity::Critical,
            Self::ReplaceSameName { .. } | Self::ClusterChange { .. } | Self::RoleRemovedFirst { .. } | Self::ForgetLeavesRunning => {
                Severity::High
            }
            Self::LeftoverCollision { stops_apply: true, .. } => Severity::High,
            Self::LeftoverCollision { stops_apply: false, .. } => Severity::Medium,
            Self::DestroyLeaves { .. } => Severity::Info,
        }
    }

    /// What tells two of one code about one resource of the plan apart.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::MissingDependency { missing, .. } => &missing.id,
            Self::RoleRemovedFirst { removed, .. } => removed,
            Self::CreateWhileDraining { .. }
            | Self::NameTaken { .. }
            | Self::ReplaceSameName { .. }
            | Self::ClusterChange { .. }
            | Self::ForgetLeavesRunning
            | Self::LeftoverCollision { .. }
            | Self::DestroyLeaves { .. } => "",
        }
    }

    /// What is said of the subject, without naming it.
    pub(super) fn predicate(&self, address: &str) -> String {
        match self {
            Self::CreateWhileDraining { age } => {
                let since = age.as_ref().map_or_else(|| "for an unknown time".to_owned(), Age::duration_and_clock);
                format!("will be made by {address}, but one of its name has been DRAINING {since}: AWS will refuse it")
            }
            Self::NameTaken { is_express } => {
                let what = if *is_express { "an Express service" } else { "an ordinary service" };
                format!("will be made by {address}, but its name is taken by {what} that runs and that this plan does not delete")
            }
            Self::ReplaceSameName { deleted_by, creates_first: true } => {
                format!("will be made by {address} before {deleted_by} deletes the one of its name: AWS will refuse it")
            }
            Self::ReplaceSameName { deleted_by, creates_first: false } => {
                format!(
                    "will be deleted by {deleted_by} and made again by {address} under the same name, which AWS refuses while it drains"
                )
            }
            Self::ClusterChange { from, to } => {
                format!("is to move from cluster {from} to {to} in place ({address}), which AWS does not offer: it stays where it is")
            }
            Self::MissingDependency { missing, removed_by: None } => {
                format!("({address}) refers to {missing}, which neither exists nor is made by the plan")
            }
            Self::MissingDependency { missing, removed_by: Some(by) } => {
                format!("({address}) refers to {missing}, which the same plan deletes ({by})")
            }
            Self::RoleRemovedFirst { role, removed, is_role } => {
                let what = if *is_role { "its infrastructure role" } else { "a policy of its infrastructure role" };
                format!(
                    "({address}) is deleted together with {what} {role} ({removed}), and nothing says that it goes first: it may drain for ever"
                )
            }
            Self::ForgetLeavesRunning => format!("({address}) will be forgotten, not deleted: it runs on, and nothing manages it"),
            Self::LeftoverCollision { why, stops_apply: false } => format!("is left over, and in the way of {address}: {why}"),
            Self::LeftoverCollision { why, stops_apply: true } => format!("is there already, and in the way of {address}: {why}"),
            Self::DestroyLeaves { why, holders } => {
                let holders: Vec<&str> = holders.iter().map(|holder| holder.use_.as_str()).collect();
                let held = if holders.is_empty() { String::new() } else { format!(": {}", holders.join(", ")) };
                format!("will stay behind when {address} is deleted: {why}{held}")
            }
        }
    }
}
