//! What holds of a page, as far as its markup tells; `.ci/judge-html` looks at it in a browser.

mod markup;

use std::collections::BTreeSet;

use super::{SCRIPT, STYLE, html, policy, shown};
use crate::model::{Claim, Code, Confidence, Finding, Holder, Kind, KindState, Report, ServiceState, Severity};
use crate::render::escape::is_unseen;
use crate::render::sample;
use markup::{Tag, skeleton, tags};

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    html(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn cases() -> Vec<(String, Report)> {
    let planned = [("preflight".to_owned(), sample::planned()), ("a crowd".to_owned(), crowd(3_000))];
    sample::each().into_iter().chain(planned).collect()
}

/// As many leftover groups as that, all of low severity, and then one load balancer.
fn crowd(count: usize) -> Report {
    let finding = |n| {
        let subject = sample::subject(Kind::TargetGroup, "elasticloadbalancing", &format!("targetgroup/tg-{n}/1"), &format!("tg-{n}"));
        Finding::new(sample::orphan(), subject, Confidence::Confirmed)
    };
    let mut report = sample::tidy();
    report.findings = (0..count).map(finding).collect();
    report.findings.extend(sample::findings());
    report.services = (0..count).map(|n| sample::service("prod", &format!("s{n}"), ServiceState::Active)).collect();
    report.unjudged = (0..18).cycle().take(count).map(sample::unjudged).collect();
    report
}

fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}

#[test]
fn the_verdict_and_how_it_ended_stand_above_everything_else() {
    let check = |report: &Report, class: &str, verdict: &str, ending: &str| {
        let text = written(report);
        assert!(text.contains(&format!("<header class=\"masthead {class}\">")), "{text}");
        assert!(text.contains(&format!("</span>{verdict}</h1><p class=\"ending\">{ending}</p>")), "{text}");
    };
    check(
        &sample::tidy(),
        "clean",
        "clean: everything was read, and nothing was found",
        "exit 0: everything was read, no finding at or above low",
    );
    let incomplete = "incomplete: nothing was found, but not everything was read: do not read it as clean";
    check(&sample::gaps_only(), "incomplete", incomplete, "exit 3: no finding at or above low, but not everything was read");
    check(&sample::compared(), "findings", "4 findings: 4 low", "exit 2: new or worse findings at or above low");
}

#[test]
fn only_its_own_style_and_script_may_act() {
    for (name, report) in cases() {
        let text = written(&report);
        let allowed = policy::allowing(STYLE, SCRIPT);
        assert!(text.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{allowed}\">")), "{name}:\n{text}");
        assert!(text.contains(&format!("<style>{STYLE}</style>")) && text.contains(&format!("<script>{SCRIPT}</script>")), "{name}");
        assert_eq!((count(&text, "<style"), count(&text, "<script")), (1, 1), "{name}");
        for Tag { name: tag, attributes, .. } in tags(&text) {
            let acting = ["style", "src", "srcset", "action", "formaction", "data", "xlink:href", "srcdoc", "background"];
            let found = attributes.iter().find(|(key, _)| acting.contains(&key.as_str()) || key.starts_with("on"));
            assert_eq!(found, None, "{name}: {tag}");
        }
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !SCRIPT.contains("fetch(") && !SCRIPT.contains("innerHTML"));
}

#[test]
fn a_name_changes_no_markup() {
    let tame = skeleton(&written(&sample::named_throughout("x")));
    for hostile in
        sample::HOSTILE.into_iter().chain(["\" onclick=\"x", "</title></svg><img src=x onerror=alert(1)>", "&lt;b&#x3e;", "--><!--"])
    {
        let text = written(&sample::named_throughout(hostile));
        assert_eq!(skeleton(&text), tame, "{hostile:?}");
        assert_eq!(text.chars().find(|char| *char != '\n' && is_unseen(*char)), None, "{hostile:?}");
    }
}

#[test]
fn every_tag_ends_every_id_is_one_and_every_link_leads_somewhere() {
    for (name, report) in cases() {
        let text = written(&report);
        markup::assert_balanced(&name, &text);
        let of = |keys: &[&str]| -> Vec<String> {
            let attributes = tags(&text).into_iter().flat_map(|tag| tag.attributes);
            attributes.filter(|(key, _)| keys.contains(&key.as_str())).map(|(_, value)| value).collect()
        };
        let ids = of(&["id"]);
        let unique: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(unique.len(), ids.len(), "{name}: {ids:?}");
        let (pages, places): (Vec<String>, Vec<String>) =
            of(&["href", "aria-labelledby", "for"]).into_iter().partition(|to| to.starts_with("https://"));
        assert_eq!(places.iter().find(|to| !unique.contains(to.trim_start_matches('#'))), None, "{name}");
        let sources: BTreeSet<&str> = Code::ALL.iter().flat_map(|code| code.explanation().sources).copied().collect();
        assert_eq!(pages.iter().find(|page| !sources.contains(page.as_str())), None, "{name}: a link from outside");
    }
}

#[test]
fn findings_are_cards_with_what_they_rest_on() {
    let report = sample::eventful();
    let text = written(&report);
    assert_eq!(count(&text, "<article class=\"finding\""), report.findings.len());
    for finding in &report.findings {
        let (code, fingerprint) = (finding.claim.code(), finding.fingerprint());
        assert!(text.contains(&fingerprint) && text.contains(&format!("<dl id=\"code-{code}\">")), "{code}:\n{text}");
    }
    let fact = "<li><bdi>no listener outside the dead set</bdi> <small><code>elasticloadbalancing:DescribeListeners</code>";
    assert!(text.contains(fact) && text.contains("aria-label=\"Copy the ARN\" hidden>"), "{text}");
}

#[test]
fn what_stands_beside_the_findings_has_its_table_and_a_way_to_it() {
    let text = written(&sample::eventful());
    for title in ["Not read (8 gaps)", "Not judged (18 resources): what would decide was not read", "Waived (2 findings)", "Services (4)"] {
        assert!(text.contains(&format!("\">{title}</a>")) && text.contains(&format!("\">{title}</h2>")), "{title}:\n{text}");
    }
    let text = written(&sample::compared());
    assert!(text.contains("Resolved since the baseline (2)") && text.contains("not known to be gone (1)"), "{text}");
    let new = text.split_once("New since the baseline</h2>").and_then(|(_, rest)| rest.split_once("</section>")).expect("what is new").0;
    assert_eq!(count(new, "<li><a href=\"#f-"), 3, "new, back and worse: {new}");
    assert!(!written(&sample::eventful()).contains("New since the baseline"), "without one nothing is");
    let text = written(&sample::nothing_scanned());
    assert!(text.contains("Nothing was scanned.") && text.contains("No service."), "{text}");
}

#[test]
fn a_matrix_has_a_sign_and_a_word_for_each_state() {
    let text = written(&sample::checklist());
    assert!(text.contains(
        "<td class=\"state left\" title=\"load-balancer: left\"><span aria-hidden=\"true\">✕</span><span class=\"sr\">left</span></td>"
    ));
    assert!(text.contains("<td class=\"state held\" title=\"security-group: held\"><span aria-hidden=\"true\">◆</span>"), "{text}");
    assert!(text.contains("sg-0f9e8d7c: network interface eni-0a1b2c3d is in it"), "which and why: {text}");
    for state in super::state::STATES.map(KindState::as_str) {
        assert!(STYLE.contains(&format!(".state.{state} {{")) && STYLE.contains(&format!(".part.{state}")), "{state}");
    }
    for severity in Severity::ALL {
        assert!(severity == Severity::Info || STYLE.contains(&format!(".severity.{severity} {{")), "{severity}");
    }
}

#[test]
fn a_plan_has_what_it_does_in_the_matrix() {
    let mut report = sample::planned();
    report.services.iter_mut().for_each(|entry| entry.checklist.clear());
    let text = written(&report);
    assert!(text.contains("Planned services") && text.contains("<td>create</td><td>DRAINING</td>"), "{text}");
    assert!(!text.contains("class=\"kind\" scope") && text.contains("create-while-draining"), "no column without a word: {text}");
    assert!(text.contains("<title>the listener rule for shop.example.com is on it</title>"), "who keeps what stays: {text}");
}

#[test]
fn a_map_shows_who_holds_what_is_missing_and_what_hangs_loose() {
    let mut report = sample::checklist();
    let web = || Some(sample::of_service("prod", "web", ServiceState::Inactive));
    let group = || sample::subject(Kind::SecurityGroup, "ec2", "security-group/sg-1", "sg-1");
    let holders = vec![Holder { id: "eni-1".to_owned(), use_: "network interface eni-1 is in it".to_owned() }];
    let missing = "arn:aws:acm:eu-west-1:123456789012:certificate/gone".to_owned();
    report.findings = vec![
        Finding::new(Claim::HeldLeftover { holders }, group(), Confidence::Confirmed).of_service(web()),
        Finding::new(Claim::DanglingReference { kind: Kind::Certificate, missing }, group(), Confidence::Confirmed).of_service(web()),
        Finding::new(sample::orphan(), sample::subject(Kind::Cluster, "ecs", "cluster/c", "alone"), Confidence::Confirmed),
    ];
    let text = written(&report);
    assert!(text.contains("still used by</text>") && text.contains("<title>network interface eni-1 is in it</title>"), "{text}");
    assert!(text.contains("<title>missing: arn:aws:acm:"), "{text}");
    assert_eq!((count(&text, "class=\"edge loose\""), count(&text, "class=\"edge holds\"")), (1, 1), "{text}");
    assert!(text.contains("aria-label=\"Map of not tied to a service"), "{text}");
}

#[test]
fn of_a_crowd_the_gravest_are_drawn_and_the_others_counted() {
    let report = crowd(100_000);
    let text = written(&report);
    let left_out = report.findings.len() - shown::CARDS;
    assert!(text.len() < 6_000_000, "{}", text.len());
    assert_eq!(count(&text, "<article class=\"finding\""), shown::CARDS);
    assert!(text.contains(&format!("There was no room here for {left_out} findings (")), "{left_out}");
    assert!(text.contains("data-severity=\"high\""), "the gravest are there");
    assert!(text.contains("There was no room here for 99000 rows: the JSON report has all."));
    assert!(text.contains("99700 further services without a row here: 99700 shared."), "what the worst of each is");
    assert!(text.contains("further services not drawn."));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for (name, report) in cases() {
        assert_eq!(written(&report), written(&report), "{name}");
    }
}
