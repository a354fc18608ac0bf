//! What a deployed stack declares: the resources that CloudFormation made, with the properties of the template that it made them from.

use serde_json::Value;

use super::super::InputErrorKind;
use super::super::gathering::Gathering;
use super::super::identifiers::{id_in, parse_service_arn};
use super::super::notation::Notation;
use super::{Parameters, SERVICE_TYPE, Template};

/// A resource of a deployed stack, as `cloudformation:ListStackResources` tells it. One that was deleted is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type: `AWS::ECS::ExpressGatewayService`.
    pub resource_type: String,
    /// What it is called where it lives; `None` while it has not been made. An Express service's is expected to be its ARN.
    pub physical_id: Option<String>,
}

/// Takes in the resources. Without a template no field of theirs is known.
pub(in super::super) fn read(
    resources: Vec<StackResource>,
    template: Option<(&Value, Notation)>,
    parameters: &Parameters,
    gathering: &mut Gathering<'_>,
) -> Result<(), InputErrorKind> {
    let template = template.map(|(document, notation)| Template::of(document, notation, parameters)).transpose()?;
    for StackResource { logical_id, resource_type, physical_id } in resources {
        gathering.add_ids(physical_id.as_deref().and_then(id_in));
        if resource_type != SERVICE_TYPE {
            continue;
        }
        let resource = template.as_ref().and_then(|template| template.resources.get(&logical_id).map(|resource| (template, resource)));
        let mut translation = resource.map(|(template, resource)| template.translate(resource)).unwrap_or_default();
        if let Some(arn) = physical_id.as_deref().and_then(parse_service_arn) {
            translation.set("service_arn", arn.as_str());
        }
        match physical_id {
            Some(_) => gathering.declare(&logical_id, |place| translation.service(place))?,
            None => gathering.declare(&logical_id, |place| translation.possible_service(place))?,
        }
    }
    if let Some(template) = &template {
        gathering.add_ids(template.ids());
        template.values.check_budget()?;
    }
    Ok(())
}
