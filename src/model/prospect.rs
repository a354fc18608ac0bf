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
    /// A service is made under the name of one that lives and that this plan does not delete, or that it makes too.
    NameTaken {
        /// Who has the name.
        by: NameHolder,
    },
    /// A service is deleted, and another one made under its name; or the plan keeps it at another address.
    ReplaceSameName {
        /// The address of the resource that deletes it.
        deleted_by: String,
        /// What becomes of the name otherwise.
        order: SameName,
    },
    /// The cluster of a service is to be changed in place, which AWS does not offer.
    ClusterChange {
        /// Where the service is.
        from: String,
        /// Where the plan wants it.
        to: String,
    },
    /// A service refers to something that it will not find.
    MissingDependency {
        /// What is missing.
        missing: Dependency,
        /// Why.
        lack: Lack,
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

/// Who has a name that a service is to be made under.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameHolder {
    /// An Express service.
    Express,
    /// An ordinary service: it takes the name as well.
    Ordinary,
    /// The resource of the plan at that address makes one too.
    Planned(String),
}

/// In what order a plan deletes a service and has one of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameName {
    /// The old one is deleted, then the new one made.
    DeletesFirst,
    /// The new one is made first.
    CreatesFirst,
    /// It is one and the same service, and the plan keeps it.
    Keeps,
}

/// Why a service will not find what it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lack {
    /// It neither exists nor is made by the plan.
    Absent,
    /// This plan takes it away: the address of its resource.
    RemovedBy(String),
    /// It lies where the service cannot reach it.
    Elsewhere {
        /// The VPC or Region that it lies in.
        lies_in: String,
        /// The one that the service will be in.
        needed_in: String,
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
            Self::NameTaken { by: NameHolder::Planned(other) } => {
                format!("will be made by {address}, but {other} makes one of the same name: AWS will refuse the second")
            }
            Self::NameTaken { by: by @ (NameHolder::Express | NameHolder::Ordinary) } => {
                let what = if *by == NameHolder::Express { "an Express service" } else { "an ordinary service" };
                format!("will be made by {address}, but its name is taken by {what} that runs and that this plan does not delete")
            }
            Self::ReplaceSameName { deleted_by, order: SameName::CreatesFirst } => {
                format!("will be made by {address} before {deleted_by} deletes the one of its name: AWS will refuse it")
            }
            Self::ReplaceSameName { deleted_by, order: SameName::DeletesFirst } => {
                format!(
                    "will be deleted by {deleted_by} and made again by {address} under the same name, which AWS refuses while it drains"
                )
            }
            Self::ReplaceSameName { deleted_by, order: SameName::Keeps } => {
                format!("is kept at {address}, but {deleted_by} is the same service, and deletes it")
            }
            Self::ClusterChange { from, to } => {
                format!("is to move from cluster {from} to {to} in place ({address}), which AWS does not offer: it stays where it is")
            }
            Self::MissingDependency { missing, lack: Lack::Absent } => {
                format!("({address}) refers to {missing}, which neither exists nor is made by the plan")
            }
            Self::MissingDependency { missing, lack: Lack::RemovedBy(by) } => {
                format!("({address}) refers to {missing}, which the same plan deletes ({by})")
            }
            Self::MissingDependency { missing, lack: Lack::Elsewhere { lies_in, needed_in } } => {
                format!("({address}) refers to {missing}, which lies in {lies_in}, and not in {needed_in}")
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
