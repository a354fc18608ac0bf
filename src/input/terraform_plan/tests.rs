//! Plans written by hand, a few rows each. What Terraform itself writes is read in `tests/terraform_plans.rs`.

mod damage;
mod references;
mod surroundings;

use serde_json::{Value, json};

use crate::input::{InputErrorKind, read_plan};
use crate::model::PlannedAction;
use crate::plan::{Plan, PlannedService};

const SERVICE: &str = "aws_ecs_express_gateway_service";
const ARN: &str = "arn:aws:ecs:us-east-1:123456789012:service/prod/web";

/// A plan of these rows.
fn plan(rows: &[Value]) -> Plan {
    read(&json!({ "format_version": "1.2", "resource_changes": rows }))
}

#[track_caller]
fn read(document: &Value) -> Plan {
    read_plan("p", document.to_string().as_bytes()).expect("a plan")
}

/// What is done to a resource called `x` of that type.
fn row(kind: &str, actions: &[&str], before: &Value, after: &Value) -> Value {
    let change = json!({ "actions": actions, "before": before, "after": after, "after_unknown": {} });
    json!({ "address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x", "change": change })
}

/// The service of the only row.
fn only(document: &Value) -> PlannedService {
    let mut services = read(document).services;
    assert_eq!(services.len(), 1);
    services.remove(0)
}

/// `cluster/name` before and after, and the Region.
#[track_caller]
fn check(document: &Value, before: Option<&str>, after: Option<&str>, region: Option<&str>) {
    let service = only(document);
    let spoken = |name: Option<crate::kinds::ServiceName>| name.map(|name| format!("{}/{}", name.cluster, name.name));
    assert_eq!((spoken(service.name_before()).as_deref(), spoken(service.name_after()).as_deref()), (before, after), "{document}");
    assert_eq!(service.region(), region, "{document}");
}

#[test]
fn every_list_of_actions_has_a_meaning_or_none_that_is_known() {
    use PlannedAction as Action;
    let meanings: [(&[&str], Action); 14] = [
        (&["no-op"], Action::Keep),
        (&["read"], Action::Keep),
        (&["create"], Action::Create),
        (&["update"], Action::Update),
        (&["delete"], Action::Delete),
        (&["delete", "create"], Action::Replace),
        (&["create", "delete"], Action::CreateThenDelete),
        (&["forget"], Action::Forget),
        (&["create", "forget"], Action::CreateThenForget),
        (&[], Action::Unknown),
        (&["forget", "create"], Action::Unknown),
        (&["update", "delete"], Action::Unknown),
        (&["delete", "create", "delete"], Action::Unknown),
        (&["Create"], Action::Unknown),
    ];
    for (actions, meaning) in meanings {
        let found = plan(&[row(SERVICE, actions, &json!({}), &json!({}))]);
        assert_eq!(found.services[0].action, meaning, "{actions:?}");
        assert_eq!(found.touched().count(), usize::from(meaning != Action::Keep), "{actions:?}");
    }
}

#[test]
fn why_it_is_done_and_what_it_was_called_changes_nothing() {
    let plain = row(SERVICE, &["delete", "create"], &json!({ "service_arn": ARN }), &json!({ "cluster": "prod", "service_name": "web" }));
    let mut said = plain.clone();
    said["action_reason"] = json!("replace_because_tainted");
    said["previous_address"] = json!("aws_ecs_express_gateway_service.old");
    said["index"] = json!("x");
    said["change"]["importing"] = json!({ "identity": { "id": "i" }, "unknown": true });
    said["change"]["replace_paths"] = json!([["cluster"], [0, "x"]]);
    said["deposed"] = json!("");
    assert_eq!(plan(&[plain]), plan(&[said]));
}

#[test]
fn a_deposed_object_is_called_by_its_key() {
    let mut row = row(SERVICE, &["delete"], &json!({ "service_arn": ARN }), &Value::Null);
    row["deposed"] = json!("0a1b2c3d");
    let service = &plan(&[row]).services[0];
    assert_eq!(service.address, "aws_ecs_express_gateway_service.x (deposed 0a1b2c3d)");
    assert_eq!((service.action, service.after.is_none()), (PlannedAction::Delete, true));
}

#[test]
fn data_sources_are_nobodys_services() {
    let mut row = row("awscc_ecs_express_gateway_service", &["read"], &Value::Null, &json!({ "id": ARN }));
    row["mode"] = json!("data");
    let plan = plan(&[row]);
    assert!(plan.services.is_empty() && plan.ids.contains(ARN));
}

#[test]
fn both_providers_services_are_read() {
    let created = json!({ "cluster": "prod", "service_name": "web" });
    for kind in [SERVICE, "awscc_ecs_express_gateway_service"] {
        let document = json!({ "format_version": "1.2", "resource_changes": [row(kind, &["create"], &Value::Null, &created)] });
        check(&document, None, Some("prod/web"), None);
    }
}

#[test]
fn nothing_before_and_nothing_after_are_no_services() {
    let without = json!({ "address": "s.x", "mode": "managed", "type": SERVICE, "change": { "actions": ["create"] } });
    for row in [row(SERVICE, &["create"], &Value::Null, &Value::Null), without] {
        let service = &plan(&[row]).services[0];
        assert_eq!((&service.before, &service.after, service.any_name()), (&None, &None, None));
        assert!(service.dependencies().is_empty() && service.region().is_none());
    }
}

/// One service, made in a cluster that is known only after the apply, with that configuration.
fn in_unknown_cluster(unknown: &Value, configuration: &Value) -> Value {
    let mut row = row(SERVICE, &["create"], &Value::Null, &json!({ "service_name": "web" }));
    row["change"]["after_unknown"] = unknown.clone();
    json!({ "format_version": "1.2", "resource_changes": [row], "configuration": configuration })
}

fn configuration_of(expressions: &Value) -> Value {
    let resource = json!({ "address": "aws_ecs_express_gateway_service.x", "mode": "managed", "expressions": expressions });
    json!({ "root_module": { "resources": [resource] } })
}

#[test]
fn a_cluster_that_nobody_set_is_the_default_one() {
    let unset = configuration_of(&json!({ "service_name": { "constant_value": "web" } }));
    check(&in_unknown_cluster(&json!({ "cluster": true }), &unset), None, Some("default/web"), None);
    check(&in_unknown_cluster(&json!(true), &unset), None, Some("default/web"), None);
    check(&in_unknown_cluster(&json!({}), &unset), None, Some("default/web"), None);
}

#[test]
fn a_cluster_that_somebody_set_or_may_have_set_is_not_known() {
    let set = configuration_of(&json!({ "cluster": { "references": ["aws_ecs_cluster.c.name", "aws_ecs_cluster.c"] } }));
    for configuration in [set, json!({}), Value::Null] {
        check(&in_unknown_cluster(&json!({ "cluster": true }), &configuration), None, None, None);
        check(&in_unknown_cluster(&json!(true), &configuration), None, None, None);
    }
}

#[test]
fn a_name_that_aws_will_give_is_not_known() {
    let row = row(SERVICE, &["create"], &Value::Null, &json!({ "cluster": "prod" }));
    check(&json!({ "format_version": "1.2", "resource_changes": [row] }), None, None, None);
}

#[test]
fn unknown_values_are_told_where_somebody_set_them() {
    let set = configuration_of(&json!({ "cpu": {}, "primary_container": [{}], "cluster": {}, "wait_for_steady_state": {} }));
    let unknown = json!({
        "cpu": true, "memory": true, "service_arn": true, "wait_for_steady_state": true,
        "primary_container": [{ "image": true, "environment": [{ "value": false }] }], "tags": {},
    });
    let told = |document: &Value| only(document).unknown.into_iter().collect::<Vec<_>>();
    assert_eq!(told(&in_unknown_cluster(&unknown, &set)), ["cpu", "primary_container.image"]);
    assert_eq!(told(&in_unknown_cluster(&unknown, &Value::Null)), ["cpu", "memory", "primary_container.image"]);
}

#[test]
fn keys_of_instances_find_their_configuration() {
    let app =
        json!({ "address": "aws_ecs_express_gateway_service.x", "mode": "managed", "expressions": {}, "provider_config_key": "aws.west" });
    let call = json!({ "module": { "resources": [app] } });
    let mut row = row(SERVICE, &["create"], &Value::Null, &json!({ "service_name": "web" }));
    row["address"] = json!(r#"module.k["a.b[0]"].aws_ecs_express_gateway_service.x[1]"#);
    row["change"]["after_unknown"] = json!({ "cluster": true });
    let regions = json!({ "aws.west": { "expressions": { "region": { "constant_value": "us-west-2" } } } });
    let configuration = json!({ "provider_config": regions, "root_module": { "module_calls": { "k": call } } });
    let document = json!({ "format_version": "1.2", "resource_changes": [row], "configuration": configuration });
    check(&document, None, Some("default/web"), Some("us-west-2"));
}

#[test]
fn a_resources_own_region_comes_before_its_providers() {
    let document = |after: &Value, region: &Value| {
        let resource = json!({ "address": "aws_ecs_express_gateway_service.x", "mode": "managed", "provider_config_key": "aws" });
        let configuration = json!({
            "provider_config": { "aws": { "expressions": { "region": region } } }, "root_module": { "resources": [resource] },
        });
        let row = row(SERVICE, &["create"], &Value::Null, after);
        json!({ "format_version": "1.2", "resource_changes": [row], "configuration": configuration })
    };
    let (east, named) = (json!({ "constant_value": "us-gov-east-1" }), json!({ "cluster": "c", "service_name": "s" }));
    check(&document(&named, &east), None, Some("c/s"), Some("us-gov-east-1"));
    check(&document(&json!({ "cluster": "c", "service_name": "s", "region": "eu-west-1" }), &east), None, Some("c/s"), Some("eu-west-1"));
    for other in
        [json!({ "references": ["var.region"] }), json!({ "constant_value": "PLANTED" }), json!({ "constant_value": 7 }), json!({})]
    {
        check(&document(&named, &other), None, Some("c/s"), None);
    }
}

#[test]
fn what_is_replaced_by_one_in_another_region_is_done_in_both() {
    use PlannedAction as Action;
    let done = |actions: &[&str], region: Value| {
        let after = json!({ "cluster": "prod", "service_name": "web", "region": region });
        let services = plan(&[row(SERVICE, actions, &json!({ "service_arn": ARN }), &after)]).services;
        services.iter().map(|service| (service.action, service.region().map(str::to_owned))).collect::<Vec<_>>()
    };
    let (here, there) = (Some("us-east-1".to_owned()), Some("eu-west-1".to_owned()));
    let both = |action| vec![(action, here.clone()), (Action::Create, there.clone())];
    assert_eq!(done(&["delete", "create"], json!("eu-west-1")), both(Action::Delete));
    assert_eq!(done(&["create", "delete"], json!("eu-west-1")), both(Action::Delete));
    assert_eq!(done(&["create", "forget"], json!("eu-west-1")), both(Action::Forget));
    for region in [json!("us-east-1"), Value::Null] {
        assert_eq!(done(&["delete", "create"], region), [(Action::Replace, here.clone())]);
    }
    assert_eq!(done(&["update"], json!("eu-west-1")), [(Action::Update, here.clone())]);
}

#[test]
fn what_is_deleted_is_gone_unless_its_resource_makes_it_again_under_its_name_and_in_its_region() {
    let gone = |rows: &[Value]| plan(rows).gone().into_iter().map(|asked| asked.arn.map(|arn| arn.to_string())).collect::<Vec<_>>();
    let before = json!({ "service_arn": ARN });
    let after = |name: &str, region: &str| json!({ "cluster": "prod", "service_name": name, "region": region });
    let replaced = |name: &str, region: &str| row(SERVICE, &["delete", "create"], &before, &after(name, region));
    let the_old_one = vec![Some(ARN.to_owned())];
    assert_eq!(gone(&[row(SERVICE, &["delete"], &before, &Value::Null)]), the_old_one);
    assert_eq!(gone(&[replaced("web", "us-east-1")]), []);
    assert_eq!(gone(&[replaced("shop", "us-east-1")]), the_old_one);
    assert_eq!(gone(&[replaced("web", "eu-west-1")]), the_old_one);
    // Another resource may make it in another account.
    let mut made = row(SERVICE, &["create"], &Value::Null, &after("web", "us-east-1"));
    made["address"] = json!("aws_ecs_express_gateway_service.y");
    assert_eq!(gone(&[row(SERVICE, &["delete"], &before, &Value::Null), made.clone()]), the_old_one);
    made["change"]["after"]["infrastructure_role_arn"] = json!("arn:aws:iam::123456789012:role/infra");
    assert_eq!(gone(&[row(SERVICE, &["delete"], &before, &Value::Null), made]), []);
    assert_eq!(gone(&[row(SERVICE, &["update"], &before, &after("web", "us-east-1"))]), []);
}

#[test]
fn what_terraform_put_off_is_not_known() {
    let change = row(SERVICE, &["create"], &Value::Null, &json!({ "cluster": "prod", "service_name": "web" }));
    let deferred = json!([{ "reason": "provider_config_unknown", "resource_change": change }]);
    let service = only(&json!({ "format_version": "1.2", "resource_changes": [], "deferred_changes": deferred }));
    assert_eq!(service.action, PlannedAction::Unknown);
}

#[test]
fn a_plan_that_failed_is_refused() {
    for (errored, is_read) in [(json!(true), false), (json!(false), true), (Value::Null, true)] {
        let text = json!({ "format_version": "1.2", "resource_changes": [], "errored": errored }).to_string();
        let kind = read_plan("p", text.as_bytes()).map_err(|error| error.kind().clone());
        assert_eq!(kind.map(drop), if is_read { Ok(()) } else { Err(InputErrorKind::FailedPlan) });
    }
}

#[test]
fn a_plan_of_nothing_touches_nothing() {
    let empty = read(&json!({ "format_version": "1.2", "planned_values": { "root_module": {} } }));
    assert_eq!(empty, Plan { source: "p".to_owned(), ..Plan::default() });
}

#[test]
fn a_state_is_no_plan() {
    for text in [include_str!("../../../fixtures/terraform/show.json"), include_str!("../../../fixtures/terraform/state.json")] {
        assert_eq!(read_plan("p", text.as_bytes()).map_err(|error| error.kind().clone()), Err(InputErrorKind::NoPlan));
    }
}

#[test]
fn a_plan_declares_no_service_of_the_default_cluster_where_the_cluster_is_not_known_yet() {
    let document = in_unknown_cluster(&json!({ "cluster": true }), &configuration_of(&json!({ "cluster": { "references": ["c.x.arn"] } })));
    let declared = crate::input::read_declaration("p", document.to_string().as_bytes()).expect("a plan");
    let service = declared.services.first().expect("declared");
    assert_eq!((service.service_name(), service.unplaced_name.as_deref()), (None, Some("web")));
}

#[test]
fn a_region_that_a_plan_does_not_show_is_not_the_configured_one() {
    let hidden = |expressions: Value| {
        let mut document = json!({ "format_version": "1.2", "resource_changes": [row(SERVICE, &["create"], &Value::Null, &json!({ "service_name": "web" }))] });
        document["configuration"] = json!({
            "provider_config": { "aws": { "name": "aws", "expressions": expressions } },
            "root_module": { "resources": [{ "address": format!("{SERVICE}.x"), "mode": "managed", "provider_config_key": "aws" }] },
        });
        let mut plan = read(&document);
        plan.settle_in("us-east-1");
        let settled = plan.services[0].region().map(str::to_owned);
        plan.settle_all_in("eu-west-1");
        (settled, plan.services[0].region().map(str::to_owned))
    };
    let (here, there) = (Some("us-east-1".to_owned()), Some("eu-west-1".to_owned()));
    assert_eq!(hidden(json!({})), (here.clone(), here));
    assert_eq!(hidden(json!({ "region": { "references": ["local.region"] } })), (None, there));
}
