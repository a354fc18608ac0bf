//! The case this project grew from, as the three people who met it would want to read it.

use ecs_express_audit::model::{Code, Outcome};

use crate::check::{check, check_message, check_never, judge};
use crate::world::{Parts, World, balancer_group, group, listener};

const SERVICE: &str = "hoge-cluster/hoge-service";
const RENAMED: &str = "hoge-cluster-2/hoge-service";

fn hoge() -> World {
    World::empty().with_cluster("hoge-cluster").with_balancer().with_service(SERVICE)
}

/// `terraform destroy` finished an hour ago: no declaration is left, and ECS took with it whatever would name the service.
fn destroyed() -> World {
    let parts = Parts::of(SERVICE);
    let mut world = hoge().kill(SERVICE, 60).declaring_nothing();
    world.live.services.clear();
    world.live.clusters.clear();
    world.live.task_families.clear();
    world.live.alarms.clear();
    world.live.load_balancers.iter_mut().for_each(|balancer| balancer.security_groups.clear());
    world.live.certificates.iter_mut().for_each(|certificate| certificate.in_use_by.clear());
    world.purge(&[listener(), parts.rule(), parts.group(), balancer_group(), parts.log_group(), parts.scalable_target(), parts.policy()])
}

/// The same code was applied again, while the service of that name drained without an end.
fn stuck() -> World {
    let parts = Parts::of(SERVICE);
    let gone = [parts.target_group(1), parts.target_group(2), parts.certificate(), parts.rule(), listener()];
    let mut world = hoge().drain(SERVICE, 26 * 60).silence(SERVICE).declaring(SERVICE);
    world.live.load_balancers.clear();
    world.purge(&gone)
}

/// The cluster was renamed: the service was made without a way in, on a security group that is no more.
fn renamed() -> World {
    let mut world = stuck().with_cluster("hoge-cluster-2").with_service(RENAMED).wedge(RENAMED).born(RENAMED, 26 * 60);
    let name = Parts::of(RENAMED).service();
    let revision = world.live.revisions.iter_mut().find(|revision| revision.service == name).expect("its revision");
    revision.security_groups = vec![group("sg-0123456789abcdead"), Parts::of(RENAMED).group()];
    world.declared.services.clear();
    world.declaring(RENAMED)
}

#[test]
fn after_the_destroy_the_bill_is_explained() {
    check(
        &destroyed(),
        &[
            "orphan high confirmed load-balancer <alb>",
            "orphan low confirmed certificate <hoge-cluster/hoge-service host>",
            "orphan low confirmed target-group <hoge-cluster/hoge-service tg 1>",
            "orphan low confirmed target-group <hoge-cluster/hoge-service tg 2>",
        ],
    );
    check_message(&destroyed(), "orphan high confirmed load-balancer", &["load balancer <alb>", "left behind by Express Mode", "3 days"]);
}

#[test]
fn the_dearest_leftover_comes_first() {
    let report = destroyed().report();
    assert!(report.findings[0].message().starts_with("load balancer"), "{}", report.findings[0].message());
}

#[test]
fn while_one_alarm_is_left_every_leftover_of_the_way_in_names_its_service() {
    let parts = Parts::of(SERVICE);
    let world = hoge().kill(SERVICE, 60);
    let report = world.report();
    for arn in [parts.target_group(1), parts.target_group(2), parts.rule(), parts.certificate(), listener(), balancer_group()] {
        let finding = report.findings.iter().find(|finding| finding.subject.arn.as_ref() == Some(&arn)).expect("a finding");
        let service = finding.service.as_ref().map(|service| format!("{}/{}", service.cluster, service.name));
        assert_eq!(service.as_deref(), Some(SERVICE), "{}", finding.message());
        assert!(finding.message().contains(SERVICE), "{}", finding.message());
    }
}

#[test]
fn the_name_that_is_still_draining_explains_why_it_cannot_be_used_again() {
    let line = "draining-service high confirmed service hoge-cluster/hoge-service";
    check_message(&stuck(), line, &["DRAINING for 26 h", "cannot be used again until it is INACTIVE", "express-infrastructure"]);
    check_never(&stuck(), "orphan", &[""]);
    check_never(&stuck(), "missing-service", &[""]);
}

#[test]
fn the_service_that_never_got_a_way_in_says_so_and_names_the_group_that_is_no_more() {
    let world = renamed();
    let without = "service-without-ingress high confirmed service hoge-cluster-2/hoge-service";
    check_message(&world, without, &["nothing can reach it", "no ingress path", "its deployment has been in flight for 3 days"]);
    let dangling = "dangling-reference high potential service hoge-cluster-2/hoge-service";
    check_message(&world, dangling, &["security group sg-0123456789abcdead", "does not exist"]);
}

#[test]
fn both_names_are_told_apart() {
    let of_service: Vec<String> = judge(&renamed()).into_iter().filter(|line| line.contains(" service ")).collect();
    assert_eq!(
        of_service,
        [
            "dangling-reference high potential service hoge-cluster-2/hoge-service",
            "draining-service high confirmed service hoge-cluster/hoge-service",
            "service-without-ingress high confirmed service hoge-cluster-2/hoge-service",
        ]
    );
}

#[test]
fn the_person_at_night_reads_nothing_when_all_is_well() {
    let report = hoge().declaring(SERVICE).report();
    assert_eq!((report.findings.len(), report.outcome()), (0, Outcome::Clean));
}

#[test]
fn within_the_grace_period_nothing_is_said_too_early() {
    check(&hoge().declaring_nothing().kill(SERVICE, 5), &[]);
    check(&hoge().declaring(SERVICE).born(SERVICE, 5).wedge(SERVICE), &[]);
}

#[test]
fn no_stage_calls_anything_superseded_or_held() {
    for world in [destroyed(), stuck(), renamed()] {
        let report = world.report();
        let wrong = report.findings.iter().filter(|finding| matches!(finding.claim.code(), Code::Superseded | Code::HeldLeftover));
        assert_eq!(wrong.count(), 0, "{:#?}", judge(&world));
    }
}
