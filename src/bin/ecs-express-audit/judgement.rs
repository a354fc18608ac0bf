//! How to judge: the defaults, over them the configuration, over both the command line.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use ecs_express_audit::input::{self, Config};
use ecs_express_audit::model::{Own, Policy};
use ecs_express_audit::permissions::Rates;
use ecs_express_audit::render;

use crate::args::{ConfigArgs, JudgementArgs, RateArgs, TalkArgs};

/// The configuration that is looked for.
const NAME: &str = "ecs-express-audit.toml";

/// No configuration is larger; one byte more is read to see it.
const LARGEST: u64 = (1 << 20) + 1;

/// The policy that a configuration and the arguments make.
pub(crate) fn policy(config: Config, args: &JudgementArgs) -> Result<Policy> {
    let JudgementArgs { config: _, fail_on, grace, declared_partial, include_data, prices, now: _ } = args;
    let mut policy = config.into_policy();
    policy.fail_on = fail_on.unwrap_or(policy.fail_on);
    policy.grace = grace.unwrap_or(policy.grace);
    policy.declared_partial = declared_partial.unwrap_or(policy.declared_partial);
    policy.include_data = *include_data;
    override_prices(&mut policy, prices.as_deref())?;
    Ok(policy)
}

/// How fast AWS is asked, as the configuration says and over it the command line.
pub(crate) fn rates(configured: Rates, args: RateArgs) -> Rates {
    let mut rates = configured;
    rates.percent = args.rate_share.or(rates.percent);
    rates
}

/// Puts the prices of that file in the place of those that are built in.
pub(crate) fn override_prices(policy: &mut Policy, path: Option<&Path>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let text = text_of(path, "prices")?;
    let prices = input::read_prices(&path.display().to_string(), &text).map_err(|error| anyhow::anyhow!("cannot {error}"))?;
    policy.prices.override_with(prices);
    Ok(())
}

/// What the configuration says, with what is the caller's own as the command line has it.
pub(crate) fn configuration(args: &ConfigArgs, talk: &TalkArgs) -> Result<Config> {
    let mut config = match &args.config {
        Some(path) => read(path)?,
        None => match found()? {
            Some(path) => {
                let config = read(&path)?;
                if !talk.quiet {
                    // Whoever did not name it should know that it is there. Nobody may be reading.
                    let _ = writeln!(io::stderr(), "configuration: {}", render::harmless(&path.display().to_string()));
                }
                config
            }
            None => Config::default(),
        },
    };
    if !args.own.is_empty() {
        config.own = Own::default();
        args.own.iter().cloned().for_each(|own| config.own.unite(own));
    }
    Ok(config)
}

/// The nearest configuration from the working directory upwards; the root of a git repository is the last place that is looked at.
/// It is named relative to the working directory, so that reports do not depend on where a repository lies.
fn found() -> Result<Option<PathBuf>> {
    let here = std::env::current_dir().context("cannot tell the working directory, in which a configuration may be")?;
    let mut upwards = PathBuf::new();
    for folder in here.ancestors() {
        let path = folder.join(NAME);
        let is_there = path.try_exists();
        if is_there.with_context(|| format!("cannot tell whether there is a {} (--config FILE names another one)", path.display()))? {
            return Ok(Some(upwards.join(NAME)));
        }
        if folder.join(".git").exists() {
            return Ok(None);
        }
        upwards.push("..");
    }
    Ok(None)
}

fn read(path: &Path) -> Result<Config> {
    let text = text_of(path, "configuration")?;
    input::read_config(&path.display().to_string(), &text).map_err(|error| anyhow::anyhow!("cannot {error}"))
}

fn text_of(path: &Path, what: &str) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot open the {what} {}", path.display()))?;
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read the {what} {}", path.display()))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_the_command_line_wins_over_the_configurations() {
        let configured = || input::read_config("x", b"[rates]\nshare_percent = 80").expect("a configuration").rates;
        let share = |rate_share| rates(configured(), RateArgs { rate_share }).percent;
        assert_eq!((share(None), share(Some(20))), (Some(80), Some(20)));
        assert_eq!(rates(Rates::default(), RateArgs { rate_share: None }), Rates::default());
    }
}
