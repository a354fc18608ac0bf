//! The example that needs AWS.

use serde_json::json;

use super::support::{World, text};

#[test]
fn an_embedded_audit_prints_what_was_left_behind() {
    let Some(world) = World::open("embed") else { return };
    let service = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    assert_eq!(world.run_example("embed").out, "", "a tidy Region");
    world.step(json!({"do": "delete", "service": service["service"], "leave": ["load-balancer"]}));
    let run = world.run_example("embed");
    let balancer = text(&service["load_balancer"]).split('/').nth(2).expect("a name");
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("high ") && run.out.contains(balancer) && run.out.contains("was left behind"), "{}", run.out);
    assert_eq!(run.out.lines().count(), 1, "{}", run.out);
}

#[test]
fn an_embedded_audit_prints_what_it_could_not_read() {
    let Some(world) = World::open("embed-denied") else { return };
    world.faults(json!([{"service": "acm", "operation": "ListCertificates", "fault": "deny", "times": null}]));
    let run = world.run_example("embed");
    assert!(run.out.contains("not read: acm:ListCertificates (denied)"), "{}{}", run.out, run.err);
}
