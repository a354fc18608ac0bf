//! CloudFormation templates, in JSON (as the CDK writes them into `cdk.out`) or YAML, alone or with the resources of a deployed stack.
//!
//! A template says little on its own: what references, attributes and dynamic references lead to is known only where it was deployed.
//! What can be told from the template and the given parameters is compared; everything else that is given is noted as not comparable. A
//! nested stack's services are in its own template.

mod conditions;
mod functions;
mod parameters;
mod stack;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub use parameters::Parameters;
pub(super) use parameters::read as read_parameters;
pub use stack::StackResource;
pub(super) use stack::read as read_stack;

use super::InputErrorKind;
use super::gathering::Gathering;
use super::given::Given;
use super::identifiers::{id_in, is_skipped};
use super::notation::Notation;
use super::translation::Translation;
use functions::function;
use values::Values;

const SERVICE_TYPE: &str = "AWS::ECS::ExpressGatewayService";

/// Where the template expects its resources.
const RESOURCES: &str = "Resources";

/// The pseudo parameter that says where a stack is.
const REGION: &str = "AWS::Region";

/// Reads a document that has the keys of a template.
pub(super) fn read(
    document: &Value,
    notation: Notation,
    parameters: &Parameters,
    gathering: &mut Gathering<'_>,
) -> Result<(), InputErrorKind> {
    let template = Template::of(document, notation, parameters)?;
    if template.resources.iter().any(|(name, resource)| is_macro(name, resource)) {
        return Err(InputErrorKind::MacroInTemplate);
    }
    for (logical_id, resource) in template.services() {
        let translation = template.translate(resource);
        match template.is_declared(resource) {
            Some(true) => gathering.declare(logical_id, |place| translation.service(place))?,
            None => gathering.declare(logical_id, |place| translation.possible_service(place))?,
            Some(false) => {}
        }
    }
    gathering.add_ids(template.ids());
    template.values.check_budget()
}

/// A template, with what its parameters and conditions come to.
struct Template<'t> {
    document: &'t Map<String, Value>,
    resources: &'t Map<String, Value>,
    values: Values<'t>,
}

impl<'t> Template<'t> {
    fn of(document: &'t Value, notation: Notation, parameters: &Parameters) -> Result<Self, InputErrorKind> {
        let misplaced = |expected| InputErrorKind::Misplaced { place: RESOURCES.to_owned(), expected };
        let document = document.as_object().ok_or(InputErrorKind::Unsupported)?;
        let resources = document.get(RESOURCES).and_then(Value::as_object).ok_or_else(|| misplaced("an object of resources"))?;
        let has_type = |(name, resource): (&String, &Value)| name.starts_with("Fn::") || resource.get("Type").is_some_and(Value::is_string);
        if !resources.iter().all(has_type) {
            return Err(misplaced("a Type in every resource"));
        }
        Ok(Self { document, resources, values: Values::of(document, notation, parameters) })
    }

    /// The resources that declare an Express service, by their logical ids.
    fn services(&self) -> impl Iterator<Item = (&'t str, &'t Value)> {
        let resources = self.resources.iter().filter(|(_, resource)| resource.get("Type").and_then(Value::as_str) == Some(SERVICE_TYPE));
        resources.map(|(logical_id, resource)| (logical_id.as_str(), resource))
    }

    fn translate(&self, resource: &Value) -> Translation {
        let properties = match resource.get("Properties").map(|properties| self.values.resolve(properties)) {
            Some(Given::Map(properties)) => properties,
            Some(Given::Nothing | Given::Unknown | Given::Scalar(_) | Given::List(_)) | None => BTreeMap::new(),
        };
        let mut translation = Translation::of(&properties);
        if let Some(region) = self.values.parameter(REGION).and_then(|region| region.text()) {
            translation.set("region", region);
        }
        translation
    }

    /// Whether a resource's condition holds; `None` where that depends on what is not known.
    fn is_declared(&self, resource: &Value) -> Option<bool> {
        match resource.get("Condition") {
            None => Some(true),
            Some(condition) => self.values.condition(condition.as_str()?),
        }
    }

    /// The ARNs and security-group ids anywhere in it, whatever its conditions say: somebody means these things.
    fn ids(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for (section, content) in self.document {
            match (section.as_str(), content) {
                // Their defaults count where they are used, and never those that are secret.
                ("Parameters", _) => {}
                (_, content) => self.gather_ids(content, &mut ids),
            }
        }
        ids
    }

    fn gather_ids(&self, value: &Value, ids: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => ids.extend(id_in(text)),
            Value::Array(items) => items.iter().for_each(|item| self.gather_ids(item, ids)),
            Value::Object(entries) => {
                if function(entries).is_some() {
                    match self.values.resolve(value) {
                        Given::List(items) => ids.extend(items.iter().filter_map(Given::text).filter_map(|text| id_in(&text))),
                        given => ids.extend(given.text().and_then(|text| id_in(&text))),
                    }
                }
                entries.iter().filter(|(key, _)| !is_skipped(key)).for_each(|(_, value)| self.gather_ids(value, ids));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Whether a resource is only made when the template is processed, and may then be an Express service.
fn is_macro(name: &str, resource: &Value) -> bool {
    let may_be_service = |text: &str| text == SERVICE_TYPE || text.contains("${");
    match name.strip_prefix("Fn::") {
        Some(function) if function.starts_with("ForEach") => any_type(resource, &may_be_service),
        Some(_) => true,
        None => false,
    }
}

fn any_type(value: &Value, is_sought: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| any_type(item, is_sought)),
        Value::Object(entries) => {
            entries.get("Type").and_then(Value::as_str).is_some_and(is_sought) || entries.values().any(|value| any_type(value, is_sought))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests;
