//! Remedies that are run late: what came into use since the audit stays, and what cannot be told or removed does no harm.

use serde_json::{Value, json};

use super::remedies::{Plan, create, dead, id, spared};
use super::support::{World, text};

/// A script that was written before something happened. It ends with that code, says that, and what stays is as it was, but for the rules
/// by which a group that stays names one that went.
#[track_caller]
fn check_late(world: &World, happens: impl FnOnce(), code: i32, said: &str, stays: &[&Value]) {
    let plan = Plan::of(world, &["--include-data"]);
    happens();
    let before = world.holdings();
    let ran = plan.run(world);
    let after = world.holdings();
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(said) || ran.err.contains(said), "{said:?}: {}{}", ran.out, ran.err);
    for arn in stays {
        assert!(plan.removes(text(arn)), "{arn} was to go: {:?}", plan.report.findings());
        assert!(after.contains_key(text(arn)), "{arn} was to stay: {}{}", ran.out, ran.err);
        assert!(text(arn).contains(":security-group/") || after.get(text(arn)) == before.get(text(arn)), "{arn}: {}{}", ran.out, ran.err);
    }
    for (arn, state) in spared(&before, &plan) {
        assert_eq!(after.get(&arn), Some(&state), "{arn} was not to be touched: {}{}", ran.out, ran.err);
    }
}

/// Whether the last steps were run.
fn went_on(world: &World) -> bool {
    !world.holdings().keys().any(|arn| arn.ends_with(":cluster/prod"))
}

#[test]
fn what_came_into_use_since_the_audit_stays_and_the_others_go() {
    let Some(world) = World::open("remedy-late-rule") else { return };
    let service = dead(&world, "web");
    let group = &service["target_groups"][0];
    let rule = json!({"do": "custom_rule", "listener": service["listener"], "host": "shop.example.com", "target_group": group});
    let happens = || drop(world.step(rule));
    let said = "left where it is: 1 rule on it";
    check_late(&world, happens, 3, said, &[&service["listener"], &service["load_balancer"], group, &service["certificate"]]);
    assert!(!world.holdings().contains_key(text(&service["target_groups"][1])), "nobody uses the other one");
}

#[test]
fn whoever_answers_by_now_behind_a_target_group_keeps_the_way_to_it() {
    let Some(world) = World::open("remedy-late-target") else { return };
    let service = dead(&world, "web");
    let group = &service["target_groups"][0];
    let happens = || drop(world.step(json!({"do": "plain_service", "cluster": "prod", "name": "shop", "target_group": group})));
    let said = "left where it is: 1 target registered behind it since the audit";
    let stays = [&service["rule"], &service["listener"], &service["load_balancer"], group, &service["certificate"]];
    check_late(&world, happens, 3, said, &stays);
}

#[test]
fn a_group_that_another_one_admits_by_now_stays() {
    let Some(world) = World::open("remedy-late-group") else { return };
    let service = dead(&world, "web");
    let happens = || drop(world.step(json!({"do": "security_group", "name": "database", "admits": id(&service["security_group"])})));
    let said = "left where it is: 1 other group that admits it";
    check_late(&world, happens, 3, said, &[&service["security_group"]]);
    assert!(went_on(&world));
}

#[test]
fn what_a_name_that_lives_again_may_use_stays() {
    let Some(world) = World::open("remedy-late-life") else { return };
    let service = dead(&world, "web");
    let happens = || drop(world.step(json!({"do": "create", "cluster": "prod", "name": "web", "own_load_balancer": true})));
    let said = "left where it is: 1 service of its name that is not dead";
    check_late(&world, happens, 3, said, &[&service["rule"], &service["scalable_target"], &service["security_group"]]);
}

#[test]
fn what_a_newer_revision_may_use_stays() {
    let Some(world) = World::open("remedy-late-revision") else { return };
    let old = dead(&world, "web");
    let service = create(&world, "web");
    let logs = json!(format!("arn:aws:logs:{}:123456789012:log-group:{}", world.region, text(&old["log_group"])));
    let happens = || drop(world.step(json!({"do": "canary", "service": service["service"]})));
    check_late(&world, happens, 3, "1 revision or deployment of its service that is newer than the audit", &[&logs]);
}

#[test]
fn a_load_balancer_that_stays_is_protected_as_before() {
    let Some(world) = World::open("remedy-late-denial") else { return };
    let service = dead(&world, "web");
    world.step(json!({"do": "protect", "load_balancer": service["load_balancer"]}));
    let deny = json!([{"service": "elasticloadbalancing", "operation": "DeleteLoadBalancer", "fault": "deny", "times": null}]);
    check_late(&world, || world.faults(deny), 1, "FAILED", &[&service["load_balancer"]]);
    assert!(went_on(&world));
}

#[test]
fn what_cannot_be_told_ends_the_run() {
    let Some(world) = World::open("remedy-late-silence") else { return };
    let service = dead(&world, "web");
    let deny = json!([{"service": "ecs", "operation": "DescribeServices", "fault": "deny", "times": null}]);
    let stays = [&service["scaling_policy"], &service["rule"], &service["load_balancer"]];
    check_late(&world, || world.faults(deny), 1, "stopping: this cannot be told", &stays);
    assert!(!went_on(&world));
}
