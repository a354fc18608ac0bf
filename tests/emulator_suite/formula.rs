//! How many calls a tidy account costs, counted at the emulator.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::base_calls::base_calls;
use super::support::{Report, World};

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
