//! Alarms: a rollback alarm per service, and two that Application Auto Scaling makes for its policy.
//! The rollback alarm's metrics name the service's target groups and load balancer, which ties those to the service.

use serde::{Deserialize, Serialize};

use super::{Marks, Reference, Relation, ServiceName};
use crate::model::{Arn, AwsCommand, Cost, PriceItem, Prices, Removal, Timestamp};

/// A metric or composite alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Alarm {
    /// Its ARN.
    pub arn: Arn,
    /// Its name; Express gives `<cluster>/<service>/RollbackAlarm`.
    pub name: String,
    /// When it was last configured; ECS rewrites it at every deployment.
    pub configured_at: Option<Timestamp>,
    /// The load balancers and target groups in its metrics' dimensions. It watches them; they do not need it, nor it them.
    pub watches: Vec<Arn>,
    /// How many metrics it watches; `None` for a composite alarm, and where that was not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<usize>,
    /// For a composite alarm: the alarms it is made of.
    #[serde(default)]
    pub made_of: Vec<Arn>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl Alarm {
    /// Whether it is named as Express names the alarm that rolls a deployment back.
    #[must_use]
    pub fn is_rollback_alarm(&self) -> bool {
        self.name.strip_suffix("/RollbackAlarm").and_then(ServiceName::of_path).is_some()
    }

    /// Whether it is named as Application Auto Scaling names the alarms of a target-tracking policy of an ECS service.
    #[must_use]
    pub fn is_target_tracking(&self) -> bool {
        target_tracking_service(&self.name).is_some()
    }

    /// The service that its name names.
    #[must_use]
    pub fn named_service(&self) -> Option<ServiceName> {
        let rollback = self.name.strip_suffix("/RollbackAlarm").and_then(ServiceName::of_path);
        rollback.or_else(|| target_tracking_service(&self.name))
    }

    /// What it costs: so much a metric. Of a composite alarm that is not known.
    #[must_use]
    pub fn cost(&self, prices: &Prices) -> Option<Cost> {
        let is_composite = !self.made_of.is_empty();
        if is_composite {
            return None;
        }
        let quote = prices.of(PriceItem::AlarmMetricMonth, self.arn.region())?;
        let metrics = self.metrics.unwrap_or(1) as u64;
        let basis = match self.metrics {
            Some(1) => format!("1 alarm metric at {quote}"),
            Some(metrics) => format!("{metrics} alarm metrics at {quote}"),
            None => format!("at least: 1 alarm metric at {quote}; how many it watches was not read"),
        };
        Some(Cost { monthly: quote.price.usd.times(metrics), basis: format!("{basis}; the first 10 of an account may be free") })
    }

    /// Its deletion, which AWS refuses while a composite alarm is made of it.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let described = |option, of: &str| AwsCommand::new("cloudwatch", "describe-alarms").with(option, &self.name).asking(of);
        let there = described("--alarm-names", "[MetricAlarms, CompositeAlarms][] | length(@)");
        let parents = described("--parents-of-alarm-name", "[CompositeAlarms][] | length(@)");
        let delete = AwsCommand::new("cloudwatch", "delete-alarms").with("--alarm-names", &self.name);
        Removal::of(self.arn.region(), there, "ResourceNotFound").unless("composite alarm made of it", parents).then(delete)
    }

    pub(super) fn references(&self) -> Vec<Reference> {
        self.made_of.iter().map(|alarm| Reference::new(Relation::MadeOfAlarm, alarm)).collect()
    }
}

/// Reads `TargetTracking-service/<cluster>/<service>-Alarm{High,Low}-<uuid>`.
fn target_tracking_service(name: &str) -> Option<ServiceName> {
    let path = name.strip_prefix("TargetTracking-service/")?;
    let end = path.rfind("-AlarmHigh-").or_else(|| path.rfind("-AlarmLow-"))?;
    ServiceName::of_path(&path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Alarm {
        let arn = Arn::parse("arn:aws:cloudwatch:us-east-1:123456789012:alarm:x").expect("an ARN");
        Alarm { arn, name: name.into(), configured_at: None, watches: vec![], metrics: None, made_of: vec![], marks: Marks::default() }
    }

    #[test]
    fn both_kinds_of_names_give_the_service() {
        let web = Some(ServiceName { cluster: "prod".into(), name: "web-AlarmLow-x".into() });
        assert_eq!(named("prod/web-AlarmLow-x/RollbackAlarm").named_service(), web);
        assert_eq!(named("TargetTracking-service/prod/web-AlarmLow-x-AlarmHigh-0a-1b").named_service(), web);
    }

    #[test]
    fn other_names_give_none() {
        for other in
            ["RollbackAlarm", "web/RollbackAlarm", "a/b/c/RollbackAlarm", "TargetTracking-table/x-AlarmHigh-1", "prod/web/rollbackalarm"]
        {
            assert_eq!(named(other).named_service(), None, "{other}");
        }
    }
}
