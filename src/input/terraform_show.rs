//! `terraform show -json` of a state: the same resources, but modules lie in each other and addresses are given.
//!
//! What HCP Terraform calls the JSON state has this format too.

use serde::Deserialize;

use super::gathering::{Found, Gathering};
use super::identifiers::Attributes;
use super::{InputErrorKind, text};

/// Reads a document that has the keys of a shown state. Without `values` the state is empty.
pub(super) fn read(text: &str, gathering: &mut Gathering<'_>) -> Result<(), InputErrorKind> {
    let shown: Shown = text::json(text)?;
    for Resource { address, mode, kind, deposed_key, values, depends_on: _ } in shown.resources() {
        let is_deposed = deposed_key.is_some_and(|key| !key.is_empty());
        gathering.take(Found { mode: &mode, kind: &kind, is_deposed, address, attributes: values.unwrap_or_default() })?;
    }
    Ok(())
}

impl Shown {
    /// Every resource of every module.
    pub(super) fn resources(self) -> Vec<Resource> {
        let (mut found, mut modules) = (Vec::new(), Vec::from_iter(self.values.and_then(|values| values.root_module)));
        while let Some(module) = modules.pop() {
            found.extend(module.resources.into_iter().flatten());
            modules.extend(module.child_modules.into_iter().flatten());
        }
        found
    }
}

#[derive(Deserialize)]
pub(super) struct Shown {
    values: Option<Values>,
}

#[derive(Deserialize)]
struct Values {
    root_module: Option<Module>,
}

#[derive(Deserialize)]
struct Module {
    resources: Option<Vec<Resource>>,
    child_modules: Option<Vec<Module>>,
}

/// One instance of a resource.
#[derive(Deserialize)]
pub(super) struct Resource {
    pub(super) address: String,
    pub(super) mode: String,
    #[serde(rename = "type")]
    kind: String,
    deposed_key: Option<String>,
    pub(super) values: Option<Attributes>,
    /// The addresses, without instance keys, of everything that it depends on.
    pub(super) depends_on: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::Declared;

    fn read(source: &str, text: &str) -> Result<Declared, InputErrorKind> {
        let mut gathering = Gathering::of(source);
        super::read(text, &mut gathering).map(|()| gathering.done())
    }

    const SHOW: &str = include_str!("../../fixtures/terraform/show.json");

    /// Checks the services, each as `ADDRESS = CLUSTER/NAME`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let declared = read("s", text).expect("a state");
        let lines = declared.services.iter().map(|service| {
            let name = service.service_name().map_or_else(|| "?".to_owned(), |name| format!("{}/{}", name.cluster, name.name));
            format!("{} = {name}", service.declared_at.strip_prefix("s: ").expect("the source"))
        });
        let mut found: Vec<_> = lines.collect();
        found.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn modules_are_followed_into_each_other() {
        check(
            SHOW,
            &[
                "aws_ecs_express_gateway_service.web = default/web",
                "module.k[\"eu\"].aws_ecs_express_gateway_service.app[\"web\"] = hoge-cluster/eu-web",
                "module.k[\"eu\"].module.deep[0].awscc_ecs_express_gateway_service.batch = hoge-cluster/batch",
            ],
        );
    }

    #[test]
    fn data_sources_and_deposed_objects_give_ids_only() {
        let declared = read("s", SHOW).expect("a state");
        for name in ["seen-by-data", "web-old"] {
            assert!(declared.ids.iter().any(|id| id.ends_with(name)), "{name}");
            assert!(declared.services.iter().all(|service| service.service_name().is_none_or(|n| n.name != name)), "{name}");
        }
        assert!(declared.ids.contains("sg-0123456789abcdef0"));
    }

    #[test]
    fn fields_are_declared_as_in_a_raw_state() {
        let declared = read("s", SHOW).expect("a state");
        for (name, image) in [("service.web", "us-east-1.amazonaws.com/web:1"), ("service.batch", "batch:1")] {
            let service = declared.services.iter().find(|service| service.declared_at.ends_with(name)).expect("declared");
            assert!(service.configuration.container.image.as_deref().is_some_and(|of| of.ends_with(image)), "{name}");
        }
    }

    #[test]
    fn secrets_never_get_in() {
        assert!(SHOW.contains("PLANTED"));
        let shown = format!("{:?}", read("s", SHOW).expect("a state"));
        assert!(!shown.contains("PLANTED") && !shown.contains("secret:planted") && !shown.contains("sg-0bad"), "{shown}");
    }

    #[test]
    fn an_empty_state_declares_nothing() {
        let empty = include_str!("../../fixtures/terraform/show_empty.json");
        for text in [empty, r#"{"values":null}"#, r#"{"values":{}}"#, r#"{"values":{"root_module":{}}}"#] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_service_without_values_is_still_declared() {
        let resource = r#"{"address":"a.b","mode":"managed","type":"aws_ecs_express_gateway_service"}"#;
        check(&format!(r#"{{"values":{{"root_module":{{"resources":[{resource}]}}}}}}"#), &["a.b = ?"]);
    }

    #[test]
    fn wrong_types_are_refused() {
        for module in ["[]", "7", r#"{"resources":{}}"#, r#"{"resources":[{}]}"#, r#"{"child_modules":[1]}"#] {
            let text = format!(r#"{{"values":{{"root_module":{module}}}}}"#);
            let kind = read("s", &text).expect_err(module);
            assert!(matches!(kind, InputErrorKind::Malformed { line: 1, .. }), "{module}: {kind:?}");
        }
    }
}
