//! What the claims of `preflight` say beyond their subject and the address in the plan.

use serde::Serialize;

use super::{HolderWire, since};
use crate::model::{Lack, NameHolder, Prospect, SameName, Timestamp};

/// What a prospect says. Which keys there are depends on the code alone.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(in crate::render::json) enum ProspectWire<'a> {
    CreateWhileDraining {
        since: Option<Timestamp>,
        clock: Option<&'a str>,
    },
    NameTaken {
        is_express: bool,
        made_by: Option<&'a str>,
    },
    ReplaceSameName {
        deleted_by: &'a str,
        creates_first: bool,
        keeps: bool,
    },
    ClusterChange {
        from: &'a str,
        to: &'a str,
    },
    MissingDependency {
        missing_kind: &'static str,
        missing: &'a str,
        removed_by: Option<&'a str>,
        lies_in: Option<&'a str>,
        needed_in: Option<&'a str>,
    },
    RoleRemovedFirst {
        role: &'a str,
        removed: &'a str,
        is_role: bool,
    },
    LeftoverCollision {
        why: &'static str,
        stops_apply: bool,
    },
    DestroyLeaves {
        why: &'a str,
        holders: Vec<HolderWire<'a>>,
    },
    Nothing {},
}

impl<'a> ProspectWire<'a> {
    pub(super) fn of(prospect: &'a Prospect) -> Self {
        match prospect {
            Prospect::CreateWhileDraining { age } => {
                let (since, clock) = since(age.as_ref());
                Self::CreateWhileDraining { since, clock }
            }
            Prospect::NameTaken { by: NameHolder::Planned(made_by) } => Self::NameTaken { is_express: true, made_by: Some(made_by) },
            Prospect::NameTaken { by } => Self::NameTaken { is_express: *by == NameHolder::Express, made_by: None },
            Prospect::ReplaceSameName { deleted_by, order } => {
                let (creates_first, keeps) = (*order == SameName::CreatesFirst, *order == SameName::Keeps);
                Self::ReplaceSameName { deleted_by, creates_first, keeps }
            }
            Prospect::ClusterChange { from, to } => Self::ClusterChange { from, to },
            Prospect::MissingDependency { missing, lack } => {
                let (removed_by, lies_in, needed_in) = match lack {
                    Lack::Absent => (None, None, None),
                    Lack::RemovedBy(address) => (Some(address.as_str()), None, None),
                    Lack::Elsewhere { lies_in, needed_in } => (None, Some(lies_in.as_str()), Some(needed_in.as_str())),
                };
                Self::MissingDependency { missing_kind: missing.kind.as_str(), missing: &missing.id, removed_by, lies_in, needed_in }
            }
            Prospect::RoleRemovedFirst { role, removed, is_role } => Self::RoleRemovedFirst { role, removed, is_role: *is_role },
            Prospect::ForgetLeavesRunning => Self::Nothing {},
            Prospect::LeftoverCollision { why, stops_apply } => Self::LeftoverCollision { why, stops_apply: *stops_apply },
            Prospect::DestroyLeaves { why, holders } => Self::DestroyLeaves { why, holders: holders.iter().map(HolderWire::of).collect() },
        }
    }
}
