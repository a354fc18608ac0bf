//! Whoever is asked over the network, from the moment on when somebody must be: until then a signal ends the program as any other.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ecs_express_audit::collect::Pace;
use ecs_express_audit::fleet::{Fleet, Shard};
use ecs_express_audit::inventory::{ScopeInventory, Surroundings};
use ecs_express_audit::model::Own;
use ecs_express_audit::permissions::Rates;
use ecs_express_audit::plan::Plan;
use ecs_express_audit::{AskedService, Declared};

use crate::account;
use crate::args::{AwsArgs, TalkArgs};
use crate::fleet::{self, Reach};
use crate::listing;
use crate::live::{self, Fields, Wanted};
use crate::session::Session;
use crate::sweep::{self, Sink};

pub(crate) struct Asking<'a> {
    args: &'a AwsArgs,
    reach: Option<Reach<'a>>,
    rates: Rates,
    session: OnceCell<Session<'a>>,
}

impl<'a> Asking<'a> {
    pub(crate) fn with(args: &'a AwsArgs, rates: Rates) -> Self {
        Self::over(args, None, rates)
    }

    /// The same over many accounts and Regions, if that is what is meant.
    pub(crate) fn over(args: &'a AwsArgs, reach: Option<Reach<'a>>, rates: Rates) -> Self {
        Self { args, reach, rates, session: OnceCell::new() }
    }

    fn session(&self) -> Result<&Session<'a>> {
        if let Some(session) = self.session.get() {
            return Ok(session);
        }
        let begun = Session::begin(self.args, Pace::of_rates(self.rates.clone()))?;
        Ok(self.session.get_or_init(|| begun))
    }

    /// The declaration at a source that is not here.
    pub(crate) fn declaration(&self, source: &str) -> Result<Declared> {
        self.session()?.declaration(source)
    }

    /// What is live, to be judged at once: scope by scope, as they are read.
    pub(crate) fn each_to_judge(
        &self,
        declared: &Declared,
        services: &BTreeSet<AskedService>,
        own: &Own,
        talk: &TalkArgs,
        mut take: impl FnMut(ScopeInventory),
    ) -> Result<()> {
        let wanted = Wanted { declared, services, own, fields: Fields::Declared };
        self.each_scope(&wanted, None, talk, &mut |live| {
            take(live);
            Ok(())
        })
    }

    /// What the plan will meet. Services that give no Region lie in the configured one, unless Regions were chosen.
    pub(crate) fn surroundings(&self, plan: &mut Plan, talk: &TalkArgs) -> Result<Vec<Surroundings>> {
        live::look_around(self.session()?, plan, talk)
    }

    /// Waits so long; whether nothing stopped it.
    pub(crate) fn pause(&self, duration: Duration) -> bool {
        self.session.get().is_none_or(|session| session.pause(duration))
    }

    /// What is live, a scope at a time.
    pub(crate) fn each_scope(&self, wanted: &Wanted<'_>, shard: Option<Shard>, talk: &TalkArgs, sink: Sink<'_>) -> Result<()> {
        let Some(reach) = self.reach else {
            account::check_role_of_one(self.args)?;
            return sink(live::collect(self.session()?, wanted, talk)?);
        };
        let share = match shard {
            Some(shard) => written_list(reach, self.args)?.share(shard),
            None => self.fleet()?,
        };
        if is_of_one_account(reach) && self.args.role_arn.is_some() {
            let session = self.session()?;
            session.block_on(listing::check_role_leads_somewhere(session))?;
        }
        let session = self.session()?;
        session.block_on(sweep::sweep(session, &share, reach.args.at_once.get(), wanted, talk, sink))
    }

    /// The scopes, all of them.
    pub(crate) fn fleet(&self) -> Result<Fleet> {
        let reach = self.reach.context("cannot list scopes: none were meant")?;
        let fleet = if let Some(fleet) = reach.written(self.args)? {
            fleet
        } else {
            if !reach.args.organization && reach.args.accounts.is_none() {
                account::check_role_of_one(self.args)?;
            }
            let session = self.session()?;
            session.block_on(listing::list(session, reach.args))?
        };
        fleet::not_empty(fleet)
    }
}

/// Whether one account is read, in Regions that were chosen.
fn is_of_one_account(Reach { args, scopes }: Reach<'_>) -> bool {
    !args.all_regions && args.accounts.is_none() && !args.organization && scopes.is_none()
}

/// The list that all shards have before them. One that each made anew would be another one wherever AWS failed to list something, and what only
/// one of them missed would be nobody's gap.
fn written_list(reach: Reach<'_>, aws: &AwsArgs) -> Result<Fleet> {
    match reach.written(aws)? {
        Some(list) => fleet::not_empty(list),
        None => bail!(
            "cannot read a share of what is not written down: list it once with `ecs-express-audit scopes FILE`, and give --scopes FILE"
        ),
    }
}
