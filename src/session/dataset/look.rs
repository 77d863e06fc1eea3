//! What an audit finds out about one image.

use std::collections::BTreeSet;

use image::RgbaImage;

use super::caption::{self, Captions, Parts};
use super::folder::{self, File};
use super::lattice::{self, Lattice};
use super::{AuditedImage, Options};
use crate::plain_file;
use crate::process::{self, gate};
use crate::session::restore;
use crate::words::dataset::ImageNotes;
use crate::words::diagnostic::{Diagnostic, Severity, Subject};
use crate::words::digest::Digest;
use crate::words::image_file;
use crate::words::raw::{Raw, pixels_digest};
use crate::words::recipe::Recipe;

/// More colours are no palette.
const MOST_COLORS: usize = 256;
/// A longer native side fits no canvas, even in parts.
const LONGEST_NATIVE: u32 = 512;
/// Below this side an image has too little to learn from.
const SHORTEST_NATIVE: u32 = 8;
/// The text encoders read so many tokens.
const MOST_WORDS: usize = 70;

/// An image with its native pixels, if it can be trained on.
pub(super) struct Looked {
    pub(super) image: AuditedImage,
    pub(super) native: Option<RgbaImage>,
    /// The colours of the native pixels.
    pub(super) colors: BTreeSet<[u8; 4]>,
    pub(super) parts: Parts,
    /// The size from which it may have been enlarged.
    pub(super) doubtful: Option<[u32; 2]>,
}

/// Looks at an image.
pub(super) fn look(file: &File, notes: ImageNotes, options: &Options, captions: &Captions) -> Looked {
    let mut findings = Vec::new();
    let found = native(file, &notes, options, &mut findings);
    let colors: BTreeSet<[u8; 4]> = found.iter().flat_map(|found| found.native.pixels().map(|pixel| pixel.0)).collect();
    let shown_colors = colors.iter().filter(|color| color[3] > 0).count();
    if let Some(found) = &found {
        check(file, found, &colors, &mut findings);
    }
    let mut parts = Parts::of(&file.name, &notes);
    let padded = colors.iter().any(|color| color[3] < 255);
    parts.background = if padded { format!("{} background", options.background.name()) } else { String::new() };
    if let Some(found) = &found {
        parts.size = format!("{}x{}", found.native.width(), found.native.height());
        parts.colors = format!("{shown_colors} colors");
    }
    let (caption, own_caption) = caption_of(file, &notes, &parts, captions, &mut findings);
    let usable = findings.iter().all(|finding| finding.severity != Severity::Error);
    let image = AuditedImage {
        file: file.name.clone(),
        size: found.as_ref().map(|found| found.size),
        native: found.as_ref().map(|found| found.native.dimensions().into()),
        scale: found.as_ref().and_then(|found| found.scale),
        restored: found.as_ref().is_some_and(|found| found.scale.is_none()),
        colors: shown_colors,
        caption,
        own_caption,
        view: parts.view,
        notes: ImageNotes { caption: None, tags: Vec::new(), native: false, ..notes },
        digest: found.as_ref().map(|found| found.digest),
        findings: findings.into_iter().map(|finding| finding.about(Subject::File(file.name.clone()))).collect(),
    };
    let doubtful = found.as_ref().and_then(|found| found.doubtful);
    Looked { image, native: found.filter(|_| usable).map(|found| found.native), colors, parts, doubtful }
}

/// The finding about an image that was enlarged by a broken factor.
pub(super) fn broken_scale(name: &str, native: [u32; 2]) -> Diagnostic {
    let hint =
        "`dgx-pixels process` restores it to pixel art; if it is native, set its `native` to true in `dataset.toml`";
    Diagnostic::error("broken-scale", format!("`{name}` {}, as others of its size", enlarged_from(native))).hint(hint)
}

fn enlarged_from([width, height]: [u32; 2]) -> String {
    format!("was enlarged from {width} x {height} by a factor that is no whole number")
}

const RESTORE: &str = "`--restore` restores it to pixel art; `dgx-pixels process` does so for one file";

/// Native pixels.
struct Native {
    native: RgbaImage,
    size: [u32; 2],
    /// The whole factor; `None` if it was restored.
    scale: Option<u32>,
    /// The size from which it may have been enlarged.
    doubtful: Option<[u32; 2]>,
    digest: Digest,
}

fn native(file: &File, notes: &ImageNotes, options: &Options, findings: &mut Vec<Diagnostic>) -> Option<Native> {
    let name = &file.name;
    let bytes = match plain_file::read(&file.path, image_file::MAX_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => {
            let code = plain_file::code(&error, "image-unreadable");
            findings.push(Diagnostic::error(code, format!("`{name}` cannot be read: {error}")));
            return None;
        }
    };
    let decoded = match image_file::decode(&bytes, name) {
        Ok(decoded) => decoded,
        Err(error) => {
            findings.push(error.into());
            return None;
        }
    };
    let size = decoded.pixels.dimensions().into();
    let lattice = match notes.native {
        true => Lattice::Whole { scale: 1, phase: [0, 0] },
        false => lattice::find(&decoded.pixels),
    };
    let problem = match (decoded.lossy, lattice) {
        (true, _) => Some(("lossy-image", "has a lossy format, which blurs its pixels".to_owned())),
        (false, Lattice::Broken { native }) => Some(("broken-scale", enlarged_from(native))),
        (false, Lattice::Uneven) => Some(("broken-scale", "has pixels of several sizes".to_owned())),
        (false, Lattice::Whole { .. } | Lattice::Doubtful { .. }) => {
            let (scale, phase, doubtful) = match lattice {
                Lattice::Whole { scale, phase } => (scale, phase, None),
                Lattice::Doubtful { native } => (1, [0, 0], Some(native)),
                Lattice::Broken { .. } | Lattice::Uneven => (1, [0, 0], None),
            };
            let native = lattice::native(&decoded.pixels, scale, phase);
            match softness(&native, notes) {
                Some(soft) => Some(soft),
                None => {
                    let digest = pixels_digest(&native);
                    return Some(Native { native, size, scale: Some(scale), doubtful, digest });
                }
            }
        }
    };
    let (code, message) = problem?;
    match restored(decoded.pixels, options) {
        Ok(native) => {
            findings.push(Diagnostic::note("restored-image", format!("`{name}` {message}; it was restored")));
            let digest = pixels_digest(&native);
            Some(Native { native, size, scale: None, doubtful: None, digest })
        }
        Err(why) => {
            let why = why.map_or_else(String::new, |why| format!("; its restoration failed: {why}"));
            findings.push(Diagnostic::error(code, format!("`{name}` {message}{why}")).hint(RESTORE));
            None
        }
    }
}

/// Why an image is no pixel art at its native size.
fn softness(native: &RgbaImage, notes: &ImageNotes) -> Option<(&'static str, String)> {
    let mut colors = BTreeSet::new();
    for pixel in native.pixels() {
        colors.insert(pixel.0);
        if colors.len() > MOST_COLORS {
            let message = format!("has more than {MOST_COLORS} colours: it is no pixel art, or was resampled");
            return Some(("too-many-colors", message));
        }
    }
    let soft = !notes.native && !process::looks_native(native);
    soft.then(|| {
        let message =
            "has smooth edges: it is no pixel art, or was resampled (`native` in `dataset.toml` says that it is)";
        ("soft-image", message.to_owned())
    })
}

/// The image as our own restoration makes it, if it is wanted and its gates pass.
fn restored(pixels: RgbaImage, options: &Options) -> Result<RgbaImage, Option<String>> {
    if !options.restore {
        return Err(None);
    }
    let recipe = Recipe::default();
    let sprites = restore(&[Raw::new(pixels)], &recipe, None).map_err(|error| Some(error.message))?;
    let verdict = gate::verdict(&sprites.found.metrics, &recipe);
    if !verdict.passes() {
        return Err(Some(verdict.to_string()));
    }
    sprites.frames.into_iter().next().ok_or(None)
}

fn check(file: &File, found: &Native, colors: &BTreeSet<[u8; 4]>, findings: &mut Vec<Diagnostic>) {
    let name = &file.name;
    let (width, height) = found.native.dimensions();
    if colors.iter().all(|color| color[3] == 0) {
        findings.push(Diagnostic::error("transparent", format!("no pixel of `{name}` is opaque")));
    } else if colors.len() == 1 {
        findings.push(Diagnostic::error("flat-image", format!("all pixels of `{name}` are equal")));
    } else if width.max(height) > LONGEST_NATIVE {
        let message = format!("`{name}` has {width} x {height} native pixels, more than {LONGEST_NATIVE} on a side");
        findings.push(Diagnostic::error("native-size", message).hint("cut it into the sprites that it shows"));
    } else if width.max(height) < SHORTEST_NATIVE {
        let message = format!("`{name}` has only {width} x {height} native pixels");
        findings.push(Diagnostic::warning("native-size", message));
    }
    if colors.iter().any(|color| (1..255).contains(&color[3])) {
        let message = format!("`{name}` has half-transparent pixels; they are blended with the background");
        findings.push(Diagnostic::warning("alpha-cut", message));
    }
}

/// The caption: from the file beside the image, from the notes, or of the template.
fn caption_of(
    file: &File,
    notes: &ImageNotes,
    parts: &Parts,
    captions: &Captions,
    findings: &mut Vec<Diagnostic>,
) -> (String, bool) {
    let name = &file.name;
    let beside = folder::caption_beside(&file.path).unwrap_or_else(|error| {
        let message = format!("the caption of `{name}` cannot be read: {error}");
        findings.push(Diagnostic::warning("caption", message));
        None
    });
    let own = beside.as_ref().or(notes.caption.as_ref()).map(|text| caption::tidy(text));
    if own.as_deref() == Some("") {
        findings.push(Diagnostic::warning("caption", format!("the caption of `{name}` is empty")));
    }
    let Some(own) = own.filter(|own| !own.is_empty()) else {
        if parts.words.is_empty() && parts.folders.is_empty() && parts.tags.is_empty() {
            let message = format!("`{name}` has no caption, and its name has no words");
            findings.push(Diagnostic::warning("caption", message).hint(CAPTION));
        }
        return (parts.caption(captions), false);
    };
    let words = own.split_whitespace().count();
    if words > MOST_WORDS {
        let message =
            format!("the caption of `{name}` has {words} words; the model reads the first {MOST_WORDS} or so");
        findings.push(Diagnostic::warning("caption", message).hint("shorten it"));
    }
    let trigger = &captions.trigger;
    (if own.contains(trigger) { own } else { format!("{trigger}, {own}") }, true)
}

const CAPTION: &str = "name the file after what it shows, or write the caption into a `.txt` file beside it";
