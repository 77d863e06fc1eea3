//! Image files of the project: single ones and globs.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::globs::{composed, glob};
use super::prompt::Values;
use super::{Context, paths};
use crate::manifest::files::Missing;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::manifest::template::Template;
use crate::plain_file;
use crate::words::frames_file::is_frames_file;
use crate::words::source::Span;
use crate::words::suggest::list;

/// The most images of one slot.
const MOST: usize = 1000;

/// The most images of all slots.
const MOST_OF_ALL: usize = 500_000;

fn is_image(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| ["png", "jpg", "jpeg", "webp"].contains(&extension.as_str()))
}

/// An existing image.
pub(super) fn image(path: &str, span: Span, out: &str, cx: &mut Context<'_>) -> Option<String> {
    existing(path, span, out, is_image, cx)
}

/// An existing image, or a file with frames.
fn source(path: &str, span: Span, out: &str, cx: &mut Context<'_>) -> Option<String> {
    existing(path, span, out, |path| is_image(path) || is_frames_file(path), cx)
}

fn existing(path: &str, span: Span, out: &str, is_readable: fn(&str) -> bool, cx: &mut Context<'_>) -> Option<String> {
    let path = cx.readable(path, span)?;
    if paths::overlap(&path, out) {
        let message = format!("`{path}` lies in the output folder `{out}`");
        let problem = Problem::error("source-in-output", span, message);
        cx.report(problem.help("an output cannot be a source; keep it in another folder"));
        return None;
    }
    if !is_readable(&path) {
        let problem = Problem::error("not-a-picture", span, format!("`{path}` is not an image"));
        cx.report(problem.help(if is_readable("x.gif") {
            "the formats are .png, .jpg, .jpeg, .webp, and with frames .aseprite, .ase, .gif, .apng"
        } else {
            "the formats are PNG, JPEG and WebP: .png, .jpg, .jpeg, .webp"
        }));
        return None;
    }
    look(&path, span, cx)
}

/// The path as the disk spells it.
fn look(path: &str, span: Span, cx: &mut Context<'_>) -> Option<String> {
    let missing = match cx.files.look(path) {
        Ok(path) => return Some(path),
        Err(missing) => missing,
    };
    let (code, reason) = missing.reason();
    let help = match missing {
        Missing::LfsPointer => plain_file::FETCH,
        Missing::Absent => "the path is relative to the project",
        Missing::Outside => "copy the file into the project, so that a clone has it",
        _ => "choose another file",
    };
    cx.report(Problem::error(code, span, format!("the image `{path}` {reason}")).help(help));
    None
}

/// The images of an asset's `source`, each once, in natural order.
pub(super) fn images(templates: &[At<Template>], values: &Values<'_>, out: &str, cx: &mut Context<'_>) -> Vec<String> {
    let mut named: BTreeMap<String, Span> = BTreeMap::new();
    for template in templates {
        let text = values.path(template);
        let paths = if paths::is_glob(&text) { matches(&text, template.span, cx) } else { vec![text] };
        for path in paths {
            named.entry(path).or_insert(template.span);
        }
        if named.len() > MOST || cx.images + named.len() > MOST_OF_ALL {
            let message = format!("more than {MOST} images are a `source` here, or more than {MOST_OF_ALL} in all");
            cx.report(Problem::error("too-many-files", template.span, message).help("name fewer files"));
            return Vec::new();
        }
    }
    cx.images += named.len();
    let mut found: Vec<String> = named.iter().filter_map(|(path, span)| source(path, *span, out, cx)).collect();
    // The same order on every machine, however its disk spells the names.
    found.sort_by_cached_key(|path| Natural(composed(path).into_owned(), path.clone()));
    found.dedup();
    found
}

/// A path that sorts by the numbers in it, then by its text.
#[derive(PartialEq, Eq)]
struct Natural(String, String);

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        natord::compare(&self.0, &other.0).then_with(|| self.0.cmp(&other.0)).then_with(|| self.1.cmp(&other.1))
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Endings of images that are not read.
const OTHER_IMAGES: [&str; 14] =
    ["gif", "bmp", "tga", "tif", "tiff", "psd", "ase", "aseprite", "avif", "jxl", "heic", "ico", "svg", "xcf"];

fn is_other_image(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| OTHER_IMAGES.contains(&extension.as_str()))
}

fn matches(pattern: &str, span: Span, cx: &mut Context<'_>) -> Vec<String> {
    let Some(matches) = glob(pattern, span, cx) else { return Vec::new() };
    // Files with frames are meant by patterns that end as they do.
    let ends = |path: &str| path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_meant = |path: &str| is_frames_file(path) && ends(path) == ends(pattern);
    let skipped: Vec<String> = matches.iter().filter(|path| is_other_image(path) && !is_meant(path)).cloned().collect();
    if !skipped.is_empty() {
        let message = format!("`{pattern}` also matches {}, which it does not take", list(&skipped));
        let problem = Problem::warning("skipped-image", span, message);
        cx.report(problem.help("save them as PNG, or write a pattern that ends in `.png`"));
    }
    let images: Vec<String> = matches.into_iter().filter(|path| is_image(path) || is_meant(path)).collect();
    if images.is_empty() {
        let problem = Problem::error("no-match", span, format!("no image matches `{pattern}`"));
        cx.report(problem.help("the pattern is relative to the project; `*` stops at `/`, `**` does not"));
    }
    if images.len() > MOST {
        let message = format!("{} images match `{pattern}`", images.len());
        cx.report(Problem::error("too-many-files", span, message).help(format!("at most {MOST} are allowed")));
        return Vec::new();
    }
    images
}
