//! Images that a person drew or edited, in place of those of the backend.

use super::Context;
use super::axes::Shape;
use super::gather::Asset;
use crate::manifest::problem::Problem;
use crate::manifest::raw::At;
use crate::words::asset::Kind;
use crate::words::image_file::{PNG_HEAD, png_size};
use crate::words::recipe::Size;

/// The file in place of what a group would be made from; `member` is its part behind `@`, empty if it has none.
pub(super) fn of_group<'a>(asset: &'a Asset, member: &str) -> Option<&'a At<String>> {
    let files = &asset.raw.adopted.as_ref()?.0;
    let is_of = |of: &Option<At<String>>| of.as_ref().map_or("", |of| of.as_str()) == member;
    files.iter().find(|(of, _)| is_of(of)).map(|(_, file)| file)
}

/// Whether a file takes the place of everything that an asset would be made from.
pub(super) fn is_whole(asset: &Asset) -> bool {
    asset.raw.adopted.as_ref().is_some_and(|adopted| adopted.0.iter().any(|(member, _)| member.is_none()))
}

/// Checks that every file has its member.
pub(super) fn check(asset: &Asset, shape: &Shape, frames: u32, cx: &mut Context<'_>) {
    let Some(adopted) = &asset.raw.adopted else { return };
    let name = &asset.name.value;
    if asset.kind == Kind::Animation && frames == 0 {
        let problem = Problem::error(
            "adopted-frames",
            adopted.span,
            format!("the files of `{name}` decide how many frames it has"),
        );
        cx.report(problem.help("edit the files of `source`, or write `frames` in its place"));
    }
    let ids: Vec<String> = if shape.axes.is_empty() {
        Vec::new()
    } else {
        shape.combinations().take(10_000).map(|at| shape.ids(&at)).collect()
    };
    for (member, file) in &adopted.0 {
        match member {
            None if !ids.is_empty() => {
                let problem = Problem::error("adopted-members", file.span, format!("`{name}` has several members"));
                cx.report(problem.help(format!("name one: `adopted = {{ {} = {:?} }}`", ids[0], file.value)));
            }
            Some(member) if !ids.contains(member) => {
                let message = match ids.is_empty() {
                    true => format!("`{name}` has no members"),
                    false => format!("`{name}` has no member `{}`", member.value),
                };
                let problem = Problem::error("adopted-members", member.span, message);
                let problem = problem.help(format!("write `adopted = {:?}`", file.value));
                cx.report(problem.suggest(member, ids.iter().map(String::as_str)));
            }
            _ => {}
        }
    }
}

/// Warns of an image that has not the size of its frame: games get it as it is.
pub(super) fn check_size(file: &At<String>, size: Size, frames: u32, cx: &mut Context<'_>) {
    let Size::Frame([width, height]) = size else { return };
    let Some([found_width, found_height]) = png_size(&cx.files.head(file, PNG_HEAD)) else { return };
    let wide = width.saturating_mul(frames);
    if [found_width, found_height] != [wide, height] {
        let message = format!("`{}` has {found_width}x{found_height} pixels, its frame {wide}x{height}", file.value);
        let problem = Problem::warning("adopted-size", file.span, message);
        cx.report(problem.help("the image stays as it is: change `size`, or the image"));
    }
}
