//! Making: the raws of a group become sprites, sprites become files, on a worker thread; then the entry is written.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::inputs::read;
use super::moved::moved;
use super::progress::Progress;
use super::publish::publish;
use super::render::ExportItem;
use super::restore::{pixels, restore, restore_group, tiles};
use super::work::Work;
use super::workers::{Made, Message, Stop};
use super::{Build, Site, entry, frames, judge, refuted};
use crate::assemble;
use crate::assemble::verify::{self, CounterExample};
use crate::plan::{Inputs, Item, Reason, State, Step};
use crate::session::workspace::Workspace;
use crate::store::{Blobs, SpriteCache};
use crate::words::asset::GroupId;
use crate::words::color::Rgb;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::event::Event;
use crate::words::layout::Layout;
use crate::words::output::Output;
use crate::words::project::{Group, Manifest, Origin, Tileset};
use crate::words::proof::Proof;
use crate::words::raw::Raw;
use crate::words::recipe::Recipe;
use crate::words::sprite::{Metrics, Sprites, Verdict};

/// Everything that one making needs, so that it runs on any thread.
struct Task {
    id: GroupId,
    key: Digest,
    manifest: Arc<Manifest>,
    outputs: Vec<Output>,
    raws: Vec<Digest>,
    /// Sprites in memory: of the bases, and its own if they are known.
    sprites: HashMap<Digest, Arc<Sprites>>,
    bases: Vec<Digest>,
    /// Its sprites are in memory or in the cache.
    known: bool,
    /// What was found in each raw alone, as far as it was judged here.
    judged: Vec<Option<Metrics>>,
    cache: Arc<SpriteCache>,
    blobs: Arc<Blobs>,
    /// Where the project lies, and what is known of its files.
    root: PathBuf,
    inputs: Arc<Inputs>,
    folder: String,
}

/// Starts making an item, once what it is made from has sprites.
pub(super) fn start(build: &mut Build, id: &GroupId) {
    if build.work.making.contains(id) {
        return;
    }
    let Some(item) = build.site.planner.item(id) else { return };
    let bases = item.made_from().into_iter();
    let missing: Vec<GroupId> = bases.filter(|of| !has_sprites(build.progress, &build.work, of)).cloned().collect();
    if !missing.is_empty() {
        return make_first(build.site, build.progress, &missing, id);
    }
    match Task::new(build.workspace, build.progress, &build.work, item) {
        Some(task) => {
            build.work.making.insert(id.clone());
            let (of, key, pixels) = (task.id.clone(), task.key, task.pixels());
            let report = move |result| Message::Made { id: of, key, result };
            build.work.workers.spawn(pixels, "making it", move || task.make(), report);
        }
        None => {
            let why = Diagnostic::error("not-ready", format!("`{id}` is not ready"));
            build.progress.fail_group(build.site.planner, id, why);
        }
    }
}

/// Bases that are up to date but have no sprites in memory or cache are made first; then the item is planned again.
fn make_first(site: &Site, progress: &mut Progress, missing: &[GroupId], id: &GroupId) {
    let new: BTreeSet<GroupId> =
        missing.iter().filter(|of| progress.state.needed.insert((*of).clone())).cloned().collect();
    let lost = missing.iter().find_map(|of| match &progress.plan.items.get(of)?.step {
        Step::Fail(why) => Some((of, why.clone())),
        _ => None,
    });
    if let Some((of, why)) = lost {
        let message = format!("`{of}`, which it is made from, is not available: {}", why.message);
        return progress.fail_group(site.planner, id, Diagnostic { message, ..why });
    }
    progress.select(new.iter().cloned());
    progress.update(site.planner, &new);
}

fn has_sprites(progress: &Progress, work: &Work, id: &GroupId) -> bool {
    let Some(plan) = progress.plan.items.get(id) else { return false };
    let current = matches!(plan.step, Step::Fresh | Step::Make(Reason::Outputs));
    plan.key.is_some_and(|key| work.sprites.contains_key(&key) || (current && progress.state.sprites.contains(&key)))
}

/// So many colours of a palette are shown.
const SHOWN_COLORS: usize = 16;

impl Task {
    fn new(workspace: &Workspace, progress: &Progress, work: &Work, item: Item) -> Option<Self> {
        let plan = progress.plan.items.get(item.id())?;
        let key = plan.key?;
        let bases: Vec<Digest> =
            item.made_from().into_iter().filter_map(|of| progress.plan.items.get(of)?.key).collect();
        let raws: Vec<Digest> = plan.slots.iter().filter_map(|slot| Some(slot.pick.as_ref()?.raw)).collect();
        let in_memory = bases.iter().chain([&key]).filter_map(|key| Some((*key, Arc::clone(work.sprites.get(key)?))));
        Some(Self {
            id: item.id().clone(),
            key,
            manifest: Arc::clone(&workspace.manifest),
            outputs: plan.outputs.clone(),
            judged: raws.iter().map(|raw| judged(workspace, item, *raw)).collect(),
            raws,
            sprites: in_memory.collect(),
            bases,
            known: work.sprites.contains_key(&key) || progress.state.sprites.contains(&key),
            cache: Arc::clone(&workspace.cache),
            blobs: Arc::clone(&workspace.blobs),
            root: workspace.folders.root.clone(),
            inputs: Arc::clone(&workspace.inputs),
            folder: workspace.in_project(""),
        })
    }

    /// The pixels of the raws that it reads.
    fn pixels(&self) -> u64 {
        let raws = self.raws.iter().filter(|_| !self.known);
        raws.fold(0, |sum: u64, raw| sum.saturating_add(self.blobs.pixels(raw)))
    }

    fn make(&self) -> Result<Made, Stop> {
        let groups = &self.manifest.groups;
        let group = groups.binary_search_by(|group| group.id.cmp(&self.id)).ok().map(|at| &groups[at]);
        let known = if self.known { Some(self.sprites_of(&self.key)?) } else { None };
        let cached = known.is_some();
        let (sprites, item) = match group {
            Some(group) => (known.map_or_else(|| self.group(group), Ok)?, ExportItem::group(group)),
            None => {
                let tileset = self.tileset_of_manifest()?;
                (known.map_or_else(|| self.tileset(tileset), Ok)?, ExportItem::tileset(tileset))
            }
        };
        let (verdict, proof) = match (group, item.tileset_layout()) {
            (Some(group @ Group { origin: Origin::Slots(_), .. }), _) => (frames::verdict(&sprites, group), None),
            (Some(group @ Group { origin: Origin::Still(..), .. }), _) => {
                (frames::verdict_moved(&sprites, group), None)
            }
            (None, Some(layout)) if layout != Layout::Single => {
                let proof = self.proof(layout, &sprites)?;
                let fault = proof.as_ref().err().map(|counter_example| counter_example.fault.to_string());
                (fault.map_or(Verdict::Pass, Verdict::Fail), Some(proof))
            }
            _ => (Verdict::Pass, None),
        };
        if !cached || self.cache.read(&self.key).ok().flatten().is_none() {
            // The cache only saves work; without room for it the build goes on.
            let _ = self.cache.keep(&self.key, &sprites);
        }
        let (files, mut losses) = item.render(&self.manifest, &self.id, &self.outputs, &sprites, &self.folder)?;
        let merged = item.merged(&sprites);
        losses.extend(group.and_then(|group| self.absent_colors(group)));
        Ok(Made { pixels: pixels(&sprites), verdict, files, losses, proof, merged, sprites })
    }

    fn tileset_of_manifest(&self) -> Result<&Tileset, Diagnostic> {
        let tileset = self.manifest.tilesets.iter().find(|tileset| tileset.id == self.id);
        tileset.ok_or_else(|| Diagnostic::error("internal", format!("`{}` is not in the manifest", self.id)))
    }

    fn group(&self, group: &Group) -> Result<Arc<Sprites>, Stop> {
        let bases = self.base_sprites()?;
        if let (Origin::Mirror(_), Some(of)) = (&group.origin, bases.first()) {
            return Ok(Arc::new(assemble::mirror(of)));
        }
        if let (Origin::Recolor(_, colors), Some(of)) = (&group.origin, bases.first()) {
            return Ok(Arc::new(assemble::recolor(of, colors)));
        }
        if let (Origin::Part(_, number), Some(of)) = (&group.origin, bases.first()) {
            return Ok(Arc::new(assemble::part(of, *number)));
        }
        if let (Origin::Still(_, motion), Some(of)) = (&group.origin, bases.first()) {
            return Ok(Arc::new(moved(&self.root, &self.inputs, of, motion)?));
        }
        let raws = self.raws.iter().map(|raw| read(&self.blobs, raw, None)).collect::<Result<Vec<_>, _>>()?;
        let raws: Vec<Raw> = raws.into_iter().map(Arc::unwrap_or_clone).collect();
        let mut sprites = restore_group(&raws, group, bases.first().map(|base| &base.found))?;
        if frames::can_differ(raws.len(), &group.recipe) {
            let alone: Vec<frames::Alone> =
                raws.iter().zip(&self.judged).map(|(raw, judged)| alone(raw, judged, &group.recipe)).collect();
            frames::compare(&mut sprites, &alone, &group.recipe);
        }
        frames::across(&mut sprites, &raws, group);
        let merged = ExportItem::group(group).merged(&sprites).len();
        if merged > 0 {
            sprites.found.metrics.insert("merged".to_owned(), merged as i64);
        }
        Ok(Arc::new(sprites))
    }

    /// Colours that a recoloured asset is to replace and that its base does not have.
    fn absent_colors(&self, group: &Group) -> Option<Diagnostic> {
        let Origin::Recolor(of, colors) = &group.origin else { return None };
        let bases = self.base_sprites().ok()?;
        let palette = &bases.first()?.found.palette;
        let absent: Vec<String> =
            colors.iter().filter(|(from, _)| !palette.contains(from)).map(|(from, _)| format!("`{from}`")).collect();
        let own: Vec<String> = palette.iter().take(SHOWN_COLORS).map(Rgb::to_string).collect();
        let more = if palette.len() > SHOWN_COLORS { " .." } else { "" };
        let message = format!("`{}` has no {}", of.name, absent.join(", "));
        let warning = Diagnostic::warning("recolor-absent", message);
        (!absent.is_empty()).then(|| warning.hint(format!("its colours are {}{more}", own.join(" "))))
    }

    fn tileset(&self, tileset: &Tileset) -> Result<Arc<Sprites>, Stop> {
        Ok(Arc::new(tiles(&self.base_sprites()?, tileset, &self.manifest)?))
    }

    /// Whether the tiles join.
    fn proof(&self, layout: Layout, tiles: &Sprites) -> Result<Result<Proof, CounterExample>, Stop> {
        let beyond =
            self.bases.get(1).filter(|_| layout.terrains().is_none()).map(|over| self.sprites_of(over)).transpose()?;
        let beyond = beyond.as_ref().and_then(|beyond| beyond.frames.first());
        Ok(verify::verify(layout, &tiles.frames, beyond))
    }

    fn base_sprites(&self) -> Result<Vec<Arc<Sprites>>, Stop> {
        self.bases.iter().map(|key| self.sprites_of(key)).collect()
    }

    fn sprites_of(&self, key: &Digest) -> Result<Arc<Sprites>, Stop> {
        if let Some(sprites) = self.sprites.get(key) {
            return Ok(Arc::clone(sprites));
        }
        self.cache.read(key).ok().flatten().map(Arc::new).ok_or(Stop::Damaged(*key))
    }
}

/// What was found in a raw when it was judged, if it was.
fn judged(workspace: &Workspace, item: Item<'_>, raw: Digest) -> Option<Metrics> {
    let Item::Group(group) = item else { return None };
    Some(workspace.records.judged.get(&judge::key(group, raw))?.metrics.clone())
}

/// What is found in a raw alone; one that cannot be restored alone has nothing to compare.
fn alone(raw: &Raw, judged: &Option<Metrics>, recipe: &Recipe) -> frames::Alone {
    let found = || restore(std::slice::from_ref(raw), recipe, None).map(|sprites| sprites.found.metrics);
    (raw.pixels.width(), judged.clone().unwrap_or_else(|| found().unwrap_or_default()))
}

/// Folds a making in: the pixels are checked, the files published, the entry written.
pub(super) fn fold(build: &mut Build, (id, key): (&GroupId, Digest), result: Result<Made, Stop>) {
    let made = match result.and_then(|made| Ok(equal_pixels(id, key, made, &build.progress.state)?)) {
        Ok(made) => made,
        Err(stop) => {
            if let Some(why) = build.work.stopped(build.progress, id, stop) {
                build.progress.state.broken.insert(id.clone(), why);
            }
            return;
        }
    };
    build.work.sprites.insert(key, Arc::clone(&made.sprites));
    build.progress.state.sprites.insert(key);
    let before = (build.progress.outcome.wrote, build.progress.outcome.kept.len());
    match publish(build.site, build.workspace, build.progress, &made.files) {
        Ok(digests) => {
            let outcome = &mut build.progress.outcome;
            // An asset of which nothing but a foreign file is in the way was not made again.
            let is_made = is_new(id, &made, key, &build.progress.state) || outcome.wrote > before.0;
            if is_made || outcome.kept.len() == before.1 {
                build.site.observer.on(&Event::Processed { group: id.clone(), verdict: made.verdict.clone() });
                outcome.made += 1;
            }
            entry::warn_of_reduction(build.site, id, &made.sprites);
            entry::warn_of_action(build.site, id);
            entry::warn_of_tiles(build.site, build.workspace, id, &made);
            entry::warn_of_losses(build.site, id, &made);
            entry::warn_of_frame(build.site, id, &made.sprites);
            entry::write(build.site, build.workspace, build.progress, (id, key), &made, digests);
            if !made.verdict.passes() {
                refuted::refute(build, id, &made.sprites);
            }
            if let Some(deliver) = build.site.deliver {
                deliver(id, &build.progress.state, &mut build.progress.outcome);
            }
        }
        Err(why) => drop(build.progress.state.broken.insert(id.clone(), why)),
    }
    if !build.site.planner.has_dependents(id) {
        build.work.sprites.remove(&key);
    }
}

/// Whether the lock does not have these sprites and files yet.
fn is_new(id: &GroupId, made: &Made, key: Digest, state: &State) -> bool {
    let entry = state.lock.entries.get(id).and_then(|entry| entry.made.as_ref());
    entry.is_none_or(|entry| entry.sprite != key || entry.files.len() != made.files.len())
}

/// An equal key with other pixels is a bug of this program or this machine, never an update.
fn equal_pixels(id: &GroupId, key: Digest, made: Made, state: &State) -> Result<Made, Diagnostic> {
    let entry = state.lock.entries.get(id).and_then(|entry| entry.made.as_ref());
    if entry.is_some_and(|entry| entry.sprite == key && entry.pixels != made.pixels) {
        let message = format!("this machine computes other pixels for `{id}` than the lock says");
        let hint = "this is a bug of dgx-pixels: report both machines; the files are left as they are";
        return Err(Diagnostic::error("pixels-differ", message).hint(hint));
    }
    Ok(made)
}
