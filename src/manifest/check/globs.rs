//! Files by a pattern.

use std::borrow::Cow;

use globset::GlobBuilder;
use unicode_normalization::UnicodeNormalization;

use super::{Context, paths};
use crate::manifest::files::Depth;
use crate::manifest::problem::Problem;
use crate::words::source::Span;

/// The files that match a glob, in byte order.
pub(in crate::manifest) fn glob(pattern: &str, span: Span, cx: &mut Context<'_>) -> Option<Vec<String>> {
    let pattern = match paths::pattern(pattern) {
        Ok(pattern) => composed(&pattern).into_owned(),
        Err(bad) => {
            cx.report(Problem::new(span, bad));
            return None;
        }
    };
    let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(false).build();
    let matcher = match glob {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => {
            let problem = Problem::error("bad-glob", span, format!("`{pattern}` is not a pattern: {}", error.kind()));
            cx.report(problem.help("`*` is any text, `?` any letter, `[ab]` one of some, `**` any folders"));
            return None;
        }
    };
    let meta = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    let folder = pattern[..meta].rsplit_once('/').map_or("", |(folder, _)| folder);
    let depth = if pattern[meta..].contains('/') || pattern[meta..].contains("**") { Depth::Deep } else { Depth::Flat };
    let list = match cx.files.list(folder, depth) {
        Ok(list) => list,
        Err(missing) => {
            let (code, reason) = missing.reason();
            cx.report(
                Problem::error(code, span, format!("the folder `{folder}` {reason}")).help("choose another folder"),
            );
            return None;
        }
    };
    let start = &pattern[..meta];
    let near = |path: &&String| path.starts_with(start) || !start.is_ascii();
    let from = if start.is_ascii() { list.partition_point(|path| path.as_str() < start) } else { 0 };
    let near = list[from..].iter().take_while(near);
    Some(near.filter(|path| matcher.is_match(&*composed(path))).cloned().collect())
}

/// A text whose letters with marks are one character each, so that both ways to write them are equal.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
