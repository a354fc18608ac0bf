//! Plans that are broken, and secrets in plans: nothing of a value is quoted or kept.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{SERVICE, read, row};
use crate::input::{InputErrorKind, read_plan};

/// A plan with a secret in every place that a value can stand in.
fn planted() -> Value {
    let secret = "PLANTED hunter2";
    let attributes = json!({
        "cluster": "prod", "service_name": "web", "service_arn": super::ARN, "description": secret, "user_data": [secret, { "k": secret }],
        "primary_container": [{
            "image": "web:1", "command": [secret], "environment": [{ "name": "N", "value": secret }],
            "secret": [{ "name": "N", "value_from": secret }], "repository_credentials": [{ "credentials_parameter": secret }],
        }],
        "tags": { "k": secret },
    });
    let constant = json!({ "constant_value": secret });
    let resource = json!({
        "address": "aws_ecs_express_gateway_service.x", "mode": "managed", "provider_config_key": "aws", "depends_on": ["t.role"],
        "expressions": { "description": constant, "primary_container": [{ "command": { "constant_value": [secret, { "k": secret }] } }] },
        "count_expression": constant,
    });
    json!({
        "format_version": "1.2",
        "variables": { "password": { "value": secret } },
        "output_changes": { "o": { "actions": ["create"], "after": secret } },
        "resource_changes": [row(SERVICE, &["update"], &attributes, &attributes), row("aws_db_instance", &["delete"], &attributes, &Value::Null)],
        "prior_state": { "format_version": "1.0", "values": {
            "outputs": { "o": { "value": secret } },
            "root_module": { "resources": [{ "address": "s.x", "mode": "managed", "type": SERVICE, "values": attributes, "depends_on": ["t.role"] }] },
        } },
        "configuration": {
            "provider_config": { "aws": { "expressions": { "region": constant, "secret_key": constant } } },
            "root_module": {
                "resources": [resource],
                "variables": { "password": { "default": secret, "description": secret } },
                "outputs": { "o": { "expression": constant } },
                "module_calls": { "m": { "expressions": { "v": constant }, "module": {} } },
            },
        },
    })
}

#[test]
fn no_secret_of_a_plan_is_kept() {
    let plan = read(&planted());
    assert_eq!(plan.services.len(), 1);
    assert!(!format!("{plan:?} {plan:#?}").contains("PLANTED"), "{plan:?}");
}

#[test]
fn a_plan_cut_off_anywhere_is_refused() {
    let text = planted().to_string();
    for end in 1..text.len() {
        let error = read_plan("p", &text.as_bytes()[..end]).expect_err("half a plan");
        assert!(matches!(error.kind(), InputErrorKind::Truncated { .. }), "{end}: {error:?}");
    }
}

#[test]
fn what_has_another_shape_than_a_plans_is_refused() {
    let good = planted();
    let wrong = [
        ("/resource_changes", json!({})),
        ("/resource_changes/0/address", json!(7)),
        ("/resource_changes/0/change/actions", json!("create")),
        ("/resource_changes/0/change/before", json!("PLANTED")),
        ("/prior_state", json!([])),
        ("/configuration/root_module/resources/0/depends_on", json!([7])),
        ("/errored", json!("PLANTED")),
    ];
    for (place, value) in wrong {
        let mut document = good.clone();
        match document.pointer_mut(place) {
            Some(at) => *at = value,
            None => document[place.trim_start_matches('/')] = value,
        }
        let error = read_plan("p", document.to_string().as_bytes()).expect_err(place);
        assert!(!format!("{error} {error:?}").contains("PLANTED"), "{error}");
    }
}

proptest! {
    #[test]
    fn a_damaged_plan_is_read_or_refused_without_quoting_it(at: prop::sample::Index, to in "[]{}\\[\":,0nulex.-]{1,3}") {
        let mut text = planted().to_string();
        let at = at.index(text.len() - to.len());
        text.replace_range(at..at + to.len(), &to);
        match read_plan("p", text.as_bytes()) {
            Ok(plan) => drop(plan),
            Err(error) => prop_assert!(!format!("{error} {error:?}").contains("PLANTED"), "{error}"),
        }
    }
}
