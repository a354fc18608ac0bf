//! Values that are read from words.

use std::time::Duration;

use ecs_express_audit::kinds::ServiceName;
use ecs_express_audit::model::{Arn, Timestamp, parse_duration};

/// A service as the command line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServiceArg {
    pub name: ServiceName,
    pub arn: Option<Arn>,
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "expected a number and s, m, h or d, such as 15m".to_owned())
}

pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected a time such as 2026-11-23T00:00:00Z".to_owned())
}

pub(super) fn service(text: &str) -> Result<ServiceArg, String> {
    let arn = Arn::parse(text);
    let name = arn.as_ref().map_or_else(|| ServiceName::of_path(text), ServiceName::of_arn);
    let name = name.ok_or("expected a service's ARN, arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME, or CLUSTER/NAME")?;
    Ok(ServiceArg { name, arn })
}
