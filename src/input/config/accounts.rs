//! The list of accounts of `--accounts FILE`: which are read, as whom, and in which Regions. No account that it does not name is ever asked.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrorKind, Place};
use super::section::{Fault, Section, Text, text, wrong_type};
use super::{decode_within, syntax};
use crate::fleet::{Account, Accounts, RoleTemplate, is_account};

/// The largest list that is read, in bytes: more accounts than an organization may have.
const LARGEST: usize = 16 << 20;

const TOP: [&str; 4] = ["role", "external_id_env", "regions", "account"];

const KEYS: [&str; 4] = ["id", "role", "external_id_env", "regions"];

const REGIONS: &str = "a list of Regions such as [\"eu-west-1\"]";

/// Reads a list of accounts: `[[account]]` tables with `id`, and `role`, `external_id_env` and `regions` in each or for all of them.
/// `source` is what messages call it.
///
/// # Errors
///
/// When the text is not TOML, or says anything that is not understood; [`ConfigErrorKind`] lists the reasons.
pub fn read_accounts(source: &str, text: &[u8]) -> Result<Accounts, ConfigError> {
    let text = decode_within(LARGEST, text).map_err(|kind| ConfigError::new(source, None, kind))?;
    let fault = |fault: Fault| ConfigError::new(source, Some(Place::of(text, fault.at)), fault.kind);
    let document = DeTable::parse(text).map_err(|error| fault(syntax(&error)))?;
    read(text, &document).map_err(fault)
}

fn read(text: &str, document: &Spanned<DeTable<'_>>) -> Result<Accounts, Fault> {
    let section = Section::of(document.get_ref(), &document.span(), "list of accounts", "key of a list of accounts", &TOP)?;
    let of_all = Account {
        id: String::new(),
        role: section.text("role", "a role in quotes")?.map(role).transpose()?,
        external_id_env: variable(&section)?,
        regions: regions(&section)?,
    };
    let (mut accounts, mut places) = (BTreeMap::new(), BTreeMap::new());
    for value in section.items("account", "[[account]] tables")? {
        let account = of_table(value, &of_all)?;
        let at = value.span().start;
        if let Some(first) = places.insert(account.id.clone(), at) {
            return Err(Fault { at, kind: ConfigErrorKind::SameAccount { line: Place::of(text, first).line } });
        }
        accounts.insert(account.id.clone(), account);
    }
    if accounts.is_empty() {
        return Err(section.missing("account", "[[account]] tables, each with an id"));
    }
    Ok(Accounts { accounts: accounts.into_values().collect() })
}

fn of_table(value: &Spanned<DeValue<'_>>, of_all: &Account) -> Result<Account, Fault> {
    let table = value.get_ref().as_table().ok_or_else(|| wrong_type("account", value, "[[account]] tables"))?;
    let section = Section::of(table, &value.span(), "[[account]]", "key of [[account]]", &KEYS)?;
    let id = section.required("id", "the twelve digits of an account in quotes")?;
    if !is_account(id.value) {
        return Err(id.invalid("id", "expected the twelve digits of an account"));
    }
    let own_role = section.text("role", "a role in quotes")?;
    let own_regions = regions(&section)?;
    let account = Account {
        id: id.value.to_owned(),
        role: own_role.map(role).transpose()?.or_else(|| of_all.role.clone()),
        external_id_env: variable(&section)?.or_else(|| of_all.external_id_env.clone()),
        regions: if own_regions.is_empty() { of_all.regions.clone() } else { own_regions },
    };
    let is_foreign = |role: &RoleTemplate| !role.is_of_every_account() && !role.to_string().contains(&format!(":{}:", account.id));
    match own_role.or(Some(id)).filter(|_| account.role.as_ref().is_some_and(is_foreign)) {
        Some(at) => Err(at.invalid("role", format!("it is not a role of the account {}", account.id))),
        None => Ok(account),
    }
}

fn role(text: Text<'_>) -> Result<RoleTemplate, Fault> {
    text.value.parse().map_err(|expected: String| text.invalid("role", expected))
}

/// The name of an environment variable: an external id itself is not written into files.
fn variable(section: &Section<'_, '_>) -> Result<Option<String>, Fault> {
    let Some(name) = section.text("external_id_env", "the name of an environment variable in quotes")? else { return Ok(None) };
    let is_name = !name.value.is_empty() && name.value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_name {
        Ok(Some(name.value.to_owned()))
    } else {
        Err(name.invalid("external_id_env", "expected a name such as AUDIT_EXTERNAL_ID"))
    }
}

fn regions(section: &Section<'_, '_>) -> Result<Vec<String>, Fault> {
    let mut regions = Vec::new();
    for item in section.items("regions", REGIONS)? {
        let region = text("regions", item, REGIONS)?;
        let is_word = region.value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if region.value.is_empty() || !is_word {
            return Err(region.invalid("regions", format!("expected {REGIONS}")));
        }
        regions.push(region.value.to_owned());
    }
    Ok(regions)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &str = "role = \"audit\"\nexternal_id_env = \"ID\"\nregions = [\"eu-west-1\"]\n";

    #[track_caller]
    fn check(text: &str, line: usize, message: &str) {
        let error = read_accounts("accounts.toml", text.as_bytes()).expect_err(text);
        assert_eq!(error.place().map(|place| place.line), Some(line), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn what_is_said_for_all_holds_where_an_account_says_nothing() {
        let text = format!("{ALL}[[account]]\nid = \"210987654321\"\nregions = [\"us-east-1\"]\n[[account]]\nid = \"123456789012\"\n");
        let [first, second] = <[Account; 2]>::try_from(read_accounts("a", text.as_bytes()).expect("a list").accounts).expect("two");
        let (scope, access) = first.in_region("cn-north-1").expect("its own");
        assert_eq!((first.regions, scope.partition.as_str()), (vec!["eu-west-1".to_owned()], "aws-cn"));
        assert_eq!(access.role.expect("a role").as_str(), "arn:aws-cn:iam::123456789012:role/audit");
        assert_eq!((second.regions, second.external_id_env.as_deref()), (vec!["us-east-1".to_owned()], Some("ID")));
    }

    #[test]
    fn an_account_is_listed_once_and_its_role_is_its_own() {
        let twice = "[[account]]\nid = \"123456789012\"\n";
        check(&format!("{twice}{twice}"), 3, "the same as the one at line 1");
        let foreign = "[[account]]\nid = \"123456789012\"\nrole = \"arn:aws:iam::210987654321:role/a\"\n";
        check(foreign, 3, "it is not a role of the account 123456789012");
        check("role = \"arn:aws:iam::210987654321:role/a\"\n[[account]]\nid = \"123456789012\"\n", 3, "it is not a role of the account");
    }

    #[test]
    fn a_slip_is_told_with_its_place() {
        check("", 1, "`account`");
        check("acount = 1\n", 1, "did you mean `account`?");
        check("[[account]]\n", 1, "`id`");
        check("[[account]]\nid = \"12345\"\n", 2, "twelve digits");
        check("[[account]]\nid = \"123456789012\"\nexternal_id = \"s3cret\"\n", 3, "expected one of id, role, external_id_env");
        check("external_id_env = \"not a name\"\n", 1, "AUDIT_EXTERNAL_ID");
        check("regions = [\"EU\"]\n", 1, "a list of Regions");
    }
}
