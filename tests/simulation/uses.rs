//! What uses what, as AWS itself would have it: the one who uses would break, or keep the other from being deleted.

use std::collections::BTreeSet;

use crate::aws::{Account, Action, AlarmKind, Arn, ServiceStatus};

/// Every use in the account: the user's ARN or interface id, and what it uses.
pub(crate) fn uses(account: &Account) -> BTreeSet<(Arn, Arn)> {
    let mut uses = BTreeSet::new();
    on_balancers(account, &mut uses);
    of_groups(account, &mut uses);
    of_alarms(account, &mut uses);
    of_plain_services(account, &mut uses);
    uses
}

fn on_balancers(account: &Account, uses: &mut BTreeSet<(Arn, Arn)>) {
    for (arn, rule) in &account.rules {
        uses.insert((arn.clone(), rule.listener.clone()));
        uses.extend(forwards(&rule.action).map(|group| (arn.clone(), group)));
    }
    for (arn, listener) in &account.listeners {
        uses.insert((arn.clone(), listener.load_balancer.clone()));
        uses.extend(forwards(&listener.default_action).map(|group| (arn.clone(), group)));
        uses.extend(listener.certificates.iter().map(|certificate| (arn.clone(), certificate.clone())));
    }
    for (arn, balancer) in &account.load_balancers {
        uses.extend(balancer.security_groups.iter().map(|id| (arn.clone(), account.group_arn(id))));
    }
    for (arn, group) in &account.target_groups {
        for target in group.targets.iter().filter(|target| target.starts_with("arn:")) {
            uses.insert((arn.clone(), target.clone()));
            // Traffic comes in by a listener.
            let listeners = account.listeners.iter().filter(|(_, listener)| listener.load_balancer == *target);
            uses.extend(listeners.map(|(listener, _)| (arn.clone(), listener.clone())));
        }
        let at = |address: &&String| account.interfaces.iter().find(|(_, interface)| interface.addresses.contains(address));
        uses.extend(group.targets.iter().filter_map(|address| Some((at(&address)?.0.clone(), arn.clone()))));
    }
}

fn forwards(action: &Action) -> impl Iterator<Item = Arn> {
    let groups = match action {
        Action::Forward(groups) => groups.as_slice(),
        Action::FixedResponse(_) | Action::Redirect(_) => &[],
    };
    groups.iter().map(|(arn, _)| arn.clone())
}

fn of_groups(account: &Account, uses: &mut BTreeSet<(Arn, Arn)>) {
    for (arn, group) in &account.security_groups {
        let named = group.ingress.iter().chain(&group.egress).filter(|id| **id != group.id);
        uses.extend(named.map(|id| (arn.clone(), account.group_arn(id))));
    }
    for (id, interface) in account.interfaces.iter().filter(|(_, interface)| !is_of_balancer(account, &interface.description)) {
        uses.extend(interface.security_groups.iter().map(|group| (id.clone(), account.group_arn(group))));
    }
}

/// Whether an interface of that description is a load balancer's that is still there: it is the load balancer, not a user of it.
fn is_of_balancer(account: &Account, description: &str) -> bool {
    let short = description.strip_prefix("ELB ");
    short.is_some_and(|short| account.load_balancers.keys().any(|arn| arn.ends_with(&format!(":loadbalancer/{short}"))))
}

fn of_alarms(account: &Account, uses: &mut BTreeSet<(Arn, Arn)>) {
    for (arn, policy) in &account.scaling_policies {
        uses.extend(policy.alarms.iter().map(|alarm| (arn.clone(), alarm.clone())));
    }
    for (arn, above) in &account.alarms {
        if let AlarmKind::Composite { rule } = &above.kind {
            let named = account.alarms.iter().filter(|(_, alarm)| rule.contains(&format!("\"{}\"", alarm.name)));
            uses.extend(named.map(|(below, _)| (arn.clone(), below.clone())));
        }
    }
}

fn of_plain_services(account: &Account, uses: &mut BTreeSet<(Arn, Arn)>) {
    for (arn, service) in account.services.iter().filter(|(_, service)| service.status != ServiceStatus::Inactive) {
        uses.extend(service.security_groups.iter().map(|id| (arn.clone(), account.group_arn(id))));
        uses.extend(service.target_groups.iter().map(|group| (arn.clone(), group.clone())));
        let alarms = service.rollback_alarms.iter().map(|name| account.arn("cloudwatch", &format!("alarm:{name}")));
        uses.extend(alarms.map(|alarm| (arn.clone(), alarm)));
    }
}
