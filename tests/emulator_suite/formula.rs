//! How many calls a tidy account costs. The formula is the documentation's; see `collect`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::support::{Report, World};

/// Pages of that size for that many items: never none.
fn pages(items: usize, size: usize) -> usize {
    items.div_ceil(size).max(1)
}

/// The base calls of a tidy account: one cluster, `services` services, 25 on a load balancer, no deployment in flight; fields are declared of
/// `compared` of them.
fn base_calls(services: usize, compared: usize) -> BTreeMap<&'static str, usize> {
    let (s, balancers) = (services, services.div_ceil(25));
    let clusters = s.min(1);
    let calls = [
        ("sts:GetCallerIdentity", 1),
        ("ecs:ListClusters", 1),
        ("ecs:DescribeClusters", clusters),
        ("ecs:ListServices", clusters * pages(s, 100)),
        ("ecs:DescribeServices", s.div_ceil(10)),
        ("ecs:DescribeExpressGatewayService", compared),
        ("ecs:DescribeServiceRevisions", s.div_ceil(20)),
        ("ecs:ListTaskDefinitionFamilies", pages(s, 100)),
        ("ecs:ListGateways", 1),
        ("elasticloadbalancing:DescribeLoadBalancers", pages(balancers, 400)),
        ("elasticloadbalancing:DescribeTargetGroups", pages(2 * s, 400)),
        ("elasticloadbalancing:DescribeListeners", balancers),
        ("elasticloadbalancing:DescribeListenerCertificates", balancers),
        ("elasticloadbalancing:DescribeRules", balancers),
        ("acm:ListCertificates", pages(s, 1000)),
        ("cloudwatch:DescribeAlarms", pages(3 * s, 100)),
        ("logs:DescribeLogGroups", pages(s, 50)),
        ("application-autoscaling:DescribeScalableTargets", pages(s, 50)),
        ("ec2:DescribeSecurityGroups", pages(s + balancers, 1000)),
        // rules and target groups; load balancers, listeners, certificates, rollback alarms and log groups
        ("tag:GetResources", pages(s + 2 * s, 100) + pages(2 * balancers + 3 * s, 100)),
    ];
    calls.into_iter().filter(|(_, count)| *count > 0).collect()
}

#[track_caller]
fn check(name: &str, services: usize, compared: usize) {
    let Some(world) = World::open(name) else { return };
    let uniform = world.step(json!({"do": "uniform", "services": services, "dead_every": 0}));
    let live: Vec<&Value> = uniform["live"].as_array().into_iter().flatten().collect();
    let declared = live.iter().enumerate().map(|(i, service)| {
        let cpu = if i < compared { json!("256") } else { Value::Null };
        json!({"service_arn": service["service"], "region": world.region, "cluster": "default", "cpu": cpu})
    });
    let state = world.state_of(declared);
    let report = Report::of(world.run(&["audit", "-d", &state, "-f", "json"]));
    // A load balancer full of services is worth knowing, and no more.
    assert!(report.findings().iter().all(|finding| finding.starts_with("quota-pressure ")), "{:?}", report.findings());
    assert_eq!(report.code, 0);
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for call in world.calls() {
        *made.entry(call).or_default() += 1;
    }
    let expected: BTreeMap<String, usize> = base_calls(services, compared).into_iter().map(|(call, n)| (call.to_owned(), n)).collect();
    assert_eq!(made, expected);
    // The identity is asked for before the scan begins.
    assert_eq!(report.json["scopes"][0]["api_calls"], expected.values().sum::<usize>() - 1);
}

#[test]
fn an_empty_region_costs_thirteen_calls() {
    assert_eq!(base_calls(0, 0).values().sum::<usize>(), 13);
    check("formula-none", 0, 0);
}

#[test]
fn twenty_services_cost_what_the_formula_says() {
    check("formula-twenty", 20, 0);
}

#[test]
fn two_hundred_services_cost_93_calls() {
    assert_eq!(base_calls(200, 0).values().sum::<usize>(), 93);
    check("formula-two-hundred", 200, 0);
}

#[test]
fn each_service_of_which_fields_are_declared_costs_one_call_more() {
    check("formula-compared", 20, 12);
}
