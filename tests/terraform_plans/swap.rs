//! The one step between a plan as Terraform wrote it and a plan of Express services. `terraform_data.service_web` becomes
//! `aws_ecs_express_gateway_service.web`, and what is its `input` becomes its attributes. Actions, references, dependencies and unknown
//! values stay as Terraform wrote them.

use serde_json::{Map, Value, json};

/// The beginnings of names, and the types that they stand for.
const TYPES: [(&str, &str); 4] = [
    ("service_", "aws_ecs_express_gateway_service"),
    ("role_", "aws_iam_role"),
    ("policy_", "aws_iam_role_policy_attachment"),
    ("cluster_", "aws_ecs_cluster"),
];

/// What the configuration of each resource sets: an `input` hides in an expression which attributes it has.
const SET: [&str; 3] = ["cluster", "service_name", "infrastructure_role_arn"];

/// The plan with the types and attributes swapped.
pub(crate) fn swapped(text: &str) -> Value {
    let text =
        TYPES.iter().fold(text.to_owned(), |text, (start, kind)| text.replace(&format!("terraform_data.{start}"), &format!("{kind}.")));
    let mut plan = serde_json::from_str(&text).expect("JSON, written by Terraform");
    swap(&mut plan);
    plan
}

fn swap(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("type") == Some(&json!("terraform_data")) {
                swap_resource(fields);
            }
            fields.values_mut().for_each(swap);
        }
        Value::Array(items) => items.iter_mut().for_each(swap),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn swap_resource(resource: &mut Map<String, Value>) {
    let name = resource["name"].as_str().expect("a name").to_owned();
    let (start, kind) = TYPES.iter().find(|(start, _)| name.starts_with(start)).expect("a name that begins with a type");
    resource.insert("type".to_owned(), json!(kind));
    resource.insert("name".to_owned(), json!(name.trim_start_matches(start)));
    if let Some(values) = resource.get_mut("values") {
        graft(values);
    }
    if let Some(Value::Object(change)) = resource.get_mut("change") {
        for key in ["before", "after", "after_unknown"] {
            change.get_mut(key).into_iter().for_each(graft);
        }
    }
    if let Some(Value::Object(expressions)) = resource.get_mut("expressions")
        && let Some(input) = expressions.remove("input")
    {
        expressions.extend(SET.map(|attribute| (attribute.to_owned(), input.clone())));
    }
}

/// Puts the attributes of a resource in the place of its `input`. What has an `output` is there, and a service that is there has an ARN.
fn graft(values: &mut Value) {
    let Value::Object(fields) = values else { return };
    let Some(input) = fields.get("input").cloned() else { return };
    let output = fields.get("output").cloned().unwrap_or_default();
    *values = input;
    let Value::Object(attributes) = values else { return };
    let arn = match (output.get("cluster").and_then(Value::as_str), output.get("service_name").and_then(Value::as_str)) {
        (Some(cluster), Some(name)) => Some(json!(format!("arn:aws:ecs:us-east-1:123456789012:service/{cluster}/{name}"))),
        _ => Some(output).filter(|output| *output == json!(true)),
    };
    attributes.extend(arn.map(|arn| ("service_arn".to_owned(), arn)));
}
