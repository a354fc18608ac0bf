//! The grace period: it runs from the latest of what is known.

use std::time::Duration;

use ecs_express_audit::audit;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::kinds::ListenerRule;
use ecs_express_audit::model::{Arn, Cause, Code, Gap, Kind, Timestamp};

use crate::check::{check, check_never, judge};
use crate::world::{MINUTE, Parts, World, balancer, seconds_ago};

#[test]
fn a_service_that_died_just_under_the_grace_period_ago_left_nothing_yet() {
    check(&World::tidy().kill_at("web", seconds_ago(15 * MINUTE - 1)), &[]);
}

#[test]
fn a_service_that_died_a_grace_period_ago_left_everything() {
    let at_the_boundary = judge(&World::tidy().kill_at("web", seconds_ago(15 * MINUTE)));
    assert_eq!(at_the_boundary, judge(&World::tidy().kill("web", 60)));
}

#[test]
fn a_rule_is_as_young_as_its_certificate() {
    let web = Parts::of("web");
    let world = World::tidy().forget("web").made(&web.certificate(), Some(seconds_ago(MINUTE)));
    check_never(&world, "orphan", &["listener-rule <web host>"]);
}

/// Its service was perhaps made between the second list of services and the second look at rules.
#[test]
fn what_was_made_while_the_scan_went_on_is_no_leftover_and_neither_is_what_it_uses() {
    let web = Parts::of("web");
    let world = forgotten();
    check_never(&world.clone().appeared(&web.rule()), "orphan", &["listener-rule <web host>", "target-group <web tg 1>"]);
    let found = judge(&world);
    for subject in ["listener-rule <web host>", "target-group <web tg 1>"] {
        assert!(found.iter().any(|line| line.starts_with("orphan ") && line.ends_with(subject)), "{subject}: {found:#?}");
    }
}

/// What a list that failed would have held at the first look may be old, or new: the gap is named, and nothing is said.
#[test]
fn what_showed_up_only_because_the_first_list_failed_is_not_judged() {
    let (web, world) = (Parts::of("web"), forgotten());
    let mut world = world.appeared(&web.rule());
    let on = ListenerRule::listener_of(&web.rule()).expect("a rule");
    world.live.gaps.push(Gap {
        operation: "elasticloadbalancing:DescribeRules".to_owned(),
        parent: Some(on.to_string()),
        kinds: vec![Kind::ListenerRule],
        cause: Cause::ServerError,
        message: "500".to_owned(),
    });
    let report = world.report();
    assert!(report.unjudged.iter().any(|unjudged| unjudged.arn == web.rule()), "{:?}", report.unjudged);
    check_never(&world, "orphan", &["listener-rule <web host>", "target-group <web tg 1>"]);
}

#[test]
fn what_was_made_during_a_scan_has_a_grace_period_of_its_own() {
    let web = Parts::of("web");
    let world = forgotten().appeared(&web.rule());
    let live = Inventory { scopes: vec![world.scan()] };
    let is_orphan = |seconds: i64| {
        let now = Timestamp::from_unix_seconds(world.now.unix_seconds() + seconds);
        let report = audit(&world.declared, &live, &world.policy, now);
        report.findings.iter().any(|finding| finding.claim.code() == Code::Orphan && finding.subject.arn.as_ref() == Some(&web.rule()))
    };
    assert!(!is_orphan(15 * MINUTE - 1) && is_orphan(15 * MINUTE));
}

/// The service is so long gone that only the resource's own time counts.
fn forgotten() -> World {
    World::tidy().forget("web").forget("api")
}

/// Expects that the subject, made so long ago, is no finding a second before the boundary, and an orphan from there on.
#[track_caller]
fn check_boundary(made_with: &Arn, subject: &str) {
    let orphans = |seconds: i64| {
        let found = judge(&forgotten().made(made_with, Some(seconds_ago(seconds))));
        found.iter().any(|line| line.starts_with("orphan ") && line.ends_with(subject))
    };
    assert!(!orphans(15 * MINUTE - 1), "{subject} is too young");
    assert!(orphans(15 * MINUTE), "{subject} is old enough");
}

#[test]
fn each_kind_with_a_time_of_its_own_goes_by_it() {
    let web = Parts::of("web");
    check_boundary(&balancer(), "load-balancer <alb>");
    check_boundary(&web.certificate(), "certificate <web host>");
    check_boundary(&web.rollback_alarm(), "alarm prod/web/RollbackAlarm");
    check_boundary(&web.log_group(), "log-group <web logs>");
    check_boundary(&web.scalable_target(), "scalable-target service/prod/web");
    check_boundary(&web.policy(), "scaling-policy webAVERAGE_CPU");
}

#[test]
fn each_kind_without_one_goes_by_its_load_balancers_or_certificates() {
    check_boundary(&balancer(), "listener HTTPS:443 on <alb>");
    check_boundary(&balancer(), "target-group <web tg 1>");
    check_boundary(&balancer(), "listener-rule <web host>");
    check_boundary(&balancer(), "security-group <alb sg>");
    check_boundary(&Parts::of("web").certificate(), "listener-rule <web host>");
}

#[test]
fn a_rule_that_leads_nowhere_goes_by_its_load_balancer_too() {
    let web = Parts::of("web");
    let world = forgotten().purge(&[web.target_group(1), web.target_group(2)]);
    let rules = |seconds| {
        judge(&world.clone().made(&balancer(), Some(seconds_ago(seconds))))
            .iter()
            .any(|line| line.contains("<web host>") && line.contains("listener-rule"))
    };
    assert!(!rules(15 * MINUTE - 1) && rules(15 * MINUTE));
}

#[test]
fn the_service_outlives_the_age_of_what_it_had() {
    // Made three days ago, all of it; but the service died a minute ago.
    check(&World::tidy().kill("web", 1), &[]);
}

#[test]
fn a_service_that_was_made_a_minute_ago_and_died_without_an_event_is_young() {
    let mut world = World::tidy().kill("web", 60);
    world.change_service("web", |service| (service.last_activity, service.created_at) = (None, Some(seconds_ago(MINUTE))));
    check_never(&world, "orphan", &[""]);
}

#[test]
fn a_longer_grace_period_holds_everything_back() {
    let mut world = World::tidy().kill("web", 60);
    world.policy.grace = Duration::from_mins(61);
    check(&world, &[]);
}

#[test]
fn no_grace_period_at_all_holds_nothing_back() {
    let mut world = World::tidy().kill("web", 0);
    world.policy.grace = Duration::ZERO;
    assert_eq!(judge(&world), judge(&World::tidy().kill("web", 60)));
}

#[test]
fn a_time_in_the_future_is_young() {
    check(&World::tidy().kill_at("web", seconds_ago(-60)), &[]);
}

#[test]
fn a_family_goes_by_its_service() {
    check_never(&World::tidy().kill_at("web", seconds_ago(15 * MINUTE - 1)), "orphan", &["task-definition"]);
    assert!(judge(&World::tidy().kill_at("web", seconds_ago(15 * MINUTE))).iter().any(|line| line.contains("task-definition prod-web:3")));
}
