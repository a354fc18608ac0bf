//! Our own manifest, for services that no tool declares: a list of services, each with the fields that one wants held.
//!
//! People write it, so that nothing in it is passed over: a field that is silently not compared would be missed too late.

use serde_json::{Map, Value};

use super::InputErrorKind;
use super::gathering::Gathering;
use super::given::Given;
use super::identifiers::ids_in;
use super::translation::{Shape, Translation, names_in, shape};
use crate::model::{Arn, Scope, nearest};

/// The keys at the top.
const TOP: [&str; 2] = ["version", "express_services"];

/// The keys that say which service it is, before its fields.
const IDENTITY: [&str; 4] = ["cluster", "name", "region", "account"];

/// What other declarations say of a service, and a manifest otherwise or not at all.
const FOREIGN: [&str; 5] = ["cluster", "region", "service_name", "service_arn", "tags_all"];

const TEXT: &str = "a text, in quotes where it looks like something else";

/// Reads a document that has the key of a manifest.
pub(super) fn read(document: &Value, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let top = document.as_object().ok_or(InputErrorKind::Unsupported)?;
    check_keys("the manifest", top, &TOP)?;
    if top.get("version").and_then(Value::as_u64) != Some(1) {
        return Err(misplaced("version", "the number 1"));
    }
    let services = top.get("express_services").and_then(Value::as_array);
    for (number, service) in services.ok_or_else(|| misplaced("express_services", "a list of services"))?.iter().enumerate() {
        take_service(&format!("express_services[{number}]"), service, gathering)?;
    }
    Ok(())
}

fn take_service(place: &str, service: &Value, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let entries = service.as_object().ok_or_else(|| misplaced(place, "a service with cluster and name"))?;
    let fields = names_in("").filter(|name| !FOREIGN.contains(name));
    check_keys(place, entries, &IDENTITY.into_iter().chain(fields).collect::<Vec<_>>())?;
    for (key, value) in entries.iter().filter(|(key, _)| !IDENTITY.contains(&key.as_str())) {
        check_field(place, key, value)?;
    }
    let cluster = required(place, entries, "cluster", "the name of its cluster")?;
    let name = required(place, entries, "name", "the service's name")?;
    let Given::Map(properties) = Given::of(service) else { return Err(InputErrorKind::Unsupported) };
    let mut translation = Translation::of(&properties);
    translation.set("service_name", name);
    if let Some(arn) = arn(place, entries, cluster, name)? {
        gathering.add_ids([arn.to_string()]);
        translation.set("service_arn", arn.as_str());
    }
    gathering.declare(format_args!("{cluster}/{name}"), |place| translation.service(place))?;
    gathering.add_ids(ids_in(service));
    Ok(())
}

/// The ARN that the service has where account and Region are given.
fn arn(place: &str, entries: &Map<String, Value>, cluster: &str, name: &str) -> Result<Option<Arn>, InputErrorKind> {
    let region = entries.get("region").map(|_| required(place, entries, "region", "a Region, such as eu-west-1")).transpose()?;
    let Some(account) = entries.get("account") else { return Ok(None) };
    let account = Given::of(account).text().filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
    let account = account.ok_or_else(|| misplaced(&format!("{place}.account"), "twelve digits in quotes"))?;
    let region = region.ok_or_else(|| misplaced(&format!("{place}.account"), "a region beside it"))?;
    Ok(Some(Arn::new(&Scope::in_region(&account, region), "ecs", &format!("service/{cluster}/{name}"))))
}

/// A name, which is no path.
fn required<'v>(place: &str, entries: &'v Map<String, Value>, key: &str, expected: &'static str) -> Result<&'v str, InputErrorKind> {
    let is_name = |text: &&str| !text.is_empty() && !text.contains(|c: char| c == '/' || c == ':' || c.is_whitespace() || c.is_control());
    entries.get(key).and_then(Value::as_str).filter(is_name).ok_or_else(|| misplaced(&format!("{place}.{key}"), expected))
}

fn check_field(service: &str, path: &str, value: &Value) -> Result<(), InputErrorKind> {
    let place = format!("{service}.{path}");
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let unless = |is_right: bool, expected| if is_right { Ok(()) } else { Err(misplaced(&place, expected)) };
    match shape(path) {
        Some(Shape::Single) => unless(is_text(value), TEXT),
        Some(Shape::Number) => unless(Given::of(value).text().is_some_and(|text| text.parse::<u32>().is_ok()), "a whole number"),
        Some(Shape::Texts) => {
            unless(value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(is_text)), "a list of texts")
        }
        Some(Shape::Named) => {
            unless(value.as_object().is_some_and(|entries| entries.values().all(Value::is_string)), "names with texts, in quotes")
        }
        Some(Shape::Block) => {
            let entries = value.as_object().ok_or_else(|| misplaced(&place, "the fields in it"))?;
            check_keys(&place, entries, &names_in(path).collect::<Vec<_>>())?;
            entries.iter().try_for_each(|(key, value)| check_field(service, &format!("{path}.{key}"), value))
        }
        None => Err(misplaced(&place, "no such field")),
    }
}

fn check_keys(place: &str, entries: &Map<String, Value>, known: &[&'static str]) -> Result<(), InputErrorKind> {
    match entries.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(InputErrorKind::UnknownKey { place: place.to_owned(), nearest: nearest(key, known), known: known.to_vec() }),
        None => Ok(()),
    }
}

fn misplaced(place: &str, expected: &'static str) -> InputErrorKind {
    InputErrorKind::Misplaced { place: place.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::super::read_declaration;
    use super::*;
    use crate::declared::{Declared, DeclaredService};
    use crate::model::Hidden;
    use crate::schema::tests::check;
    use serde_json::json;

    /// A name, which is no path.
    const NAME: &str = "^[^/:\\s]+$";

    const YAML: &str = include_str!("../../fixtures/manifest/services.yaml");

    fn declared(text: &str) -> Declared {
        read_declaration("s", text.as_bytes()).expect("a manifest")
    }

    fn first(text: &str) -> DeclaredService {
        declared(text).services.into_iter().next().expect("a service")
    }

    fn one(service: &str) -> String {
        format!(r#"{{"version":1,"express_services":[{service}]}}"#)
    }

    #[track_caller]
    fn check_misplaced(text: &str, place: &str) {
        let error = read_declaration("s", text.as_bytes()).expect_err(text);
        assert!(matches!(error.kind(), InputErrorKind::Misplaced { place: found, .. } if found == place), "{error}");
    }

    #[test]
    fn yaml_and_toml_say_the_same() {
        assert_eq!(declared(YAML), declared(include_str!("../../fixtures/manifest/services.toml")));
    }

    #[test]
    fn every_field_may_be_held() {
        let declared = declared(YAML);
        let web = declared.services.iter().find(|service| service.declared_at == "s: prod/web").expect("declared");
        assert_eq!(web.arn.as_ref().map(Arn::as_str), Some("arn:aws:ecs:eu-west-1:123456789012:service/prod/web"));
        assert!(declared.ids.contains("arn:aws:ecs:eu-west-1:123456789012:service/prod/web"));
        let configuration = &web.configuration;
        assert_eq!((configuration.cpu.as_deref(), configuration.memory.as_deref()), (Some("1024"), Some("2048")));
        assert_eq!((configuration.container.port, configuration.scaling.max_tasks), (Some(8080), Some(4)));
        assert_eq!(configuration.container.environment["STAGE"].is_same(&Hidden::known("prod")), Some(true));
        assert!(configuration.container.secrets.contains_key("DB") && configuration.container.command.is_some());
        assert!(declared.services.iter().all(|service| service.not_comparable.is_empty() && service.is_certain));
    }

    #[test]
    fn a_service_needs_no_region_and_no_account() {
        let service = first(&one(r#"{"cluster":"c","name":"s"}"#));
        assert_eq!((service.arn.as_ref(), service.region.as_deref()), (None, None));
        let service = first(&one(r#"{"cluster":"c","name":"s","region":"eu-west-1"}"#));
        assert_eq!((service.arn.as_ref(), service.region.as_deref()), (None, Some("eu-west-1")));
        assert_eq!(service.service_name().map(|name| format!("{}/{}", name.cluster, name.name)).as_deref(), Some("c/s"));
        for (region, partition) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-east-1", "aws")] {
            let text = one(&format!(r#"{{"cluster":"c","name":"s","region":"{region}","account":"123456789012"}}"#));
            assert_eq!(first(&text).arn.as_ref().map(Arn::partition), Some(partition));
        }
    }

    #[test]
    fn an_unknown_key_is_answered_with_the_nearest_one() {
        for (text, place, meant) in [
            (r#"{"version":1,"express_services":[],"verison":1}"#.to_owned(), "the manifest", Some("version")),
            (one(r#"{"cluster":"c","name":"s","memroy":1}"#), "express_services[0]", Some("memory")),
            (one(r#"{"cluster":"c","name":"s","service_name":"s"}"#), "express_services[0]", None),
            (
                one(r#"{"cluster":"c","name":"s","primary_container":{"images":"x"}}"#),
                "express_services[0].primary_container",
                Some("image"),
            ),
        ] {
            let error = read_declaration("s", text.as_bytes()).expect_err("a slip");
            let InputErrorKind::UnknownKey { place: found, nearest, .. } = error.kind() else { panic!("{error}") };
            assert_eq!((found.as_str(), *nearest), (place, meant));
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        check_misplaced(r#"{"express_services":[]}"#, "version");
        check_misplaced(r#"{"version":2,"express_services":[]}"#, "version");
        check_misplaced(r#"{"version":1,"express_services":{}}"#, "express_services");
        for (service, place) in [
            ("7", ""),
            (r#"{"name":"s"}"#, ".cluster"),
            (r#"{"cluster":"c"}"#, ".name"),
            (r#"{"cluster":"c","name":"a/b"}"#, ".name"),
            (r#"{"cluster":"c","name":"s","account":"123456789012"}"#, ".account"),
            (r#"{"cluster":"c","name":"s","account":"12","region":"eu-west-1"}"#, ".account"),
            (r#"{"cluster":"c","name":"s","region":7}"#, ".region"),
            (r#"{"cluster":"c","name":"s","cpu":"one"}"#, ".cpu"),
            (r#"{"cluster":"c","name":"s","cpu":null}"#, ".cpu"),
            (r#"{"cluster":"c","name":"s","health_check_path":""}"#, ".health_check_path"),
            (r#"{"cluster":"c","name":"s","network_configuration":{"subnets":"subnet-1"}}"#, ".network_configuration.subnets"),
            (r#"{"cluster":"c","name":"s","primary_container":{"environment":{"A":1}}}"#, ".primary_container.environment"),
            (r#"{"cluster":"c","name":"s","primary_container":[]}"#, ".primary_container"),
        ] {
            check_misplaced(&one(service), &format!("express_services[0]{place}"));
        }
    }

    #[test]
    fn an_empty_list_declares_nothing() {
        assert_eq!(declared(r#"{"version":1,"express_services":[]}"#).services.len(), 0);
    }

    #[test]
    fn secrets_never_get_in() {
        assert!(YAML.contains("PLANTED"));
        let shown = format!("{:?}", declared(YAML));
        assert!(!shown.contains("PLANTED") && !shown.contains("secret:planted"), "{shown}");
    }

    /// The schema of the fields in the block at the path.
    fn schema_of_fields(path: &str) -> Map<String, Value> {
        let names = names_in(path).filter(|name| !path.is_empty() || !FOREIGN.contains(name));
        names.map(|name| (name.to_owned(), schema_of(&if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }))).collect()
    }

    fn schema_of(path: &str) -> Value {
        let text = json!({"type": "string", "minLength": 1});
        match shape(path).expect("a field") {
            Shape::Single => text,
            Shape::Number => json!({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]}),
            Shape::Texts => json!({"type": "array", "minItems": 1, "items": text}),
            Shape::Named => json!({"type": "object", "additionalProperties": {"type": "string"}}),
            Shape::Block => json!({"type": "object", "additionalProperties": false, "properties": schema_of_fields(path)}),
        }
    }

    #[test]
    fn the_schema_is_that_of_what_is_read() {
        let mut service = schema_of_fields("");
        for (key, pattern) in [("cluster", NAME), ("name", NAME), ("region", NAME), ("account", "^[0-9]{12}$")] {
            assert!(IDENTITY.contains(&key) && service.insert(key.to_owned(), json!({"type": "string", "pattern": pattern})).is_none());
        }
        let service = json!({
            "type": "object", "additionalProperties": false, "required": ["cluster", "name"], "dependentRequired": {"account": ["region"]},
            "properties": service,
        });
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Manifest of ecs-express-audit, version 1",
            "type": "object", "additionalProperties": false, "required": TOP,
            "properties": {"version": {"const": 1}, "express_services": {"type": "array", "items": service}},
        });
        check("manifest", &schema);
    }
}
