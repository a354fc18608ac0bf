//! The IAM policy as JSON.

use serde::Serialize;

use super::{Api, OPERATIONS, Operation, Resources};

/// The version of IAM's policy language.
const VERSION: &str = "2012-10-17";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

/// One statement: the actions of one API that can be narrowed alike.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Statement {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sid: String,
    effect: &'static str,
    #[serde(rename = "Action")]
    pub actions: Vec<String>,
    #[serde(rename = "Resource", serialize_with = "one_or_many")]
    pub resources: Vec<&'static str>,
}

/// The least that a scan needs, as IAM takes it: one statement for each API and way to narrow it.
#[must_use]
pub fn policy() -> String {
    of(OPERATIONS)
}

/// A policy of these operations only.
pub(super) fn of<'o>(operations: impl IntoIterator<Item = &'o Operation>) -> String {
    let document = Document { version: VERSION, statement: statements(&operations.into_iter().collect::<Vec<_>>()) };
    written(serde_json::to_string_pretty(&document)) + "\n"
}

/// The same actions for `AssumeRole`, which takes 2,048 characters at most: one statement, and nothing narrowed. The role may do no more in
/// the session than it says and no more than the role itself may, so even an administrator's role only reads.
#[must_use]
pub fn session_policy() -> String {
    let actions = OPERATIONS.iter().map(Operation::action).collect();
    let statement = Statement { sid: String::new(), effect: "Allow", actions, resources: vec!["*"] };
    written(serde_json::to_string(&Document { version: VERSION, statement: vec![statement] }))
}

fn written(json: serde_json::Result<String>) -> String {
    json.expect("strings serialise")
}

/// The operations by API, in the table's order: first those that take `*` only.
pub(super) fn statements(operations: &[&Operation]) -> Vec<Statement> {
    let mut apis: Vec<Api> = operations.iter().map(|operation| operation.api).collect();
    apis.dedup();
    let of_api = |api: Api| operations.iter().copied().filter(move |operation| operation.api == api);
    let both = apis.into_iter().flat_map(|api| {
        let (any, narrowed): (Vec<&Operation>, Vec<&Operation>) = of_api(api).partition(|o| o.resources == Resources::Any);
        [statement(api, "", &any), statement(api, "ByArn", &narrowed)]
    });
    both.flatten().collect()
}

fn statement(api: Api, suffix: &str, operations: &[&Operation]) -> Option<Statement> {
    let mut resources: Vec<&str> = operations.iter().flat_map(|operation| operation.resources.patterns()).copied().collect();
    resources.sort_unstable();
    resources.dedup();
    let name: String = api.service_id().split(' ').collect();
    (!operations.is_empty()).then(|| Statement {
        sid: format!("Read{name}{suffix}"),
        effect: "Allow",
        actions: operations.iter().map(|operation| operation.action()).collect(),
        resources,
    })
}

fn one_or_many<S: serde::Serializer>(resources: &[&'static str], serializer: S) -> Result<S::Ok, S::Error> {
    match resources {
        [only] => only.serialize(serializer),
        many => many.serialize(serializer),
    }
}
