//! Values that are read from words.

use std::time::Duration;

use ecs_express_audit::AskedService;
use ecs_express_audit::kinds::ServiceName;
use ecs_express_audit::model::{Arn, Timestamp, parse_duration};

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "expected a number and s, m, h or d, such as 15m".to_owned())
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
