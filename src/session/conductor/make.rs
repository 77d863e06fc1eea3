//! Making: raws become sprites, sprites become files, on threads that compute.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, UnwindSafe};
use std::sync::Arc;

use rayon::prelude::*;

use super::Workspace;
use super::arrive::{self, Stop};
use super::run::{Message, Run};
use crate::assemble;
use crate::export::{self, write::OutFile};
use crate::plan::{Item, State, Trouble, outputs::Output, part};
use crate::process::explain::Overlays;
use crate::process::{self, Base, ProcessError, gate};
use crate::store::{Blobs, SpriteCache};
use crate::words::asset::{GroupId, Kind};
use crate::words::digest::{Digest, Encoder, Short};
use crate::words::event::Event;
use crate::words::layout::Layout;
use crate::words::lock::{By, Made};
use crate::words::project::{Group, Manifest, Origin, Tileset};
use crate::words::raw::{Raw, pixels_digest};
use crate::words::recipe::{Framing, Recipe};
use crate::words::sprite::{Restoration, Sprites, Verdict};
use crate::words::timing::Timing;

/// Sprites and the files made of them.
pub struct Product {
    pub sprites: Arc<Sprites>,
    pub pixels: Digest,
    pub verdict: Verdict,
    pub files: Vec<OutFile>,
}

/// Everything that one making needs, so that it runs anywhere.
pub struct Job {
    id: GroupId,
    key: Digest,
    manifest: Arc<Manifest>,
    outputs: Vec<Output>,
    raws: Vec<Digest>,
    sprites: HashMap<Digest, Arc<Sprites>>,
    bases: Vec<Digest>,
    known: Option<Digest>,
    cache: Arc<SpriteCache>,
    blobs: Arc<Blobs>,
    folder: String,
}

impl Job {
    /// Gathers what the making of an item needs.
    pub fn new(run: &Run, id: &GroupId, state: &State) -> Result<Self, Trouble> {
        let gone = || Trouble { message: format!("`{id}` is not ready"), hint: None };
        let plan = run.plan.items.get(id).ok_or_else(gone)?;
        let key = plan.key.ok_or_else(gone)?;
        let item = run.planner.item(id).ok_or_else(gone)?;
        let bases: Vec<Digest> = item.made_from().iter().filter_map(|of| run.plan.items.get(of)?.key).collect();
        let raws: Vec<Digest> = plan.slots.iter().filter_map(|slot| Some(slot.pick.as_ref()?.raw)).collect();
        let in_memory = bases.iter().chain([&key]).filter_map(|key| Some((*key, Arc::clone(run.sprites.get(key)?))));
        let in_cache = run.sprites.contains_key(&key) || state.sprites.contains(&key);
        Ok(Self {
            id: id.clone(),
            key,
            manifest: Arc::clone(&run.workspace.manifest),
            outputs: plan.outputs.clone(),
            raws,
            sprites: in_memory.collect(),
            bases,
            known: in_cache.then_some(key),
            cache: Arc::clone(&run.workspace.cache),
            blobs: Arc::clone(&run.workspace.blobs),
            folder: run.workspace.in_project(""),
        })
    }

    /// Makes sprites and the bytes of their files.
    pub fn run(self) -> Message {
        let made = std::panic::catch_unwind(AssertUnwindSafe(|| self.product()));
        let result = made.unwrap_or_else(|_| Err(panicked("making it").into()));
        Message::Made { id: self.id, key: self.key, result }
    }

    fn product(&self) -> Result<Product, Stop> {
        let planned = self
            .manifest
            .groups
            .binary_search_by(|group| group.id.cmp(&self.id))
            .ok()
            .map(|at| &self.manifest.groups[at]);
        let known = self.known.map(|key| self.sprites_of(&key)).transpose()?;
        let cached = known.is_some();
        let (sprites, item) = match planned {
            Some(group) => (known.map_or_else(|| self.group(group), Ok)?, ExportItem::group(group)),
            None => {
                let tileset = self.manifest.tilesets.iter().find(|tileset| tileset.id == self.id);
                let tileset = tileset
                    .ok_or_else(|| Trouble { message: format!("`{}` is not in the manifest", self.id), hint: None })?;
                (known.map_or_else(|| self.tileset(tileset), Ok)?, ExportItem::tileset(tileset))
            }
        };
        let verdict = match planned {
            Some(Group { origin: Origin::Slots(_), recipe, .. }) => gate::verdict(&sprites.found.metrics, recipe),
            _ => Verdict::Pass,
        };
        if !cached || self.cache.read(&self.key).ok().flatten().is_none() {
            // The cache only saves work; without room for it the build goes on.
            let _ = self.cache.keep(&self.key, &sprites);
        }
        let files = self.files(&sprites, &item)?;
        Ok(Product { pixels: pixels(&sprites), verdict, files, sprites })
    }

    fn files(&self, sprites: &Sprites, item: &ExportItem) -> Result<Vec<OutFile>, Trouble> {
        item.render(&self.manifest, &self.id, &self.outputs, sprites, &self.folder)
    }

    fn group(&self, group: &Group) -> Result<Arc<Sprites>, Stop> {
        let bases: Vec<Arc<Sprites>> = self.bases.iter().map(|key| self.sprites_of(key)).collect::<Result<_, _>>()?;
        if let (Origin::Mirror(_), Some(of)) = (&group.origin, bases.first()) {
            return Ok(Arc::new(assemble::mirror(of)));
        }
        let raws = self.raws.iter().map(|raw| arrive::read(&self.blobs, raw, None)).collect::<Result<Vec<_>, _>>()?;
        let raws: Vec<Raw> = raws.into_iter().map(Arc::unwrap_or_clone).collect();
        Ok(Arc::new(restore(&raws, &group.recipe, bases.first().map(|base| &base.found))?))
    }

    fn tileset(&self, tileset: &Tileset) -> Result<Arc<Sprites>, Stop> {
        let textures: Vec<Arc<Sprites>> =
            self.bases.iter().map(|key| self.sprites_of(key)).collect::<Result<_, _>>()?;
        let of =
            textures.first().ok_or_else(|| Trouble { message: format!("`{}` has no texture", self.id), hint: None })?;
        Ok(Arc::new(tiles(of, textures.get(1).map(|over| &**over), tileset)?))
    }

    fn sprites_of(&self, key: &Digest) -> Result<Arc<Sprites>, Stop> {
        if let Some(sprites) = self.sprites.get(key) {
            return Ok(Arc::clone(sprites));
        }
        self.cache.read(key).ok().flatten().map(Arc::new).ok_or(Stop::Damaged(*key))
    }
}

/// The tiles of a tileset as sprites.
pub fn tiles(of: &Sprites, over: Option<&Sprites>, tileset: &Tileset) -> Result<Sprites, Trouble> {
    let tiles =
        assemble::tileset(of, over, tileset).map_err(|error| Trouble { message: error.to_string(), hint: None })?;
    Ok(Sprites {
        frames: tiles.frames,
        found: Restoration { palette: tiles.palette, reduced: 1, ..Restoration::default() },
    })
}

/// Restores a group; a panic of a decoder or a step is the failure of one asset.
pub fn restore(raws: &[Raw], recipe: &Recipe, base: Option<&Restoration>) -> Result<Sprites, Trouble> {
    let base =
        base.map(|found| Base { palette: found.palette.clone(), reduced: found.reduced, baseline: found.baseline });
    guarded(|| process::process(raws, recipe, base.as_ref()))
}

/// Restores a group and draws for each of its raws what was seen; a bug there is told, too.
pub fn explain(raws: &[Raw], recipe: &Recipe) -> Result<(Sprites, Vec<Overlays>), Trouble> {
    guarded(|| {
        let (sprites, seen) = process::explain::explain(raws, recipe, None)?;
        let overlays = raws.par_iter().zip(seen).map(|(raw, seen)| seen.overlays(raw)).collect();
        Ok((sprites, overlays))
    })
}

fn guarded<T>(restored: impl FnOnce() -> Result<T, ProcessError> + UnwindSafe) -> Result<T, Trouble> {
    match std::panic::catch_unwind(restored) {
        Ok(result) => result.map_err(|error| Trouble { message: error.to_string(), hint: error.hint() }),
        Err(_) => Err(panicked("restoring it")),
    }
}

/// A panic is the failure of one asset, never of the build.
fn panicked(what: &str) -> Trouble {
    let hint = "this is a bug of dgx-pixels: report it with the raw and the manifest";
    Trouble::new(format!("{what} ended in a panic"), hint)
}

/// The digest of all frames' pixels.
pub fn pixels(sprites: &Sprites) -> Digest {
    let mut encoder = Encoder::new("dgx-pixels pixels v1");
    encoder.list(sprites.frames.iter(), |e, frame| {
        e.digest(&pixels_digest(frame));
    });
    encoder.finish()
}

/// What the exporters need beside the frames.
pub struct ExportItem<'a> {
    kind: Kind,
    stem: &'a str,
    timing: Option<&'a Timing>,
    columns: Option<u32>,
}

impl<'a> ExportItem<'a> {
    /// Of a group.
    pub fn group(group: &'a Group) -> Self {
        Self {
            kind: group.id.kind,
            stem: group.path.as_deref().unwrap_or(""),
            timing: group.timing.as_ref(),
            columns: None,
        }
    }

    /// Of a tileset.
    pub fn tileset(tileset: &'a Tileset) -> Self {
        Self { kind: Kind::Tileset, stem: &tileset.path, timing: None, columns: Some(columns(tileset.layout)) }
    }

    /// The bytes of every output; `folder` is put in front of the paths.
    pub fn render(
        &self,
        manifest: &Manifest,
        id: &GroupId,
        outputs: &[Output],
        sprites: &Sprites,
        folder: &str,
    ) -> Result<Vec<OutFile>, Trouble> {
        let item = export::Item {
            kind: self.kind,
            name: &id.name,
            stem: self.stem,
            frames: &sprites.frames,
            palette: &sprites.found.palette,
            timing: self.timing,
            columns: self.columns,
            baseline: sprites.found.baseline,
        };
        let render = |output: &Output| {
            let bytes = export::render(output, &item, &manifest.project);
            let bytes =
                bytes.map_err(|error| Trouble { message: format!("`{}`: {error}", output.path), hint: None })?;
            Ok(OutFile { path: format!("{folder}{}", output.path), bytes })
        };
        outputs.iter().map(render).collect()
    }
}

/// A layout's own columns.
pub fn columns(layout: Layout) -> u32 {
    match layout {
        Layout::Single => 1,
        Layout::Blob47 => 8,
        Layout::Edge16 | Layout::Corner16 => 4,
    }
}

impl Run<'_> {
    /// Folds a making in: the pixels are checked, the files published, the entry written.
    pub fn made(&mut self, id: &GroupId, key: Digest, result: Result<Product, Stop>, state: &mut State) {
        let product = match result.and_then(|product| Ok(equal_pixels(id, key, product, state)?)) {
            Ok(product) => product,
            Err(stop) => {
                if let Some(trouble) = self.doubt(id, stop, state) {
                    state.broken.insert(id.clone(), trouble);
                }
                return;
            }
        };
        self.sprites.insert(key, Arc::clone(&product.sprites));
        state.sprites.insert(key);
        let files = match self.publish(&product.files, state) {
            Ok(files) => files,
            Err(trouble) => {
                state.broken.insert(id.clone(), trouble);
                return;
            }
        };
        self.observer.on(&Event::Processed { group: id.clone(), verdict: product.verdict.clone() });
        self.warn_of_reduction(id, &product.sprites);
        self.enter(id, key, product, files, state);
        self.outcome.made += 1;
        if !self.planner.has_dependents(id) {
            self.sprites.remove(&key);
        }
    }
}

impl Run<'_> {
    /// Writes what was made into the lock; where only files were missing, the entry stays as it is.
    fn enter(
        &mut self,
        id: &GroupId,
        key: Digest,
        product: Product,
        files: BTreeMap<String, Short>,
        state: &mut State,
    ) {
        let Some((plan, item)) = self.plan.items.get(id).zip(self.planner.item(id)) else { return };
        self.workspace.index.export(id, plan.export);
        state.exported.insert(id.clone(), plan.export);
        let entry = state.lock.entries.entry(id.clone()).or_default();
        let same = entry.made.as_ref().filter(|made| made.sprite == key);
        if same.is_some_and(|made| made.files == files) && part(&entry.parts, "export") == part(&plan.parts, "export") {
            return;
        }
        let version = if matches!(item, Item::Tileset(_)) { assemble::VERSION } else { process::VERSION };
        let process = same.map_or(version, |made| made.process);
        // A held pick answers an older ask: its words stay, so that `why` can name what changed since.
        let held = plan.slots.iter().any(|slot| slot.held);
        entry.parts = if held { parts_of_held(&entry.parts, &plan.parts) } else { plan.parts.clone() };
        entry.with = item.with().to_vec();
        entry.made = Some(Made { sprite: key, pixels: product.pixels, process, verdict: product.verdict, files });
    }

    /// A large step of reduction costs detail that no rule brings back.
    fn warn_of_reduction(&self, id: &GroupId, sprites: &Sprites) {
        const LARGE: u32 = 3;
        let group = self.planner.group(id).filter(|group| group.recipe.framing == Framing::Subject);
        let reduced = sprites.found.reduced;
        if group.is_some_and(|group| group.base.is_none() && !group.slots().is_empty()) && reduced >= LARGE {
            let message = format!("reduced by a step of {reduced} to fit its frame, so that fine detail is lost");
            self.observer.on(&Event::Warned { name: id.name.clone(), message, hint: None });
        }
    }
}

/// The parts of the ask as they were, recipe and export as they are.
fn parts_of_held(before: &str, now: &str) -> String {
    let words = now.split(", ").map(|word| {
        let name = word.split(' ').next().unwrap_or(word);
        match part(before, name).filter(|_| name != "recipe" && name != "export") {
            Some(value) => format!("{name} {value}"),
            None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(", ")
}

/// An equal key with other pixels is a bug of ours or of this machine, never an update.
fn equal_pixels(id: &GroupId, key: Digest, product: Product, state: &State) -> Result<Product, Trouble> {
    let made = state.lock.entries.get(id).and_then(|entry| entry.made.as_ref());
    if made.is_some_and(|made| made.sprite == key && made.pixels != product.pixels) {
        let message = format!("this machine computes other pixels for `{id}` than the lock says");
        return Err(Trouble::new(
            message,
            "this is a bug of dgx-pixels: report both machines; the files are left as they are",
        ));
    }
    Ok(product)
}

impl Workspace {
    /// Whether a person picked in any slot of a group.
    pub fn user_picked(state: &State, id: &GroupId) -> bool {
        let slots = state.lock.entries.get(id).into_iter().flat_map(|entry| entry.slots.values());
        slots.filter_map(|slot| slot.pick.as_ref()).any(|pick| pick.by == By::User)
    }
}
