//! Raw state, version 4: what `terraform state pull` and `tofu state pull` print, and what backends hold.
//!
//! It needs no provider to be read, so it is the surest declaration. Providers are told by the type of a resource, never by
//! their address: that differs between Terraform, `OpenTofu` and mirrors.

use std::fmt::{self, Write as _};

use serde::Deserialize;

use super::gathering::{Found, Gathering};
use super::identifiers::Attributes;
use super::{InputErrorKind, text};

/// Reads a document that has the keys of a raw state of version 4.
pub(super) fn read(text: &str, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let state: State = text::json(text)?;
    state.resources.into_iter().try_for_each(|resource| take_resource(resource, gathering))
}

fn take_resource(mut resource: Resource, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    for instance in std::mem::take(&mut resource.instances) {
        let is_deposed = instance.is_deposed();
        let Instance { index_key, deposed: _, attributes, attributes_flat } = instance;
        let mut attributes = attributes.unwrap_or_default();
        attributes.ids.extend(attributes_flat.unwrap_or_default().ids);
        let address = Address(&resource, index_key.as_ref());
        gathering.take(Found { mode: &resource.mode, kind: &resource.kind, is_deposed, address, attributes })?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct State {
    resources: Vec<Resource>,
}

/// A resource block. Modules are not nested; `module` is the whole path of the module's instance.
#[derive(Deserialize)]
struct Resource {
    module: Option<String>,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    instances: Vec<Instance>,
}

#[derive(Deserialize)]
struct Instance {
    index_key: Option<IndexKey>,
    deposed: Option<String>,
    attributes: Option<Attributes>,
    /// The attributes of a state that was upgraded from version 3 and not refreshed since, with keys such as `ingress.0.cidr`.
    attributes_flat: Option<Attributes>,
}

impl Instance {
    fn is_deposed(&self) -> bool {
        self.deposed.as_ref().is_some_and(|key| !key.is_empty())
    }
}

/// What tells the instances of one resource apart: a number with `count`, a string with `for_each`.
#[derive(Deserialize)]
#[serde(untagged)]
enum IndexKey {
    Number(u64),
    Text(String),
}

/// An instance's address as Terraform writes it.
struct Address<'a>(&'a Resource, Option<&'a IndexKey>);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Resource { module, kind, name, .. } = self.0;
        if let Some(module) = module.as_ref().filter(|module| !module.is_empty()) {
            write!(f, "{module}.")?;
        }
        write!(f, "{kind}.{name}")?;
        match self.1 {
            None => Ok(()),
            Some(IndexKey::Number(number)) => write!(f, "[{number}]"),
            Some(IndexKey::Text(text)) => write_quoted(f, text),
        }
    }
}

/// Writes `["text"]` with HCL's escapes, so that it can be pasted into a command. What does not print is escaped too.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("[\"")?;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '$' | '%' if rest.as_str().starts_with('{') => write!(f, "{c}{c}")?,
            ' '..='~' => f.write_char(c)?,
            _ if c.escape_debug().len() == 1 => f.write_char(c)?,
            '\0'..='\u{ffff}' => write!(f, "\\u{:04x}", u32::from(c))?,
            _ => write!(f, "\\U{:08x}", u32::from(c))?,
        }
    }
    f.write_str("\"]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{Declared, DeclaredService};

    fn read(source: &str, text: &str) -> Result<Declared, InputErrorKind> {
        let mut gathering = Gathering::of(source);
        super::read(text, &mut gathering).map(|()| gathering.done())
    }

    const STATE: &str = include_str!("../../fixtures/terraform/state.json");

    fn declared(text: &str) -> Declared {
        read("s", text).expect("a state")
    }

    /// Checks the services, each as `ADDRESS = CLUSTER/NAME REGION`, with an `*` where the ARN is known.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = declared(text).services.iter().map(line).collect();
        let missing: Vec<_> = expected.iter().filter(|line| !found.contains(&(**line).to_owned())).collect();
        assert!(missing.is_empty() && found.len() == expected.len(), "{found:#?}");
    }

    fn line(service: &DeclaredService) -> String {
        let name = service.service_name().map_or_else(|| "?".to_owned(), |name| format!("{}/{}", name.cluster, name.name));
        let known = if service.arn.is_some() { "*" } else { "" };
        let address = service.declared_at.strip_prefix("s: ").expect("the source");
        format!("{address} = {name}{known} {}", service.region.as_deref().unwrap_or("?"))
    }

    fn one(resource: &str) -> String {
        format!(r#"{{"version":4,"resources":[{resource}]}}"#)
    }

    #[test]
    fn every_instance_of_the_realistic_state_is_a_service() {
        check(
            STATE,
            &[
                "aws_ecs_express_gateway_service.web = default/web* us-east-1",
                "aws_ecs_express_gateway_service.worker[0] = hoge-cluster/worker-0* us-east-1",
                "aws_ecs_express_gateway_service.worker[1] = hoge-cluster/worker-1* us-east-1",
                "module.k[\"eu\"].aws_ecs_express_gateway_service.app[\"web\"] = hoge-cluster/eu-web* eu-west-1",
                "module.k[\"eu\"].aws_ecs_express_gateway_service.app[\"api\"] = hoge-cluster/eu-api* eu-west-1",
                "module.express.module.service[0].aws_ecs_express_gateway_service.this[0] = hoge-cluster/failed us-east-1",
                "awscc_ecs_express_gateway_service.batch = hoge-cluster/batch* us-east-1",
                "aws_ecs_express_gateway_service.unnamed = ? us-east-1",
            ],
        );
    }

    #[test]
    fn opentofu_and_aliased_providers_are_read_alike() {
        let expected = "aws_ecs_express_gateway_service.web = hoge-cluster/web* us-east-1";
        check(include_str!("../../fixtures/terraform/state_opentofu.json"), &[expected]);
    }

    #[test]
    fn ids_come_from_every_resource_data_source_and_deposed_object() {
        let ids = declared(STATE).ids;
        for id in [
            "arn:aws:ecs:us-east-1:123456789012:service/default/web",
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/ecs-express-gateway-alb-1a2b3c4d/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee",
            "sg-0123456789abcdef0",
            "arn:aws:ecs:us-east-1:123456789012:service/default/seen-by-data",
            "arn:aws:ecs:us-east-1:123456789012:service/hoge-cluster/worker-1-old",
            "arn:aws:ec2:us-east-1:123456789012:security-group/sg-0fedcba9876543210",
            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/ecs/default/web-1a2b",
        ] {
            assert!(ids.contains(id), "{id}");
        }
    }

    #[test]
    fn the_fields_of_both_resources_are_declared_alike() {
        let declared = declared(STATE);
        let of = |name: &str| declared.services.iter().find(|service| service.declared_at.ends_with(name)).expect("declared");
        let (web, batch) = (of("aws_ecs_express_gateway_service.web"), of("awscc_ecs_express_gateway_service.batch"));
        assert_eq!((web.cluster.as_deref(), web.configuration.cpu.as_deref()), (Some("default"), Some("1024")));
        assert_eq!(web.configuration.container.image.as_deref(), Some("123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"));
        assert_eq!(batch.configuration.container.image.as_deref(), Some("batch:1"));
        for (service, variable, secret) in [(web, "PASSWORD", "DB"), (batch, "TOKEN", "KEY")] {
            let container = &service.configuration.container;
            assert!(container.environment.contains_key(variable) && container.secrets.contains_key(secret), "{container:?}");
            assert!(service.configuration.security_groups.contains("sg-0123456789abcdef0"));
        }
    }

    #[test]
    fn secrets_never_get_in() {
        assert!(STATE.matches("PLANTED").count() > 5 && STATE.contains("secret:planted"));
        let shown = format!("{:?}", declared(STATE));
        assert!(!shown.contains("PLANTED") && !shown.contains("secret:planted"), "{shown}");
        assert!(!shown.contains("sg-0bad"), "{shown}");
    }

    #[test]
    fn an_address_is_quoted_as_terraform_quotes_it() {
        for (key, quoted) in [
            (r#""a\"b\\c""#, r#"["a\"b\\c"]"#),
            (r#""${x}%{y}$z%""#, r#"["$${x}%%{y}$z%"]"#),
            (r#""nl\nx\ty""#, r#"["nl\nx\ty"]"#),
            (r#""\u0007bellé\u200b\ud83d\ude00\u00a0""#, r#"["\u0007bellé\u200b😀\u00a0"]"#),
            (r#""""#, r#"[""]"#),
            ("12", "[12]"),
            ("null", ""),
        ] {
            let text =
                format!(r#"{{"mode":"managed","type":"aws_ecs_express_gateway_service","name":"a","instances":[{{"index_key":{key}}}]}}"#);
            check(&one(&text), &[&format!("aws_ecs_express_gateway_service.a{quoted} = ? ?")]);
        }
    }

    #[test]
    fn a_state_upgraded_from_version_3_keeps_its_ids() {
        let text = r#"{"mode":"managed","type":"aws_security_group","name":"x","instances":[{"attributes_flat":
            {"id":"sg-0abc","ingress.0.sg":"sg-0def","c.0.environment.0.value":"sg-0bad"}}]}"#;
        assert_eq!(declared(&one(text)).ids.into_iter().collect::<Vec<_>>(), ["sg-0abc", "sg-0def"]);
    }

    #[test]
    fn an_empty_state_declares_nothing() {
        assert_eq!(declared(&one("")), Declared { sources: vec!["s".to_owned()], ..Declared::default() });
    }

    #[test]
    fn wrong_types_are_refused_without_quoting_them() {
        let head = r#""mode":"managed","type":"t","name":"n""#;
        for text in [
            r#"{"version":4}"#.to_owned(),
            r#"{"version":4,"resources":null}"#.to_owned(),
            r#"{"version":4,"resources":{"a":"hunter2"}}"#.to_owned(),
            one("\"hunter2\""),
            one("{}"),
            one(&format!("{{{head}}}")),
            one(&format!("{{{head},\"instances\":null}}")),
            one(&format!("{{{head},\"instances\":[{{\"attributes\":\"hunter2\"}}]}}")),
            one(&format!("{{{head},\"instances\":[{{\"attributes\":[\"hunter2\"]}}]}}")),
            one(&format!("{{{head},\"instances\":[{{\"index_key\":-1.5}}]}}")),
            one(&format!("{{{head},\"instances\":[{{\"deposed\":true}}]}}")),
        ] {
            let kind = read("s", &text).expect_err(&text);
            assert!(matches!(kind, InputErrorKind::Malformed { line: 1, .. }), "{text}: {kind:?}");
            assert!(!kind.to_string().contains("hunter2"));
        }
    }
}
