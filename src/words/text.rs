//! Text for people: plurals, and what is safe to show on a terminal.

use std::borrow::Cow;

use anstream::adapter::strip_str;

/// `1 file`, `2 files`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Bytes of text with the line ends that the tool writes: version control may have written others into a checkout. What
/// has a zero byte is no text, and stays as it is.
pub fn with_unix_line_ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.contains(&0) || !bytes.windows(2).any(|pair| pair == b"\r\n") {
        return bytes.into();
    }
    let mut text = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            text.push(*byte);
        }
    }
    text.into()
}

/// New text with the line ends of what it takes the place of.
pub fn with_line_ends_of(before: &[u8], text: &str) -> String {
    let first_line = before.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.ends_with(b"\r\n") { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text.to_owned() }
}

/// Text of foreign origin without escape sequences, control characters and marks that turn the direction of writing.
/// Line ends and tabs stay.
pub fn printable(text: &str) -> String {
    let stripped = strip_str(text).to_string();
    stripped.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || turns_writing(*c))).collect()
}

/// The start of a text that may be very long.
pub fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}..", &text[..at]).into(),
        None => text.into(),
    }
}

/// Text of foreign origin for the renderer of source lines, which shows ASCII's control characters by their symbols: each
/// other character that [`printable`] leaves out has a mark in its place. Its length in bytes stays, and so does every
/// place in it.
pub fn masked(text: &str) -> Cow<'_, str> {
    let is_foreign = |c: char| !c.is_ascii() && (c.is_control() || turns_writing(c));
    if !text.contains(is_foreign) {
        return text.into();
    }
    let mark = |c: char| match c.len_utf8() {
        _ if !is_foreign(c) => c,
        2 => '\u{bf}',
        _ => char::REPLACEMENT_CHARACTER,
    };
    text.chars().map(mark).collect()
}

/// Text of ours with what may have slipped into it from elsewhere: of all sequences only those for colours stay.
pub fn only_colors(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, part) in text.split('\u{1b}').enumerate() {
        let mut rest = part;
        if at > 0 {
            let is_parameter = |c: char| c.is_ascii_digit() || c == ';';
            let color = part.strip_prefix('[').and_then(|part| {
                let end = part.find(|c| !is_parameter(c))?;
                part[end..].starts_with('m').then(|| part.split_at(end + 1))
            });
            match color {
                Some((sequence, after)) => {
                    shown.push_str("\u{1b}[");
                    shown.push_str(sequence);
                    rest = after;
                }
                None => shown.push('?'),
            }
        }
        shown.extend(rest.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || turns_writing(*c))));
    }
    shown
}

/// JSON with escapes for the characters that may command a terminal; its value stays.
pub fn escaped(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' => shown.push(c),
            c if c.is_control() || turns_writing(c) => shown.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => shown.push(c),
        }
    }
    shown
}

fn turns_writing(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_pass_and_commands_do_not() {
        assert_eq!(
            only_colors("\u{1b}[1;31mred\u{1b}[0m \u{1b}]0;t\u{7}x\u{1b}[2Jy\u{9b}2J\u{202e}"),
            "\u{1b}[1;31mred\u{1b}[0m ?]0;tx?[2Jy2J"
        );
        assert_eq!(masked("a\u{7f}\u{9b}\u{202e}b"), "a\u{7f}\u{bf}\u{fffd}b");
        let value = serde_json::json!({ "a": "\u{1b}[2J\u{9b}\u{202e}\u{7f}" });
        let text = escaped(&value.to_string());
        assert!(text.is_ascii());
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn line_ends_of_text_are_compared_as_written() {
        assert_eq!(*with_unix_line_ends(b"a\r\n\r\nb\rc\n"), *b"a\n\nb\rc\n");
        assert_eq!(*with_unix_line_ends(b"\x89PNG\r\n\x1a\n\0"), *b"\x89PNG\r\n\x1a\n\0");
        assert_eq!(with_line_ends_of(b"x\r\ny", "a\nb\n"), "a\r\nb\r\n");
        assert_eq!(with_line_ends_of(b"x\ny\r\n", "a\nb\n"), "a\nb\n");
    }

    #[test]
    fn foreign_text_commands_no_terminal() {
        assert_eq!(printable("a\u{1b}[31mred\u{1b}[0m\r\n\tb\u{7}\u{9b}2J"), "ared\n\tb2J");
        assert_eq!(printable("\u{1b}]0;title\u{7}x\u{202e}y é 騎士"), "xy é 騎士");
    }
}
