//! ACM, CloudWatch, CloudWatch Logs, Application Auto Scaling, STS: few operations each.

use serde_json::{Value, json};

use super::answer::{Answer, Refusal, time};
use super::call::Call;
use super::tags;
use crate::aws::{Account, Alarm, AlarmKind, Tags};

/// ACM's answer to a call.
pub(super) fn acm(account: &Account, call: &Call) -> Answer {
    if call.operation == "ListCertificates" {
        return Ok(json!({"CertificateSummaryList": certificates(account, call)}));
    }
    let arn = call.text("CertificateArn").unwrap_or_default();
    let of = account.certificates.get(arn).ok_or_else(|| gone(arn))?;
    match call.operation.as_str() {
        "DescribeCertificate" => {
            Ok(json!({"Certificate": {"CertificateArn": arn, "DomainName": of.domain, "InUseBy": account.uses_of_certificate(arn)}}))
        }
        "ListTagsForCertificate" => Ok(json!({"Tags": tags::pairs(&of.tags, "Key", "Value")})),
        other => Err(unknown(other)),
    }
}

/// Only RSA keys of 1024 and 2048 bits are listed unless other key types are asked for.
fn certificates(account: &Account, call: &Call) -> Vec<Value> {
    let asked = call.input["Includes"]["keyTypes"].as_array().cloned();
    let key_types = asked.unwrap_or_else(|| vec![json!("RSA_1024"), json!("RSA_2048")]);
    let listed = account.certificates.iter().filter(|(_, of)| key_types.iter().any(|key_type| *key_type == of.key_type.as_str()));
    let summary = listed.map(|(arn, of)| {
        json!({
            "CertificateArn": arn,
            "DomainName": of.domain,
            "KeyAlgorithm": of.key_type,
            "CreatedAt": time(of.created_at),
            "InUse": !account.uses_of_certificate(arn).is_empty(),
        })
    });
    summary.collect()
}

/// CloudWatch's answer to a call. Composite alarms must be asked for.
pub(super) fn cloudwatch(account: &Account, call: &Call) -> Answer {
    if call.operation == "ListTagsForResource" {
        let arn = call.text("ResourceARN").unwrap_or_default();
        let of = account.alarms.get(arn).ok_or_else(|| gone(arn))?;
        return Ok(json!({"Tags": tags::pairs(&of.tags, "Key", "Value")}));
    }
    if call.operation != "DescribeAlarms" {
        return Err(unknown(&call.operation));
    }
    let types = call.list("AlarmTypes").unwrap_or_else(|| vec!["MetricAlarm".to_owned()]);
    let names = call.list("AlarmNames");
    let (mut metric, mut composite) = (Vec::new(), Vec::new());
    for (arn, of) in account.alarms.iter().filter(|(_, of)| names.as_ref().is_none_or(|names| names.contains(&of.name))) {
        match &of.kind {
            AlarmKind::Metric { metrics } => metric.push(metric_alarm(arn, of, metrics)),
            AlarmKind::Composite { rule } => composite.push(json!({
                "AlarmArn": arn,
                "AlarmName": of.name,
                "AlarmRule": rule,
                "AlarmConfigurationUpdatedTimestamp": time(of.configured_at),
            })),
        }
    }
    let are_asked_for = |kind: &str| types.iter().any(|asked| asked == kind);
    metric.retain(|_| are_asked_for("MetricAlarm"));
    composite.retain(|_| are_asked_for("CompositeAlarm"));
    Ok(json!({"MetricAlarms": metric, "CompositeAlarms": composite}))
}

/// An alarm on one metric shows its dimensions; one on several, the metrics.
fn metric_alarm(arn: &str, of: &Alarm, metrics: &[Vec<(String, String)>]) -> Value {
    let dimensions =
        |pairs: &Vec<(String, String)>| -> Vec<Value> { pairs.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect() };
    let query = |(n, pairs): (usize, &Vec<(String, String)>)| {
        let metric = json!({"Namespace": "AWS/ApplicationELB", "MetricName": "RequestCount", "Dimensions": dimensions(pairs)});
        json!({"Id": format!("m{n}"), "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}})
    };
    let (own, queries) = match metrics {
        [only] => (Some(dimensions(only)), None),
        several => (None, Some(several.iter().enumerate().map(query).collect::<Vec<_>>())),
    };
    json!({
        "AlarmArn": arn,
        "AlarmName": of.name,
        "AlarmConfigurationUpdatedTimestamp": time(of.configured_at),
        "Dimensions": own,
        "Metrics": queries,
    })
}

/// CloudWatch Logs' answer to a call.
pub(super) fn logs(account: &Account, call: &Call) -> Answer {
    match call.operation.as_str() {
        "DescribeLogGroups" => {
            let prefix = call.text("logGroupNamePrefix").unwrap_or_default();
            let groups = account.log_groups.iter().filter(|(_, of)| of.name.starts_with(prefix)).map(|(arn, of)| {
                let millis = of.created_at * 1000;
                json!({"logGroupName": of.name, "logGroupArn": arn, "arn": format!("{arn}:*"), "creationTime": millis})
            });
            Ok(json!({"logGroups": groups.collect::<Vec<_>>()}))
        }
        "ListTagsForResource" => {
            let arn = call.text("resourceArn").unwrap_or_default();
            account.log_groups.get(arn).map(|of| json!({"tags": of.tags})).ok_or_else(|| gone(arn))
        }
        other => Err(unknown(other)),
    }
}

/// Application Auto Scaling's answer to a call.
pub(super) fn scaling(account: &Account, call: &Call) -> Answer {
    match call.operation.as_str() {
        "DescribeScalableTargets" => {
            let ids = call.list("ResourceIds");
            let chosen = account.scalable_targets.iter().filter(|(_, of)| ids.as_ref().is_none_or(|ids| ids.contains(&of.resource_id)));
            let targets = chosen.map(|(arn, of)| scaled(&of.resource_id, of.created_at, json!({"ScalableTargetARN": arn, "MinCapacity": 1, "MaxCapacity": 20, "RoleARN": "arn:aws:iam::123456789012:role/scaling"})));
            Ok(json!({"ScalableTargets": targets.collect::<Vec<_>>()}))
        }
        "DescribeScalingPolicies" => Ok(json!({"ScalingPolicies": policies(account, call)})),
        "ListTagsForResource" => {
            let arn = call.text("ResourceARN").unwrap_or_default();
            let tags: &Tags = account.scalable_targets.get(arn).map(|of| &of.tags).ok_or_else(|| gone(arn))?;
            Ok(json!({"Tags": tags}))
        }
        other => Err(unknown(other)),
    }
}

fn policies(account: &Account, call: &Call) -> Vec<Value> {
    let id = call.text("ResourceId");
    let chosen = account.scaling_policies.iter().filter(|(_, of)| id.is_none_or(|id| of.resource_id == id));
    let policy = chosen.map(|(arn, of)| {
        let named = of.alarms.iter().map(|arn| {
            let name = account.alarms.get(arn).map_or("unknown", |alarm| alarm.name.as_str());
            json!({"AlarmARN": arn, "AlarmName": name})
        });
        let alarms = named.collect::<Vec<_>>();
        let own = json!({"PolicyARN": arn, "PolicyName": of.name, "PolicyType": "TargetTrackingScaling", "Alarms": alarms});
        scaled(&of.resource_id, of.created_at, own)
    });
    policy.collect()
}

fn scaled(resource_id: &str, created_at: i64, mut own: Value) -> Value {
    own["ServiceNamespace"] = json!("ecs");
    own["ScalableDimension"] = json!("ecs:service:DesiredCount");
    own["ResourceId"] = json!(resource_id);
    own["CreationTime"] = time(created_at);
    own
}

/// STS's answer to a call.
pub(super) fn sts(account: &Account, call: &Call) -> Answer {
    let arn = format!("arn:aws:iam::{}:user/auditor", account.id);
    match call.operation.as_str() {
        "GetCallerIdentity" => Ok(json!({"Account": account.id, "Arn": arn, "UserId": "AIDA"})),
        other => Err(unknown(other)),
    }
}

fn gone(arn: &str) -> Refusal {
    Refusal::new("ResourceNotFoundException", format!("Could not find {arn}"))
}

fn unknown(operation: &str) -> Refusal {
    Refusal::new("UnknownOperationException", format!("there is no operation {operation}"))
}
