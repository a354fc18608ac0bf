//! CloudWatch Logs: the log groups that Express Mode may have made. Never a log event.

use std::collections::BTreeSet;

use aws_sdk_cloudwatchlogs::Client;

use super::failure::Failure;
use super::harvest::{Harvest, Page, read_all, side_by_side, whole};
use crate::inventory::Collection;
use crate::kinds::{LogGroup, Marks};
use crate::model::{Arn, Timestamp};

/// Lists the log groups under Express's prefix.
pub(super) async fn log_groups(logs: &Client) -> Harvest<LogGroup> {
    read_all(Collection::LogGroups, "", |token| describe(logs, LogGroup::PREFIX.to_owned(), token)).await
}

/// Describes log groups by name; those that are gone are left out.
pub(super) async fn log_groups_again(logs: &Client, names: &[String]) -> Harvest<LogGroup> {
    side_by_side(names, |name| async move {
        let mut harvest = read_all(Collection::LogGroups, name, |token| describe(logs, name.clone(), token)).await;
        harvest.items.retain(|group: &LogGroup| group.name == *name);
        harvest.reads.clear();
        harvest
    })
    .await
}

async fn describe(logs: &Client, prefix: String, token: Option<String>) -> Result<Page<LogGroup>, Failure> {
    let page = logs.describe_log_groups().log_group_name_prefix(prefix).limit(50).set_next_token(token).send().await?;
    Ok(Page::new(whole(page.log_groups().iter().map(log_group))?, page.next_token()))
}

/// The marks of some log groups, each with its ARN.
pub(super) async fn tags(logs: &Client, arns: &[Arn], wanted: &BTreeSet<String>) -> Harvest<(Arn, Marks)> {
    side_by_side(arns, |arn| async move {
        let answer = logs.list_tags_for_resource().resource_arn(arn.as_str()).send().await;
        super::marks::harvest(
            arn,
            "logs:ListTagsForResource",
            answer.map_err(Failure::from).map(|answer| {
                Marks::from_tags(answer.tags().into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())), wanted)
            }),
        )
    })
    .await
}

fn log_group(of: &aws_sdk_cloudwatchlogs::types::LogGroup) -> Option<LogGroup> {
    Some(LogGroup {
        arn: of.log_group_arn().or(of.arn()).and_then(Arn::parse)?,
        name: of.log_group_name()?.to_owned(),
        created_at: of.creation_time().map(|millis| Timestamp::from_unix_seconds(millis.div_euclid(1000))),
        stored_bytes: of.stored_bytes().and_then(|bytes| u64::try_from(bytes).ok()),
        marks: Marks::default(),
    })
}
