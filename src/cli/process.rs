//! `dgx-pixels process`: restores images without a project.

use super::args::{Global, MessageFormat, Process as ProcessArgs};
use super::{Exit, project, report, style};
use crate::session;
use crate::session::process::{Grouping, Processed, RecipeOptions, Request, Restored, process, skipped};
use crate::words::recipe::{Alpha, DrawnFrame, Fit, Holes, Shadow};
use crate::words::sprite::Verdict;
use crate::words::suggest::list;

/// Restores every image; exits 1 if one has no sprite, and with `--strict` 3 if a gate failed one.
pub(super) fn run(global: &Global, args: &ProcessArgs) -> session::Result<Exit> {
    let json = args.json || global.message_format == MessageFormat::Json;
    let (mut failed, mut images, mut doubts) = (false, 0, Vec::new());
    let request = request(args);
    let operation = project::operation(".".as_ref(), None, report::brief(global), &global.cancel);
    let made = process(&operation, &request)?;
    let skipped: Vec<String> = skipped(&request).iter().map(|path| path.display().to_string()).collect();
    if !skipped.is_empty() && !global.quiet {
        style::warning(&format!("skipped {}", list(&skipped)), Some("PNG, JPEG and WebP are read: save them as PNG"));
    }
    for image in made {
        images += 1;
        if json {
            report::json("processed-file", &image);
        }
        match image {
            Processed::Restored(restored) => {
                if !json && !global.quiet {
                    style::out(&line(&restored));
                    warn_of_alpha(&restored);
                }
                doubts.extend(Some(restored).filter(|restored| !restored.verdict.passes()));
            }
            Processed::Failed(image) => {
                failed = true;
                style::error(&image.error.message, image.error.hint.as_deref());
            }
        }
    }
    if !doubts.is_empty() && !global.quiet {
        style::warning(&doubtful(doubts.len(), images), Some(&way_out(&doubts)));
    }
    Ok(match (failed, args.strict && !doubts.is_empty()) {
        (true, _) => Exit::Failed,
        (_, true) => Exit::Gate,
        _ => Exit::Success,
    })
}

fn request(args: &ProcessArgs) -> Request {
    Request {
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
            background: if args.keep_background { Some("none".to_owned()) } else { args.background.clone() },
            drawn_frame: args.drawn_frame.as_deref().map(|word| match word {
                "keep" => DrawnFrame::Keep,
                "remove" => DrawnFrame::Remove,
                _ => DrawnFrame::Auto,
            }),
            holes: args.holes.as_deref().map(|word| match word {
                "keep" => Holes::Keep,
                "cut" => Holes::Cut,
                _ => Holes::Auto,
            }),
            shadow: args.shadow.as_deref().map(|word| match word {
                "flat" => Shadow::Flat,
                "remove" => Shadow::Remove,
                _ => Shadow::Keep,
            }),
            alpha: args.alpha.as_deref().map(|word| match word {
                "keep" => Alpha::Keep,
                "levels" => Alpha::Levels,
                "binary" => Alpha::Binary,
                _ => Alpha::Auto,
            }),
            fit: args.fit.as_deref().map(|word| match word {
                "step" => Fit::Step,
                "exact" => Fit::Exact,
                _ => Fit::Fill,
            }),
        },
    }
}

fn warn_of_alpha(Restored { out, cut_alpha, .. }: &Restored) {
    if *cut_alpha > 0 {
        let pixels = style::count(*cut_alpha as usize, "half-transparent pixel", "half-transparent pixels");
        style::warning(&format!("{out}: {pixels} became opaque or transparent"), Some("`--alpha keep` keeps them"));
    }
}

fn line(Restored { out, size, grid, confidence, grid_is_given, palette, verdict, .. }: &Restored) -> String {
    let (out, colors) = (style::paint(style::NAME, out), style::count(palette.len(), "colour", "colours"));
    let ([width, height], [columns, rows]) = (size, grid);
    let source = match grid_is_given {
        true => "given".to_owned(),
        false => format!("confidence {}", confidence.unwrap_or(0)),
    };
    let doubt = match verdict {
        Verdict::Pass => String::new(),
        Verdict::Fail(why) => format!(", {} ({why})", style::paint(style::WARNING, "not sure")),
    };
    format!("{out}  {width}x{height}, grid {columns}x{rows} ({source}), {colors}{doubt}")
}

fn doubtful(doubts: usize, images: usize) -> String {
    match images {
        1 => "a gate failed: look at the sprite before you use it".to_owned(),
        images => format!("a gate failed for {doubts} of {images} images: look at these sprites before you use them"),
    }
}

/// What a person does about failed gates.
fn way_out(doubts: &[Restored]) -> String {
    let is_of_the_grid = |restored: &Restored| restored.grid_is_doubted;
    let grid = "give the grid with `--pixel-size N` or `--grid WxH` if you know it";
    match (doubts.iter().any(is_of_the_grid), doubts.iter().all(is_of_the_grid)) {
        (true, true) => format!("{grid}; `--explain DIR` draws what was found"),
        (true, false) => {
            format!("{grid}, or change `gates` in the file of `--recipe`; `--explain DIR` draws what was found")
        }
        _ => "change `gates` in the file of `--recipe`; `--explain DIR` draws what was found".to_owned(),
    }
}
