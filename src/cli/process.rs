//! `dgx-pixels process`: restores images without a project.

use super::args::{Global, MessageFormat, Process as ProcessArgs};
use super::{Exit, project, report, style};
use crate::session;
use crate::session::process::{Grouping, Processed, RecipeOptions, Request, Restored, process};
use crate::words::recipe::Alpha;

/// Restores every image; exits 1 if one has no sprite.
pub(super) fn run(global: &Global, args: &ProcessArgs) -> session::Result<Exit> {
    let request = Request {
        images: args.images.clone(),
        out: args.out.clone(),
        explain: args.explain.clone(),
        grouping: if args.group { Grouping::Together } else { Grouping::Alone },
        recipe: RecipeOptions {
            file: args.recipe.clone(),
            grid: Some(args.grid.clone()).filter(|grid| grid != "auto"),
            pixel_size: args.pixel_size,
            size: args.size.clone(),
            palette: args.palette.clone(),
            colors: args.colors,
            keep_background: args.keep_background,
            alpha: args.alpha.as_deref().map(|word| match word {
                "keep" => Alpha::Keep,
                "levels" => Alpha::Levels,
                _ => Alpha::Binary,
            }),
        },
    };
    let json = args.json || global.message_format == MessageFormat::Json;
    let operation = project::operation(".".as_ref(), None, report::brief(global), &global.cancel);
    let mut exit = Exit::Success;
    for image in process(&operation, &request)? {
        if json {
            report::json("processed-file", &image);
        }
        match image {
            Processed::Restored(restored) if !json && !global.quiet => {
                style::out(&line(&restored));
                warn_of_alpha(&restored);
            }
            Processed::Restored(_) => {}
            Processed::Failed(failed) => {
                exit = Exit::Failed;
                style::error(&failed.error.message, failed.error.hint.as_deref());
            }
        }
    }
    Ok(exit)
}

fn warn_of_alpha(Restored { out, cut_alpha, .. }: &Restored) {
    if *cut_alpha > 0 {
        let pixels = style::count(*cut_alpha as usize, "half-transparent pixel", "half-transparent pixels");
        style::warning(&format!("{out}: {pixels} became opaque or transparent"), Some("`--alpha keep` keeps them"));
    }
}

fn line(Restored { out, size, grid, confidence, palette, .. }: &Restored) -> String {
    let (out, colors) = (style::paint(style::NAME, out), style::count(palette.len(), "colour", "colours"));
    let ([width, height], [columns, rows], confidence) = (size, grid, confidence.unwrap_or(0));
    format!("{out}  {width}x{height}, grid {columns}x{rows} (confidence {confidence}), {colors}")
}
