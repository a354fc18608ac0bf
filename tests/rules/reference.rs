//! `dangling-reference` and `failed-resource`: what living services say of what they are made of.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::{ManagedResource, ManagedStatus};
use ecs_express_audit::model::{Arn, Kind};

use crate::check::{check_change, check_message, check_never, judge};
use crate::world::{MINUTE, Parts, World, arn, balancer, balancer_group, group, listener, managed, seconds_ago};

const DANGLING: &str = "dangling-reference high potential service prod/web";

fn web() -> Parts {
    Parts::of("web")
}

/// `web` is configured with a security group that is not there.
fn configured_with_gone_group() -> World {
    let mut world = World::tidy();
    world.live.revisions[0].security_groups.push(group("sg-0000000000000dead"));
    world
}

#[track_caller]
fn check_dangling(world: &World, words: &[&str]) {
    check_message(world, DANGLING, words);
}

#[track_caller]
fn check_silent(world: &World) {
    check_never(world, "dangling-reference", &[""]);
}

#[test]
fn a_configured_security_group_that_does_not_exist_dangles() {
    check_change(&World::tidy(), &configured_with_gone_group(), &[&format!("+ {DANGLING}")]);
    check_dangling(&configured_with_gone_group(), &["security group sg-0000000000000dead", "does not exist"]);
}

#[test]
fn what_aws_was_asked_for_by_name_is_certain() {
    let world = configured_with_gone_group().absent(&[group("sg-0000000000000dead")]);
    check_change(&World::tidy(), &world, &["+ dangling-reference high confirmed service prod/web"]);
}

#[test]
fn what_a_revision_names_twice_dangles_once() {
    let world = World::tidy().purge(&[web().group()]);
    check_change(&World::tidy(), &world, &[&format!("+ {DANGLING}")]);
}

#[test]
fn each_kind_that_is_read_can_dangle() {
    let parts = [
        (web().certificate(), "certificate"),
        (web().target_group(1), "target group"),
        (web().rule(), "listener rule"),
        (web().log_group(), "log group"),
        (web().group(), "security group"),
    ];
    for (part, word) in parts {
        let id = if part.service() == "ec2" { part.last_segment().to_owned() } else { part.to_string() };
        check_dangling(&World::tidy().purge(std::slice::from_ref(&part)), &[word, "does not exist"]);
        check_named(&World::tidy().purge(&[part]), &id);
    }
}

#[track_caller]
fn check_named(world: &World, id: &str) {
    let report = world.report();
    assert!(report.findings.iter().any(|finding| finding.message().contains(id)), "{id} in {:#?}", judge(world));
}

#[test]
fn a_load_balancer_that_does_not_exist_dangles_with_all_that_was_on_it() {
    let gone = [balancer(), listener(), web().rule(), Parts::of("api").rule(), balancer_group()];
    let report = World::tidy().purge(&gone).report();
    let said: Vec<String> = report.findings.iter().map(|finding| finding.message()).filter(|m| m.contains("prod/web")).collect();
    for part in [balancer(), listener(), web().rule()] {
        assert!(said.iter().any(|message| message.contains(&format!("{part}, which does not exist"))), "{part} in {said:#?}");
    }
}

#[test]
fn what_no_read_could_show_does_not_dangle() {
    check_silent(&World::tidy().purge(&[web().scalable_target(), web().policy(), web().rollback_alarm()]));
    let mut world = World::tidy();
    let own = arn("logs", "log-group:/ecs/web");
    world.live.revisions[0].others.push(managed(Kind::LogGroup, &own));
    check_silent(&world);
    assert!(judge(&world.absent(&[own])).contains(&"dangling-reference high confirmed service prod/web".to_owned()));
}

#[test]
fn what_was_not_read_does_not_dangle() {
    let gone: [(Arn, Collection); 4] = [
        (web().certificate(), Collection::Certificates),
        (web().target_group(1), Collection::TargetGroups),
        (web().log_group(), Collection::LogGroups),
        (web().group(), Collection::SecurityGroups),
    ];
    for (arn, collection) in gone {
        check_silent(&World::tidy().purge(&[arn]).unread(collection, ""));
    }
    check_silent(&World::tidy().purge(&[web().rule()]).unread(Collection::Rules, listener().as_str()));
}

#[test]
fn what_comes_or_goes_does_not_dangle() {
    let part = web().target_group(2);
    for status in [ManagedStatus::Provisioning, ManagedStatus::Deprovisioning, ManagedStatus::Deleted, ManagedStatus::Failed] {
        check_silent(&World::tidy().purge(std::slice::from_ref(&part)).status("web", &part, status, None));
    }
    check_silent(&World::tidy().purge(std::slice::from_ref(&part)).status("web", &part, ManagedStatus::Unknown, None));
}

#[test]
fn a_revision_within_the_grace_period_refers_to_what_comes() {
    let mut world = configured_with_gone_group();
    world.live.revisions[0].created_at = Some(seconds_ago(15 * MINUTE - 1));
    check_silent(&world);
    world.live.revisions[0].created_at = Some(seconds_ago(15 * MINUTE));
    check_dangling(&world, &[]);
}

#[test]
fn services_that_are_leaving_or_gone_may_refer_to_anything() {
    check_silent(&configured_with_gone_group().drain("web", 60));
    check_silent(&configured_with_gone_group().kill("web", 60));
}

#[test]
fn a_failed_resource_carries_its_reason() {
    let world = World::tidy().status("web", &web().certificate(), ManagedStatus::Failed, Some("quota of certificates reached"));
    let line = format!("failed-resource high confirmed certificate {}", web().certificate().last_segment());
    check_change(&World::tidy(), &world, &[&format!("+ {line}")]);
    check_message(&world, &line, &["prod/web", "FAILED", "quota of certificates reached"]);
}

#[test]
fn without_a_reason_the_message_says_so() {
    let world = World::tidy().status("web", &web().rule(), ManagedStatus::Failed, None);
    check_message(&world, "failed-resource high confirmed listener-rule", &["no reason given"]);
}

#[test]
fn a_failed_resource_that_was_never_made_is_its_services() {
    let mut world = World::tidy();
    let failed = ManagedResource {
        kind: Kind::LoadBalancer,
        arn: None,
        status: ManagedStatus::Failed,
        reason: Some("no subnets in two zones".to_owned()),
    };
    world.live.revisions[0].others.push(failed);
    check_change(&World::tidy(), &world, &["+ failed-resource high confirmed service prod/web"]);
    check_message(&world, "failed-resource high confirmed service prod/web", &["load balancer", "no subnets in two zones"]);
}

#[test]
fn a_failed_load_balancer_that_two_services_share_is_one_finding() {
    let failed = |world: World, name: &str| world.status(name, &balancer(), ManagedStatus::Failed, Some("no address left"));
    let world = failed(failed(World::tidy(), "web"), "api");
    check_change(&World::tidy(), &world, &["+ failed-resource high confirmed load-balancer 50dc6c495c0c9188"]);
}
