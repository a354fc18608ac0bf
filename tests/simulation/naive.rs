//! A naive auditor: it sees the whole account at once, reads it plainly and slowly, and knows of no calls, gaps or clocks but the grace
//! period. It judges by what the account shows (tags, names, references), as the real one must, and by none of the real one's code.
//!
//! It speaks of `orphan` and `held-leftover` only, and not of clusters and task definitions.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::{Account, Action, Arn, Listener, MANAGED_TAG, Management, STACK_TAG, Service, ServiceStatus};
use crate::uses::uses;

/// What the naive auditor calls a leftover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Orphan,
    Held,
}

/// Every leftover of an account that stands still, or `None` while something in it comes or goes: what is left over cannot be told then.
pub(crate) fn leftovers(account: &Account, grace: i64) -> Option<BTreeMap<Arn, Verdict>> {
    if is_in_motion(account, grace) {
        return None;
    }
    let owned = owned_by_the_living(account);
    let marked = account_arns(account).into_iter().filter(|arn| !owned.contains(arn) && bears_marks(account, arn));
    let suspects: BTreeSet<Arn> = marked.filter(|arn| !is_declared(account, arn) && !is_of_a_living_name(account, arn)).collect();
    let held = needed_from_outside(account, &suspects);
    let verdict = |arn: &Arn| if held.contains(arn) { Verdict::Held } else { Verdict::Orphan };
    Some(suspects.iter().map(|arn| (arn.clone(), verdict(arn))).collect())
}

/// A service drains or is being deployed, or something has just happened to it.
fn is_in_motion(account: &Account, grace: i64) -> bool {
    let is_young = |service: &Service| service.events.iter().any(|at| account.now - at <= grace);
    let deploys = |service: &Service| {
        let deployment = service.current_deployment.as_ref().and_then(|arn| account.deployments.get(arn));
        deployment.is_some_and(|deployment| deployment.status == "IN_PROGRESS")
    };
    has_just_been_made(account, grace)
        || account.services.values().any(|service| is_young(service) || deploys(service) || service.status == ServiceStatus::Draining)
}

/// Whether something that Express may have made is younger than the grace period.
fn has_just_been_made(account: &Account, grace: i64) -> bool {
    let balancing = account.load_balancers.values().map(|r| r.created_at).chain(account.certificates.values().map(|r| r.created_at));
    let by_name = account.log_groups.values().map(|r| r.created_at).chain(account.alarms.values().map(|r| r.configured_at));
    let scaling = account.scalable_targets.values().map(|r| r.created_at).chain(account.scaling_policies.values().map(|r| r.created_at));
    balancing.chain(by_name).chain(scaling).any(|at| account.now - at <= grace)
}

fn account_arns(account: &Account) -> Vec<Arn> {
    let balancing = account.load_balancers.keys().chain(account.listeners.keys()).chain(account.rules.keys());
    let others = account.target_groups.keys().chain(account.certificates.keys()).chain(account.security_groups.keys());
    let by_name = account.alarms.keys().chain(account.log_groups.keys()).chain(account.scalable_targets.keys());
    balancing.chain(others).chain(by_name).chain(account.scaling_policies.keys()).cloned().collect()
}

/// What revisions of services that are not dead name, and what gateways made.
fn owned_by_the_living(account: &Account) -> BTreeSet<Arn> {
    let mut owned = BTreeSet::new();
    for revision in account.services.values().flat_map(|service| &service.current_revisions).filter_map(|arn| account.revisions.get(arn)) {
        for path in &revision.ingress_paths {
            let single = [&path.load_balancer, &path.certificate, &path.listener, &path.rule];
            let parts = single.into_iter().flatten().chain(&path.load_balancer_security_groups).chain(&path.target_groups);
            owned.extend(parts.filter_map(|managed| managed.arn.clone()));
        }
        let scaling = revision.scalable_target.iter().chain(&revision.scaling_policies).chain(&revision.alarms);
        let others = scaling.chain(&revision.service_security_groups).chain(&revision.log_groups);
        owned.extend(others.filter_map(|managed| managed.arn.clone()));
    }
    for route in account.gateway_routes.values() {
        let parts = &route.resources;
        let single = [&parts.certificate, &parts.load_balancer, &parts.listener, &parts.rule, &parts.service_security_group];
        owned.extend(single.into_iter().chain(&parts.target_groups).flatten().cloned());
        owned.extend(parts.load_balancer_security_groups.iter().cloned());
    }
    owned
}

fn has_tag(account: &Account, arn: &str, tag: &str) -> bool {
    account.tags(arn).is_some_and(|tags| tags.contains_key(tag))
}

fn is_hex_after(name: &str, prefix: &str, digits: usize) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| rest.len() == digits && rest.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// Whether a tag, a name or a description says that Express made it, or that it is a dead Express service's.
fn bears_marks(account: &Account, arn: &Arn) -> bool {
    let is_endpoint = |host: &str| host.ends_with(&format!(".ecs.{}.on.aws", account.region));
    let has_balancer_name =
        |arn: &str| account.load_balancers.get(arn).is_some_and(|b| is_hex_after(&b.name, "ecs-express-gateway-alb-", 8));
    let is_described =
        |text: &str| text.starts_with("Security group for ECS service: arn:") || text.starts_with("ECS Express Gateway security group - ");
    let listener = account.listeners.get(arn);
    let has_shape = listener.is_some_and(|listener| {
        listener.port == 443 && listener.default_action == Action::FixedResponse("404".into()) && has_balancer_name(&listener.load_balancer)
    });
    let by_name = has_balancer_name(arn)
        || has_shape
        || account.rules.get(arn).is_some_and(|rule| !rule.hosts.is_empty() && rule.hosts.iter().all(|host| is_endpoint(host)))
        || account.target_groups.get(arn).is_some_and(|group| is_hex_after(&group.name, "ecs-gateway-tg-", 17))
        || account.certificates.get(arn).is_some_and(|certificate| is_endpoint(&certificate.domain))
        || account.security_groups.get(arn).is_some_and(|group| is_described(&group.description))
        || account.alarms.get(arn).is_some_and(|alarm| alarm.name.ends_with("/RollbackAlarm"));
    by_name || has_tag(account, arn, MANAGED_TAG) || named_by_name_alone(account, arn).is_some_and(|path| is_dead_express(account, &path))
}

/// `CLUSTER/NAME`, of what joins its service by nothing but a name.
fn named_by_name_alone(account: &Account, arn: &Arn) -> Option<String> {
    let of_resource_id = |id: &str| id.strip_prefix("service/").map(str::to_owned);
    let log_group = account.log_groups.get(arn).and_then(|group| {
        let (path, suffix) = group.name.strip_prefix("/aws/ecs/")?.rsplit_once('-')?;
        (is_hex_after(suffix, "", 4) && !path.starts_with("containerinsights/")).then(|| path.to_owned())
    });
    let target = account.scalable_targets.get(arn).and_then(|target| of_resource_id(&target.resource_id));
    let policy = account.scaling_policies.get(arn).and_then(|policy| of_resource_id(&policy.resource_id));
    let alarm = account.alarms.get(arn).and_then(|alarm| {
        let path = alarm.name.strip_prefix("TargetTracking-service/")?;
        path.rfind("-Alarm").map(|end| path[..end].to_owned())
    });
    log_group.or(target).or(policy).or(alarm)
}

fn service<'a>(account: &'a Account, path: &str) -> Option<&'a Service> {
    account.services.get(&account.arn("ecs", &format!("service/{path}")))
}

/// Whether the service is dead and is known to have been Express's: ECS says so, or something that is certainly Express's names it.
fn is_dead_express(account: &Account, path: &str) -> bool {
    match service(account, path) {
        Some(service) => service.status == ServiceStatus::Inactive && is_proven(account, path, service.management),
        None => is_proven(account, path, Management::Customer),
    }
}

fn is_proven(account: &Account, path: &str, management: Management) -> bool {
    let is_tagged = |arn: &Arn| has_tag(account, arn, MANAGED_TAG);
    let named = |arn: &Arn| named_by_name_alone(account, arn).is_some_and(|named| named == path) && is_tagged(arn);
    let service_arn = account.arn("ecs", &format!("service/{path}"));
    let describes = |arn: &Arn| account.security_groups[arn].description == format!("Security group for ECS service: {service_arn}");
    let rollback = account.arn("cloudwatch", &format!("alarm:{path}/RollbackAlarm"));
    management == Management::Ecs
        || account.log_groups.keys().chain(account.scalable_targets.keys()).any(named)
        || account.security_groups.keys().any(|arn| describes(arn) && is_tagged(arn))
        || (account.alarms.contains_key(&rollback) && is_tagged(&rollback))
}

/// A stack declares it, or the load balancer that it is a part of.
fn is_declared(account: &Account, arn: &Arn) -> bool {
    let balancer = account.listeners.get(arn).map(|listener| &listener.load_balancer);
    has_tag(account, arn, STACK_TAG) || balancer.is_some_and(|balancer| has_tag(account, balancer, STACK_TAG))
}

/// What joins its service by name is the living service's of that name, whatever it made of it.
fn is_of_a_living_name(account: &Account, arn: &Arn) -> bool {
    let path = named_by_name_alone(account, arn);
    path.and_then(|path| service(account, &path)).is_some_and(|service| service.status == ServiceStatus::Active)
}

/// What anyone but the suspects uses, and what that needs in turn.
fn needed_from_outside(account: &Account, suspects: &BTreeSet<Arn>) -> BTreeSet<Arn> {
    let mut uses = uses(account);
    // ACM names the load balancer, not the listener, as what uses a certificate.
    let presented = account.listeners.values().flat_map(|l| l.certificates.iter().map(|arn| (l.load_balancer.clone(), arn.clone())));
    uses.extend(presented);
    let is_outside = |user: &Arn| !suspects.contains(user);
    let answers = |user: &Arn| user.starts_with("eni-") || account.services.contains_key(user);
    let mut needed: BTreeSet<Arn> = uses.iter().filter(|(user, _)| is_outside(user)).map(|(_, used)| used.clone()).collect();
    let answered =
        |group: &Arn| account.target_groups.contains_key(group) && uses.iter().any(|(user, used)| used == group && answers(user));
    needed.extend(uses.iter().filter(|(user, used)| !answers(user) && answered(used)).map(|(user, _)| user.clone()));
    needed.extend(account.listeners.iter().filter(|(_, listener)| is_put_to_use(account, listener)).map(|(arn, _)| arn.clone()));
    loop {
        let more: Vec<Arn> =
            uses.iter().filter(|(user, used)| needed.contains(user) && !needed.contains(used)).map(|(_, used)| used.clone()).collect();
        if more.is_empty() {
            return needed;
        }
        needed.extend(more);
    }
}

/// Another default action than the 404, or a certificate that is not Express's.
fn is_put_to_use(account: &Account, listener: &Listener) -> bool {
    let is_foreign = |certificate: &&Arn| !bears_marks(account, certificate) && !owned_by_the_living(account).contains(*certificate);
    listener.default_action != Action::FixedResponse("404".into()) || listener.certificates.iter().any(|arn| is_foreign(&arn))
}
