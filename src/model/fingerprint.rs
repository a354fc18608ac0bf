//! The stable name of a finding across runs.

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

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["ab", "c"]), fingerprint(&["ab", "c"]));
        assert_eq!(fingerprint(&["x"]).len(), 35);
    }
}
