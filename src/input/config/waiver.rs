//! `[[waiver]]`: what is waived, why, by whom, and until when.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigErrorKind, Place};
use super::section::{Fault, Section, Text, wrong_type};
use super::{codes, kinds, service_glob};
use crate::model::{Code, Pattern, Timestamp, Waiver, WaiverRef};

/// What says what is waived, in the order in which a waiver is repeated.
const CRITERIA: [&str; 7] = ["code", "kind", "account", "region", "service", "arn", "fingerprint"];

const KNOWN: [&str; 10] = ["code", "kind", "account", "region", "service", "arn", "fingerprint", "reason", "owner", "expires"];

const QUOTED: &str = "a text in quotes";
const EXPIRES: &str = "a date such as \"2027-01-31\", the last day on which it holds (UTC)";

/// Reads one waiver.
pub(super) fn read(source: &str, text: &str, value: &Spanned<DeValue<'_>>) -> Result<Waiver, Fault> {
    let table: &DeTable<'_> = value.get_ref().as_table().ok_or_else(|| wrong_type("waiver", value, "[[waiver]] tables"))?;
    let section = Section::of(table, &value.span(), "[[waiver]]", "key of [[waiver]]", &KNOWN)?;
    let covers = covers(&section)?;
    if covers.is_empty() {
        return Err(Fault { at: section.at, kind: ConfigErrorKind::NoCriterion { criteria: CRITERIA.to_vec() } });
    }
    let said = |key, expected| section.required(key, expected).map(|text| text.value.to_owned());
    Ok(Waiver {
        code: section.text("code", QUOTED)?.map(waivable).transpose()?,
        kind: section.text("kind", QUOTED)?.map(|text| text.word(kinds().what, kinds().known)).transpose()?,
        account: glob(&section, "account", "expected twelve digits or a glob over them", is_account)?,
        region: glob(&section, "region", "expected a Region or a glob, such as eu-*", is_region)?,
        service: section.text("service", QUOTED)?.map(|text| service_glob("service", text)).transpose()?,
        arn: glob(&section, "arn", "expected an ARN or a glob over one, such as arn:aws:logs:*:log-group:/aws/ecs/*", is_arn)?,
        fingerprint: section.text("fingerprint", QUOTED)?.map(fingerprint).transpose()?,
        named: WaiverRef {
            place: format!("{source}, line {}", Place::of(text, section.at).line),
            covers,
            reason: said("reason", "why these findings are accepted")?,
            owner: said("owner", "who answers for it")?,
        },
        expires: expires(&section)?,
    })
}

/// The criteria in the configuration's words.
fn covers(section: &Section<'_, '_>) -> Result<String, Fault> {
    let mut covers = Vec::new();
    for key in CRITERIA {
        if let Some(text) = section.text(key, QUOTED)? {
            covers.push(format!("{key} = {:?}", text.value));
        }
    }
    Ok(covers.join(", "))
}

/// A finding about a waiver is settled in the configuration itself.
fn waivable(text: Text<'_>) -> Result<Code, Fault> {
    match text.word(codes().what, codes().known)? {
        Code::UnusedWaiver | Code::ExpiredWaiver => {
            Err(text.invalid("code", "what is found about waivers cannot be waived: delete or renew the waiver it names"))
        }
        code => Ok(code),
    }
}

fn glob(
    section: &Section<'_, '_>,
    key: &'static str,
    expected: &'static str,
    may_match: impl Fn(&str) -> bool,
) -> Result<Option<Pattern>, Fault> {
    let read = |text: Text<'_>| text.value.parse().ok().filter(|_| may_match(text.value)).ok_or_else(|| text.invalid(key, expected));
    section.text(key, QUOTED)?.map(read).transpose()
}

fn is_account(glob: &str) -> bool {
    let is_whole = !glob.contains('*') && glob.chars().count() == 12;
    glob.chars().all(|c| c.is_ascii_digit() || c == '*' || c == '?') && (glob.contains('*') || is_whole)
}

fn is_region(glob: &str) -> bool {
    glob.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '*' | '?'))
}

fn is_arn(glob: &str) -> bool {
    glob.starts_with("arn:") || glob.starts_with('*')
}

fn fingerprint(text: Text<'_>) -> Result<String, Fault> {
    let is_one = text.value.strip_prefix("v1:").is_some_and(|digits| crate::kinds::is_hex(digits, 32));
    let expected = "expected a finding's fingerprint as the JSON report has it, v1: and 32 hexadecimal digits";
    if is_one { Ok(text.value.to_owned()) } else { Err(text.invalid("fingerprint", expected)) }
}

/// A date, in quotes or bare, means its last second in UTC; a time means itself.
fn expires(section: &Section<'_, '_>) -> Result<Timestamp, Fault> {
    let value = section.value("expires").ok_or_else(|| section.missing("expires", EXPIRES))?;
    let written = match value.get_ref() {
        DeValue::Datetime(time) => time.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => return Err(wrong_type("expires", value, EXPIRES)),
    };
    let end_of_day = Timestamp::parse(&format!("{written}T23:59:59Z"));
    let unreadable = || Text { value: &written, at: value.span().start }.invalid("expires", format!("expected {EXPIRES}"));
    end_of_day.or_else(|| Timestamp::parse(&written)).ok_or_else(unreadable)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::model::Kind;

    /// The schema of one waiver.
    pub(in super::super) fn schema() -> Value {
        let codes: Vec<&str> = Code::ALL.into_iter().filter(|code| !code.is_about_configuration()).map(Code::as_str).collect();
        let property = |key: &str| match key {
            "code" => json!({"enum": codes}),
            "kind" => json!({"enum": Kind::ALL.map(Kind::as_str)}),
            "account" => json!({"type": "string", "pattern": "^[0-9*?]+$"}),
            "fingerprint" => json!({"type": "string", "pattern": "^v1:[0-9a-f]{32}$"}),
            "expires" => {
                json!({"description": "The last day on which it holds (UTC).", "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"})
            }
            _ => json!({"type": "string", "minLength": 1}),
        };
        let properties: Map<String, Value> = KNOWN.iter().map(|key| ((*key).to_owned(), property(key))).collect();
        let criteria: Vec<Value> = CRITERIA.iter().map(|key| json!({"required": [key]})).collect();
        json!({
            "type": "object", "additionalProperties": false, "required": ["reason", "owner", "expires"], "anyOf": criteria,
            "properties": properties,
        })
    }
}
