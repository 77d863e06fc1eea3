//! The placeholder artist: draws recognisable pixel art from the words of a prompt, the same on every machine.
//!
//! Placeholders let a project build, and a test run, without a GPU. What is drawn follows from the subject's text, so
//! that frames and directions of one character agree; the seed moves only small details of single images.
//! `subject` finds the thing, `ramp` its colours, `canvas` is the paper, the other files draw.

mod canvas;
mod figure;
mod mask;
mod props;
mod ramp;
mod scene;
mod subject;
mod textures;
mod wrapping_canvas;

use image::RgbaImage;

use super::batch::Cancelled;
use super::{Arrival, Backend, Batch, BatchRef, Captured, Failure, Handle, Request, other_backend};
use crate::words::ask::SketchAsk;
use crate::words::asset::Kind;
use crate::words::diagnostic::Diagnostic;
use crate::words::lock::Provenance;
use crate::words::raw::Raw;

use canvas::Canvas;
use subject::{Noun, Role, Subject};

/// The artist's name and version, as provenance tells it. Every change of its art is a new version.
pub const VERSION: &str = "sketch 1";

/// Subjects are drawn at most this large and then enlarged by a whole number.
const LARGEST: u32 = 128;
/// Logical sizes beyond this are cut down to it: nobody can ask for them in a manifest.
const LIMIT: u32 = 1024;

/// Draws placeholders.
pub struct Sketch;

impl Backend for Sketch {
    fn submit(&self, requests: Vec<Request>, batch: &Batch) -> Handle {
        let cancelled = Cancelled::default();
        for request in requests {
            let (batch, cancelled) = (BatchRef::clone(batch), cancelled.clone());
            rayon::spawn(move || {
                let result = match request.ask.sketch() {
                    _ if batch.cancel.is_cancelled() || cancelled.contains(&request.key) => Err(Failure::Cancelled),
                    Some(ask) => {
                        std::panic::catch_unwind(|| draw(ask, request.seed)).map(captured).map_err(|_| panicked())
                    }
                    None => Err(other_backend(&request, "sketch")),
                };
                batch.reply(Arrival { key: request.key, result });
            });
        }
        cancelled.handle()
    }
}

fn panicked() -> Failure {
    Diagnostic::error("sketch-panicked", "the placeholder artist panicked, which is a bug of dgx-pixels").into()
}

fn captured(pixels: RgbaImage) -> Captured {
    let provenance = Provenance { backend: VERSION.to_owned(), ..Provenance::default() };
    Captured { raw: Raw::new(pixels), provenance, lossy: false, took: None }
}

/// An image of the ask, eight times its logical size: a pure function.
pub fn draw(ask: &SketchAsk, seed: u64) -> RgbaImage {
    let size = ask.size.map(|side| side.clamp(1, LIMIT));
    let [w, h] = size.map(|side| side as i32);
    let subject = Subject::of(&ask.subject);
    let preset = |name: &str| ask.presets.iter().any(|preset| preset == name);
    if ask.kind == Kind::Texture {
        return textures::draw(w, h, &subject).picture(1, size, None);
    }
    if preset("scene") {
        return scene::landscape(w, h, &subject).picture(1, size, None);
    }
    if preset("portrait") {
        return scene::portrait(w, h, &subject).picture(1, size, None);
    }
    let zoom = size[0].max(size[1]).div_ceil(LARGEST);
    let [w, h] = size.map(|side| (side / zoom).max(1) as i32);
    let mut canvas = Canvas::cut_out(w, h);
    thing(&mut canvas, &subject, ask, detail(ask, seed));
    canvas.outline();
    if ask.key.is_none() {
        scene::backdrop(&mut canvas, &subject);
    }
    canvas.picture(zoom, size, ask.key)
}

/// What the seed may vary: nothing in images that belong to a series.
fn detail(ask: &SketchAsk, seed: u64) -> u64 {
    let single = ask.kind == Kind::Sprite && ask.pose.frames <= 1 && ask.pose.facing.is_none();
    if single { subject::mix(seed) } else { 0 }
}

fn thing(canvas: &mut Canvas, subject: &Subject, ask: &SketchAsk, detail: u64) {
    let preset = |name: &str| ask.presets.iter().any(|preset| preset == name);
    let noun = match subject.noun {
        None if preset("character") => Some(Noun::Figure(Role::Villager)),
        None if preset("creature") => Some(Noun::Slime),
        noun => noun,
    };
    match noun {
        Some(Noun::Figure(role)) => figure::draw(canvas, subject, role, &ask.pose),
        noun => props::draw(canvas, subject, noun, &ask.pose, detail),
    }
}
