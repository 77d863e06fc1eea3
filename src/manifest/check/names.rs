//! Valid names: of assets, axes, parts of a path.

use std::fmt::Arguments;

use crate::words::diagnostic::Diagnostic;

/// Names longer than this are refused; file systems end at 255 bytes and suffixes follow.
const LONGEST: usize = 100;

/// No file that is read has a longer name.
const LONGEST_READ: usize = 255;

/// Checks the name of an asset, a style, a recipe or a profile; `what` is what the message calls it: `the name`.
pub(super) fn name(what: Arguments<'_>, name: &str) -> Result<(), Diagnostic> {
    component(what, name)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name.bytes().all(allowed) && name.as_bytes()[0].is_ascii_alphanumeric() {
        return Ok(());
    }
    let invalid = Diagnostic::error("bad-name", format!("{what} `{name}` is not valid"));
    Err(invalid.hint("use letters, digits, `-`, `_` and `.`, with a letter or digit first"))
}

/// Checks the name of an asset.
pub(crate) fn valid(text: &str) -> Result<(), Diagnostic> {
    name(format_args!("the name"), text)
}

/// Checks the name of a file or folder that is written, on every system; `what` is what the message calls it.
pub(super) fn component(what: Arguments<'_>, name: &str) -> Result<(), Diagnostic> {
    let error = |code: &'static str, why: &str| Diagnostic::error(code, format!("{what} `{name}` {why}"));
    if !name.is_ascii() {
        return Err(error("non-ascii-name", "has letters beyond ASCII").hint(look_alike(name)));
    }
    readable(what, name)?;
    if name.contains(['#', '%']) {
        return Err(error("bad-name", "has `#` or `%`")
            .hint("use letters, digits, `-` and `_`: engines read `#` as the start of a label, and `%` as an escape"));
    }
    if name.len() > LONGEST {
        return Err(error("bad-name", "is longer than 100 bytes").hint("choose a shorter name"));
    }
    Ok(())
}

/// Checks the name of a file or folder that is read: any letters, as long as every system can have the name.
pub(super) fn readable(what: Arguments<'_>, name: &str) -> Result<(), Diagnostic> {
    let error = |code: &'static str, why: &str| Diagnostic::error(code, format!("{what} `{name}` {why}"));
    Err(if name.is_empty() {
        error("bad-name", "is empty").hint("a name needs at least one letter or digit")
    } else if name.chars().any(|c| c.is_control() || "<>:\"|?*\\/".contains(c)) {
        error("bad-name", "has a character that file systems refuse").hint("use letters, digits, `-` and `_`")
    } else if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        error("bad-name", "begins or ends in a dot or a space").hint("Windows would remove it")
    } else if is_device(name) {
        error("reserved-name", "is a device on Windows").hint("choose another name")
    } else if name.len() > LONGEST_READ {
        error("bad-name", "is longer than 255 bytes").hint("no file can have that name")
    } else {
        return Ok(());
    })
}

/// `con`, `nul`, `com1` and so on, with any extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    ["con", "prn", "aux", "nul"].contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// The name in ASCII letters that look alike, else its other characters.
fn look_alike(name: &str) -> String {
    let ascii: String = name.chars().map(|letter| plain(letter).unwrap_or(letter)).collect();
    if ascii.is_ascii() {
        return format!("in ASCII letters it is `{ascii}`");
    }
    let strange: Vec<String> =
        name.chars().filter(|c| !c.is_ascii()).map(|c| format!("U+{:04X}", u32::from(c))).collect();
    format!("not ASCII: {}", strange.join(", "))
}

/// Letters that look like ASCII ones: Latin with marks, Cyrillic, Greek, full width, dashes.
fn plain(letter: char) -> Option<char> {
    const ALIKE: [(char, &str); 40] = [
        ('a', "àáâãäåāăąаα"),
        ('A', "ÀÁÂÃÄÅĀĂĄАΑ"),
        ('b', "ƀ"),
        ('B', "ВΒ"),
        ('c', "çćčсϲ"),
        ('C', "ÇĆČСϹ"),
        ('d', "ďđԁ"),
        ('e', "èéêëēęěеє"),
        ('E', "ÈÉÊËĒĘĚЕΕ"),
        ('g', "ğģ"),
        ('h', "һ"),
        ('H', "НΗ"),
        ('i', "ìíîïīıіι"),
        ('I', "ÌÍÎÏĪІΙ"),
        ('j', "ј"),
        ('J', "Ј"),
        ('K', "КΚ"),
        ('k', "к"),
        ('l', "łľĺ"),
        ('L', "ŁĽĹ"),
        ('M', "МΜ"),
        ('n', "ñńňп"),
        ('N', "ÑŃŇΝ"),
        ('o', "òóôõöøōőоο"),
        ('O', "ÒÓÔÕÖØŌŐОΟ"),
        ('p', "рρ"),
        ('P', "РΡ"),
        ('r', "řŕг"),
        ('s', "śšşșѕ"),
        ('S', "ŚŠŞȘЅ"),
        ('T', "ТΤ"),
        ('t', "ťțţт"),
        ('u', "ùúûüūůűυ"),
        ('U', "ÙÚÛÜŪŮŰ"),
        ('x', "хχ"),
        ('X', "ХΧ"),
        ('y', "ýÿу"),
        ('Y', "ÝŸУΥ"),
        ('z', "źżž"),
        ('-', "‐‑‒–—−"),
    ];
    let full_width = u32::from(letter).checked_sub(0xFEE0).and_then(char::from_u32).filter(char::is_ascii_graphic);
    let alike = ALIKE.iter().find(|(_, letters)| letters.contains(letter)).map(|(ascii, _)| *ascii);
    letter.is_ascii().then_some(letter).or(alike).or(full_width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        valid(text).map_or_else(|refused| refused.code.into_owned(), |()| String::new())
    }

    fn help(text: &str) -> String {
        valid(text).unwrap_err().hint.unwrap()
    }

    #[test]
    fn names_are_safe_on_every_system() {
        for good in ["knight", "knight-2", "a.b", "COM10", "console", "8-bit"] {
            assert_eq!(code(good), "", "{good}");
        }
        for bad in ["", "a/b", "a\\b", "a@b", "a b", "a.", "-a", ".a", "a\0", "a*"] {
            assert_eq!(code(bad), "bad-name", "{bad}");
        }
        for bad in ["boss#1", "50%", "a%20b"] {
            let refused = component(format_args!("the name"), bad).unwrap_err();
            assert_eq!(refused.code, "bad-name", "{bad}");
            assert!(readable(format_args!("the name"), bad).is_ok(), "{bad}");
        }
        for device in ["con", "NUL", "aux.png", "com1", "Lpt9"] {
            assert_eq!(code(device), "reserved-name", "{device}");
        }
    }

    #[test]
    fn look_alikes_are_shown() {
        assert_eq!(help("knіght"), "in ASCII letters it is `knight`");
        assert_eq!(help("ｋnight"), "in ASCII letters it is `knight`");
        assert_eq!(help("騎"), "not ASCII: U+9A0E");
    }
}
