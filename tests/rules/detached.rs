//! `detached`: a living service's revision names it, and its tag is gone.

use ecs_express_audit::kinds::{LogGroup, ManagedTag, Marks};
use ecs_express_audit::model::Arn;

use crate::check::{check, check_message};
use crate::world::{Parts, World, arn, balancer, balancer_group, managed};

/// The account, in which those resources have lost their tag.
fn retagged(arns: &[Arn]) -> World {
    let mut world = World::tidy();
    for (arn, marks) in world.live.marks_mut() {
        if arns.contains(arn) {
            *marks = Marks { tag: ManagedTag::Absent, ..Marks::default() };
        }
    }
    for group in world.live.security_groups.iter_mut().filter(|group| arns.contains(&group.arn)) {
        group.marks.tag = ManagedTag::Absent;
    }
    world
}

#[test]
fn what_a_living_service_uses_without_the_tag_is_detached() {
    let web = Parts::of("web");
    let own = [web.target_group(2), web.rule(), web.certificate(), web.group(), web.rollback_alarm(), web.log_group()];
    check(
        &retagged(&own),
        &[
            "detached medium confirmed target-group <web tg 2>",
            "detached medium confirmed listener-rule <web host>",
            "detached medium confirmed certificate <web host>",
            "detached medium confirmed security-group <web sg>",
            "detached medium confirmed alarm prod/web/RollbackAlarm",
            "detached medium confirmed log-group <web logs>",
        ],
    );
}

#[test]
fn what_services_share_is_detached_once() {
    let world = retagged(&[balancer(), balancer_group()]);
    check(&world, &["detached medium confirmed load-balancer <alb>", "detached medium confirmed security-group <alb sg>"]);
    check_message(&world, "detached medium confirmed load-balancer", &["AmazonECSManaged", "a living service", "leave it behind"]);
    let report = world.report();
    assert!(report.findings.iter().all(|finding| finding.service.is_none() && finding.ties.len() == 2));
}

#[test]
fn nothing_is_said_of_tags_that_were_not_read() {
    let mut world = World::tidy();
    for (_, marks) in world.live.marks_mut() {
        marks.tag = ManagedTag::Unread;
    }
    check(&world, &[]);
}

#[test]
fn a_service_that_is_leaving_detaches_nothing() {
    let mut world = World::tidy().drain("web", 1);
    let group = world.live.target_groups.iter_mut().find(|group| group.arn == Parts::of("web").target_group(1));
    group.expect("the service's").marks.tag = ManagedTag::Absent;
    let world_with_tag = World::tidy().drain("web", 1);
    assert_eq!(crate::check::judge(&world), crate::check::judge(&world_with_tag));
}

#[test]
fn the_customers_own_log_group_never_had_the_tag() {
    let mut world = World::tidy();
    let arn = arn("logs", "log-group:/ecs/shop");
    let own = LogGroup {
        arn: arn.clone(),
        name: "/ecs/shop".to_owned(),
        created_at: None,
        stored_bytes: None,
        marks: Marks { tag: ManagedTag::Absent, ..Marks::default() },
    };
    world.live.log_groups.push(own);
    world.live.revisions[0].others.push(managed(ecs_express_audit::model::Kind::LogGroup, &arn));
    check(&world, &[]);
}
