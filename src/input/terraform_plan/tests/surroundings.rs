//! What a plan makes and takes away beside services, and what services refer to.

use serde_json::{Value, json};

use super::{SERVICE, plan, row};
use crate::model::{Dependency, DependencyKind as Kind, PlannedAction, Scope};
use crate::plan::{Plan, PlannedDependency, RoleRemoval};

const TYPES: [(&str, Kind, &str); 11] = [
    ("aws_ecs_cluster", Kind::Cluster, "name"),
    ("awscc_ecs_cluster", Kind::Cluster, "cluster_name"),
    ("aws_security_group", Kind::SecurityGroup, "id"),
    ("awscc_ec2_security_group", Kind::SecurityGroup, "group_id"),
    ("aws_subnet", Kind::Subnet, "id"),
    ("aws_default_subnet", Kind::Subnet, "id"),
    ("awscc_ec2_subnet", Kind::Subnet, "subnet_id"),
    ("aws_iam_role", Kind::Role, "name"),
    ("awscc_iam_role", Kind::Role, "role_name"),
    ("aws_cloudwatch_log_group", Kind::LogGroup, "name"),
    ("awscc_logs_log_group", Kind::LogGroup, "log_group_name"),
];

fn of(kind: &str, actions: &[&str], attribute: &str, before: Option<&str>, after: Option<&str>) -> Value {
    let attributes = |value: Option<&str>| value.map_or(Value::Null, |value| json!({ attribute: value, "region": "us-east-1" }));
    row(kind, actions, &attributes(before), &attributes(after))
}

fn here() -> Scope {
    Scope { partition: "aws".to_owned(), account: "123456789012".to_owned(), region: "us-east-1".to_owned() }
}

fn makes(plan: &Plan, kind: Kind, id: &str) -> bool {
    plan.making_of(&Dependency::new(kind, id), &here()).is_some()
}

/// The address of what takes it away.
fn removal<'p>(plan: &'p Plan, kind: Kind, id: &str) -> Option<&'p str> {
    plan.removal_of(&Dependency::new(kind, id), &here()).map(|PlannedDependency { address, .. }| address.as_str())
}

#[test]
fn what_services_depend_on_is_made_and_taken_away_under_its_name() {
    for (kind, of_kind, attribute) in TYPES {
        let made = plan(&[of(kind, &["create"], attribute, None, Some("n"))]);
        assert!(makes(&made, of_kind, "n") && removal(&made, of_kind, "n").is_none(), "{kind}");
        let removed = plan(&[of(kind, &["delete"], attribute, Some("n"), None)]);
        assert!(!makes(&removed, of_kind, "n"), "{kind}");
        // A default subnet is only forgotten.
        let by = Some(format!("{kind}.x")).filter(|_| kind != "aws_default_subnet");
        assert_eq!(removal(&removed, of_kind, "n"), by.as_deref());
    }
}

#[test]
fn what_stays_or_is_forgotten_is_neither_made_nor_taken_away() {
    for actions in [&["no-op"], &["update"], &["forget"]] {
        let plan = plan(&[of("aws_iam_role", actions, "name", Some("n"), Some("n"))]);
        assert_eq!((plan.dependencies, plan.role_removals), Default::default(), "{actions:?}");
    }
}

#[test]
fn what_is_made_again_under_its_name_is_there_in_the_end() {
    let replaced = [of("aws_ecs_cluster", &["delete", "create"], "name", Some("n"), Some("n"))];
    let moved = [of("aws_ecs_cluster", &["delete"], "name", Some("n"), None), of("aws_ecs_cluster", &["create"], "name", None, Some("n"))];
    for mut rows in [replaced.to_vec(), moved.to_vec()] {
        let check = |plan: Plan| assert!(makes(&plan, Kind::Cluster, "n") && removal(&plan, Kind::Cluster, "n").is_none());
        check(plan(&rows));
        rows.reverse();
        check(plan(&rows));
    }
    let renamed = plan(&[of("aws_ecs_cluster", &["delete", "create"], "name", Some("old"), Some("new"))]);
    assert!(makes(&renamed, Kind::Cluster, "new") && removal(&renamed, Kind::Cluster, "old").is_some());
}

#[test]
fn a_group_that_gets_its_id_later_is_made_under_none() {
    assert!(plan(&[of("aws_security_group", &["create"], "name", None, Some("n"))]).dependencies.is_empty());
}

#[test]
fn a_role_is_made_under_its_name_and_referred_to_by_its_arn() {
    let plan = plan(&[of("aws_iam_role", &["create"], "name", None, Some("infra"))]);
    let role = |arn: &str| makes(&plan, Kind::Role, arn);
    assert!(role("arn:aws:iam::123456789012:role/path/infra") && !role("arn:aws:iam::123456789012:role/infra/other"));
}

#[test]
fn roles_and_their_policies_are_taken_away() {
    let types = [
        ("aws_iam_role", "name", true),
        ("awscc_iam_role", "role_name", true),
        ("aws_iam_role_policy", "role", false),
        ("aws_iam_role_policy_attachment", "role", false),
        ("awscc_iam_role_policy", "role_name", false),
    ];
    for (kind, attribute, is_role) in types {
        for actions in [&["delete"][..], &["delete", "create"]] {
            let removals = plan(&[of(kind, actions, attribute, Some("infra"), Some("infra"))]).role_removals;
            let removal = RoleRemoval { address: format!("{kind}.x"), role: "infra".to_owned(), account: None, is_role };
            assert_eq!(removals, [removal], "{kind} {actions:?}");
        }
        assert!(plan(&[of(kind, &["create"], attribute, None, Some("infra"))]).role_removals.is_empty());
        assert!(plan(&[of(kind, &["delete"], "other", Some("infra"), None)]).role_removals.is_empty());
    }
    assert!(plan(&[of("aws_iam_policy", &["delete"], "name", Some("infra"), None)]).role_removals.is_empty());
}

#[test]
fn a_service_refers_to_what_express_mode_does_not_make() {
    let after = json!({
        "cluster": "prod", "service_name": "web",
        "infrastructure_role_arn": "arn:aws:iam::123456789012:role/infra", "execution_role_arn": "exec",
        "task_role_arn": "arn:aws:iam::123456789012:role/p/task",
        "network_configuration": [{ "security_groups": ["sg-0a", "arn:aws:ec2:r:1:security-group/sg-0b"], "subnets": ["subnet-1"] }],
        "primary_container": [{ "image": "i", "aws_logs_configuration": [{ "log_group": "/logs" }] }],
    });
    let expected = [
        "cluster prod",
        "security group sg-0a",
        "security group sg-0b",
        "subnet subnet-1",
        "role arn:aws:iam::123456789012:role/infra",
        "role arn:aws:iam::123456789012:role/p/task",
        "log group /logs",
    ];
    for (actions, action) in [(&["create"][..], PlannedAction::Create), (&["delete", "create"], PlannedAction::Replace)] {
        let service = &plan(&[row(SERVICE, actions, &Value::Null, &after)]).services[0];
        let found: Vec<String> = service.dependencies().iter().map(ToString::to_string).collect();
        assert_eq!((service.action, found), (action, expected.map(str::to_owned).to_vec()));
    }
    for actions in [&["no-op"], &["delete"], &["forget"]] {
        assert!(plan(&[row(SERVICE, actions, &after, &after)]).services[0].dependencies().is_empty(), "{actions:?}");
    }
}

#[test]
fn a_service_that_is_changed_stays_in_the_cluster_that_it_is_in() {
    let service =
        &plan(&[row(SERVICE, &["update"], &json!({ "service_arn": super::ARN }), &json!({ "cluster": "other", "service_name": "web" }))])
            .services[0];
    let found: Vec<String> = service.dependencies().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["cluster prod"]);
}

#[test]
fn a_role_that_gets_its_new_policy_first_loses_none() {
    let swapped = |after: &str| {
        let row = of("aws_iam_role_policy_attachment", &["create", "delete"], "role", Some("infra"), Some(after));
        plan(&[row]).role_removals.len()
    };
    assert_eq!((swapped("infra"), swapped("other")), (0, 1));
}

/// What is made and what is taken away of the cluster `n`, where its resource gives these attributes and its provider that Region.
#[track_caller]
fn check_place(attributes: &Value, provider: &Value, made: bool, removed: bool) {
    let configuration = json!({
        "provider_config": { "aws": { "name": "aws", "expressions": { "region": provider } } },
        "root_module": { "resources": [{ "address": "aws_ecs_cluster.x", "mode": "managed", "provider_config_key": "aws" }] },
    });
    let read = |row: Value| {
        super::read(&json!({ "format_version": "1.2", "resource_changes": [row], "configuration": configuration,
                             "variables": { "region": { "value": "us-east-1" }, "other": { "value": "eu-west-1" } } }))
    };
    let mut attributes = attributes.clone();
    attributes["name"] = json!("n");
    let making = read(row("aws_ecs_cluster", &["create"], &Value::Null, &attributes));
    let removing = read(row("aws_ecs_cluster", &["delete"], &attributes, &Value::Null));
    assert_eq!((makes(&making, Kind::Cluster, "n"), removal(&removing, Kind::Cluster, "n").is_some()), (made, removed), "{attributes}");
}

#[test]
fn one_name_can_stand_in_many_regions_and_accounts() {
    let (none, elsewhere) = (json!({}), json!({ "constant_value": "eu-west-1" }));
    check_place(&json!({ "region": "us-east-1" }), &none, true, true);
    check_place(&json!({ "region": "eu-west-1" }), &none, false, false);
    check_place(&json!({ "arn": "arn:aws:ecs:us-east-1:123456789012:cluster/n" }), &none, true, true);
    check_place(&json!({ "arn": "arn:aws:ecs:us-east-1:999999999999:cluster/n" }), &none, false, false);
    check_place(&json!({ "arn": "arn:aws:ecs:eu-west-1:123456789012:cluster/n" }), &none, false, false);
    check_place(&json!({}), &elsewhere, false, false);
    check_place(&json!({ "region": "us-east-1" }), &elsewhere, true, true);
}

#[test]
fn a_region_can_stand_in_a_variable_of_the_root_module() {
    check_place(&json!({}), &json!({ "references": ["var.region"] }), true, true);
    check_place(&json!({}), &json!({ "references": ["var.other"] }), false, false);
}

#[test]
fn where_no_region_is_known_what_is_made_is_there_and_what_is_taken_away_may_be_anothers() {
    check_place(&json!({}), &json!({}), true, false);
    check_place(&json!({}), &json!({ "references": ["var.unknown"] }), true, false);
    check_place(&json!({}), &json!({ "references": ["local.region"] }), true, false);
}
