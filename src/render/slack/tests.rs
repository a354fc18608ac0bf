use serde_json::Value;

use super::{escaped, slack};
use crate::model::{Claim, Confidence, Finding, Kind, Report, ServiceState};
use crate::render::{escape, sample};

/// The texts of the blocks, once they are known to be within Slack's limits.
#[track_caller]
fn texts(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    slack(report, &mut out).expect("a vector takes everything");
    let text = String::from_utf8(out).expect("UTF-8");
    assert!(!text.replace('\n', "").contains(escape::is_unseen), "{text}");
    let message: Value = serde_json::from_str(&text).expect("JSON");
    let blocks = message["blocks"].as_array().expect("blocks");
    assert!((1..=50).contains(&blocks.len()), "{}", blocks.len());
    let texts: Vec<String> = blocks.iter().map(|block| block["text"]["text"].as_str().expect("a text").to_owned()).collect();
    for (block, text) in blocks.iter().zip(&texts) {
        assert_eq!((&block["text"]["type"], &block["text"]["emoji"]), (&"plain_text".into(), &false.into()));
        let most = if block["type"] == "header" { 150 } else { 3_000 };
        let length = text.encode_utf16().count();
        assert!((1..=most).contains(&length) && !text.contains(['<', '>']), "{length}: {text}");
    }
    assert!(texts.iter().map(|text| text.encode_utf16().count()).sum::<usize>() <= 12_000);
    texts
}

#[test]
fn the_verdict_is_the_header_and_its_exit_code_the_end() {
    let texts = texts(&sample::tidy());
    assert_eq!(texts[0], "clean: everything was read, and nothing was found");
    assert!(texts[1].starts_with("audit of 123456789012 ap-northeast-1, as of "), "{texts:?}");
    assert_eq!(texts.last().map(String::as_str), Some("exit 0: everything was read, no finding at or above low"));
}

#[test]
fn findings_stand_by_service_and_what_was_not_read_beside_them() {
    let texts = texts(&sample::eventful()).join("\n\n");
    assert!(
        texts.contains("hoge-cluster/hoge-service  INACTIVE\n• orphan, high: load balancer ecs-express-gateway-alb-1a2b3c4d was"),
        "{texts}"
    );
    for title in ["Not read (8 gaps)\n• elasticloadbalancing:DescribeRules, denied", "Not judged (18 resources)", "Waived (2 findings)"] {
        assert!(texts.contains(title), "{title}: {texts}");
    }
    assert!(texts.contains("There was no room here for 8 rows of what stands beside the findings: the JSON report has all."), "{texts}");
    let texts = self::texts(&sample::compared()).join("\n\n");
    assert!(texts.contains("superseded, low, back: ") && texts.contains("Resolved since the baseline (2)\n• orphan, security-group, sg-1"));
    let texts = self::texts(&sample::checklist()).join("\n\n");
    assert!(texts.contains("Checklist of prod/web, INACTIVE, declared\n"), "{texts}");
}

#[test]
fn what_has_no_room_is_counted() {
    let finding = |n: usize| {
        let subject = sample::subject(Kind::SecurityGroup, "ec2", &format!("security-group/sg-{n}"), &format!("sg-{n}"));
        let service = sample::of_service("prod", &format!("s{}", n % 100), ServiceState::Active);
        Finding::new(Claim::Superseded, subject, Confidence::Confirmed).of_service(Some(service))
    };
    for count in [1, 30, 99, 2_000] {
        let mut report = sample::eventful();
        report.findings = (0..count).map(finding).collect();
        let texts = texts(&report).join("\n");
        let shown = texts.matches("• superseded").count();
        let said = texts.split_once("no room here for ").map_or(0, |(_, rest)| match rest.split_once(" finding") {
            Some((count, _)) => count.parse().unwrap_or(0),
            None => 0,
        });
        assert_eq!(shown + said, count, "{texts}");
        assert!(texts.contains("Not read (8 gaps)"), "{texts}");
    }
}

#[test]
fn every_report_is_within_the_limits_whatever_is_in_it() {
    for (_, report) in sample::each() {
        texts(&report);
    }
    for long in ["x".repeat(5_000), "<&>".repeat(2_000), "☃\u{1f469}".repeat(900)] {
        texts(&sample::named_throughout(&long));
    }
}

#[test]
fn no_mention_comes_about_and_what_is_cut_says_so() {
    assert_eq!(escaped("<!channel> & <@U0>", 99), "&lt;!channel&gt; &amp; &lt;@U0&gt;");
    assert_eq!(escaped("abcdef", 4), "abc…");
    assert_eq!(escaped("a<b", 4), "a…");
}

#[test]
fn the_headline_says_what_is_left_over_costs() {
    assert!(texts(&sample::eventful())[1].contains("What is left over costs about $27.38 a month"));
}
