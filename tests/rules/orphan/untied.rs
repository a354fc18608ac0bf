//! Leftovers that nothing ties to a service any more.

use ecs_express_audit::kinds::{DatedFact, TargetGroup};

use crate::check::{check, check_change, check_message, check_never};
use crate::world::{LONE_BALANCER_NAME, MINUTE, Parts, World, balancer_group, listener, lone_balancer, seconds_ago};

/// Load balancer, target groups and certificate outlived everything that names their service.
fn remains() -> World {
    let web = Parts::of("web");
    let mut world = World::empty().with_balancer().with_service("web");
    world.live.services.clear();
    world.live.revisions.clear();
    world.live.task_families.clear();
    world.live.interfaces.retain(|interface| interface.load_balancer.is_some());
    world.live.alarms.clear();
    world.live.target_groups.iter_mut().for_each(|group| group.targets.clear());
    world.live.load_balancers.iter_mut().for_each(|balancer| balancer.security_groups.clear());
    world.live.certificates.iter_mut().for_each(|certificate| certificate.in_use_by.clear());
    world.purge(&[listener(), web.rule(), web.group(), balancer_group(), web.log_group(), web.scalable_target(), web.policy()])
}

#[test]
fn what_only_its_tag_and_name_tell_is_left_over_all_the_same() {
    check(
        &remains(),
        &[
            "orphan high confirmed load-balancer <alb>",
            "orphan low confirmed certificate <web host>",
            "orphan low confirmed target-group <web tg 1>",
            "orphan low confirmed target-group <web tg 2>",
        ],
    );
}

#[test]
fn the_message_admits_that_nothing_tells_whose_it_was() {
    check_message(&remains(), "orphan high confirmed load-balancer", &["no service uses it", "nothing that is left tells whose it was"]);
}

#[test]
fn a_load_balancer_beside_living_services_is_left_over_when_none_of_them_names_it() {
    let line = format!("+ orphan high confirmed load-balancer {LONE_BALANCER_NAME}");
    check_change(&World::tidy(), &World::tidy().lone_balancer(), &[&line]);
}

#[test]
fn a_young_load_balancer_may_still_be_on_its_way() {
    let world = World::tidy().lone_balancer().made(&lone_balancer(), Some(seconds_ago(MINUTE)));
    check(&world, &[]);
}

#[test]
fn an_untied_target_group_is_not_judged_by_itself_while_any_service_has_just_died() {
    check_never(&remains().with_cluster("prod").with_service("api").kill("api", 5), "orphan", &["target-group", "certificate"]);
}

#[test]
fn an_untied_load_balancer_is_somebodys_while_a_new_service_is_being_made() {
    let mut world = World::tidy().lone_balancer().born("web", 5).deploying("web");
    world.live.revisions[0].created_at = Some(seconds_ago(5 * MINUTE));
    world.live.revisions[0].ingress_paths.clear(); // ECS does not say yet what the way in will be
    check_never(&world, "orphan", &["load-balancer"]);
}

#[test]
fn a_deployment_takes_nothing_from_an_untied_load_balancer_once_it_says_what_it_has_or_is_old() {
    let line = format!("+ orphan high confirmed load-balancer {LONE_BALANCER_NAME}");
    let mut young = World::tidy().deploying("web");
    young.live.revisions[0].created_at = Some(seconds_ago(MINUTE));
    let wedged = World::tidy().wedge("web");
    for world in [young, wedged] {
        check_change(&world, &world.clone().lone_balancer(), &[&line]);
    }
}

#[test]
fn without_the_tag_and_without_the_name_nothing_is_express_modes() {
    let mut world = World::tidy().lone_balancer().untag(&lone_balancer());
    world.live.load_balancers[1].name = "intranet".to_owned();
    check(&world, &[]);
}

#[test]
fn a_load_balancer_with_another_one_in_front_is_held() {
    check_change(
        &remains(),
        &remains().balancer_in_front(),
        &["- orphan high confirmed load-balancer <alb>", "+ held-leftover medium confirmed load-balancer <alb>"],
    );
}

#[test]
fn what_a_living_service_does_tells_nothing_of_a_dead_ones() {
    let (event, ghost) = (DatedFact { at: seconds_ago(MINUTE), what: "last event".to_owned() }, Parts::of("ghost"));
    let mut world = World::tidy();
    world.change_service("api", |service| service.last_activity = Some(event));
    let lone = TargetGroup {
        arn: ghost.target_group(1),
        name: ghost.target_group_name(1),
        load_balancers: Vec::new(),
        targets: Vec::new(),
        ..world.live.target_groups[0].clone()
    };
    let orphan = format!("orphan low potential target-group {}", lone.name);
    world.live.target_groups.push(lone);
    check(&world, &[&orphan]);
}
