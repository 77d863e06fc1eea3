//! Lists of prompts: plain lines, CSV, or the tables of a manifest.

mod csv;
mod lines;
mod names;
mod tables;

use super::edit::NewValue;
use super::problem::{Problem, Problems};
use crate::words::diagnostic::Diagnostic;
use crate::words::source::{Sources, Span};

pub use csv::{COLUMNS, csv};
pub use lines::lines;
pub use names::name_of;
pub use tables::{Key, Prompt, Tables, tables};

/// A palette of a cell as a manifest may have it anywhere, or why its file cannot be read.
pub type ReadPalette<'a> = &'a dyn Fn(&str) -> Result<String, Diagnostic>;

/// The bytes of a list as text, without a byte order mark.
///
/// # Errors
/// The first byte that is not UTF-8.
pub fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Problems> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let mut sources = Sources::default();
        let number = sources.add(file, String::from_utf8_lossy(bytes));
        let at = error.valid_up_to();
        let problem = Problem::error("bad-prompt-list", Span::new(number, at..at + 1), "this is not UTF-8");
        Problems::new(vec![problem.help("save the file as UTF-8")], sources)
    })
}

/// A value as it is written in a cell or on the command line, typed as the manifest needs it.
///
/// # Errors
/// An invalid size or seed.
pub fn value(key: &str, text: &str) -> Result<NewValue, Diagnostic> {
    let bad = |message: String, hint: &str| Diagnostic::error("bad-value", message).hint(hint);
    match key {
        "size" => size(text).ok_or_else(|| bad(format!("`{text}` is not a size"), "write 32 or 32x48")),
        "seed" => match text.parse::<i64>() {
            Ok(seed) if seed >= 0 => Ok(NewValue::Number(seed)),
            _ => Err(bad(format!("`{text}` is not a seed"), "a seed is a whole number from 0 to 2^63-1")),
        },
        "preset" => {
            let words: Vec<&str> = text.split([',', '+', ' ']).filter(|word| !word.is_empty()).collect();
            Ok(match words.as_slice() {
                [one] => NewValue::Text((*one).to_owned()),
                words => NewValue::List(words.iter().map(|word| (*word).to_owned()).collect()),
            })
        }
        "palette" if text.contains('#') => {
            Ok(NewValue::List(text.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect()))
        }
        _ => Ok(NewValue::Text(text.to_owned())),
    }
}

fn size(text: &str) -> Option<NewValue> {
    let (width, height) = text.split_once(['x', 'X']).unwrap_or((text, text));
    let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| *side > 0);
    Some(NewValue::Pair([side(width)?, side(height)?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_utf_8_is_reported_with_its_line() {
        assert_eq!(decode("list", b"\xef\xbb\xbfa\nb").unwrap(), "a\nb");
        let problems = decode("list", b"a\nb\n\xff\n").unwrap_err().diagnostics();
        assert_eq!(problems[0].place.as_ref().map(|place| place.line), Some(3));
    }
}
