//! Snapshots in gzip: written where the file's name says so, recognised by their first bytes.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// What gzip begins with.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// What is unpacked in any case, in bytes.
const ALLOWANCE: u64 = 64 << 20;

/// How many times as large as its packed form a snapshot may be beyond that. One of nothing but empty scopes comes to about 50.
const LARGEST_RATIO: u64 = 200;

/// Writes packed if the name ends in `.gz`.
pub(crate) fn write(name: &str, out: &mut dyn Write, fill: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let is_packed = std::path::Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    if !is_packed {
        return fill(out);
    }
    let mut packed = GzEncoder::new(out, Compression::default());
    fill(&mut packed)?;
    packed.finish()?;
    Ok(())
}

/// Reads what may be packed.
///
/// # Errors
/// Whatever reading gives.
pub(crate) fn reader<'r>(mut text: impl BufRead + Send + 'r) -> io::Result<Box<dyn BufRead + Send + 'r>> {
    if !text.fill_buf()?.starts_with(&MAGIC) {
        return Ok(Box::new(text));
    }
    let counted = Counted { text, bytes: 0 };
    Ok(Box::new(BufReader::new(Bounded { unpacked: MultiGzDecoder::new(counted), bytes: 0 })))
}

/// What counts how much of the packed form was taken.
struct Counted<R> {
    text: R,
    bytes: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.text.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.bytes += amount as u64;
        self.text.consume(amount);
    }
}

/// What ends where a small file would unpack to very much.
struct Bounded<R> {
    unpacked: MultiGzDecoder<Counted<R>>,
    bytes: u64,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(buffer)?;
        self.bytes += read as u64;
        let packed = self.unpacked.get_ref().bytes;
        if self.bytes > ALLOWANCE && self.bytes - ALLOWANCE > packed.saturating_mul(LARGEST_RATIO) {
            let message =
                format!("it unpacks to more than {LARGEST_RATIO} times its size, as no snapshot does; unpack it first if it is one");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write("a.gz", &mut out, |out| Ok(out.write_all(text)?)).expect("packed");
        out
    }

    fn unpacked(bytes: &[u8]) -> io::Result<u64> {
        io::copy(&mut reader(bytes)?, &mut io::sink())
    }

    #[test]
    fn what_is_packed_comes_back_and_what_is_not_is_left_as_it_is() {
        let text = b"{\"type\":\"snapshot\"}\n";
        let mut plain = Vec::new();
        write("a.jsonl", &mut plain, |out| Ok(out.write_all(text)?)).expect("written");
        assert_eq!(plain, text);
        for bytes in [packed(text), plain] {
            let mut read = Vec::new();
            reader(bytes.as_slice()).and_then(|mut reader| reader.read_to_end(&mut read)).expect("read");
            assert_eq!(read, text);
        }
    }

    #[test]
    fn a_small_file_does_not_unpack_to_very_much() {
        let zeros = |mebibytes: usize| unpacked(&packed(&vec![0; mebibytes << 20]));
        assert_eq!(zeros(60).expect("within the allowance"), 60 << 20);
        assert_eq!(zeros(200).expect_err("a thousand times its size").kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn half_of_it_is_an_error() {
        let whole = packed(&b"some text that is packed".repeat(100));
        assert!(unpacked(&whole[..whole.len() / 2]).is_err() && unpacked(&whole[..whole.len() - 1]).is_err());
    }
}
