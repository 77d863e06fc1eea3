//! What a server says is untrusted: control characters go, and nothing is longer than a person would read.

/// The most characters of a server's message that are shown.
pub const MESSAGE: usize = 400;
/// The most characters of a server's name for something.
pub const NAME: usize = 120;

/// A server's text in one line, without control characters, escape sequences and marks that turn the direction of
/// writing; what is longer than `most` characters ends with `..`.
pub fn clean(text: &str, most: usize) -> String {
    // Much longer texts are not even looked at in full.
    let mut shown = String::new();
    let mut chars = text.chars().take(most.saturating_mul(8)).peekable();
    let mut count = 0;
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_sequence(&mut chars),
            c if c.is_whitespace() => {
                if !shown.is_empty() && !shown.ends_with(' ') {
                    shown.push(' ');
                    count += 1;
                }
            }
            c if c.is_control() || turns_writing(c) => {}
            c => {
                shown.push(c);
                count += 1;
            }
        }
        if count >= most && chars.peek().is_some() {
            shown.push_str("..");
            break;
        }
    }
    shown.trim_end().to_owned()
}

/// The rest of a terminal's escape sequence: `[`, parameters, one letter; or `]` up to a bell or a new escape.
fn skip_sequence(chars: &mut std::iter::Peekable<impl Iterator<Item = char>>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            for c in chars.by_ref() {
                if ('\u{40}'..='\u{7e}').contains(&c) {
                    break;
                }
            }
        }
        Some(']') => while chars.next_if(|c| !matches!(c, '\u{7}' | '\u{1b}')).is_some() {},
        _ => {}
    }
}

fn turns_writing(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
