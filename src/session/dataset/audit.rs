//! `dataset audit`: what a folder of images is worth as training data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rayon::prelude::*;

use super::caption::{Captions, TEMPLATE, unknown_name};
use super::folder::{self, Folder};
use super::likeness::{self, Likeness, Print};
use super::look::{self, Looked};
use super::summary::Summary;
use super::{Alike, Audit, Options};
use crate::assemble::contact::{self, Cell, Image, Row};
use crate::session::image::save;
use crate::session::job::no_threads;
use crate::session::{Cancel, Error, Existing, Result};
use crate::threads;
use crate::words::diagnostic::{Diagnostic, Severity, Subject};
use crate::words::digest::Digest;
use crate::words::text::{count, shortened};

/// Below this number a style is learnt badly.
const FEW: usize = 50;
/// Beyond this number more images add little.
const MANY: usize = 300;
/// A contact sheet shows so many images.
const SHOWN: usize = 600;
/// All native pixels together.
const MOST_PIXELS: u64 = 64 << 20;

/// An audit with the native pixels of every image, and for each image the first one that it is alike with.
pub(super) struct Audited {
    pub(super) audit: Audit,
    pub(super) looked: Vec<Looked>,
    pub(super) clusters: Vec<usize>,
    pub(super) captions: Captions,
}

/// Audits a folder.
///
/// # Errors
/// The folder or its notes cannot be read. What is wrong with images is in the audit.
pub fn audit(options: &Options, cancel: &Cancel) -> Result<Audit> {
    Ok(examine(options, cancel)?.audit)
}

/// Audits a folder and draws its images, those with findings first.
///
/// # Errors
/// Like [`audit`], or the sheet cannot be written.
pub fn draw(options: &Options, cancel: &Cancel, sheet: &Path, existing: Existing) -> Result<Audit> {
    let audited = examine(options, cancel)?;
    save(&contact::draw(&rows(&audited.looked)).map_err(Diagnostic::from)?, sheet, existing)?;
    Ok(audited.audit)
}

/// Looks at every image of a folder.
pub(super) fn examine(options: &Options, cancel: &Cancel) -> Result<Audited> {
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let Folder { files, notes, refused } = folder::list(&options.folder)?;
    let captions = Captions {
        trigger: options.trigger.clone().or(notes.trigger.clone()).unwrap_or_else(|| super::TRIGGER.to_owned()),
        template: options.template.clone().or(notes.template.clone()).unwrap_or_else(|| TEMPLATE.to_owned()),
    };
    check(&captions)?;
    let look = |file| (!cancel.is_cancelled()).then(|| look::look(file, notes.of(&file.name), options, &captions));
    let looked: Option<Vec<Looked>> = files.par_iter().map(look).collect();
    let mut looked = looked.ok_or(Error::Cancelled)?;
    refuse_doubtful(&mut looked);
    let (alike, clusters) = alike(&mut looked);
    let distinct = distinct(&looked, &clusters);
    let summary = Summary::of(&looked, distinct);
    let findings = refused.into_iter().chain(whole(options, &summary, &looked)).collect::<Vec<_>>();
    let images: Vec<_> = looked.iter().map(|looked| looked.image.clone()).collect();
    let all = images.iter().flat_map(|image| &image.findings).chain(&findings);
    let trainable = all.into_iter().all(|finding| finding.severity != Severity::Error);
    let (folder, trigger) = (options.folder.display().to_string(), captions.trigger.clone());
    let audit = Audit { folder, trigger, trainable, summary, images, alike, findings };
    Ok(Audited { audit, looked, clusters, captions })
}

/// So many images of one size that may have been enlarged from the same size were.
const TOGETHER: usize = 3;

/// Small art shows too little in one image; several together leave no doubt.
fn refuse_doubtful(looked: &mut [Looked]) {
    let key = |looked: &Looked| Some((looked.image.size?, looked.doubtful?));
    type Sizes = ([u32; 2], [u32; 2]);
    let mut counts: BTreeMap<Sizes, BTreeSet<Option<Digest>>> = BTreeMap::new();
    for one in looked.iter() {
        if let Some(key) = key(one) {
            counts.entry(key).or_default().insert(one.image.digest);
        }
    }
    for one in looked.iter_mut() {
        let Some((size, native)) = key(one) else { continue };
        if counts.get(&(size, native)).is_some_and(|images| images.len() >= TOGETHER) {
            let file = one.image.file.clone();
            one.image.findings.push(look::broken_scale(&file, native).about(Subject::File(file)));
            one.native = None;
        }
    }
}

fn check(captions: &Captions) -> Result<()> {
    if let Some(name) = unknown_name(&captions.template) {
        let message = format!("the template of captions has the unknown name `{name}`");
        let hint = "known are trigger, words, folders, tags, view, background, size and colors";
        return Err(Error::usage("unknown-template-name", message, hint));
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if captions.trigger.is_empty() || captions.trigger.chars().count() > 64 || !captions.trigger.chars().all(is_word) {
        let message = format!("`{}` is not a trigger: it is one word", shortened(&captions.trigger));
        return Err(Error::usage("bad-trigger", message, "a rare word is best, such as `dgxpx_house`"));
    }
    Ok(())
}

/// Pairs of images that are alike; copies and mirror images are findings of the later one.
fn alike(looked: &mut [Looked]) -> (Vec<Alike>, Vec<usize>) {
    let natives: Vec<(usize, _)> =
        looked.iter().enumerate().filter_map(|(at, looked)| Some((at, looked.native.as_ref()?))).collect();
    let prints: Vec<(usize, Print<'_>)> = natives.par_iter().map(|(at, native)| (*at, Print::of(native))).collect();
    let pairs: Vec<(usize, usize, Likeness)> = prints
        .par_iter()
        .enumerate()
        .flat_map_iter(|(place, (at, print))| {
            prints[place + 1..].iter().filter_map(move |(other, its)| Some((*at, *other, print.likeness(its)?)))
        })
        .collect();
    let clusters = likeness::clusters(looked.len(), pairs.iter().map(|(a, b, _)| (*a, *b)));
    let names: Vec<String> = looked.iter().map(|looked| looked.image.file.clone()).collect();
    let mut said = vec![false; looked.len()];
    for (a, b, likeness) in &pairs {
        let what = match likeness {
            Likeness::Equal => "has the same pixels as",
            Likeness::Mirrored => "is the mirror image of",
            Likeness::Near => "is nearly the same as",
            Likeness::NearMirrored => "is nearly the mirror image of",
        };
        if !std::mem::replace(&mut said[*b], true) {
            let finding = Diagnostic::warning("near-duplicate", format!("`{}` {what} `{}`", names[*b], names[*a]));
            looked[*b].image.findings.push(finding);
        }
    }
    let shown =
        pairs.into_iter().map(|(a, b, likeness)| Alike { file: names[a].clone(), other: names[b].clone(), likeness });
    (shown.collect(), clusters)
}

fn distinct(looked: &[Looked], clusters: &[usize]) -> usize {
    looked.iter().enumerate().filter(|(at, looked)| looked.native.is_some() && clusters[*at] == *at).count()
}

/// What is wrong with the data set as a whole.
fn whole(options: &Options, summary: &Summary, looked: &[Looked]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let distinct = count(summary.distinct, "distinct image", "distinct images");
    if summary.images == 0 {
        let message = format!("`{}` has no images", options.folder.display());
        findings.push(Diagnostic::error("no-images", message).hint("PNG is read, and other lossless formats"));
    } else if summary.distinct < options.least {
        let message = format!("{distinct}: a style needs at least {}", options.least);
        findings
            .push(Diagnostic::error("too-few-images", message).hint("50 to 100 are good; `--least` sets the limit"));
    } else if summary.distinct < FEW {
        findings.push(Diagnostic::warning("too-few-images", format!("{distinct}: {FEW} to 100 are good")));
    } else if summary.distinct > MANY {
        let message = format!("{distinct}: beyond {MANY} more images add little");
        findings.push(Diagnostic::note("many-images", message));
    }
    if !summary.missing_views.is_empty() {
        let message = format!("no image shows these views: {}", summary.missing_views.join(", "));
        findings.push(Diagnostic::warning("missing-views", message));
    }
    if summary.unlicensed > 0 {
        let images = count(summary.unlicensed, "image has", "images have");
        let hint = "write `licence`, `author` and `source` into `dataset.toml`";
        findings.push(Diagnostic::note("unknown-licence", format!("{images} no known licence")).hint(hint));
    }
    let pixels = looked.iter().filter_map(|looked| looked.native.as_ref());
    let pixels: u64 = pixels.map(|native| u64::from(native.width()) * u64::from(native.height())).sum();
    if pixels > MOST_PIXELS {
        let message = format!("all images together have more than {} million native pixels", MOST_PIXELS >> 20);
        findings.push(Diagnostic::error("too-many-files", message).hint("train on fewer images"));
    }
    findings
}

/// The images with errors, with warnings, and without findings.
fn rows(looked: &[Looked]) -> Vec<Row> {
    let worst = |looked: &&Looked| looked.image.findings.iter().map(|finding| finding.severity).min();
    let groups = [("cannot be used", Some(Severity::Error)), ("to look at", Some(Severity::Warning))];
    let of = |severity: Option<Severity>| looked.iter().filter(move |looked| worst(looked) == severity);
    let mut left = SHOWN;
    let mut row = |caption: &str, images: Vec<&Looked>| {
        let all = images.len();
        let cells: Vec<Cell> = images.into_iter().take(left).map(cell).collect();
        left -= cells.len();
        Row { caption: format!("{caption}: {all}"), cells }
    };
    let mut rows: Vec<Row> = groups.map(|(caption, severity)| row(caption, of(severity).collect())).into();
    let fine = looked.iter().filter(|looked| !matches!(worst(looked), Some(Severity::Error | Severity::Warning)));
    rows.push(row("usable", fine.collect()));
    rows.retain(|row| !row.caption.ends_with(": 0"));
    rows
}

fn cell(looked: &Looked) -> Cell {
    let images = looked.native.iter().map(|native| Image::Pixels(native.clone())).collect();
    let finding = looked.image.findings.iter().min_by_key(|finding| finding.severity);
    let name = looked.image.file.rsplit('/').next().unwrap_or_default();
    let caption = finding.map_or_else(|| name.to_owned(), |finding| format!("{name} {}", finding.code));
    Cell { images, caption: caption.chars().take(40).collect() }
}
