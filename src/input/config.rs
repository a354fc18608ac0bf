//! The configuration, `ecs-express-audit.toml`: severities, grace periods, fields to ignore, waivers, rates. Text in, [`Config`] out; no file is
//! opened here. What is not understood is an error: a waiver or a severity that is silently not applied would be found too late.

mod accounts;
mod error;
mod prices;
mod rates;
mod section;
#[cfg(test)]
mod tests;
mod waiver;

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use accounts::read_accounts;
pub use error::{ConfigError, ConfigErrorKind, Place};
pub use prices::read_prices;

use crate::model::{Code, FailOn, IgnoredField, Kind, Own, Pattern, Policy, Severity, Waiver, parse_duration};
use crate::permissions::Rates;
use section::{Fault, Section, Text, Words, entries, text, wrong_type};

/// The largest configuration that is read, in bytes.
const LARGEST: usize = 1 << 20;

const KNOWN: [&str; 9] = ["fail_on", "grace", "grace_for", "declared_partial", "own", "severity", "ignore", "waiver", "rates"];

const DURATION: &str = "expected a duration such as \"30m\": a number and s, m, h or d";

/// What a configuration says. What it does not say is left to the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// From which severity on a finding counts for the exit code.
    pub fail_on: Option<FailOn>,
    /// How old a leftover must be to be one.
    pub grace: Option<Duration>,
    /// The same for single kinds.
    pub grace_for: BTreeMap<Kind, Duration>,
    /// Whether others declare elsewhere.
    pub declared_partial: Option<bool>,
    /// Whose findings are reported.
    pub own: Own,
    /// Severities other than the claims' own.
    pub severities: BTreeMap<(Code, Option<Kind>), Severity>,
    /// Declared fields that are not compared.
    pub ignored_fields: Vec<IgnoredField>,
    /// Findings that are accepted for a time.
    pub waivers: Vec<Waiver>,
    /// How fast AWS may be asked.
    pub rates: Rates,
}

impl Config {
    /// The policy that it makes of the defaults. How fast AWS is asked is no matter of judgement.
    #[must_use]
    pub fn into_policy(self) -> Policy {
        let defaults = Policy::default();
        Policy {
            fail_on: self.fail_on.unwrap_or(defaults.fail_on),
            grace: self.grace.unwrap_or(defaults.grace),
            grace_of: self.grace_for,
            declared_partial: self.declared_partial.unwrap_or(defaults.declared_partial),
            own: self.own,
            severities: self.severities,
            ignored_fields: self.ignored_fields,
            waivers: self.waivers,
            ..defaults
        }
    }
}

/// Reads a configuration. `source` is what messages and findings about its waivers call it.
///
/// # Errors
///
/// When the text is not TOML, or says anything that is not understood; [`ConfigErrorKind`] lists the reasons.
pub fn read_config(source: &str, text: &[u8]) -> Result<Config, ConfigError> {
    let text = decode(text).map_err(|kind| ConfigError::new(source, None, kind))?;
    let fault = |fault: Fault| ConfigError::new(source, Some(Place::of(text, fault.at)), fault.kind);
    let document = DeTable::parse(text).map_err(|error| fault(syntax(&error)))?;
    read(source, text, &document).map_err(fault)
}

/// The text, without the byte-order mark that some editors put before it.
fn decode(text: &[u8]) -> Result<&str, ConfigErrorKind> {
    decode_within(LARGEST, text)
}

fn decode_within(largest: usize, text: &[u8]) -> Result<&str, ConfigErrorKind> {
    if text.len() > largest {
        return Err(ConfigErrorKind::TooLarge { limit_kib: largest >> 10 });
    }
    let text = str::from_utf8(text).map_err(|error| ConfigErrorKind::NotUtf8 { position: error.valid_up_to() })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn syntax(error: &toml::de::Error) -> Fault {
    let at = error.span().map_or(0, |span| span.start);
    Fault { at, kind: ConfigErrorKind::Syntax { reason: error.message().to_owned() } }
}

fn read(source: &str, text: &str, document: &Spanned<DeTable<'_>>) -> Result<Config, Fault> {
    let section = Section::of(document.get_ref(), &document.span(), "configuration", "key of the configuration", &KNOWN)?;
    Ok(Config {
        fail_on: section.text("fail_on", "a severity in quotes, or \"never\"")?.map(fail_on).transpose()?,
        grace: section.value("grace").map(|value| duration("grace", value)).transpose()?,
        grace_for: grace_for(&section)?,
        declared_partial: section.boolean("declared_partial")?,
        own: own(&section)?,
        severities: severities(&section)?,
        ignored_fields: ignored_fields(&section)?,
        waivers: waivers(source, text, &section)?,
        rates: rates::read(&section)?,
    })
}

fn fail_on(text: Text<'_>) -> Result<FailOn, Fault> {
    let known = || Severity::ALL.map(Severity::as_str).into_iter().chain(["never"]).collect();
    text.word("severity", known)
}

fn duration(key: &'static str, value: &Spanned<DeValue<'_>>) -> Result<Duration, Fault> {
    let text = text(key, value, "a duration in quotes, such as \"30m\"")?;
    parse_duration(text.value).ok_or_else(|| text.invalid(key, DURATION))
}

fn grace_for(section: &Section<'_, '_>) -> Result<BTreeMap<Kind, Duration>, Fault> {
    let Some(value) = section.value("grace_for") else { return Ok(BTreeMap::new()) };
    let entries = entries("grace_for", value, kinds())?;
    entries.into_iter().map(|(kind, value)| Ok((kind, duration("grace_for", value)?))).collect()
}

fn own(section: &Section<'_, '_>) -> Result<Own, Fault> {
    const EXPECTED: &str = "a list such as [\"cluster=prod-*\"]";
    let mut own = Own::default();
    for item in section.items("own", EXPECTED)? {
        let text = text("own", item, EXPECTED)?;
        own.unite(text.value.parse().map_err(|expected: String| text.invalid("own", expected))?);
    }
    Ok(own)
}

fn severities(section: &Section<'_, '_>) -> Result<BTreeMap<(Code, Option<Kind>), Severity>, Fault> {
    let mut severities = BTreeMap::new();
    let Some(value) = section.value("severity") else { return Ok(severities) };
    for (code, value) in entries("severity", value, codes())? {
        if value.get_ref().is_table() {
            for (kind, value) in entries("severity", value, kinds())? {
                severities.insert((code, Some(kind)), severity(value)?);
            }
        } else {
            severities.insert((code, None), severity(value)?);
        }
    }
    Ok(severities)
}

fn severity(value: &Spanned<DeValue<'_>>) -> Result<Severity, Fault> {
    text("severity", value, "a severity in quotes, or a table of kinds")?.word("severity", || Severity::ALL.map(Severity::as_str).to_vec())
}

fn ignored_fields(section: &Section<'_, '_>) -> Result<Vec<IgnoredField>, Fault> {
    let ignored = section.items("ignore", "[[ignore]] tables")?.into_iter().map(|value| {
        let table = value.get_ref().as_table().ok_or_else(|| wrong_type("ignore", value, "[[ignore]] tables"))?;
        let section = Section::of(table, &value.span(), "[[ignore]]", "key of [[ignore]]", &["field", "service"])?;
        let expected = "a declared field or a glob, such as \"primary_container.image\"";
        let field = section.required("field", expected)?;
        Ok(IgnoredField {
            path: field.value.parse().map_err(|_: String| field.invalid("field", format!("expected {expected}")))?,
            service: section.text("service", "a text in quotes")?.map(|text| service_glob("service", text)).transpose()?,
        })
    });
    ignored.collect()
}

fn waivers(source: &str, text: &str, section: &Section<'_, '_>) -> Result<Vec<Waiver>, Fault> {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    let mut waivers = Vec::new();
    for value in section.items("waiver", "[[waiver]] tables")? {
        let waiver = waiver::read(source, text, value)?;
        let at = value.span().start;
        // The criteria are a waiver's identity: two findings about two waivers could not be told apart.
        if let Some(line) = lines.insert(waiver.named.covers.clone(), Place::of(text, at).line) {
            return Err(Fault { at, kind: ConfigErrorKind::SameWaiver { line } });
        }
        waivers.push(waiver);
    }
    Ok(waivers)
}

/// A glob over `CLUSTER/NAME`; one that no such text can match is a slip.
fn service_glob(key: &'static str, text: Text<'_>) -> Result<Pattern, Fault> {
    let may_match = text.value.contains(['/', '*']);
    let pattern = text.value.parse().ok().filter(|_| may_match);
    pattern.ok_or_else(|| text.invalid(key, "expected CLUSTER/NAME or a glob over it, such as prod/*"))
}

fn codes() -> Words {
    Words { what: "code", known: || Code::ALL.map(Code::as_str).to_vec(), table: "a table of codes" }
}

fn kinds() -> Words {
    Words { what: "kind of resource", known: || Kind::ALL.map(Kind::as_str).to_vec(), table: "a table of kinds" }
}
