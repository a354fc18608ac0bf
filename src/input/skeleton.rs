//! The input of `aws ecs create-express-gateway-service` (`--cli-input-json`, `--cli-input-yaml`), which is also what ecspresso's express
//! definitions are once they are rendered.
//!
//! A generated skeleton holds empty texts and zeros; what of it was not filled in is not declared. There is no Region in it.

use serde_json::{Map, Value};

use super::InputErrorKind;
use super::gathering::Gathering;
use super::given::Given;
use super::identifiers::ids_in;
use super::translation::Translation;

/// What begins an action of a Go template.
const ACTION: &str = "{{";

/// Where such a text may be a value that is meant so.
const FREE: [&str; 4] = ["command", "environment", "secrets", "tags"];

/// Reads a document that has the keys of that input.
pub(super) fn read(document: &Value, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    if has_actions(document) {
        return Err(InputErrorKind::NotRendered);
    }
    let document = filled_in(document);
    let Given::Map(properties) = given(&document) else { return Err(InputErrorKind::Unsupported) };
    let translation = Translation::of(&properties);
    let has_image = document.pointer("/primaryContainer/image").and_then(Value::as_str).is_some_and(|image| !image.is_empty());
    let is_named = ["infrastructure_role_arn", "service_arn", "service_name", "task_definition_arn"]
        .iter()
        .any(|name| translation.text(name).is_some());
    if !is_named && !has_image {
        return Err(InputErrorKind::EmptySkeleton);
    }
    let place = translation.text("service_name").unwrap_or("a service without a name").to_owned();
    gathering.declare(place, |place| translation.service(place))?;
    gathering.add_ids(ids_in(&document));
    Ok(())
}

/// Whether a text that cannot be read is a definition that ecspresso has yet to render.
pub(super) fn is_not_rendered(text: &str, kind: &InputErrorKind) -> bool {
    let is_unreadable =
        matches!(kind, InputErrorKind::InvalidJson { .. } | InputErrorKind::InvalidYaml { .. } | InputErrorKind::Unsupported);
    let is_definition = ["infrastructureRoleArn", "primaryContainer"].iter().any(|key| text.contains(key));
    let is_template = [ACTION, "local ", "std.", "primaryContainer:", "infrastructureRoleArn:"].iter().any(|sign| text.contains(sign));
    is_unreadable && is_definition && is_template
}

fn has_actions(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(ACTION),
        Value::Array(items) => items.iter().any(has_actions),
        Value::Object(entries) => entries.iter().any(|(key, value)| !FREE.contains(&key.as_str()) && has_actions(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn given(value: &Value) -> Given {
    match value {
        Value::String(text) if text.contains(ACTION) => Given::Unknown,
        Value::Array(items) => Given::List(items.iter().map(given).collect()),
        Value::Object(entries) => Given::Map(entries.iter().map(|(key, value)| (key.clone(), given(value))).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Given::of(value),
    }
}

/// The document without what a generated skeleton holds: empty lists of texts, a port 0, a target of no tasks.
fn filled_in(document: &Value) -> Value {
    match document {
        Value::Array(items) if items.iter().all(|item| item == "") => Value::Null,
        Value::Array(items) => Value::Array(items.iter().map(filled_in).collect()),
        Value::Object(entries) => {
            let is_zero = |entries: &Map<String, Value>, key: &str| entries.get(key).and_then(Value::as_i64) == Some(0);
            if is_zero(entries, "maxTaskCount") {
                return Value::Null;
            }
            let kept = entries.iter().filter(|(key, _)| !(*key == "containerPort" && is_zero(entries, key)));
            Value::Object(kept.map(|(key, value)| (key.clone(), filled_in(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => document.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_declaration;
    use super::*;
    use crate::declared::DeclaredService;
    use crate::model::Hidden;

    const DEFINITION: &str = include_str!("../../fixtures/cli/express.json");

    fn service(text: &str) -> DeclaredService {
        let declared = read_declaration("s", text.as_bytes()).expect("a definition");
        assert_eq!(declared.services.len(), 1);
        declared.services.into_iter().next().expect("one")
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &InputErrorKind) {
        let error = read_declaration("s", text.as_bytes()).expect_err("no definition");
        assert_eq!(error.kind(), expected, "{text}");
    }

    #[test]
    fn a_filled_in_input_is_one_service() {
        let service = service(DEFINITION);
        assert_eq!(service.declared_at, "s: web");
        let name = service.service_name().expect("a name");
        assert_eq!((name.cluster.as_str(), name.name.as_str(), service.region.as_deref()), ("prod", "web", None));
        let configuration = &service.configuration;
        assert_eq!((configuration.cpu.as_deref(), configuration.container.port), (Some("1024"), Some(8080)));
        assert_eq!(configuration.container.environment.keys().collect::<Vec<_>>(), ["PASSWORD", "STAGE"]);
        assert_eq!(configuration.tags["team"].is_same(&Hidden::known("shop")), Some(true));
        assert!(service.is_certain && service.not_comparable.is_empty());
    }

    #[test]
    fn the_same_in_yaml_says_the_same() {
        let document: Value = serde_json::from_str(DEFINITION).expect("JSON");
        let yaml = yaml_serde::to_string(&document).expect("YAML");
        assert_eq!(service(&yaml), service(DEFINITION));
    }

    #[test]
    fn the_cluster_is_the_default_one_where_none_is_named() {
        let service = service(r#"{"infrastructureRoleArn":"arn:aws:iam::123456789012:role/i","serviceName":"web"}"#);
        assert_eq!(service.service_name().map(|name| name.cluster).as_deref(), Some("default"));
    }

    #[test]
    fn a_service_without_a_name_is_still_declared() {
        let service = service(r#"{"infrastructureRoleArn":"arn:aws:iam::123456789012:role/i","serviceName":""}"#);
        assert_eq!((service.service_name(), service.declared_at.as_str()), (None, "s: a service without a name"));
    }

    #[test]
    fn what_a_skeleton_holds_is_not_declared() {
        check_refused(include_str!("../../fixtures/cli/skeleton.json"), &InputErrorKind::EmptySkeleton);
        let mut started: Value = serde_json::from_str(include_str!("../../fixtures/cli/skeleton.json")).expect("JSON");
        started["serviceName"] = "web".into();
        let mut service = service(&started.to_string());
        // Enumerations have no empty value.
        assert_eq!(service.configuration.cpu_architecture.take().as_deref(), Some("X86_64"));
        assert!(service.configuration.is_empty() && service.not_comparable.is_empty(), "{service:?}");
    }

    #[test]
    fn what_is_to_be_rendered_is_refused() {
        check_refused(include_str!("../../fixtures/cli/template.json"), &InputErrorKind::NotRendered);
        check_refused("{\"primaryContainer\":{{ include `x` }}}", &InputErrorKind::NotRendered);
        check_refused("local image = 'web:1';\n{ primaryContainer: { image: image } }\n", &InputErrorKind::NotRendered);
        check_refused("{ primaryContainer: { image: std.extVar('image') } }\n", &InputErrorKind::NotRendered);
        check_refused("{{ define `x` }}: [", &InputErrorKind::InvalidJson { line: 1, column: 2 });
    }

    #[test]
    fn braces_in_a_variable_are_compared_with_nothing() {
        let text = DEFINITION.replace("\"value\": \"prod\"", "\"value\": \"{{ name }}\"");
        assert_ne!(text, DEFINITION);
        let environment = service(&text).configuration.container.environment;
        assert_eq!(environment["STAGE"], Hidden::unknown());
    }

    #[test]
    fn secrets_never_get_in() {
        assert!(DEFINITION.contains("PLANTED") && DEFINITION.contains("secret:planted"));
        let shown = format!("{:?}", read_declaration("s", DEFINITION.as_bytes()).expect("a definition"));
        assert!(!shown.contains("PLANTED") && !shown.contains("secret:planted") && !shown.contains("sg-0bad"), "{shown}");
    }
}
