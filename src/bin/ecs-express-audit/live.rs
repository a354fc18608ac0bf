//! Asks AWS: credentials as the AWS CLI finds them, a Region at a time.

use anyhow::{Context, Result};
use aws_config::sts::AssumeRoleProvider;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use ecs_express_audit::Declared;
use ecs_express_audit::collect::{self, Options};
use ecs_express_audit::inventory::Inventory;

use crate::args::{AwsArgs, TalkArgs};
use crate::progress;

/// What is live in the chosen Regions.
pub(crate) fn collect(args: &AwsArgs, declared: &Declared, talk: &TalkArgs) -> Result<Inventory> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(collect_regions(args, declared, talk))
}

async fn collect_regions(args: &AwsArgs, declared: &Declared, talk: &TalkArgs) -> Result<Inventory> {
    let config = configuration(args).await;
    let mut inventory = Inventory::default();
    let regions: Vec<Region> = if args.region.is_empty() {
        config.region().cloned().into_iter().collect()
    } else {
        args.region.iter().cloned().map(Region::new).collect()
    };
    if regions.is_empty() {
        anyhow::bail!("cannot tell which Region to read: give --region, set AWS_REGION, or use a profile that has one");
    }
    for region in regions {
        let config = config.to_builder().region(region).build();
        let scope = collect::identify(&config).await.map_err(|error| {
            anyhow::anyhow!("cannot {error}")
                .context("cannot reach AWS with valid credentials; `aws sts get-caller-identity` shows whether the AWS CLI can")
        })?;
        let mut options = Options::default();
        options.services = declared.service_names(&scope);
        options.progress = progress::shown(talk, &scope.region);
        inventory.scopes.push(collect::collect(&config, &scope, &options).await);
        progress::clear(talk);
    }
    Ok(inventory)
}

/// Standard profiles, SSO, environment, containers and instances; one shared transport.
async fn configuration(args: &AwsArgs) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Ok(name) = AppName::new(concat!("ecs-express-audit-", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    if let Some(region) = args.region.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &args.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &args.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let config = loader.load().await;
    match &args.role_arn {
        None => config,
        Some(role) => assuming(&config, role, args.external_id.as_deref()).await,
    }
}

async fn assuming(config: &SdkConfig, role: &str, external_id: Option<&str>) -> SdkConfig {
    let mut provider = AssumeRoleProvider::builder(role).session_name("ecs-express-audit").configure(config);
    if let Some(id) = external_id {
        provider = provider.external_id(id);
    }
    let provider = aws_credential_types::provider::SharedCredentialsProvider::new(provider.build().await);
    config.to_builder().credentials_provider(provider).build()
}
