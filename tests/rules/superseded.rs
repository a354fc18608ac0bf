//! `superseded`: what belongs to a living service, but to none of its current revisions.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::{DatedFact, ManagedStatus};

use crate::check::{check, check_message, check_never, judge};
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
    check(&World::tidy().unclaim("web", &Parts::of("web").log_group()).deploying("web"), &[]);
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

#[test]
fn what_the_living_service_does_makes_nothing_younger_that_it_superseded() {
    let mut world = World::tidy().unclaim("web", &Parts::of("web").log_group());
    let event = DatedFact { at: seconds_ago(MINUTE), what: "last event".to_owned() };
    world.change_service("web", |service| service.last_activity = Some(event));
    check(&world, &["superseded info potential log-group <web logs>"]);
}

#[test]
fn an_earlier_service_of_the_same_name_left_what_the_living_one_does_not_name() {
    let mut world = World::tidy().reuse_name("web");
    let old = Parts::of("web").in_life(0);
    let rule = world.live.rules.iter_mut().find(|rule| rule.arn == old.rule()).expect("the old rule");
    rule.hosts = vec![Parts::of("web").host()];
    for left in ["listener-rule <web host>", "target-group <web' tg 1>", "target-group <web' tg 2>"] {
        check_message(&world, &format!("superseded info confirmed {left}"), &["service prod/web", "none of its current revisions"]);
    }
}

#[test]
fn what_the_living_load_balancer_still_uses_of_an_earlier_service_is_held() {
    let found = judge(&World::tidy().reuse_name("web"));
    // Express Mode's own group still names the old one, and its listener still presents the old certificate.
    let held = "held-leftover medium confirmed security-group <web' sg>";
    assert!(found.contains(&held.to_owned()), "{found:#?}");
}

#[test]
fn what_a_service_has_once_by_its_name_is_never_superseded() {
    let web = Parts::of("web");
    let world = World::tidy().unclaim("web", &web.rollback_alarm()).unclaim("web", &web.scalable_target()).unclaim("web", &web.policy());
    check(&world, &[]);
}

#[test]
fn older_task_definitions_are_not_superseded() {
    let mut world = World::tidy();
    world.live.revisions[0].task_definition = Some(Parts::of("web").task_definition(1));
    check(&world, &[]);
}

#[test]
fn what_a_revision_names_as_deleted_and_that_is_still_there_is_superseded() {
    let logs = Parts::of("web").log_group();
    let world = World::tidy().status("web", &logs, ManagedStatus::Deleted, None);
    check(&world, &["superseded info potential log-group <web logs>"]);
}

#[test]
fn what_a_revision_names_as_leaving_is_still_its_own() {
    let logs = Parts::of("web").log_group();
    check(&World::tidy().status("web", &logs, ManagedStatus::Deprovisioning, None), &[]);
    check(&World::tidy().status("web", &logs, ManagedStatus::Unknown, None), &[]);
}

#[test]
fn where_the_revisions_were_not_read_nothing_is_superseded() {
    let (logs, web) = (Parts::of("web").log_group(), Parts::of("web"));
    let world = World::tidy().unclaim("web", &logs).unread(Collection::Revisions, web.revision().as_str());
    check_never(&world, "superseded", &[""]);
}

#[test]
fn where_the_gateways_were_not_read_what_they_may_have_made_is_not_superseded() {
    let old = Parts::of("web").in_life(0);
    let mut world = World::tidy().reuse_name("web");
    world.live.rules.iter_mut().filter(|rule| rule.arn == old.rule()).for_each(|rule| rule.hosts = vec![Parts::of("web").host()]);
    assert!(judge(&world).iter().any(|line| line.starts_with("superseded ") && line.contains(" target-group ")));
    let unread = world.unread(Collection::Gateways, "");
    check_never(&unread, "superseded", &["target-group", "listener-rule", "certificate", "security-group"]);
    // They make no log groups.
    let logs = World::tidy().unclaim("web", &Parts::of("web").log_group());
    check(&logs.unread(Collection::Gateways, ""), &["superseded info potential log-group <web logs>"]);
}

#[test]
fn of_a_draining_service_nothing_is_superseded() {
    check_never(&unclaimed().drain("web", 60), "superseded", &[""]);
}

#[test]
fn a_declared_leftover_of_a_living_service_is_not_superseded() {
    let logs = Parts::of("web").log_group();
    check(&World::tidy().unclaim("web", &logs).declaring("web").declaring("api").declaring_id(logs.as_str()), &[]);
}
