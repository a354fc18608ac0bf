//! Reads what a plan will meet: its services by name, what they depend on, and what lies where they will be made or go from.
//!
//! A plan that makes one service costs 13 calls, with one security group, one role and one load balancer in its VPC; four of them in a row.

use std::collections::BTreeSet;

use aws_config::SdkConfig;

use super::clients::Clients;
use super::dependencies::dependencies;
use super::harvest::side_by_side;
use super::scan::{Scan, totals};
use super::{Options, autoscaling, clock, cloudwatch, ec2, ecs, elbv2};
use crate::inventory::{Ownership, ScopeInventory, Surroundings};
use crate::kinds::{LoadBalancer, SecurityGroup, Service, ServiceName, ServiceRevision, TaskFamily};
use crate::model::{Arn, Kind, Scope};
use crate::plan::{Plan, Questions};

/// Reads the part of the scope that the plan touches. What could not be read is among the gaps.
pub(super) async fn surroundings(config: &SdkConfig, scope: &Scope, plan: &Plan, options: &Options) -> Surroundings {
    let scan = Scan { clients: Clients::new(config, scope, options), config, scope, options };
    let questions = plan.questions(scope);
    let mut met = Surroundings::unread(scan.part());
    scan.report("looking around");
    let (services, found, named, balancers) = tokio::join!(
        services(&scan, &questions),
        dependencies(&scan.clients, scope, &questions),
        of_names(&scan, &questions.created),
        load_balancers(&scan, &questions),
    );
    for part in [services, named, balancers] {
        met.live.absorb(part);
    }
    met.dependencies.extend(found.dependencies.store(&mut met.live));
    met.vpcs.extend(found.vpcs);
    let near = balancers_near(&met, &questions);
    let (of_deleted, on_balancers) = tokio::join!(of_deleted(&scan, &questions, &met.live), scan.on_balancers(&near));
    met.live.absorb(of_deleted);
    met.live.absorb(on_balancers);
    beside_the_deleted(&scan, &questions, &mut met.live, &near).await;
    met.live.totals = totals(&met.live);
    met.live.sort();
    met.live.finished_at = clock(config);
    met.live.api_calls = scan.clients.counter.calls();
    met.live.throttles = scan.clients.counter.throttles();
    met
}

async fn services(scan: &Scan<'_>, questions: &Questions) -> ScopeInventory {
    let mut part = scan.part();
    scan.describe(&mut part, &questions.services).await;
    part
}

/// What bears the names that services to be made will need.
async fn of_names(scan: &Scan<'_>, names: &BTreeSet<ServiceName>) -> ScopeInventory {
    let (mut part, clients) = (scan.part(), &scan.clients);
    let each = |name: fn(&ServiceName) -> String| -> Vec<String> { names.iter().map(name).collect() };
    let groups = each(|ServiceName { cluster, name }| format!("{cluster}-{name}-vpc-*"));
    let alarms = each(|ServiceName { cluster, name }| format!("{cluster}/{name}/RollbackAlarm"));
    let targets = each(|ServiceName { cluster, name }| format!("service/{cluster}/{name}"));
    let (groups, alarms, targets) = tokio::join!(
        ec2::security_groups_named(&clients.ec2, scan.scope, &groups),
        cloudwatch::alarms_again(&clients.cloudwatch, scan.scope, &alarms),
        autoscaling::scalable_targets_again(&clients.scaling, &targets),
    );
    part.security_groups = groups.store(&mut part);
    part.alarms = alarms.store(&mut part);
    part.scalable_targets = targets.store(&mut part);
    part
}

/// All load balancers, where one may be shared or lacks room.
async fn load_balancers(scan: &Scan<'_>, questions: &Questions) -> ScopeInventory {
    let mut part = scan.part();
    if !questions.created.is_empty() || questions.creates_anywhere || !questions.deleted.is_empty() {
        part.load_balancers = elbv2::load_balancers(&scan.clients.elb, scan.scope).await.store(&mut part);
    }
    part
}

/// Express's load balancers where services will be made; all of them where that is not known, or where services will go.
fn balancers_near(met: &Surroundings, questions: &Questions) -> Vec<Arn> {
    let vpcs: BTreeSet<&String> = questions.subnets.iter().filter_map(|subnet| met.vpcs.get(subnet)).collect();
    let is_anywhere = questions.default_vpc || vpcs.is_empty();
    let is_near = |balancer: &&LoadBalancer| {
        let may_be_near = is_anywhere || balancer.vpc.as_ref().is_none_or(|vpc| vpcs.contains(vpc));
        balancer.has_express_name() && (may_be_near || !questions.deleted.is_empty())
    };
    met.live.load_balancers.iter().filter(is_near).map(|balancer| balancer.arn.clone()).collect()
}

/// The revisions of services that will be deleted, and the task definitions of their families.
async fn of_deleted(scan: &Scan<'_>, questions: &Questions, live: &ScopeInventory) -> ScopeInventory {
    let deleted: Vec<&Service> = live.services.iter().filter(|s| questions.deleted.contains(&s.name) && !s.state().is_dead()).collect();
    let revisions: Vec<Arn> = deleted.iter().flat_map(|service| service.revisions.clone()).collect();
    let families: Vec<String> = deleted.iter().map(|service| TaskFamily::name_for(&service.name)).collect();
    let (mut part, families) =
        tokio::join!(scan.revisions(&revisions), side_by_side(&families, |family| ecs::task_definitions(&scan.clients.ecs, family)));
    part.task_families = families.store(&mut part);
    part
}

/// What else is on the load balancers of services that will be deleted: further listeners, the groups that their own reach with the services
/// that these name, and their interfaces, of which each public address is billed.
async fn beside_the_deleted(scan: &Scan<'_>, questions: &Questions, live: &mut ScopeInventory, read: &[Arn]) {
    let named = balancers_of(questions, live);
    if named.is_empty() {
        return;
    }
    let unread: Vec<Arn> = named.iter().filter(|arn| !read.contains(arn)).cloned().collect();
    let carried = live.load_balancers.iter().filter(|balancer| named.contains(&balancer.arn)).flat_map(|b| &b.security_groups);
    let carried: Vec<String> = carried.map(|arn| arn.last_segment().to_owned()).collect();
    let (ec2, wanted) = (&scan.clients.ec2, BTreeSet::new());
    let (further, groups, interfaces) = tokio::join!(
        scan.on_balancers(&unread),
        ec2::security_groups_again(ec2, scan.scope, &carried, &wanted),
        ec2::interfaces_of_groups(ec2, scan.scope, &carried),
    );
    live.absorb(further);
    let groups: Vec<SecurityGroup> = groups.store(live);
    let reached: Vec<String> = groups.iter().flat_map(|group| &group.names).map(|arn| arn.last_segment().to_owned()).collect();
    let reached = ec2::security_groups_again(ec2, scan.scope, &reached, &wanted).await.store(live);
    live.security_groups.extend(groups.into_iter().chain(reached));
    let described = live.security_groups.iter().filter_map(|group| ServiceName::of_arn(group.described_service.as_ref()?));
    let unknown: BTreeSet<ServiceName> = described.filter(|name| !live.services.iter().any(|s| s.name == *name)).collect();
    scan.describe(live, &unknown).await;
    let interfaces = interfaces.store(live);
    live.interfaces.extend(interfaces);
}

/// The load balancers that the revisions of services to be deleted name.
fn balancers_of(questions: &Questions, live: &ScopeInventory) -> BTreeSet<Arn> {
    let ownership = Ownership::of(live);
    let deleted = live.services.iter().filter(|service| questions.deleted.contains(&service.name));
    let managed = deleted.flat_map(|service| ownership.revisions_of(service)).flat_map(ServiceRevision::managed);
    managed.filter(|part| part.kind == Kind::LoadBalancer).filter_map(|part| part.arn.clone()).collect()
}
