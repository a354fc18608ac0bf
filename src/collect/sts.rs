//! STS: whose account this is.

use aws_config::SdkConfig;

use super::clients;
use super::failure::Failure;
use crate::model::{Arn, Scope};

/// Whose the credentials are, and where they lead to.
pub(super) struct Caller {
    pub scope: Scope,
    /// The ARN of the user, or of the role's session.
    pub principal: String,
}

/// Asks whose account the credentials lead to. It needs no permission; that it fails means that there are no valid credentials, or no way to AWS.
pub(super) async fn caller(config: &SdkConfig, region: &str) -> Result<Caller, Failure> {
    let identity = clients::sts(config).get_caller_identity().send().await?;
    let arn = identity.arn().and_then(Arn::parse);
    let partition = arn.as_ref().map_or("aws", |arn| arn.partition()).to_owned();
    let account = identity.account().ok_or_else(|| Failure::new(crate::model::Cause::Malformed))?.to_owned();
    let principal = identity.arn().unwrap_or_default().to_owned();
    Ok(Caller { scope: Scope { partition, account, region: region.to_owned() }, principal })
}
