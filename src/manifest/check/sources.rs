//! Pictures of the project: single files and globs.

use globset::GlobBuilder;

use super::prompt::Values;
use super::{Context, paths};
use crate::manifest::files::{Depth, Missing};
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::Template;
use crate::words::source::Span;

/// More pictures than this are no candidates any more.
const MOST: usize = 1000;

/// The code and the reason of a file that cannot be had.
pub(in crate::manifest) fn why(missing: &Missing) -> (&'static str, String) {
    match missing {
        Missing::Absent => ("missing-file", "does not exist".to_owned()),
        Missing::NoFile => ("not-a-file", "is not a file".to_owned()),
        Missing::Outside => ("outside-project", "is a symbolic link that leads out of the project".to_owned()),
        Missing::TooLarge(bytes) => ("file-too-large", format!("is too large: {bytes} bytes")),
        Missing::Failed(error) => ("unreadable-file", format!("cannot be read: {error}")),
    }
}

fn is_picture(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| ["png", "jpg", "jpeg", "webp"].contains(&extension.as_str()))
}

/// A picture that is there.
pub(super) fn picture(path: &str, span: Span, out: &str, cx: &mut Context<'_>) -> Option<String> {
    let path = cx.relative(path, span)?;
    if super::project::overlap(&path, out) {
        let message = format!("`{path}` lies in the output folder `{out}`");
        let problem = Problem::error("source-in-output", span, message);
        cx.tell(problem.help("what a build writes cannot be what it is made from; keep it in another folder"));
        return None;
    }
    if !is_picture(&path) {
        let problem = Problem::error("not-a-picture", span, format!("`{path}` is not a picture"));
        cx.tell(problem.help("PNG, JPEG and WebP can be read: .png, .jpg, .jpeg, .webp"));
        return None;
    }
    look(&path, span, cx).then_some(path)
}

fn look(path: &str, span: Span, cx: &mut Context<'_>) -> bool {
    let Err(missing) = cx.files.look(path) else { return true };
    let (code, reason) = why(&missing);
    let help = match missing {
        Missing::Absent => "the path is relative to the project",
        Missing::Outside => "copy the file into the project, so that a clone has it, too",
        _ => "choose another file",
    };
    cx.tell(Problem::error(code, span, format!("the picture `{path}` {reason}")).help(help));
    false
}

/// The pictures of an asset's `source`, each once, in natural order.
pub(super) fn pictures(
    templates: &[At<Template>],
    values: &Values<'_>,
    out: &str,
    cx: &mut Context<'_>,
) -> Vec<String> {
    let mut found = Vec::new();
    for template in templates {
        let text = values.path(template);
        if paths::is_glob(&text) {
            let pictures = matches(&text, template.span, cx).into_iter();
            found.extend(pictures.filter_map(|path| picture(&path, template.span, out, cx)));
        } else {
            found.extend(picture(&text, template.span, out, cx));
        }
    }
    found.sort_by(|a, b| natord::compare(a, b).then_with(|| a.cmp(b)));
    found.dedup();
    found
}

fn matches(pattern: &str, span: Span, cx: &mut Context<'_>) -> Vec<String> {
    let Some(matches) = glob(pattern, span, cx) else { return Vec::new() };
    let pictures: Vec<String> = matches.into_iter().filter(|path| is_picture(path)).collect();
    if pictures.is_empty() {
        let problem = Problem::error("no-match", span, format!("no picture matches `{pattern}`"));
        cx.tell(problem.help("the pattern is relative to the project; `*` stops at `/`, `**` does not"));
    }
    if pictures.len() > MOST {
        let message = format!("{} pictures match `{pattern}`", pictures.len());
        cx.tell(Problem::error("too-many-files", span, message).help(format!("at most {MOST} are possible")));
        return Vec::new();
    }
    pictures
}

/// The files that match a glob, in byte order.
pub(in crate::manifest) fn glob(pattern: &str, span: Span, cx: &mut Context<'_>) -> Option<Vec<String>> {
    let pattern = match paths::pattern(pattern) {
        Ok(pattern) => pattern,
        Err(bad) => {
            cx.tell(Problem::error(bad.code, span, bad.message).help(bad.help));
            return None;
        }
    };
    let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(false).build();
    let matcher = match glob {
        Ok(glob) => glob.compile_matcher(),
        Err(error) => {
            let problem = Problem::error("bad-glob", span, format!("`{pattern}` is not a pattern: {}", error.kind()));
            cx.tell(problem.help("`*` is any text, `?` any letter, `[ab]` one of some, `**` any folders"));
            return None;
        }
    };
    let meta = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    let folder = pattern[..meta].rsplit_once('/').map_or("", |(folder, _)| folder);
    let depth = if pattern[meta..].contains('/') || pattern[meta..].contains("**") { Depth::Deep } else { Depth::Flat };
    let list = match cx.files.list(folder, depth) {
        Ok(list) => list,
        Err(missing) => {
            let (code, reason) = why(&missing);
            cx.tell(
                Problem::error(code, span, format!("the folder `{folder}` {reason}")).help("choose another folder"),
            );
            return None;
        }
    };
    let from = list.partition_point(|path| path.as_str() < &pattern[..meta]);
    let near = list[from..].iter().take_while(|path| path.starts_with(&pattern[..meta]));
    Some(near.filter(|path| matcher.is_match(path.as_str())).cloned().collect())
}
