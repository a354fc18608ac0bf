use serde_json::json;

use super::super::{read_declaration, read_declaration_with};
use super::*;
use crate::declared::{Declared, DeclaredService};
use crate::model::Hidden;

const YAML: &str = include_str!("../../../fixtures/cloudformation/service.yaml");
const CDK: &str = include_str!("../../../fixtures/cloudformation/cdk.template.json");

fn parameters(given: &[&str]) -> Parameters {
    let mut parameters = Parameters::default();
    for one in given {
        parameters.unite(one.parse().expect("a parameter"));
    }
    parameters
}

fn declared(text: &str, given: &[&str]) -> Declared {
    read_declaration_with("s", text.as_bytes(), &parameters(given)).expect("a template")
}

fn of<'d>(declared: &'d Declared, logical_id: &str) -> &'d DeclaredService {
    declared.services.iter().find(|service| service.declared_at == format!("s: {logical_id}")).expect("declared")
}

/// The one service of a template with these properties.
fn one(properties: &Value) -> DeclaredService {
    let text = json!({"Resources": {"A": {"Type": SERVICE_TYPE, "Properties": properties}}}).to_string();
    of(&declared(&text, &[]), "A").clone()
}

fn line(service: &DeclaredService) -> String {
    let name = service.service_name().map_or_else(|| "?".to_owned(), |name| format!("{}/{}", name.cluster, name.name));
    let place = service.declared_at.strip_prefix("s: ").expect("the source");
    format!("{place} = {name}{}", if service.is_certain { "" } else { " perhaps" })
}

/// Checks the services, each as `LOGICAL ID = CLUSTER/NAME`.
#[track_caller]
fn check(text: &str, given: &[&str], expected: &[&str]) {
    let mut found: Vec<_> = declared(text, given).services.iter().map(line).collect();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn every_service_is_declared_whose_condition_may_hold() {
    let always = ["Api = shop-dev/api-dev", "Base = ?"];
    check(YAML, &[], &[always[0], always[1], "Notifier = default/notifier perhaps", "Preview = default/preview", "Web = prod/web"]);
    check(YAML, &["Notify="], &[always[0], always[1], "Preview = default/preview", "Web = prod/web"]);
    check(
        YAML,
        &["Notify=ops", "Stage=prod"],
        &[
            "Api = shop-prod/api-prod",
            "Base = ?",
            "Live = default/live",
            "Notifier = default/notifier",
            "Pager = default/pager",
            "Web = prod/web",
        ],
    );
    check(CDK, &[], &["Web1A2B3C4D = prod/web"]);
}

#[test]
fn literal_properties_are_declared() {
    let declared = declared(YAML, &[]);
    let web = of(&declared, "Web");
    assert_eq!((web.cluster.as_deref(), web.region.as_deref()), (Some("prod"), None));
    assert_eq!((web.configuration.cpu.as_deref(), web.configuration.health_check_path.as_deref()), (Some("1024"), Some("/health")));
    assert_eq!(web.configuration.container.environment["PASSWORD"].is_same(&Hidden::known("PLANTED-password")), Some(true));
    assert_eq!((web.configuration.subnets.len(), web.configuration.scaling.max_tasks), (2, Some(4)));
    assert!(web.not_comparable.is_empty());
}

#[test]
fn what_can_be_told_is_compared_and_the_rest_is_named() {
    let told = declared(YAML, &[]);
    let api = of(&told, "Api");
    let configuration = &api.configuration;
    assert_eq!((configuration.cpu.as_deref(), configuration.memory.as_deref()), (Some("256"), Some("512")));
    assert_eq!(configuration.health_check_path, None, "AWS::NoValue");
    assert_eq!(configuration.container.image.as_deref(), Some("registry.example/api:7"));
    assert_eq!(configuration.subnets.len(), 2);
    assert!(configuration.security_groups.contains("sg-0123456789abcdef0"));
    let environment = &configuration.container.environment;
    assert_eq!(environment["STAGE"].is_same(&Hidden::known("dev")), Some(true));
    assert_eq!((&environment["API_KEY"], &environment["TOKEN"]), (&Hidden::unknown(), &Hidden::unknown()));
    assert_eq!(api.not_comparable.iter().collect::<Vec<_>>(), ["infrastructure_role_arn", "primary_container.command", "task_role_arn"]);
    let given = declared(YAML, &["Stage=prod", "Notify=ops", "AWS::Partition=aws", "AWS::AccountId=123456789012", "AWS::Region=eu-west-1"]);
    let api = of(&given, "Api");
    assert_eq!(api.configuration.infrastructure_role.as_deref(), Some("arn:aws:iam::123456789012:role/infra"));
    assert_eq!((api.configuration.health_check_path.as_deref(), api.region.as_deref()), (Some("/health"), Some("eu-west-1")));
    assert_eq!(api.not_comparable.iter().collect::<Vec<_>>(), ["task_role_arn"]);
}

#[test]
fn no_secret_parameter_and_none_of_ssm_is_told_even_if_it_is_given() {
    let declared = declared(YAML, &["ApiKey=hunter2", "BaseImage=registry.example/base:1"]);
    assert_eq!(of(&declared, "Api").configuration.container.environment["API_KEY"], Hidden::unknown());
    assert!(of(&declared, "Base").not_comparable.contains("primary_container.image"));
    assert!(!format!("{declared:?}").contains("hunter2"));
}

#[test]
fn the_cdks_template_is_read_alike() {
    let declared = declared(CDK, &[]);
    let web = of(&declared, "Web1A2B3C4D");
    assert_eq!((web.configuration.cpu.as_deref(), web.configuration.container.port), (Some("512"), Some(8080)));
    assert_eq!(web.not_comparable.iter().collect::<Vec<_>>(), ["infrastructure_role_arn", "primary_container.image"]);
}

#[test]
fn ids_come_from_every_resource_and_from_what_parameters_come_to() {
    let ids = declared(YAML, &[]).ids;
    for id in [
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/ecs-express-gateway-alb-1a2b3c4d/50dc6c495c0c9188/f2f7dc8efc522ab2",
        "sg-0fedcba9876543210",
        "sg-0123456789abcdef0",
        "arn:aws:iam::123456789012:role/exec",
    ] {
        assert!(ids.contains(id), "{id}");
    }
    assert!(declared(YAML, &["OwnGroup=sg-0aaa"]).ids.contains("sg-0aaa"));
    assert!(!ids.contains("sg-0bad") && !ids.iter().any(|id| id.contains("secret:")), "{ids:?}");
}

#[test]
fn secrets_never_get_in() {
    assert!(YAML.matches("PLANTED").count() > 3 && YAML.contains("secret:planted"));
    for text in [YAML, CDK] {
        let shown = format!("{:?}", declared(text, &[]));
        assert!(!shown.contains("PLANTED") && !shown.contains("secret:planted") && !shown.contains("sg-0bad"), "{shown}");
    }
}

#[test]
fn a_function_that_is_not_followed_makes_its_property_unknown() {
    for function in [
        json!({"Fn::GetAtt": ["B", "C"]}),
        json!({"Fn::ImportValue": "x"}),
        json!({"Fn::Select": [0, ["a"]]}),
        json!({"Fn::Sub": "${B.C}"}),
        json!({"Fn::Sub": ["${A}"]}),
        json!({"Fn::Join": ["", ["a", {"Ref": "B"}]]}),
        json!({"Fn::Join": ["", "a"]}),
        json!({"Fn::If": ["Missing", "a", "b"]}),
        json!({"Fn::FindInMap": ["A", "b", "c"]}),
        json!({"Ref": ["A"]}),
        json!({"Fn::New": {}}),
        json!({"<<": "x", "a": "b"}),
        json!("{{resolve:ssm:/cpu}}"),
        json!({"Fn::Join": ["", ["{{resolve", ":ssm:/cpu}}"]]}),
    ] {
        let service = one(&json!({"Cpu": function}));
        assert_eq!(
            (service.configuration.cpu.as_deref(), service.not_comparable.iter().map(String::as_str).collect::<Vec<_>>()),
            (None, vec!["cpu"]),
            "{function}"
        );
    }
    assert_eq!(one(&json!({"Cpu": {"Fn::Sub": "${!A}"}})).configuration.cpu.as_deref(), Some("${A}"));
}

#[test]
fn what_yaml_reads_as_something_else_is_not_compared() {
    let template = |value: &str| {
        let head = "Resources:\n  A:\n    Type: AWS::ECS::ExpressGatewayService\n    Properties:\n      PrimaryContainer:\n";
        format!("{head}        Image: i\n        Environment: [{{Name: E, Value: {value}}}]\n")
    };
    for (value, expected) in
        [("8080", Some("8080")), ("true", Some("true")), ("\"1.5\"", Some("1.5")), ("yes", None), ("1.10", None), ("0123", None)]
    {
        let declared = declared(&template(value), &[]);
        let hidden = of(&declared, "A").configuration.container.environment["E"].clone();
        assert_eq!(hidden, expected.map_or_else(Hidden::unknown, Hidden::known), "{value}");
    }
}

#[test]
fn conditions_that_go_in_circles_or_too_deep_are_not_told() {
    let template = |conditions: Value| json!({"Conditions": conditions, "Resources": {"A": {"Type": SERVICE_TYPE, "Condition": "C0", "Properties": {"ServiceName": "a"}}}});
    check(&template(json!({"C0": {"Condition": "C0"}})).to_string(), &[], &["A = default/a perhaps"]);
    check(
        &template(json!({"C0": {"Fn::Not": [{"Condition": "C1"}]}, "C1": {"Condition": "C0"}})).to_string(),
        &[],
        &["A = default/a perhaps"],
    );
    let mut chain: Map<String, Value> = (0..5_000)
        .map(|n| (format!("C{n}"), json!({"Fn::And": [{"Condition": format!("C{}", n + 1)}, {"Condition": format!("C{}", n + 1)}]})))
        .collect();
    chain.insert("C5000".to_owned(), json!({"Fn::Equals": ["a", "a"]}));
    check(&template(Value::Object(chain)).to_string(), &[], &["A = default/a perhaps"]);
    let either = json!({"C0": {"Fn::Or": [{"Fn::Equals": [{"Ref": "X"}, "a"]}, {"Fn::Equals": [1, "1"]}]}});
    check(&template(either).to_string(), &[], &["A = default/a"]);
    let neither = json!({"C0": {"Fn::And": [{"Fn::Equals": [{"Ref": "X"}, "a"]}, {"Fn::Equals": ["a", "b"]}]}});
    check(&template(neither).to_string(), &[], &[]);
}

#[test]
fn a_service_that_a_macro_may_make_is_an_error() {
    let refused = |name: &str, resource: Value| {
        let text = json!({"Resources": {(name): resource}}).to_string();
        read_declaration("s", text.as_bytes()).map_err(|error| error.kind().clone())
    };
    for kind in [SERVICE_TYPE, "AWS::ECS::${Kind}"] {
        let looped = json!(["Name", ["a", "b"], {"Svc${Name}": {"Type": kind}}]);
        assert_eq!(refused("Fn::ForEach::Services", looped), Err(InputErrorKind::MacroInTemplate));
    }
    let include = json!({"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/part.yaml"}});
    assert_eq!(refused("Fn::Transform", include), Err(InputErrorKind::MacroInTemplate));
    let others = json!(["Name", ["a", "b"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}]);
    assert!(refused("Fn::ForEach::Topics", others).is_ok());
}

#[test]
fn what_is_no_template_is_refused() {
    for text in [
        r#"{"AWSTemplateFormatVersion":"2010-09-09"}"#,
        "AWSTemplateFormatVersion: 2010-09-09\n",
        r#"{"Resources":{"A":{}}}"#,
        r#"{"Resources":{"A":7}}"#,
        r#"{"AWSTemplateFormatVersion":"2010-09-09","Resources":[]}"#,
    ] {
        let error = read_declaration("s", text.as_bytes()).expect_err(text);
        assert!(matches!(error.kind(), InputErrorKind::Misplaced { place, .. } if place == "Resources"), "{error}");
    }
}

#[test]
fn what_a_long_parameter_unfolds_to_is_bounded() {
    let many = vec![json!({"Ref": "P"}); 2_000];
    let template = |many: &[Value]| {
        let parameter = json!({"Type": "String", "Default": "x".repeat(60_000)});
        json!({"Parameters": {"P": parameter}, "Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"L": many}}}}).to_string()
    };
    assert!(read_declaration("s", template(&many[..500]).as_bytes()).is_ok());
    let error = read_declaration("s", template(&many).as_bytes()).expect_err("too large");
    assert_eq!(*error.kind(), InputErrorKind::TooLarge { limit_mib: 64 });
}

mod of_a_stack {
    use super::*;
    use crate::input::{StackResource, read_stack};

    fn resource(logical_id: &str, resource_type: &str, physical_id: Option<&str>) -> StackResource {
        let physical_id = physical_id.map(str::to_owned);
        StackResource { logical_id: logical_id.to_owned(), resource_type: resource_type.to_owned(), physical_id }
    }

    const WEB: &str = "arn:aws:ecs:us-east-1:123456789012:service/prod/web";

    #[test]
    fn physical_ids_are_declared_and_properties_come_from_the_template() {
        let resources = vec![
            resource("Web", SERVICE_TYPE, Some(WEB)),
            resource("Group", "AWS::EC2::SecurityGroup", Some("sg-0ccc")),
            resource("TaskRole", "AWS::IAM::Role", Some("shop-TaskRole-1A2B")),
        ];
        let declared = read_stack("s", resources, Some(YAML.as_bytes()), &Parameters::default()).expect("a stack");
        assert_eq!(declared.services.len(), 1, "what the template makes under a condition is not in the stack");
        let web = of(&declared, "Web");
        assert_eq!((web.arn.as_ref().map(crate::model::Arn::as_str), web.region.as_deref()), (Some(WEB), Some("us-east-1")));
        assert_eq!((web.configuration.cpu.as_deref(), web.is_certain), (Some("1024"), true));
        assert!(declared.ids.contains(WEB) && declared.ids.contains("sg-0ccc") && declared.ids.contains("sg-0fedcba9876543210"));
    }

    #[test]
    fn an_id_that_is_no_arn_and_a_template_that_is_not_there_are_no_errors() {
        let resources = vec![resource("Live", SERVICE_TYPE, Some("live")), resource("Other", SERVICE_TYPE, Some(WEB))];
        let with = read_stack("s", resources.clone(), Some(YAML.as_bytes()), &Parameters::default()).expect("a stack");
        assert_eq!(with.services.iter().map(line).collect::<Vec<_>>().len(), 2);
        assert_eq!(line(of(&with, "Live")), "Live = default/live");
        let without = read_stack("s", resources, None, &Parameters::default()).expect("a stack");
        assert_eq!((line(of(&without, "Live")), line(of(&without, "Other"))), ("Live = ?".to_owned(), "Other = prod/web".to_owned()));
        assert!(of(&without, "Other").configuration.is_empty());
    }

    #[test]
    fn what_has_not_been_made_is_not_missing() {
        let declared = read_stack("s", vec![resource("Web", SERVICE_TYPE, None)], Some(YAML.as_bytes()), &Parameters::default());
        assert_eq!(declared.expect("a stack").services.iter().map(line).collect::<Vec<_>>(), ["Web = prod/web perhaps"]);
    }

    #[test]
    fn a_template_that_cannot_be_read_is_an_error() {
        let read = read_stack("s", vec![resource("Web", SERVICE_TYPE, Some(WEB))], Some(b"{"), &Parameters::default());
        assert!(matches!(read.expect_err("no template").kind(), InputErrorKind::Truncated { .. }));
    }
}

/// The one service of a template with that cluster, in a template that makes clusters.
fn in_cluster(cluster: &Value) -> DeclaredService {
    let service = json!({"Type": SERVICE_TYPE, "Properties": {"ServiceName": "web", "Cluster": cluster}});
    let made = |properties: Value| json!({"Type": "AWS::ECS::Cluster", "Properties": properties});
    let resources = json!({
        "A": service, "Named": made(json!({"ClusterName": "prod"})), "Nameless": made(json!({})),
        "Circular": made(json!({"ClusterName": {"Ref": "Circular"}})),
    });
    of(&declared(&json!({"Resources": resources}).to_string(), &[]), "A").clone()
}

#[test]
fn a_reference_to_a_cluster_of_the_template_is_its_name() {
    assert_eq!(line(&in_cluster(&json!({"Ref": "Named"}))), "A = prod/web");
}

#[test]
fn in_a_cluster_that_is_not_told_only_the_name_is_known() {
    for cluster in [json!({"Ref": "Nameless"}), json!({"Ref": "Circular"}), json!({"Fn::ImportValue": "cluster"})] {
        let service = in_cluster(&cluster);
        assert_eq!((line(&service).as_str(), service.unplaced_name.as_deref()), ("A = ?", Some("web")), "{cluster}");
    }
}
