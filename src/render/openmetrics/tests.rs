use std::collections::{BTreeMap, BTreeSet};

use super::{openmetrics, usual_severities};
use crate::model::{Cause, Code, Report};
use crate::render::sample;

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    openmetrics(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

/// The value of each series, amounts of money excepted.
fn series(report: &Report) -> BTreeMap<String, i64> {
    let text = written(report);
    let samples = text.lines().filter(|line| !line.starts_with('#') && !line.contains("_usd "));
    samples
        .map(|line| line.rsplit_once(' ').map(|(series, value)| (series.to_owned(), value.parse().expect("a number"))))
        .map(Option::unwrap_or_default)
        .collect()
}

#[test]
fn an_alert_has_its_zeros_before_there_is_anything_to_alert_on() {
    let clean = series(&sample::tidy());
    for code in Code::ALL.into_iter().filter(|code| !code.is_of_preflight()) {
        for severity in usual_severities(code) {
            assert_eq!(clean[&format!("expressaudit_findings{{code=\"{code}\",severity=\"{severity}\"}}")], 0);
        }
    }
    for cause in Cause::ALL {
        assert_eq!(clean[&format!("expressaudit_gaps{{cause=\"{cause}\"}}")], 0);
    }
    assert_eq!((clean["expressaudit_exit_code"], clean["expressaudit_complete"]), (0, 1));
}

#[test]
fn the_usual_severities_are_those_that_claims_have() {
    for finding in sample::findings().into_iter().chain(sample::planned().findings) {
        assert!(usual_severities(finding.claim.code()).contains(&finding.severity), "{:?}", finding.claim);
    }
}

#[test]
fn findings_and_gaps_are_counted_by_their_words() {
    let counts = series(&sample::eventful());
    assert_eq!(counts["expressaudit_findings{code=\"orphan\",severity=\"high\"}"], 1);
    assert_eq!(counts["expressaudit_findings{code=\"draining-service\",severity=\"medium\"}"], 1);
    assert_eq!((counts["expressaudit_gaps{cause=\"denied\"}"], counts["expressaudit_gaps{cause=\"throttled\"}"]), (7, 1));
    assert_eq!((counts["expressaudit_findings_counting"], counts["expressaudit_findings_waived"]), (16, 2));
    assert_eq!((counts["expressaudit_unjudged_resources"], counts["expressaudit_scopes_complete"]), (18, 0));
    let all: i64 = counts.iter().filter(|(series, _)| series.starts_with("expressaudit_findings{")).map(|(_, count)| count).sum();
    assert_eq!(all, 18);
    let compared = series(&sample::compared());
    assert_eq!(compared["expressaudit_findings_by_status{status=\"existing\"}"], 2);
    assert_eq!((compared["expressaudit_findings_resolved"], compared["expressaudit_findings_unresolved"]), (2, 1));
    assert_eq!(series(&sample::checklist())["expressaudit_checklist{kind=\"security-group\",state=\"held\"}"], 1);
}

#[test]
fn what_is_not_known_is_absent_and_no_zero() {
    let complete = "expressaudit_last_complete_run_timestamp_seconds";
    assert_eq!(series(&sample::tidy())[complete], sample::now().unix_seconds());
    for report in [sample::gaps_only(), sample::nothing_scanned()] {
        let counts = series(&report);
        assert!(!counts.contains_key(complete) && counts["expressaudit_last_run_timestamp_seconds"] > 0);
        assert!(!counts.keys().any(|series| series.starts_with("expressaudit_resources")));
        assert_eq!(counts["expressaudit_exit_code"], 3);
    }
    assert!(!series(&sample::nothing_scanned()).contains_key("expressaudit_api_calls"));
    assert!(!series(&sample::tidy()).keys().any(|series| series.contains("baseline") || series.contains("by_status")));
    assert!(!series(&sample::nothing_scanned()).keys().any(|series| series.contains("\"drift\"")), "nothing was declared");
}

#[test]
fn what_is_left_over_costs_something_or_nothing() {
    assert!(written(&sample::eventful()).contains("\n# TYPE expressaudit_monthly_usd gauge\nexpressaudit_monthly_usd 27.38\n"));
    assert!(written(&sample::tidy()).contains("\nexpressaudit_monthly_usd 0.00\n"));
    assert!(!written(&sample::planned()).contains("_usd"), "a plan is not asked what is left over");
}

#[test]
fn of_a_plan_there_are_the_codes_of_a_plan_and_no_resources() {
    let counts = series(&sample::planned());
    assert_eq!(counts["expressaudit_findings{code=\"name-taken\",severity=\"critical\"}"], 2);
    assert!(!counts.keys().any(|series| series.contains("code=\"orphan\"") || series.starts_with("expressaudit_resources")));
}

#[test]
fn families_stand_together_with_help_and_type_and_the_end_is_marked() {
    for (name, report) in sample::each() {
        let text = written(&report);
        assert!(text.ends_with("\n# EOF\n") && text.matches("# EOF").count() == 1, "{name}");
        let (mut seen, mut family) = (BTreeSet::new(), "");
        for line in text.lines().filter(|line| *line != "# EOF") {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                family = rest.split(' ').next().unwrap_or_default();
                assert!(seen.insert(family), "{name}: {family} twice");
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                assert_eq!(rest, format!("{family} gauge"));
            } else if let Some(rest) = line.strip_prefix("# UNIT ") {
                assert!(rest == format!("{family} seconds") && family.ends_with("_seconds"));
            } else {
                assert!(line.strip_prefix(family).is_some_and(|rest| rest.starts_with([' ', '{'])), "{name}: {line}");
                assert!(!line.contains("arn:"), "{name}: {line}");
            }
        }
    }
}

#[test]
fn no_word_from_outside_is_in_it() {
    let plain = written(&sample::named_throughout("a"));
    for hostile in sample::HOSTILE {
        assert_eq!(written(&sample::named_throughout(hostile)), plain);
    }
}
