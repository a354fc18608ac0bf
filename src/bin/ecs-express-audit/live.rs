//! Asks AWS: credentials as the AWS CLI finds them, a Region at a time.

use std::collections::BTreeSet;
use std::ffi::OsString;

use anyhow::{Result, bail};
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use ecs_express_audit::collect::{self, Configurations, IdentityError, Options};
use ecs_express_audit::inventory::{ScopeInventory, Surroundings};
use ecs_express_audit::model::{Cause, Gap, Kind, Own, Scope};
use ecs_express_audit::plan::Plan;
use ecs_express_audit::{AskedService, Declared};

use crate::advice::{Advised, WITHOUT_AWS};
use crate::args::{AwsArgs, TalkArgs};
use crate::audit::clock;
use crate::progress;
use crate::session::Session;

/// What a scan is to look for beside what Express Mode's marks show.
pub(crate) struct Wanted<'a> {
    pub declared: &'a Declared,
    /// Services that somebody asks about.
    pub services: &'a BTreeSet<AskedService>,
    pub own: &'a Own,
    pub fields: Fields,
}

/// Whose fields are read.
#[derive(Clone, Copy)]
pub(crate) enum Fields {
    /// Those of the services of which some are declared.
    Declared,
    /// Everybody's: what will be declared is not known yet.
    All,
}

/// What is live in the chosen Region, or the configured one, as far as it could be read before the deadline or a signal.
pub(crate) fn collect(session: &Session<'_>, wanted: &Wanted<'_>, talk: &TalkArgs) -> Result<ScopeInventory> {
    session.block_on(collect_region(session, wanted, talk))
}

async fn collect_region(session: &Session<'_>, wanted: &Wanted<'_>, talk: &TalkArgs) -> Result<ScopeInventory> {
    let config = session.scan_config().await;
    let region = regions(session.args, &config)?.swap_remove(0);
    let config = config.to_builder().region(region.clone()).build();
    let scope = match reach(session, &config, None, &region).await? {
        Ok(scope) => scope,
        Err(unread) => return Ok(unread),
    };
    let mut options = options(session, wanted, &scope, &scope.region, talk);
    options.progress = progress::shown(talk, &scope.region);
    let live = collect::collect(&config, &scope, &options).await;
    progress::clear(talk);
    Ok(live)
}

/// How a scope is read: `name` is what it is called as its scan goes on.
pub(crate) fn options(session: &Session<'_>, wanted: &Wanted<'_>, scope: &Scope, name: &str, talk: &TalkArgs) -> Options {
    let mut options = Options::default();
    options.services = wanted.declared.service_names(scope);
    options.services.extend(wanted.services.iter().filter(|service| service.is_in(scope)).map(|service| service.name.clone()));
    options.wanted_tags = wanted.own.wanted_tags();
    options.configurations = match wanted.fields {
        Fields::Declared => Configurations::Of(wanted.declared.compared_services(scope)),
        Fields::All => Configurations::All,
    };
    options.calls = session.calls.listener(talk, name);
    options.pace = session.pace.clone();
    options.stop = session.stop.clone();
    options
}

/// What the plan will meet, in the Regions that its services give where no others were chosen.
pub(crate) fn look_around(session: &Session<'_>, plan: &mut Plan, talk: &TalkArgs) -> Result<Vec<Surroundings>> {
    session.block_on(look_around_regions(session, plan, talk))
}

async fn look_around_regions(session: &Session<'_>, plan: &mut Plan, talk: &TalkArgs) -> Result<Vec<Surroundings>> {
    let config = session.scan_config().await;
    match (session.args.region.as_slice(), config.region()) {
        ([], Some(configured)) => plan.settle_in(configured.as_ref()),
        ([chosen], _) => plan.settle_all_in(chosen),
        ([] | [_, _, ..], _) => {}
    }
    let mut met: Vec<Surroundings> = Vec::new();
    for region in regions_of(plan, session.args, &config)? {
        let config = config.to_builder().region(region.clone()).build();
        let first = met.first().map(|surroundings| &surroundings.live);
        let scope = match reach(session, &config, first, &region).await? {
            Ok(scope) => scope,
            Err(unread) => {
                met.push(Surroundings::unread(unread));
                continue;
            }
        };
        let mut options = Options::default();
        options.progress = progress::shown(talk, &scope.region);
        options.calls = session.calls.listener(talk, &scope.region);
        options.pace = session.pace.clone();
        options.stop = session.stop.clone();
        met.push(collect::surroundings(&config, &scope, plan, &options).await);
        progress::clear(talk);
    }
    Ok(met)
}

/// The Regions that were chosen, else those of the plan's services.
fn regions_of(plan: &Plan, args: &AwsArgs, config: &SdkConfig) -> Result<Vec<Region>> {
    let of_plan = plan.regions();
    if !args.region.is_empty() || of_plan.is_empty() {
        return regions(args, config);
    }
    Ok(of_plan.into_iter().map(|region| Region::new(region.to_owned())).collect())
}

/// Whose account a Region leads to, or why nothing can be read in it.
async fn reach(
    session: &Session<'_>,
    config: &SdkConfig,
    first: Option<&ScopeInventory>,
    region: &Region,
) -> Result<Result<Scope, ScopeInventory>> {
    match session.stop.unless_triggered(collect::identify(config)).await {
        Some(Ok(scope)) => Ok(Ok(scope)),
        None => Ok(Err(region_not_begun(first, region))),
        Some(Err(error)) => unreachable_region(first, region, &error).map(Err),
    }
}

/// The Regions that were asked for, each once, or the configured one: there is at least one.
pub(crate) fn regions(args: &AwsArgs, config: &SdkConfig) -> Result<Vec<Region>> {
    let mut regions: Vec<Region> = Vec::new();
    for region in args.region.iter().cloned().map(Region::new).chain(config.region().cloned().filter(|_| args.region.is_empty())) {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    if regions.is_empty() {
        let what = "cannot tell which Region to read: give --region, set AWS_REGION, or use a profile that has one";
        bail!(Advised::new(what.to_owned(), [WITHOUT_AWS.to_owned()]));
    }
    Ok(regions)
}

/// A Region that does not answer, after another one did, is a gap and no end; before, nothing can be asked at all.
fn unreachable_region(first: Option<&ScopeInventory>, region: &Region, error: &IdentityError) -> Result<ScopeInventory> {
    if first.is_none() {
        return Err(anyhow::anyhow!("cannot {error}").context(unreachable_aws(region, error)));
    }
    Ok(unread_region(first, region, error.cause(), "the Region did not answer, and nothing in it was read"))
}

/// What whoever runs it for the first time has to know.
pub(crate) fn unreachable_aws(region: &Region, error: &IdentityError) -> Advised {
    let cli = "finds credentials in the same places (environment, --profile, SSO, containers, instances): see whether it can";
    Advised::new(
        format!("cannot reach AWS in {region} with valid credentials: {}", error.advice()),
        [
            format!("`aws sts get-caller-identity --region {region}` {cli}"),
            "`ecs-express-audit policy` prints the permissions that a scan needs, `ecs-express-audit doctor` tries each of them".to_owned(),
            WITHOUT_AWS.to_owned(),
        ],
    )
}

/// A Region whose turn the deadline or a signal left no time for. Before any answered, even the account is not known.
fn region_not_begun(first: Option<&ScopeInventory>, region: &Region) -> ScopeInventory {
    unread_region(first, region, Cause::Deadline, "the deadline or a signal came first, and nothing in the Region was read")
}

fn unread_region(first: Option<&ScopeInventory>, region: &Region, cause: Cause, message: &str) -> ScopeInventory {
    let (partition, account, at) = match first {
        Some(known) => (known.scope.partition.clone(), known.scope.account.clone(), known.finished_at),
        None => ("aws".to_owned(), "unknown".to_owned(), clock()),
    };
    let mut unread = ScopeInventory::unread(Scope { partition, account, region: region.to_string() }, at);
    unread.gaps.push(Gap {
        operation: "sts:GetCallerIdentity".to_owned(),
        parent: None,
        kinds: Kind::ALL.to_vec(),
        cause,
        message: message.to_owned(),
    });
    unread
}

/// The configuration in the first Region that is read.
pub(crate) fn in_first_region(args: &AwsArgs, config: &SdkConfig) -> SdkConfig {
    let region = regions(args, config).ok().and_then(|regions| regions.into_iter().next());
    config.to_builder().region(region).build()
}

/// Build servers set variables that they have no value for. The SDK takes an empty endpoint for one, and breaks.
///
/// # Errors
/// When a variable that names an endpoint is empty.
pub(crate) fn check_environment() -> Result<()> {
    let is_empty_endpoint =
        |(name, value): &(OsString, OsString)| name.to_string_lossy().starts_with("AWS_ENDPOINT_URL") && value.is_empty();
    match std::env::vars_os().find(is_empty_endpoint) {
        Some((name, _)) => bail!("cannot use the environment variable {}: it is empty; unset it", name.to_string_lossy()),
        None => Ok(()),
    }
}

/// The configuration of a scan.
pub(crate) async fn configuration(args: &AwsArgs) -> SdkConfig {
    assumed(&base(args).await, args).await
}

/// Standard profiles, SSO, environment, containers and instances.
pub(crate) async fn base(args: &AwsArgs) -> SdkConfig {
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
    loader.load().await
}

/// The configuration with the role to assume, if one is given.
pub(crate) async fn assumed(config: &SdkConfig, args: &AwsArgs) -> SdkConfig {
    match &args.role_arn {
        None => config.clone(),
        Some(role) => collect::assume(config, role, args.external_id.as_deref()).await,
    }
}
