use super::{github, github_summary};
use crate::model::{FailOn, Report, Severity};
use crate::render::sample;

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    github(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

fn commands<'t>(text: &'t str, command: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.starts_with(&format!("::{command} "))).collect()
}

#[test]
fn the_level_says_whether_it_counts_and_how_grave_it_is() {
    let mut report = sample::eventful();
    report.scopes[0].gaps.clear();
    let text = written(&report);
    let levels = ["error", "warning", "notice"].map(|level| commands(&text, level).len());
    assert_eq!(levels, [7, 9, 2], "7 high, 9 medium and low, 2 info:\n{text}");
    let report = Report { fail_on: FailOn::AtLeast(Severity::Critical), ..report };
    assert_eq!(commands(&written(&report), "error").len(), 0);
    let text = written(&sample::compared());
    assert!(commands(&text, "notice").len() == 1 && text.contains("::warning title=superseded (low%2C back)::"), "{text}");
}

#[test]
fn a_file_is_named_only_where_a_declaration_names_it() {
    let text = written(&sample::eventful());
    let with_file: Vec<&str> = text.lines().filter(|line| line.contains("file=")).collect();
    let expected = "::error file=terraform.tfstate,title=missing-service (high)::service hoge-cluster/hoge-service is declared \
                    (terraform.tfstate: aws_ecs_express_gateway_service.app), but it is INACTIVE (123456789012 ap-northeast-1)";
    assert_eq!(with_file[0], expected);
    let report = Report { findings: sample::findings().split_off(16), ..sample::tidy() };
    assert!(written(&report).starts_with("::warning file=ecs-express-audit.toml,line=12,title=unused-waiver (low)::the waiver at "));
}

#[test]
fn at_most_ten_of_a_level_and_the_last_counts_the_rest() {
    let text = written(&sample::eventful());
    let warnings = commands(&text, "warning");
    assert_eq!(warnings.len(), 10, "{text}");
    assert_eq!(warnings.iter().filter(|line| line.contains("title=not read")).count(), 3);
    assert!(
        warnings[9].starts_with("::warning title=more::3 more findings and 5 more gaps of this level had no room here"),
        "{}",
        warnings[9]
    );
    let mut report = sample::gaps_only();
    report.scopes[0].gaps = (0..40).map(|_| report.scopes[0].gaps[0].clone()).collect();
    let text = written(&report);
    let warnings = commands(&text, "warning");
    assert!(warnings.len() == 10 && warnings[9].contains("::31 more gaps of this level"), "{text}");
}

#[test]
fn the_log_has_everything_and_the_verdict_last() {
    let text = written(&sample::eventful());
    for (title, rows) in [("Not read (8 gaps)", 8), ("Not judged (18 resources)", 18), ("Waived (2 findings)", 2)] {
        let shown = text.split_once(&format!("::group::{title}")).map(|(_, rest)| rest.split("::endgroup::").next().unwrap_or_default());
        assert!(shown.is_some_and(|shown| shown.lines().filter(|line| line.starts_with("- ")).count() == rows), "{title}:\n{text}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("- ") && line.contains("superseded")).count(), 1);
    assert!(text.ends_with("\nexit 2: findings at or above low\n"), "{text}");
    assert!(written(&sample::nothing_scanned()).starts_with("incomplete: nothing was scanned: do not read it as clean\n"));
    assert!(written(&sample::checklist()).contains("- security-group  held  sg-0f9e8d7c: network interface eni-0a1b2c3d is in it\n"));
    assert!(written(&sample::compared()).contains("::group::Resolved since the baseline (2)\n- orphan  security-group  sg-1"));
}

#[test]
fn only_our_own_commands_begin_a_line_and_values_are_escaped() {
    for (name, report) in sample::each() {
        for line in written(&report).lines() {
            let is_ours =
                ["::error ", "::warning ", "::notice ", "::group::", "::endgroup::"].iter().any(|command| line.starts_with(command));
            assert!(is_ours || !line.trim_start().starts_with("::"), "{name}: {line}");
            if let Some((properties, _)) =
                line.strip_prefix("::").and_then(|rest| rest.split_once("::")).filter(|_| line.contains("title="))
            {
                assert!(!properties.contains(':') && properties.matches(',').count() <= 2, "{name}: {line}");
            }
            assert!(!line.contains('\r') && !line.contains('\x1b'), "{name}: {line}");
        }
    }
    let text = written(&sample::named_throughout("100%0A,x:y"));
    assert!(text.contains("100%250A,x:y"), "{text}");
}

#[test]
fn the_summary_is_the_markdown_where_it_has_room() {
    let mut markdown = Vec::new();
    let mut summary = Vec::new();
    crate::render::markdown(&sample::eventful(), &mut markdown).expect("written");
    github_summary(&sample::eventful(), &mut summary).expect("written");
    assert_eq!(markdown, summary);
}
