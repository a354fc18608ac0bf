//! Which account and Region is read, and as whom.

use std::time::Duration;

use clap::Args;

use super::values::{duration, percent};

/// Which account and Region to read, and as whom.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsArgs {
    /// The Region to read; may be repeated [default: as the AWS CLI finds it]
    #[arg(long, value_name = "REGION")]
    pub region: Vec<String>,

    /// The profile to use
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// A role to assume; for many accounts its name, or its ARN with {account} in the account's place
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,

    /// The external id that the role asks for
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,

    /// Another endpoint for every API (as `AWS_ENDPOINT_URL`)
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,

    /// Read no longer than this, all Regions together; what was read by then is written, the rest is named as not read
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub deadline: Option<Duration>,
}

/// How fast AWS is asked.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct RateArgs {
    /// How much of AWS's request rates is used, in percent; the rest is for people and pipelines [default: 50]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub rate_share: Option<u8>,
}
