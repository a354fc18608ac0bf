//! The closer look at what nobody claims: the services it names, then everything again, then its tags and its users, and last of all whoever
//! may run what dead services registered.
//! In a tidy account there is nothing of the kind, and none of these calls is made.

use std::collections::BTreeSet;

use super::harvest::side_by_side;
use super::scan::Scan;
use super::services::OrdinaryServices;
use super::{acm, autoscaling, cloudwatch, ec2, ecs, ecs_again, elbv2, logs, second_look};
use crate::inventory::{Collection, Ownership, ScopeInventory};
use crate::kinds::{Marks, Resource, ServiceName, TaskFamily};
use crate::model::Arn;

/// Looks more closely at everything that bears Express's marks and that nobody claims.
pub(super) async fn look_closer(scan: &Scan<'_>, live: &mut ScopeInventory) {
    live.sort();
    let named = ask_for_named_services(scan, live).await;
    live.sort();
    if !has_work(live) && named.is_empty() {
        return;
    }
    scan.report("looking again");
    // Of a family whose service turns out to be dead only now, that died during the scan: nothing of it is called a leftover yet.
    let dead: Vec<String> = Ownership::of(live).dead_families().map(|(family, _)| family.name.clone()).collect();
    let revisions = side_by_side(&dead, |name| ecs::task_definitions(&scan.clients.ecs, name));
    let (families, ()) = tokio::join!(revisions, Box::pin(second_look::look_again(scan, live, &named)));
    let families = families.store(live);
    live.sort();
    scan.report("reading tags and users");
    let suspects = Suspects::of(live);
    let (tags, users) = tokio::join!(tags(scan, &suspects), users(scan, &suspects));
    live.absorb(users.0);
    note_users(live, users.1);
    let marks = tags.items.into_iter().collect::<std::collections::BTreeMap<Arn, Marks>>();
    for (arn, own) in live.marks_mut() {
        if let Some(read) = marks.get(arn) {
            own.clone_from(read);
        }
    }
    for (collection, parent) in tags.reads {
        live.reads.complete_for(collection, &parent);
    }
    live.gaps.extend(tags.gaps);
    if !dead.is_empty() {
        ask_who_runs(scan, live, &families).await;
        note_revisions(live, families);
    }
}

/// Asks ECS for the services that unclaimed resources name, and for those that the caller names.
async fn ask_for_named_services(scan: &Scan<'_>, live: &mut ScopeInventory) -> BTreeSet<ServiceName> {
    let mut names = Ownership::of(live).names_to_look_up();
    let known: BTreeSet<&ServiceName> = live.services.iter().map(|service| &service.name).collect();
    names.extend(scan.options.services.iter().filter(|name| !known.contains(name)).cloned());
    if names.is_empty() {
        return names;
    }
    scan.report("asking for services by name");
    let mut part = scan.part();
    scan.describe_fully(&mut part, &names).await;
    scan.what_they_stand_by(&mut part, OrdinaryServices::of(live)).await;
    live.absorb(part);
    names
}

fn has_work(live: &ScopeInventory) -> bool {
    let ownership = Ownership::of(live);
    ownership.worth_a_closer_look().next().is_some() || !second_look::missing_references(live, &ownership).is_empty()
}

/// What is worth a closer look, by kind.
#[derive(Default)]
pub(super) struct Suspects {
    pub balancing: Vec<Arn>,
    pub target_groups: Vec<Arn>,
    pub certificates: Vec<Arn>,
    pub alarms: Vec<Arn>,
    pub log_groups: Vec<Arn>,
    pub scalable_targets: Vec<Arn>,
    pub security_groups: Vec<String>,
    pub resource_ids: Vec<String>,
}

impl Suspects {
    pub(super) fn of(live: &ScopeInventory) -> Self {
        let mut found = Self::default();
        let mut has_balancer = false;
        for resource in Ownership::of(live).worth_a_closer_look() {
            let arn = resource.arn().clone();
            match resource {
                Resource::LoadBalancer(_) => {
                    has_balancer = true;
                    found.balancing.push(arn);
                }
                Resource::Listener(_) | Resource::ListenerRule(_) => found.balancing.push(arn),
                Resource::TargetGroup(_) => {
                    found.balancing.push(arn.clone());
                    found.target_groups.push(arn);
                }
                Resource::Certificate(_) => found.certificates.push(arn),
                Resource::Alarm(alarm) if alarm.is_target_tracking() => {} // Application Auto Scaling tags none
                Resource::Alarm(_) => found.alarms.push(arn),
                Resource::LogGroup(_) => found.log_groups.push(arn),
                Resource::ScalableTarget(target) => {
                    found.resource_ids.push(target.resource_id.clone());
                    found.scalable_targets.push(arn);
                }
                Resource::SecurityGroup(group) => found.security_groups.push(group.id.clone()),
                Resource::ScalingPolicy(_) => {}
            }
        }
        // A load balancer can be another's target.
        let in_front = live.target_groups.iter().filter(|group| has_balancer && group.targets_a_load_balancer());
        found.target_groups.extend(in_front.map(|group| group.arn.clone()));
        found.target_groups.sort();
        found.target_groups.dedup();
        found
    }
}

/// The suspects' own tags.
async fn tags(scan: &Scan<'_>, suspects: &Suspects) -> super::harvest::Harvest<(Arn, Marks)> {
    let (clients, wanted) = (&scan.clients, &scan.options.wanted_tags);
    let (mut tags, certificates, alarms, log_groups, targets) = tokio::join!(
        elbv2::tags(&clients.elb, suspects.balancing.clone(), wanted),
        acm::tags(&clients.acm, &suspects.certificates, wanted),
        cloudwatch::tags(&clients.cloudwatch, &suspects.alarms, wanted),
        logs::tags(&clients.logs, &suspects.log_groups, wanted),
        autoscaling::tags(&clients.scaling, &suspects.scalable_targets, wanted),
    );
    for more in [certificates, alarms, log_groups, targets] {
        tags.extend(more);
    }
    tags
}

/// What was learnt of the suspects' users: per target group its targets, per certificate its users.
struct UsersOf {
    targets: Vec<(Arn, Vec<String>)>,
    certificates: Vec<(Arn, Option<Vec<Arn>>)>,
}

/// Who uses the suspects, as far as only asking about each tells.
async fn users(scan: &Scan<'_>, suspects: &Suspects) -> (ScopeInventory, UsersOf) {
    let (clients, mut part) = (&scan.clients, scan.part());
    let of_targets = async {
        let targets = elbv2::targets(&clients.elb, &suspects.target_groups).await;
        let addressed = |(group, ids): &(Arn, Vec<String>)| {
            let addresses: Vec<String> = ids.iter().filter(|id| Arn::parse(id).is_none()).cloned().collect();
            (!addresses.is_empty()).then(|| (group.clone(), addresses))
        };
        let addressed: Vec<_> = targets.items.iter().filter_map(addressed).collect();
        let interfaces = ec2::interfaces_of_targets(&clients.ec2, scan.scope, &addressed).await;
        (targets, interfaces)
    };
    let ((targets, at_targets), of_groups, certificates, policies) = tokio::join!(
        of_targets,
        ec2::interfaces_of_groups(&clients.ec2, scan.scope, &suspects.security_groups),
        acm::uses(&clients.acm, &suspects.certificates),
        autoscaling::scaling_policies(&clients.scaling, &suspects.resource_ids),
    );
    let targets = targets.store(&mut part);
    let certificates = certificates.store(&mut part);
    part.interfaces = at_targets.store(&mut part);
    let of_groups = of_groups.store(&mut part);
    part.interfaces.extend(of_groups);
    part.scaling_policies = policies.store(&mut part);
    for policy in &part.scaling_policies {
        part.reads.complete_for(Collection::SecondLook, policy.arn.as_str()); // read once, after everything else
    }
    (part, UsersOf { targets, certificates })
}

fn note_users(live: &mut ScopeInventory, users: UsersOf) {
    for (arn, targets) in users.targets {
        if let Some(group) = live.target_groups.iter_mut().find(|group| group.arn == arn) {
            group.targets = targets;
        }
    }
    for (arn, in_use_by) in users.certificates {
        match in_use_by {
            Some(in_use_by) => {
                live.reads.complete_for(Collection::SecondLook, arn.as_str());
                if let Some(certificate) = live.certificates.iter_mut().find(|certificate| certificate.arn == arn) {
                    certificate.in_use_by = in_use_by;
                }
            }
            None => live.certificates.retain(|certificate| certificate.arn != arn),
        }
    }
}

/// Whoever may run these families, asked for as late as possible: a service that was made meanwhile, perhaps in a new cluster, may have
/// registered some of the revisions that were read, and ECS's answers need not agree on it at once.
async fn ask_who_runs(scan: &Scan<'_>, live: &mut ScopeInventory, families: &[TaskFamily]) {
    let mut part = scan.part();
    let clusters = ecs::cluster_arns(&scan.clients.ecs).await.store(&mut part);
    let made_since = ecs_again::unknown_clusters(live, &clusters);
    scan.read_clusters(&mut part, &made_since, &made_since).await;
    let clusters = live.clusters.iter().chain(&part.clusters).map(|cluster| cluster.name.as_str());
    let mut meant: BTreeSet<ServiceName> = families.iter().flat_map(|family| family.named_services(clusters.clone())).collect();
    meant.extend(Ownership::of(live).namesakes_to_look_up(&part.clusters));
    ecs_again::leave_out_known(&mut meant, &part);
    scan.describe_fully(&mut part, &meant).await;
    scan.what_they_stand_by(&mut part, OrdinaryServices::of(live)).await;
    ecs_again::replace(live, part);
}

fn note_revisions(live: &mut ScopeInventory, families: Vec<TaskFamily>) {
    for family in families {
        if let Some(known) = live.task_families.iter_mut().find(|known| known.name == family.name) {
            known.revisions = family.revisions;
        }
    }
}
