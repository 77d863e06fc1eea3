//! Text for people: plurals, and what is safe to show on a terminal.

use std::borrow::Cow;

use anstream::adapter::strip_str;

/// `1 file`, `2 files`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
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

fn turns_writing(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_commands_no_terminal() {
        assert_eq!(printable("a\u{1b}[31mred\u{1b}[0m\r\n\tb\u{7}\u{9b}2J"), "ared\n\tb2J");
        assert_eq!(printable("\u{1b}]0;title\u{7}x\u{202e}y é 騎士"), "xy é 騎士");
    }
}
