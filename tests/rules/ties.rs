//! Which service a leftover is said to belong to: what the graph ties it to.

use ecs_express_audit::kinds::{ListenerRule, ManagedTag, Marks};
use ecs_express_audit::model::Arn;

use crate::world::{Parts, World, balancer, balancer_group, present};

/// The one service that the finding about the resource is about.
#[track_caller]
fn service_of(world: &World, arn: &Arn) -> Option<String> {
    let report = world.report();
    let finding = report.findings.iter().find(|finding| finding.subject.arn.as_ref() == Some(arn)).expect("a finding about it");
    finding.service.as_ref().map(|service| service.name.clone())
}

/// Both services are dead, and nothing presents a certificate or watches what `api` had.
fn dead() -> World {
    let [web, api] = ["web", "api"].map(Parts::of);
    World::tidy().kill("web", 60).kill("api", 60).purge(&[web.certificate(), api.certificate(), api.rollback_alarm()])
}

#[test]
fn a_rule_is_its_target_groups_services_by_its_shape_or_by_its_tag() {
    let rule = Parts::of("web").rule();
    let with = |host: Option<&str>, marks: &Marks| {
        let mut world = dead().mark(&rule, marks);
        if let Some(host) = host {
            world.live.rules.iter_mut().filter(|of| of.arn == rule).for_each(|of| of.hosts = vec![host.to_owned()]);
        }
        world
    };
    let untagged = Marks { tag: ManagedTag::Absent, ..Marks::default() };
    for world in [with(None, &present()), with(None, &untagged), with(Some("shop.example.com"), &present())] {
        assert_eq!(service_of(&world, &rule).as_deref(), Some("web"));
    }
}

#[test]
fn a_load_balancer_and_the_group_that_express_made_for_it_are_the_same_services() {
    let ties = |world: &World, arn: &Arn| {
        let report = world.report();
        let finding = report.findings.iter().find(|finding| finding.subject.arn.as_ref() == Some(arn)).expect("a finding about it");
        finding.ties.iter().map(|service| service.name.clone()).collect::<Vec<_>>()
    };
    let [web, api] = ["web", "api"].map(Parts::of);
    // The group names none of the services' groups any more, so that only its load balancer ties it.
    let mut world = World::tidy().kill("web", 60).kill("api", 60);
    world.live.security_groups[0].names.clear();
    assert_eq!(ties(&world, &balancer_group()), ["api", "web"]);
    // And no rule, alarm or target group leads from the load balancer to a service, so that only its group ties it.
    let world = World::tidy().kill("web", 60).kill("api", 60);
    let world = world.purge(&[web.rule(), api.rule(), web.rollback_alarm(), api.rollback_alarm()]);
    assert_eq!(ties(&world, &balancer()), ["api", "web"]);
}

#[test]
fn rules_pass_ties_on_to_each_other_in_whatever_order_they_are_listed() {
    let [web, api, old] = [Parts::of("web"), Parts::of("api"), Parts::of("web").in_life(0)];
    // From what an alarm of `web` watches one rule leads to a group of `api`, and another one on to its second group.
    let mut world = dead().with_service("shop");
    let (of_web, of_api, of_shop) = (world.live.rules[0].clone(), world.live.rules[1].clone(), world.live.rules[2].clone());
    let forwards_to = vec![web.target_group(2), api.target_group(1)];
    let between = ListenerRule { arn: old.rule(), hosts: vec![old.host()], forwards_to, without_weight: Vec::new(), ..of_web.clone() };
    let rules = [of_api, between, of_web, of_shop];
    for turn in 0..rules.len() {
        for reversed in [false, true] {
            let mut rules = rules.to_vec();
            rules.rotate_left(turn);
            if reversed {
                rules.reverse();
            }
            world.live.rules = rules;
            assert_eq!(service_of(&world, &api.target_group(2)).as_deref(), Some("web"), "turned by {turn}, reversed: {reversed}");
        }
    }
}
