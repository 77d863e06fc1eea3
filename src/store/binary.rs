//! The encoding of what a build remembers for itself: a magic line, a checksum, length-prefixed fields.

use crate::words::digest::Digest;

/// Writes fields one after the other.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    /// The file: the magic line and the checksum come first.
    pub(super) fn file(self, magic: &[u8]) -> Vec<u8> {
        [magic, &crc32fast::hash(&self.0).to_le_bytes(), &self.0].concat()
    }

    pub(super) fn uint(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.uint(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    pub(super) fn digest(&mut self, digest: &Digest) {
        self.0.extend(digest.0);
    }
}

/// Reads what a [`Writer`] wrote; `None` where the bytes end early.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The fields of a file; `None` for a file of another format or version, and for a damaged one.
    pub(super) fn of(bytes: &'a [u8], magic: &[u8]) -> Option<Self> {
        let (checksum, body) = bytes.strip_prefix(magic)?.split_first_chunk()?;
        (u32::from_le_bytes(*checksum) == crc32fast::hash(body)).then_some(Self(body))
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    pub(super) fn uint(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.uint()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    pub(super) fn digest(&mut self) -> Option<Digest> {
        Some(Digest(self.take(32)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAGIC: &[u8] = b"dgx-pixels test 1\n";

    fn file() -> Vec<u8> {
        let mut writer = Writer::default();
        writer.uint(7);
        writer.text("knight");
        writer.digest(&Digest::of(b"knight"));
        writer.file(MAGIC)
    }

    #[test]
    fn fields_read_back() {
        let file = file();
        let mut reader = Reader::of(&file, MAGIC).unwrap();
        assert_eq!(
            (reader.uint(), reader.text(), reader.digest()),
            (Some(7), Some("knight"), Some(Digest::of(b"knight")))
        );
        assert_eq!(reader.uint(), None);
    }

    #[test]
    fn a_flipped_bit_and_a_lost_byte_are_noticed() {
        let whole = file();
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 4;
            assert!(Reader::of(&damaged, MAGIC).is_none(), "byte {at}");
            assert!(Reader::of(&whole[..at], MAGIC).is_none(), "{at} bytes");
        }
    }
}
