//! The role of an account: one pattern for all, or one ARN for one.

use std::fmt;
use std::str::FromStr;

use crate::model::Arn;

/// What stands for the account in a pattern.
const ACCOUNT: &str = "{account}";

/// A role as it is given: an ARN, one with `{account}` in it, or the name that it has in every account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleTemplate(String);

impl RoleTemplate {
    /// Whether it means a role in every account, and not one in one.
    #[must_use]
    pub fn is_of_every_account(&self) -> bool {
        !self.0.starts_with("arn:") || self.0.contains(ACCOUNT)
    }

    /// The role in that account; `None` if it is another account's or partition's.
    #[must_use]
    pub fn of(&self, partition: &str, account: &str) -> Option<Arn> {
        let arn = if self.0.starts_with("arn:") {
            self.0.replace(ACCOUNT, account)
        } else {
            format!("arn:{partition}:iam::{account}:role/{}", self.0)
        };
        Arn::parse(&arn).filter(|arn| is_role(arn) && arn.account() == account && arn.partition() == partition)
    }
}

impl FromStr for RoleTemplate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let template = Self(text.to_owned());
        let is_role = if text.starts_with("arn:") {
            let arn = Arn::parse(&text.replace(ACCOUNT, "123456789012"));
            arn.is_some_and(|arn| self::is_role(&arn))
        } else {
            !text.contains(['{', '}']) && is_path(text)
        };
        let expected = "expected a role's name, or its ARN such as arn:aws:iam::{account}:role/NAME";
        if is_role { Ok(template) } else { Err(expected.to_owned()) }
    }
}

impl fmt::Display for RoleTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether it is the twelve digits of an account.
#[must_use]
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the ARN is that of a role.
pub(super) fn is_role(arn: &Arn) -> bool {
    let name = arn.resource().strip_prefix("role/");
    arn.service() == "iam" && arn.region().is_empty() && is_account(arn.account()) && name.is_some_and(is_path)
}

/// A name with its path, as IAM has them.
fn is_path(text: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-/".contains(c);
    !text.is_empty() && text.len() <= 512 && text.chars().all(may_stand) && !text.starts_with('/') && !text.ends_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_gives_each_account_its_own_role() {
        for (text, expected) in [
            ("audit", Some("arn:aws:iam::123456789012:role/audit")),
            ("team/audit", Some("arn:aws:iam::123456789012:role/team/audit")),
            ("arn:aws:iam::{account}:role/audit", Some("arn:aws:iam::123456789012:role/audit")),
            ("arn:aws:iam::123456789012:role/audit", Some("arn:aws:iam::123456789012:role/audit")),
            ("arn:aws:iam::210987654321:role/audit", None),
            ("arn:aws-cn:iam::{account}:role/audit", None),
        ] {
            let template: RoleTemplate = text.parse().expect(text);
            assert_eq!(template.to_string(), text);
            assert_eq!(template.of("aws", "123456789012").as_ref().map(Arn::as_str), expected, "{text}");
        }
    }

    #[test]
    fn only_a_template_serves_every_account() {
        let serves = |text: &str| text.parse::<RoleTemplate>().expect(text).is_of_every_account();
        assert!(serves("audit") && serves("arn:aws:iam::{account}:role/audit"));
        assert!(!serves("arn:aws:iam::123456789012:role/audit"));
    }

    #[test]
    fn what_is_no_role_is_refused() {
        for text in [
            "",
            "/audit",
            "audit/",
            "au dit",
            "{account}",
            "arn:aws:iam::{account}:user/audit",
            "arn:aws:iam::{account}:role/",
            "arn:aws:iam::12:role/audit",
            "arn:aws:iam:eu-west-1:{account}:role/audit",
            "arn:aws:sts::{account}:assumed-role/a/b",
        ] {
            assert!(text.parse::<RoleTemplate>().is_err(), "{text}");
        }
    }
}
