//! A dead service's whole stack.

use std::collections::BTreeSet;

use ecs_express_audit::model::Kind;

use crate::check::{check, check_change, check_message, check_never};
use crate::world::{Parts, World, balancer, listener};

fn alone() -> World {
    World::empty().with_cluster("prod").with_balancer().with_service("web")
}

#[test]
fn everything_of_a_service_that_died_alone_is_left_over() {
    check(
        &alone().kill("web", 60),
        &[
            "orphan high confirmed load-balancer <alb>",
            "orphan info potential cluster prod",
            "orphan info potential log-group <web logs>",
            "orphan info potential task-definition prod-web:3",
            "orphan low confirmed alarm prod/web/RollbackAlarm",
            "orphan low confirmed certificate <web host>",
            "orphan low confirmed listener HTTPS:443 on <alb>",
            "orphan low confirmed listener-rule <web host>",
            "orphan low confirmed scalable-target service/prod/web",
            "orphan low confirmed scaling-policy webAVERAGE_CPU",
            "orphan low confirmed target-group <web tg 1>",
            "orphan low confirmed target-group <web tg 2>",
            "orphan low potential alarm <web high>", // by their names alone: they bear no tag of Express Mode's
            "orphan low potential alarm <web low>",
            "orphan medium confirmed security-group <alb sg>",
            "orphan medium confirmed security-group <web sg>",
        ],
    );
}

#[test]
fn the_evidence_names_what_describes_each_kind_and_what_gives_its_tags() {
    let elb = "elasticloadbalancing:DescribeTags";
    let scaling = "application-autoscaling:ListTagsForResource";
    let expected = [
        (Kind::LoadBalancer, "elasticloadbalancing:DescribeLoadBalancers", Some(elb)),
        (Kind::Listener, "elasticloadbalancing:DescribeListeners", Some(elb)),
        (Kind::ListenerRule, "elasticloadbalancing:DescribeRules", Some(elb)),
        (Kind::TargetGroup, "elasticloadbalancing:DescribeTargetGroups", Some(elb)),
        (Kind::Certificate, "acm:DescribeCertificate", Some("acm:ListTagsForCertificate")),
        (Kind::SecurityGroup, "ec2:DescribeSecurityGroups", Some("ec2:DescribeSecurityGroups")),
        (Kind::Alarm, "cloudwatch:DescribeAlarms", Some("cloudwatch:ListTagsForResource")),
        (Kind::LogGroup, "logs:DescribeLogGroups", Some("logs:ListTagsForResource")),
        (Kind::ScalableTarget, "application-autoscaling:DescribeScalableTargets", Some(scaling)),
        (Kind::ScalingPolicy, "application-autoscaling:DescribeScalingPolicies", None), // has no tags of its own
    ];
    let report = alone().kill("web", 60).report();
    for (kind, described_by, tags) in expected {
        let of_kind = || report.findings.iter().filter(|finding| finding.subject.kind == kind).flat_map(|finding| &finding.evidence);
        let sources = |about: &str| of_kind().filter(|fact| fact.fact.contains(about)).map(|fact| fact.source).collect::<BTreeSet<_>>();
        assert_eq!(sources("a second look"), [described_by].into(), "{kind}");
        assert_eq!(sources("AmazonECSManaged"), tags.into_iter().collect(), "{kind}");
    }
}

#[test]
fn of_a_service_that_ecs_forgot_the_same_is_left_over_as_far_as_it_has_an_age() {
    check_change(
        &alone().kill("web", 60),
        &alone().forget("web"),
        &[
            "- orphan info potential cluster prod", // nothing tells that a service ever lived in it
            "- orphan medium confirmed security-group <web sg>",
            "+ orphan medium potential security-group <web sg>",
        ],
    );
}

#[test]
fn what_a_living_neighbour_shares_is_no_leftover() {
    let shared = ["load-balancer", "listener HTTPS", "security-group <alb sg>", "cluster", "listener-rule <api", "target-group <api"];
    check_never(&World::tidy().kill("web", 60), "orphan", &shared);
}

#[test]
fn the_message_names_the_dead_service_and_how_long_it_has_been_dead() {
    check_message(
        &alone().kill("web", 60),
        "orphan low confirmed target-group <web tg 1>",
        &["prod/web", "INACTIVE", "last event", "60 min"],
    );
}

#[test]
fn of_a_forgotten_service_the_message_says_that_ecs_does_not_know_it() {
    check_message(&alone().forget("web"), "orphan low confirmed target-group <web tg 1>", &["prod/web", "no longer known to ECS"]);
}

#[test]
fn every_orphan_rests_on_evidence() {
    let report = alone().kill("web", 60).report();
    for finding in &report.findings {
        assert!(!finding.evidence.is_empty(), "{}", finding.message());
    }
}

#[test]
fn the_evidence_says_what_nobody_looked_at_in_front_of_a_load_balancer() {
    let report = alone().kill("web", 60).report();
    let finding = report.findings.iter().find(|finding| finding.subject.kind == Kind::LoadBalancer).expect("an orphan");
    assert!(finding.evidence.iter().any(|evidence| evidence.fact.contains("not looked at: DNS")), "{:?}", finding.evidence);
}

#[test]
fn two_dead_services_on_one_load_balancer_hold_each_other_up_and_are_all_left_over() {
    let world = World::tidy().kill("web", 60).kill("api", 60);
    check_message(&world, "orphan high confirmed load-balancer <alb>", &["was left behind"]);
    check_never(&world, "held-leftover", &[""]);
}

#[test]
fn one_kind_that_was_cleaned_up_leaves_the_verdict_on_the_others() {
    let dead = alone().kill("web", 60);
    for kind in [Kind::TaskDefinition, Kind::LogGroup, Kind::ScalingPolicy] {
        let gone: Vec<String> = crate::check::judge(&dead).into_iter().filter(|line| line.contains(&format!(" {kind} "))).collect();
        let gone: Vec<String> = gone.iter().map(|line| format!("- {line}")).collect();
        check_change(&dead, &dead.clone().purge_kind(kind), &gone.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn a_declared_load_balancer_is_nobodys_leftover_nor_is_what_it_needs() {
    let world = alone().kill("web", 60).declaring_id(balancer().as_str());
    check_never(&world, "orphan", &["load-balancer", "listener HTTPS", "security-group <alb sg>"]);
}

#[test]
fn what_a_cloudformation_stack_made_is_declared() {
    let world = alone().kill("web", 60).stack(&listener());
    check_never(&world, "orphan", &["listener HTTPS"]);
}

#[test]
fn a_security_group_may_be_declared_by_its_id() {
    let web = Parts::of("web");
    check_never(&alone().kill("web", 60).declaring_id(&web.group_id()), "orphan", &["security-group <web sg>"]);
}

#[test]
fn what_a_gateway_owns_is_nobodys_leftover() {
    let web = Parts::of("web");
    let world = alone().kill("web", 60).gateway_owning(vec![balancer(), listener(), web.rule(), web.certificate()]);
    // No operation lists a gateway's target groups: they are in its rules.
    check_never(&world, "orphan", &["load-balancer", "listener", "certificate", "target-group"]);
}

#[test]
fn a_service_in_a_state_that_nobody_knows_leaves_nothing_behind() {
    check_never(&alone().puzzle("web"), "orphan", &[""]);
}
