//! What would resolve a finding: for each kind its command, in an order in which nothing is removed while something needs it.

use std::collections::{BTreeMap, BTreeSet};

use ecs_express_audit::model::{Arn, Code, Finding, Kind, Need, Remedy, Report};

use crate::check::readable;
use crate::world::{Parts, World, balancer_group};

fn dead() -> World {
    World::tidy().kill("web", 60)
}

fn all_dead() -> World {
    let mut world = World::tidy().kill("web", 60).kill("api", 60);
    world.policy.include_data = true;
    world
}

fn remedies(report: &Report) -> BTreeMap<Kind, Vec<&Remedy>> {
    let mut by_kind: BTreeMap<Kind, Vec<&Remedy>> = BTreeMap::new();
    for finding in &report.findings {
        by_kind.entry(finding.subject.kind).or_default().extend(finding.remedy.as_ref());
    }
    by_kind
}

fn remedy(report: &Report, code: Code, kind: Kind) -> Option<&Remedy> {
    let found = report.findings.iter().find(|finding| finding.claim.code() == code && finding.subject.kind == kind);
    found.unwrap_or_else(|| panic!("no {code} {kind}")).remedy.as_ref()
}

/// The commands for the first orphan of that kind, without Region and ARNs' beginnings.
fn commands(world: &World, kind: Kind) -> Vec<String> {
    let report = world.report();
    let remedy = remedy(&report, Code::Orphan, kind).expect("a remedy");
    let short = |command: &String| {
        let command = command.replace(" --region us-east-1", "").replace(":us-east-1:123456789012:", "::");
        readable(world, &command)
    };
    remedy.commands.iter().map(short).collect()
}

#[test]
fn every_kind_that_is_left_over_has_its_command() {
    let world = all_dead();
    let first = |kind| commands(&world, kind).pop().unwrap_or_default();
    let expected = [
        (Kind::ScalingPolicy, "aws application-autoscaling delete-scaling-policy --service-namespace ecs --resource-id service/prod/"),
        (Kind::ScalableTarget, "aws application-autoscaling deregister-scalable-target --service-namespace ecs --scalable-dimension "),
        (Kind::ListenerRule, "aws elbv2 delete-rule --rule-arn arn:aws:elasticloadbalancing::listener-rule/app/"),
        (Kind::Listener, "aws elbv2 delete-listener --listener-arn arn:aws:elasticloadbalancing::listener/app/"),
        (Kind::LoadBalancer, "aws elbv2 wait load-balancers-deleted --load-balancer-arns arn:aws:elasticloadbalancing::loadbalancer/app/"),
        (Kind::TargetGroup, "aws elbv2 delete-target-group --target-group-arn arn:aws:elasticloadbalancing::targetgroup/"),
        (Kind::SecurityGroup, "aws ec2 delete-security-group --group-id sg-"),
        (Kind::Certificate, "aws acm delete-certificate --certificate-arn arn:aws:acm::certificate/"),
        (Kind::Alarm, "aws cloudwatch delete-alarms --alarm-names "),
        (Kind::LogGroup, "aws logs delete-log-group --log-group-name <"),
        (Kind::TaskDefinition, "aws ecs deregister-task-definition --task-definition arn:aws:ecs::task-definition/prod-"),
        (Kind::Cluster, "aws ecs delete-cluster --cluster arn:aws:ecs::cluster/prod"),
    ];
    for (kind, start) in expected {
        assert!(first(kind).starts_with(start), "{kind}: {}", first(kind));
    }
    assert_eq!(commands(&world, Kind::TaskDefinition).len(), 3, "all ACTIVE revisions of the family");
}

#[test]
fn a_load_balancers_protection_is_lifted_before_it_goes_and_put_back_if_it_stays() {
    let commands = commands(&all_dead(), Kind::LoadBalancer);
    let if_on = "if [ \"$protected\" = true ]; then aws elbv2 modify-load-balancer-attributes ";
    assert!(commands[0].starts_with("protected=$(aws elbv2 describe-load-balancer-attributes "), "{commands:?}");
    assert!(commands[1].starts_with(if_on) && commands[1].ends_with("Key=deletion_protection.enabled,Value=false; fi"), "{commands:?}");
    assert!(
        commands[2].starts_with("{ aws elbv2 delete-load-balancer --load-balancer-arn ") && commands[2].contains(if_on),
        "{commands:?}"
    );
    assert!(commands[2].contains("Key=deletion_protection.enabled,Value=true") && commands[2].ends_with("; false; }; }"), "{commands:?}");
}

#[test]
fn every_command_says_its_region_and_names_things_completely() {
    for finding in all_dead().report().findings {
        for command in finding.remedy.expect("all are left over").commands {
            let (mentions, commands) = (command.matches("--region us-east-1").count(), command.matches("aws ").count());
            assert_eq!(mentions, commands, "{command}");
        }
    }
}

#[test]
fn whoever_uses_something_goes_before_it() {
    let report = all_dead().report();
    let remedies = remedies(&report);
    let steps: Vec<BTreeSet<u8>> = [
        Kind::ScalingPolicy,
        Kind::ListenerRule,
        Kind::Listener,
        Kind::LoadBalancer,
        Kind::TargetGroup,
        Kind::SecurityGroup,
        Kind::Certificate,
        Kind::Alarm,
        Kind::LogGroup,
        Kind::TaskDefinition,
        Kind::Cluster,
    ]
    .iter()
    .map(|kind| remedies[kind].iter().map(|remedy| remedy.step).collect())
    .collect();
    assert_eq!(steps, (1..=11).map(|step| BTreeSet::from([step])).collect::<Vec<_>>());
}

#[test]
fn rules_of_groups_that_go_as_well_are_revoked_and_no_others() {
    let report = all_dead().report();
    let groups = &remedies(&report)[&Kind::SecurityGroup];
    let of_balancer = groups.iter().find(|remedy| remedy.commands.len() == 5).expect("both services' groups name the load balancer's");
    let revoking: Vec<&String> = of_balancer.commands.iter().filter(|command| command.starts_with("ids=$(aws ec2 desc")).collect();
    assert_eq!(revoking.len(), 4, "{of_balancer:?}");
    assert!(revoking.iter().all(|command| command.ends_with(" --security-group-rule-ids \"$id\" || exit; done)")), "{revoking:?}");
    // The load balancer lives on with the other service, and its group names the dead one's.
    let report = dead().report();
    for remedy in remedies(&report).get(&Kind::SecurityGroup).into_iter().flatten() {
        let note = remedy.note.as_ref().expect("who has to let go");
        assert!(remedy.commands.is_empty() && note.starts_with("first to let go: "), "{remedy:?}");
    }
}

#[test]
fn a_group_whose_namer_stays_because_it_is_waived_has_no_command() {
    let web = Parts::of("web");
    let mut world = all_dead();
    let text = format!("[[waiver]]\narn = \"{}\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-12-31\n", web.group());
    world.policy.waivers = ecs_express_audit::input::read_config("w.toml", text.as_bytes()).expect("a configuration").waivers;
    let report = world.report();
    assert_eq!(report.waived.iter().map(|waived| waived.finding.subject.arn.clone()).collect::<Vec<_>>(), [Some(web.group())]);
    let of = |group: Arn| report.findings.iter().find(|finding| finding.subject.arn == Some(group.clone())).and_then(|f| f.remedy.clone());
    let remedy = of(balancer_group()).expect("a note");
    assert!(remedy.commands.is_empty() && remedy.note.is_some_and(|note| note.contains(&web.group_id())));
    let other = of(Parts::of("api").group()).expect("commands");
    assert!(!other.commands.is_empty(), "the load balancer's group names it, and goes as well: {other:?}");
}

#[test]
fn what_is_held_has_no_command_and_says_who_has_to_let_go() {
    let report = all_dead().interface_carries("web").report();
    let held = remedy(&report, Code::HeldLeftover, Kind::SecurityGroup).expect("a note");
    assert!(held.commands.is_empty() && held.guards.is_empty(), "{held:?}");
    assert_eq!(held.step, 6, "where it will be removed");
    assert!(
        held.note.as_ref().is_some_and(|note| note.starts_with("first to let go: ") && note.contains("eni-000000000000000aa")),
        "{held:?}"
    );
    for finding in report.findings.iter().filter(|finding| finding.claim.code() == Code::HeldLeftover) {
        assert!(finding.remedy.as_ref().is_some_and(|remedy| remedy.commands.is_empty()), "{finding:?}");
    }
}

#[test]
fn logs_go_only_if_asked_for() {
    let mut world = all_dead();
    world.policy.include_data = false;
    let report = world.report();
    let logs = remedy(&report, Code::Orphan, Kind::LogGroup).expect("a note");
    assert!(logs.commands.is_empty() && logs.note.as_ref().is_some_and(|note| note.contains("--include-data")), "{logs:?}");
}

#[test]
fn a_live_service_that_nobody_declares_is_imported_and_never_deleted() {
    let mut world = World::tidy();
    world.declared.sources.push("a.tfstate".to_owned());
    let report = world.report();
    let undeclared = remedy(&report, Code::UndeclaredService, Kind::Service).expect("a block");
    assert!(undeclared.commands.is_empty(), "{undeclared:?}");
    let block = undeclared.terraform.as_ref().expect("a block");
    assert!(block.starts_with("import {\n  to = aws_ecs_express_gateway_service.") && block.contains("service/prod/"), "{block}");
}

#[test]
fn where_no_safe_command_is_known_there_is_none() {
    for finding in World::tidy().drain("web", 60).report().findings {
        assert_eq!(finding.remedy, None, "{}", finding.message());
    }
}

#[test]
fn everything_is_looked_at_again_and_so_is_the_service_that_it_is_tied_to() {
    let name = |finding: &Finding| finding.message();
    for finding in all_dead().report().findings {
        let remedy = finding.remedy.as_ref().expect("all are left over");
        let guards: Vec<&str> = remedy.guards.iter().map(|guard| guard.command.as_str()).collect();
        assert!(guards[0].starts_with("aws ") && guards[0].contains(" --output json"), "{}: {guards:?}", name(&finding));
        let services = guards.iter().filter(|guard| guard.starts_with("aws ecs describe-services --cluster prod --services ")).count();
        assert_eq!(services, finding.ties.len(), "{}: {guards:?}", name(&finding));
    }
}

#[test]
fn a_name_that_the_cli_would_take_for_something_else_makes_no_command() {
    for hostile in ["--debug", "file:///etc/passwd", "[\"a\",\"b\"]", "a\u{202e}b"] {
        let mut world = all_dead();
        let policy = Parts::of("web").policy();
        world.live.scaling_policies.iter_mut().filter(|r| r.arn == policy).for_each(|r| r.name = hostile.to_owned());
        let report = world.report();
        let remedy = report.findings.iter().find(|finding| finding.subject.arn.as_ref() == Some(&policy)).and_then(|f| f.remedy.clone());
        let remedy = remedy.expect("a note");
        assert!(remedy.commands.is_empty() && remedy.guards.is_empty(), "{remedy:?}");
        assert!(remedy.note.is_some_and(|note| note.contains("console")), "{hostile}");
    }
}

#[test]
fn a_name_with_signs_of_the_shell_is_one_word() {
    let mut world = all_dead();
    let policy = Parts::of("web").policy();
    world.live.scaling_policies.iter_mut().filter(|r| r.arn == policy).for_each(|r| r.name = "a$(id)'; rm -rf /".to_owned());
    let report = world.report();
    let finding = report.findings.iter().find(|finding| finding.subject.arn.as_ref() == Some(&policy)).expect("a finding");
    let command = &finding.remedy.as_ref().expect("a remedy").commands[0];
    assert!(command.contains(" --policy-name \"a\\$(id)'; rm -rf /\" --region us-east-1"), "{command}");
}

#[test]
fn what_a_living_service_left_behind_goes_unless_the_service_has_moved_on() {
    let mut world = World::tidy().unclaim("web", &Parts::of("web").log_group());
    world.policy.include_data = true;
    let report = world.report();
    let superseded = remedy(&report, Code::Superseded, Kind::LogGroup).expect("a remedy");
    assert!(superseded.commands[0].starts_with("aws logs delete-log-group --log-group-name "), "{superseded:?}");
    let last = superseded.guards.last().expect("a guard");
    let service = world.live.services.iter().find(|service| service.name.name == "web").expect("it lives");
    assert!(last.command.starts_with("aws ecs describe-services --cluster prod --services web "), "{superseded:?}");
    assert!(service.revisions.iter().all(|revision| last.command.contains(revision.as_str())), "{superseded:?}");
    let newer = Need::None { of: "revision or deployment of its service that is newer than the audit", in_time: false };
    assert_eq!((last.needs, last.command.contains("INACTIVE")), (newer, false), "{superseded:?}");
}
