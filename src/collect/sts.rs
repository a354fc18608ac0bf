//! STS: whose account this is.

use aws_config::SdkConfig;

use super::clients::with_limits;
use super::failure::Failure;
use crate::model::{Arn, Scope};

/// Asks whose account the credentials lead to. It needs no permission; that it fails means that there are no valid credentials, or no way to AWS.
pub(super) async fn caller(config: &SdkConfig, region: &str) -> Result<Scope, Failure> {
    let config = with_limits(config);
    let sts = aws_sdk_sts::Client::new(&config);
    let identity = sts.get_caller_identity().send().await?;
    let arn = identity.arn().and_then(Arn::parse);
    let partition = arn.as_ref().map_or("aws", |arn| arn.partition()).to_owned();
    let account = identity.account().ok_or_else(|| Failure::new(crate::model::Cause::Malformed))?.to_owned();
    Ok(Scope { partition, account, region: region.to_owned() })
}
