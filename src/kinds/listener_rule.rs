//! Listener rules: one a service, matching its endpoint's host and forwarding to both of its target groups.
//! A rule for any other host is somebody's custom domain, and keeps the load balancer alive.

use serde::{Deserialize, Serialize};

use super::{Marks, Reference, Relation, is_express_host};
use crate::model::{Arn, AwsCommand, Removal, count_besides};

/// A rule of a listener, Express's or not; the default rule is part of its [`super::Listener`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ListenerRule {
    /// Its ARN.
    pub arn: Arn,
    /// The listener it is on.
    pub listener: Arn,
    /// The hosts it matches.
    pub hosts: Vec<String>,
    /// The target groups it forwards to, whatever their weights.
    pub forwards_to: Vec<Arn>,
    /// Those of them that it gives the weight 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_weight: Vec<Arn>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl ListenerRule {
    /// Whether it looks as Express Mode makes it: for endpoint hosts only. (A rule has no name.)
    #[must_use]
    pub fn has_express_shape(&self) -> bool {
        !self.hosts.is_empty() && self.hosts.iter().all(|host| is_express_host(host, self.arn.region()))
    }

    /// Whether it sends requests to the target group: it forwards there, with a weight.
    #[must_use]
    pub fn sends_to(&self, group: &Arn) -> bool {
        self.forwards_to.contains(group) && !self.without_weight.contains(group)
    }

    /// The listener that a rule of that ARN is on: `…:listener-rule/app/NAME/LB/LISTENER/ID` is on `…:listener/app/NAME/LB/LISTENER`.
    #[must_use]
    pub fn listener_of(rule: &Arn) -> Option<Arn> {
        let (path, _) = rule.as_str().rsplit_once('/')?;
        Arn::parse(&path.replacen(":listener-rule/", ":listener/", 1))
    }

    pub(super) fn spoken_name(&self) -> String {
        match self.hosts.first() {
            Some(host) => host.clone(),
            None => self.arn.last_segment().to_owned(),
        }
    }

    /// Its deletion, unless somebody has made it lead elsewhere.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let arn = self.arn.as_str();
        let described = |of: &str| AwsCommand::new("elbv2", "describe-rules").with("--rule-arns", arn).asking(of);
        let there = described("[Rules][] | length(@)");
        let groups = "[Rules][].Actions[].ForwardConfig.TargetGroups[].TargetGroupArn";
        let elsewhere = described(&format!("{groups} | {}", count_besides(self.forwards_to.iter().map(Arn::as_str))));
        let delete = AwsCommand::new("elbv2", "delete-rule").with("--rule-arn", arn);
        Removal::of(self.arn.region(), there, "RuleNotFound").unless("target group that it did not lead to before", elsewhere).then(delete)
    }

    pub(super) fn references(&self) -> Vec<Reference> {
        let listener = std::iter::once(Reference::new(Relation::OnListener, &self.listener));
        listener.chain(self.forwards_to.iter().map(|g| Reference::new(Relation::ForwardsTo, g))).collect()
    }
}
