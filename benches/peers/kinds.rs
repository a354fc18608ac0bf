//! How many of each kind there are, under the names that reports give them.

use std::collections::BTreeMap;

use super::simulation::aws::{Account, MANAGED_TAG};

/// How many of each kind.
pub(crate) type Counts = BTreeMap<String, usize>;

/// What the account holds.
pub(crate) fn held(account: &Account) -> Counts {
    let of = [
        ("alarm", account.alarms.len()),
        ("certificate", account.certificates.len()),
        ("cluster", account.clusters.len()),
        ("listener", account.listeners.len()),
        ("listener-rule", account.rules.len()),
        ("load-balancer", account.load_balancers.len()),
        ("log-group", account.log_groups.len()),
        ("rollback-alarm", account.alarms.values().filter(|alarm| alarm.tags.contains_key(MANAGED_TAG)).count()),
        ("scalable-target", account.scalable_targets.len()),
        ("scaling-policy", account.scaling_policies.len()),
        ("security-group", account.security_groups.len()),
        ("service", account.services.len()),
        ("service-revision", account.revisions.len()),
        ("target-group", account.target_groups.len()),
        ("task-definition", account.task_definitions.values().map(Vec::len).sum()),
    ];
    of.map(|(kind, count)| (kind.to_owned(), count)).into()
}

/// What was read in another number than it is held in, or was to be read and was not.
pub(crate) fn differences(read: &Counts, held: &Counts, wanted: &[&str]) -> Vec<String> {
    let unread = wanted.iter().filter(|kind| !read.contains_key(**kind)).map(|kind| format!("no count of {kind}"));
    let wrong = read.iter().filter(|(kind, count)| held.get(*kind) != Some(*count));
    unread.chain(wrong.map(|(kind, count)| format!("{count} of {kind}, not {:?}", held.get(kind)))).collect()
}
