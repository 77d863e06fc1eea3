//! Paths of the project: relative, inside it, and possible on every system.

use std::fmt::Arguments;

use super::names;
use crate::words::diagnostic::Diagnostic;

/// A path of something that is written, relative to the project, with `/` and without `.`.
pub(super) fn relative(path: &str) -> Result<String, Diagnostic> {
    pieces(path, names::component)
}

/// A path of something that is read, which may have any letters.
pub(super) fn readable(path: &str) -> Result<String, Diagnostic> {
    pieces(path, names::readable)
}

/// A glob relative to the project.
pub(super) fn pattern(path: &str) -> Result<String, Diagnostic> {
    pieces(path, |what, piece| if is_glob(piece) { Ok(()) } else { names::readable(what, piece) })
}

/// Whether one folder contains the other.
pub(super) fn overlap(a: &str, b: &str) -> bool {
    let (a, b) = (format!("{}/", a.to_ascii_lowercase()), format!("{}/", b.to_ascii_lowercase()));
    a.starts_with(&b) || b.starts_with(&a)
}

/// Whether a path is a pattern.
pub(in crate::manifest) fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

fn pieces(path: &str, check: impl Fn(Arguments<'_>, &str) -> Result<(), Diagnostic>) -> Result<String, Diagnostic> {
    let bad = |why: &str, help: &str| Err(Diagnostic::error("bad-path", format!("the path `{path}` {why}")).hint(help));
    if path.is_empty() {
        return bad("is empty", "name a file or folder of the project");
    }
    if path.contains('\0') {
        return bad("has a NUL byte", "no file can have that name");
    }
    if path.contains('\\') {
        return bad("has a backslash", "separate folders with `/` on every system");
    }
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.starts_with(['/', '~']) || drive {
        return bad("is absolute", "write it relative to the project, so that it can be moved and shared");
    }
    let mut kept = Vec::new();
    for piece in path.split('/').filter(|piece| *piece != ".") {
        if piece == ".." {
            return bad("leads out of the project", "`..` is not allowed; keep the file in the project");
        }
        check(format_args!("in the path `{path}`, the name"), piece).map_err(|refused| match &*refused.code {
            "bad-name" => Diagnostic { code: "bad-path".into(), ..refused },
            _ => refused,
        })?;
        kept.push(piece);
    }
    if kept.is_empty() {
        return bad("names no file", "name a file or folder of the project");
    }
    Ok(kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(relative("./a/./b c.png").unwrap(), "a/b c.png");
        for bad in ["", ".", "/a", "~/a", "C:/a", "a//b", "a/../b", "..", "a\\b", "a\0", "a./b", "a /b", "b*"] {
            assert_eq!(relative(bad).unwrap_err().code, "bad-path", "{bad}");
        }
        assert_eq!(relative("a/nul.png").unwrap_err().code, "reserved-name");
        assert_eq!(relative("ä.png").unwrap_err().code, "non-ascii-name");
        assert_eq!(readable("Kästchen 火/1 \u{1f600}.png").unwrap(), "Kästchen 火/1 \u{1f600}.png");
        assert_eq!(pattern("火/*.png").unwrap(), "火/*.png");
        for bad in ["", "../ä", "/ä", "ä\\b", "ä\u{85}", "ä."] {
            assert_eq!(readable(bad).unwrap_err().code, "bad-path", "{bad}");
        }
        assert_eq!(pattern("a/*.png").unwrap(), "a/*.png");
        assert_eq!(pattern("../*.png").unwrap_err().code, "bad-path");
    }
}
