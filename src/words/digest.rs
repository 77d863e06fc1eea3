//! Content digests and the hand-made, versioned encoding that every key is made of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::with_unix_line_ends;

/// A 256-bit blake3 digest; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of plain bytes, such as a file's content.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of an output: the line ends of text do not count.
    pub fn of_output(bytes: &[u8]) -> Self {
        Self::of(&with_unix_line_ends(bytes))
    }

    /// The first 64 bits, the form that asks and files have in `pixels.lock`.
    pub fn short(&self) -> Short {
        let mut first = [0; 8];
        first.copy_from_slice(&self.0[..8]);
        Short(u64::from_be_bytes(first))
    }

    /// The first four hexadecimal digits (16 bits), the form of `parts` in `pixels.lock`.
    pub fn tag(&self) -> String {
        self.to_string()[..4].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a digest.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a digest in hexadecimal digits")]
pub struct NotADigest(String);

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let wrong = || NotADigest(text.chars().take(80).collect());
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            let pair = &text[2 * i..2 * i + 2];
            let lower = pair.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
            *byte = u8::from_str_radix(pair, 16).ok().filter(|_| lower).ok_or_else(wrong)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The first 64 bits of a digest; written as 16 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Short(pub u64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Short {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let digits = text.len() == 16 && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
        let value = u64::from_str_radix(text, 16).ok().filter(|_| digits);
        value.map(Self).ok_or_else(|| NotADigest(text.chars().take(80).collect()))
    }
}

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Short {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Writes the fields of one versioned struct in a fixed order, each length-prefixed, into a keyed hash.
///
/// The context names the struct and its version (`dgx-pixels ask sketch@1`), so that equal bytes of two
/// different structs never give one key.
pub struct Encoder(blake3::Hasher);

impl Encoder {
    /// Starts the encoding of the struct that `context` names.
    pub fn new(context: &str) -> Self {
        Self(blake3::Hasher::new_derive_key(context))
    }

    /// Bytes with their length in front.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Text as UTF-8 with its length in front.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// An integer as eight little-endian bytes.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.0.update(&value.to_le_bytes());
        self
    }

    /// An unsigned integer as eight little-endian bytes.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.0.update(&value.to_le_bytes());
        self
    }

    /// A digest, as its 32 bytes.
    pub fn digest(&mut self, digest: &Digest) -> &mut Self {
        self.0.update(&digest.0);
        self
    }

    /// A list: its length, then each item as `each` writes it.
    pub fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        self.uint(items.len() as u64);
        for item in items {
            each(self, item);
        }
        self
    }

    /// The digest of everything written.
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_what_it_writes() {
        let digest = Digest::of(b"knight");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        for wrong in ["", "12", &"g".repeat(64), &"A".repeat(64), &"é".repeat(32)] {
            let NotADigest(told) = wrong.parse::<Digest>().unwrap_err();
            assert_eq!(told, *wrong);
        }
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        let key = |a: &str, b: &str| Encoder::new("test").text(a).text(b).finish();
        assert_ne!(key("ab", "c"), key("a", "bc"));
    }

    #[test]
    fn the_encoding_never_changes() {
        let key = Encoder::new("dgx-pixels test v1")
            .text("knight")
            .int(-1)
            .uint(7)
            .list([1u64, 2].iter(), |e, n| {
                e.uint(*n);
            })
            .finish();
        assert_eq!(key.to_string(), "20900029417e31b60c507cd944dda9b36ead488d11035c7948a1a389ca703236");
    }
}
