//! The tools: how each is started, and what it says that it has read.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::kinds::{self, Counts};
use super::process::{Finished, finish};
use super::{python, source};

const REGION: &str = "eu-west-1";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Our program: reads, judges and reports.
    Audit,
    /// A script with boto3: only reads, one call after another.
    Plain,
    /// Cloud Custodian: reads what it knows of the same kinds, and writes it down.
    Custodian,
}

impl Tool {
    pub(crate) const ALL: [Self; 3] = [Self::Audit, Self::Plain, Self::Custodian];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Plain => "boto3 script",
            Self::Custodian => "Cloud Custodian",
        }
    }

    /// How often it is measured.
    pub(crate) fn runs(self) -> usize {
        match self {
            Self::Audit | Self::Plain => 5,
            Self::Custodian => 2,
        }
    }

    /// The kinds that it must have counted.
    pub(crate) fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Audit => &[
                "certificate",
                "cluster",
                "listener",
                "listener-rule",
                "load-balancer",
                "log-group",
                "rollback-alarm",
                "scalable-target",
                "security-group",
                "service",
                "target-group",
                "task-definition",
            ],
            Self::Plain => &[
                "alarm",
                "certificate",
                "cluster",
                "listener",
                "listener-rule",
                "load-balancer",
                "log-group",
                "scalable-target",
                "scaling-policy",
                "security-group",
                "service",
                "service-revision",
                "target-group",
                "task-definition",
            ],
            Self::Custodian => &[
                "alarm",
                "certificate",
                "cluster",
                "load-balancer",
                "log-group",
                "security-group",
                "service",
                "target-group",
                "task-definition",
            ],
        }
    }

    /// Runs it once against that endpoint. It must have read what is held there.
    pub(crate) fn run(self, url: &str, held: &Counts) -> Finished {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers").join(format!("{self:?}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the run");
        let run = finish(self.command().env_clear().envs(environment(url)), &folder);
        let differing = match self.read(&run, &folder) {
            Some(read) => kinds::differences(&read, held, self.kinds()),
            None => vec!["it does not say what it read".to_owned()],
        };
        let is_well = run.status.success() && differing.is_empty();
        assert!(is_well, "{}: {}; {differing:?}; it said, in {}:\n{}", self.name(), run.status, folder.display(), run.err);
        run
    }

    fn command(self) -> Command {
        let ours = env!("CARGO_BIN_EXE_ecs-express-audit");
        let (program, arguments) = match self {
            Self::Audit => (ours.into(), vec!["audit", "-f", "json"]),
            Self::Plain => (python::programs("plain").join("python"), Vec::new()),
            Self::Custodian => {
                let arguments = vec!["run", "--region", REGION, "--cache", "cache", "--output-dir", "."];
                (python::programs("custodian").join("custodian"), arguments)
            }
        };
        let mut command = Command::new(program);
        command.args(arguments).args(match self {
            Self::Audit => None,
            Self::Plain => Some(source("plain.py")),
            Self::Custodian => Some(source("custodian.yml")),
        });
        command
    }

    /// How many of each kind a run has read.
    fn read(self, run: &Finished, folder: &Path) -> Option<Counts> {
        match self {
            Self::Audit => reported(&serde_json::from_str(&run.out).ok()?),
            Self::Plain => serde_json::from_str(&run.out).ok(),
            Self::Custodian => self.kinds().iter().map(|kind| Some(((*kind).to_owned(), collected(folder, kind)?))).collect(),
        }
    }
}

/// Nothing of the caller's environment: no other configuration, credentials or proxies.
fn environment(url: &str) -> [(&str, &str); 5] {
    [
        ("AWS_ENDPOINT_URL", url),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "bench"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
    ]
}

/// What our report says that Express Mode has in the one Region; it must say that everything was read. Of alarms it counts Express Mode's own,
/// and not those of Application Auto Scaling.
fn reported(report: &Value) -> Option<Counts> {
    let scope = report["scopes"].as_array()?.first().filter(|_| report["complete"] == true)?;
    let mut counts: Counts = serde_json::from_value(scope["resources"].clone()).ok()?;
    let alarms = counts.remove("alarm")?;
    counts.insert("rollback-alarm".to_owned(), alarms);
    Some(counts)
}

/// The resources that a policy of that name found.
fn collected(folder: &Path, policy: &str) -> Option<usize> {
    let resources = std::fs::read(folder.join(policy).join("resources.json")).ok()?;
    Some(serde_json::from_slice::<Vec<Value>>(&resources).ok()?.len())
}
