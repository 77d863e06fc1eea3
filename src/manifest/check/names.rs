//! Valid names: of assets, axes, parts of a path.

/// Names longer than this are refused; file systems end at 255 bytes and suffixes follow.
const LONGEST: usize = 100;

/// No file that is read has a longer name.
const LONGEST_READ: usize = 255;

/// Why a text is not a valid name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: &'static str,
    pub(super) why: &'static str,
    pub(super) help: String,
}

fn refused(code: &'static str, why: &'static str, help: impl Into<String>) -> Result<(), Refused> {
    Err(Refused { code, why, help: help.into() })
}

/// Checks the name of an asset, a style, a recipe or a profile.
pub(super) fn name(name: &str) -> Result<(), Refused> {
    component(name)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !name.bytes().all(allowed) || !name.as_bytes()[0].is_ascii_alphanumeric() {
        let help = "use letters, digits, `-`, `_` and `.`, with a letter or digit first";
        return refused("bad-name", "is not valid", help);
    }
    Ok(())
}

/// Checks the name of an asset; the error follows the name in a message.
pub(crate) fn valid(text: &str) -> Result<(), &'static str> {
    name(text).map_err(|refused| refused.why)
}

/// Checks the name of a file or folder that is written, on every system.
pub(super) fn component(name: &str) -> Result<(), Refused> {
    if !name.is_ascii() {
        return refused("non-ascii-name", "has letters beyond ASCII", look_alike(name));
    }
    readable(name)?;
    if name.len() > LONGEST {
        return refused("bad-name", "is longer than 100 bytes", "choose a shorter name");
    }
    Ok(())
}

/// Checks the name of a file or folder that is read: any letters, as long as every system can have the name.
pub(super) fn readable(name: &str) -> Result<(), Refused> {
    if name.is_empty() {
        return refused("bad-name", "is empty", "a name needs at least one letter or digit");
    }
    if name.chars().any(|c| c.is_control() && !c.is_ascii()) {
        return refused("bad-name", "has a control character", "rename the file");
    }
    if name.bytes().any(|byte| byte.is_ascii_control() || b"<>:\"|?*\\/".contains(&byte)) {
        return refused("bad-name", "has a character that file systems refuse", "use letters, digits, `-` and `_`");
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return refused("bad-name", "begins or ends in a dot or a space", "Windows would remove it");
    }
    if is_device(name) {
        return refused("reserved-name", "is a device on Windows", "choose another name");
    }
    if name.len() > LONGEST_READ {
        return refused("bad-name", "is longer than 255 bytes", "no file can have that name");
    }
    Ok(())
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

    fn code(text: &str) -> &'static str {
        name(text).map_or_else(|refused| refused.code, |()| "")
    }

    #[test]
    fn names_are_safe_on_every_system() {
        for good in ["knight", "knight-2", "a.b", "COM10", "console", "8-bit"] {
            assert_eq!(code(good), "", "{good}");
        }
        for bad in ["", "a/b", "a\\b", "a@b", "a b", "a.", "-a", ".a", "a\0", "a*"] {
            assert_eq!(code(bad), "bad-name", "{bad}");
        }
        for device in ["con", "NUL", "aux.png", "com1", "Lpt9"] {
            assert_eq!(code(device), "reserved-name", "{device}");
        }
    }

    #[test]
    fn look_alikes_are_shown() {
        assert_eq!(name("knіght").unwrap_err().help, "in ASCII letters it is `knight`");
        assert_eq!(name("ｋnight").unwrap_err().help, "in ASCII letters it is `knight`");
        assert_eq!(name("騎").unwrap_err().help, "not ASCII: U+9A0E");
    }
}
