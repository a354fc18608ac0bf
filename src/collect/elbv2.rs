//! Elastic Load Balancing: load balancers, listeners, rules, certificates of listeners, target groups, targets, tags.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::ecs_facts::time;
use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, side_by_side, whole};
use crate::inventory::Collection;
use crate::kinds::{DefaultAction, Listener, ListenerRule, LoadBalancer, Marks, TargetGroup, security_group_arn};
use crate::model::{Arn, Cause, Scope};

/// Lists the load balancers of the scope.
pub(super) async fn load_balancers(elb: &Client, scope: &Scope) -> Harvest<LoadBalancer> {
    read_all(Collection::LoadBalancers, "", |token| async move {
        let page = elb.describe_load_balancers().page_size(400).set_marker(token).send().await?;
        Ok(Page::new(whole(page.load_balancers().iter().map(|b| load_balancer(scope, b)))?, page.next_marker()))
    })
    .await
}

/// Describes load balancers by ARN; those that are gone are left out.
pub(super) async fn load_balancers_again(elb: &Client, scope: &Scope, arns: Vec<Arn>) -> Again<LoadBalancer> {
    describe_again(Collection::LoadBalancers, arns, |chunk, token| async move {
        let page = elb.describe_load_balancers().set_load_balancer_arns(Some(chunk)).set_marker(token).send().await?;
        Ok(Page::new(whole(page.load_balancers().iter().map(|b| load_balancer(scope, b)))?, page.next_marker()))
    })
    .await
}

/// Lists the target groups of the scope.
pub(super) async fn target_groups(elb: &Client) -> Harvest<TargetGroup> {
    read_all(Collection::TargetGroups, "", |token| async move {
        let page = elb.describe_target_groups().page_size(400).set_marker(token).send().await?;
        Ok(Page::new(whole(page.target_groups().iter().map(target_group))?, page.next_marker()))
    })
    .await
}

/// Describes target groups by ARN; those that are gone are left out.
pub(super) async fn target_groups_again(elb: &Client, arns: Vec<Arn>) -> Again<TargetGroup> {
    describe_again(Collection::TargetGroups, arns, |chunk, token| async move {
        let page = elb.describe_target_groups().set_target_group_arns(Some(chunk)).set_marker(token).send().await?;
        Ok(Page::new(whole(page.target_groups().iter().map(target_group))?, page.next_marker()))
    })
    .await
}

/// Lists the listeners of some load balancers, each with its first certificate only.
pub(super) async fn listeners(elb: &Client, balancers: &[Arn]) -> Harvest<Listener> {
    side_by_side(balancers, |balancer| async move {
        read_all(Collection::Listeners, balancer.as_str(), |token| async move {
            let request = elb.describe_listeners().load_balancer_arn(balancer.as_str()).page_size(400);
            let page = request.set_marker(token).send().await?;
            Ok(Page::new(whole(page.listeners().iter().map(listener))?, page.next_marker()))
        })
        .await
    })
    .await
}

/// The listeners with all of their certificates.
pub(super) async fn with_all_certificates(elb: &Client, listeners: Vec<Listener>) -> Harvest<Listener> {
    side_by_side(listeners, |listener| with_certificates(elb, listener)).await
}

async fn with_certificates(elb: &Client, mut listener: Listener) -> Harvest<Listener> {
    let arn = listener.arn.clone();
    if matches!(listener.protocol.as_deref(), Some("HTTP" | "TCP" | "UDP" | "TCP_UDP" | "GENEVE" | "QUIC" | "TCP_QUIC")) {
        return Harvest { items: vec![listener], reads: vec![(Collection::ListenerCertificates, arn.to_string())], gaps: Vec::new() };
    }
    let read = read_all(Collection::ListenerCertificates, arn.as_str(), |token| {
        let request = elb.describe_listener_certificates().listener_arn(arn.as_str()).page_size(400).set_marker(token);
        async move {
            let page = request.send().await?;
            let arns = page.certificates().iter().map(|certificate| Arn::parse(certificate.certificate_arn()?));
            Ok(Page::new(whole(arns)?, page.next_marker()))
        }
    })
    .await;
    listener.certificates.extend(read.items);
    listener.certificates.sort();
    listener.certificates.dedup();
    Harvest { items: vec![listener], reads: read.reads, gaps: read.gaps }
}

/// Lists the rules of some listeners, but for the default ones. A listener of a Network Load Balancer has none.
pub(super) async fn rules(elb: &Client, listeners: &[Arn]) -> Harvest<ListenerRule> {
    side_by_side(listeners, |listener| async move {
        if !listener.resource().starts_with("listener/app/") {
            return Harvest { reads: vec![(Collection::Rules, listener.to_string())], ..Harvest::default() };
        }
        read_all(Collection::Rules, listener.as_str(), |token| async move {
            let page = elb.describe_rules().listener_arn(listener.as_str()).page_size(400).set_marker(token).send().await?;
            let rules = page.rules().iter().filter(|rule| rule.is_default() != Some(true));
            Ok(Page::new(whole(rules.map(|rule| listener_rule(listener, rule)))?, page.next_marker()))
        })
        .await
    })
    .await
}

/// Describes listeners by ARN; those that are gone are left out.
pub(super) async fn listeners_again(elb: &Client, arns: Vec<Arn>) -> Again<Listener> {
    describe_again(Collection::Listeners, arns, |chunk, token| async move {
        let page = elb.describe_listeners().set_listener_arns(Some(chunk)).set_marker(token).send().await?;
        Ok(Page::new(whole(page.listeners().iter().map(listener))?, page.next_marker()))
    })
    .await
}

/// Describes rules by ARN; those that are gone are left out.
pub(super) async fn rules_again(elb: &Client, arns: Vec<Arn>) -> Again<ListenerRule> {
    describe_again(Collection::Rules, arns, |chunk, token| async move {
        let page = elb.describe_rules().set_rule_arns(Some(chunk)).set_marker(token).send().await?;
        let rule = |rule: &sdk::Rule| listener_rule(&ListenerRule::listener_of(&Arn::parse(rule.rule_arn()?)?)?, rule);
        Ok(Page::new(whole(page.rules().iter().map(rule))?, page.next_marker()))
    })
    .await
}

/// The ids of the registered targets of some target groups, each with its group's ARN.
pub(super) async fn targets(elb: &Client, groups: &[Arn]) -> Harvest<(Arn, Vec<String>)> {
    side_by_side(groups, |group| async move {
        let answer = elb.describe_target_health().target_group_arn(group.as_str()).send().await;
        let mut harvest = Harvest::default();
        match answer.map_err(Failure::from) {
            Ok(health) => {
                let targets = whole(health.target_health_descriptions().iter().map(|d| d.target()?.id().map(str::to_owned)));
                let read = targets.map(|targets| harvest.items.push((group.clone(), targets)));
                harvest.note(Collection::Targets, group.as_str(), read);
            }
            Err(failure) if failure.is_not_found() => harvest.note(Collection::Targets, group.as_str(), Ok(())),
            Err(failure) => harvest.note(Collection::Targets, group.as_str(), Err(failure)),
        }
        harvest
    })
    .await
}

/// The marks of some resources, each with its ARN, from the API's own tags.
pub(super) async fn tags(elb: &Client, arns: Vec<Arn>, wanted: &BTreeSet<String>) -> Harvest<(Arn, Marks)> {
    let again = describe_again(Collection::Tags, arns, |chunk, _| async move {
        let answer = elb.describe_tags().set_resource_arns(Some(chunk)).send().await?;
        let marks = |d: &sdk::TagDescription| {
            let pairs = d.tags().iter().map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default()));
            Some((Arn::parse(d.resource_arn()?)?, Marks::from_tags(pairs, wanted)))
        };
        Ok(Page::new(whole(answer.tag_descriptions().iter().map(marks))?, None))
    })
    .await;
    Harvest { reads: again.asked.iter().map(|arn| (Collection::Tags, arn.to_string())).collect(), items: again.found, gaps: again.gaps }
}

/// What describing things again by their ARNs brought.
pub(super) struct Again<T> {
    /// The ARNs about which AWS answered: found or gone.
    pub asked: Vec<Arn>,
    /// What was found.
    pub found: Vec<T>,
    /// What was not answered.
    pub gaps: Vec<crate::model::Gap>,
}

/// Describes by ARN, 20 a call. One ARN that is gone fails the whole call, so such a batch is halved until the gone one stands alone.
async fn describe_again<T, F, R>(collection: Collection, arns: Vec<Arn>, call: F) -> Again<T>
where
    F: Fn(Vec<String>, Option<String>) -> R,
    R: Future<Output = Result<Page<T>, Failure>>,
{
    let mut again = Again { asked: Vec::new(), found: Vec::new(), gaps: Vec::new() };
    let mut batches: Vec<Vec<Arn>> = arns.chunks(20).map(<[Arn]>::to_vec).collect();
    while let Some(batch) = batches.pop() {
        let asked: Vec<String> = batch.iter().map(Arn::to_string).collect();
        match pages(asked.len(), |token| call(asked.clone(), token)).await {
            Ok(found) => {
                again.found.extend(found);
                again.asked.extend(batch);
            }
            Err(failure) if failure.is_not_found() && batch.len() > 1 => {
                let (left, right) = batch.split_at(batch.len() / 2);
                batches.extend([left.to_vec(), right.to_vec()]);
            }
            Err(failure) if failure.is_not_found() => again.asked.extend(batch),
            Err(failure) => again.gaps.extend(batch.iter().map(|arn| failure.gap(collection, arn.as_str()))),
        }
    }
    again
}

/// All pages of one answer; there are no more than things were asked for.
async fn pages<T, R>(most: usize, mut page: impl FnMut(Option<String>) -> R) -> Result<Vec<T>, Failure>
where
    R: Future<Output = Result<Page<T>, Failure>>,
{
    let Page { mut items, mut next } = page(None).await?;
    for _ in 0..most {
        let Some(token) = next else { break };
        let following = page(Some(token)).await?;
        items.extend(following.items);
        next = following.next;
    }
    if next.is_none() { Ok(items) } else { Err(Failure::new(Cause::Malformed)) }
}

fn load_balancer(scope: &Scope, of: &sdk::LoadBalancer) -> Option<LoadBalancer> {
    Some(LoadBalancer {
        arn: of.load_balancer_arn().and_then(Arn::parse)?,
        name: of.load_balancer_name().unwrap_or_default().to_owned(),
        created_at: time(of.created_time()),
        vpc: of.vpc_id().map(str::to_owned),
        scheme: of.scheme().map(|scheme| scheme.as_str().to_owned()),
        security_groups: of.security_groups().iter().map(|id| security_group_arn(scope, id)).collect(),
        marks: Marks::default(),
    })
}

fn target_group(of: &sdk::TargetGroup) -> Option<TargetGroup> {
    Some(TargetGroup {
        arn: of.target_group_arn().and_then(Arn::parse)?,
        name: of.target_group_name().unwrap_or_default().to_owned(),
        vpc: of.vpc_id().map(str::to_owned),
        target_type: of.target_type().map(|kind| kind.as_str().to_owned()),
        load_balancers: of.load_balancer_arns().iter().filter_map(|arn| Arn::parse(arn)).collect(),
        targets: Vec::new(),
        marks: Marks::default(),
    })
}

fn listener(of: &sdk::Listener) -> Option<Listener> {
    let certificates = of.certificates().iter().filter_map(|certificate| Arn::parse(certificate.certificate_arn()?));
    Some(Listener {
        arn: of.listener_arn().and_then(Arn::parse)?,
        load_balancer: of.load_balancer_arn().and_then(Arn::parse)?,
        port: of.port().and_then(|port| u16::try_from(port).ok()),
        protocol: of.protocol().map(|protocol| protocol.as_str().to_owned()),
        default_action: default_action(of.default_actions()),
        forwards_to: forwards_to(of.default_actions()),
        certificates: certificates.collect(),
        marks: Marks::default(),
    })
}

fn default_action(actions: &[sdk::Action]) -> DefaultAction {
    let is_404 = |action: &sdk::Action| action.fixed_response_config().is_some_and(|fixed| fixed.status_code() == Some("404"));
    if matches!(actions, [only] if is_404(only)) { DefaultAction::NotFound } else { DefaultAction::Other }
}

fn listener_rule(listener: &Arn, of: &sdk::Rule) -> Option<ListenerRule> {
    let of_host = |condition: &&sdk::RuleCondition| condition.field() == Some("host-header");
    let values = |c: &sdk::RuleCondition| c.host_header_config().map_or(c.values(), |config| config.values()).to_vec();
    let mut hosts: Vec<String> = of.conditions().iter().filter(of_host).flat_map(values).collect();
    hosts.sort();
    hosts.dedup();
    Some(ListenerRule {
        arn: of.rule_arn().and_then(Arn::parse)?,
        listener: listener.clone(),
        hosts,
        forwards_to: forwards_to(of.actions()),
        without_weight: without_weight(of.actions()),
        marks: Marks::default(),
    })
}

/// The target groups to which no action gives any weight. Elastic Load Balancing takes a weight that is not given for 1.
fn without_weight(actions: &[sdk::Action]) -> Vec<Arn> {
    let tuples = actions.iter().filter_map(|action| Some(action.forward_config()?.target_groups())).flatten();
    let weighted: BTreeSet<&str> = tuples.clone().filter(|t| t.weight() != Some(0)).filter_map(|t| t.target_group_arn()).collect();
    let mut arns: Vec<Arn> =
        tuples.filter_map(|t| t.target_group_arn()).filter(|arn| !weighted.contains(arn)).filter_map(Arn::parse).collect();
    arns.sort();
    arns.dedup();
    arns
}

fn forwards_to(actions: &[sdk::Action]) -> Vec<Arn> {
    let weighted = |action: &sdk::Action| action.forward_config().map(|config| config.target_groups().to_vec()).unwrap_or_default();
    let of_weights = actions.iter().flat_map(weighted).filter_map(|tuple| Arn::parse(tuple.target_group_arn()?));
    let direct = actions.iter().filter_map(|action| Arn::parse(action.target_group_arn()?));
    let mut arns: Vec<Arn> = direct.chain(of_weights).collect();
    arns.sort();
    arns.dedup();
    arns
}
