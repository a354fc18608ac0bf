//! The tables of a build without the feature `parquet`: there are none, and no option asks for them.

use anyhow::Result;
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::Report;

use crate::args::TablesArgs;

/// Tables that nobody can want.
pub(crate) struct Tables;

#[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "they are those of a build that has tables")]
impl Tables {
    pub(crate) fn of(_: &TablesArgs) -> Result<Self> {
        Ok(Self)
    }

    pub(crate) fn are_wanted(&self) -> bool {
        false
    }

    pub(crate) fn write(&self, _: &Report, _: &Inventory) -> Result<()> {
        Ok(())
    }
}
