//! `deploy/nightly`, night after night, with the built-in account: what it tells, and what it takes for the next night's baseline.
#![cfg(all(feature = "cli", target_os = "linux"))]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde_json::Value;

const ACCOUNT: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");

/// One leftover of the account: while the snapshot lacks it, there is one finding less.
const LEFTOVER: &str = "sg-2f0775d6f6c3af1bf";

/// A folder in which nights follow each other.
struct Place(PathBuf);

struct Night {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Place {
    fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nightly").join(test);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    /// A night on which the account looks like that.
    fn night(&self, account: &str, environment: &[(&str, &str)]) -> Night {
        fs::write(self.0.join("account.jsonl"), account).expect("written");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = Path::new(env!("CARGO_BIN_EXE_ecs-express-audit")).parent().expect("a folder");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").expect("a path"));
        let mut command = Command::new(root.join("deploy/nightly"));
        command.current_dir(&self.0).args(["--snapshot", "account.jsonl", "-d"]).arg(root.join("fixtures/demo/terraform.tfstate"));
        command.env_clear().env("PATH", path).env("AUDIT_STATE", self.0.join("state")).envs(environment.iter().copied());
        let output = command.output().expect("bash runs it");
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
        Night { code: output.status.code(), out, err }
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.join("state").join(name)).ok()
    }

    fn baseline(&self) -> Option<String> {
        self.read("baseline.json")
    }

    /// How the findings of the last report stand to the baseline.
    fn news(&self) -> Vec<String> {
        let report: Value = serde_json::from_str(&self.read("report.json").expect("a report")).expect("JSON");
        let findings = report["findings"].as_array().expect("a list").iter();
        let new = findings.filter(|finding| finding["status"] == "new").map(|finding| finding["arn"].to_string());
        new.collect()
    }
}

/// The account before the leftover was there.
fn before() -> String {
    snapshot(ACCOUNT.lines().filter(|line| !line.contains(&format!("\"id\":\"{LEFTOVER}\""))))
}

/// The account, but for the alarms: they could not be read.
fn unread(account: &str) -> String {
    let gap = r#"{"type":"gap","operation":"cloudwatch:DescribeAlarms","kinds":["alarm"],"cause":"denied","message":"no"}"#;
    snapshot(account.lines().take(2).chain([gap]).chain(account.lines().skip(2)))
}

/// The snapshot of these lines, with an end that counts them.
fn snapshot<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let kept: Vec<&str> = lines.filter(|line| !line.starts_with("{\"type\":\"end\"")).collect();
    format!("{}\n{{\"type\":\"end\",\"lines\":{}}}\n", kept.join("\n"), kept.len() + 1)
}

/// What a webhook is sent: it answers each of so many posts with this status.
fn webhook(posts: usize, status: &'static str) -> (String, thread::JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/services/T0/B0/secret", listener.local_addr().expect("an address"));
    let served = move || (0..posts).map(|_| take_post(&listener, status)).collect();
    (address, thread::spawn(served))
}

fn take_post(listener: &TcpListener, status: &str) -> Value {
    let (stream, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(&stream);
    let (mut length, mut line) = (0, String::from("-"));
    while !line.trim().is_empty() {
        line.clear();
        reader.read_line(&mut line).expect("a header");
        if let Some(said) = line.to_lowercase().strip_prefix("content-length:") {
            length = said.trim().parse().expect("a number");
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    (&stream).write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).expect("answered");
    serde_json::from_slice(&body).expect("JSON")
}

#[test]
fn on_the_first_night_everything_is_news_and_the_second_is_quiet() {
    let place = Place::new("first");
    let first = place.night(ACCOUNT, &[]);
    assert_eq!(first.code, Some(2), "{}", first.err);
    assert!(first.out.contains("12 findings"), "{}", first.out);
    assert_eq!((place.baseline(), place.baseline().is_some()), (place.read("report.json"), true));
    let second = place.night(ACCOUNT, &[]);
    assert_eq!((second.code, second.err.as_str(), place.news().len()), (Some(0), "", 0));
}

#[test]
fn a_new_finding_is_news_for_one_night() {
    let place = Place::new("new");
    place.night(&before(), &[]);
    assert_eq!(place.night(ACCOUNT, &[]).code, Some(2));
    let news = place.news();
    assert!(news.len() == 1 && news[0].contains(LEFTOVER), "{news:?}");
    assert_eq!(place.night(ACCOUNT, &[]).code, Some(0));
}

#[test]
fn an_incomplete_night_is_no_baseline() {
    let place = Place::new("incomplete");
    assert_eq!((place.night(&unread(ACCOUNT), &[]).code, place.baseline()), (Some(2), None), "not even on the first night");
    place.night(&before(), &[]);
    let kept = place.baseline();
    assert_eq!(place.night(&unread(&before()), &[]).code, Some(3));
    assert_eq!(place.night(&unread(ACCOUNT), &[]).code, Some(2), "it sees what is new all the same");
    assert!(kept.is_some() && place.baseline() == kept);
    assert_eq!((place.night(ACCOUNT, &[]).code, place.news().len()), (Some(2), 1), "and a complete night tells of it again");
    assert_eq!(place.night(ACCOUNT, &[]).code, Some(0));
}

#[test]
fn a_night_that_could_not_run_changes_nothing() {
    let place = Place::new("failed");
    place.night(ACCOUNT, &[]);
    let kept = place.baseline();
    let night = place.night("no snapshot", &[("SLACK_WEBHOOK_URL", "http://127.0.0.1:9/")]);
    assert_eq!((night.code, night.out.as_str(), place.baseline()), (Some(1), "", kept), "{}", night.err);
}

#[test]
fn a_damaged_baseline_is_no_first_night() {
    let place = Place::new("damaged");
    place.night(ACCOUNT, &[]);
    fs::write(place.0.join("state/baseline.json"), "{").expect("written");
    let night = place.night(ACCOUNT, &[]);
    assert_eq!((night.code, place.baseline().as_deref()), (Some(1), Some("{")), "{}", night.err);
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let place = Place::new("overlap");
    fs::create_dir_all(place.0.join("state")).expect("a folder");
    let lock = File::create(place.0.join("state/lock")).expect("a file");
    lock.lock().expect("nobody else has it");
    let night = place.night(ACCOUNT, &[]);
    assert_eq!((night.code, night.out.as_str(), place.read("report.json")), (Some(1), "", None));
    assert!(night.err.starts_with("another run is under way in "), "{}", night.err);
    drop(lock);
    assert_eq!(place.night(ACCOUNT, &[]).code, Some(2), "a lock that nobody holds is in nobody's way");
}

#[test]
fn news_are_posted_and_quiet_nights_are_not() {
    let place = Place::new("slack");
    let (address, posts) = webhook(1, "200 OK");
    let slack = [("SLACK_WEBHOOK_URL", address.as_str())];
    assert_eq!(place.night(ACCOUNT, &slack).code, Some(2));
    let posted = posts.join().expect("a webhook");
    assert_eq!(posted[0]["blocks"][0]["text"]["text"], "12 findings: 4 high, 2 medium, 4 low, 2 info");
    let quiet = place.night(ACCOUNT, &slack);
    assert_eq!((quiet.code, quiet.err.as_str()), (Some(0), ""), "nobody listens any more");
}

#[test]
fn what_nobody_was_told_of_is_told_again() {
    let place = Place::new("untold");
    let (address, posts) = webhook(2, "503 Service Unavailable");
    let slack = [("SLACK_WEBHOOK_URL", address.as_str())];
    let codes = [place.night(ACCOUNT, &slack), place.night(ACCOUNT, &slack)].map(|night| {
        assert!(!night.err.contains("secret"), "{}", night.err);
        night.code
    });
    assert_eq!((codes, place.baseline()), ([Some(1); 2], None));
    assert_eq!(posts.join().expect("a webhook").len(), 2);
}

#[test]
fn metrics_are_for_another_user_and_the_rest_is_not() {
    let place = Place::new("metrics");
    let file = place.0.join("ecs_express_audit.prom");
    let textfile = [("AUDIT_TEXTFILE", file.to_str().expect("UTF-8"))];
    place.night(ACCOUNT, &textfile);
    assert_eq!(fs::read_to_string(&file).ok(), place.read("metrics.prom"));
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&place.0.join("state")), mode(&place.0.join("state/baseline.json"))), (0o644, 0o700, 0o600));
    let nowhere = [("AUDIT_TEXTFILE", "/nonexistent/ecs_express_audit.prom")];
    assert_eq!(place.night(ACCOUNT, &nowhere).code, Some(1), "metrics that nobody sees are an error on a quiet night too");
}
