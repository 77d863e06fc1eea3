//! What a server says is untrusted: control characters go, and nothing is longer than a person would read.

use crate::words::text::printable;

/// The most characters of a server's message that are shown.
pub const MESSAGE: usize = 400;
/// The most characters of a server's name for something.
pub const NAME: usize = 120;

/// A server's text in one line, without what commands a terminal; what is longer than `most` characters ends with `..`.
pub fn clean(text: &str, most: usize) -> String {
    // Much longer texts are not even looked at in full.
    let head = text.chars().take(most.saturating_mul(8)).map(|c| if c.is_whitespace() { ' ' } else { c });
    let line = printable(&head.collect::<String>()).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}..", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_commanded_by_a_server() {
        assert_eq!(clean("a\u{1b}[31mred\u{1b}[0m\r\nb\u{7}\u{9b}2J", 99), "ared b2J");
        assert_eq!(clean("\u{1b}]0;title\u{7}x\u{202e}y", 99), "xy");
        assert_eq!(clean("  many   words \n", 99), "many words");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(clean("abcdef", 3), "abc..");
        assert_eq!(clean("abc", 3), "abc");
        assert!(clean(&"x".repeat(1 << 20), MESSAGE).len() < 500);
    }
}
