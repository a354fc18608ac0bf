//! Asks AWS: credentials as the AWS CLI finds them, a Region at a time.

use anyhow::{Context, Result, bail};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use ecs_express_audit::Declared;
use ecs_express_audit::collect::{self, Configurations, IdentityError, Options};
use ecs_express_audit::inventory::{Inventory, ScopeInventory};
use ecs_express_audit::model::{Gap, Kind, Scope};

use crate::args::{AwsArgs, TalkArgs};
use crate::progress;

/// Whose fields are read.
#[derive(Clone, Copy)]
pub(crate) enum Fields {
    /// Those of the services of which some are declared.
    Declared,
    /// Everybody's: what will be declared is not known yet.
    All,
}

/// What is live in the chosen Regions.
pub(crate) fn collect(args: &AwsArgs, declared: &Declared, fields: Fields, talk: &TalkArgs) -> Result<Inventory> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(collect_regions(args, declared, fields, talk))
}

async fn collect_regions(args: &AwsArgs, declared: &Declared, fields: Fields, talk: &TalkArgs) -> Result<Inventory> {
    let config = configuration(args).await;
    let mut inventory = Inventory::default();
    for region in regions(args, &config)? {
        let config = config.to_builder().region(region.clone()).build();
        let scope = match collect::identify(&config).await {
            Ok(scope) => scope,
            Err(error) => {
                inventory.scopes.push(unreachable_region(&inventory, &region, &error)?);
                continue;
            }
        };
        let mut options = Options::default();
        options.services = declared.service_names(&scope);
        options.configurations = match fields {
            Fields::Declared => Configurations::Of(declared.compared_services(&scope)),
            Fields::All => Configurations::All,
        };
        options.progress = progress::shown(talk, &scope.region);
        inventory.scopes.push(collect::collect(&config, &scope, &options).await);
        progress::clear(talk);
    }
    Ok(inventory)
}

/// The Regions that were asked for, each once, or the configured one.
fn regions(args: &AwsArgs, config: &SdkConfig) -> Result<Vec<Region>> {
    let mut regions: Vec<Region> = Vec::new();
    for region in args.region.iter().cloned().map(Region::new).chain(config.region().cloned().filter(|_| args.region.is_empty())) {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    if regions.is_empty() {
        bail!("cannot tell which Region to read: give --region, set AWS_REGION, or use a profile that has one");
    }
    Ok(regions)
}

/// A Region that does not answer, after another one did, is a gap and no end; before, nothing can be asked at all.
fn unreachable_region(inventory: &Inventory, region: &Region, error: &IdentityError) -> Result<ScopeInventory> {
    let Some(known) = inventory.scopes.first() else {
        let advice = "cannot reach AWS with valid credentials; `aws sts get-caller-identity` shows whether the AWS CLI can";
        return Err(anyhow::anyhow!("cannot {error}").context(advice));
    };
    let scope = Scope { region: region.to_string(), ..known.scope.clone() };
    let mut unread = ScopeInventory::unread(scope, known.finished_at);
    unread.gaps.push(Gap {
        operation: "sts:GetCallerIdentity".to_owned(),
        parent: None,
        kinds: Kind::ALL.to_vec(),
        cause: error.cause(),
        message: "the Region did not answer, and nothing in it was read".to_owned(),
    });
    Ok(unread)
}

/// Standard profiles, SSO, environment, containers and instances.
async fn configuration(args: &AwsArgs) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Ok(name) = AppName::new(concat!("ecs-express-audit-", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    if let Some(region) = args.region.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &args.profile {
        // As with the AWS CLI, a profile that was asked for wins over credentials in the environment.
        let credentials = ProfileFileCredentialsProvider::builder().profile_name(profile).build();
        loader = loader.profile_name(profile).credentials_provider(credentials);
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
