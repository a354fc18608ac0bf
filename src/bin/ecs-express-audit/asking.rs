//! Whoever is asked over the network, from the moment on when somebody must be: until then a signal ends the program as any other.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Result;
use ecs_express_audit::inventory::{Inventory, Surroundings};
use ecs_express_audit::model::Own;
use ecs_express_audit::plan::Plan;
use ecs_express_audit::{AskedService, Declared};

use crate::args::{AwsArgs, TalkArgs};
use crate::live::{self, Fields, Wanted};
use crate::session::Session;

pub(crate) struct Asking<'a> {
    args: &'a AwsArgs,
    session: OnceCell<Session<'a>>,
}

impl<'a> Asking<'a> {
    pub(crate) fn with(args: &'a AwsArgs) -> Self {
        Self { args, session: OnceCell::new() }
    }

    fn session(&self) -> Result<&Session<'a>> {
        if let Some(session) = self.session.get() {
            return Ok(session);
        }
        let begun = Session::begin(self.args)?;
        Ok(self.session.get_or_init(|| begun))
    }

    /// The declaration at a source that is not here.
    pub(crate) fn declaration(&self, source: &str) -> Result<Declared> {
        self.session()?.declaration(source)
    }

    /// What is live, to be judged at once.
    pub(crate) fn inventory(
        &self,
        declared: &Declared,
        services: &BTreeSet<AskedService>,
        own: &Own,
        talk: &TalkArgs,
    ) -> Result<Inventory> {
        self.collect(&Wanted { declared, services, own, fields: Fields::Declared }, talk)
    }

    /// What the plan will meet. Services that give no Region lie in the configured one, unless Regions were chosen.
    pub(crate) fn surroundings(&self, plan: &mut Plan, talk: &TalkArgs) -> Result<Vec<Surroundings>> {
        live::look_around(self.session()?, plan, talk)
    }

    /// Waits so long; whether nothing stopped it.
    pub(crate) fn pause(&self, duration: Duration) -> bool {
        self.session.get().is_none_or(|session| session.pause(duration))
    }

    /// What is live.
    pub(crate) fn collect(&self, wanted: &Wanted<'_>, talk: &TalkArgs) -> Result<Inventory> {
        live::collect(self.session()?, wanted, talk)
    }
}
