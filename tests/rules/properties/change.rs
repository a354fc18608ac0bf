//! Random accounts: what became of each service, then any changes on top.

use ecs_express_audit::inventory::Ownership;
use ecs_express_audit::kinds::{ManagedStatus, ServiceConfiguration, ServiceStatus};
use ecs_express_audit::model::Arn;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::world::{MINUTE, Parts, World, all_fields, seconds_ago};

const NAMES: [&str; 3] = ["web", "api", "prod-eu/web"];

/// What became of one service.
#[derive(Clone, Debug)]
enum Fate {
    Lives,
    Died(i64),
    Forgotten,
    Drains { minutes: i64, is_silent: bool },
    Deploys(i64),
    Reused,
    BecamePlain { with_ingress: bool },
    Puzzles,
    Wedged(i64),
}

/// One change to one resource, or by somebody else.
#[derive(Clone, Debug)]
enum Change {
    CustomRule(Option<Index>),
    ForeignCertificate,
    DefaultAction,
    ExtraListener,
    BalancerInFront,
    Database(Index),
    Interface(Index),
    Registered(Index, bool),
    Composite(Index),
    Gateway(Vec<Index>),
    LoneBalancer,
    NamelessDraining,
    Declare(Index),
    Drift(Index),
    DeclareId(Index),
    Stack(Index),
    Untag(Index),
    Purge(Vec<Index>),
    Unclaim(Index, Index),
    Status(Index, Index, usize),
    Made(Index, Option<i64>),
}

/// What has happened to the tidy account and a third service in a cluster of its own.
#[derive(Clone, Debug)]
pub(super) struct History {
    fates: [Fate; 3],
    changes: Vec<Change>,
}

impl History {
    /// The account as it is now.
    pub(super) fn world(&self) -> World {
        let tidy = World::tidy().with_cluster("prod-eu").with_service("prod-eu/web");
        let fated = NAMES.iter().zip(&self.fates).fold(tidy, |world, (name, fate)| suffer(world, name, fate));
        looked_up(self.changes.iter().fold(fated, changed))
    }
}

/// A scan asks for every service that a resource names, and learns that ECS does not know it.
fn looked_up(mut world: World) -> World {
    let names = Ownership::of(&world.live).names_to_look_up();
    for name in names {
        let parts = Parts::of(&format!("{}/{}", name.cluster, name.name));
        let mut services = World::empty().with_service_of(&parts).forget(&parts.path()).live.services;
        world.live.services.append(&mut services);
    }
    world
}

pub(super) fn any_history() -> impl Strategy<Value = History> {
    (prop::array::uniform3(fate()), prop::collection::vec(change(), 0..6)).prop_map(|(fates, changes)| History { fates, changes })
}

fn minutes() -> impl Strategy<Value = i64> {
    prop::sample::select(vec![0, 5, 14, 15, 31, 60, 4000])
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        2 => Just(Fate::Lives),
        4 => minutes().prop_map(Fate::Died),
        2 => Just(Fate::Forgotten),
        2 => (minutes(), any::<bool>()).prop_map(|(minutes, is_silent)| Fate::Drains { minutes, is_silent }),
        1 => minutes().prop_map(Fate::Deploys),
        1 => Just(Fate::Reused),
        2 => any::<bool>().prop_map(|with_ingress| Fate::BecamePlain { with_ingress }),
        1 => Just(Fate::Puzzles),
        1 => minutes().prop_map(Fate::Wedged),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        prop::option::of(index()).prop_map(Change::CustomRule),
        Just(Change::ForeignCertificate),
        Just(Change::DefaultAction),
        Just(Change::ExtraListener),
        Just(Change::BalancerInFront),
        index().prop_map(Change::Database),
        index().prop_map(Change::Interface),
        (index(), any::<bool>()).prop_map(|(of, is_there)| Change::Registered(of, is_there)),
        index().prop_map(Change::Composite),
        prop::collection::vec(index(), 1..4).prop_map(Change::Gateway),
        Just(Change::LoneBalancer),
        Just(Change::NamelessDraining),
        index().prop_map(Change::Declare),
        index().prop_map(Change::Drift),
        index().prop_map(Change::DeclareId),
        index().prop_map(Change::Stack),
        index().prop_map(Change::Untag),
        prop::collection::vec(index(), 1..6).prop_map(Change::Purge),
        (index(), index()).prop_map(|(of, what)| Change::Unclaim(of, what)),
        (index(), index(), 0usize..5).prop_map(|(of, what, status)| Change::Status(of, what, status)),
        (index(), prop::option::of(minutes())).prop_map(|(what, minutes)| Change::Made(what, minutes)),
    ]
}

fn suffer(world: World, name: &str, fate: &Fate) -> World {
    match fate {
        Fate::Lives => world,
        Fate::Died(minutes) => world.kill(name, *minutes),
        Fate::Forgotten => world.forget(name),
        Fate::Drains { minutes, is_silent: false } => world.drain(name, *minutes),
        Fate::Drains { minutes, is_silent: true } => world.drain(name, *minutes).silence(name),
        Fate::Deploys(minutes) => {
            let mut world = world.deploying(name);
            let service = Parts::of(name).service();
            let revision = world.live.revisions.iter_mut().find(|revision| revision.service == service).expect("its revision");
            revision.created_at = Some(seconds_ago(minutes * MINUTE));
            world
        }
        Fate::Reused => world.reuse_name(name),
        Fate::BecamePlain { with_ingress: false } => world.replace_by_plain(name),
        Fate::BecamePlain { with_ingress: true } => world.replace_by_plain(name).reusing_ingress(name),
        Fate::Puzzles => world.puzzle(name),
        Fate::Wedged(minutes) => world.wedge(name).born(name, *minutes),
    }
}

fn changed(mut world: World, change: &Change) -> World {
    let resources: Vec<Arn> = world.live.resources().map(|resource| resource.arn().clone()).collect();
    let name = |index: &Index| *index.get(&NAMES);
    let pick = |index: &Index| index.get(&resources).clone();
    if resources.is_empty() {
        return world;
    }
    match change {
        Change::CustomRule(None) => world.custom_rule(),
        Change::CustomRule(Some(of)) => world.custom_rule_to(name(of)),
        Change::ForeignCertificate if !world.live.listeners.is_empty() => world.foreign_certificate(),
        Change::DefaultAction if !world.live.listeners.is_empty() => world.changed_default_action(),
        Change::ForeignCertificate | Change::DefaultAction => world,
        Change::ExtraListener => world.extra_listener(),
        Change::BalancerInFront => world.balancer_in_front(),
        Change::Database(of) => world.database_admits(name(of)),
        Change::Interface(of) => world.interface_carries(name(of)),
        Change::Registered(of, is_there) if has(&world, &Parts::of(name(of)).target_group(1)) => world.registered(name(of), *is_there),
        Change::Registered(..) => world,
        Change::Composite(of) => world.composite_alarm_of(name(of)),
        Change::Gateway(of) => {
            let made = |arn: &Arn| world.live.resources().any(|r| r.arn() == arn && r.kind().is_made_by_gateways());
            let owned = of.iter().map(pick).filter(made).collect();
            world.gateway_owning(owned)
        }
        Change::LoneBalancer => world.lone_balancer(),
        Change::NamelessDraining => world.nameless_draining(1),
        Change::Declare(of) => world.declaring(name(of)),
        Change::Drift(of) => world.declaring_fields(name(of), all_fields()).configured(name(of), ServiceConfiguration::default()),
        Change::DeclareId(of) => world.declaring_id(pick(of).as_str()),
        Change::Stack(of) => world.stack(&pick(of)),
        Change::Untag(of) => world.untag(&pick(of)),
        Change::Purge(of) => {
            let gone: Vec<Arn> = of.iter().map(pick).collect();
            world = world.purge(&gone);
            without_what_was_on(world, &gone)
        }
        Change::Unclaim(of, what) => world.unclaim(name(of), &pick(what)),
        Change::Status(of, what, status) => {
            let statuses = [
                ManagedStatus::Provisioning,
                ManagedStatus::Deprovisioning,
                ManagedStatus::Deleted,
                ManagedStatus::Failed,
                ManagedStatus::Unknown,
            ];
            world.status(name(of), &pick(what), statuses[*status], Some("for a reason"))
        }
        Change::Made(what, minutes) => world.made(&pick(what), minutes.map(|minutes| seconds_ago(minutes * MINUTE))),
    }
}

fn has(world: &World, arn: &Arn) -> bool {
    world.live.target_groups.iter().any(|group| group.arn == *arn)
}

/// A load balancer takes its listeners along, and a listener its rules: AWS never shows one without the other.
fn without_what_was_on(world: World, gone: &[Arn]) -> World {
    let listeners = world.live.listeners.iter().filter(|listener| gone.contains(&listener.load_balancer));
    let mut along: Vec<Arn> = listeners.map(|listener| listener.arn.clone()).collect();
    let is_gone = |listener: &Arn| gone.contains(listener) || along.contains(listener);
    let rules: Vec<Arn> = world.live.rules.iter().filter(|rule| is_gone(&rule.listener)).map(|rule| rule.arn.clone()).collect();
    along.extend(rules);
    world.purge(&along)
}

/// Whether the service is certainly gone.
pub(super) fn is_dead(status: ServiceStatus) -> bool {
    matches!(status, ServiceStatus::Inactive | ServiceStatus::Absent)
}
