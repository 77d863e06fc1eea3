//! The placeholder artist: draws recognisable pixel art from the words of a prompt, the same on every machine.
//!
//! Placeholders let a project build, and a test run, without a GPU. What is drawn follows from the subject's text, so
//! that frames and directions of one character agree; the seed moves only small details of single images.
//! `subject` finds the thing among the `nouns`, `ramp` its colours, `canvas` is the paper, and `artist` chooses who
//! draws: `figure`, `creatures`, `props`, `scene`, `textures`, or `tiny` below twelve cells; `motion` moves the whole.

mod artist;
mod canvas;
mod creatures;
mod figure;
mod letters;
mod mask;
mod motion;
mod nouns;
mod props;
mod ramp;
mod scene;
mod subject;
mod textures;
mod tiny;
mod wrapping_canvas;

use image::RgbaImage;

use super::batch::Cancelled;
use super::{Arrival, Backend, Batch, BatchRef, Captured, Failure, Handle, Request, other_backend};
use crate::words::diagnostic::Diagnostic;
use crate::words::lock::Provenance;
use crate::words::raw::Raw;

pub use artist::{draw, draws_action};
pub use motion::ACTIONS;

/// The artist's name and version, as provenance tells it. Every change of its art is a new version.
pub const VERSION: &str = "sketch 2";

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
