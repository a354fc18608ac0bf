//! Stacks of CloudFormation: what they made, the template that they were made from, and the parameters that were put in.
//!
//! A nested stack is a stack of its own, and read along.

use aws_config::{Region, SdkConfig};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::error::FetchErrorKind;
use super::stack_xml::{GetTemplateResponse, ListStackResourcesResponse, ParameterItem, ResourceItem, StackItem, StacksResponse};
use crate::collect::failure::Failure;
use crate::collect::operation::{ServiceError, Watch};
use crate::collect::query::{Query, QueryApi};
use crate::declared::Declared;
use crate::input::{self, Parameters, StackResource};
use crate::model::{Arn, Cause};

const CLOUDFORMATION: QueryApi = QueryApi { service_id: "CloudFormation", name: "cloudformation", version: "2010-05-15" };

/// How many stacks are read, nested ones included.
const MOST_STACKS: usize = 100;

/// How many pages of resources a stack may have: CloudFormation takes 500 resources, and gives 100 a page.
const MOST_PAGES: usize = 20;

/// How many stacks are read at once.
const AT_ONCE: usize = 8;

/// What a parameter is shown as that CloudFormation does not tell (`NoEcho`).
const MASKED: &str = "****";

const NESTED: &str = "AWS::CloudFormation::Stack";

/// The three reads.
#[derive(Debug)]
struct Reads {
    stacks: Query<StacksResponse>,
    resources: Query<ListStackResourcesResponse>,
    template: Query<GetTemplateResponse>,
}

/// What the stack declares, and those that are nested in it.
pub(super) async fn declared(config: &SdkConfig, watch: &Watch, (stack, region): (&str, Option<&str>)) -> Result<Declared, FetchErrorKind> {
    let region = region.map(|region| Region::new(region.to_owned())).or_else(|| config.region().cloned());
    let config = config.to_builder().region(Some(region.ok_or(FetchErrorKind::NoRegion)?)).build();
    let reads = Reads::new(&config, watch);
    let (mut declared, mut waiting, mut read) = (Declared::default(), vec![stack.to_owned()], 0);
    while !waiting.is_empty() {
        read += waiting.len();
        if read > MOST_STACKS {
            return Err(FetchErrorKind::TooManyStacks { limit: MOST_STACKS });
        }
        let stacks = stream::iter(std::mem::take(&mut waiting)).map(async |stack| reads.one(&stack).await);
        let stacks: Vec<(Declared, Vec<String>)> = stacks.buffered(AT_ONCE).try_collect().await?;
        for (of_stack, nested) in stacks {
            declared.unite(of_stack);
            waiting.extend(nested);
        }
    }
    Ok(declared)
}

impl Reads {
    fn new(config: &SdkConfig, watch: &Watch) -> Self {
        Self {
            stacks: Query::new(config, CLOUDFORMATION, "DescribeStacks", watch),
            resources: Query::new(config, CLOUDFORMATION, "ListStackResources", watch),
            template: Query::new(config, CLOUDFORMATION, "GetTemplate", watch),
        }
    }

    /// What one stack declares, and the ids of the stacks in it.
    async fn one(&self, stack: &str) -> Result<(Declared, Vec<String>), FetchErrorKind> {
        let StackItem { stack_id, stack_status, parameters } = self.stack(stack).await?;
        if stack_status == "DELETE_COMPLETE" {
            return Err(FetchErrorKind::NoSuchStack);
        }
        let (resources, template) = tokio::try_join!(self.resources(&stack_id), self.template(&stack_id))?;
        let nested = resources.iter().filter(|resource| resource.resource_type == NESTED);
        let nested = nested.filter_map(|resource| resource.physical_id.clone()).collect();
        let name = format!("cfn://{stack}");
        let parameters = known(&stack_id, parameters.member);
        let declared = input::read_stack(&name, resources, Some(template.as_bytes()), &parameters);
        Ok((declared.map_err(|error| FetchErrorKind::Input(error.kind().clone()))?, nested))
    }

    async fn stack(&self, stack: &str) -> Result<StackItem, FetchErrorKind> {
        let described = self.stacks.call(vec![of_stack(stack)]).await;
        let described = described.map_err(|error| spoken(error, "cloudformation:DescribeStacks"))?;
        described.result.stacks.member.into_iter().next().ok_or(FetchErrorKind::NoSuchStack)
    }

    /// The template with its macros expanded; without any it is as it was given.
    async fn template(&self, stack_id: &str) -> Result<String, FetchErrorKind> {
        let stage = ("TemplateStage".to_owned(), "Processed".to_owned());
        let template = self.template.call(vec![of_stack(stack_id), stage]).await;
        Ok(template.map_err(|error| spoken(error, "cloudformation:GetTemplate"))?.result.template_body)
    }

    async fn resources(&self, stack_id: &str) -> Result<Vec<StackResource>, FetchErrorKind> {
        let (mut resources, mut token) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let mut form = vec![of_stack(stack_id)];
            form.extend(token.map(|token: String| ("NextToken".to_owned(), token)));
            let page = self.resources.call(form).await;
            let page = page.map_err(|error| spoken(error, "cloudformation:ListStackResources"))?.result;
            resources.extend(page.summaries.member.into_iter().filter_map(resource));
            token = page.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(resources);
            }
        }
        Err(FetchErrorKind::Unexpected)
    }
}

fn of_stack(stack: &str) -> (String, String) {
    ("StackName".to_owned(), stack.to_owned())
}

/// A resource, unless it is gone.
fn resource(item: ResourceItem) -> Option<StackResource> {
    let ResourceItem { logical_resource_id, physical_resource_id, resource_type, resource_status } = item;
    let physical_id = physical_resource_id.filter(|id| !id.is_empty());
    let exists = resource_status != "DELETE_COMPLETE";
    exists.then_some(StackResource { logical_id: logical_resource_id, resource_type, physical_id })
}

/// The parameters as far as CloudFormation tells them, and where the stack is.
fn known(stack_id: &str, items: Vec<ParameterItem>) -> Parameters {
    let mut parameters = Parameters::default();
    for ParameterItem { parameter_key, parameter_value } in items {
        parameters.set(parameter_key, parameter_value.filter(|value| value != MASKED));
    }
    if let Some(arn) = Arn::parse(stack_id) {
        let pseudo = [("Region", arn.region()), ("AccountId", arn.account()), ("Partition", arn.partition()), ("StackId", stack_id)];
        for (name, value) in pseudo {
            parameters.set(format!("AWS::{name}"), Some(value.to_owned()));
        }
        parameters.set("AWS::StackName", stack_id.split('/').nth(1).map(str::to_owned));
    }
    parameters
}

fn spoken(error: SdkError<ServiceError, HttpResponse>, action: &'static str) -> FetchErrorKind {
    let words = error.as_service_error().and_then(|error| error.message()).unwrap_or_default();
    let does_not_exist = words.contains("does not exist");
    let Failure { cause, code } = Failure::from(error);
    match (cause, code) {
        (_, Some(code)) if code == "ValidationError" && does_not_exist => FetchErrorKind::NoSuchStack,
        (Cause::Denied | Cause::DeniedByScp, _) => FetchErrorKind::StackDenied { action },
        (Cause::Expired | Cause::RegionDisabled, code) => FetchErrorKind::NoCredentials { code },
        (Cause::Deadline, _) => FetchErrorKind::Stopped,
        (Cause::Timeout, _) => FetchErrorKind::Unreachable,
        (Cause::Malformed, _) => FetchErrorKind::Unexpected,
        (Cause::Throttled | Cause::ServerError | Cause::NotCollected, code) => FetchErrorKind::Refused { code },
    }
}
