//! The deletion checklist: what became of each of the thirteen kinds.

use std::collections::{BTreeMap, BTreeSet};

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::ServiceStatus;
use ecs_express_audit::model::{Arn, ChecklistItem, Finding, Kind, KindState, Outcome, Scope, ServiceState};
use ecs_express_audit::{AskedService, DeclaredService};

use crate::check::readable;
use crate::world::{LONE_BALANCER_NAME, Parts, World, cluster, scope};

fn checklist(world: &World, name: &str) -> BTreeMap<Kind, KindState> {
    let report = world.report();
    let entry = report.services.into_iter().find(|service| service.name == name);
    entry.unwrap_or_else(|| panic!("no service {name} in the report")).checklist
}

#[track_caller]
fn check_state(world: &World, name: &str, expected: &[(Kind, KindState)]) {
    let checklist = checklist(world, name);
    for (kind, state) in expected {
        assert_eq!(checklist.get(kind), Some(state), "{kind} of {name}");
    }
}

#[test]
fn every_service_has_all_thirteen_kinds() {
    let world = World::tidy().kill("web", 60);
    for name in ["web", "api"] {
        assert_eq!(checklist(&world, name).keys().copied().collect::<Vec<_>>(), Kind::ALL);
    }
}

#[test]
fn a_living_service_uses_some_alone_and_shares_the_rest() {
    let shared = [Kind::LoadBalancer, Kind::Listener, Kind::Cluster];
    let expected = Kind::ALL.map(|kind| (kind, if shared.contains(&kind) { KindState::Shared } else { KindState::InUse }));
    check_state(&World::tidy(), "web", &expected);
}

#[test]
fn of_a_dead_service_everything_of_its_own_is_left_and_the_service_gone() {
    let own = [
        Kind::TaskDefinition,
        Kind::SecurityGroup,
        Kind::LogGroup,
        Kind::Alarm,
        Kind::Certificate,
        Kind::ListenerRule,
        Kind::TargetGroup,
        Kind::ScalableTarget,
        Kind::ScalingPolicy,
    ];
    // The living listener still presents the certificate, and the living balancer's group names the service's.
    let held = [Kind::Certificate, Kind::SecurityGroup];
    let expected: Vec<_> = own.map(|kind| (kind, if held.contains(&kind) { KindState::Held } else { KindState::Left })).to_vec();
    check_state(&World::tidy().kill("web", 60), "web", &expected);
    check_state(&World::tidy().kill("web", 60), "web", &[(Kind::Service, KindState::Gone)]);
}

#[test]
fn what_the_dead_service_shared_is_shared_still() {
    let shared = [Kind::LoadBalancer, Kind::Listener, Kind::Cluster].map(|kind| (kind, KindState::Shared));
    check_state(&World::tidy().kill("web", 60), "web", &shared);
}

#[test]
fn what_was_deleted_is_gone() {
    let web = Parts::of("web");
    let world = World::tidy().kill("web", 60).purge(&[web.rule(), web.scalable_target(), web.policy(), web.log_group()]);
    let gone = [Kind::ListenerRule, Kind::ScalableTarget, Kind::ScalingPolicy, Kind::LogGroup].map(|kind| (kind, KindState::Gone));
    check_state(&world, "web", &gone);
}

#[test]
fn what_others_hold_is_held() {
    let world = World::tidy().kill("web", 60).kill("api", 60).custom_rule();
    let held = [Kind::LoadBalancer, Kind::Listener, Kind::Certificate].map(|kind| (kind, KindState::Held));
    check_state(&world, "web", &held);
}

#[test]
fn within_the_grace_period_what_is_there_is_being_deleted() {
    let world = World::tidy().kill("web", 5);
    let expected = [Kind::TargetGroup, Kind::ListenerRule, Kind::LogGroup, Kind::TaskDefinition].map(|kind| (kind, KindState::Deleting));
    check_state(&world, "web", &expected);
}

#[test]
fn of_a_draining_service_everything_of_its_own_is_being_deleted() {
    let own = [Kind::Service, Kind::TargetGroup, Kind::ListenerRule, Kind::LogGroup, Kind::TaskDefinition];
    check_state(&World::tidy().drain("web", 60), "web", &own.map(|kind| (kind, KindState::Deleting)));
}

#[test]
fn what_was_not_read_is_unknown() {
    let unread = World::tidy().kill("web", 60).unread(Collection::LogGroups, "");
    check_state(&unread, "web", &[(Kind::LogGroup, KindState::Unknown)]);
    let arn = Parts::of("web").target_group(1);
    let world = World::tidy().kill("web", 60).purge(&[Parts::of("web").target_group(2)]).unread(Collection::Targets, arn.as_str());
    check_state(&world, "web", &[(Kind::TargetGroup, KindState::Unknown)]);
}

#[test]
fn of_a_living_service_too() {
    check_state(&World::tidy().unread(Collection::LogGroups, ""), "web", &[(Kind::LogGroup, KindState::Unknown)]);
    let revision = Parts::of("web").revision();
    let world = World::tidy().unread(Collection::Revisions, revision.as_str());
    check_state(&world, "web", &[(Kind::TargetGroup, KindState::Unknown), (Kind::ListenerRule, KindState::Unknown)]);
}

#[test]
fn what_a_living_service_never_had_was_never_seen() {
    let mut world = World::tidy();
    world.live.revisions[0].ingress_paths.clear();
    check_state(&world, "web", &[(Kind::Certificate, KindState::NeverSeen), (Kind::ListenerRule, KindState::NeverSeen)]);
}

#[test]
fn what_a_living_service_names_and_nothing_shows_any_more_is_gone() {
    let web = Parts::of("web");
    let world = World::tidy().purge(&[web.rollback_alarm(), web.scalable_target()]);
    check_state(&world, "web", &[(Kind::Alarm, KindState::Gone), (Kind::ScalableTarget, KindState::Gone)]);
    let unread = world.unread(Collection::Alarms, "").unread(Collection::ScalableTargets, "");
    check_state(&unread, "web", &[(Kind::Alarm, KindState::Unknown), (Kind::ScalableTarget, KindState::Unknown)]);
}

#[test]
fn a_service_alone_in_its_cluster_shares_it_with_nobody() {
    check_state(&World::empty().with_cluster("prod").with_balancer().with_service("web"), "web", &[(Kind::Cluster, KindState::InUse)]);
}

#[test]
fn a_service_that_left_something_behind_or_that_ecs_remembers_is_gone() {
    check_state(&World::tidy().forget("web"), "web", &[(Kind::Service, KindState::Gone)]);
    let remembered = without_a_trace(World::tidy().kill("web", 60), "web").checklist(&["web"]);
    assert_eq!(remembered.services[0].checklist.get(&Kind::Service), Some(&KindState::Gone));
}

/// The account, in which nothing bears the service's name but the service.
fn without_a_trace(world: World, name: &str) -> World {
    let of = Parts::of(name);
    let way_in = [of.rule(), of.certificate(), of.target_group(1), of.target_group(2), of.group()];
    let beside = [of.log_group(), of.scalable_target(), of.policy(), of.rollback_alarm()];
    let tracking = ["High", "Low"].map(|side| crate::world::alarm(&of.tracking_alarm_name(side)));
    let mut world = world.purge(&way_in).purge(&beside).purge(&tracking);
    world.live.task_families.retain(|family| family.name != of.family());
    world
}

#[test]
fn who_is_no_express_service_and_left_nothing_is_not_listed() {
    let listed = |world: World| world.report().services.into_iter().map(|entry| entry.name).collect::<Vec<_>>();
    assert_eq!(listed(World::tidy()), ["api", "web"]);
    assert_eq!(listed(without_a_trace(World::tidy().replace_by_plain("web"), "web")), ["api"]);
    assert_eq!(listed(without_a_trace(World::tidy().kill("web", 60), "web")), ["api"]);
}

#[test]
fn a_service_is_declared_by_its_name_or_by_its_arn_anywhere() {
    let declared = |world: World| world.report().services.into_iter().map(|entry| entry.declared).collect::<Vec<_>>();
    let arn = Parts::of("web").service();
    assert_eq!(declared(World::tidy().declaring_id(arn.as_str())), [Some(false), Some(true)]);
    let mut by_name = World::tidy().declaring("web");
    by_name.declared.ids.clear();
    assert_eq!(declared(by_name), [Some(false), Some(true)]);
    assert_eq!(declared(World::tidy()), [None, None]);
}

#[test]
fn an_emptied_cluster_is_left_but_the_default_one_is_not() {
    check_state(&World::tidy().kill("web", 60).kill("api", 60), "web", &[(Kind::Cluster, KindState::Left)]);
    let world = World::empty().with_cluster("default").with_balancer().with_service("default/web").kill("default/web", 60);
    assert_ne!(checklist(&world, "web").get(&Kind::Cluster), Some(&KindState::Left));
}

#[test]
fn a_cluster_in_which_tasks_still_run_is_not_left() {
    let mut world = World::tidy().kill("web", 60).kill("api", 60);
    world.live.clusters[0].tasks = Some(1);
    assert_ne!(checklist(&world, "web").get(&Kind::Cluster), Some(&KindState::Left));
}

#[test]
fn a_cluster_whose_services_were_not_counted_is_unknown() {
    let world = World::tidy().kill("web", 60).kill("api", 60).unread(Collection::ClusterDetails, cluster("prod").as_str());
    check_state(&world, "web", &[(Kind::Cluster, KindState::Unknown)]);
}

#[test]
fn a_family_of_which_no_revision_is_active_is_gone_where_that_was_read() {
    let mut world = World::tidy().kill("web", 60);
    world.live.task_families.iter_mut().for_each(|family| family.revisions.clear());
    check_state(&world, "web", &[(Kind::TaskDefinition, KindState::Gone)]);
    let unread = world.unread(Collection::TaskDefinitions, &Parts::of("web").family());
    check_state(&unread, "web", &[(Kind::TaskDefinition, KindState::Unknown)]);
}

#[test]
fn a_family_that_another_service_runs_is_not_left() {
    let mut world = World::tidy().kill("web", 60);
    world.live.revisions[0].task_definition = Some(Parts::of("web").task_definition(2));
    assert_ne!(checklist(&world, "web").get(&Kind::TaskDefinition), Some(&KindState::Left));
}

/// Each resource of a service as `kind state why`, with short names.
fn items(world: &World, name: &str) -> Vec<String> {
    let report = world.checklist(&[name]);
    let entry = report.services.first().expect("the service that was asked about");
    let line = |item: &ChecklistItem| {
        let why = item.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        readable(world, &format!("{} {} {}{why}", item.kind, item.name, item.state.as_str()))
    };
    entry.items.iter().map(line).collect()
}

#[test]
fn a_checklist_names_what_stays_and_why() {
    let found = items(&World::tidy().kill("web", 60).custom_rule_to("web"), "web");
    for expected in [
        "target-group <web tg 1> held: listener rule shop.example.com forwards to it",
        "target-group <web tg 2> left",
        "load-balancer <alb> shared: in use by api",
        "task-definition prod-web:3 left",
    ] {
        assert!(found.contains(&expected.to_owned()), "{expected}: {found:#?}");
    }
}

#[test]
fn a_checklist_of_one_service_leaves_the_others_and_their_findings_out() {
    let world = World::tidy().kill("web", 60).kill("api", 60);
    let report = world.checklist(&["web"]);
    assert_eq!(report.services.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["web"]);
    let of_api_alone = |finding: &Finding| finding.service.as_ref().is_some_and(|service| service.name == "api");
    assert!(!report.findings.is_empty() && !report.findings.iter().any(of_api_alone));
    assert_eq!(world.checklist(&[]).services.len(), 2);
}

#[test]
fn a_checklist_of_one_service_leaves_out_another_ones_of_its_cluster_that_is_declared_where_nobody_looked() {
    let mut world = World::tidy().declaring("shop");
    let declared = world.declared.services.pop_first().expect("just declared");
    world.declared.services.insert(DeclaredService { arn: None, region: Some("eu-west-1".to_owned()), ..declared });
    let listed = |name: &str| world.checklist(&[name]).services.into_iter().map(|entry| (entry.name, entry.status)).collect::<Vec<_>>();
    assert_eq!(listed("web"), [("web".to_owned(), ServiceState::Active)]);
    assert!(listed("shop").contains(&("shop".to_owned(), ServiceState::NotScanned)));
}

#[test]
fn a_service_in_a_region_that_was_not_looked_at_is_a_gap_of_the_same_account_there() {
    let asked = AskedService { region: Some("eu-west-1".to_owned()), ..AskedService::anywhere(Parts::of("web").service_name()) };
    let report = World::tidy().checklist_of([asked]);
    let unread: Vec<_> = report.scopes.iter().filter(|entry| !entry.gaps.is_empty()).map(|entry| entry.scope.clone()).collect();
    assert_eq!(unread, [Scope { region: "eu-west-1".to_owned(), ..scope() }]);
}

#[test]
fn a_checklist_keeps_what_is_said_of_the_service_itself_of_its_own_and_of_what_may_be_its_own() {
    let kinds = |world: &World, name: &str| {
        let report = world.checklist(&[name]);
        report.findings.iter().map(|finding| finding.subject.kind).collect::<BTreeSet<_>>()
    };
    // Of a draining service nothing is left over: the one finding is about itself.
    assert_eq!(kinds(&World::tidy().drain("web", 60), "web"), [Kind::Service].into());
    // A resource of its own is tied to it.
    assert!(kinds(&World::tidy().kill("web", 60), "web").contains(&Kind::TargetGroup));
    // A load balancer that nothing ties to anybody may be its own, as no other service has died.
    let web = Parts::of("web");
    let gone = [web.rule(), web.target_group(1), web.target_group(2), web.certificate(), web.group(), web.rollback_alarm()];
    let world = World::tidy().kill("web", 60).purge(&gone).lone_balancer();
    assert!(kinds(&world, "web").contains(&Kind::LoadBalancer), "{:?}", kinds(&world, "web"));
    assert!(!kinds(&world, "api").contains(&Kind::LoadBalancer));
}

#[test]
fn what_nothing_ties_is_listed_as_the_only_dead_services_own_and_as_unknown_where_two_have_died() {
    let told = "nothing that is left tells whose it was";
    let alone = World::tidy().kill("web", 60).lone_balancer();
    let line = format!("load-balancer {LONE_BALANCER_NAME} left: {told}; no other service is known to have died");
    assert!(items(&alone, "web").contains(&line), "{:#?}", items(&alone, "web"));
    let line = format!("load-balancer {LONE_BALANCER_NAME} unknown: left behind, and {told}: 2 services have died");
    let two = alone.kill("api", 60);
    for name in ["web", "api"] {
        assert!(items(&two, name).contains(&line), "{:#?}", items(&two, name));
    }
}

#[test]
fn what_is_neither_express_modes_nor_used_by_its_services_is_on_no_checklist() {
    for world in
        [World::tidy().custom_rule(), World::tidy().kill("web", 60).custom_rule(), World::tidy().kill("web", 60).database_admits("api")]
    {
        let found = items(&world, "web");
        assert!(!found.iter().any(|item| ["shop", "database"].iter().any(|name| item.contains(name))), "{found:#?}");
    }
}

#[test]
fn a_service_that_nobody_ever_heard_of_was_never_seen() {
    let mut world = World::tidy();
    let nothing = Parts::of("nothing");
    let mut service = world.live.services[0].clone();
    (service.arn, service.name, service.status) = (nothing.service(), nothing.service_name(), ServiceStatus::Absent);
    world.live.services.push(service);
    let report = world.checklist(&["nothing"]);
    let expected = Kind::ALL.map(|kind| (kind, if kind == Kind::Cluster { KindState::Shared } else { KindState::NeverSeen }));
    assert_eq!(report.services[0].checklist, BTreeMap::from(expected));
}

#[test]
fn a_service_that_ecs_was_not_asked_for_is_unknown_and_a_gap() {
    let report = World::tidy().checklist(&["nothing"]);
    assert_eq!(report.services[0].checklist.get(&Kind::Service), Some(&KindState::Unknown));
    assert_eq!(report.services[0].checklist.get(&Kind::LoadBalancer), Some(&KindState::Unknown));
    let gap = &report.scopes[0].gaps[0];
    let arn = Parts::of("nothing").service().to_string();
    assert_eq!((gap.operation.as_str(), gap.parent.as_ref()), ("ecs:DescribeServices", Some(&arn)));
    assert_eq!(report.outcome(), Outcome::Incomplete);
    // A service that could not be read is a gap already.
    let refused = World::tidy().drain("web", 60).unread(Collection::ServiceDetails, Parts::of("web").service().as_str());
    let asked = refused.checklist(&["web"]);
    let of_web = asked.scopes[0].gaps.iter().filter(|gap| gap.parent == Some(Parts::of("web").service().to_string()));
    assert_eq!(of_web.count(), 1);
}

#[test]
fn a_service_is_told_of_where_its_arn_says_and_nowhere_else() {
    let mut world = World::tidy();
    let mut other = World::empty().scan();
    "eu-west-1".clone_into(&mut other.scope.region);
    world.others.push(other);
    let web = Parts::of("web");
    let here = world.checklist_of(AskedService::of_arn(web.service()));
    assert_eq!(here.services.iter().map(|entry| entry.arn.clone()).collect::<Vec<_>>(), [Some(web.service())]);
    assert_eq!(here.outcome(), Outcome::Clean);
    let in_region = |region: &str| AskedService { name: web.service_name(), arn: None, region: Some(region.to_owned()) };
    assert_eq!(world.checklist_of([in_region("us-east-1")]).services, here.services);
    // By its name alone it is asked for everywhere, and nobody asked in the other Region.
    let everywhere = world.checklist_of([AskedService::anywhere(web.service_name())]);
    assert_eq!((everywhere.services.len(), everywhere.outcome()), (2, Outcome::Incomplete));
}

#[test]
fn a_service_in_an_account_or_region_that_was_not_looked_at_is_a_gap_there() {
    let service = |place: &str| Arn::parse(&format!("arn:aws:ecs:{place}:service/prod/web")).expect("an ARN");
    for place in ["eu-west-1:123456789012", "us-east-1:210987654321"] {
        let report = World::tidy().checklist_of(AskedService::of_arn(service(place)));
        assert_eq!(report.services.iter().map(|entry| entry.status).collect::<Vec<_>>(), [ServiceState::NotScanned], "{place}");
        assert_eq!((report.outcome(), report.awaits_deletion()), (Outcome::Incomplete, false), "{place}");
        let unread: Vec<_> = report.scopes.iter().filter(|entry| !entry.gaps.is_empty()).collect();
        assert_eq!(unread.len(), 1, "{place}");
        assert_eq!(format!("{}:{}", unread[0].scope.region, unread[0].scope.account), place);
        assert_eq!(unread[0].gaps[0].parent, Some(service(place).to_string()));
    }
}

#[test]
fn only_the_kinds_of_which_something_was_not_read_are_unknown() {
    let web = Parts::of("web");
    let world = World::tidy().kill("web", 60).purge(&[web.log_group(), web.scalable_target(), web.policy()]);
    let unread = world.unread(Collection::LogGroups, "");
    check_state(&unread, "web", &[(Kind::LogGroup, KindState::Unknown), (Kind::ScalableTarget, KindState::Gone)]);
}
