//! Whose findings are reported: the rest is read and judged all the same, and counted.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::model::{Arn, Outcome, Report};

use crate::check::{check, judge, lines};
use crate::world::{LONE_BALANCER_NAME, Parts, World, cluster};

fn owning(mut world: World, own: &[&str]) -> World {
    for text in own {
        world.policy.own.unite(text.parse().expect("cluster, service or tag"));
    }
    world
}

/// The resource has that tag, and tags were looked for.
fn tagged(mut world: World, arn: &Arn, tag: &str) -> World {
    world.live.wanted_tags.insert(tag.to_owned());
    let live = &mut world.live;
    let services = live.services.iter_mut().map(|service| (&service.arn, &mut service.marks));
    let clusters = live.clusters.iter_mut().map(|cluster| (&cluster.arn, &mut cluster.marks));
    let balancers = live.load_balancers.iter_mut().map(|balancer| (&balancer.arn, &mut balancer.marks));
    let mut found = services.chain(clusters).chain(balancers).filter(|(of, _)| *of == arn);
    let (_, marks) = found.next().expect("a service, a cluster or a load balancer");
    marks.wanted.insert(tag.to_owned());
    world
}

fn names(report: &Report) -> Vec<String> {
    report.services.iter().map(|service| format!("{}/{}", service.cluster, service.name)).collect()
}

/// A service died in each of two clusters.
fn two_teams() -> World {
    World::tidy().with_cluster("stage").with_service("stage/shop").kill("web", 60).kill("stage/shop", 60)
}

#[test]
fn without_own_everybodys_findings_are_reported() {
    let report = two_teams().report();
    assert!(report.of_others.is_empty());
    assert!(report.findings.len() > 10);
}

#[test]
fn of_a_cluster_are_its_services_what_is_tied_to_them_and_the_cluster_itself() {
    let all = two_teams().report();
    let world = owning(two_teams(), &["cluster=sta*"]);
    let report = world.report();
    let said = lines(&world, &report);
    assert!(said.contains(&"orphan info potential cluster stage".to_owned()), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("<stage/shop") || line.contains("stage/shop")), "{said:#?}");
    assert!(!said.iter().any(|line| line.contains("prod/web") || line.contains("<web")), "{said:#?}");
    assert_eq!(report.of_others.len() + report.findings.len(), all.findings.len());
    assert_eq!(names(&report), ["stage/shop"]);
}

#[test]
fn a_service_is_named_by_its_name_or_with_its_cluster() {
    let of = |own: &str| judge(&owning(two_teams(), &[own]));
    assert_eq!(of("service=web"), of("service=prod/web"));
    assert_eq!(of("service=w*b"), of("service=*/web"));
    assert_ne!(of("service=web"), Vec::<String>::new());
    assert_eq!(of("service=we"), Vec::<String>::new());
}

#[test]
fn any_of_several_may_match() {
    let of = |own: &[&str]| owning(two_teams(), own).report().findings.len();
    assert_eq!(of(&["service=web", "service=shop"]), of(&["service=web"]) + of(&["service=shop"]));
}

#[test]
fn what_several_services_shared_is_each_ones() {
    let world = World::tidy().kill("web", 60).kill("api", 60);
    for own in ["service=web", "service=api"] {
        let said = judge(&owning(world.clone(), &[own]));
        assert!(said.iter().any(|line| line.contains(" load-balancer <alb>")), "{own}: {said:#?}");
    }
}

#[test]
fn what_nothing_ties_to_a_service_is_of_others() {
    let world = owning(World::tidy().lone_balancer(), &["cluster=*"]);
    check(&world, &[]);
    let report = world.report();
    assert_eq!((report.of_others.len(), report.outcome()), (1, Outcome::Clean));
}

#[test]
fn a_tag_of_the_resource_or_of_its_service_makes_it_ones_own() {
    let lone = World::tidy().lone_balancer();
    let arn = lone.live.load_balancers.iter().find(|balancer| balancer.name == LONE_BALANCER_NAME).expect("it is there").arn.clone();
    let line = format!("orphan high confirmed load-balancer {LONE_BALANCER_NAME}");
    check(&owning(tagged(lone, &arn, "team=checkout"), &["tag=team=checkout"]), &[&line]);
    let of_service = tagged(two_teams(), &Parts::of("web").service(), "team=checkout");
    assert_eq!(judge(&owning(of_service.clone(), &["tag=team=checkout"])), judge(&owning(two_teams(), &["service=web"])));
    assert_eq!(names(&owning(of_service, &["tag=team=checkout"]).report()), ["prod/web"]);
    let of_cluster = tagged(World::tidy().kill("web", 60).kill("api", 60), &cluster("prod"), "team=checkout");
    check(&owning(of_cluster, &["tag=team=checkout"]), &["orphan info potential cluster prod"]);
}

#[test]
fn another_value_of_the_tag_is_somebody_elses() {
    let world = tagged(two_teams(), &Parts::of("web").service(), "team=checkout");
    check(&owning(world, &["tag=team=search"]), &[]);
}

#[test]
fn what_is_declared_and_missing_is_ones_own_by_name() {
    let world = World::tidy().declaring("web").declaring("api").declaring("shop");
    check(&owning(world.clone(), &["service=shop"]), &["missing-service high potential service prod/shop"]);
    check(&owning(world, &["service=web"]), &[]);
}

#[test]
fn what_others_waived_is_not_counted_and_ones_own_waivers_are_always_reported() {
    let text = "[[waiver]]\nkind = \"log-group\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-12-31\n\
        [[waiver]]\ncode = \"detached\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-12-31\n";
    let mut world = owning(two_teams(), &["service=web"]);
    world.policy.waivers = ecs_express_audit::input::read_config("w.toml", text.as_bytes()).expect("a configuration").waivers;
    let report = world.report();
    assert_eq!(report.waived.len(), 1, "that of the other service is not mine");
    assert!(lines(&world, &report).contains(&"unused-waiver low confirmed service w.toml, line 6".to_owned()));
}

#[test]
fn what_is_not_read_stays_not_read_whosever_it_is() {
    let world = owning(two_teams().unread(Collection::Alarms, ""), &["service=nobody"]);
    let (limited, all) = (world.report(), two_teams().unread(Collection::Alarms, "").report());
    assert_eq!((&limited.scopes, &limited.unjudged), (&all.scopes, &all.unjudged));
    assert_eq!(limited.outcome(), Outcome::Incomplete);
}
