//! Values that are read from words.

use std::time::Duration;

use ecs_express_audit::AskedService;
use ecs_express_audit::fleet::is_account;
#[cfg(feature = "aws")]
use ecs_express_audit::fleet::{Shard, ShardError};
use ecs_express_audit::kinds::ServiceName;
use ecs_express_audit::model::{Arn, Timestamp, parse_duration};

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "expected a number and s, m, h or d, such as 15m".to_owned())
}

pub(super) fn percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok().filter(|number| (1..=100).contains(number));
    number.ok_or_else(|| "expected a whole number from 1 to 100, such as 80".to_owned())
}

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected a time such as 2026-11-23T00:00:00Z".to_owned())
}

pub(super) fn service(text: &str) -> Result<AskedService, String> {
    let service = match Arn::parse(text) {
        Some(arn) => AskedService::of_arn(arn),
        None => ServiceName::of_path(text).map(AskedService::anywhere),
    };
    service.ok_or_else(|| "expected a service's ARN, arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME, or CLUSTER/NAME".to_owned())
}

pub(super) fn account(text: &str) -> Result<String, String> {
    if is_account(text) { Ok(text.to_owned()) } else { Err("expected the twelve digits of an account".to_owned()) }
}

/// The variables in which AWS Batch and Kubernetes tell a process its number.
#[cfg(feature = "aws")]
const INDEXES: [&str; 2] = ["AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX"];

#[cfg(feature = "aws")]
pub(super) fn shard(text: &str) -> Result<Shard, String> {
    let told = |text: &str| text.parse().map_err(|error: ShardError| error.to_string());
    let Some(count) = text.strip_prefix("env/") else { return told(text) };
    let mut indexes: Vec<String> = INDEXES.iter().filter_map(|name| std::env::var(name).ok()).filter(|index| !index.is_empty()).collect();
    indexes.dedup();
    match indexes.as_slice() {
        [index] => told(&format!("{index}/{count}")),
        [] => Err(format!("neither {} nor {} is set", INDEXES[0], INDEXES[1])),
        _ => Err(format!("{} and {} say different numbers", INDEXES[0], INDEXES[1])),
    }
}
