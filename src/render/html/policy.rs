//! The content security policy: the page's own style and script by their hashes, and nothing else at all.

use sha2::{Digest, Sha256};

/// The policy under which this style and this script act, and nothing that anybody else puts into the page.
pub(super) fn allowing(style: &str, script: &str) -> String {
    let (style, script) = (source(style), source(script));
    format!("default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'")
}

/// As a policy names a text: `'sha256-…'`.
fn source(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text)))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648: six bits a character, and what lacks to four is filled up with `=`.
fn base64(bytes: &[u8]) -> String {
    let of_three = |three: &[u8]| {
        let bits = three.iter().chain(&[0; 3]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let chars = [18, 12, 6, 0].map(|shift| char::from(ALPHABET[bits >> shift & 63]));
        let filled = move |(n, char)| if n > three.len() { '=' } else { char };
        chars.into_iter().enumerate().map(filled).collect::<String>()
    };
    bytes.chunks(3).map(of_three).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, shown) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(text.as_bytes()), shown);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn a_text_is_named_by_its_hash() {
        assert_eq!(source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
