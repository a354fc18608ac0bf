//! CloudWatch: metric and composite alarms.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{AlarmType, CompositeAlarm, Dimension, MetricAlarm};

use super::ecs_facts::time;
use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, side_by_side, whole};
use crate::inventory::Collection;
use crate::kinds::{Alarm, Marks};
use crate::model::{Arn, Scope};

/// Lists all alarms of the scope. (With a permission narrower than `*`, CloudWatch silently leaves composite ones out.)
pub(super) async fn alarms(cloudwatch: &Client, scope: &Scope) -> Harvest<Alarm> {
    read_all(Collection::Alarms, "", |token| describe(cloudwatch, scope, None, token)).await
}

/// Describes alarms by name, 100 a call; those that are gone are left out.
pub(super) async fn alarms_again(cloudwatch: &Client, scope: &Scope, names: &[String]) -> Harvest<Alarm> {
    side_by_side(names.chunks(100), |chunk| async move {
        let mut harvest =
            read_all(Collection::Alarms, &chunk.join(", "), |token| describe(cloudwatch, scope, Some(chunk.to_vec()), token)).await;
        harvest.reads.clear();
        harvest
    })
    .await
}

async fn describe(cloudwatch: &Client, scope: &Scope, names: Option<Vec<String>>, token: Option<String>) -> Result<Page<Alarm>, Failure> {
    let request = cloudwatch.describe_alarms().alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
    let page = request.set_alarm_names(names).max_records(100).set_next_token(token).send().await?;
    let metric = page.metric_alarms().iter().map(|alarm| metric_alarm(scope, alarm));
    let both = metric.chain(page.composite_alarms().iter().map(|alarm| composite_alarm(scope, alarm)));
    Ok(Page::new(whole(both)?, page.next_token()))
}

/// The marks of some alarms, each with its ARN.
pub(super) async fn tags(cloudwatch: &Client, arns: &[Arn], wanted: &BTreeSet<String>) -> Harvest<(Arn, Marks)> {
    side_by_side(arns, |arn| async move {
        let answer = cloudwatch.list_tags_for_resource().resource_arn(arn.as_str()).send().await;
        super::marks::harvest(
            arn,
            "cloudwatch:ListTagsForResource",
            answer.map_err(Failure::from).map(|answer| {
                Marks::from_tags(answer.tags().iter().map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default())), wanted)
            }),
        )
    })
    .await
}

fn metric_alarm(scope: &Scope, of: &MetricAlarm) -> Option<Alarm> {
    let of_metrics = of.metrics().iter().filter_map(|query| Some(query.metric_stat()?.metric()?.dimensions())).flatten();
    let mut watches: Vec<Arn> = of.dimensions().iter().chain(of_metrics).filter_map(|d| watched(scope, d)).collect();
    watches.sort();
    watches.dedup();
    Some(Alarm {
        arn: of.alarm_arn().and_then(Arn::parse)?,
        name: of.alarm_name()?.to_owned(),
        configured_at: time(of.alarm_configuration_updated_timestamp()),
        watches,
        // An alarm on one metric has no list of them.
        metrics: Some(of.metrics().iter().filter(|query| query.metric_stat().is_some()).count().max(1)),
        made_of: Vec::new(),
        marks: Marks::default(),
    })
}

/// Load balancing's metrics name `app/NAME/ID` and `targetgroup/NAME/ID`.
fn watched(scope: &Scope, dimension: &Dimension) -> Option<Arn> {
    let value = dimension.value()?;
    match dimension.name()? {
        "LoadBalancer" => Some(Arn::new(scope, "elasticloadbalancing", &format!("loadbalancer/{value}"))),
        "TargetGroup" => Some(Arn::new(scope, "elasticloadbalancing", value)),
        _ => None,
    }
}

fn composite_alarm(scope: &Scope, of: &CompositeAlarm) -> Option<Alarm> {
    Some(Alarm {
        arn: of.alarm_arn().and_then(Arn::parse)?,
        name: of.alarm_name()?.to_owned(),
        configured_at: time(of.alarm_configuration_updated_timestamp()),
        watches: Vec::new(),
        metrics: None,
        made_of: named_in_rule(scope, of.alarm_rule().unwrap_or_default()),
        marks: Marks::default(),
    })
}

/// The alarms that a composite alarm's rule names, by name or ARN, quoted or not: `ALARM("a/b") OR OK(arn:…)`.
fn named_in_rule(scope: &Scope, rule: &str) -> Vec<Arn> {
    let arguments = rule.split('(').skip(1).filter_map(|rest| rest.split(')').next());
    let names = arguments.map(|argument| argument.trim().trim_matches(['"', '\'']).trim()).filter(|name| !name.is_empty());
    names
        .filter_map(|name| Arn::parse(name).or_else(|| Arn::parse(Arn::new(scope, "cloudwatch", &format!("alarm:{name}")).as_str())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_its_alarms() {
        let scope = Scope { partition: "aws".into(), account: "123456789012".into(), region: "us-east-1".into() };
        let arn = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:prod/web/RollbackAlarm";
        let rule = format!("(ALARM(\"prod/web/RollbackAlarm\") OR NOT OK( other alarm )) AND INSUFFICIENT_DATA({arn})");
        let named: Vec<_> = named_in_rule(&scope, &rule).iter().map(|arn| arn.last_segment().to_owned()).collect();
        assert!(named.contains(&"RollbackAlarm".to_owned()), "{named:?}");
        assert!(named_in_rule(&scope, &rule).iter().any(|named| named.as_str() == arn));
        assert!(named_in_rule(&scope, &rule).iter().any(|named| named.as_str().ends_with("alarm:other alarm")));
        assert!(named_in_rule(&scope, "TRUE").is_empty());
    }
}
