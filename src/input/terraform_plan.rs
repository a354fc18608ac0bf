//! `terraform show -json` of a plan: what Terraform is about to do.
//!
//! A plan holds the state before, the values after (those that are known already) and the configuration. Kept is what is kept of a state,
//! what is done to each resource, and who refers to whom.

mod configuration;
mod others;
mod unknown;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::gathering::{Found, Gathering};
use super::identifiers::{Attributes, declares_service};
use super::terraform_show::Shown;
use super::{InputErrorKind, text};
use crate::declared::DeclaredService;
use crate::model::PlannedAction;
use crate::plan::{Order, Plan, PlannedService};
use configuration::{Configuration, Configured, Variable};
use unknown::Unknown;

/// The attribute that names a service's cluster.
const CLUSTER: &str = "cluster";

/// Reads what a plan is about to do, from a document that has the keys of a plan.
pub(super) fn read(source: &str, text: &str) -> Result<Plan, InputErrorKind> {
    let document = Document::of(text)?;
    let mut plan = Plan { source: source.to_owned(), ..Plan::default() };
    let variables = document.variables.unwrap_or_default();
    let configured = document.configuration.map(|configuration| configuration.read(&variables, &mut plan.order)).unwrap_or_default();
    for resource in document.prior_state.map(Shown::resources).into_iter().flatten() {
        plan.ids.extend(resource.values.unwrap_or_default().ids);
        if resource.mode == "managed" {
            plan.order.note_state(&resource.address, resource.depends_on.unwrap_or_default());
        }
    }
    let put_off = document.deferred_changes.into_iter().flatten().map(|deferred| (deferred.resource_change, true));
    let rows = document.resource_changes.into_iter().flatten().map(|row| (row, false));
    let mut rows: Vec<(Row, bool)> = rows.chain(put_off).collect();
    rows.sort_by(|(a, _), (b, _)| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
    for (row, is_put_off) in rows {
        take(row, is_put_off, &configured, &mut plan);
    }
    Ok(plan)
}

/// Takes a plan for a declaration: what will be there, and everything that its state names.
pub(super) fn declare(text: &str, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let document = Document::of(text)?;
    let variables = document.variables.unwrap_or_default();
    let configured = document.configuration.map(|it| it.read(&variables, &mut Order::default())).unwrap_or_default();
    for resource in document.prior_state.map(Shown::resources).into_iter().flatten() {
        gathering.add_ids(resource.values.unwrap_or_default().ids);
    }
    for row in document.resource_changes.into_iter().flatten() {
        let action = row.action();
        let is_leaving = row.is_deposed() || action == PlannedAction::Delete || action.forgets() && !action.creates();
        let is_in_unknown_cluster = row.is_in_unknown_cluster(&configured);
        let Row { address, mode, kind, change, deposed: _ } = row;
        gathering.add_ids(change.before.unwrap_or_default().ids);
        let attributes = change.after.unwrap_or_default().in_unknown_cluster(is_in_unknown_cluster);
        gathering.take(Found { mode: &mode, kind: &kind, is_deposed: is_leaving, address, attributes })?;
    }
    Ok(())
}

fn take(row: Row, is_put_off: bool, configured: &Configured, plan: &mut Plan) {
    let action = if is_put_off { PlannedAction::Unknown } else { row.action() };
    for attributes in row.change.before.iter().chain(&row.change.after) {
        plan.ids.extend(attributes.ids.iter().cloned());
    }
    if row.mode != "managed" {
        return;
    }
    if declares_service(&row.mode, &row.kind) {
        plan.services.extend(service(row, action, configured, &plan.source).by_region());
    } else {
        others::take(&row, action, configured.region_of(&row.address).as_deref(), plan);
    }
}

fn service(row: Row, action: PlannedAction, configured: &Configured, source: &str) -> PlannedService {
    let is_in_unknown_cluster = row.is_in_unknown_cluster(configured);
    let is_region_hidden = configured.hides_region(&row.address);
    let address = match row.deposed.as_ref().filter(|key| !key.is_empty()) {
        Some(key) => format!("{} (deposed {key})", row.address),
        None => row.address.clone(),
    };
    let mut unknown = row.change.after_unknown.unwrap_or_default().paths;
    let place = format!("{source}: {address}");
    let in_region = |mut service: DeclaredService| {
        service.region = service.region.or_else(|| configured.region_of(&row.address));
        service
    };
    let before = row.change.before.map(|attributes| in_region(attributes.service(place.clone())));
    let after = row.change.after.map(|attributes| in_region(attributes.in_unknown_cluster(is_in_unknown_cluster).service(place)));
    if is_in_unknown_cluster {
        unknown.insert(CLUSTER.to_owned());
    }
    let unknown = unknown.into_iter().filter(|path| is_of_interest(path, configured, &row.address)).collect();
    PlannedService { address, action, before, after, unknown, is_region_hidden }
}

/// Whether somebody set the field: what AWS fills in is of no interest before it does.
fn is_of_interest(path: &str, configured: &Configured, address: &str) -> bool {
    let attribute = path.split('.').next().unwrap_or_default();
    let is_compared = super::configuration::is_compared(attribute) || [CLUSTER, "service_name"].contains(&attribute);
    is_compared && configured.sets(address, attribute) != Some(false)
}

#[derive(Deserialize)]
struct Document {
    resource_changes: Option<Vec<Row>>,
    deferred_changes: Option<Vec<Deferred>>,
    prior_state: Option<Shown>,
    configuration: Option<Configuration>,
    variables: Option<BTreeMap<String, Variable>>,
    errored: Option<bool>,
}

impl Document {
    fn of(text: &str) -> Result<Self, InputErrorKind> {
        let document: Self = text::json(text)?;
        if document.errored == Some(true) { Err(InputErrorKind::FailedPlan) } else { Ok(document) }
    }
}

#[derive(Deserialize)]
struct Deferred {
    resource_change: Row,
}

/// What is done to one instance of a resource.
#[derive(Deserialize)]
struct Row {
    address: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    deposed: Option<String>,
    change: Change,
}

#[derive(Deserialize)]
struct Change {
    actions: Vec<String>,
    before: Option<Attributes>,
    after: Option<Attributes>,
    after_unknown: Option<Unknown>,
}

impl Row {
    fn is_deposed(&self) -> bool {
        self.deposed.as_ref().is_some_and(|key| !key.is_empty())
    }

    /// Whether it lies in a cluster that is known only after the apply. One that is not configured is the default one, whether or not the
    /// provider says so before.
    fn is_in_unknown_cluster(&self, configured: &Configured) -> bool {
        let unknown = self.change.after_unknown.as_ref().map(|unknown| &unknown.paths);
        let is_unknown = unknown.is_some_and(|paths| paths.contains(CLUSTER) || paths.contains(""));
        is_unknown && configured.sets(&self.address, CLUSTER) != Some(false)
    }

    fn action(&self) -> PlannedAction {
        let actions: Vec<&str> = self.change.actions.iter().map(String::as_str).collect();
        match actions.as_slice() {
            ["no-op" | "read"] => PlannedAction::Keep,
            ["create"] => PlannedAction::Create,
            ["update"] => PlannedAction::Update,
            ["delete"] => PlannedAction::Delete,
            ["delete", "create"] => PlannedAction::Replace,
            ["create", "delete"] => PlannedAction::CreateThenDelete,
            ["forget"] => PlannedAction::Forget,
            ["create", "forget"] => PlannedAction::CreateThenForget,
            _ => PlannedAction::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
