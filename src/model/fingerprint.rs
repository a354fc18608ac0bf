//! The stable name of a finding across runs.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// What every fingerprint begins with: how it was made.
pub(crate) const VERSION: &str = "v1:";

/// `v1:` and 32 hex digits of the SHA-256 over the parts, each with its length so that no two lists of parts run together.
///
/// Parts are identities (code, account, Region, kind, ARN, key fields), never message text, severity, version or time.
pub(super) fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    digest[..16].iter().fold(VERSION.to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// How many hex digits a fingerprint has.
const DIGITS: usize = 32;

/// With fewer digits two findings of a large report might well be meant.
const LEAST_DIGITS: usize = 8;

/// A fingerprint, or enough of one to tell it by: `v1:` and 8 to 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintPrefix(String);

impl FingerprintPrefix {
    /// Whether the fingerprint begins so.
    #[must_use]
    pub fn matches(&self, fingerprint: &str) -> bool {
        fingerprint.starts_with(&self.0)
    }
}

impl FromStr for FingerprintPrefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix(VERSION).unwrap_or_default();
        let is_one = (LEAST_DIGITS..=DIGITS).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let expected = || format!("expected a fingerprint or its beginning: {VERSION} and {LEAST_DIGITS} to {DIGITS} hex digits");
        if is_one { Ok(Self(text.to_ascii_lowercase())) } else { Err(expected()) }
    }
}

impl fmt::Display for FingerprintPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{FingerprintPrefix, fingerprint};

    #[test]
    fn a_prefix_has_eight_digits_at_least_and_no_more_than_all() {
        let whole = fingerprint(&["x"]);
        for good in [&whole[..11], &whole[..12], &whole, &whole.to_uppercase().replacen('V', "v", 1)] {
            assert!(good.parse::<FingerprintPrefix>().is_ok_and(|prefix| prefix.matches(&whole)), "{good}");
        }
        for wrong in [&whole[..10], &whole[3..], &format!("{whole}0"), "v2:0123456789abcdef", "v1:0123456g", "", "v1:"] {
            assert!(wrong.parse::<FingerprintPrefix>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["ab", "c"]), fingerprint(&["ab", "c"]));
        assert_eq!(fingerprint(&["x"]).len(), 35);
    }
}
