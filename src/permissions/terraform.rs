//! The IAM policy as HCL.

use std::fmt::Write;

use super::OPERATIONS;
use super::policy::{Statement, statements};

/// The policy as a Terraform data source, formatted as `terraform fmt` leaves it.
#[must_use]
pub fn terraform() -> String {
    let mut text = String::from("data \"aws_iam_policy_document\" \"ecs_express_audit\" {\n");
    for (i, statement) in statements(&OPERATIONS.iter().collect::<Vec<_>>()).iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        block(&mut text, statement);
    }
    text.push_str("}\n");
    text
}

fn block(text: &mut String, statement: &Statement) {
    let _ = writeln!(text, "  statement {{\n    sid    = \"{}\"\n    effect = \"Allow\"\n", statement.sid);
    list(text, "actions", statement.actions.iter().map(String::as_str));
    text.push('\n');
    list(text, "resources", statement.resources.iter().copied());
    text.push_str("  }\n");
}

fn list<'t>(text: &mut String, name: &str, values: impl Iterator<Item = &'t str>) {
    let _ = writeln!(text, "    {name} = [");
    for value in values {
        let _ = writeln!(text, "      \"{value}\",");
    }
    text.push_str("    ]\n");
}
