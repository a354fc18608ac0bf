//! Asks AWS which accounts and Regions there are. What it does not list is a gap of the list, and never less to read.

use anyhow::{Result, anyhow, bail};
use aws_config::{Region, SdkConfig};
use ecs_express_audit::collect::{self, Listed};
use ecs_express_audit::fleet::{Account, Fleet, Planned, UNKNOWN, is_account, unread_gap};
use ecs_express_audit::model::{Arn, Cause, Gap, Scope};
use futures_util::{StreamExt, stream};

use crate::account;
use crate::args::FleetArgs;
use crate::audit::clock;
use crate::session::Session;
use crate::{fleet, live};

/// The scopes that the arguments mean.
pub(crate) async fn list(session: &Session<'_>, args: &FleetArgs) -> Result<Fleet> {
    let home = home(session).await?;
    let base = &home.config;
    let mut fleet = Fleet::planned_at(clock());
    let chosen = chosen_regions(session, args, base)?;
    let accounts = accounts(session, args, &home, chosen.as_deref(), &mut fleet).await?;
    let asked = accounts.iter().map(|account| regions(session, base, account, chosen.as_deref()));
    let mut asked = stream::iter(asked).buffered(args.at_once.get());
    for account in &accounts {
        match asked.next().await.ok_or_else(|| anyhow!("cannot list the Regions of {}", account.id))?? {
            Listed { gap: Some(gap), .. } => unlisted(&mut fleet, account, gap),
            Listed { items, .. } => fleet::add(&mut fleet, account, &items)?,
        }
    }
    Ok(fleet)
}

/// The run's own configuration, in the Region in which what is one for an account is asked.
async fn home(session: &Session<'_>) -> Result<Home> {
    let config = session.run_config().await;
    let region = live::regions(session.args, &config)?.into_iter().next();
    home_in(session, &config.to_builder().region(region).build()).await
}

/// Where what is one for an account is asked.
pub(crate) struct Home {
    pub config: SdkConfig,
    /// Whose account it is; `None` where there was no time to ask.
    own: Option<Scope>,
}

/// The same in the configuration's Region, with valid credentials, and one transport for all.
pub(crate) async fn home_in(session: &Session<'_>, config: &SdkConfig) -> Result<Home> {
    let config = collect::with_one_transport(config);
    let own = identify(session, &config).await?;
    Ok(Home { config, own })
}

/// Of one account, whose Regions were chosen, nothing can be read if its role leads nowhere.
///
/// # Errors
/// When it does.
pub(crate) async fn check_role_leads_somewhere(session: &Session<'_>) -> Result<()> {
    let home = home(session).await?;
    identify(session, &live::assumed(&home.config, session.args).await).await.map(drop)
}

/// Whose account the credentials lead to, which have to be valid; `None` where there was no time to ask.
async fn identify(session: &Session<'_>, config: &SdkConfig) -> Result<Option<Scope>> {
    let region = config.region().cloned().unwrap_or(Region::from_static(UNKNOWN));
    let identified = session.stop.unless_triggered(collect::identify(config)).await.transpose();
    identified.map_err(|error| anyhow!("cannot {error}").context(live::unreachable_aws(&region, &error)))
}

/// The accounts that are to be read. Those that cannot be are noted.
async fn accounts(
    session: &Session<'_>,
    args: &FleetArgs,
    home: &Home,
    chosen: Option<&[String]>,
    fleet: &mut Fleet,
) -> Result<Vec<Account>> {
    if let Some(path) = &args.accounts {
        return fleet::accounts(path, args, session.args);
    }
    if args.organization {
        return of_organization(session, args, &home.config, fleet).await;
    }
    let own = own(session, home)?;
    if own.is_none() {
        let unknown = [UNKNOWN.to_owned()];
        for region in chosen.unwrap_or(&unknown) {
            let gap = unread_gap(Cause::Deadline, "the deadline or a signal came before it was known whose account this is");
            unlisted_in(fleet, &Account::of(UNKNOWN), region, gap);
        }
    }
    Ok(own.into_iter().collect())
}

/// The account of the role, or else of the run's own credentials; `None` where there was no time to ask.
fn own(session: &Session<'_>, home: &Home) -> Result<Option<Account>> {
    let Some(role) = &session.args.role_arn else { return Ok(home.own.as_ref().map(|scope| Account::of(&scope.account))) };
    let template = role.parse().map_err(|expected: String| anyhow!("cannot use the role {role}: {expected}"))?;
    let arn = Arn::parse(role).ok_or_else(|| anyhow!("cannot use the role {role}: it is no ARN"))?;
    Ok(Some(Account { role: Some(template), ..Account::of(arn.account()) }))
}

async fn of_organization(session: &Session<'_>, args: &FleetArgs, base: &SdkConfig, fleet: &mut Fleet) -> Result<Vec<Account>> {
    let role = fleet::role_of_every_account(session.args)?;
    let Listed { items, gap, .. } = collect::organization(base, &session.stop).await;
    if let Some(gap) = gap {
        let nobody = Account::of(UNKNOWN);
        unlisted(fleet, &nobody, gap);
    }
    let mut accounts = Vec::new();
    for listed in items.into_iter().filter(|listed| !args.leave_out.contains(&listed.id)) {
        let account = Account { role: role.clone(), ..Account::of(&listed.id) };
        if listed.is_active() && is_account(&listed.id) {
            accounts.push(account);
        } else {
            unlisted(fleet, &account, inactive(&listed.id, &listed.state));
        }
    }
    if accounts.is_empty() && fleet.scopes.is_empty() {
        bail!("cannot read an organization of which every account is left out");
    }
    Ok(accounts)
}

fn inactive(id: &str, state: &str) -> Gap {
    // AWS's word is one of a few; whatever else stands in its place is not repeated.
    let is_word = !state.is_empty() && state.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let state = if is_word { state } else { "not active" };
    let message = format!("the account is {state} and was not read; --leave-out {id} says that it is not to be");
    Gap { operation: "organizations:ListAccounts".to_owned(), ..unread_gap(Cause::NotCollected, &message) }
}

/// Notes that something of the account, or of all, is not known.
fn unlisted(fleet: &mut Fleet, account: &Account, gap: Gap) {
    unlisted_in(fleet, account, UNKNOWN, gap);
}

fn unlisted_in(fleet: &mut Fleet, account: &Account, region: &str, gap: Gap) {
    let partition =
        account.role.as_ref().and_then(|role| role.of("aws", UNKNOWN)).map_or("aws".to_owned(), |arn| arn.partition().to_owned());
    let scope = Scope { partition, account: account.id.clone(), region: region.to_owned() };
    fleet.scopes.insert(scope, Planned::Unreadable(Box::new(gap)));
}

/// The Regions of every account that has no list of its own; `None` where each account is asked.
fn chosen_regions(session: &Session<'_>, args: &FleetArgs, base: &SdkConfig) -> Result<Option<Vec<String>>> {
    if args.all_regions {
        return Ok(None);
    }
    Ok(Some(live::regions(session.args, base)?.iter().map(ToString::to_string).collect()))
}

/// The account's own list, else what was chosen, else what AWS says is enabled for it.
async fn regions(session: &Session<'_>, base: &SdkConfig, of: &Account, chosen: Option<&[String]>) -> Result<Listed<String>> {
    if !of.regions.is_empty() {
        return Ok(Listed::whole(of.regions.clone()));
    }
    if let Some(chosen) = chosen {
        return Ok(Listed::whole(chosen.to_vec()));
    }
    let home = base.region().map(ToString::to_string).unwrap_or_default();
    let (_, access) = of.in_region(&home).ok_or_else(|| fleet::foreign(of, &home))?;
    let external_id = account::external_id(&access, session.args)?;
    match collect::reach(base, &of.id, &access, external_id, &session.stop).await {
        Err(gap) => Ok(Listed::broken(gap)),
        Ok(config) => Ok(collect::regions(&config, &session.stop).await),
    }
}
