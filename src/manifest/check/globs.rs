//! Files by a pattern.

use globset::GlobBuilder;

use super::{Context, paths};
use crate::manifest::files::Depth;
use crate::manifest::problem::Problem;
use crate::words::source::Span;

/// The files that match a glob, in byte order.
pub(in crate::manifest) fn glob(pattern: &str, span: Span, cx: &mut Context<'_>) -> Option<Vec<String>> {
    let pattern = match paths::pattern(pattern) {
        Ok(pattern) => pattern,
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
    let from = list.partition_point(|path| path.as_str() < &pattern[..meta]);
    let near = list[from..].iter().take_while(|path| path.starts_with(&pattern[..meta]));
    Some(near.filter(|path| matcher.is_match(path.as_str())).cloned().collect())
}
