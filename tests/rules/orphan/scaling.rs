//! Scalable targets, their policies, and the alarms that these made.

use ecs_express_audit::inventory::Collection;
use ecs_express_audit::kinds::{ManagedTag, Management, Marks, ServiceStatus};

use crate::check::{check, check_never};
use crate::world::{Parts, World, present};

/// Beside the tidy account, an ordinary service whose tasks Application Auto Scaling counts.
fn with_plain(status: ServiceStatus, management: Management) -> World {
    let shop = Parts::of("shop");
    let mut world = World::tidy().with_service("shop").replace_by_plain("shop").untag(&shop.scalable_target());
    world.change_service("shop", |service| (service.status, service.management) = (status, management));
    world = world.purge(&[shop.rule(), shop.certificate(), shop.target_group(1), shop.target_group(2), shop.group()]);
    world.live.security_groups[0].names.retain(|group| *group != shop.group());
    world.live.listeners[0].certificates.retain(|certificate| *certificate != shop.certificate());
    world.live.task_families.pop();
    world.purge(&[shop.rollback_alarm(), shop.log_group()])
}

#[test]
fn an_ordinary_services_scaling_is_none_of_express_modes() {
    check(&with_plain(ServiceStatus::Active, Management::Customer), &[]);
}

#[test]
fn a_dead_ordinary_services_scaling_is_none_of_express_modes() {
    check(&with_plain(ServiceStatus::Inactive, Management::Customer), &[]);
}

#[test]
fn without_a_mark_nothing_shows_that_a_forgotten_service_was_express_modes() {
    check(&with_plain(ServiceStatus::Absent, Management::Unknown), &[]);
}

#[test]
fn the_tag_on_the_target_proves_a_forgotten_service_and_its_scaling() {
    let tagged = with_plain(ServiceStatus::Absent, Management::Unknown).mark(&Parts::of("shop").scalable_target(), &present());
    check(
        &tagged,
        &[
            "orphan low confirmed scalable-target service/prod/shop",
            "orphan low confirmed scaling-policy shopAVERAGE_CPU",
            "orphan low potential alarm <shop high>",
            "orphan low potential alarm <shop low>",
        ],
    );
}

#[test]
fn an_untagged_target_of_a_proven_dead_service_is_left_over_but_not_for_certain() {
    let world = World::tidy().kill("web", 60).untag(&Parts::of("web").scalable_target());
    let found = crate::check::judge(&world);
    for line in ["orphan low potential scalable-target service/prod/web", "orphan low potential scaling-policy webAVERAGE_CPU"] {
        assert!(found.contains(&line.to_owned()), "{line} in {found:#?}");
    }
}

#[test]
fn a_tracking_alarm_is_left_over_once_the_policies_of_its_services_target_are_known() {
    let web = Parts::of("web");
    let dead = World::tidy().kill("web", 60);
    check_never(&dead.clone().unread(Collection::ScalingPolicies, &web.resource_id()), "orphan", &["alarm <web"]);
    let alone = World::empty().with_cluster("prod").with_service("web").kill("web", 60);
    check_never(&alone.unread(Collection::ScalingPolicies, &web.resource_id()), "orphan", &["alarm <web"]);
    // Where there is no target, no policy can scale by it.
    let found = crate::check::judge(&dead.purge(&[web.scalable_target(), web.policy()]));
    assert!(found.contains(&"orphan low potential alarm <web high>".to_owned()), "{found:#?}");
}

#[test]
fn the_scaling_of_a_plain_service_under_the_same_name_is_in_use() {
    check_never(&World::tidy().replace_by_plain("web"), "orphan", &["scalable-target", "scaling-policy", "alarm <web"]);
}

#[test]
fn a_target_in_a_cluster_that_was_deleted_is_left_over() {
    let mut world = World::tidy().kill("web", 60).kill("api", 60);
    world.live.clusters.clear();
    let web = Parts::of("web").scalable_target();
    world = world.mark(&web, &Marks { tag: ManagedTag::Present, ..Marks::default() });
    assert!(crate::check::judge(&world).contains(&"orphan low confirmed scalable-target service/prod/web".to_owned()));
}
