//! Pulumi stacks: what `pulumi stack export` writes, and the checkpoints that self-managed backends hold.
//!
//! What is declared of a service are its `inputs`: what the program says. Its `outputs` are what the provider has read, with what AWS
//! filled in; of them only the identity is taken. So a field that the program leaves out is not managed, as in every declaration.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::gathering::Gathering;
use super::given::Given;
use super::identifiers::{add_ids_unless, id_in, is_skipped};
use super::translation::{Translation, is_field};
use super::tree::Tree;
use super::{InputErrorKind, text};

/// The types that declare an Express service, of the providers `aws` and `aws-native`.
const SERVICE_TYPES: [&str; 2] = ["aws:ecs/expressGatewayService:ExpressGatewayService", "aws-native:ecs:ExpressGatewayService"];

/// The key of an object that stands for something else: a secret, an asset, another resource.
const SIGNATURE: &str = "4dabf18193072939515e22adb298388d";

/// The text that stands for a value that is not known yet.
const NOT_YET_KNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/// Reads a document that has the keys of a stack of version 3 or 4.
pub(super) fn read(text: &str, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let document: Document = text::json(text)?;
    let Deployment { resources, pending_operations } = match (document.deployment, document.checkpoint) {
        (Some(deployment), _) => deployment,
        // A stack that was never deployed has none.
        (None, Some(checkpoint)) => checkpoint.latest.unwrap_or_default(),
        (None, None) => {
            return Err(InputErrorKind::Misplaced { place: "deployment".to_owned(), expected: "an object with resources" });
        }
    };
    resources.into_iter().flatten().try_for_each(|resource| take(resource, true, gathering))?;
    for Operation { resource, kind } in pending_operations.into_iter().flatten() {
        // It was cut off: what it was to make may be there, and no resource of the stack says so.
        let is_creating = kind == "creating";
        take(Resource { external: resource.external || !is_creating, ..resource }, false, gathering)?;
    }
    Ok(())
}

fn take(resource: Resource, is_certain: bool, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let Resource { urn, kind, id, external, delete, pending_replacement, inputs, outputs } = resource;
    gathering.add_ids(id.as_deref().and_then(id_in));
    // What a program only reads is another's, and what was replaced is on its way out.
    if SERVICE_TYPES.contains(&kind.as_str()) && !external && !delete {
        let mut translation = Translation::of(&inputs.given());
        let outputs = outputs.given();
        let own_id = id.map(Given::of_text);
        for (attribute, values) in [
            ("service_arn", [outputs.get("serviceArn"), own_id.as_ref()]),
            ("service_name", [outputs.get("serviceName"), None]),
            ("region", [outputs.get("region"), None]),
        ] {
            if let Some(text) = values.into_iter().flatten().find_map(Given::text) {
                translation.set(attribute, text);
            }
        }
        // One that waits for its replacement is gone already.
        let is_there = is_certain && !pending_replacement;
        gathering.declare(urn, |place| if is_there { translation.service(place) } else { translation.possible_service(place) })?;
    }
    gathering.add_ids(inputs.ids);
    gathering.add_ids(outputs.ids);
    Ok(())
}

#[derive(Deserialize)]
struct Document {
    deployment: Option<Deployment>,
    checkpoint: Option<Checkpoint>,
}

#[derive(Deserialize)]
struct Checkpoint {
    latest: Option<Deployment>,
}

#[derive(Default, Deserialize)]
struct Deployment {
    resources: Option<Vec<Resource>>,
    pending_operations: Option<Vec<Operation>>,
}

/// An operation that had begun when the stack was written.
#[derive(Deserialize)]
struct Operation {
    resource: Resource,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Resource {
    urn: String,
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    #[serde(default)]
    external: bool,
    #[serde(default)]
    delete: bool,
    #[serde(default, rename = "pendingReplacement")]
    pending_replacement: bool,
    #[serde(default)]
    inputs: Properties,
    #[serde(default)]
    outputs: Properties,
}

/// What is kept of a resource's properties: ids, and what may be a field of a service.
#[derive(Default)]
struct Properties {
    ids: BTreeSet<String>,
    fields: BTreeMap<String, Value>,
}

impl Properties {
    fn given(&self) -> BTreeMap<String, Given> {
        self.fields.iter().map(|(key, value)| (key.clone(), given(value))).collect()
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PropertiesVisitor)
    }
}

struct PropertiesVisitor;

impl<'de> Visitor<'de> for PropertiesVisitor {
    type Value = Properties;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the properties of a resource")
    }

    fn visit_unit<E>(self) -> Result<Properties, E> {
        Ok(Properties::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Properties, A::Error> {
        let mut properties = Properties::default();
        while let Some(key) = map.next_key::<String>()? {
            if is_skipped(&key) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let Tree(value) = map.next_value()?;
            add_ids_unless(&value, &mut properties.ids, &|entries| entries.contains_key(SIGNATURE));
            if is_field(&key) {
                properties.fields.insert(key, value);
            }
        }
        Ok(properties)
    }
}

fn given(value: &Value) -> Given {
    match value {
        Value::String(text) if text == NOT_YET_KNOWN => Given::Unknown,
        Value::Object(entries) if entries.contains_key(SIGNATURE) => Given::Unknown,
        Value::Array(items) => Given::List(items.iter().map(given).collect()),
        Value::Object(entries) => Given::Map(entries.iter().map(|(key, value)| (key.clone(), given(value))).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Given::of(value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_declaration;
    use super::*;
    use crate::declared::{Declared, DeclaredService};

    const EXPORT: &str = include_str!("../../fixtures/pulumi/export.json");

    fn declared(text: &str) -> Declared {
        read_declaration("s", text.as_bytes()).expect("a stack")
    }

    fn of<'d>(declared: &'d Declared, name: &str) -> &'d DeclaredService {
        declared.services.iter().find(|service| service.declared_at.ends_with(&format!("::{name}"))).expect("declared")
    }

    fn line(service: &DeclaredService) -> String {
        let name = service.service_name().map_or_else(|| "?".to_owned(), |name| format!("{}/{}", name.cluster, name.name));
        let urn = service.declared_at.rsplit("::").next().unwrap_or_default();
        let known = if service.arn.is_some() { "*" } else { "" };
        let doubt = if service.is_certain { "" } else { " perhaps" };
        format!("{urn} = {name}{known} {}{doubt}", service.region.as_deref().unwrap_or("?"))
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut found: Vec<_> = declared(text).services.iter().map(line).collect();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_service_of_the_stack_is_declared() {
        check(
            EXPORT,
            &[
                "api = prod/api* us-east-1",
                "cut-off = prod/cut-off ? perhaps",
                "replaced = prod/replaced* us-east-1 perhaps",
                "web = prod/web* us-east-1",
            ],
        );
        check(include_str!("../../fixtures/pulumi/checkpoint.json"), &["web = prod/web* us-east-1"]);
    }

    #[test]
    fn what_the_program_says_is_declared_and_what_aws_filled_in_is_not() {
        let declared = declared(EXPORT);
        let web = of(&declared, "web");
        assert_eq!(web.configuration.container.image.as_deref(), Some("123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"));
        assert_eq!((web.configuration.cpu.as_deref(), web.configuration.health_check_path.as_deref()), (Some("1024"), None));
        assert_eq!((web.configuration.scaling.max_tasks, web.configuration.subnets.len()), (Some(4), 2));
        let api = of(&declared, "api");
        assert_eq!((api.configuration.cpu.as_deref(), api.configuration.tags.len()), (Some("512"), 1));
        assert!(api.configuration.container.environment.contains_key("STAGE"));
    }

    #[test]
    fn a_secret_is_not_comparable() {
        let declared = declared(EXPORT);
        assert_eq!(of(&declared, "api").not_comparable.iter().collect::<Vec<_>>(), ["primary_container.command"]);
        assert!(of(&declared, "web").configuration.container.environment["PASSWORD"].is_same(&crate::model::Hidden::known("")).is_none());
    }

    #[test]
    fn ids_come_from_every_resource_whoever_owns_it() {
        let ids = declared(EXPORT).ids;
        for id in [
            "arn:aws:ecs:us-east-1:123456789012:service/prod/web",
            "arn:aws:ecs:us-east-1:123456789012:service/prod/read-only",
            "arn:aws:ecs:us-east-1:123456789012:service/prod/web-old",
            "sg-0123456789abcdef0",
        ] {
            assert!(ids.contains(id), "{id}");
        }
        assert!(!ids.iter().any(|id| id.contains("ecs-express-gateway-alb")), "what Express made declares nothing: {ids:?}");
    }

    #[test]
    fn secrets_never_get_in() {
        assert!(EXPORT.matches("PLANTED").count() > 5);
        let shown = format!("{:?}", declared(EXPORT));
        assert!(!shown.contains("PLANTED") && !shown.contains("secret:planted") && !shown.contains("sg-0bad"), "{shown}");
    }

    #[test]
    fn a_stack_without_resources_declares_nothing() {
        for text in [r#"{"version":3,"deployment":{"manifest":{}}}"#, r#"{"version":3,"checkpoint":{"stack":"a"}}"#] {
            check(text, &[]);
        }
    }

    #[test]
    fn wrong_types_are_refused() {
        for text in [
            r#"{"version":3,"deployment":7}"#,
            r#"{"version":3,"deployment":{"resources":{}}}"#,
            r#"{"version":3,"deployment":{"resources":[{"type":"a"}]}}"#,
            r#"{"version":3,"deployment":{"resources":[{"urn":"a","type":"a","inputs":"hunter2"}]}}"#,
        ] {
            let error = read_declaration("s", text.as_bytes()).expect_err(text);
            assert!(matches!(error.kind(), InputErrorKind::Malformed { line: 1, .. }) && !error.to_string().contains("hunter2"), "{error}");
        }
        let error = read_declaration("s", br#"{"version":3,"deployment":null}"#).expect_err("nothing");
        assert!(matches!(error.kind(), InputErrorKind::Misplaced { .. }), "{error}");
    }
}
