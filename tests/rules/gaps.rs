//! Not read is not empty: whatever one read less takes away, it adds no claim of absence, and the outcome is never clean.

use std::collections::BTreeSet;

use ecs_express_audit::fleet::unread_gap;
use ecs_express_audit::inventory::{Collection, ScopeInventory};
use ecs_express_audit::kinds::{GatewayConnection, ServiceName, ServiceStatus};
use ecs_express_audit::model::{Cause, ExitCode, Gap, Outcome};

use crate::check::{judge, lines};
use crate::world::{LONE_BALANCER_NAME, Parts, World, alarm, balancer, listener, lone_balancer, now, rule_on, scope};

/// The claims that something is not there, or that nothing uses it. Confidence may fall; what is said may not grow.
const OF_ABSENCE: [&str; 4] = ["orphan", "missing-service", "service-without-ingress", "dangling-reference"];

/// What is said to be absent or unused, without how sure that is.
pub(crate) fn said(lines: &[String]) -> BTreeSet<String> {
    let of_absence = lines.iter().filter(|line| OF_ABSENCE.iter().any(|code| line.starts_with(code)));
    of_absence.map(|line| line.replace(" confirmed ", " ").replace(" potential ", " ")).collect()
}

/// What leaving out any one read adds, and whether the outcome says that it was left out.
#[track_caller]
fn check_monotone(world: &World) {
    let full = said(&judge(world));
    let mut wrong = Vec::new();
    for (collection, parent) in world.planned() {
        let poorer = world.clone().unread(collection, &parent);
        let report = poorer.report();
        for line in said(&lines(&poorer, &report)).difference(&full) {
            wrong.push(format!("unread {collection:?} {parent}: {line}"));
        }
        if report.is_complete() || report.outcome() == Outcome::Clean || report.outcome().exit_code() == ExitCode::Clean {
            wrong.push(format!("unread {collection:?} {parent}: clean"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} reads:\n{}", wrong.len(), world.planned().len(), wrong.join("\n"));
}

#[test]
fn a_read_less_says_no_more_of_the_tidy_account() {
    check_monotone(&World::tidy());
}

#[test]
fn a_read_less_says_no_more_of_one_dead_service() {
    check_monotone(&World::tidy().kill("web", 60));
}

#[test]
fn a_read_less_says_no_more_of_a_whole_leftover_stack() {
    check_monotone(&World::tidy().kill("web", 60).kill("api", 60));
}

#[test]
fn a_read_less_says_no_more_of_services_that_ecs_forgot() {
    check_monotone(&World::tidy().forget("web").forget("api"));
}

#[test]
fn a_read_less_says_no_more_while_a_service_is_dying() {
    check_monotone(&World::tidy().kill("web", 60).kill("api", 5));
}

#[test]
fn a_read_less_says_no_more_while_the_only_trace_of_a_dying_service_is_one_alarm() {
    let api = Parts::of("api");
    // Nothing but the scaling alarms names `api` any more; its rule, target groups and certificate are tied to nothing.
    let world = World::tidy().kill("web", 60).kill("api", 5);
    check_monotone(&world.purge(&[api.rollback_alarm(), api.group(), api.log_group(), api.scalable_target(), api.policy()]));
}

#[test]
fn a_read_less_says_no_more_while_a_service_drains() {
    check_monotone(&World::tidy().kill("web", 60).drain("api", 5));
}

#[test]
fn a_read_less_says_no_more_while_a_service_drains_silently() {
    let api = Parts::of("api");
    check_monotone(&World::tidy().kill("web", 60).drain("api", 5).silence("api"));
    check_monotone(&World::tidy().kill("web", 60).drain("api", 5).silence("api").purge(&[api.rollback_alarm()]));
}

#[test]
fn a_read_less_says_no_more_while_a_nameless_service_drains() {
    check_monotone(&World::tidy().kill("web", 60).kill("api", 60).nameless_draining(1));
}

#[test]
fn a_read_less_says_no_more_of_what_others_hold() {
    let dead = || World::tidy().kill("web", 60).kill("api", 60);
    let held = [
        dead().custom_rule(),
        dead().custom_rule_to("web"),
        dead().foreign_certificate(),
        dead().changed_default_action(),
        dead().extra_listener(),
        dead().balancer_in_front(),
        dead().database_admits("web"),
        dead().interface_carries("web"),
        dead().registered("web", true),
        dead().composite_alarm_of("web"),
    ];
    for world in held {
        check_monotone(&world);
    }
}

#[test]
fn a_read_less_says_no_more_of_what_an_ordinary_service_uses() {
    check_monotone(&World::tidy().kill("api", 60).replace_by_plain("web"));
    check_monotone(&World::tidy().kill("api", 60).replace_by_plain("web").reusing_ingress("web"));
}

#[test]
fn a_read_less_says_no_more_under_a_reused_name() {
    check_monotone(&World::tidy().reuse_name("web"));
}

#[test]
fn a_read_less_says_no_more_during_a_deployment() {
    let web = Parts::of("web");
    check_monotone(&World::tidy().unclaim("web", &web.target_group(2)).deploying("web"));
}

#[test]
fn a_read_less_says_no_more_of_declared_services() {
    check_monotone(&World::tidy().declaring("web").declaring("api").kill("web", 60));
    check_monotone(&World::tidy().declaring("web").declaring("api").drain("web", 60));
}

#[test]
fn a_read_less_says_no_more_of_what_a_stack_declares() {
    let dead = World::tidy().kill("web", 60).kill("api", 60);
    check_monotone(&dead.clone().stack(&balancer()));
    check_monotone(&dead.stack(&Parts::of("web").certificate()));
}

#[test]
fn a_read_less_says_no_more_of_what_is_declared_by_its_arn() {
    let (dead, web) = (World::tidy().kill("web", 60).kill("api", 60), Parts::of("web"));
    for arn in [balancer(), web.policy(), web.target_group(1), web.rule(), web.certificate(), web.group(), web.rollback_alarm()] {
        check_monotone(&dead.clone().declaring_id(arn.as_str()));
    }
}

#[test]
fn a_read_less_says_no_more_of_what_a_gateway_owns() {
    let dead = World::tidy().kill("web", 60).kill("api", 60);
    check_monotone(&dead.clone().lone_balancer().gateway_owning(vec![lone_balancer()]));
    // Without Express's name, and watched by the dead service's alarm: only the list of gateways tells whose it is.
    let mut routed = dead;
    routed.live.target_groups[0].name = "edge-blue".to_owned();
    check_monotone(&routed.gateway_owning(vec![Parts::of("web").target_group(1)]));
}

#[test]
fn a_read_less_says_no_more_of_what_a_service_has_through_a_gateway() {
    // Under Express's own names, what the graph ties to a dead service is judged even so, as `potential` (see confidence.rs).
    let mut world = World::tidy().kill("web", 60).replace_by_plain("api").gateway_owning(Vec::new());
    (world.live.target_groups[0].name, world.live.target_groups[1].name) = ("edge-blue".to_owned(), "edge-green".to_owned());
    let web = Parts::of("web");
    let api = Parts::of("api");
    world.change_service("api", |service| service.revisions = vec![api.revision()]);
    let mut revision = World::tidy().live.revisions.remove(1);
    revision.ingress_paths.clear();
    revision.others.clear();
    let resources = vec![web.target_group(1), web.target_group(2), web.certificate(), rule_on(&listener(), "0123456789abcdef")];
    revision.gateway_connections = vec![GatewayConnection { is_serving: true, resources }];
    world.live.revisions.push(revision);
    check_monotone(&world);
}

#[test]
fn a_read_less_says_no_more_of_a_family_that_another_service_runs() {
    let mut world = World::tidy().kill("web", 60);
    world.live.revisions[0].task_definition = Some(Parts::of("web").task_definition(2));
    check_monotone(&world);
}

#[test]
fn a_read_less_says_no_more_of_a_balancer_that_nothing_ties() {
    check_monotone(&World::tidy().lone_balancer());
    assert!(judge(&World::tidy().lone_balancer()).iter().any(|line| line.contains(LONE_BALANCER_NAME)));
}

#[test]
fn a_read_less_says_no_more_of_what_a_living_service_shares_with_a_dead_one_and_has_nothing_else() {
    let api = Parts::of("api");
    let way_in = [api.rule(), api.target_group(1), api.target_group(2), api.certificate(), api.group(), api.rollback_alarm()];
    let beside = [api.log_group(), api.scalable_target(), api.policy()];
    let tracking = ["High", "Low"].map(|side| alarm(&api.tracking_alarm_name(side)));
    let mut world = World::tidy().kill("web", 60).purge(&way_in).purge(&beside).purge(&tracking);
    world.live.listeners[0].certificates.retain(|certificate| *certificate != api.certificate());
    check_monotone(&world);
    // Of the load balancer nothing is left but its group.
    world.live.interfaces.retain(|interface| interface.load_balancer.is_none());
    check_monotone(&world.purge(&[balancer(), listener(), Parts::of("web").rule()]));
}

#[test]
fn a_read_less_says_no_more_of_a_cluster_while_a_service_that_a_family_may_mean_is_not_known() {
    // `prod-eu-web` may mean service `eu-web` of `prod`, for which nobody could ask; without the families nobody knows of it.
    let world = World::tidy().with_cluster("prod-eu").with_service("prod-eu/web").kill("prod-eu/web", 60);
    check_monotone(&world);
}

#[test]
fn what_nothing_ties_waits_for_a_service_that_a_family_in_use_may_mean_as_well() {
    let mut world = World::tidy().with_cluster("prod-eu").with_service("prod-eu/web").lone_balancer();
    assert_eq!(judge(&world), Vec::<String>::new(), "nobody asked for `prod/eu-web`, which may have died just now");
    assert!(world.report().unjudged.iter().all(|resource| resource.because == "service prod/eu-web was not read"));
    let mut asked = world.live.services[0].clone();
    asked.name = ServiceName { cluster: "prod".to_owned(), name: "eu-web".to_owned() };
    asked.status = ServiceStatus::Absent;
    world.live.services.push(asked);
    assert!(judge(&world).iter().any(|line| line.contains(LONE_BALANCER_NAME)), "{:?}", judge(&world));
}

#[test]
fn what_cannot_be_judged_is_listed_and_not_clean() {
    let world = World::tidy().kill("web", 60).unread(Collection::Interfaces, &Parts::of("web").group_id());
    let report = world.report();
    let web = Parts::of("web");
    let listed: Vec<_> = report.unjudged.iter().filter(|resource| resource.arn == web.group()).collect();
    assert_eq!(listed.len(), 1, "{:?}", report.unjudged);
    assert!(listed[0].because.contains("ec2:DescribeNetworkInterfaces"), "{}", listed[0].because);
    assert!(!report.is_complete());
}

#[test]
fn something_unread_without_findings_exits_3() {
    let report = World::tidy().unread(Collection::Certificates, "").report();
    assert_eq!(report.outcome().exit_code() as u8, 3);
}

#[test]
fn findings_win_over_gaps() {
    let report = World::tidy().kill("web", 60).unread(Collection::LogGroups, "").report();
    assert_eq!(report.outcome().exit_code() as u8, 2);
    assert!(!report.is_complete());
}

#[test]
fn a_list_that_was_neither_read_nor_failed_was_not_collected() {
    assert!(World::tidy().report().scopes[0].gaps.is_empty());
    let mut live = World::tidy().scan();
    live.reads.revoke(Collection::TagIndex, "");
    let report = World::tidy().report_on(live.clone());
    let gaps: Vec<_> = report.scopes[0].gaps.iter().map(|gap| (gap.operation.as_str(), gap.cause, gap.parent.as_deref())).collect();
    assert_eq!(gaps, [("tag:GetResources", Cause::NotCollected, None)]);
    // One that failed is a gap already.
    live.gaps.push(Gap { cause: Cause::Denied, ..report.scopes[0].gaps[0].clone() });
    let report = World::tidy().report_on(live);
    assert_eq!(report.scopes[0].gaps.iter().map(|gap| gap.cause).collect::<Vec<_>>(), [Cause::Denied]);
}

/// The causes of a scope's gaps, of a scan of the tidy account that was changed so.
fn causes(change: impl FnOnce(&mut ScopeInventory)) -> Vec<Cause> {
    let mut live = World::tidy().scan();
    change(&mut live);
    World::tidy().report_on(live).scopes[0].gaps.iter().map(|gap| gap.cause).collect()
}

#[test]
fn where_nothing_was_read_the_gap_that_says_so_says_all_of_it() {
    let whole = unread_gap(Cause::Denied, "the role cannot be assumed");
    let unread = || ScopeInventory::unread(scope(), now());
    assert_eq!(causes(|live| *live = ScopeInventory { gaps: vec![whole.clone()], ..unread() }), [Cause::Denied]);
    // No other gap does: neither one of a single list, nor one of a single resource, be it of every kind.
    let (of_a_list, of_one) = (Collection::TagIndex.kinds().to_vec(), Some(balancer().to_string()));
    let narrower = [Gap { kinds: of_a_list, ..whole.clone() }, Gap { parent: of_one, ..whole.clone() }];
    for gap in narrower {
        let found = causes(|live| *live = ScopeInventory { gaps: vec![gap], ..unread() });
        assert_eq!(found.iter().filter(|cause| **cause == Cause::NotCollected).count(), Collection::OF_SCOPE.len());
    }
    // And where something was read, each list that was not is a gap of its own.
    let found = causes(|live| {
        live.gaps.push(whole);
        live.reads.revoke(Collection::TagIndex, "");
    });
    assert_eq!(found, [Cause::Denied, Cause::NotCollected]);
}

/// What is behind a target group in front of a load balancer only its targets tell: unread, it may be any load balancer.
#[test]
fn a_target_group_with_unread_targets_outlives_the_pruning() {
    let world = World::tidy().kill("web", 60).kill("api", 60).balancer_in_front();
    let front = world.scan().target_groups.into_iter().find(|group| group.name == "front").expect("it was put there");
    let world = world.unread(Collection::Targets, front.arn.as_str());
    let mut scan = world.scan();
    scan.prune();
    let found = lines(&world, &world.report_on(scan));
    assert!(!found.iter().any(|line| line.contains("load-balancer <alb>")), "{found:#?}");
}
