//! One emulator for all tests of the suite; each test has a Region of its own in it.

#![allow(clippy::needless_pass_by_value, reason = "literals of `json!` and results of calls read best passed as they are")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};

/// Set to leave the suite out.
const SKIP: &str = "ECS_EXPRESS_AUDIT_SKIP_EMULATOR";

struct Emulator {
    address: String,
    /// Ends when its standard input does, that is with this process.
    _process: Child,
}

/// How many Regions are taken. ACM's domains may have 64 characters: the Region in them must be short, so it is a number.
static REGIONS: AtomicUsize = AtomicUsize::new(1);

fn emulator() -> Option<&'static Emulator> {
    static EMULATOR: OnceLock<Option<Emulator>> = OnceLock::new();
    EMULATOR.get_or_init(|| if std::env::var_os(SKIP).is_some() { None } else { Some(start()) }).as_ref()
}

/// A script beside the emulator, to be run by the Python that has its packages.
pub(crate) fn script(name: &str) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulator");
    let mut python = Command::new(environment(&folder.join("requirements.txt")));
    python.arg(folder.join(name));
    python
}

fn start() -> Emulator {
    let server = script("server.py").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut process = server.expect("the emulator starts");
    let mut line = String::new();
    let stdout = process.stdout.take().expect("its output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the emulator says where it listens");
    let address = line.trim().strip_prefix("listening http://").unwrap_or_else(|| panic!("the emulator said {line:?}"));
    Emulator { address: address.to_owned(), _process: process }
}

/// The Python of a virtual environment with exactly the pinned packages, made once under the target folder.
fn environment(requirements: &Path) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _making = ONE_AT_A_TIME.lock();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulator-venv");
    let (python, stamp) = (home.join("bin/python"), home.join("requirements.installed"));
    let wanted = std::fs::read(requirements).expect("tests/emulator/requirements.txt");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return python;
    }
    say("making the emulator's Python environment (once; about a minute)");
    run(Command::new("python3").arg("-m").arg("venv").arg("--clear").arg(&home), "python3 with its module venv is needed");
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(pip).arg(requirements), "the packages of tests/emulator/requirements.txt are needed");
    std::fs::write(&stamp, wanted).expect("the stamp can be written");
    python
}

fn run(command: &mut Command, need: &str) {
    let hint = format!("{need} for the emulator suite; {SKIP}=1 leaves it out");
    let output = command.output().unwrap_or_else(|error| panic!("{hint} ({error})"));
    assert!(output.status.success(), "{hint}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Says something even where the test runner captures what tests print.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "emulator suite: {text}");
}

/// A Region of the emulator, and what was made in it.
pub(crate) struct World {
    emulator: &'static Emulator,
    pub(crate) region: String,
    folder: PathBuf,
    /// Environment variables for the binary.
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

/// How often a signal is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signals {
    Once,
    UntilItEnds,
}

/// What a run of the binary gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// A Region of that name, or nothing (and a word about it) where the suite is left out.
    pub(crate) fn open(name: &str) -> Option<Self> {
        let Some(emulator) = emulator() else {
            say(&format!("left out, because {SKIP} is set: {name}"));
            return None;
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulator-suite").join(name);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        let region = format!("test-{}", REGIONS.fetch_add(1, Ordering::Relaxed));
        Some(Self { emulator, region, folder, environment: Vec::new() })
    }

    /// Does one step in the emulator (`tests/emulator/life.py` lists them), and gives what it answers.
    pub(crate) fn step(&self, step: Value) -> Value {
        let answer = self.post("steps", &json!({"region": self.region, "steps": [step]}));
        answer["results"][0].clone()
    }

    /// The same in another account.
    pub(crate) fn step_in(&self, account: &str, step: Value) -> Value {
        let answer = self.post("steps", &json!({"account": account, "region": self.region, "steps": [step]}));
        answer["results"][0].clone()
    }

    /// From now on, whoever asks in this Region which Regions are enabled is told of these.
    pub(crate) fn enabled_regions(&self, regions: &[&str]) {
        self.post("regions", &json!({"region": self.region, "enabled": regions}));
    }

    /// From now on the organization has these accounts, page by page.
    pub(crate) fn organization(&self, pages: Value) {
        self.post("organization", &json!({"pages": pages}));
    }

    /// From now on these calls fail so.
    pub(crate) fn faults(&self, faults: Value) {
        self.post("faults", &json!({"region": self.region, "faults": faults}));
    }

    /// The calls since the last time, as `service:Operation`.
    pub(crate) fn calls(&self) -> Vec<String> {
        let answer = self.post("calls", &json!({"region": self.region, "clear": true}));
        let calls = answer["calls"].as_array().expect("a list of calls").iter();
        calls.map(|call| format!("{}:{}", text(&call["service"]), text(&call["operation"]))).collect()
    }

    /// Where the emulator listens, as `HOST:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.emulator.address
    }

    /// Puts a state on one of the emulator's state servers (`tests/emulator/states.py`).
    pub(crate) fn keep(&self, server: &str, state: Value) {
        self.post(server, &state);
    }

    /// What this Region holds, by ARN (`tests/emulator/holdings.py`).
    pub(crate) fn holdings(&self) -> BTreeMap<String, String> {
        let answer = self.post("holdings", &json!({"region": self.region}));
        serde_json::from_value(answer["holdings"].clone()).expect("texts by ARN")
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.emulator.address).expect("the emulator listens");
        let head = format!("POST /_emulator/{path} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\nContent-Type: application/json");
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).expect("the emulator reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the emulator answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}\n{body}");
        serde_json::from_str(body).expect("JSON")
    }

    /// From now on every call of every Region takes that long.
    pub(crate) fn latency(&self, latency: Duration) {
        self.post("latency", &json!({"milliseconds": u64::try_from(latency.as_millis()).unwrap_or(0)}));
    }

    /// Runs the binary against this Region.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        finished(self.command(arguments).output().expect("the binary runs"))
    }

    /// Runs the binary, and gives its peak resident memory in KiB too (on Linux; elsewhere 0).
    pub(crate) fn run_measured(&self, arguments: &[&str]) -> (Run, u64) {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let status = PathBuf::from(format!("/proc/{}/status", child.id()));
        let mut peak = 0;
        // The output may fill its pipe: it is read while the process runs.
        let (mut out, mut err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let reader = std::thread::spawn(move || {
            let (mut first, mut second) = (Vec::new(), Vec::new());
            let _ = out.read_to_end(&mut first);
            let _ = err.read_to_end(&mut second);
            (first, second)
        });
        let code = loop {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
            peak = peak.max(kib.unwrap_or(0));
            match child.try_wait().expect("its status") {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        let (stdout, stderr) = reader.join().expect("its output");
        (finished(std::process::Output { status: code, stdout, stderr }), peak)
    }

    /// Runs the binary, and sends it a signal (`-INT`) when the scan has begun.
    pub(crate) fn run_signalled(&self, arguments: &[&str], signal: &str, signals: Signals) -> Run {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        while !self.calls().iter().any(|made| made == "ecs:ListClusters") {
            std::thread::sleep(Duration::from_millis(20));
        }
        while child.try_wait().expect("its status").is_none() {
            let sent = Command::new("kill").arg(signal).arg(child.id().to_string()).status().expect("kill runs");
            assert!(sent.success(), "kill {signal}");
            match signals {
                Signals::Once => break,
                Signals::UntilItEnds => std::thread::sleep(Duration::from_millis(200)),
            }
        }
        finished(child.wait_with_output().expect("its output"))
    }

    /// Kills the binary when the scan has begun: it can do nothing more.
    pub(crate) fn run_killed(&self, arguments: &[&str]) {
        let mut child = self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        while !self.calls().iter().any(|made| made == "ecs:ListClusters") {
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().expect("it runs still");
        child.wait().expect("it was killed");
    }

    /// Runs an example against this Region, as `cargo test` has built it beside the tests.
    pub(crate) fn run_example(&self, name: &str) -> Run {
        let test = std::env::current_exe().expect("a test is a file");
        let example = test.ancestors().nth(2).expect("deps, and the folder of the profile").join("examples").join(name);
        let output = self.command_of(&example, &[]).output();
        finished(output.unwrap_or_else(|error| panic!("{name} is not built, which `cargo build --examples` does: {error}")))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_ecs-express-audit")), arguments)
    }

    /// A program whose environment leads it to this Region.
    pub(crate) fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        let ours = [
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ];
        command.envs(ours).envs(self.environment.iter().copied());
        command.env("AWS_ENDPOINT_URL", format!("http://{}", self.emulator.address)).env("AWS_REGION", &self.region);
        command.args(arguments).stdin(Stdio::null()).current_dir(&self.folder);
        command
    }

    /// Audits this Region against the declared services.
    pub(crate) fn audit(&self, declared: &[&Value]) -> Report {
        let state = self.state(declared);
        let run = self.run(&["audit", "-d", &state, "-f", "json"]);
        Report::of(run)
    }

    /// Writes a Terraform state that declares these services (results of `create`), and gives its path.
    pub(crate) fn state(&self, services: &[&Value]) -> String {
        let attributes = services.iter().map(|service| json!({"service_arn": service["service"], "region": self.region}));
        self.state_of(attributes)
    }

    /// Writes a Terraform state of services with these attributes, and gives its path.
    pub(crate) fn state_of(&self, services: impl IntoIterator<Item = Value>) -> String {
        let resource = |(i, attributes): (usize, Value)| {
            json!({"mode": "managed", "type": "aws_ecs_express_gateway_service", "name": format!("s{i}"),
                   "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
                   "instances": [{"schema_version": 0, "attributes": attributes}]})
        };
        let resources: Vec<Value> = services.into_iter().enumerate().map(resource).collect();
        let lineage = "67f889e5-2384-f0c5-e40d-68f5fcaa7448";
        self.file("terraform.tfstate", &json!({"version": 4, "serial": 1, "lineage": lineage, "resources": resources}).to_string())
    }

    /// Writes a file of the test's own, and gives its path.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the file can be written");
        path
    }

    /// Where a file of the test's own is.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("a UTF-8 path").to_owned()
    }
}

fn finished(output: std::process::Output) -> Run {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A report of the binary.
pub(crate) struct Report {
    pub(crate) code: i32,
    pub(crate) json: Value,
}

impl Report {
    #[track_caller]
    pub(crate) fn of(run: Run) -> Self {
        let json =
            serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("no report ({e}): exit {}\n{}\n{}", run.code, run.out, run.err));
        Self { code: run.code, json }
    }

    /// The findings as `code kind arn`.
    pub(crate) fn findings(&self) -> BTreeSet<String> {
        let findings = self.json["findings"].as_array().expect("findings").iter();
        findings.map(|f| format!("{} {}", text(&f["code"]), text(&f["arn"]))).collect()
    }

    /// The ARNs that are called orphans.
    pub(crate) fn orphans(&self) -> BTreeSet<String> {
        self.findings().iter().filter_map(|f| f.strip_prefix("orphan ").map(str::to_owned)).collect()
    }

    /// The operations of its gaps.
    pub(crate) fn gaps(&self) -> BTreeSet<String> {
        self.json["gaps"].as_array().expect("gaps").iter().map(|gap| text(&gap["operation"]).to_owned()).collect()
    }

    /// Whether it says that everything was read.
    pub(crate) fn is_complete(&self) -> bool {
        self.json["complete"] == json!(true)
    }

    /// Fails unless the report has exactly these findings.
    #[track_caller]
    pub(crate) fn check(&self, expected: &[String]) {
        let expected: BTreeSet<String> = expected.iter().cloned().collect();
        assert_eq!(self.findings(), expected, "exit {}\ngaps {:?}", self.code, self.gaps());
        assert!(self.is_complete(), "gaps {:?}, unjudged {}", self.gaps(), self.json["unjudged"]);
    }
}

/// The text of a JSON string.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A finding's line, as [`Report::findings`] gives it.
pub(crate) fn line(code: &str, arn: &Value) -> String {
    assert!(arn.is_string(), "no ARN for {code}: {arn}");
    format!("{code} {}", text(arn))
}
