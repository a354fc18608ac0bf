//! What a plan will leave has its cost, and what it forgets or collides with can be adopted.

use ecs_express_audit::inventory::Surroundings;
use ecs_express_audit::model::{Code, Finding, Kind, Report};
use ecs_express_audit::{input, preflight};
use serde_json::{Value, json};

use crate::world::{Parts, World};

/// The judgement of a plan that does this to the service `web`.
fn judged(world: &World, actions: &Value) -> Report {
    let own = json!({"service_arn": Parts::of("web").service().as_str(), "cluster": "prod", "service_name": "web", "region": "us-east-1"});
    let named = json!({"cluster": "prod", "service_name": "web", "region": "us-east-1"});
    let makes = actions == &json!(["create"]);
    let change = json!({
        "address": "module.k[\"eu\"].aws_ecs_express_gateway_service.app", "mode": "managed", "type": "aws_ecs_express_gateway_service",
        "name": "app", "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": actions, "before": if makes { Value::Null } else { own }, "after": if makes { named } else { Value::Null },
                   "after_unknown": if makes { json!({"service_arn": true}) } else { json!(false) },
                   "before_sensitive": false, "after_sensitive": false}
    });
    let plan = json!({"format_version": "1.2", "terraform_version": "1.14.2", "resource_changes": [change], "planned_values": {},
                      "configuration": {}, "complete": true, "errored": false, "applyable": true});
    let plan = input::read_plan("plan.json", plan.to_string().as_bytes()).unwrap_or_else(|error| panic!("cannot {error}"));
    preflight(&plan, &world.declared, &[Surroundings::unread(world.scan())], &world.policy, world.now)
}

fn found(report: &Report, code: Code, kind: Kind) -> Finding {
    let found = report.findings.iter().find(|finding| finding.claim.code() == code && finding.subject.kind == kind);
    found.unwrap_or_else(|| panic!("no {code} {kind} among {:?}", report.findings)).clone()
}

#[test]
fn what_a_destroy_leaves_costs_what_it_costs_and_is_no_part_of_the_sum() {
    let report = judged(&World::tidy(), &json!(["delete"]));
    let cost = |kind| found(&report, Code::DestroyLeaves, kind).cost.map(|cost| cost.monthly.to_string());
    assert_eq!(cost(Kind::LoadBalancer).as_deref(), Some("20.08"));
    assert_eq!(cost(Kind::TaskDefinition).as_deref(), Some("0.00"));
    assert_eq!(report.summary().monthly.micros(), 0, "nothing of that is left over yet");
    assert!(report.findings.iter().all(|finding| finding.remedy.is_none()), "it is in use until then");
}

#[test]
fn a_service_that_is_forgotten_or_in_the_way_can_be_adopted() {
    for (actions, code) in [(json!(["forget"]), Code::ForgetLeavesRunning), (json!(["create"]), Code::NameTaken)] {
        let remedy = found(&judged(&World::tidy(), &actions), code, Kind::Service).remedy.expect("a block");
        let expected = format!(
            "import {{\n  to = module.k[\"eu\"].aws_ecs_express_gateway_service.app\n  id = \"{}\"\n}}\n",
            Parts::of("web").service()
        );
        assert_eq!((remedy.terraform, remedy.commands), (Some(expected), Vec::new()), "{code}");
    }
}
