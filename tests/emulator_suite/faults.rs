//! What cannot be read is named, and never turned into an orphan or into "clean".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{Report, World, text};

/// A world with something of everything: living and dead on a shared load balancer, a dead one alone, one that is leaving.
fn world(name: &str) -> Option<(World, Vec<Value>)> {
    let world = World::open(name)?;
    let create = |name: &str, vpc: &str| world.step(json!({"do": "create", "cluster": "prod", "name": name, "vpc": vpc}));
    let (green, blue, lone, going) = (create("green", "one"), create("blue", "one"), create("lone", "two"), create("going", "three"));
    for dead in [&blue, &lone] {
        world.step(json!({"do": "delete", "service": dead["service"], "leave": "all"}));
    }
    world.step(json!({"do": "drain", "service": going["service"], "done": ["rule"], "minutes_ago": 5}));
    Some((world, vec![green]))
}

/// Every operation of a scan × a fault that does not end: no false orphan, a report, the lost coverage named, never "clean".
#[track_caller]
fn sweep(name: &str, fault: &str) {
    let Some((mut world, declared)) = world(name) else { return };
    world.environment.push(("AWS_MAX_ATTEMPTS", "1"));
    let declared: Vec<&Value> = declared.iter().collect();
    let whole = world.audit(&declared);
    assert!(whole.is_complete(), "{:?}", whole.gaps());
    let operations: BTreeSet<String> = world.calls().into_iter().filter(|call| !call.starts_with("sts:")).collect();
    for call in &operations {
        let (service, operation) = call.split_once(':').expect("service:Operation");
        world.faults(json!([{"service": service, "operation": operation, "fault": fault, "times": null}]));
        let report = world.audit(&declared);
        let invented: Vec<_> = report.orphans().difference(&whole.orphans()).cloned().collect();
        assert!(invented.is_empty(), "{fault} of {call} invents {invented:?}");
        assert!(report.gaps().contains(call.as_str()), "{fault} of {call} is not among {:?}", report.gaps());
        assert!(!report.is_complete() && matches!(report.code, 2 | 3), "{fault} of {call}: exit {}", report.code);
    }
    assert!(operations.len() >= 25, "only {} operations: {operations:?}", operations.len());
}

#[test]
fn denied_operations_are_gaps() {
    sweep("sweep-deny", "deny");
}

#[test]
fn failing_operations_are_gaps() {
    sweep("sweep-error", "server-error");
}

#[test]
fn malformed_answers_are_gaps() {
    sweep("sweep-malformed", "malformed");
}

#[test]
fn expired_credentials_are_gaps() {
    sweep("sweep-expired", "expired");
}

#[test]
fn a_passing_fault_leaves_no_trace() {
    let Some((world, declared)) = world("sweep-once") else { return };
    let declared: Vec<&Value> = declared.iter().collect();
    let whole = world.audit(&declared);
    for fault in ["server-error", "throttle", "truncated", "missing"] {
        for (service, operation) in
            [("ecs", "DescribeServices"), ("elasticloadbalancing", "DescribeRules"), ("ec2", "DescribeSecurityGroups")]
        {
            if fault == "missing" && service != "ecs" {
                continue;
            }
            world.faults(json!([{"service": service, "operation": operation, "fault": fault, "times": 1}]));
            let report = world.audit(&declared);
            assert_eq!(report.findings(), whole.findings(), "{fault} of {operation}");
            assert!(report.is_complete(), "{fault} of {operation}: {:?}", report.gaps());
        }
    }
}

#[test]
fn a_denied_cluster_mutes_that_cluster_and_not_the_region() {
    let Some(world) = World::open("one-cluster") else { return };
    let dead = world.step(json!({"do": "create", "cluster": "open", "name": "web"}));
    let hidden = world.step(json!({"do": "create", "cluster": "closed", "name": "api"}));
    world.step(json!({"do": "delete", "service": dead["service"], "leave": "all"}));
    let fault = json!({"service": "ecs", "operation": "ListServices", "fault": "deny", "times": null, "match": "cluster/closed"});
    world.faults(json!([fault]));
    let report = world.audit(&[]);
    let orphans = report.orphans();
    for name in ["load_balancer", "listener", "rule", "certificate", "security_group", "scalable_target"] {
        assert!(!report.findings().iter().any(|f| f.ends_with(text(&hidden[name]))), "{name}: {:?}", report.findings());
    }
    assert!(orphans.contains(text(&dead["scalable_target"])), "{orphans:?}");
    assert!(orphans.contains(text(&dead["target_groups"][0])), "{orphans:?}");
    assert!(report.json["gaps"][0]["parent"].as_str().is_some_and(|parent| parent.ends_with("cluster/closed")), "{}", report.json["gaps"]);
}

#[test]
fn a_service_control_policy_is_named_as_such() {
    let Some(world) = World::open("scp") else { return };
    world.faults(json!([{"service": "acm", "operation": "ListCertificates", "fault": "scp", "times": null}]));
    let report = world.audit(&[]);
    assert_eq!((report.code, text(&report.json["gaps"][0]["cause"])), (3, "denied-by-scp"));
}

#[test]
fn without_an_identity_nothing_is_judged() {
    let Some(world) = World::open("no-identity") else { return };
    world.faults(json!([{"service": "sts", "operation": "GetCallerIdentity", "fault": "expired", "times": null}]));
    let run = world.run(&["audit", "-f", "json"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("credentials"), "{}", run.err);
}

#[test]
fn a_snapshot_keeps_its_gaps() {
    let Some(world) = World::open("snapshot-gaps") else { return };
    world.faults(json!([{"service": "logs", "operation": "DescribeLogGroups", "fault": "deny", "times": null}]));
    let taken = world.run(&["snapshot", "gaps.jsonl"]);
    assert_eq!(taken.code, 3, "{}", taken.err);
    let report = Report::of(world.run(&["audit", "--snapshot", "gaps.jsonl", "-f", "json"]));
    assert_eq!(report.code, 3);
    assert!(report.gaps().contains("logs:DescribeLogGroups"));
}
