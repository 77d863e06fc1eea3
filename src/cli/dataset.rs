//! `dgx-pixels dataset`: training data.

use std::fmt::Write as _;

use super::args::{
    DatasetArgs, DatasetAudit, DatasetCommand, DatasetFromProject, DatasetImages, DatasetPrepare, Global,
};
use super::{Exit, project, report, style};
use crate::session::dataset::{self, Audit, AuditedImage, Background, CanvasOptions, FromProject, Options, Summary};
use crate::session::{self, Error, Existing};
use crate::words::color::Rgb;
use crate::words::diagnostic::{Diagnostic, Severity};
use crate::words::text::printable;

/// Runs the subcommand.
pub(super) fn run(global: &Global, args: &DatasetArgs) -> session::Result<Exit> {
    match &args.command {
        DatasetCommand::Audit(args) => audit(global, args),
        DatasetCommand::Prepare(args) => prepare(global, args),
        DatasetCommand::FromProject(args) => from_project(global, args),
    }
}

fn from_project(global: &Global, args: &DatasetFromProject) -> session::Result<Exit> {
    let root = project::root(global)?;
    let operation = project::operation(&root, None, report::brief(global), &global.cancel);
    let (existing, licence) = (Existing::replace_if(args.force), args.licence.as_deref());
    let made = dataset::from_project(&operation, &args.targets, &args.out, licence, existing)?;
    report::value(global, "dataset-from-project", &made, |FromProject { folder, images, assets, left_out }| {
        let (images, assets) = (style::count(*images, "image", "images"), style::count(*assets, "asset", "assets"));
        style::out(&format!("{}  {images} of {assets}", style::paint(style::NAME, &printable(folder))));
        for one in left_out.iter().filter(|_| !global.quiet) {
            style::say(&format!("left out: {} {}", printable(&one.name), printable(&one.why)));
        }
    });
    Ok(Exit::Success)
}

fn audit(global: &Global, args: &DatasetAudit) -> session::Result<Exit> {
    let options = options(&args.images)?;
    let audit = match &args.sheet {
        None => dataset::audit(&options, &global.cancel)?,
        Some(sheet) => dataset::draw(&options, &global.cancel, sheet, Existing::replace_if(args.force))?,
    };
    match args.json {
        true => report::pretty(&audit),
        false => report::result(global, "dataset-audited", &audit, |audit| show(global, audit)),
    }
    Ok(if audit.trainable { Exit::Success } else { Exit::Gate })
}

fn prepare(global: &Global, args: &DatasetPrepare) -> session::Result<Exit> {
    let canvases = CanvasOptions {
        resolution: args.resolution,
        cell: args.cell,
        sheets: !args.no_sheets,
        hold_out: per_mille(args.hold_out)?,
    };
    let prepared = dataset::prepare(&options(&args.images)?, &canvases, &args.out, &global.cancel)?;
    report::value(global, "dataset-prepared", &prepared, |prepared| {
        style::out(&format!("{}  {}", style::paint(style::NAME, &args.out.display().to_string()), prepared.counts()));
    });
    Ok(Exit::Success)
}

fn per_mille(share: f64) -> session::Result<u32> {
    let is_share = (0.0..=0.5).contains(&share);
    let wrong = || Error::usage("out-of-range", format!("`--hold-out {share}` is not from 0 to 0.5"), "0.1 is usual");
    is_share.then_some((share * 1000.0).round() as u32).ok_or_else(wrong)
}

fn options(images: &DatasetImages) -> session::Result<Options> {
    let DatasetImages { folder, trigger, template, background, restore, least } = images.clone();
    let color = match background.as_str() {
        "white" => Some(Rgb([255, 255, 255])),
        "black" => Some(Rgb([0, 0, 0])),
        "magenta" => Some(Rgb([255, 0, 255])),
        other => Rgb::parse(other),
    };
    let unknown = || Error::usage("unknown-color", format!("`{background}` is not a colour"), "write it as `#ff00ff`");
    let background = Background(color.ok_or_else(unknown)?);
    Ok(Options { folder, trigger, template, background, restore, least })
}

fn show(global: &Global, audit: &Audit) {
    for finding in audit.images.iter().flat_map(|image| &image.findings).chain(&audit.findings) {
        say(global, finding);
    }
    if global.verbose {
        audit.images.iter().for_each(|image| style::out(&line(image)));
    }
    style::text(&summary(&audit.summary));
    let verdict = if audit.trainable { "training can start" } else { "training cannot start" };
    style::out(&format!("{}  {verdict}", style::paint(style::NAME, &printable(&audit.folder))));
}

fn say(global: &Global, finding: &Diagnostic) {
    match finding.severity {
        Severity::Error => style::error(&finding.message, finding.hint.as_deref()),
        Severity::Warning if !global.quiet => style::warning(&finding.message, finding.hint.as_deref()),
        Severity::Note if global.verbose && !global.quiet => style::say(&finding.message),
        _ => {}
    }
}

fn line(image: &AuditedImage) -> String {
    let file = style::paint(style::NAME, &printable(&image.file));
    let Some([width, height]) = image.native else { return format!("{file}  cannot be used") };
    let scale = image.scale.map_or_else(|| "restored".to_owned(), |scale| format!("{scale}x"));
    let colors = style::count(image.colors, "colour", "colours");
    format!("{file}  {width}x{height} ({scale}), {colors}: {}", printable(&image.caption))
}

fn summary(summary: &Summary) -> String {
    let mut text = String::new();
    let images = style::count(summary.images, "image", "images");
    let _ = writeln!(text, "{images}, {} usable, {} distinct", summary.usable, summary.distinct);
    let joined = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
    let sizes = summary.sizes.iter().map(|(size, count)| format!("{size} ({count})"));
    let _ = writeln!(text, "native sizes: {}", joined(sizes.take(12).collect()));
    let scales = summary.scales.iter().map(|(scale, count)| format!("{scale} ({count})"));
    let _ = writeln!(text, "scales: {}", joined(scales.take(12).collect()));
    let _ = writeln!(text, "colours: {}, {} in at least half of the images", summary.colors, summary.shared_colors);
    let views = summary.views.iter().map(|(view, count)| format!("{view} ({count})"));
    let _ = writeln!(text, "views: {}", joined(views.collect()));
    let subjects = summary.subjects.iter().map(|found| format!("{} ({})", found.word, found.images));
    let _ = writeln!(text, "words: {}", printable(&joined(subjects.collect())));
    let _ = writeln!(text, "captions by users: {}; licence unknown: {}", summary.captioned, summary.unlicensed);
    text
}
