//! The same account, answered in another order.

use ecs_express_audit::inventory::ScopeInventory;

/// A small generator of numbers: the same seed gives the same order.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % bound
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// The scan with each of its lists in another order. (A family's revisions have an order of their own.)
pub(crate) fn shuffled(mut live: ScopeInventory, seed: u64) -> ScopeInventory {
    let mut dice = Dice(seed);
    dice.shuffle(&mut live.gaps);
    dice.shuffle(&mut live.absent);
    dice.shuffle(&mut live.appeared);
    dice.shuffle(&mut live.clusters);
    dice.shuffle(&mut live.services);
    dice.shuffle(&mut live.revisions);
    dice.shuffle(&mut live.configurations);
    dice.shuffle(&mut live.task_families);
    dice.shuffle(&mut live.load_balancers);
    dice.shuffle(&mut live.listeners);
    dice.shuffle(&mut live.rules);
    dice.shuffle(&mut live.target_groups);
    dice.shuffle(&mut live.certificates);
    dice.shuffle(&mut live.alarms);
    dice.shuffle(&mut live.log_groups);
    dice.shuffle(&mut live.security_groups);
    dice.shuffle(&mut live.scalable_targets);
    dice.shuffle(&mut live.scaling_policies);
    dice.shuffle(&mut live.interfaces);
    dice.shuffle(&mut live.gateways);
    live.listeners.iter_mut().for_each(|r| dice.shuffle(&mut r.certificates));
    live.rules.iter_mut().for_each(|r| dice.shuffle(&mut r.forwards_to));
    live.alarms.iter_mut().for_each(|r| dice.shuffle(&mut r.watches));
    live.security_groups.iter_mut().for_each(|r| dice.shuffle(&mut r.names));
    live.services.iter_mut().for_each(|r| dice.shuffle(&mut r.revisions));
    live
}
