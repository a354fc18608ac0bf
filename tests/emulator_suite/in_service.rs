//! What living services stand by, where something is off.

use serde_json::json;

use super::support::{World, line, text};

#[test]
fn what_loses_its_tag_while_it_is_in_use_is_detached() {
    let Some(world) = World::open("detached") else { return };
    let web = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let alarm = json!(format!("arn:aws:cloudwatch:{}:123456789012:alarm:{}", world.region, text(&web["alarm"])));
    let lost = [&web["load_balancer"], &web["target_groups"][1], &web["rule"], &web["certificate"], &alarm];
    for arn in lost {
        world.step(json!({"do": "untag", "arn": arn}));
    }
    let report = world.audit(&[&web]);
    report.check(&lost.map(|arn| line("detached", arn)));
    // The tag index is asked as ever, and the tags of those alone that it lacks.
    assert_eq!(world.calls().iter().filter(|call| *call == "elasticloadbalancing:DescribeTags").count(), 1);
}

#[test]
fn a_rule_of_somebody_elses_to_the_target_group_that_is_not_in_turn_is_stale() {
    let Some(world) = World::open("stale-rule") else { return };
    let web = world.step(json!({"do": "create", "cluster": "prod", "name": "web"}));
    let rules = [0, 1].map(|number| {
        let (host, group) = (format!("shop-{number}.example.com"), &web["target_groups"][number]);
        world.step(json!({"do": "custom_rule", "listener": web["listener"], "host": host, "target_group": group}))
    });
    let report = world.audit(&[&web]);
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let stale = &report.json["findings"][0];
    assert_eq!((text(&stale["code"]), text(&stale["severity"])), ("stale-rule", "high"));
    assert!(rules.iter().any(|rule| rule["rule"] == stale["arn"]), "{stale}");
}
