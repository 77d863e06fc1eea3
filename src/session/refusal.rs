//! Why a build did not begin.

use serde::Serialize;

use crate::words::diagnostic::Diagnostic;
use crate::words::offer::Offer;
use crate::words::suggest::list;

/// Why a build did not begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Refusal {
    /// The lock would change and must not: the assets.
    Stale(Vec<String>),
    /// More GPU images than `max_images`.
    TooMany {
        /// How many are wanted.
        images: usize,
        /// How many are allowed.
        most: u32,
    },
    /// Placeholders would replace captures: the slots.
    SketchesOver(Vec<String>),
    /// The caller has not seen the plan, or another one.
    NotAgreed {
        /// Why.
        why: Diagnostic,
        /// The plan of now.
        offer: Box<Offer>,
    },
}

impl Refusal {
    /// The refusal as a person reads it.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Stale(names) => {
                let message = format!("pixels.lock is not up to date for {}", list(names));
                Diagnostic::error("lock-stale", message).hint("run `dgx-pixels build` and commit pixels.lock")
            }
            Self::TooMany { images, most } => {
                let message = format!("{images} images are wanted, more than `max_images = {most}`");
                let hint = "agree with `--yes`, build a few targets, or raise `max_images` in `[project]`";
                Diagnostic::error("max-images", message).hint(hint)
            }
            Self::SketchesOver(slots) => {
                let message = format!("placeholder art would replace captures of {}", list(slots));
                let hint = "use a profile or `--fill sketch` for placeholders, or agree with `--yes`";
                Diagnostic::error("sketch-over-captures", message).hint(hint)
            }
            Self::NotAgreed { why, .. } => why.clone(),
        }
    }
}
