//! `superseded`: what belongs to a living service, but to none of its current revisions.

use crate::check::{check, check_never};
use crate::world::{MINUTE, Parts, World, seconds_ago};

fn unclaimed() -> World {
    let web = Parts::of("web");
    World::tidy().unclaim("web", &web.target_group(2)).unclaim("web", &web.certificate())
}

#[test]
fn the_target_groups_of_a_superseded_rule_are_superseded() {
    // The old rule still matches the living service's host; no alarm watches the old target groups.
    let mut world = World::tidy().reuse_name("web");
    let (old, new) = (Parts::of("web").in_life(0), Parts::of("web"));
    let rule = world.live.rules.iter_mut().find(|rule| rule.arn == old.rule()).expect("the old rule");
    rule.hosts = vec![new.host()];
    check_never(&world, "orphan", &["listener-rule", "target-group <web' tg 1>", "target-group <web' tg 2>"]);
}

#[test]
fn nothing_is_superseded_while_a_deployment_runs() {
    check_never(&unclaimed().deploying("web"), "superseded", &[""]);
}

#[test]
fn a_target_group_to_which_the_living_rule_forwards_is_in_turn() {
    check(&World::tidy().unclaim("web", &Parts::of("web").target_group(2)), &[]);
}

#[test]
fn what_was_made_within_the_grace_period_is_not_superseded() {
    let logs = Parts::of("web").log_group();
    let world = World::tidy().unclaim("web", &logs);
    check(&world, &["superseded info potential log-group <web logs>"]);
    check(&world.made(&logs, Some(seconds_ago(MINUTE))), &[]);
}
