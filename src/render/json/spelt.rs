//! What makes JSON safe to show while it is written.

use std::io::{self, Write};

use crate::render::escape::is_unseen;

/// How much is written at once, in bytes.
const PORTION: usize = 64 << 10;

/// Passes JSON on with every unseen character as an escape, and the second of two `#` (see [`crate::render::harmless`]). Outside of strings JSON
/// has none of them but the newline. It takes whole characters, as serde_json writes them.
pub(in crate::render) struct SpeltOut<'w> {
    out: io::BufWriter<&'w mut dyn Write>,
    follows_hash: bool,
}

impl<'w> SpeltOut<'w> {
    pub(in crate::render) fn to(out: &'w mut dyn Write) -> Self {
        Self { out: io::BufWriter::with_capacity(PORTION, out), follows_hash: false }
    }

    fn spell(&mut self, text: &str) -> io::Result<()> {
        for char in text.chars() {
            if (char != '\n' && is_unseen(char)) || (char == '#' && self.follows_hash) {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    write!(self.out, "\\u{unit:04x}")?;
                }
                self.follows_hash = false;
            } else {
                self.out.write_all(char.encode_utf8(&mut [0; 4]).as_bytes())?;
                self.follows_hash = char == '#';
            }
        }
        Ok(())
    }
}

impl Write for SpeltOut<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_plain = bytes.iter().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'"' | b'$'..=b'~' | b'\n'));
        if is_plain && !bytes.is_empty() {
            self.follows_hash = false;
            return self.out.write_all(bytes).map(|()| bytes.len());
        }
        let text = str::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.spell(text).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(pieces: &[&str]) -> String {
        let mut out = Vec::new();
        let mut spelt = SpeltOut::to(&mut out);
        pieces
            .iter()
            .try_for_each(|piece| spelt.write_all(piece.as_bytes()))
            .and_then(|()| spelt.flush())
            .expect("a vector takes everything");
        drop(spelt);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn what_is_not_seen_is_an_escape_however_it_is_cut_into_pieces() {
        for pieces in [&["\"a##b###\u{200b}\u{1d173}é\"\n"][..], &["\"a#", "#b", "#", "#", "#", "\u{200b}\u{1d173}", "é", "\"\n"]] {
            assert_eq!(spelt(pieces), "\"a#\\u0023b#\\u0023#\\u200b\\ud834\\udd73é\"\n", "{pieces:?}");
        }
    }

    #[test]
    fn half_a_character_is_refused() {
        assert!(SpeltOut::to(&mut Vec::new()).write_all(&"é".as_bytes()[..1]).is_err());
    }
}
