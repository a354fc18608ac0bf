//! A closer look at what living services stand by, where something may be off: claimed resources that the tag index lacks, and target groups
//! to which somebody else's rules forward. In a tidy account there is nothing of the kind, and no call is made.

use std::collections::BTreeMap;

use super::scan::Scan;
use super::{acm, cloudwatch, elbv2, logs};
use crate::inventory::{Collection, Ownership, ScopeInventory};
use crate::kinds::{ManagedTag, Marks, Resource};
use crate::model::Arn;

/// Reads the tags and targets that tell whether ECS still manages what its services use, and whether others' rules lead anywhere.
pub(super) async fn look_closer(scan: &Scan<'_>, live: &mut ScopeInventory) {
    let untagged = Untagged::of(live);
    let groups = groups_of_foreign_rules(live);
    let (clients, wanted) = (&scan.clients, &scan.options.wanted_tags);
    let (mut tags, certificates, alarms, log_groups, targets) = tokio::join!(
        elbv2::tags(&clients.elb, untagged.balancing, wanted),
        acm::tags(&clients.acm, &untagged.certificates, wanted),
        cloudwatch::tags(&clients.cloudwatch, &untagged.alarms, wanted),
        logs::tags(&clients.logs, &untagged.log_groups, wanted),
        elbv2::targets(&clients.elb, &groups),
    );
    for more in [certificates, alarms, log_groups] {
        tags.extend(more);
    }
    let read: BTreeMap<Arn, Marks> = tags.store(live).into_iter().collect();
    for (arn, marks) in live.marks_mut() {
        if let Some(own) = read.get(arn) {
            marks.clone_from(own);
        }
    }
    for (arn, targets) in targets.store(live) {
        if let Some(group) = live.target_groups.iter_mut().find(|group| group.arn == arn) {
            group.targets = targets;
        }
    }
}

/// What living services claim and the tag index lacks, by the API that shows its tags. (EC2 shows a security group's with the group; scalable
/// targets are left out: whether the index covers them is not documented, and each would cost a call.)
#[derive(Default)]
struct Untagged {
    balancing: Vec<Arn>,
    certificates: Vec<Arn>,
    alarms: Vec<Arn>,
    log_groups: Vec<Arn>,
}

impl Untagged {
    fn of(live: &ScopeInventory) -> Self {
        let mut found = Self::default();
        // Without the index nothing is known to be lacking in it.
        if !live.reads.has(Collection::TagIndex) {
            return found;
        }
        let ownership = Ownership::of(live);
        let is_unmarked = |resource: &Resource<'_>| resource.marks().is_some_and(|marks| marks.tag == ManagedTag::Unread);
        for resource in live.resources().filter(is_unmarked).filter(|resource| ownership.is_claimed(resource.arn())) {
            let arn = resource.arn().clone();
            match resource {
                Resource::LoadBalancer(_) | Resource::Listener(_) | Resource::ListenerRule(_) | Resource::TargetGroup(_) => {
                    found.balancing.push(arn);
                }
                Resource::Certificate(_) => found.certificates.push(arn),
                Resource::Alarm(_) => found.alarms.push(arn),
                Resource::LogGroup(_) => found.log_groups.push(arn),
                Resource::SecurityGroup(_) | Resource::ScalableTarget(_) | Resource::ScalingPolicy(_) => {}
            }
        }
        found
    }
}

/// The target groups of living services to which rules forward that nobody claims, and whose targets were not read.
fn groups_of_foreign_rules(live: &ScopeInventory) -> Vec<Arn> {
    let ownership = Ownership::of(live);
    let foreign = live.rules.iter().filter(|rule| !ownership.is_claimed(&rule.arn) && !ownership.is_of_gateway(&rule.arn));
    let groups = foreign.flat_map(|rule| rule.forwards_to.iter().filter(|group| rule.sends_to(group)));
    let was_asked = |arn: &Arn| {
        live.reads.has_for(Collection::Targets, arn.as_str()) || live.gaps.iter().any(|gap| gap.parent.as_deref() == Some(arn.as_str()))
    };
    let mut groups: Vec<Arn> = groups.filter(|arn| ownership.is_claimed(arn) && !was_asked(arn)).cloned().collect();
    groups.sort();
    groups.dedup();
    groups
}
