//! Files by a pattern.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::{Context, paths};
use crate::manifest::files::Depth;
use crate::manifest::problem::Problem;
use crate::words::glob::Glob;
use crate::words::source::Span;
use crate::words::text::shortened;

/// How often patterns are compared with files before a manifest is refused.
const MOST_COMPARED: u64 = 20_000_000;

/// What preparing a pattern costs, in comparisons.
const COMPILED: u64 = 200;

/// The files that match a glob, in byte order.
pub(in crate::manifest) fn glob(pattern: &str, span: Span, cx: &mut Context<'_>) -> Option<Vec<String>> {
    let pattern = match paths::pattern(pattern) {
        Ok(pattern) => composed(&pattern).into_owned(),
        Err(bad) => {
            cx.report(Problem::new(span, bad));
            return None;
        }
    };
    let matcher = match Glob::of_paths(&pattern) {
        Ok(glob) => glob,
        Err(error) => {
            let message = format!("`{}` {error}", shortened(&pattern));
            cx.report(Problem::error(error.code(), span, message).help(error.hint()));
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
    let is_near = |path: &&String| path.starts_with(start) || !start.is_ascii();
    let from = if start.is_ascii() { list.partition_point(|path| path.as_str() < start) } else { 0 };
    let near: Vec<&String> = list[from..].iter().take_while(is_near).collect();
    cx.compared += COMPILED + near.len() as u64;
    if cx.compared > MOST_COMPARED {
        let message = format!("the patterns up to this one need more than {MOST_COMPARED} comparisons with files");
        let problem = Problem::error("too-many-files", span, message);
        cx.report(problem.help("begin patterns with a folder or a name that few files share"));
        return None;
    }
    Some(near.into_iter().filter(|path| matcher.is_match(&composed(path))).cloned().collect())
}

/// A text whose letters with marks are one character each, so that both ways to write them are equal.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
