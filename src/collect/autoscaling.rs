//! Application Auto Scaling: the scalable targets of ECS services, and the policies of suspect ones.

use std::collections::BTreeSet;

use aws_sdk_applicationautoscaling::Client;
use aws_sdk_applicationautoscaling::types::ServiceNamespace;

use super::ecs_facts::time;
use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, side_by_side, whole};
use crate::inventory::Collection;
use crate::kinds::{Marks, ScalableTarget, ScalingPolicy};
use crate::model::Arn;

/// Lists the scalable targets of ECS services.
pub(super) async fn scalable_targets(scaling: &Client) -> Harvest<ScalableTarget> {
    read_all(Collection::ScalableTargets, "", |token| describe(scaling, None, token)).await
}

/// Describes scalable targets by their resource ids, 50 a call; those that are gone are left out.
pub(super) async fn scalable_targets_again(scaling: &Client, resource_ids: &[String]) -> Harvest<ScalableTarget> {
    side_by_side(resource_ids.chunks(50), |chunk| async move {
        let mut harvest =
            read_all(Collection::ScalableTargets, &chunk.join(", "), |token| describe(scaling, Some(chunk.to_vec()), token)).await;
        harvest.reads.clear();
        harvest
    })
    .await
}

async fn describe(scaling: &Client, ids: Option<Vec<String>>, token: Option<String>) -> Result<Page<ScalableTarget>, Failure> {
    // A dimension may be given together with resource ids only; ECS services have but one.
    let request = scaling.describe_scalable_targets().service_namespace(ServiceNamespace::Ecs).set_resource_ids(ids);
    let page = request.max_results(50).set_next_token(token).send().await?;
    Ok(Page::new(whole(page.scalable_targets().iter().map(scalable_target))?, page.next_token()))
}

/// Lists the policies of some scalable targets, by their resource ids.
pub(super) async fn scaling_policies(scaling: &Client, resource_ids: &[String]) -> Harvest<ScalingPolicy> {
    side_by_side(resource_ids, |id| async move {
        read_all(Collection::ScalingPolicies, id, |token| async move {
            let request = scaling.describe_scaling_policies().service_namespace(ServiceNamespace::Ecs).resource_id(id);
            let page = request.max_results(10).set_next_token(token).send().await?;
            Ok(Page::new(whole(page.scaling_policies().iter().map(scaling_policy))?, page.next_token()))
        })
        .await
    })
    .await
}

/// The marks of some scalable targets, each with its ARN.
pub(super) async fn tags(scaling: &Client, arns: &[Arn], wanted: &BTreeSet<String>) -> Harvest<(Arn, Marks)> {
    side_by_side(arns, |arn| async move {
        let answer = scaling.list_tags_for_resource().resource_arn(arn.as_str()).send().await;
        super::marks::harvest(
            arn,
            "application-autoscaling:ListTagsForResource",
            answer.map_err(Failure::from).map(|answer| {
                Marks::from_tags(answer.tags().into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())), wanted)
            }),
        )
    })
    .await
}

fn scalable_target(of: &aws_sdk_applicationautoscaling::types::ScalableTarget) -> Option<ScalableTarget> {
    Some(ScalableTarget {
        arn: of.scalable_target_arn().and_then(Arn::parse)?,
        resource_id: of.resource_id().to_owned(),
        created_at: time(Some(of.creation_time())),
        marks: Marks::default(),
    })
}

fn scaling_policy(of: &aws_sdk_applicationautoscaling::types::ScalingPolicy) -> Option<ScalingPolicy> {
    Some(ScalingPolicy {
        arn: Arn::parse(of.policy_arn())?,
        name: of.policy_name().to_owned(),
        resource_id: of.resource_id().to_owned(),
        created_at: time(Some(of.creation_time())),
        alarms: of.alarms().iter().filter_map(|alarm| Arn::parse(alarm.alarm_arn())).collect(),
    })
}
