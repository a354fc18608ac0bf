//! Where a finding is declared, as far as that is known: a file, and no line of it.

use crate::model::Claim;

/// What the program calls a declaration that came through a pipe.
const STANDARD_INPUT: &str = "standard input";

/// The file that declares what the finding is about, where the claim names one: of several, the first.
pub(super) fn declaring_file(claim: &Claim) -> Option<&str> {
    let Claim::MissingService { declared_at } = claim else { return None };
    // `FILE: ADDRESS`. No address of Terraform has a colon with a space behind it, except in a quoted key.
    let (source, _) = declared_at.split_once(": ")?;
    (!source.is_empty() && source != STANDARD_INPUT && !source.contains("://")).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(declared_at: &str, file: Option<&str>) {
        assert_eq!(declaring_file(&Claim::MissingService { declared_at: declared_at.to_owned() }), file, "{declared_at}");
    }

    #[test]
    fn a_file_is_what_stands_before_the_address() {
        check("states/prod.tfstate: module.k[\"a: b\"].aws_ecs_express_gateway_service.app", Some("states/prod.tfstate"));
        check("a.tfstate: aws.one, b.tfstate: aws.two", Some("a.tfstate"));
    }

    #[test]
    fn a_pipe_and_a_bucket_are_no_files() {
        check("standard input: aws_ecs_express_gateway_service.app", None);
        check("s3://bucket/key.tfstate: aws_ecs_express_gateway_service.app", None);
        check("aws_ecs_express_gateway_service.app", None);
        assert_eq!(declaring_file(&Claim::Superseded), None);
    }
}
