//! The services, their checklists, and what could not be judged.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Arn, ChecklistItem, PlannedAction, ServiceEntry, UnjudgedResource};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::render) struct ServiceWire<'a> {
    arn: Option<&'a str>,
    cluster: &'a str,
    name: &'a str,
    declared: Option<bool>,
    status: &'static str,
    checklist: BTreeMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<ItemWire<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    not_comparable: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    planned: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::render) struct UnjudgedWire<'a> {
    arn: &'a str,
    kind: &'static str,
    because: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ItemWire<'a> {
    kind: &'static str,
    arn: &'a str,
    name: &'a str,
    state: &'static str,
    why: Option<&'a str>,
}

impl<'a> ServiceWire<'a> {
    pub(super) fn of(entry: &'a ServiceEntry) -> Self {
        let ServiceEntry { arn, cluster, name, declared, status, checklist, items, not_comparable, planned } = entry;
        Self {
            arn: arn.as_ref().map(Arn::as_str),
            cluster,
            name,
            declared: *declared,
            status: status.as_str(),
            checklist: checklist.iter().map(|(kind, state)| (kind.as_str(), state.as_str())).collect(),
            items: items.iter().map(ItemWire::of).collect(),
            not_comparable,
            planned: planned.map(PlannedAction::as_str),
        }
    }
}

impl<'a> UnjudgedWire<'a> {
    pub(super) fn of(resource: &'a UnjudgedResource) -> Self {
        let UnjudgedResource { arn, kind, because } = resource;
        Self { arn: arn.as_str(), kind: kind.as_str(), because }
    }
}

impl<'a> ItemWire<'a> {
    fn of(item: &'a ChecklistItem) -> Self {
        let ChecklistItem { kind, arn, name, state, why } = item;
        Self { kind: kind.as_str(), arn: arn.as_str(), name, state: state.as_str(), why: why.as_deref() }
    }
}
