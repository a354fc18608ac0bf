//! Suites and cases, and how they stand in XML 1.0.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesStart, BytesText, Event};

use crate::model::Timestamp;
use crate::render::escape::harmless;

/// A suite: properties, cases, and lines of output.
pub(super) struct Suite {
    pub name: String,
    pub properties: Vec<(String, String)>,
    pub cases: Vec<Case>,
    pub output: Vec<String>,
}

/// One case of a suite.
pub(super) struct Case {
    class: String,
    name: String,
    fate: Fate,
}

/// What became of a case.
pub(super) enum Fate {
    Pass,
    Skipped { message: String },
    Failure { kind: String, message: String, detail: Vec<String> },
    Error { kind: String, message: String },
}

impl Case {
    /// A case of the suite of that name.
    pub(super) fn new(suite: &str, name: String, fate: Fate) -> Self {
        Self { class: format!("{}.{suite}", env!("CARGO_PKG_NAME")), name, fate }
    }
}

type Xml<'o> = Writer<&'o mut dyn io::Write>;

/// The attributes that count cases.
pub(super) fn counts<'c>(cases: impl Iterator<Item = &'c Case>) -> [(&'static str, usize); 4] {
    let [mut tests, mut failures, mut errors, mut skipped] = [0; 4];
    for case in cases {
        tests += 1;
        match case.fate {
            Fate::Pass => {}
            Fate::Skipped { .. } => skipped += 1,
            Fate::Failure { .. } => failures += 1,
            Fate::Error { .. } => errors += 1,
        }
    }
    [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
}

impl Suite {
    pub(super) fn write(&self, generated_at: Timestamp, xml: &mut Xml<'_>) -> io::Result<()> {
        let Self { name, properties, cases, output } = self;
        let mut suite = element("testsuite", &[("name", name), ("timestamp", &generated_at.to_string())]);
        for (name, count) in counts(cases.iter()) {
            suite.push_attribute((name, count.to_string().as_str()));
        }
        xml.write_event(Event::Start(suite.borrow()))?;
        if !properties.is_empty() {
            let all = BytesStart::new("properties");
            xml.write_event(Event::Start(all.borrow()))?;
            for (name, value) in properties {
                xml.write_event(Event::Empty(element("property", &[("name", name), ("value", value)])))?;
            }
            xml.write_event(Event::End(all.to_end()))?;
        }
        cases.iter().try_for_each(|case| case.write(xml))?;
        if !output.is_empty() {
            with_text(&BytesStart::new("system-out"), output, xml)?;
        }
        xml.write_event(Event::End(suite.to_end()))
    }
}

impl Case {
    fn write(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        let Self { class, name, fate } = self;
        let case = element("testcase", &[("name", name), ("classname", class)]);
        if matches!(fate, Fate::Pass) {
            return xml.write_event(Event::Empty(case));
        }
        xml.write_event(Event::Start(case.borrow()))?;
        match fate {
            Fate::Pass => {}
            Fate::Skipped { message } => xml.write_event(Event::Empty(element("skipped", &[("message", message)])))?,
            Fate::Failure { kind, message, detail } => {
                with_text(&element("failure", &[("type", kind), ("message", message)]), detail, xml)?;
            }
            Fate::Error { kind, message } => xml.write_event(Event::Empty(element("error", &[("type", kind), ("message", message)])))?,
        }
        xml.write_event(Event::End(case.to_end()))
    }
}

fn element(name: &'static str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
    let mut element = BytesStart::new(name);
    for (name, value) in attributes {
        element.push_attribute((*name, legal(value).as_str()));
    }
    element
}

fn with_text(element: &BytesStart<'_>, lines: &[String], xml: &mut Xml<'_>) -> io::Result<()> {
    let lines: Vec<String> = lines.iter().map(|line| legal(line)).collect();
    xml.write_event(Event::Start(element.borrow()))?;
    xml.write_event(Event::Text(BytesText::new(&lines.join("\n"))))?;
    xml.write_event(Event::End(element.to_end()))
}

/// The text without what XML 1.0 has no way to write. Controls are spelt out before that.
fn legal(text: &str) -> String {
    harmless(text).chars().filter(|char| !matches!(char, '\u{fffe}' | '\u{ffff}')).collect()
}
