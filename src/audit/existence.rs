//! Whether something that a service refers to exists.

use super::case::Case;
use crate::inventory::Collection;
use crate::kinds::{Listener, ListenerRule, LogGroup};
use crate::model::{Arn, Kind};

/// Whether the resource is live; `None` where that was not read, or is never read.
pub(super) fn exists(case: &Case<'_>, kind: Kind, arn: &Arn) -> Option<bool> {
    if case.ownership.resource(arn).is_some() {
        return Some(true);
    }
    let reads = &case.live.reads;
    let was_read = match kind {
        Kind::LoadBalancer => reads.has(Collection::LoadBalancers),
        Kind::TargetGroup => reads.has(Collection::TargetGroups),
        Kind::Certificate => reads.has(Collection::Certificates),
        Kind::SecurityGroup => reads.has(Collection::SecurityGroups),
        Kind::LogGroup => reads.has(Collection::LogGroups) && arn.resource().starts_with(&format!("log-group:{}", LogGroup::PREFIX)),
        Kind::Listener => is_read_on(case, Collection::Listeners, Listener::balancer_of(arn)),
        Kind::ListenerRule => {
            let listener = ListenerRule::listener_of(arn);
            let gone = listener.as_ref().is_some_and(|listener| exists(case, Kind::Listener, listener) == Some(false));
            gone || is_read_on(case, Collection::Rules, listener)
        }
        Kind::Cluster | Kind::Service | Kind::TaskDefinition | Kind::Alarm | Kind::ScalableTarget | Kind::ScalingPolicy => false,
    };
    (was_read || case.live.absent.contains(arn)).then_some(false)
}

/// Whether the resource is known not to exist.
pub(super) fn is_lacking(case: &Case<'_>, kind: Kind, arn: &Arn) -> bool {
    exists(case, kind, arn) == Some(false)
}

fn is_read_on(case: &Case<'_>, collection: Collection, parent: Option<Arn>) -> bool {
    let Some(parent) = parent else { return false };
    let kind = if collection == Collection::Listeners { Kind::LoadBalancer } else { Kind::Listener };
    case.live.reads.has_for(collection, parent.as_str()) || is_lacking(case, kind, &parent)
}
