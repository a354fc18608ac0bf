//! Elastic Load Balancing. One thing that is gone refuses the whole batch.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, time};
use super::call::Call;
use super::tags;
use crate::aws::{Account, Action, Listener, ListenerRule, LoadBalancer, TargetGroup};

/// Elastic Load Balancing's answer to a call.
pub(super) fn answer(account: &Account, call: &Call) -> Answer {
    match call.operation.as_str() {
        "DescribeLoadBalancers" => {
            let arns = call.list("LoadBalancerArns");
            known("LoadBalancerNotFound", arns.as_deref(), |arn| account.load_balancers.contains_key(arn))?;
            Ok(json!({"LoadBalancers": chosen(&account.load_balancers, arns.as_deref(), load_balancer)}))
        }
        "DescribeTargetGroups" => {
            let arns = call.list("TargetGroupArns");
            known("TargetGroupNotFound", arns.as_deref(), |arn| account.target_groups.contains_key(arn))?;
            Ok(json!({"TargetGroups": chosen(&account.target_groups, arns.as_deref(), |arn, group| target_group(account, arn, group))}))
        }
        "DescribeListeners" => describe_listeners(account, call),
        "DescribeListenerCertificates" => listener_certificates(account, call),
        "DescribeRules" => describe_rules(account, call),
        "DescribeTargetHealth" => target_health(account, call),
        "DescribeTags" => describe_tags(account, call),
        other => Err(Refusal::new("InvalidAction", format!("Could not find operation {other}"))),
    }
}

fn known(code: &str, arns: Option<&[String]>, is_known: impl Fn(&str) -> bool) -> Result<(), Refusal> {
    match arns.unwrap_or_default().iter().find(|arn| !is_known(arn)) {
        Some(arn) => Err(Refusal::new(code, format!("One or more not found: {arn}"))),
        None => Ok(()),
    }
}

fn chosen<T>(all: &std::collections::BTreeMap<String, T>, arns: Option<&[String]>, describe: impl Fn(&str, &T) -> Value) -> Vec<Value> {
    let is_chosen = |arn: &String| arns.is_none_or(|arns| arns.contains(arn));
    all.iter().filter(|(arn, _)| is_chosen(arn)).map(|(arn, item)| describe(arn, item)).collect()
}

fn load_balancer(arn: &str, of: &LoadBalancer) -> Value {
    json!({
        "LoadBalancerArn": arn,
        "LoadBalancerName": of.name,
        "CreatedTime": time(of.created_at),
        "VpcId": of.vpc,
        "Scheme": of.scheme,
        "Type": of.kind,
        "SecurityGroups": of.security_groups,
        "State": {"Code": "active"},
    })
}

fn target_group(account: &Account, arn: &str, of: &TargetGroup) -> Value {
    json!({
        "TargetGroupArn": arn,
        "TargetGroupName": of.name,
        "TargetType": of.target_type,
        "VpcId": of.vpc,
        "Port": of.port,
        "Protocol": "HTTP",
        "LoadBalancerArns": account.balancers_of_target_group(arn),
    })
}

fn describe_listeners(account: &Account, call: &Call) -> Answer {
    let (balancer, arns) = (call.text("LoadBalancerArn"), call.list("ListenerArns"));
    if balancer.is_none() && arns.is_none() {
        return Err(Refusal::new("ValidationError", "You must specify either listener ARNs or a load balancer ARN"));
    }
    known("ListenerNotFound", arns.as_deref(), |arn| account.listeners.contains_key(arn))?;
    if balancer.is_some_and(|arn| !account.load_balancers.contains_key(arn)) {
        return Err(Refusal::new("LoadBalancerNotFound", "Load balancer not found"));
    }
    let on_balancer = |of: &Listener| balancer.is_none_or(|arn| of.load_balancer == arn);
    let listeners = account.listeners.iter().filter(|(arn, of)| arns.as_ref().is_none_or(|arns| arns.contains(arn)) && on_balancer(of));
    Ok(json!({"Listeners": listeners.map(|(arn, of)| listener(arn, of)).collect::<Vec<_>>()}))
}

/// A listener shows its default certificate only.
fn listener(arn: &str, of: &Listener) -> Value {
    json!({
        "ListenerArn": arn,
        "LoadBalancerArn": of.load_balancer,
        "Port": of.port,
        "Protocol": of.protocol,
        "Certificates": of.certificates.iter().take(1).map(|arn| json!({"CertificateArn": arn})).collect::<Vec<_>>(),
        "DefaultActions": [action(&of.default_action)],
    })
}

fn listener_certificates(account: &Account, call: &Call) -> Answer {
    let listener = existing_listener(account, call)?;
    let certificates = listener.certificates.iter().enumerate().map(|(n, arn)| json!({"CertificateArn": arn, "IsDefault": n == 0}));
    Ok(json!({"Certificates": certificates.collect::<Vec<_>>()}))
}

fn existing_listener<'a>(account: &'a Account, call: &Call) -> Result<&'a Listener, Refusal> {
    let arn = call.text("ListenerArn").unwrap_or_default();
    account.listeners.get(arn).ok_or_else(|| Refusal::new("ListenerNotFound", "One or more listeners not found"))
}

fn describe_rules(account: &Account, call: &Call) -> Answer {
    let arns = call.list("RuleArns");
    known("RuleNotFound", arns.as_deref(), |arn| account.rules.contains_key(arn))?;
    if arns.is_some() {
        return Ok(json!({"Rules": chosen(&account.rules, arns.as_deref(), rule)}));
    }
    let of_listener = existing_listener(account, call)?;
    let listener = call.text("ListenerArn").unwrap_or_default();
    let mut rules: Vec<Value> = account.rules.iter().filter(|(_, of)| of.listener == listener).map(|(arn, of)| rule(arn, of)).collect();
    let default = format!("{}/ffffffffffffffff", listener.replacen(":listener/", ":listener-rule/", 1));
    rules.push(json!({"RuleArn": default, "Priority": "default", "IsDefault": true, "Actions": [action(&of_listener.default_action)]}));
    Ok(json!({"Rules": rules}))
}

fn rule(arn: &str, of: &ListenerRule) -> Value {
    let hosts = json!({"Field": "host-header", "Values": of.hosts, "HostHeaderConfig": {"Values": of.hosts}});
    let paths = json!({"Field": "path-pattern", "Values": of.paths, "PathPatternConfig": {"Values": of.paths}});
    let conditions = [(!of.hosts.is_empty()).then_some(hosts), (!of.paths.is_empty()).then_some(paths)];
    json!({
        "RuleArn": arn,
        "Priority": of.priority.to_string(),
        "IsDefault": false,
        "Conditions": conditions.into_iter().flatten().collect::<Vec<_>>(),
        "Actions": [action(&of.action)],
    })
}

fn action(of: &Action) -> Value {
    match of {
        Action::FixedResponse(status) => {
            json!({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain"}})
        }
        Action::Redirect(host) => json!({"Type": "redirect", "RedirectConfig": {"Host": host, "StatusCode": "HTTP_301"}}),
        Action::Forward(groups) => {
            let only = if let [(arn, _)] = groups.as_slice() { Some(arn) } else { None };
            let groups = groups.iter().map(|(arn, weight)| json!({"TargetGroupArn": arn, "Weight": weight}));
            json!({"Type": "forward", "TargetGroupArn": only, "ForwardConfig": {"TargetGroups": groups.collect::<Vec<_>>()}})
        }
    }
}

fn target_health(account: &Account, call: &Call) -> Answer {
    let arn = call.text("TargetGroupArn").unwrap_or_default();
    let group = account.target_groups.get(arn).ok_or_else(|| Refusal::new("TargetGroupNotFound", "Target group not found"))?;
    let targets = group.targets.iter().map(|id| json!({"Target": {"Id": id, "Port": group.port}, "TargetHealth": {"State": "healthy"}}));
    Ok(json!({"TargetHealthDescriptions": targets.collect::<Vec<_>>()}))
}

fn describe_tags(account: &Account, call: &Call) -> Answer {
    let mut descriptions = Vec::new();
    for arn in call.list("ResourceArns").unwrap_or_default() {
        let kind = arn.rsplit(':').next().and_then(|resource| resource.split('/').next()).unwrap_or_default();
        let code = match kind {
            "targetgroup" => "TargetGroupNotFound",
            "listener" => "ListenerNotFound",
            "listener-rule" => "RuleNotFound",
            _ => "LoadBalancerNotFound",
        };
        let found = account.tags(&arn).ok_or_else(|| Refusal::new(code, format!("not found: {arn}")))?;
        descriptions.push(json!({"ResourceArn": arn, "Tags": tags::pairs(found, "Key", "Value")}));
    }
    Ok(json!({"TagDescriptions": descriptions}))
}
