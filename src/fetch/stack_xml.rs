//! The parts of CloudFormation's XML answers that are read.

use std::fmt;

use serde::Deserialize;

/// A list: `<member>` children, or nothing.
#[derive(Debug, Deserialize)]
pub(super) struct Members<T> {
    #[serde(default = "Vec::new")]
    pub member: Vec<T>,
}

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self { member: Vec::new() }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct StacksResponse {
    #[serde(rename = "DescribeStacksResult")]
    pub result: StacksResult,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StacksResult {
    #[serde(default)]
    pub stacks: Members<StackItem>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StackItem {
    pub stack_id: String,
    pub stack_status: String,
    #[serde(default)]
    pub parameters: Members<ParameterItem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ParameterItem {
    pub parameter_key: String,
    pub parameter_value: Option<String>,
}

/// Its value may be a secret.
impl fmt::Debug for ParameterItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parameter_key, parameter_value: _ } = self;
        f.debug_struct("ParameterItem").field("parameter_key", parameter_key).finish_non_exhaustive()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ListStackResourcesResponse {
    #[serde(rename = "ListStackResourcesResult")]
    pub result: ResourcesResult,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ResourcesResult {
    #[serde(rename = "StackResourceSummaries", default)]
    pub summaries: Members<ResourceItem>,
    pub next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ResourceItem {
    pub logical_resource_id: String,
    pub physical_resource_id: Option<String>,
    pub resource_type: String,
    pub resource_status: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct GetTemplateResponse {
    #[serde(rename = "GetTemplateResult")]
    pub result: TemplateResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TemplateResult {
    pub template_body: String,
}

/// It may hold secrets.
impl fmt::Debug for TemplateResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { template_body: _ } = self;
        f.debug_struct("TemplateResult").finish_non_exhaustive()
    }
}
