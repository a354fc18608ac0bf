//! How sure a finding is: `confirmed` needs a tag and a name, every read that could contradict it, an age, and a second look.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::GatewayConnection;
use ecs_express_audit::model::{Arn, Confidence};

use crate::check::{check_change, check_never, judge};
use crate::world::{Parts, World, balancer, lone_balancer};

fn dead() -> World {
    World::tidy().kill("web", 60)
}

fn web() -> Parts {
    Parts::of("web")
}

#[track_caller]
fn check_weakened(before: &World, after: &World, subject: &str) {
    check_change(before, after, &[&format!("- orphan {subject}"), &format!("+ orphan {}", subject.replace("confirmed", "potential"))]);
}

#[track_caller]
fn check_potential(world: &World, arn: &Arn) {
    let report = world.report();
    let finding = report.findings.iter().find(|finding| finding.subject.arn.as_ref() == Some(arn));
    let finding = finding.unwrap_or_else(|| panic!("nothing about {arn} in {:#?}", judge(world)));
    assert_eq!(finding.confidence, Confidence::Potential, "{}", finding.message());
}

#[test]
fn without_a_second_look_nothing_is_certain() {
    let rule = web().rule();
    check_weakened(&dead(), &dead().unread(Collection::SecondLook, rule.as_str()), "low confirmed listener-rule <web host>");
}

#[test]
fn without_the_tag_a_name_alone_is_not_certain() {
    check_weakened(&dead(), &dead().untag(&web().target_group(1)), "low confirmed target-group <web tg 1>");
}

#[test]
fn without_the_name_a_tag_alone_is_not_certain() {
    let mut world = dead();
    world.live.target_groups[0].name = "edge-blue".to_owned();
    check_potential(&world, &web().target_group(1));
}

#[test]
fn a_rollback_alarm_needs_the_tag_too() {
    check_weakened(&dead(), &dead().untag(&web().rollback_alarm()), "low confirmed alarm prod/web/RollbackAlarm");
}

#[test]
fn what_only_the_tag_index_shows_is_not_judged() {
    let arn = web().certificate();
    let world = dead().unread(Collection::Tags, arn.as_str());
    check_never(&world, "orphan", &["certificate <web host>"]);
    assert!(world.report().unjudged.iter().any(|resource| resource.arn == arn));
}

#[test]
fn without_the_gateways_what_they_could_own_is_not_certain() {
    let world = dead().unread(Collection::Gateways, "");
    for arn in [web().rule(), web().target_group(1), web().certificate(), web().group()] {
        check_potential(&world, &arn);
    }
}

#[test]
fn what_gateways_never_make_is_certain_without_them() {
    let found = judge(&dead().unread(Collection::Gateways, ""));
    for sure in ["alarm prod/web/RollbackAlarm", "scalable-target service/prod/web", "scaling-policy webAVERAGE_CPU"] {
        assert!(found.contains(&format!("orphan low confirmed {sure}")), "{sure} in {found:#?}");
    }
}

#[test]
fn without_the_gateways_a_tag_alone_says_nothing() {
    let mut world = dead();
    world.live.target_groups[0].name = "edge-blue".to_owned();
    check_never(&world.unread(Collection::Gateways, ""), "orphan", &["target-group edge-blue"]);
}

/// `api` is an ordinary service whose revision, with what a gateway made for it, was not read.
fn with_unread_connection() -> World {
    let api = Parts::of("api");
    let mut world = dead().replace_by_plain("api").gateway_owning(Vec::new());
    world.change_service("api", |service| service.revisions = vec![api.revision()]);
    let mut revision = World::tidy().live.revisions.remove(1);
    revision.ingress_paths.clear();
    revision.others.clear();
    revision.gateway_connections = vec![GatewayConnection { is_serving: true, resources: vec![web().target_group(1)] }];
    world.live.revisions.push(revision);
    world.unread(Collection::Revisions, api.revision().as_str())
}

#[test]
fn what_an_unread_gateway_connection_could_own_is_not_certain() {
    check_potential(&with_unread_connection(), &web().target_group(1));
}

#[test]
fn what_an_unread_gateway_connection_could_own_is_not_judged_by_its_tag_alone() {
    let mut world = with_unread_connection();
    world.live.target_groups[0].name = "edge-blue".to_owned();
    check_never(&world, "orphan", &["target-group edge-blue"]);
}

#[test]
fn what_an_ordinary_services_unread_revision_could_name_is_not_judged_and_what_no_gateway_makes_is() {
    let world = with_unread_connection();
    check_never(&world, "orphan", &["target-group <api", "listener-rule <api", "certificate <api", "security-group <api"]);
    let unjudged: Vec<Arn> = world.report().unjudged.into_iter().map(|resource| resource.arn).collect();
    let api = Parts::of("api");
    for arn in [api.target_group(1), api.rule(), api.certificate(), api.group()] {
        assert!(unjudged.contains(&arn), "{arn} in {unjudged:#?}");
    }
    assert!(judge(&world).contains(&"orphan low confirmed alarm prod/api/RollbackAlarm".to_owned()), "{:#?}", judge(&world));
}

#[test]
fn where_nothing_tells_the_age_a_leftover_is_not_certain() {
    check_potential(&World::tidy().forget("web"), &web().group());
    check_potential(&World::tidy().lone_balancer().made(&lone_balancer(), None), &lone_balancer());
}

#[test]
fn log_groups_task_definitions_and_clusters_are_never_certain() {
    let worlds = [dead(), dead().kill("api", 60), World::tidy().forget("web").forget("api"), dead().kill("api", 60).custom_rule()];
    for world in worlds {
        for kind in ["log-group", "task-definition", "cluster"] {
            let wrong: Vec<String> = judge(&world).into_iter().filter(|line| line.contains(&format!("confirmed {kind} "))).collect();
            assert!(wrong.is_empty(), "{wrong:?}");
        }
    }
}

#[test]
fn a_held_leftover_is_as_sure_as_the_orphan_would_be() {
    let held = dead().kill("api", 60).custom_rule();
    assert!(judge(&held).contains(&"held-leftover medium confirmed load-balancer <alb>".to_owned()));
    check_potential(&held.unread(Collection::SecondLook, balancer().as_str()), &balancer());
}
