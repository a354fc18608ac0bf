//! Tags as the APIs show them, and the index of the tagging API.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::call::Call;
use crate::aws::{Account, Arn, Tags};

/// A list of pairs.
pub(super) fn pairs(tags: &Tags, key: &str, value: &str) -> Value {
    tags.iter().map(|(name, text)| json!({key: name, value: text})).collect()
}

/// What the tagging API knows: it lags behind, and lists listeners and rules that are long gone.
#[derive(Clone, Debug, Default)]
pub(crate) struct TagIndex(BTreeMap<Arn, Tags>);

impl TagIndex {
    /// The index as it is when it is up to date.
    pub(crate) fn of(account: &Account) -> Self {
        let arns = account.load_balancers.keys().chain(account.listeners.keys()).chain(account.rules.keys());
        let arns = arns.chain(account.target_groups.keys()).chain(account.certificates.keys()).chain(account.security_groups.keys());
        let arns = arns.chain(account.alarms.keys()).chain(account.log_groups.keys());
        let tagged = |arn: &Arn| Some((arn.clone(), account.tags(arn).filter(|tags| !tags.is_empty())?.clone()));
        Self(arns.filter_map(tagged).collect())
    }

    /// Adds something that is gone.
    pub(crate) fn haunt(&mut self, arn: &str, tags: Tags) {
        self.0.insert(arn.to_owned(), tags);
    }

    /// The tagging API's answer to a call.
    pub(super) fn answer(&self, call: &Call) -> Answer {
        if call.operation != "GetResources" {
            return Err(Refusal::new("UnknownOperationException", "the tagging API has no such operation"));
        }
        let types = call.list("ResourceTypeFilters").unwrap_or_default();
        let arns = call.list("ResourceARNList");
        let is_named = |arn: &str| arns.as_ref().is_none_or(|arns| arns.iter().any(|named| named == arn));
        let is_wanted = |arn: &str| is_named(arn) && (types.is_empty() || types.iter().any(|wanted| is_of_type(arn, wanted)));
        let found = self.0.iter().filter(|(arn, tags)| is_wanted(arn) && matches_filters(call, tags));
        let mappings = found.map(|(arn, tags)| json!({"ResourceARN": arn, "Tags": pairs(tags, "Key", "Value")}));
        Ok(json!({"ResourceTagMappingList": mappings.collect::<Vec<_>>()}))
    }
}

fn matches_filters(call: &Call, tags: &Tags) -> bool {
    let mut filters = call.input["TagFilters"].as_array().into_iter().flatten();
    filters.all(|filter| {
        let value = filter["Key"].as_str().and_then(|key| tags.get(key));
        let values = filter["Values"].as_array().cloned().unwrap_or_default();
        value.is_some_and(|value| values.is_empty() || values.iter().any(|wanted| wanted == value))
    })
}

/// Whether a resource type filter, such as `elasticloadbalancing:listener-rule/app`, fits.
fn is_of_type(arn: &str, wanted: &str) -> bool {
    let mut parts = arn.splitn(6, ':');
    let (service, resource) = (parts.nth(2).unwrap_or_default(), parts.nth(2).unwrap_or_default());
    let kind = format!("{service}:{}/", resource.replace(':', "/"));
    kind.starts_with(&format!("{wanted}/"))
}
