//! Rows of plans, as `terraform show -json` writes them.

use serde_json::{Value, json};

use crate::world::{Parts, REGION};

pub(super) const SERVICE: &str = "aws_ecs_express_gateway_service";
pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/infra";
pub(super) const GROUP: &str = "sg-0123456789abcdef0";
pub(super) const SUBNET: &str = "subnet-0123456789abcdef0";

/// What is done to a resource of that type and name.
pub(super) fn row(kind: &str, name: &str, actions: &[&str], before: &Value, after: &Value) -> Value {
    json!({
        "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
        "change": { "actions": actions, "before": before, "after": after, "after_unknown": {} },
    })
}

/// The attributes of the service, as far as they are known before it is made.
pub(super) fn attributes(name: &str) -> Value {
    let Parts { cluster, name, life: _ } = Parts::of(name);
    json!({
        "cluster": cluster, "service_name": name, "region": REGION, "infrastructure_role_arn": ROLE,
        "network_configuration": [{ "security_groups": [GROUP], "subnets": [SUBNET] }],
    })
}

/// The same, of a service that is there.
pub(super) fn living(name: &str) -> Value {
    let mut attributes = attributes(name);
    attributes["service_arn"] = json!(Parts::of(name).service().to_string());
    attributes
}

/// A service is made. The resource is called like it.
pub(super) fn create(name: &str) -> Value {
    row(SERVICE, &Parts::of(name).name, &["create"], &Value::Null, &attributes(name))
}

pub(super) fn delete(name: &str) -> Value {
    row(SERVICE, &Parts::of(name).name, &["delete"], &living(name), &Value::Null)
}

pub(super) fn update(name: &str) -> Value {
    row(SERVICE, &Parts::of(name).name, &["update"], &living(name), &living(name))
}

pub(super) fn forget(name: &str) -> Value {
    row(SERVICE, &Parts::of(name).name, &["forget"], &living(name), &Value::Null)
}

/// One is deleted, and another one made; or the other way round.
pub(super) fn replace(name: &str, actions: &[&str; 2]) -> Value {
    row(SERVICE, &Parts::of(name).name, actions, &living(name), &attributes(name))
}

/// The row, with one attribute changed of what will be.
pub(super) fn after(mut row: Value, attribute: &str, value: Value) -> Value {
    row["change"]["after"][attribute] = value;
    row
}

/// The row, at another address.
pub(super) fn at(mut row: Value, address: &str) -> Value {
    row["address"] = json!(address);
    row
}

/// The row, with an attribute that is known only after the apply.
pub(super) fn unknown(mut row: Value, attribute: &str) -> Value {
    row["change"]["after"].as_object_mut().and_then(|after| after.remove(attribute));
    row["change"]["after_unknown"][attribute] = json!(true);
    row
}
