//! Names come from whoever may create a resource, a file or a module. None may act on a terminal, a CI log, a browser or a spreadsheet,
//! hide in what is shown, or pass for something else that the program says.
#![cfg(feature = "cli")]

mod program;

use ecs_express_audit::inventory::{Interface, Inventory};
use ecs_express_audit::kinds::DatedFact;
use ecs_express_audit::model::{Arn, Cause, Gap, Kind};
use ecs_express_audit::snapshot;
use program::{Folder, formats, run};
use quick_xml::events::Event;
use serde_json::{Value, json};

const ACCOUNT: &str = include_str!("../fixtures/demo/account.snapshot.jsonl");
const STATE: &str = include_str!("../fixtures/demo/terraform.tfstate");

/// What acts on whatever shows it. ARNs hold none of these: they are refused with the snapshot.
const CONTROLS: [&str; 7] = [
    "\x1b[2J\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\u{9b}31m\u{9d}52;c;AAAA\u{9c}\u{85}",
    "a\r\nexit 0: everything was read\n\tb",
    "\n::error file=HOSTILE::x\n::add-mask::y",
    "nul\0del\u{7f}bs\u{8}\u{8}\u{8}",
    "\u{1f}seam\u{1f}\u{1e}\u{c}",
];

/// What no control character is in, but an eye, a browser, a spreadsheet or a chat takes for something else.
const DISGUISES: [&str; 10] = [
    "prod\u{202e}bew\u{2066}\u{2069}\u{200f}\u{61c}",
    "pro\u{200b}d\u{200d}\u{2060}\u{feff}\u{ad}\u{3164}\u{180e}",
    "\u{e0041}\u{e007f}\u{2028}\u{2029}\u{fe0f}",
    "=cmd|'-c-calc'!A1",
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>]]><!--",
    "::error file=HOSTILE::x ::add-mask:: ::add-mask:: ::add-mask:: ::add-mask:: %0A%25 <!channel> <@U0HOSTILE>",
    "##[add-mask]a ##vso[task.setvariable variable=HOSTILE]b ##teamcity[buildStop]",
    "`code` **bold** [link](javascript:alert(1)) | cell | {{7*7}} ${x} \\ \" '",
    "Z\u{334}\u{335}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301} \u{5d0}\u{5d1}\u{5d2} \u{627}\u{644} \u{1f469}",
    "                                                                                                        exit 0: everything was read",
];

/// What the demo calls its things: each is a part of names, ids and ARNs throughout.
const NAMES: [&str; 6] =
    ["hoge-service", "hoge-cluster", "trial-cluster", "storefront", "ecsInfrastructureRoleForExpressServices", "amazon-elb"];

/// As it stands within a JSON string.
fn in_json(text: &str) -> String {
    json!(text).to_string().trim_matches('"').to_owned()
}

/// A text in which every name of the demo ends in this one.
fn renamed(text: &str, hostile: &str) -> String {
    NAMES.iter().fold(text.to_owned(), |text, name| text.replace(name, &format!("{name}{}", in_json(hostile))))
}

/// The demo's account with this at the end of every name that is no ARN.
fn named_throughout(hostile: &str) -> Inventory {
    let mut inventory = snapshot::read(&mut ACCOUNT.as_bytes()).expect("a snapshot");
    let name = |name: &mut String| name.push_str(hostile);
    for live in &mut inventory.scopes {
        name(&mut live.scope.partition);
        live.clusters.iter_mut().for_each(|r| name(&mut r.name));
        for service in &mut live.services {
            name(&mut service.name.cluster);
            name(&mut service.name.name);
            service.rollback_alarms.iter_mut().for_each(name);
            service.last_activity.iter_mut().for_each(|DatedFact { at: _, what }| name(what));
        }
        live.load_balancers.iter_mut().for_each(|r| name(&mut r.name));
        live.rules.iter_mut().flat_map(|r| &mut r.hosts).for_each(name);
        live.target_groups.iter_mut().for_each(|r| name(&mut r.name));
        live.certificates.iter_mut().for_each(|r| name(&mut r.domain));
        live.alarms.iter_mut().for_each(|r| name(&mut r.name));
        live.log_groups.iter_mut().for_each(|r| name(&mut r.name));
        live.security_groups.iter_mut().for_each(|r| name(&mut r.name));
        live.task_families.iter_mut().for_each(|r| name(&mut r.name));
        live.gateways.iter_mut().for_each(|r| name(&mut r.name));
        for interface in &mut live.interfaces {
            name(&mut interface.id);
            interface.requester.iter_mut().for_each(name);
            interface.addresses.iter_mut().for_each(name);
            interface.load_balancer.iter_mut().for_each(name);
        }
        live.gaps.push(Gap {
            operation: format!("acm:ListCertificates{hostile}"),
            parent: Some(format!("parent{hostile}")),
            kinds: vec![Kind::Certificate],
            cause: Cause::Denied,
            message: format!("denied{hostile}"),
        });
    }
    inventory
}

fn written(inventory: &Inventory) -> String {
    let mut text = Vec::new();
    snapshot::write(inventory, &mut text).expect("written");
    String::from_utf8(text).expect("UTF-8")
}

/// Whether a character acts on its surroundings or has no shape: Unicode's Cc, and of Cf and its like what the tests use and more.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What holds of every format, whatever it is.
#[track_caller]
fn check_text(what: &str, text: &str) {
    let text = text.replace("\r\n", "\n");
    let unseen = text.chars().find(|c| *c != '\n' && is_unseen(*c));
    assert_eq!(unseen, None, "{what}:\n{text}");
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::error file=HOSTILE"), "{what} commands: {line}");
        assert!(!line.trim_start().starts_with("::add-mask::"), "{what} commands: {line}");
        assert!(!["##[add", "##vso[", "##teamcity["].iter().any(|command| line.contains(command)), "{what} commands: {line}");
    }
}

/// What holds of the formats that other programs read.
#[track_caller]
fn check_format(format: &str, text: &str, report: &Value) {
    check_text(format, text);
    let findings = report["findings"].as_array().map_or(0, Vec::len);
    match format {
        "table" => {
            let severities = ["critical", "high", "medium", "low", "info"];
            let begins = |line: &&str| line.strip_prefix("  ").is_some_and(|rest| severities.iter().any(|s| rest.starts_with(s)));
            assert_eq!(text.lines().filter(begins).count(), findings, "one row each:\n{text}");
            assert_eq!(text.lines().filter(|line| line.starts_with("exit ")).count(), 1, "one verdict:\n{text}");
        }
        "json" => assert!(serde_json::from_str::<Value>(text).is_ok(), "{text}"),
        "jsonl" => check_jsonl(text, findings),
        "csv" => check_csv(text, findings),
        "junit" => check_junit(text, findings),
        "sarif" => check_sarif(text, findings),
        "openmetrics" => check_openmetrics(text, findings),
        "markdown" => check_markdown(text),
        "github" => check_github(text),
        "slack" => check_slack(text),
        "html" => check_html(text, findings),
        unknown => panic!("nothing checks the format {unknown}"),
    }
}

fn check_jsonl(text: &str, findings: usize) {
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["type"], "report");
    assert_eq!(lines.iter().filter(|line| line["type"] == "finding").count(), findings, "{text}");
}

fn check_csv(text: &str, findings: usize) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("as many cells as columns")).collect();
    assert_eq!(rows.iter().filter(|row| &row[0] == "finding").count(), findings, "{text}");
    assert!(!rows.iter().flatten().any(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{text}");
}

fn check_junit(text: &str, findings: usize) {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut fates = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(element) | Event::Empty(element) => {
                element.attributes().for_each(|attribute| assert!(attribute.is_ok(), "{text}"));
                fates += usize::from(matches!(element.name().as_ref(), "failure" | "skipped"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(fates >= findings, "{fates} of {findings}:\n{text}");
    assert!(!text.contains("<img src=x") && !text.contains("]]>") && !text.contains("<!--"), "{text}");
}

fn check_sarif(text: &str, findings: usize) {
    let log: Value = serde_json::from_str(text).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), findings, "{text}");
    for result in results {
        let message = result["message"]["text"].as_str().expect("a text").replace("\\[", "").replace("\\]", "");
        assert!(!message.contains(['[', ']']) && !message.replace("{{", "").replace("}}", "").contains(['{', '}']), "{message}");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("a place");
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/:._-~%".contains(&byte)), "{uri}");
    }
}

/// There are only words and numbers of the program's own.
fn check_openmetrics(text: &str, findings: usize) {
    let mut sum = 0.0;
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let (series, value) = line.rsplit_once(' ').expect("a series and a value");
        assert!(series.chars().all(|c| c.is_ascii_alphanumeric() || "_{}=\",.-".contains(c)), "{line}");
        let value: f64 = value.parse().expect("a number");
        sum += if series.starts_with("expressaudit_findings{") { value } else { 0.0 };
    }
    assert!(text.ends_with("# EOF\n") && (sum - f64::from(u32::try_from(findings).expect("few"))).abs() < 0.5, "{text}");
}

/// What is not code between fences, which only a line of at least as many backticks ends.
fn prose_of(text: &str) -> Vec<&str> {
    let (mut prose, mut fence) = (Vec::new(), None);
    for line in text.lines() {
        let inner = line.trim_start();
        let run = inner.len() - inner.trim_start_matches('`').len();
        match fence {
            None if run >= 3 && ["sh", "hcl"].contains(&&inner[run..]) => fence = Some(run),
            None => prose.push(line),
            Some(opened) if run >= opened && run == inner.len() => fence = None,
            Some(_) => {}
        }
    }
    assert!(fence.is_none(), "code does not end: {text}");
    prose
}

/// As far as a line goes: what begins code ends it, and outside of it nothing acts.
fn check_markdown(text: &str) {
    for line in prose_of(text).into_iter().filter(|line| !line.starts_with("<details>") && *line != "</details>") {
        let outside: Vec<&str> = line.split('`').step_by(2).collect();
        assert!(line.matches('`').count() % 2 == 0, "code does not end: {line}");
        for part in outside {
            assert!(!part.contains(['<', '>', '@']) && !part.contains("](") && !part.contains("://"), "{line}");
            let unescaped = part.replace("\\\\", "").replace("\\[", "").replace("\\*", "").replace("\\_", "");
            assert!(!unescaped.contains(['[', '_']) && !unescaped.replace("**", "").contains('*'), "{line}");
        }
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("## ")).count(), 1, "one verdict:\n{text}");
    let prose = prose_of(text).concat();
    assert!(!prose.contains("<img src=x") && !prose.contains("](javascript:"), "{text}");
}

/// There is no element but the program's own, and no attribute that acts.
fn check_html(text: &str, findings: usize) {
    let (head, rest) = text.split_once("<style>").expect("a style");
    let (style, rest) = rest.split_once("</style>").expect("its end");
    let (body, rest) = rest.split_once("<script>").expect("a script");
    let (script, end) = rest.split_once("</script>").expect("its end");
    assert!(!style.contains('<') && !script.contains('<') && end == "\n</body>\n</html>\n", "{end}");
    assert!(head.contains("\"default-src 'none'; style-src 'sha256-") && !head.contains("unsafe"), "{head}");
    let ours = "a article b bdi body button code dd details div dl dt fieldset footer g h1 h2 h3 h4 header input label legend li main nav option \
                output p path rect section select small span summary svg table tbody td text th thead title tr ul wbr";
    for tag in body.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default()) {
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        assert!(name == "/head" || name == "head" || ours.split_whitespace().any(|own| own == name), "<{tag}>");
        let outside: String = tag.split('"').step_by(2).collect();
        assert!(tag.matches('"').count() % 2 == 0 && !outside.contains(" on") && !outside.contains(" style="), "<{tag}>");
    }
    assert_eq!(body.matches("<article class=\"finding\"").count(), findings, "a card each:\n{body}");
    assert_eq!(body.matches("<h1>").count(), 1, "one verdict:\n{body}");
}

fn check_github(text: &str) {
    let ours = ["::error ", "::warning ", "::notice ", "::group::", "::endgroup::"];
    for line in text.lines().filter(|line| line.trim_start().starts_with("::")) {
        assert!(ours.iter().any(|command| line.starts_with(command)), "{line}");
        let properties = line[2..].split_once("::").and_then(|(head, _)| head.split_once(' '));
        let keys = properties.into_iter().flat_map(|(_, properties)| properties.split(',')).filter_map(|pair| pair.split_once('='));
        assert!(keys.into_iter().all(|(key, _)| ["file", "line", "title"].contains(&key)), "{line}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("exit ")).count(), 1, "one verdict:\n{text}");
}

fn check_slack(text: &str) {
    let message: Value = serde_json::from_str(text).expect("JSON");
    let blocks = message["blocks"].as_array().expect("blocks");
    assert!(blocks.len() <= 50 && !text.contains("<!channel>") && !text.contains("<@U0HOSTILE>"), "{text}");
    for block in blocks {
        let shown = block["text"]["text"].as_str().expect("a text");
        assert!(block["text"]["type"] == "plain_text" && !shown.contains(['<', '>']), "{shown}");
        assert!(shown.encode_utf16().count() <= if block["type"] == "header" { 150 } else { 3_000 }, "{shown}");
    }
}

/// Audits with these inputs and checks every format.
#[track_caller]
fn check_all(folder: &Folder, snapshot: &str, state: &str) -> Value {
    let (live, state) = (folder.file("live.jsonl", snapshot), folder.file("prod.tfstate", state));
    let audit = |format: &str| {
        let ran = run(&["audit", "--snapshot", &live, "-d", &state, "--format", format], &[], b"");
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        check_text("standard error", &ran.stderr);
        ran.stdout
    };
    let report: Value = serde_json::from_str(&audit("json")).expect("JSON");
    for format in formats() {
        check_format(&format, &audit(&format), &report);
    }
    report
}

/// Every string of a document.
fn strings(of: &Value) -> Vec<&str> {
    match of {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(members) => members.values().flat_map(strings).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[test]
fn names_of_resources_cannot_act() {
    let folder = Folder::of("hostile-names");
    let long = "x".repeat(2_000);
    for hostile in CONTROLS.into_iter().chain(DISGUISES).chain([long.as_str()]) {
        let report = check_all(&folder, &written(&named_throughout(hostile)), STATE);
        for key in ["name", "message"] {
            let mut of_findings = report["findings"].as_array().into_iter().flatten().filter_map(|finding| finding[key].as_str());
            assert!(of_findings.any(|text| text.contains(hostile)), "{key} comes back as it was: {hostile:?}");
        }
        assert!(strings(&report["gaps"]).iter().filter(|text| text.ends_with(hostile)).count() >= 3, "{hostile:?}");
        assert!(strings(&report["services"]).iter().any(|text| text.ends_with(hostile)), "{hostile:?}");
    }
}

/// An interface of the leftover load balancer that is of something else holds the balancer's security group.
#[test]
fn names_of_holders_cannot_act() {
    let folder = Folder::of("hostile-holders");
    for hostile in CONTROLS.into_iter().chain(DISGUISES) {
        let mut inventory = snapshot::read(&mut ACCOUNT.as_bytes()).expect("a snapshot");
        for interface in inventory.scopes.iter_mut().flat_map(|live| &mut live.interfaces) {
            *interface =
                Interface { id: format!("eni{hostile}"), load_balancer: None, requester: Some(hostile.to_owned()), ..interface.clone() };
        }
        let report = check_all(&folder, &written(&inventory), STATE);
        let holders = report["findings"].as_array().into_iter().flatten().filter(|finding| finding["code"] == "held-leftover");
        let told: Vec<_> = holders.flat_map(|finding| strings(&finding["details"])).collect();
        assert!(told.contains(&format!("eni{hostile}").as_str()), "{told:?}");
    }
}

#[test]
fn names_in_arns_and_in_declarations_cannot_act_and_still_join() {
    let folder = Folder::of("hostile-arns");
    let tame = check_all(&folder, ACCOUNT, STATE);
    // A slash would make it another name.
    for hostile in DISGUISES.map(|hostile| hostile.replace('/', "|")) {
        let hostile = hostile.as_str();
        let report = check_all(&folder, &renamed(ACCOUNT, hostile), &renamed(STATE, hostile));
        let arns: Vec<_> = strings(&report["findings"]).into_iter().filter(|text| Arn::parse(text).is_some()).collect();
        assert!(arns.iter().any(|arn| arn.contains(hostile)), "{hostile:?}");
        assert_eq!(report["summary"], tame["summary"], "a name changes no judgement: {hostile:?}");
    }
}

/// The job summary is written where the environment says, and by this format alone.
#[test]
fn a_job_summary_is_appended_and_nothing_in_it_acts() {
    let folder = Folder::of("hostile-summary");
    let hostile = "`x` | <img src=x> @octocat [a](javascript:b) ::add-mask::";
    let live = folder.file("live.jsonl", &written(&named_throughout(hostile)));
    let summary = folder.file("summary.md", "# before\n");
    let environment = [("GITHUB_STEP_SUMMARY".to_owned(), summary.clone())];
    for (format, grows) in [("github", true), ("markdown", false), ("github", true)] {
        let before = std::fs::read_to_string(&summary).expect("there");
        let ran = run(&["audit", "--snapshot", &live, "-f", format], &environment, b"");
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let after = std::fs::read_to_string(&summary).expect("there");
        let appended = after.strip_prefix(&before).expect("what was there stays");
        assert_eq!(!appended.is_empty(), grows, "{format}");
        if grows {
            check_text("the summary", appended);
            check_markdown(appended);
        }
    }
    let environment = [("GITHUB_STEP_SUMMARY".to_owned(), folder.path("no/such/folder/summary").display().to_string())];
    let ran = run(&["audit", "--snapshot", &live, "-f", "github"], &environment, b"");
    assert!(
        ran.code == Some(1) && ran.stderr.contains("cannot append to the job summary") && ran.stdout.contains("\nexit 2"),
        "{}",
        ran.stderr
    );
}

/// A service that is missing is told with its address and its file.
#[test]
fn addresses_and_file_names_cannot_act() {
    let folder = Folder::of("hostile-addresses");
    let live = folder.file("live.jsonl", ACCOUNT);
    for hostile in CONTROLS.into_iter().chain(DISGUISES) {
        let plain = hostile.replace('/', "|"); // a slash would make it another name
        let service = json!({
            "module": format!("module.m[\"{hostile}\"]"), "mode": "managed", "type": "aws_ecs_express_gateway_service",
            "name": format!("n{hostile}"),
            "instances": [{"index_key": hostile, "attributes": {"cluster": format!("c{plain}"), "service_name": format!("s{plain}")}}],
        });
        let state = json!({"version": 4, "resources": [service]}).to_string();
        let name = format!("state {} .tfstate", plain.replace('\0', "|"));
        let state = folder.file(&name, &state);
        let audit = |format: &str| run(&["audit", "--snapshot", &live, "-d", &state, "--format", format], &[], b"");
        let report: Value = serde_json::from_str(&audit("json").stdout).expect("JSON");
        let missing = report["findings"].as_array().into_iter().flatten().find(|finding| finding["code"] == "missing-service");
        assert!(missing.is_some(), "{hostile:?}: {report}");
        let at = missing.and_then(|finding| finding["details"]["declared_at"].as_str()).expect("a missing service");
        assert!(at.starts_with(&state), "{at}");
        for format in formats() {
            let ran = audit(&format);
            check_format(&format, &ran.stdout, &report);
            check_text("standard error", &ran.stderr);
        }
    }
}

/// Errors name files, and a shell makes arguments of the names of files.
#[test]
fn errors_name_files_and_arguments_harmlessly() {
    let folder = Folder::of("hostile-errors");
    let live = folder.file("live.jsonl", ACCOUNT);
    for hostile in CONTROLS.into_iter().chain(DISGUISES) {
        let name = hostile.replace(['/', '\0'], "|");
        let broken = folder.file(&name, "broken");
        let nowhere = folder.path("nowhere").join(&name).display().to_string();
        let copy = format!("json={nowhere}");
        for arguments in [
            vec!["audit", "--snapshot", &live, "-d", &broken],
            vec!["audit", "--snapshot", &live, "-d", &nowhere],
            vec!["audit", "--snapshot", &live, "-d", &format!("{nowhere}*")],
            vec!["audit", "--snapshot", &broken],
            vec!["audit", "--snapshot", &nowhere],
            vec!["audit", "--snapshot", &live, "-d", &live, &broken],
            vec!["audit", "--snapshot", &live, "--format", &name],
            vec!["audit", "--snapshot", &live, "--output", &copy],
            vec!["audit", "--snapshot", &live, "--grace", &name],
            vec!["audit", "--snapshot", &live, &format!("--{name}")],
            vec![&name],
        ] {
            let ran = run(&arguments, &[], b"");
            assert_eq!(ran.code, Some(1), "{arguments:?}: {}", ran.stderr);
            check_text("standard error", &ran.stderr);
            assert_eq!(ran.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{}", ran.stderr);
        }
    }
}

#[test]
fn an_arn_with_a_control_character_is_refused_without_showing_it() {
    for hostile in CONTROLS {
        let ran = run(&["audit", "--snapshot", "-"], &[], renamed(ACCOUNT, hostile).as_bytes());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
        check_text("standard error", &ran.stderr);
    }
}
