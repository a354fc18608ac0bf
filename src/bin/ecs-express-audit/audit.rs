//! `audit`: what is live, or was when a snapshot was taken, against what is declared.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use ecs_express_audit::inventory::Inventory;
use ecs_express_audit::model::{Baseline, ExitCode, Policy, Report, Timestamp};
use ecs_express_audit::snapshot::{self, SnapshotError, SnapshotErrorKind};
use ecs_express_audit::{AskedService, Auditor, Declared};

use crate::args::{AuditArgs, AwsArgs, QuestionArgs};
use crate::asking::Asking;
use crate::fleet::{self, Reach};
use crate::tables::Tables;
use crate::{baseline, declared, judgement, output, packed, signals};

/// A snapshot is read in portions of so many bytes.
const BUFFER: usize = 128 << 10;

pub(crate) fn run(args: &AuditArgs) -> Result<ExitCode> {
    let tables = Tables::of(&args.tables)?;
    let baseline = args.baseline.baseline.as_deref().map(|path| baseline::read(path, &args.question.output.talk)).transpose()?;
    let mut question = Question::of(&args.question, &args.question.aws)?;
    question.policy.fail_on_existing = args.baseline.fail_on_existing;
    question.policy.first_seen = baseline.as_ref().map(Baseline::first_seen).unwrap_or_default();
    let (mut report, inventory) = question.answer(tables.are_wanted())?;
    if let Some(baseline) = &baseline {
        ecs_express_audit::compare(&mut report, baseline, &question.declared);
    }
    report.stopped = signals::received();
    let exported = inventory.map_or(Ok(()), |inventory| tables.write(&report, &inventory));
    output::write(&report, &args.question.output).or_else(output::unless_closed_pipe)?;
    exported?;
    Ok(report.ends_with())
}

/// What is asked, before anybody looks at what is live.
pub(crate) struct Question<'a> {
    pub declared: Declared,
    pub policy: Policy,
    pub asking: Asking<'a>,
    args: &'a QuestionArgs,
}

/// What is live, or was, and as of when that is to be judged.
pub(crate) struct Sight {
    pub inventory: Inventory,
    pub now: Timestamp,
}

impl<'a> Question<'a> {
    /// Reads declarations and configuration. `aws` says whom to ask.
    pub(crate) fn of(args: &'a QuestionArgs, aws: &'a AwsArgs) -> Result<Self> {
        let files = [&args.snapshot, &args.reach.scopes].into_iter().filter(|path| is_standard_input(path.as_deref())).count();
        if args.declared.readers_of_standard_input() + files > 1 {
            bail!("cannot read standard input twice: only one of -d, --snapshot and --scopes can be -");
        }
        let mut config = judgement::configuration(&args.judgement.config, &args.output.talk)?;
        let rates = judgement::rates(std::mem::take(&mut config.rates), args.rate);
        let policy = judgement::policy(config, &args.judgement)?;
        let asking = Asking::over(aws, Reach::of(&args.reach, aws), rates);
        let declared = declared::read(&args.declared, &asking)?;
        Ok(Self { declared, policy, asking, args })
    }

    /// Judges what is live, or the snapshot: in passing, unless all of it `is_wanted`, or its end has to be known first.
    fn answer(&self, is_wanted: bool) -> Result<(Report, Option<Inventory>)> {
        let Self { declared, policy, args, .. } = self;
        if !is_wanted && args.judgement.now.is_none() {
            return Ok((self.judge_in_passing()?, None));
        }
        let Sight { inventory, now } = self.look(&BTreeSet::new())?;
        Ok((ecs_express_audit::audit(declared, &inventory, policy, now), Some(inventory)))
    }

    fn judge_in_passing(&self) -> Result<Report> {
        let Self { declared, policy, asking, args } = self;
        let Some(path) = args.snapshot.as_deref() else {
            let mut auditor = Auditor::new(declared, policy);
            asking.each_to_judge(declared, &BTreeSet::new(), &policy.own, &args.output.talk, |live| auditor.add(live))?;
            return Ok(auditor.report(Some(clock())));
        };
        let list = fleet::list_of_snapshot(&args.reach)?;
        let report = with_snapshot(path, |text| ecs_express_audit::audit_snapshot(declared, text, policy, list.as_ref()))?;
        if report.scopes.is_empty() { Err(no_scope(path)) } else { Ok(report) }
    }

    /// Looks at what is live, or at the snapshot, and asks for these services by name.
    pub(crate) fn look(&self, services: &BTreeSet<AskedService>) -> Result<Sight> {
        let inventory = self.inventory(services)?;
        // A snapshot is judged as of its own end; what is live, as of now.
        let own_time = if self.args.snapshot.is_some() { inventory.finished_at() } else { None };
        let now = self.args.judgement.now.or(own_time).unwrap_or_else(clock);
        Ok(Sight { inventory, now })
    }

    fn inventory(&self, services: &BTreeSet<AskedService>) -> Result<Inventory> {
        let own = &self.policy.own;
        let Some(path) = self.args.snapshot.as_deref() else {
            let mut inventory = Inventory::default();
            self.asking.each_to_judge(&self.declared, services, own, &self.args.output.talk, |live| inventory.scopes.push(live))?;
            return Ok(inventory);
        };
        let mut inventory = snapshot_in(path)?;
        if let Some(list) = fleet::list_of_snapshot(&self.args.reach)? {
            inventory = list.whole_of([inventory]);
        }
        if inventory.scopes.is_empty() {
            return Err(no_scope(path));
        }
        match inventory.scopes.iter().find_map(|scope| scope.unsought_tag(own)) {
            Some(tag) => bail!("cannot read {}: {}", path.display(), SnapshotErrorKind::TagNotSought { tag }),
            None => Ok(inventory),
        }
    }
}

fn no_scope(snapshot: &Path) -> anyhow::Error {
    anyhow::anyhow!("cannot audit {}: it holds no scope", snapshot.display())
}

pub(crate) fn is_standard_input(path: Option<&Path>) -> bool {
    path.is_some_and(|path| path.as_os_str() == "-")
}

/// The snapshot in that file, or on standard input, packed or not.
fn snapshot_in(path: &Path) -> Result<Inventory> {
    with_snapshot(path, |mut text| snapshot::read(&mut text))
}

/// Does something with the text of that file, or of standard input, unpacked.
fn with_snapshot<T>(path: &Path, read: impl FnOnce(Box<dyn BufRead + Send>) -> Result<T, SnapshotError>) -> Result<T> {
    let (text, name) = open(path)?;
    read(text).map_err(|error| anyhow::anyhow!("cannot {error} ({name})"))
}

/// The text of that file, or of standard input, unpacked; and what messages call it.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn BufRead + Send>, String)> {
    let (text, name): (Box<dyn BufRead + Send>, _) = if is_standard_input(Some(path)) {
        (Box::new(BufReader::new(io::stdin())), "standard input".to_owned())
    } else {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        (Box::new(BufReader::with_capacity(BUFFER, file)), path.display().to_string())
    };
    let text = packed::reader(text).with_context(|| format!("cannot read {name}"))?;
    Ok((text, name))
}

pub(crate) fn clock() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    Timestamp::from_unix_seconds(i64::try_from(now).unwrap_or(i64::MAX))
}
