//! Blocks of Terraform's language, for a person to put into a configuration.

use super::Arn;

/// The resource type of Terraform's AWS provider.
const RESOURCE: &str = "aws_ecs_express_gateway_service";

/// The block that makes a configuration adopt a live service (the import id is its ARN). Its address is made from the service's name.
#[must_use]
pub(crate) fn import_block(service: &Arn) -> String {
    import_block_at(&format!("{RESOURCE}.{}", label(service.last_segment())), service).unwrap_or_default()
}

/// The same, at an address that a plan gives; `None` if that is no address of such a resource.
#[must_use]
pub(crate) fn import_block_at(address: &str, service: &Arn) -> Option<String> {
    let is_address = address.contains(RESOURCE) && address.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]\"".contains(c));
    is_address.then(|| format!("import {{\n  to = {address}\n  id = {}\n}}\n", string(service.as_str())))
}

/// A name of Terraform's: letters, digits, `_` and `-`, and no digit first.
fn label(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { name } else { format!("service_{name}") }
}

/// A quoted string in which nothing is a template.
fn string(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "$${").replace("%{", "%%{");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str) -> Arn {
        Arn::parse(&format!("arn:aws:ecs:us-east-1:123456789012:service/prod/{name}")).expect("an ARN")
    }

    #[test]
    fn a_service_is_imported_by_its_arn_under_a_name_that_terraform_takes() {
        let expected = "import {\n  to = aws_ecs_express_gateway_service.web-api\n  \
                        id = \"arn:aws:ecs:us-east-1:123456789012:service/prod/web-api\"\n}\n";
        assert_eq!(import_block(&service("web-api")), expected);
        assert!(import_block(&service("2nd")).contains("aws_ecs_express_gateway_service.service_2nd\n"));
    }

    #[test]
    fn hostile_names_stay_within_their_quotes() {
        let block = import_block(&service("a\"}${file(\"x\")}%{if true}\\"));
        assert!(block.contains("service.a___") && block.contains("a\\\"}$${file(\\\"x\\\")}%%{if true}\\\\\""), "{block}");
    }

    #[test]
    fn only_an_address_of_such_a_service_is_taken() {
        let at = |address| import_block_at(address, &service("web"));
        assert!(at("module.k[\"eu\"].aws_ecs_express_gateway_service.app[0]").is_some());
        for address in ["aws_ecs_service.app", "aws_ecs_express_gateway_service.a\n}", "aws_ecs_express_gateway_service.a # b", ""] {
            assert_eq!(at(address), None, "{address:?}");
        }
    }
}
