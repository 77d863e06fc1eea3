//! JSON objects with a checksum in their last field, so that a damaged one is noticed.

use std::borrow::Cow;

const FIELD: &[u8] = b"\"crc\":\"";
/// The field, eight hexadecimal digits, a quote and a brace.
const LENGTH: usize = FIELD.len() + 8 + 2;

/// Adds the checksum to an object.
pub fn seal(object: &str) -> String {
    let sum = crc32fast::hash(object.as_bytes());
    let open = object.strip_suffix('}').unwrap_or(object);
    let comma = if open.ends_with('{') { "" } else { "," };
    format!("{open}{comma}\"crc\":\"{sum:08x}\"}}")
}

/// The object without its checksum; `None` if they do not match. An object without one is taken as it is: earlier
/// versions wrote such.
pub fn unseal(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    let Some((open, field)) = text.split_at_checked(text.len().saturating_sub(LENGTH)) else {
        return Some(text.into());
    };
    let Some(digits) = field.strip_prefix(FIELD).and_then(|rest| rest.strip_suffix(b"\"}")) else {
        return Some(text.into());
    };
    let sum = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    let object = [open.strip_suffix(b",").unwrap_or(open), b"}"].concat();
    (crc32fast::hash(&object) == sum).then_some(object.into())
}

/// Where sealed objects end in bytes that should be one object: a damaged line end joins two.
pub fn ends(text: &[u8]) -> impl Iterator<Item = usize> {
    let ends =
        |(at, window): (usize, &[u8])| (window.starts_with(FIELD) && window.ends_with(b"\"}")).then_some(at + LENGTH);
    text.windows(LENGTH).enumerate().filter_map(ends)
}

/// The object of a sealed text in which one bit is wrong: the checksum tells which.
pub fn repair(text: &[u8]) -> Option<Vec<u8>> {
    const LONGEST: usize = 4096;
    if text.len() < LENGTH || text.len() > LONGEST {
        return None;
    }
    let mut text = text.to_vec();
    (0..text.len() * 8).find_map(|bit| {
        text[bit / 8] ^= 1 << (bit % 8);
        let field = &text[text.len() - LENGTH..];
        let is_sealed = field.starts_with(FIELD) && field.ends_with(b"\"}");
        let object = unseal(&text).filter(|_| is_sealed).map(Cow::into_owned);
        text[bit / 8] ^= 1 << (bit % 8);
        object
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_object_opens_to_itself() {
        for object in ["{}", "{\"a\":1}", "{\"crc\":\"00000000\"}"] {
            assert_eq!(unseal(seal(object).as_bytes()).unwrap(), object.as_bytes());
            assert!(serde_json::from_str::<serde_json::Value>(&seal(object)).is_ok());
        }
        assert_eq!(unseal(b"{\"a\":1}").unwrap(), b"{\"a\":1}".as_slice());
        assert_eq!(unseal(b"{").unwrap(), b"{".as_slice());
    }

    #[test]
    fn one_wrong_bit_never_gives_another_object_and_is_made_good() {
        let object = "{\"request\":\"00ff\",\"raw\":\"knight\"}";
        let parse = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).ok();
        let (whole, sealed) = (parse(object.as_bytes()), seal(object).into_bytes());
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let read = unseal(&damaged).and_then(|object| parse(&object));
            let same = |found: &serde_json::Value| found["request"] == "00ff" && found["raw"] == "knight";
            assert!(read.is_none_or(|found| same(&found)), "bit {bit}");
            assert_eq!(repair(&damaged).and_then(|object| parse(&object)), whole, "bit {bit}");
        }
    }

    #[test]
    fn two_objects_in_one_line_are_found() {
        let two = [seal("{\"a\":1}"), seal("{\"b\":2}")].join("\u{8}");
        let ends: Vec<usize> = ends(two.as_bytes()).collect();
        assert_eq!(ends, [seal("{\"a\":1}").len(), two.len()]);
    }
}
