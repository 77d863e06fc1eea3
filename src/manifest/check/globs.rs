//! Files by a pattern.

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
        Ok(pattern) => pattern,
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
    let from = list.partition_point(|path| path.as_str() < &pattern[..meta]);
    let near: Vec<&String> = list[from..].iter().take_while(|path| path.starts_with(&pattern[..meta])).collect();
    cx.compared += COMPILED + near.len() as u64;
    if cx.compared > MOST_COMPARED {
        let message = format!("the patterns up to this one need more than {MOST_COMPARED} comparisons with files");
        let problem = Problem::error("too-many-files", span, message);
        cx.report(problem.help("begin patterns with a folder or a name that few files share"));
        return None;
    }
    Some(near.into_iter().filter(|path| matcher.is_match(path)).cloned().collect())
}
