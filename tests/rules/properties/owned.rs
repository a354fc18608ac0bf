//! Who owns and who uses what, found in the plainest way from the account itself.

use std::collections::BTreeMap;

use ecs_express_audit::kinds::ManagedStatus;
use ecs_express_audit::model::Arn;

use super::change::is_dead;
use crate::world::World;

/// Everything that is somebody's, and whose.
pub(super) fn owned(world: &World) -> BTreeMap<Arn, String> {
    let mut owned = BTreeMap::new();
    claimed(world, &mut owned);
    of_gateways(world, &mut owned);
    declared(world, &mut owned);
    owned
}

fn claimed(world: &World, owned: &mut BTreeMap<Arn, String>) {
    for service in world.live.services.iter().filter(|service| !is_dead(service.status)) {
        for revision in world.live.revisions.iter().filter(|revision| service.revisions.contains(&revision.arn)) {
            for managed in revision.managed().filter(|managed| managed.status != ManagedStatus::Deleted) {
                owned.extend(managed.arn.iter().map(|arn| (arn.clone(), format!("claimed by {}", service.arn))));
            }
            owned.extend(revision.task_definition.iter().map(|arn| (arn.clone(), format!("run by {}", service.arn))));
        }
    }
}

fn of_gateways(world: &World, owned: &mut BTreeMap<Arn, String>) {
    for gateway in &world.live.gateways {
        for arn in &gateway.resources {
            owned.insert(arn.clone(), "a gateway's".to_owned());
            let rules = world.live.rules.iter().filter(|rule| rule.arn == *arn).flat_map(|rule| &rule.forwards_to);
            owned.extend(rules.map(|group| (group.clone(), "a gateway's by its rule".to_owned())));
        }
    }
}

fn declared(world: &World, owned: &mut BTreeMap<Arn, String>) {
    for resource in world.live.resources() {
        let is_declared = world.declared.ids.contains(resource.arn().as_str());
        if is_declared || resource.marks().is_some_and(|marks| marks.stack.is_some()) {
            owned.insert(resource.arn().clone(), "declared".to_owned());
        }
    }
}

/// The ARNs and ids of all that uses it.
pub(super) fn users(world: &World, arn: &Arn) -> Vec<String> {
    let live = &world.live;
    let referring = live.resources().filter(|user| user.arn() != arn && user.references().iter().any(|reference| reference.to == *arn));
    let mut users: Vec<String> = referring.map(|user| user.arn().to_string()).collect();
    let uses = live.certificates.iter().filter(|certificate| certificate.arn == *arn).flat_map(|certificate| &certificate.in_use_by);
    users.extend(uses.map(ToString::to_string));
    let is_of_balancer = |id: &str| live.load_balancers.iter().any(|balancer| balancer.short_id() == id);
    let carrying = live.interfaces.iter().filter(|interface| interface.security_groups.contains(arn));
    users.extend(carrying.filter(|i| !i.load_balancer.as_deref().is_some_and(is_of_balancer)).map(|interface| interface.id.clone()));
    let targets = live.target_groups.iter().filter(|group| group.arn == *arn).flat_map(|group| &group.targets);
    let at = targets.flat_map(|target| live.interfaces.iter().filter(move |interface| interface.addresses.contains(target)));
    users.extend(at.map(|interface| interface.id.clone()));
    let plain = live.services.iter().filter(|service| !is_dead(service.status));
    let configured = plain.filter(|service| service.security_groups.contains(arn) || service.target_groups.contains(arn));
    users.extend(configured.map(|service| service.arn.to_string()));
    users
}
