//! Who depends on whom, as the configuration in a plan says.

use serde_json::{Value, json};

use super::read;
use crate::plan::Order;

/// The order of a configuration whose root module has these resources, and these calls of modules.
fn order(resources: &[Value], calls: &Value) -> Order {
    read(&json!({
        "format_version": "1.2", "resource_changes": [],
        "configuration": { "root_module": { "resources": resources, "module_calls": calls } },
    }))
    .order
}

fn resource(address: &str, expressions: &Value) -> Value {
    json!({ "address": address, "mode": "managed", "expressions": expressions })
}

/// A module that makes a role and its policy, and tells the role's ARN.
fn role_module() -> Value {
    let policy = resource("t.policy", &json!({ "role": { "references": ["t.role.name", "t.role"] } }));
    let arn = json!({ "references": ["t.role.arn", "t.role"] });
    json!({ "module": {
        "resources": [resource("t.role", &json!({})), policy],
        "outputs": { "arn": { "expression": arn }, "allowed": { "expression": arn, "depends_on": ["t.policy"] } },
    } })
}

/// Whether `s.web` of that configuration depends on `t.role` and `t.policy`, which lie beside it.
#[track_caller]
fn check(web: &Value, expected: [Option<bool>; 2]) {
    let mut web = web.clone();
    web["address"] = json!("s.web");
    let policy = resource("t.policy", &json!({ "role": { "references": ["t.role"] } }));
    let data = json!({ "address": "data.t.policy", "mode": "data", "expressions": { "x": { "references": ["t.policy.id", "t.policy"] } } });
    let order = order(&[web.clone(), resource("t.role", &json!({})), policy, data], &json!({}));
    assert_eq!(["t.role", "t.policy"].map(|on| order.depends("s.web", on)), expected, "{web}");
}

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

#[test]
fn what_is_referred_to_is_depended_on_and_what_that_refers_to() {
    check(&json!({ "expressions": { "a": { "references": ["t.role.arn", "t.role"] } } }), [YES, NO]);
    check(&json!({ "expressions": { "a": { "references": ["t.policy.id", "t.policy"] } } }), [YES, YES]);
    check(&json!({ "expressions": { "a": { "constant_value": "arn:aws:iam::123456789012:role/r" } } }), [NO, NO]);
    check(&json!({}), [NO, NO]);
}

#[test]
fn blocks_lists_counts_and_splats_refer_too() {
    let role = json!({ "references": ["t.role[0].arn", "t.role[0]", "t.role"] });
    check(&json!({ "expressions": { "primary_container": [{ "environment": [{ "value": role }] }] } }), [YES, NO]);
    check(&json!({ "expressions": { "timeouts": { "create": role } } }), [YES, NO]);
    check(&json!({ "count_expression": { "references": ["t.policy"] } }), [YES, YES]);
    check(&json!({ "for_each_expression": { "references": ["t.policy"] } }), [YES, YES]);
}

#[test]
fn a_block_may_be_called_references() {
    check(&json!({ "expressions": { "a": { "references": { "b": 1 } }, "c": { "references": "t.role" } } }), [NO, NO]);
}

#[test]
fn depends_on_is_a_reference() {
    check(&json!({ "depends_on": ["t.policy"] }), [YES, YES]);
    check(&json!({ "depends_on": ["t.role"] }), [YES, NO]);
}

#[test]
fn a_data_source_leads_to_what_it_waits_for() {
    check(&json!({ "expressions": { "a": { "references": ["data.t.policy.arn", "data.t.policy"] } } }), [YES, YES]);
    check(&json!({ "depends_on": ["data.t.policy"] }), [YES, YES]);
}

#[test]
fn behind_a_local_value_may_be_anything() {
    check(&json!({ "expressions": { "a": { "references": ["local.role"] } } }), [None, None]);
    check(&json!({ "expressions": { "a": { "references": ["local.role", "t.role"] } } }), [YES, None]);
}

#[test]
fn what_is_said_of_instances_paths_and_terraform_is_no_resource() {
    let names = ["each.key", "each.value", "count.index", "path.module", "self.id", "terraform.workspace", "var.unset", "odd"];
    check(&json!({ "expressions": { "a": { "references": names } } }), [NO, NO]);
}

/// Whether `s.web`, made in a module or beside it, depends on the role and the policy of the module `role`.
#[track_caller]
fn check_module(web: &Value, web_address: &str, calls: &Value, expected: [Option<bool>; 2]) {
    let mut calls = calls.clone();
    calls["role"] = role_module();
    let order = order(&Vec::from_iter((!web.is_null()).then(|| web.clone())), &calls);
    let found = ["module.role.t.role", "module.role.t.policy"].map(|on| order.depends(web_address, on));
    assert_eq!(found, expected, "{web} {calls}");
}

#[test]
fn an_output_leads_to_what_it_tells_and_waits_for() {
    let web = |output: &str| resource("s.web", &json!({ "a": { "references": [format!("module.role.{output}"), "module.role"] } }));
    check_module(&web("arn"), "s.web", &json!({}), [YES, NO]);
    check_module(&web("allowed"), "s.web", &json!({}), [YES, YES]);
    check_module(
        &resource("s.web", &json!({ "a": { "references": ["module.role[0].arn", "module.role[0]", "module.role"] } })),
        "s.web",
        &json!({}),
        [YES, NO],
    );
}

#[test]
fn a_module_named_as_a_whole_is_all_of_it() {
    let whole = resource("s.web", &json!({ "a": { "references": ["module.role"] } }));
    check_module(&whole, "s.web", &json!({}), [YES, YES]);
    check_module(&json!({ "address": "s.web", "depends_on": ["module.role"] }), "s.web", &json!({}), [YES, YES]);
    check_module(&json!({ "address": "s.web", "depends_on": ["module.role.arn"] }), "s.web", &json!({}), [NO, NO]);
}

#[test]
fn variables_lead_out_of_a_module() {
    let app = resource("s.web", &json!({ "role": { "references": ["var.role"] } }));
    let call = |output: &str| json!({ "expressions": { "role": { "references": [format!("module.role.{output}"), "module.role"] } }, "module": { "resources": [app] } });
    check_module(&Value::Null, r#"module.app["eu"].s.web[0]"#, &json!({ "app": call("arn") }), [YES, NO]);
    check_module(&Value::Null, "module.app.s.web", &json!({ "app": call("allowed") }), [YES, YES]);
}

#[test]
fn what_a_module_waits_for_everything_in_it_waits_for() {
    let app = json!({ "resources": [resource("s.web", &json!({}))] });
    let waiting = json!({ "depends_on": ["module.role"], "module": { "module_calls": { "inner": { "module": app } } } });
    check_module(&Value::Null, "module.app.module.inner.s.web", &json!({ "app": waiting }), [YES, YES]);
    let counted = json!({ "for_each_expression": { "references": ["module.role.arn", "module.role"] }, "module": app });
    check_module(&Value::Null, "module.app.s.web", &json!({ "app": counted }), [YES, NO]);
    check_module(&Value::Null, "module.app.s.web", &json!({ "app": { "module": app } }), [NO, NO]);
}

#[test]
fn outputs_of_modules_within_modules_lead_on() {
    let outer = json!({ "module": {
        "module_calls": { "role": role_module() },
        "outputs": { "arn": { "expression": { "references": ["module.role.arn", "module.role"] } } },
    } });
    let web = resource("s.web", &json!({ "a": { "references": ["module.outer.arn", "module.outer"] } }));
    let order = order(&[web], &json!({ "outer": outer }));
    let found = ["role", "policy"].map(|on| order.depends("s.web", &format!("module.outer.module.role.t.{on}")));
    assert_eq!(found, [YES, NO]);
}

#[test]
fn what_the_configuration_does_not_have_is_not_told() {
    assert_eq!(order(&[], &json!({})).depends("s.web", "t.role"), None);
}
