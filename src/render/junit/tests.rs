use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::junit;
use crate::model::{FailOn, Report, Severity};
use crate::render::{escape, sample};

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    junit(report, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("UTF-8")
}

type Attributes = BTreeMap<String, String>;

/// Every element with its attributes, in order.
fn parsed(text: &str) -> Vec<(String, Attributes)> {
    let mut reader = Reader::from_str(text);
    let (mut elements, mut open) = (Vec::new(), Vec::<String>::new());
    let element = |start: &BytesStart<'_>| {
        let name = start.name().as_ref().to_owned();
        let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
            let key = attribute.key.as_ref().to_owned();
            (key, quick_xml::escape::unescape(&attribute.value).expect("entities").into_owned())
        };
        (name, start.attributes().map(|found| attribute(found.expect("an attribute"))).collect::<Attributes>())
    };
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                elements.push(element(&start));
                open.push(start.name().as_ref().to_owned());
            }
            Event::Empty(start) => elements.push(element(&start)),
            Event::End(end) => assert_eq!(open.pop().as_deref(), Some(end.name().as_ref())),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    elements
}

/// How many elements of that name there are.
fn count(report: &Report, name: &str) -> usize {
    parsed(&written(report)).iter().filter(|(element, _)| element == name).count()
}

#[test]
fn what_counts_fails_and_what_does_not_is_skipped() {
    let report = sample::eventful();
    assert_eq!((count(&report, "failure"), count(&report, "skipped")), (16, 4), "2 of info, 2 waived");
    let lenient = Report { fail_on: FailOn::AtLeast(Severity::High), ..sample::eventful() };
    assert_eq!((count(&lenient, "failure"), count(&lenient, "skipped")), (7, 13));
    assert_eq!((count(&sample::compared(), "failure"), count(&sample::compared(), "skipped")), (3, 2), "one known, one unresolved");
}

#[test]
fn what_was_not_read_is_an_error() {
    assert_eq!(count(&sample::eventful(), "error"), 8 + 18);
    assert_eq!((count(&sample::gaps_only(), "error"), count(&sample::gaps_only(), "failure")), (1, 0));
    assert_eq!(count(&sample::nothing_scanned(), "error"), 1);
}

#[test]
fn a_scope_passes_for_each_code_only_where_it_was_read_and_clean() {
    let passes = |report: &Report| {
        let text = written(report);
        text.lines().filter(|line| line.trim_start().starts_with("<testcase") && line.ends_with("/>")).count()
    };
    assert_eq!(passes(&sample::tidy()), 1 + 15, "the scope, and it for each code of an audit");
    assert_eq!((passes(&sample::gaps_only()), passes(&sample::eventful())), (0, 0));
    let mut undeclared = sample::tidy();
    undeclared.services.iter_mut().for_each(|entry| entry.declared = None);
    assert_eq!(passes(&undeclared), passes(&sample::tidy()) - 3);
    assert!(!written(&undeclared).contains("testsuite name=\"drift\""));
}

#[test]
fn of_a_plan_there_are_the_suites_of_a_plan() {
    let text = written(&sample::planned());
    assert!(text.contains("testsuite name=\"name-taken\"") && !text.contains("testsuite name=\"orphan\""), "{text}");
    assert_eq!(text.matches("<property name=\"hoge-cluster/hoge-service planned\" value=\"create\"/>").count(), 1, "{text}");
    let idle = Report { is_idle: true, findings: Vec::new(), scopes: Vec::new(), services: Vec::new(), ..sample::planned() };
    assert_eq!((count(&idle, "error"), count(&idle, "failure")), (0, 0), "a plan that touches nothing is clean");
}

#[test]
fn suites_count_their_cases_and_the_whole_counts_all() {
    for (name, report) in sample::each() {
        let elements = parsed(&written(&report));
        let of = |wanted: &str| elements.iter().filter(|(element, _)| element == wanted).count();
        let (root, whole) = &elements[0];
        assert_eq!(root, "testsuites", "{name}");
        for (attribute, element) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
            assert_eq!(whole[attribute], of(element).to_string(), "{attribute} of {name}");
            let suites = elements.iter().filter(|(element, _)| element == "testsuite");
            let sum: usize = suites.map(|(_, suite)| suite[attribute].parse::<usize>().expect("a number")).sum();
            assert_eq!(sum, of(element), "{attribute} of {name}");
        }
    }
}

#[test]
fn no_two_cases_have_one_name() {
    for report in [sample::eventful(), sample::checklist(), sample::tidy()] {
        let elements = parsed(&written(&report));
        let cases: Vec<&Attributes> = elements.iter().filter(|(element, _)| element == "testcase").map(|(_, case)| case).collect();
        let names: std::collections::BTreeSet<_> = cases.iter().map(|case| (&case["classname"], &case["name"])).collect();
        assert_eq!(names.len(), cases.len());
    }
}

#[test]
fn the_verdict_the_evidence_and_the_checklist_are_in_it() {
    let text = written(&sample::eventful());
    assert!(text.contains("<system-out>18 findings: 7 high, 5 medium, 4 low, 2 info\n"), "{text}");
    assert!(text.contains("elasticloadbalancing:DescribeListeners: no listener outside the dead set (2026-11-23T00:00:00Z)</failure>"));
    let text = written(&sample::checklist());
    let held = "value=\"held (sg-0f9e8d7c held: network interface eni-0a1b2c3d is in it)\"";
    assert!(text.contains("<property name=\"prod/web load-balancer\" value=\"left (") && text.contains(held), "{text}");
    assert!(written(&sample::compared()).contains("sg-1 00000001\" classname=\"ecs-express-audit.orphan\"/>"), "what was resolved passes");
}

#[test]
fn every_text_is_legal_and_comes_back() {
    let name = "<b a='1'>&amp; ]]> \u{fffe}\u{ffff}";
    let elements = parsed(&written(&sample::named_throughout(name)));
    assert!(elements.iter().any(|(_, attributes)| attributes.values().any(|value| value.contains("<b a='1'>&amp; ]]> "))));
    for (name, report) in sample::each() {
        let text = written(&report);
        assert!(!text.replace('\n', "").contains(escape::is_unseen) && !text.contains("]]>"), "{name}");
        assert!(!parsed(&text).is_empty(), "{name}");
    }
    assert!(!written(&sample::named_throughout("\u{ffff}")).contains('\u{ffff}'));
}
