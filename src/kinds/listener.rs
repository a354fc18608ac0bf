//! HTTPS listeners: one a load balancer, on port 443, answering 404 to whatever no rule matches.
//! A listener with another default action, or with a certificate of somebody else's, is in use by them.

use serde::{Deserialize, Serialize};

use super::{Marks, Reference, Relation};
use crate::model::{Arn, AwsCommand, Removal, count_besides};

/// What a listener does with a request that no rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DefaultAction {
    /// Express's own: a fixed 404.
    NotFound,
    /// Anything else.
    Other,
}

/// A listener, Express's or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Listener {
    /// Its ARN.
    pub arn: Arn,
    /// The load balancer it is on.
    pub load_balancer: Arn,
    /// The port; Express uses 443.
    pub port: Option<u16>,
    /// The protocol; Express uses `HTTPS`.
    pub protocol: Option<String>,
    /// What it does with a request that no rule matches.
    pub default_action: DefaultAction,
    /// Where its default action forwards to.
    pub forwards_to: Vec<Arn>,
    /// Its default certificate and those for SNI.
    pub certificates: Vec<Arn>,
    /// What its tags say.
    #[serde(default)]
    pub marks: Marks,
}

impl Listener {
    /// Whether it looks as Express Mode makes it. (A listener has no name.)
    #[must_use]
    pub fn has_express_shape(&self) -> bool {
        self.port == Some(443) && self.protocol.as_deref() == Some("HTTPS") && self.default_action == DefaultAction::NotFound
    }

    /// The load balancer that a listener of that ARN is on: `…:listener/app/NAME/LB/ID` is on `…:loadbalancer/app/NAME/LB`.
    #[must_use]
    pub fn balancer_of(listener: &Arn) -> Option<Arn> {
        let (path, _) = listener.as_str().rsplit_once('/')?;
        Arn::parse(&path.replacen(":listener/", ":loadbalancer/", 1))
    }

    pub(super) fn spoken_name(&self) -> String {
        let port = self.port.map_or("?".to_owned(), |port| port.to_string());
        let balancer = self.load_balancer.resource().split('/').nth(2).unwrap_or_default();
        format!("{}:{port} on {balancer}", self.protocol.as_deref().unwrap_or("?"))
    }

    /// Its deletion, which would take its rules along: they have to go first.
    #[must_use]
    pub fn removal(&self) -> Removal {
        let arn = self.arn.as_str();
        let there = AwsCommand::new("elbv2", "describe-listeners").with("--listener-arns", arn).asking("[Listeners][] | length(@)");
        let rules = AwsCommand::new("elbv2", "describe-rules").with("--listener-arn", arn).asking("[Rules][] | [?!IsDefault] | length(@)");
        let described = AwsCommand::new("elbv2", "describe-listeners").with("--listener-arns", arn);
        let is_another = "Type!='fixed-response' || FixedResponseConfig.StatusCode!='404'";
        let actions = described.asking(&format!("[Listeners][].DefaultActions[] | [?{is_another}] | length(@)"));
        let presented = AwsCommand::new("elbv2", "describe-listener-certificates").with("--listener-arn", arn);
        let known = count_besides(self.certificates.iter().map(Arn::as_str));
        let certificates = presented.asking(&format!("[Certificates][].CertificateArn | {known}"));
        let delete = AwsCommand::new("elbv2", "delete-listener").with("--listener-arn", arn);
        Removal::of(self.arn.region(), there, "ListenerNotFound")
            .unless("rule on it", rules)
            .unless("default action that is not Express Mode's 404", actions)
            .unless("certificate that it did not present before", certificates)
            .then(delete)
    }

    pub(super) fn references(&self) -> Vec<Reference> {
        let balancer = std::iter::once(Reference::new(Relation::OnLoadBalancer, &self.load_balancer));
        let certificates = self.certificates.iter().map(|c| Reference::new(Relation::Presents, c));
        let forwards = self.forwards_to.iter().map(|g| Reference::new(Relation::ForwardsTo, g));
        balancer.chain(certificates).chain(forwards).collect()
    }
}
