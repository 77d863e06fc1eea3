//! The keys that decide what is generated, processed and written again.
//!
//! Each key is one versioned struct that carries everything that its result depends on. Its digest is taken of a
//! hand-made encoding, which never changes within a version; its serialized form is for people, and for `why` to
//! compare.

mod ask;
mod file;
mod parts;
mod sprite;
mod still;

use std::collections::BTreeMap;

use serde::Serialize;

use super::state::{Inputs, Versions};
use crate::words::ask::Ask;
use crate::words::asset::SlotId;
use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::{Digest, Encoder};
use crate::words::motion::Motion;
use crate::words::project::{Group, Manifest, SheetOptions, Tileset};
use crate::words::recipe::Recipe;
use crate::words::timing::Timing;

pub use ask::{AskKey, ComfyAskKey, FilesAskKey, SketchAskKey, WorkerAskKey, input_digests};
pub use file::FileKey;
pub use parts::Parts;
pub use sprite::{MirrorKey, PartKey, RecolorKey, SpriteKey, ThingsKey, TilesetKey, recipe};
pub use still::{StillKey, motion};

/// A versioned struct of everything that a result depends on.
pub trait Key {
    /// Its name and version: equal bytes of two different structs never give one digest.
    const CONTEXT: &'static str;

    /// Writes the fields, in an order that never changes.
    fn encode(&self, encoder: &mut Encoder);

    /// The digest that names the result.
    fn digest(&self) -> Digest {
        let mut encoder = Encoder::new(Self::CONTEXT);
        self.encode(&mut encoder);
        encoder.finish()
    }
}

/// The keys of one slot's ask: one for a model or the sketch artist, one a source for files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskKeys {
    /// In the order of the candidates; every candidate of a single key answers it.
    pub asks: Vec<Digest>,
    /// What [`crate::words::lock::Entry::parts`] holds of it.
    pub parts: Parts,
}

/// The identity of a request.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RequestKey {
    /// What is asked.
    pub ask: Digest,
    /// With which seed.
    pub seed: u64,
}

impl Key for RequestKey {
    const CONTEXT: &'static str = "dgx-pixels request v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.digest(&self.ask).uint(self.seed);
    }
}

/// What the seed of a candidate is derived from when the manifest sets none.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SeedKey<'a> {
    /// The slot.
    pub slot: &'a SlotId,
    /// The candidate's number.
    pub n: u32,
}

impl Key for SeedKey<'_> {
    const CONTEXT: &'static str = "dgx-pixels seed v1";

    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self.slot.group.kind.word()).text(&self.slot.to_string()).uint(self.n.into());
    }
}

/// The keys of an ask. `digests` has the pixels of its inputs by role, see [`input_digests`].
pub fn ask_keys<'a>(
    ask: &'a Ask,
    digests: &BTreeMap<&'a str, Digest>,
    inputs: &'a Inputs,
) -> Result<AskKeys, Diagnostic> {
    let keys = AskKey::of(ask, digests, inputs)?;
    Ok(AskKeys { asks: keys.iter().map(AskKey::digest).collect(), parts: parts::of_ask(&keys, inputs)? })
}

/// The digest of a [`RequestKey`].
pub fn request(ask: &Digest, seed: u64) -> Digest {
    RequestKey { ask: *ask, seed }.digest()
}

/// The seed of candidate `n` when the manifest sets none: 53 bits, which every JSON reader represents exactly.
pub fn seed(slot: &SlotId, n: u32) -> u64 {
    SeedKey { slot, n }.digest().short().0 >> 11
}

/// The digest of a [`SpriteKey`].
pub fn sprite(process: u32, recipe: &Recipe, raws: &[Digest], base: Option<&Digest>) -> Digest {
    SpriteKey { process, recipe, raws, base: base.copied() }.digest()
}

/// The digest of a [`MirrorKey`].
pub fn mirror(of: &Digest) -> Digest {
    MirrorKey { of: *of }.digest()
}

/// The digest of a [`RecolorKey`].
pub fn recolor(of: &Digest, colors: &[(Rgb, Rgb)]) -> Digest {
    RecolorKey { of: *of, colors }.digest()
}

/// The digest of a [`PartKey`].
pub fn part_of(of: &Digest, number: u32) -> Digest {
    PartKey { of: *of, number }.digest()
}

/// The digest of a [`StillKey`].
pub fn still(version: u32, of: &Digest, motion: &Motion, masks: &[Digest], recipe: &Recipe) -> Digest {
    StillKey::new(version, of, motion, masks, recipe).digest()
}

/// The digests of the pixels of a motion's masks, in the order of [`Motion::masks`].
pub fn masks(motion: &Motion, inputs: &Inputs) -> Result<Vec<Digest>, Diagnostic> {
    motion.masks().map(|path| inputs.pixels(path)).collect()
}

/// The digest of the sprites that a group has of its own raws.
pub fn group(version: u32, group: &Group, raws: &[Digest], base: Option<&Digest>) -> Digest {
    let whole = sprite(version, &group.recipe, raws, base);
    if group.things == 0 { whole } else { ThingsKey { of: whole, things: group.things }.digest() }
}

/// The digest of a [`TilesetKey`].
pub fn tileset(assembly: u32, tileset: &Tileset, of: &Digest, others: &[Digest]) -> Digest {
    TilesetKey::new(assembly, tileset, of, others).digest()
}

/// The digest of a [`FileKey`].
pub fn export(
    manifest: &Manifest,
    versions: &Versions,
    paths: &[String],
    sheet: SheetOptions,
    timing: Option<&Timing>,
) -> Digest {
    FileKey::new(&manifest.project, versions, paths, sheet, timing).digest()
}

fn encode_inputs(encoder: &mut Encoder, inputs: &BTreeMap<&str, Digest>) {
    encoder.list(inputs.iter(), |e, (role, digest)| {
        e.text(role).digest(digest);
    });
}

/// The manifest's word of a unit variant.
fn word<T: Serialize>(variant: &T) -> String {
    serde_json::to_value(variant).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
