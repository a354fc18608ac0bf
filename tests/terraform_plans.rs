//! Plans that Terraform itself wrote (see `.ci/terraform-plans`), read as plans of Express services.

#[path = "terraform_plans/swap.rs"]
mod swap;

use ecs_express_audit::input::read_plan;
use ecs_express_audit::kinds::ServiceName;
use ecs_express_audit::plan::{Plan, PlannedService};
use serde_json::Value;
use swap::swapped;

const CREATE: &str = include_str!("../fixtures/terraform/plans/create/plan.json");
const CHANGE: &str = include_str!("../fixtures/terraform/plans/change/plan.json");
const DESTROY: &str = include_str!("../fixtures/terraform/plans/destroy/plan.json");
const UNREFRESHED: &str = include_str!("../fixtures/terraform/plans/unrefreshed/plan.json");

const SERVICE: &str = "aws_ecs_express_gateway_service";
const POLICY: &str = "module.role.aws_iam_role_policy_attachment.this";
const ROLE: &str = "module.role.aws_iam_role.this";

fn plan(document: &Value) -> Plan {
    read_plan("plan.json", document.to_string().as_bytes()).expect("a plan")
}

/// What the plan does to each service: address, action, name before, name after, what is not known.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<String> = plan(&swapped(text)).services.iter().map(line).collect();
    assert_eq!(found, expected);
}

fn line(service: &PlannedService) -> String {
    let name = |name: Option<ServiceName>| name.map_or_else(|| "-".to_owned(), |name| format!("{}/{}", name.cluster, name.name));
    let unknown: Vec<&str> = service.unknown.iter().map(String::as_str).collect();
    let address = service.address.replace(SERVICE, "S");
    let line = format!(
        "{address} {} {} {} {}",
        service.action.as_str(),
        name(service.name_before()),
        name(service.name_after()),
        unknown.join(",")
    );
    line.trim_end().to_owned()
}

/// Whether the service is deleted before the role and its policy, as the plan is and without its state.
#[track_caller]
fn check_order(text: &str, service: &str, of_state: [Option<bool>; 2], of_configuration: [Option<bool>; 2]) {
    let mut document = swapped(text);
    let told = |document: &Value| [ROLE, POLICY].map(|on| plan(document).order.depends(&service.replace('S', SERVICE), on));
    assert_eq!(told(&document), of_state, "{service} by the state");
    document.as_object_mut().and_then(|document| document.remove("prior_state")).expect("a state");
    assert_eq!(told(&document), of_configuration, "{service} by the configuration");
}

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

#[test]
fn everything_that_terraform_does_to_a_resource_is_read() {
    check(
        CHANGE,
        &[
            "S.deleted delete prod/deleted prod/deleted",
            "S.deposed keep prod/deposed prod/deposed",
            "S.deposed (deposed 0a1b2c3d) delete prod/deposed prod/deposed",
            "S.doubled create-then-delete prod/doubled prod/doubled",
            r#"S.each["a.b[0]"] keep prod/each prod/each"#,
            r#"S.each["c"] delete prod/each prod/each"#,
            "S.forgotten forget prod/forgotten prod/forgotten",
            "S.imported update - -",
            "S.kept keep prod/kept prod/kept",
            "S.moved keep prod/moved prod/moved",
            "S.replaced replace prod/replaced prod/replaced",
            "S.tainted replace prod/tainted prod/tainted",
            "S.updated update prod/updated prod/updated",
        ],
    );
}

#[test]
fn what_is_known_after_the_apply_is_unknown_before() {
    check(
        CREATE,
        &[
            "S.elsewhere create - - cluster",
            "S.unknown create - - cluster",
            "S.web create - prod/web infrastructure_role_arn",
            r#"module.services["eu"].S.app[0] create - prod/eu infrastructure_role_arn"#,
            r#"module.services["us"].S.app[0] create - prod/us infrastructure_role_arn"#,
        ],
    );
}

#[test]
fn the_state_of_a_plan_says_what_is_deleted_first() {
    check_order(DESTROY, "S.unordered", [YES, NO], [YES, NO]);
    check_order(DESTROY, "S.ordered", [YES, YES], [YES, YES]);
    check_order(DESTROY, "S.by_output", [YES, YES], [YES, YES]);
    check_order(DESTROY, "S.literal", [NO, NO], [NO, NO]);
    check_order(DESTROY, r#"module.services["eu"].S.app[0]"#, [YES, YES], [YES, YES]);
    check_order(DESTROY, r#"module.loose["us"].S.app[0]"#, [YES, NO], [YES, NO]);
}

#[test]
fn only_the_state_tells_what_lies_behind_a_local_value() {
    check_order(DESTROY, "S.by_local", [YES, NO], [None, None]);
}

#[test]
fn a_splat_is_a_reference_to_every_instance() {
    let order = plan(&swapped(DESTROY)).order;
    let policy = "aws_iam_role_policy_attachment.several[1]";
    assert_eq!(order.depends(&format!("{SERVICE}.by_splat"), policy), YES);
    assert_eq!(order.depends(&format!("{SERVICE}.ordered"), policy), NO);
}

#[test]
fn a_dependency_that_was_never_applied_orders_nothing() {
    check_order(UNREFRESHED, "S.web", [YES, NO], [YES, YES]);
}

#[test]
fn a_plan_for_an_empty_state_has_none_and_no_plan_puts_anything_off() {
    for (text, has_state) in [(CREATE, false), (CHANGE, true), (DESTROY, true), (UNREFRESHED, true)] {
        let document = swapped(text);
        assert_eq!(document.get("prior_state").is_some(), has_state);
        assert_eq!(document.get("deferred_changes"), None);
    }
}

#[test]
fn no_secret_of_a_plan_is_kept() {
    assert!(CREATE.contains("PLANTED-IN-A-VARIABLE") && CREATE.contains("PLANTED-IN-A-SECRET"));
    let plan = plan(&swapped(CREATE));
    assert!(!format!("{plan:?}").contains("PLANTED"), "{plan:?}");
}
