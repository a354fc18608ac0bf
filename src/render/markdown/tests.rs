use super::{Page, markdown};
use crate::model::{Claim, Confidence, Finding, Kind, Remedy, Report};
use crate::render::{github_summary, sample};

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    markdown(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

/// The cells of a row, split as a reader of tables does: at every bar that no backslash escapes.
fn cells(line: &str) -> usize {
    let mut escaped = false;
    let bars = line.chars().filter(|c| {
        let is_bar = *c == '|' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_bar
    });
    bars.count().saturating_sub(1)
}

#[test]
fn a_clean_account_is_a_heading_and_its_services() {
    let text = written(&sample::tidy());
    assert!(
        text.starts_with("## clean: everything was read, and nothing was found\n\naudit of 123456789012 ap-northeast-1, as of "),
        "{text}"
    );
    assert!(text.contains("### Services \\(2\\)") && text.contains("| `prod/web` |  | ACTIVE | declared |"), "{text}");
    assert!(text.ends_with("\n**exit 0: everything was read, no finding at or above low**\n"), "{text}");
    assert!(!text.contains("Not read") && !text.contains("<details>"), "{text}");
}

#[test]
fn findings_stand_by_service_with_their_evidence_folded_away() {
    let text = written(&sample::eventful());
    let row = "| high | orphan | load-balancer | `ecs-express-gateway-alb-1a2b3c4d` | was left behind by Express Mode";
    let group = text.split_once("### hoge-cluster/hoge-service  INACTIVE\n").expect("a group").1;
    let (table, folded) = group.split_once("<details><summary>Evidence</summary>").expect("evidence");
    assert!(table.contains(row), "{text}");
    let fact = "  - `elasticloadbalancing:DescribeListeners`: no listener outside the dead set (2026-11-23T00:00:00Z)\n";
    assert!(folded.contains("- orphan `arn:aws:elasticloadbalancing:") && folded.contains(fact), "{text}");
}

#[test]
fn what_was_not_read_or_judged_or_does_not_count_has_its_table() {
    let text = written(&sample::eventful());
    for title in ["Not read \\(8 gaps\\)", "Not judged \\(18 resources\\)", "Waived \\(2 findings\\)", "Services \\(4\\)"] {
        assert!(text.contains(&format!("\n### {title}")), "{title}:\n{text}");
    }
    assert!(
        text.contains("| `elasticloadbalancing:DescribeRules` | denied | access denied \\(AccessDenied\\) | listener-rule, target-group |"),
        "{text}"
    );
    let text = written(&sample::compared());
    assert!(text.contains("### Resolved since the baseline \\(2\\)") && text.contains("not known to be gone \\(1\\)"), "{text}");
    assert!(text.contains("| low, new |") && text.contains("| low, back |") && text.contains("| low, worse |"), "{text}");
}

#[test]
fn a_checklist_says_which_and_why() {
    let text = written(&sample::checklist());
    assert!(text.contains("### Checklist of prod/web, INACTIVE, declared\n"), "{text}");
    assert!(text.contains("| security-group | held | sg-0f9e8d7c: network interface eni-0a1b2c3d is in it |"), "{text}");
}

#[test]
fn every_table_has_as_many_cells_as_its_head_whatever_is_in_them() {
    for (name, report) in sample::each() {
        let text = written(&report);
        let mut columns = None;
        for line in text.lines() {
            columns = line.starts_with('|').then(|| columns.unwrap_or(cells(line)));
            assert!(columns.is_none_or(|columns| cells(line) == columns), "{name}: {line}");
        }
        assert_eq!(text.lines().filter(|line| line.starts_with("## ")).count(), 1, "{name}:\n{text}");
        assert!(!text.replace("<details><summary>Evidence</summary>", "").replace("</details>", "").contains('<'), "{name}:\n{text}");
    }
}

#[test]
fn a_plan_says_what_it_does_to_each_service() {
    let text = written(&sample::planned());
    assert!(
        text.contains("| `hoge-cluster/hoge-service` | create | DRAINING |") && text.contains("| critical | create-while-draining |"),
        "{text}"
    );
    assert!(text.contains("### Known only after the apply, and so not looked for"), "{text}");
}

/// As many superseded groups as that, each with a name and evidence of its own.
fn many(count: usize) -> Report {
    let finding = |n| {
        let name = format!("sg-{n}-{}", "x".repeat(200));
        let subject = sample::subject(Kind::SecurityGroup, "ec2", &format!("security-group/{name}"), &name);
        Finding::new(Claim::Superseded, subject, Confidence::Confirmed)
    };
    let mut report = sample::eventful();
    report.findings = (0..count).map(finding).collect();
    report
}

#[test]
fn a_summary_ends_between_findings_below_the_limit_and_counts_the_rest() {
    let report = many(3_000);
    let mut out = Vec::new();
    github_summary(&report, &mut out).expect("a vector takes everything");
    let text = String::from_utf8(out).expect("UTF-8");
    let shown = text.matches("| info | superseded |").count();
    assert!(text.len() < super::super::STEP_SUMMARY_BYTES && text.len() > 1_000_000, "{}", text.len());
    assert!(text.contains(&format!("**There was no room here for {} findings: the JSON report has all.**", 3_000 - shown)), "{shown}");
    assert_eq!((text.matches("- superseded `arn:aws:").count(), text.matches("</details>").count()), (shown, 1));
    assert!(text.contains("### Not read") && text.ends_with("exit 3: no finding at or above low, but not everything was read**\n"));
}

#[test]
fn what_has_room_is_not_cut() {
    for (name, report) in sample::each() {
        let whole = written(&report);
        assert_eq!(Page::of(&report).text_within(whole.len() + 1), whole, "{name}");
        if whole.len() > 4_000 {
            let cut = Page::of(&report).text_within(whole.len());
            assert!(cut.len() < whole.len() && cut.contains("There was no room here for "), "{name}:\n{cut}");
        }
    }
}

#[test]
fn of_a_crowd_beside_the_findings_the_rest_is_counted_too() {
    let mut report = many(50);
    report.services = (0..9_000).map(|n| sample::service("prod", &format!("s{n}"), crate::model::ServiceState::Active)).collect();
    let text = Page::of(&report).text_within(200_000);
    assert!(text.len() < 200_000 && text.matches("| info | superseded |").count() == 50, "{}", text.len());
    assert!(text.contains("**There was no room here for ") && text.contains(" rows of the tables below them: "), "{}", &text[..400]);
}

#[test]
fn what_would_resolve_a_finding_is_folded_away_as_it_is_to_be_typed() {
    let mut report = sample::eventful();
    let remedy = Remedy {
        step: 4,
        commands: vec!["aws elbv2 delete-rule --rule-arn \"a\\`b\" --region x".to_owned()],
        terraform: Some("import {\n  id = \"x\"\n}".to_owned()),
        note: Some("ask @them first".to_owned()),
        ..Remedy::default()
    };
    report.findings.truncate(1);
    report.findings[0].remedy = Some(remedy);
    let text = written(&report);
    let command = "  - to run, as step 4 of the whole:\n    ```sh\n    aws elbv2 delete-rule --rule-arn \"a\\`b\" --region x\n    ```\n";
    assert!(text.contains(command), "{text}");
    assert!(text.contains("  - to declare:\n    ```hcl\n    import {\n      id = \"x\"\n    }\n    ```\n"), "{text}");
    assert!(text.contains("  - to do, as step 4 of the whole: ask `@`them first\n"), "{text}");
}

#[test]
fn what_costs_money_is_said_and_its_basis_folded_away() {
    let text = written(&sample::eventful());
    assert!(text.contains("\nWhat is left over costs about &#36;27.38 a month  \n"), "{text}");
    assert!(text.contains("; costs about &#36;27.38 a month |") && text.contains("  - &#36;27.38 a month: 730 h at"), "{text}");
}
