//! `preflight`: a plan against what it will meet, before it is applied.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use ecs_express_audit::input::{self, Config};
use ecs_express_audit::model::{ExitCode, FailOn, Policy, Severity};
use ecs_express_audit::plan::Plan;

use crate::args::{ConfigArgs, PreflightArgs};
use crate::asking::Asking;
use crate::{audit, declared, judgement, output, signals};

/// No plan is larger; one byte more is read to see it.
const LARGEST: u64 = (64 << 20) + 1;

/// Every code but 0 is to keep the apply from happening. With `--advisory` a judgement never does.
pub(crate) fn run(args: &PreflightArgs) -> Result<ExitCode> {
    if args.plan.as_os_str() == "-" && args.declared.readers_of_standard_input() > 0 {
        bail!("cannot read standard input twice: only one of --plan and -d can be -");
    }
    let chosen = ConfigArgs { config: args.config.clone(), own: Vec::new() };
    let mut config = judgement::configuration(&chosen, &args.output.talk)?;
    let rates = judgement::rates(std::mem::take(&mut config.rates), args.rate);
    let policy = policy(config, args)?;
    let mut plan = read(&args.plan)?;
    let asking = Asking::with(&args.aws, rates);
    let declared = declared::read(&args.declared, &asking)?;
    let is_idle = plan.touched().next().is_none();
    let met = if is_idle { Vec::new() } else { asking.surroundings(&mut plan, &args.output.talk)? };
    let now = args.now.unwrap_or_else(audit::clock);
    let mut report = ecs_express_audit::preflight(&plan, &declared, &met, &policy, now);
    report.is_advisory = args.advisory;
    report.stopped = signals::received();
    output::write(&report, &args.output).or_else(output::unless_closed_pipe)?;
    Ok(report.ends_with())
}

fn policy(config: Config, args: &PreflightArgs) -> Result<Policy> {
    let fail_on = args.fail_on.or(config.fail_on).unwrap_or(FailOn::AtLeast(Severity::High));
    let mut policy = config.into_policy();
    policy.fail_on = fail_on;
    policy.grace = args.grace.unwrap_or(policy.grace);
    judgement::override_prices(&mut policy, args.prices.as_deref())?;
    Ok(policy)
}

/// The plan in that file, or on standard input.
pub(crate) fn read(path: &Path) -> Result<Plan> {
    let (name, mut text) = (path.display().to_string(), Vec::new());
    if path.as_os_str() == "-" {
        let name = "standard input";
        io::stdin().lock().take(LARGEST).read_to_end(&mut text).context("cannot read standard input")?;
        return input::read_plan(name, &text).map_err(|error| anyhow!("cannot {error}"));
    }
    let file = File::open(path).with_context(|| format!("cannot open the plan {name}"))?;
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("cannot read the plan {name}"))?;
    input::read_plan(&name, &text).map_err(|error| anyhow!("cannot {error}"))
}
