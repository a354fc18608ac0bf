use super::{TableOptions, table};
use crate::model::{Claim, Command, Confidence, FailOn, Finding, FindingStatus, Kind, KindState, Remedy, Report, ServiceState, Severity};
use crate::render::sample::{self, compared};

const WIDTHS: [u16; 6] = [60, 80, 100, 120, 160, 200];

fn shown_in(report: &Report, width: u16, colour: bool) -> String {
    let mut out = Vec::new();
    table(report, TableOptions::new(width, colour), &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn shown(report: &Report) -> String {
    shown_in(report, 120, false)
}

/// The first line: the verdict.
fn headline(report: &Report) -> String {
    shown(report).lines().next().unwrap_or_default().to_owned()
}

/// The columns a line takes, counted without the library that laid it out.
fn columns(line: &str) -> usize {
    let is_wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}');
    line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// Without the SGR sequences that colour is made of.
fn without_colour(text: &str) -> String {
    text.split("\x1b[")
        .enumerate()
        .map(|(n, part)| if n == 0 { part } else { part.split_once('m').map_or(part, |(_, rest)| rest) })
        .collect()
}

fn with(finding: Finding) -> Report {
    let mut report = sample::tidy();
    report.findings.push(finding);
    report
}

fn superseded() -> Finding {
    let subject = sample::subject(Kind::SecurityGroup, "ec2", "security-group/sg-1", "sg-1");
    Finding::new(Claim::Superseded, subject, Confidence::Confirmed)
}

#[test]
fn a_tidy_account_is_clean_in_so_many_words() {
    let report = sample::tidy();
    assert_eq!(headline(&report), "clean: everything was read, and nothing was found");
    let text = shown(&report);
    assert!(text.contains("audit of 123456789012 ap-northeast-1, as of 2026-11-23T00:00:00Z"), "{text}");
    assert!(text.contains("ok  prod/web  ACTIVE  declared"), "{text}");
    assert!(text.ends_with("exit 0: everything was read, no finding at or above low\n"), "{text}");
    assert!(!text.contains("Not read") && !text.contains("SEVERITY"), "{text}");
}

#[test]
fn findings_are_counted_gravest_first() {
    let mut report = sample::tidy();
    report.findings = sample::findings();
    assert_eq!(headline(&report), "18 findings: 7 high, 5 medium, 4 low, 2 info");
    assert!(shown(&report).ends_with("exit 2: findings at or above low\n"));
}

#[test]
fn findings_that_do_not_count_are_still_told() {
    let report = with(superseded());
    assert_eq!(headline(&report), "clean: everything was read, no finding at or above low; 1 finding: 1 info");
    assert!(shown(&report).contains("superseded"));
    let report = Report { fail_on: FailOn::Never, findings: sample::findings(), ..sample::tidy() };
    assert!(headline(&report).starts_with("clean: everything was read, no finding that counts; 18 findings"));
}

#[test]
fn what_is_incomplete_is_not_called_clean() {
    let mut report = sample::tidy();
    report.scopes[0].gaps.push(sample::denied("acm:ListCertificates", None, &[Kind::Certificate]));
    assert_eq!(headline(&report), "incomplete: nothing was found, but not everything was read: do not read it as clean");
    assert!(shown(&report).ends_with("exit 3: no finding at or above low, but not everything was read\n"));
    report.findings.push(superseded());
    assert_eq!(headline(&report), "incomplete: not everything was read, do not read it as clean; 1 finding: 1 info");
    let nothing = Report { scopes: Vec::new(), ..sample::tidy() };
    assert_eq!(headline(&nothing), "incomplete: nothing was scanned: do not read it as clean");
}

#[test]
fn findings_do_not_hide_that_something_was_not_read() {
    let text = shown(&sample::eventful());
    assert!(text.lines().nth(1).is_some_and(|line| line == "Not everything was read: there may be more."), "{text}");
}

#[test]
fn what_is_waived_is_a_line_a_waiver_with_its_count() {
    let report = Report { waived: ["a", "b"].map(sample::waived).to_vec(), ..sample::tidy() };
    let text = shown(&report);
    assert!(text.contains("Waived (2 findings)"), "{text}");
    let line = "2  until 2027-01-31  code = \"orphan\", kind = \"log-group\": kept for the yearly review";
    assert!(text.contains(line), "{text}");
}

#[test]
fn what_is_left_out_is_counted_under_the_verdict() {
    let report = Report { waived: vec![sample::waived("a")], of_others: ["v1:1", "v1:2"].map(str::to_owned).into(), ..sample::tidy() };
    let text = shown(&report);
    assert_eq!(headline(&report), "clean: everything was read, and nothing else was found");
    assert_eq!(text.lines().nth(1), Some("Left out: 1 waived finding, 2 findings of others (--own)"), "{text}");
}

#[test]
fn what_is_said_of_waivers_stands_under_the_configuration_in_no_scope() {
    let mut report = sample::eventful();
    report.scopes.push(sample::scanned(sample::scope("us-east-1")));
    let text = shown(&report);
    let (heading, last) = (text.find("\nabout the configuration\n"), text.find("\nnot tied to a service\n"));
    assert!(heading > last && !text.contains("── *"), "{text}");
}

#[test]
fn every_gap_is_shown_at_every_width() {
    for width in WIDTHS {
        let text = shown_in(&sample::eventful(), width, false);
        let words = text.split_whitespace().collect::<String>();
        for said in ["Notread(8gaps)", "denied", "throttled", "7times", "and4more", "concernslistener-rule,target-group"] {
            assert!(words.contains(said), "{said} at {width}:\n{text}");
        }
    }
    let text = shown(&sample::eventful());
    assert!(text.contains("acm:ListCertificates") && text.contains("elasticloadbalancing:DescribeRules"), "{text}");
}

#[test]
fn what_could_not_be_judged_is_shown_and_then_counted() {
    let text = shown(&sample::eventful());
    assert!(text.contains("Not judged (18 resources)") && text.contains("… and 3 more: see --format json"), "{text}");
    assert_eq!(text.matches("ecs-gateway-tg-000000").count(), 15, "{text}");
    assert_eq!(text.matches("the rules that may forward to it were not read").count(), 1, "{text}");
}

#[test]
fn services_are_well_leaving_or_elsewhere() {
    let text = shown(&sample::eventful());
    assert!(text.contains("ok  prod/api"), "{text}");
    assert!(text.contains("-   prod/batch  INACTIVE  declared; deleting: load-balancer; unknown: certificate"), "{text}");
    let (_, elsewhere) = text.split_once("outside of the scanned scopes (1)").expect("a section of its own");
    assert!(elsewhere.contains("stage/web  not-scanned"), "{text}");
}

#[test]
fn a_service_of_which_something_is_unknown_is_not_called_ok() {
    let mut report = sample::tidy();
    report.services[1].checklist.insert(Kind::Listener, KindState::Unknown);
    let text = shown(&report);
    assert!(text.contains("-   prod/web  ACTIVE  declared; unknown: listener"), "{text}");
}

#[test]
fn many_services_are_counted() {
    let mut report = sample::tidy();
    report.services = (0..25).map(|n| sample::service("prod", &format!("s{n}"), ServiceState::Active)).collect();
    let text = shown(&report);
    assert!(text.contains("Services without findings (25)") && text.contains("… and 5 more"), "{text}");
    assert_eq!(text.matches("ok  prod/s").count(), 20, "{text}");
}

#[test]
fn the_group_with_the_gravest_finding_comes_first_and_what_is_tied_to_none_last() {
    let text = shown(&sample::eventful());
    let places = [
        "hoge-cluster/hoge-service  INACTIVE",
        "hoge-cluster/old-api  DRAINING",
        "prod/checkout-web  ACTIVE",
        "prod/admin  ACTIVE",
        "not tied to a service",
    ]
    .map(|heading| text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("{heading} in\n{text}")));
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn several_scopes_are_told_apart() {
    let mut report = sample::eventful();
    report.scopes.push(sample::scanned(sample::scope("us-east-1")));
    let mut elsewhere = superseded();
    elsewhere.subject.scope = sample::scope("us-east-1");
    report.findings.push(elsewhere);
    let text = shown(&report);
    assert!(text.contains("\n── 123456789012 ap-northeast-1\n") && text.contains("\n── 123456789012 us-east-1\n"), "{text}");
    assert!(text.contains("in 123456789012 ap-northeast-1"), "{text}");
    assert!(text.contains("ok  123456789012 ap-northeast-1 prod/web"), "{text}");
}

#[test]
fn a_doubtful_finding_says_so_at_every_width() {
    let report = with(Finding { confidence: Confidence::Potential, ..superseded() });
    for width in WIDTHS {
        assert_eq!(shown_in(&report, width, false).matches("potential").count(), 1);
    }
}

#[test]
fn arns_are_shown_where_there_is_room_for_them() {
    let arn = "arn:aws:ec2:ap-northeast-1:123456789012:security-group/sg-0123456789abcdef0";
    assert!(!shown_in(&sample::eventful(), 120, false).contains(arn));
    assert!(shown_in(&sample::eventful(), 160, false).contains(arn));
}

#[test]
fn a_demo_ends_well_and_says_how_the_audit_would_end() {
    let report = Report { command: Command::Demo, findings: sample::findings(), ..sample::tidy() };
    assert!(shown(&report).ends_with("exit 0, as a demo does; the same audit would exit 2: findings at or above low\n"));
}

#[test]
fn nothing_is_wider_than_the_page() {
    let (long, wide) = ("x".repeat(700), "請求書サービス本番環境".repeat(20));
    let names = ["short", &long, &wide, "two words-and-a-very-long-tail-that-does-not-break-anywhere-at-all-indeed"];
    for name in names.into_iter().chain(sample::HOSTILE) {
        for width in WIDTHS {
            for line in shown_in(&sample::named_throughout(name), width, false).lines() {
                assert!(columns(line) <= width.into(), "{} columns of {width}: {line}", columns(line));
            }
        }
    }
}

#[test]
fn no_name_can_act_on_the_terminal() {
    for name in sample::HOSTILE {
        for (width, colour) in [(80, false), (160, false), (100, true)] {
            let text = without_colour(&shown_in(&sample::named_throughout(name), width, colour));
            let unseen = text.chars().find(|c| *c != '\n' && crate::render::escape::is_unseen(*c));
            assert_eq!(unseen, None, "{name:?} in\n{text}");
        }
    }
}

#[test]
fn a_name_cannot_pretend_to_be_the_last_line() {
    let text = shown(&sample::named_throughout("a\nexit 0: everything was read"));
    assert_eq!(text.lines().filter(|line| line.starts_with("exit ")).count(), 1, "{text}");
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    for width in WIDTHS {
        let (plain, coloured) = (shown_in(&sample::eventful(), width, false), shown_in(&sample::eventful(), width, true));
        assert!(!plain.contains('\x1b'));
        assert!(coloured.contains("\x1b[1;31mhigh\x1b[0m") && coloured.contains("\x1b[36mlow\x1b[0m"), "{coloured}");
        assert_eq!(without_colour(&coloured), plain);
    }
}

#[test]
fn no_line_ends_in_blanks() {
    for width in WIDTHS {
        assert!(shown_in(&sample::eventful(), width, false).lines().all(|line| !line.ends_with(' ')));
    }
}

#[test]
fn the_gravest_severity_colours_the_headline() {
    let coloured = |severity| shown_in(&with(Finding { severity, ..superseded() }), 80, true);
    assert!(coloured(Severity::Critical).starts_with("\x1b[1;31m1 finding: 1 critical\x1b[0m\n"));
    assert!(coloured(Severity::Low).starts_with("\x1b[36m1 finding: 1 low\x1b[0m\n"));
    assert!(shown_in(&sample::tidy(), 80, true).starts_with("\x1b[32mclean"));
}

#[test]
fn with_a_baseline_the_second_line_says_what_is_new() {
    let text = shown_in(&compared(), 160, false);
    let expected = "since the baseline as of 2026-11-22T00:00:00Z: \
                    1 new, 1 back, 2 existing (1 of them worse), 2 resolved, 1 not known to be gone";
    assert_eq!(text.lines().nth(1), Some(expected));
    assert!(!shown(&sample::eventful()).contains("baseline"));
}

#[test]
fn with_a_baseline_each_finding_says_whether_it_is_news() {
    let marks = |report: &Report, width| {
        let text = shown_in(report, width, false);
        let rows = text.split_once("SEVERITY").and_then(|(_, rest)| rest.split_once("Resolved since")).expect("rows").0;
        let is_mark = |word: &&str| ["new", "back", "worse"].contains(word);
        rows.split_whitespace().filter(is_mark).map(str::to_owned).collect::<Vec<_>>()
    };
    for width in WIDTHS {
        assert_eq!(marks(&compared(), width), ["new", "back", "worse"]);
        assert_eq!(marks(&Report { compared_with: None, ..compared() }, width), [""; 0]);
    }
}

#[test]
fn what_is_gone_and_what_nobody_can_tell_are_told_apart() {
    let text = shown(&compared());
    let (_, resolved) = text.split_once("Resolved since the baseline (2)\n").expect("a section of its own");
    let (resolved, unresolved) = resolved.split_once("Known from the baseline, and not known to be gone (1)\n").expect("another");
    assert!(resolved.contains("orphan  security-group  sg-1") && resolved.contains("sg-2") && !resolved.contains("sg-3"), "{text}");
    assert!(unresolved.contains("sg-4 (123456789012 ap-northeast-1)") && !text.contains("sg-3"), "{text}");
}

#[test]
fn many_resolved_findings_are_counted() {
    let past = (0..25).map(|n| sample::past(n, Some(0))).collect();
    let text = shown(&Report { past, ..compared() });
    assert!(text.contains("Resolved since the baseline (25)") && text.contains("… and 5 more: see --format json"), "{text}");
}

#[test]
fn known_findings_alone_are_clean_and_say_what_would_count() {
    let mut report = compared();
    report.findings.retain(|finding| !finding.history.got_worse && finding.history.status == FindingStatus::Existing);
    assert_eq!(headline(&report), "clean: everything was read, no new or worse finding at or above low; 1 finding: 1 low");
    assert!(shown(&report).ends_with("exit 0: everything was read, no new or worse finding at or above low\n"));
    report.fail_on_existing = true;
    assert!(shown(&report).ends_with("exit 2: findings at or above low\n"));
    assert!(shown(&compared()).ends_with("exit 2: new or worse findings at or above low\n"));
}

#[test]
fn what_costs_money_is_said_with_the_finding_and_summed_above() {
    for width in WIDTHS {
        let text = shown_in(&sample::eventful(), width, false);
        assert!(text.contains("\nWhat is left over costs about $27.38 a month\n"), "{text}");
        assert_eq!(text.matches("costs about $27.38").count(), 2, "{text}");
    }
    assert!(!shown(&sample::tidy()).contains('$'));
}

#[test]
fn how_findings_are_resolved_is_said_before_the_end() {
    let mut report = sample::eventful();
    report.findings.iter_mut().for_each(|finding| finding.remedy = None);
    assert!(!shown(&report).contains("To resolve"), "nothing is known of that");
    report.findings[0].remedy = Some(Remedy { commands: vec!["aws x".to_owned()], ..Remedy::default() });
    report.findings[1].remedy = Some(Remedy { terraform: Some("import {}".to_owned()), ..Remedy::default() });
    let count = report.findings.len();
    let script = "--remedy-script FILE writes a script for 1 of them, which asks before each";
    let text = shown_in(&report, 200, false);
    let line = format!("\nTo resolve {count} findings: {script}; -f json has Terraform's import block for 1\nexit 2: ");
    assert!(text.contains(&line), "{text}");
}
