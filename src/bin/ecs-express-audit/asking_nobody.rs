//! Nobody is asked over the network: this build has no AWS support.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ecs_express_audit::fleet::Fleet;
use ecs_express_audit::inventory::{ScopeInventory, Surroundings};
use ecs_express_audit::model::Own;
use ecs_express_audit::permissions::Rates;
use ecs_express_audit::plan::Plan;
use ecs_express_audit::{AskedService, Declared};

use crate::advice::{Advised, WITHOUT_AWS};
use crate::args::{AwsArgs, TalkArgs};
use crate::fleet::{self, Reach};

const WITHOUT: &str = "this build has no AWS support (it was made without the feature `aws`)";

pub(crate) struct Asking<'a> {
    args: &'a AwsArgs,
    reach: Option<Reach<'a>>,
}

#[expect(clippy::unused_self, reason = "with AWS support there is somebody to ask")]
impl<'a> Asking<'a> {
    pub(crate) fn with(args: &'a AwsArgs, rates: Rates) -> Self {
        Self::over(args, None, rates)
    }

    pub(crate) fn over(args: &'a AwsArgs, reach: Option<Reach<'a>>, _: Rates) -> Self {
        Self { args, reach }
    }

    pub(crate) fn fleet(&self) -> Result<Fleet> {
        let written = self.reach.and_then(|reach| reach.written(self.args).transpose()).transpose()?;
        let fleet =
            written.with_context(|| format!("cannot ask AWS for accounts and Regions: {WITHOUT}; give --accounts FILE and --region"))?;
        fleet::not_empty(fleet)
    }

    pub(crate) fn declaration(&self, source: &str) -> Result<Declared> {
        let scheme = source.split(':').next().unwrap_or_default();
        bail!("cannot read {scheme}://…: {WITHOUT}; run `terraform state pull | ecs-express-audit audit -d -`")
    }

    pub(crate) fn each_to_judge(
        &self,
        _: &Declared,
        _: &BTreeSet<AskedService>,
        _: &Own,
        _: &TalkArgs,
        _: impl FnMut(ScopeInventory),
    ) -> Result<()> {
        let build = "`cargo build --release` builds it with AWS support; without, an audit takes a snapshot".to_owned();
        bail!(Advised::new(format!("cannot ask AWS: {WITHOUT}; give --snapshot FILE"), [build, WITHOUT_AWS.to_owned()]))
    }

    pub(crate) fn pause(&self, _: Duration) -> bool {
        false
    }

    pub(crate) fn surroundings(&self, _: &mut Plan, _: &TalkArgs) -> Result<Vec<Surroundings>> {
        bail!("cannot ask AWS: {WITHOUT}")
    }
}
