//! Remedies that were run: after the script, all is gone that it names, a second audit has nothing more to remove, and nothing else was touched.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::support::{Report, Run, World, script, text};

/// The folder with the program `aws`, whose process ends with this one.
fn programs() -> &'static Path {
    static PROGRAMS: OnceLock<(PathBuf, Child)> = OnceLock::new();
    let (folder, _) = PROGRAMS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulator-suite").join("programs");
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut process = script("cli.py").arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python runs");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("it says when it is there");
        assert_eq!(line, "ready\n");
        (folder, process)
    });
    folder
}

/// What is left over, and the script that removes it.
pub(super) struct Plan {
    pub(super) report: Report,
    script: String,
}

impl Plan {
    #[track_caller]
    pub(super) fn of(world: &World, arguments: &[&str]) -> Self {
        let script = world.path("remedy.sh");
        let run = world.run(&[&["audit", "-f", "json", "--remedy-script", &script], arguments].concat());
        let report = Report::of(run);
        assert!(report.is_complete(), "gaps {:?}", report.gaps());
        Self { report, script }
    }

    /// Runs the script with the AWS CLI; somebody is there to say yes to everything.
    pub(super) fn run(&self, world: &World) -> Run {
        let path = format!("{}:{}", programs().display(), std::env::var("PATH").expect("a path"));
        let mut shell = world.command_of(Path::new("sh"), &[&self.script]);
        shell.env("PATH", path).env("REMEDY_PAUSE_SECONDS", "0").env("AWS_MAX_ATTEMPTS", "2").stdin(Stdio::piped());
        let mut child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a shell");
        let answers = "y\n".repeat(500);
        // A script that asks for nothing is gone before it has heard everything.
        let _ = child.stdin.take().expect("piped").write_all(answers.as_bytes());
        let output = child.wait_with_output().expect("its output");
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
        Run { code: output.status.code().unwrap_or(-1), out, err }
    }

    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.report.json["findings"].as_array().expect("findings").iter()
    }

    /// The findings that have commands.
    fn removable(&self) -> impl Iterator<Item = &Value> {
        self.findings().filter(|finding| finding["remedy"]["commands"].as_array().is_some_and(|commands| !commands.is_empty()))
    }

    /// Whether it is a finding's resource or, for task definitions, one that its commands name besides.
    pub(super) fn removes(&self, arn: &str) -> bool {
        let named = |finding: &Value| finding["remedy"]["commands"].to_string().contains(&format!("{arn} "));
        self.removable().any(|finding| text(&finding["arn"]) == arn || (finding["kind"] == "task-definition" && named(finding)))
    }
}

/// What of that is left without what the plan removes.
pub(super) fn spared(holdings: &BTreeMap<String, String>, plan: &Plan) -> BTreeMap<String, String> {
    holdings.iter().filter(|(arn, _)| !plan.removes(arn)).map(|(arn, state)| (arn.clone(), state.clone())).collect()
}

/// Follows the remedies of a Region, round by round, until there are none: exactly what they name goes, that many resources in each round.
/// To run a script again is harmless.
#[track_caller]
fn check(world: &World, arguments: &[&str], rounds: &[usize]) {
    for expected in rounds {
        let before = world.holdings();
        let plan = Plan::of(world, arguments);
        let ran = plan.run(world);
        let after = world.holdings();
        assert_eq!((ran.code, &after), (0, &spared(&before, &plan)), "{}{}", ran.out, ran.err);
        assert_eq!(before.len() - after.len(), *expected, "{:?}", plan.report.findings());
        let twice = plan.run(world);
        assert_eq!((twice.code, world.holdings()), (0, after), "{}{}", twice.out, twice.err);
    }
    let last = Plan::of(world, arguments);
    assert_eq!(last.removable().count(), 0, "{:?}", last.report.findings());
}

pub(super) fn create(world: &World, name: &str) -> Value {
    world.step(json!({"do": "create", "cluster": "prod", "name": name}))
}

pub(super) fn delete(world: &World, service: &Value) {
    world.step(json!({"do": "delete", "service": service["service"], "leave": "all"}));
}

/// A service that has left everything behind.
pub(super) fn dead(world: &World, name: &str) -> Value {
    let service = create(world, name);
    delete(world, &service);
    service
}

pub(super) fn id(arn: &Value) -> &str {
    text(arn).rsplit('/').next().expect("a last part")
}

#[test]
fn the_case_that_the_project_grew_from_is_cleaned_up() {
    let Some(world) = World::open("remedy-story") else { return };
    let service = world.step(json!({"do": "create", "cluster": "hoge-cluster", "name": "hoge-service"}));
    let left = ["target-group", "certificate", "listener", "load-balancer", "load-balancer-security-group"];
    world.step(json!({"do": "delete", "service": service["service"], "leave": left}));
    check(&world, &["--include-data"], &[6]);
}

#[test]
fn all_kinds_of_a_dead_service_go_and_logs_only_if_asked_for() {
    let Some(world) = World::open("remedy-dead") else { return };
    let service = dead(&world, "web");
    check(&world, &[], &[15]);
    let logs = |world: &World| world.holdings().keys().any(|arn| arn.ends_with(text(&service["log_group"])));
    assert!(logs(&world), "the logs stay");
    check(&world, &["--include-data"], &[1]);
    assert!(!logs(&world), "the logs go");
}

#[test]
fn what_is_the_only_thing_left_of_a_service_goes() {
    let Some(world) = World::open("remedy-each") else { return };
    let kinds = ["target-group", "alarm", "scalable-target", "security-group", "certificate", "log-group", "task-definition"];
    let services = kinds.map(|kind| (kind, create(&world, kind)));
    for (kind, service) in &services {
        world.step(json!({"do": "delete", "service": service["service"], "leave": [kind]}));
    }
    // Two target groups, one of each other kind, and the cluster.
    check(&world, &["--include-data"], &[9]);
}

#[test]
fn services_that_shared_a_load_balancer_go_with_groups_that_name_each_other() {
    let Some(world) = World::open("remedy-several") else { return };
    let (web, api) = (create(&world, "web"), create(&world, "api"));
    world.step(json!({"do": "protect", "load_balancer": web["load_balancer"]}));
    delete(&world, &web);
    delete(&world, &api);
    world.step(json!({"do": "purge", "service": api["service"]}));
    check(&world, &["--include-data"], &[28]);
}

#[test]
fn what_a_living_service_shares_stays() {
    let Some(world) = World::open("remedy-shared") else { return };
    let (dead, live) = (create(&world, "blue"), create(&world, "green"));
    world.step(json!({"do": "protect", "load_balancer": live["load_balancer"]}));
    delete(&world, &dead);
    check(&world, &["--include-data"], &[10]);
}

#[test]
fn what_others_hold_stays() {
    let Some(world) = World::open("remedy-held") else { return };
    let service = dead(&world, "web");
    let host = json!({"do": "custom_rule", "listener": service["listener"], "host": "shop.example.com"});
    world.step(host);
    world.step(json!({"do": "security_group", "name": "database", "admits": id(&service["security_group"])}));
    world.step(json!({"do": "composite_alarm", "name": "everything is on fire", "alarm": service["alarm"]}));
    check(&world, &["--include-data"], &[10]);
}

#[test]
fn a_load_balancer_behind_another_stays_with_what_it_carries() {
    let Some(world) = World::open("remedy-behind") else { return };
    let service = dead(&world, "web");
    world.step(json!({"do": "nlb_in_front", "load_balancer": service["load_balancer"]}));
    world.step(json!({"do": "interface", "security_groups": [id(&service["security_group"])], "description": "RDSNetworkInterface"}));
    check(&world, &["--include-data"], &[11]);
}

#[test]
fn what_a_living_service_has_superseded_goes_and_nothing_that_it_uses() {
    let Some(world) = World::open("remedy-superseded") else { return };
    let service = create(&world, "web");
    world.step(json!({"do": "update", "service": service["service"], "port": 9090, "keep_old": true}));
    check(&world, &["--include-data"], &[2]);
}

#[test]
fn what_a_gateway_made_stays() {
    let Some(world) = World::open("remedy-gateway") else { return };
    dead(&world, "web");
    world.step(json!({"do": "gateway", "cluster": "prod", "service": null, "express_names": true}));
    check(&world, &["--include-data"], &[15]);
}

#[test]
fn what_an_ordinary_service_of_the_name_has_taken_over_stays() {
    let Some(world) = World::open("remedy-moved") else { return };
    let service = dead(&world, "web");
    let group = service["target_groups"][0].clone();
    world.step(json!({"do": "plain_service", "cluster": "prod", "name": "web", "target_group": group, "security_groups": []}));
    check(&world, &["--include-data"], &[1]);
}

#[test]
fn what_a_service_left_before_its_name_lived_again_goes() {
    let Some(world) = World::open("remedy-reborn") else { return };
    dead(&world, "web");
    world.step(json!({"do": "create", "cluster": "prod", "name": "web", "own_load_balancer": true}));
    check(&world, &["--include-data"], &[7]);
}

#[test]
fn where_nothing_is_left_over_nothing_happens() {
    let Some(world) = World::open("remedy-nothing") else { return };
    let service = create(&world, "web");
    world.step(json!({"do": "drain", "service": service["service"], "done": ["rule"], "minutes_ago": 120}));
    world.step(json!({"do": "create", "cluster": "hoge-cluster-v2", "name": "hoge-service", "wedged": true}));
    check(&world, &["--include-data"], &[0]);
}

#[test]
fn in_another_order_aws_refuses() {
    let Some(world) = World::open("remedy-order") else { return };
    dead(&world, "web");
    let plan = Plan::of(&world, &["--include-data"]);
    let mut steps: Vec<&Value> = plan.removable().collect();
    steps.sort_by_key(|finding| std::cmp::Reverse(finding["remedy"]["step"].as_u64()));
    let commands = steps.iter().flat_map(|finding| finding["remedy"]["commands"].as_array().into_iter().flatten());
    let script: Vec<String> = commands.map(|command| format!("{} || true", text(command))).collect();
    let backwards =
        Plan { report: Report { code: 0, json: plan.report.json.clone() }, script: world.file("backwards.sh", &script.join("\n")) };
    let ran = backwards.run(&world);
    for refusal in ["(ResourceInUseException)", "(DependencyViolation)", "(ResourceInUse)"] {
        assert!(ran.err.contains(refusal), "{refusal}: {}", ran.err);
    }
}
