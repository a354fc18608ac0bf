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
struct Plan {
    report: Report,
    script: String,
}

impl Plan {
    #[track_caller]
    fn of(world: &World, arguments: &[&str]) -> Self {
        let script = world.path("remedy.sh");
        let run = world.run(&[&["audit", "-f", "json", "--remedy-script", &script], arguments].concat());
        let report = Report::of(run);
        assert!(report.is_complete(), "gaps {:?}", report.gaps());
        Self { report, script }
    }

    /// Runs the script with the AWS CLI; somebody is there to say yes to everything.
    fn run(&self, world: &World) -> Run {
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
    fn removes(&self, arn: &str) -> bool {
        let named = |finding: &Value| finding["remedy"]["commands"].to_string().contains(&format!("{arn} "));
        self.removable().any(|finding| text(&finding["arn"]) == arn || (finding["kind"] == "task-definition" && named(finding)))
    }
}

/// What of that is left without what the plan removes.
fn spared(holdings: &BTreeMap<String, String>, plan: &Plan) -> BTreeMap<String, String> {
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

fn create(world: &World, name: &str) -> Value {
    world.step(json!({"do": "create", "cluster": "prod", "name": name}))
}

fn delete(world: &World, service: &Value) {
    world.step(json!({"do": "delete", "service": service["service"], "leave": "all"}));
}

/// A service that has left everything behind.
fn dead(world: &World, name: &str) -> Value {
    let service = create(world, name);
    delete(world, &service);
    service
}

fn id(arn: &Value) -> &str {
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
    // Without its listener the load balancer no longer presents the certificate, which ACM says only after a while.
    check(&world, &["--include-data"], &[12, 0, 0, 1]);
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

/// A script that was written before something happened. It ends with that code, says that, and what stays is as it was, but for the rules
/// by which a group that stays names one that went.
#[track_caller]
fn check_late(world: &World, happens: impl FnOnce(), code: i32, said: &str, stays: &[&Value]) {
    let plan = Plan::of(world, &["--include-data"]);
    happens();
    let before = world.holdings();
    let ran = plan.run(world);
    let after = world.holdings();
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(said) || ran.err.contains(said), "{said:?}: {}{}", ran.out, ran.err);
    for arn in stays {
        assert!(plan.removes(text(arn)), "{arn} was to go: {:?}", plan.report.findings());
        assert!(after.contains_key(text(arn)), "{arn} was to stay: {}{}", ran.out, ran.err);
        assert!(text(arn).contains(":security-group/") || after.get(text(arn)) == before.get(text(arn)), "{arn}: {}{}", ran.out, ran.err);
    }
    for (arn, state) in spared(&before, &plan) {
        assert_eq!(after.get(&arn), Some(&state), "{arn} was not to be touched: {}{}", ran.out, ran.err);
    }
}

/// Whether the last steps were run.
fn went_on(world: &World) -> bool {
    !world.holdings().keys().any(|arn| arn.ends_with(":cluster/prod"))
}

#[test]
fn what_came_into_use_since_the_audit_stays_and_the_others_go() {
    let Some(world) = World::open("remedy-late-rule") else { return };
    let service = dead(&world, "web");
    let group = &service["target_groups"][0];
    let rule = json!({"do": "custom_rule", "listener": service["listener"], "host": "shop.example.com", "target_group": group});
    let happens = || drop(world.step(rule));
    let said = "left where it is: 1 rule on it";
    check_late(&world, happens, 3, said, &[&service["listener"], &service["load_balancer"], group, &service["certificate"]]);
    assert!(!world.holdings().contains_key(text(&service["target_groups"][1])), "nobody uses the other one");
}

#[test]
fn a_group_that_another_one_admits_by_now_stays() {
    let Some(world) = World::open("remedy-late-group") else { return };
    let service = dead(&world, "web");
    let happens = || drop(world.step(json!({"do": "security_group", "name": "database", "admits": id(&service["security_group"])})));
    let said = "left where it is: 1 other group that admits it";
    check_late(&world, happens, 3, said, &[&service["security_group"]]);
    assert!(went_on(&world));
}

#[test]
fn what_a_name_that_lives_again_may_use_stays() {
    let Some(world) = World::open("remedy-late-life") else { return };
    let service = dead(&world, "web");
    let happens = || drop(world.step(json!({"do": "create", "cluster": "prod", "name": "web", "own_load_balancer": true})));
    let said = "left where it is: 1 service of its name that is not dead";
    check_late(&world, happens, 3, said, &[&service["rule"], &service["scalable_target"], &service["security_group"]]);
}

#[test]
fn what_a_newer_revision_may_use_stays() {
    let Some(world) = World::open("remedy-late-revision") else { return };
    let old = dead(&world, "web");
    let service = create(&world, "web");
    let logs = json!(format!("arn:aws:logs:{}:123456789012:log-group:{}", world.region, text(&old["log_group"])));
    let happens = || drop(world.step(json!({"do": "canary", "service": service["service"]})));
    check_late(&world, happens, 3, "1 revision or deployment of its service that is newer than the audit", &[&logs]);
}

#[test]
fn a_load_balancer_that_stays_is_protected_as_before() {
    let Some(world) = World::open("remedy-late-denial") else { return };
    let service = dead(&world, "web");
    world.step(json!({"do": "protect", "load_balancer": service["load_balancer"]}));
    let deny = json!([{"service": "elasticloadbalancing", "operation": "DeleteLoadBalancer", "fault": "deny", "times": null}]);
    check_late(&world, || world.faults(deny), 1, "FAILED", &[&service["load_balancer"]]);
    assert!(went_on(&world));
}

#[test]
fn what_cannot_be_told_ends_the_run() {
    let Some(world) = World::open("remedy-late-silence") else { return };
    let service = dead(&world, "web");
    let deny = json!([{"service": "ecs", "operation": "DescribeServices", "fault": "deny", "times": null}]);
    let stays = [&service["scaling_policy"], &service["rule"], &service["load_balancer"]];
    check_late(&world, || world.faults(deny), 1, "stopping: this cannot be told", &stays);
    assert!(!went_on(&world));
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
