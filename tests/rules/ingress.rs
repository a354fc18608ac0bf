//! `service-without-ingress`: ACTIVE, past the grace period, and no way in.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::{GatewayConnection, ManagedStatus};
use ecs_express_audit::model::Arn;

use crate::check::{check_message, check_never, judge};
use crate::world::{MINUTE, Parts, World, balancer, balancer_group, listener, seconds_ago};

const WITHOUT: &str = "service-without-ingress high confirmed service prod/web";

#[track_caller]
fn check_without(world: &World, words: &[&str]) {
    check_message(world, WITHOUT, words);
}

#[track_caller]
fn check_silent(world: &World) {
    check_never(world, "service-without-ingress", &["service prod/web"]);
}

fn web() -> Parts {
    Parts::of("web")
}

/// The revision of `web` names no ingress path, but this connection.
fn connected(is_serving: bool) -> World {
    let mut world = World::tidy();
    let revision = world.live.revisions.iter_mut().find(|revision| revision.service == web().service()).expect("the revision of web");
    revision.ingress_paths.clear();
    revision.gateway_connections = vec![GatewayConnection { is_serving, resources: vec![web().rule(), web().target_group(1)] }];
    world
}

#[test]
fn a_path_with_all_of_its_parts_leads_in() {
    check_silent(&World::tidy());
}

#[test]
fn without_its_rule_nothing_leads_in() {
    check_without(&World::tidy().purge(&[web().rule()]), &["listener rule", "does not exist"]);
}

#[test]
fn without_both_of_its_target_groups_nothing_leads_in() {
    check_without(&World::tidy().purge(&[web().target_group(1), web().target_group(2)]), &["target group", "does not exist"]);
}

#[test]
fn one_target_group_is_enough() {
    check_silent(&World::tidy().purge(&[web().target_group(2)]));
}

#[test]
fn without_the_load_balancer_nothing_leads_in_to_any_service() {
    let on_it = [balancer(), listener(), web().rule(), Parts::of("api").rule(), balancer_group()];
    let world = World::tidy().purge(&on_it);
    check_without(&world, &["load balancer", "listener", "listener rule"]);
    assert!(judge(&world).contains(&WITHOUT.replace("web", "api")));
}

#[test]
fn without_the_listener_nothing_leads_in() {
    check_without(&World::tidy().purge(&[listener(), web().rule(), Parts::of("api").rule()]), &["listener"]);
}

#[test]
fn a_part_that_ecs_no_longer_names_is_lacking() {
    for (part, word) in [(balancer(), "no load balancer"), (listener(), "no listener"), (web().rule(), "no listener rule")] {
        check_without(&World::tidy().unclaim("web", &part), &[word]);
    }
}

#[test]
fn without_any_path_nothing_leads_in() {
    let mut world = World::tidy();
    world.live.revisions[0].ingress_paths.clear();
    check_without(&world, &["no ingress path", "no gateway connection"]);
}

#[test]
fn one_whole_path_of_several_is_enough() {
    let mut world = World::tidy();
    let mut broken = world.live.revisions[0].ingress_paths[0].clone();
    broken.parts.clear();
    world.live.revisions[0].ingress_paths.insert(0, broken);
    check_silent(&world);
}

#[test]
fn a_gateway_connection_that_serves_is_a_way_in() {
    check_silent(&connected(true));
}

#[test]
fn one_that_does_not_serve_is_none() {
    check_without(&connected(false), &[]);
}

#[test]
fn a_service_within_the_grace_period_may_still_get_one() {
    let mut world = World::tidy().wedge("web");
    world.change_service("web", |service| service.created_at = Some(seconds_ago(15 * MINUTE - 1)));
    check_silent(&world);
    check_without(&World::tidy().wedge("web").born("web", 15), &[]);
}

#[test]
fn where_a_part_was_not_read_there_is_no_verdict() {
    let broken = || World::tidy().purge(&[web().target_group(1), web().target_group(2)]);
    let unread: [(Collection, Arn); 3] =
        [(Collection::Revisions, web().revision()), (Collection::Rules, listener()), (Collection::Listeners, balancer())];
    check_silent(&World::tidy().purge(&[web().rule()]).unread(Collection::Rules, listener().as_str()));
    check_silent(&broken().unread(Collection::TargetGroups, ""));
    for (collection, parent) in unread {
        check_silent(&World::tidy().unread(collection, parent.as_str()));
    }
}

#[test]
fn a_wedged_services_deployment_is_named_with_its_age() {
    check_without(&World::tidy().wedge("web"), &["deployment has been in flight for 3 days"]);
}

#[test]
fn without_a_deployment_in_flight_none_is_named() {
    let world = World::tidy().purge(&[web().rule()]);
    let report = world.report();
    let message = report.findings.iter().map(|finding| finding.message()).find(|message| message.contains("nothing can reach it"));
    assert!(!message.expect("the finding").contains("deployment"));
}

#[test]
fn a_service_that_is_leaving_or_gone_needs_no_way_in() {
    check_silent(&World::tidy().purge(&[web().rule()]).drain("web", 60));
    check_silent(&World::tidy().purge(&[web().rule()]).kill("web", 60));
}

#[test]
fn a_path_whose_parts_failed_leads_nowhere() {
    // A rule that failed and was never made has no place among the live ones.
    let world = World::tidy().status("web", &web().rule(), ManagedStatus::Failed, Some("too many rules")).purge(&[web().rule()]);
    check_without(&world, &["listener rule"]);
}
