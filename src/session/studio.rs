//! Sprites on demand: from the cache, else restored again from their raws. Nothing of the project is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use image::RgbaImage;
use rayon::prelude::*;

use super::conductor::{judged_key, moved, restore_group, tiles};
use super::job::no_threads;
use super::select::with_origins;
use super::{Cancel, Error, Result, Workspace};
use crate::assemble;
use crate::plain_file;
use crate::plan::{Item, ItemPlan, Plan, Planner, State};
use crate::store::Folders;
use crate::threads::{self, Aside};
use crate::words::asset::GroupId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::image_file;
use crate::words::output::Output;
use crate::words::project::{Group, Origin};
use crate::words::raw::Raw;
use crate::words::sheet::Grid;
use crate::words::sprite::{Restoration, Sprites};

/// The sprites of an item, or why there are none.
pub(super) type Drawn = std::result::Result<Arc<Sprites>, Diagnostic>;

/// What stands for sprites that cannot be made as the plan wants them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fallback {
    /// Those that were made last.
    MadeLast,
    /// Those that were made last, at once: nothing is restored for what a build makes anyway.
    MadeLastFirst,
    /// Nothing.
    None,
}

/// A manifest with its plan, and where its raws and sprites lie.
pub(super) struct Studio<'a> {
    pub(super) planner: &'a Planner<'a>,
    pub(super) plan: &'a Plan,
    pub(super) workspace: &'a Workspace,
    pub(super) state: &'a State,
    pub(super) fallback: Fallback,
}

impl Studio<'_> {
    /// The sprites of items as the plan wants them.
    pub(super) fn draw(&self, ids: &BTreeSet<GroupId>, cancel: &Cancel) -> Result<BTreeMap<GroupId, Drawn>> {
        threads::start_pool(None).map_err(|error| no_threads(&error))?;
        let mut open = with_origins(self.planner, ids.clone());
        let mut drawn: BTreeMap<GroupId, Drawn> = BTreeMap::new();
        while !open.is_empty() {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let is_ready = |id: &&GroupId| self.bases(id).iter().all(|of| !open.contains(*of));
            let ready: Vec<GroupId> = open.iter().filter(is_ready).cloned().collect();
            if ready.is_empty() {
                return Err(Error::internal("assets depend on each other in a cycle"));
            }
            let made: Vec<Drawn> = match ready.as_slice() {
                [id] if self.is_cached(id) => vec![self.item(id, &drawn)],
                several => threads::aside(Aside::Draw, || several.par_iter().map(|id| self.item(id, &drawn)).collect()),
            };
            open.retain(|id| !ready.contains(id));
            drawn.extend(ready.into_iter().zip(made));
        }
        drawn.retain(|id, _| ids.contains(id));
        Ok(drawn)
    }

    fn bases(&self, id: &GroupId) -> Vec<&GroupId> {
        self.planner.item(id).map(Item::made_from).unwrap_or_default()
    }

    fn item(&self, id: &GroupId, drawn: &BTreeMap<GroupId, Drawn>) -> Drawn {
        let planned = self.plan.items.get(id).and_then(|item| item.key);
        if let Some(sprites) = planned.and_then(|key| self.cached(&key)) {
            return Ok(sprites);
        }
        if self.fallback == Fallback::MadeLastFirst
            && let Some(sprites) = self.made_last(id)
        {
            return Ok(sprites);
        }
        match self.made_again(id, drawn) {
            Ok(sprites) => Ok(sprites),
            Err(why) if self.fallback == Fallback::None => Err(why),
            Err(why) => self.made_last(id).ok_or(why),
        }
    }

    /// Whether the sprites of an item need only be read.
    fn is_cached(&self, id: &GroupId) -> bool {
        self.plan.items.get(id).and_then(|item| item.key).is_some_and(|key| self.state.sprites.contains(&key))
    }

    /// Sprites of the cache.
    pub(super) fn cached(&self, key: &Digest) -> Option<Arc<Sprites>> {
        let is_there = self.state.sprites.contains(key);
        self.workspace.cache.read(key).ok().flatten().filter(|_| is_there).map(Arc::new)
    }

    /// From raws and bases.
    fn made_again(&self, id: &GroupId, drawn: &BTreeMap<GroupId, Drawn>) -> Drawn {
        let item = self.planner.item(id).ok_or_else(|| absent(id))?;
        let bases = item.made_from().into_iter().map(|of| drawn.get(of).cloned().unwrap_or_else(|| Err(absent(of))));
        let bases: Vec<Arc<Sprites>> = bases.collect::<std::result::Result<_, _>>()?;
        let sprites = match (item, bases.first()) {
            (Item::Tileset(tileset), _) => tiles(&bases, tileset, self.planner.manifest)?,
            (Item::Group(Group { origin: Origin::Mirror(_), .. }), Some(of)) => assemble::mirror(of),
            (Item::Group(Group { origin: Origin::Recolor(_, colors), .. }), Some(of)) => assemble::recolor(of, colors),
            (Item::Group(Group { origin: Origin::Part(_, number), .. }), Some(of)) => assemble::part(of, *number),
            (Item::Group(Group { origin: Origin::Still(_, motion), .. }), Some(of)) => {
                moved(&self.workspace.folders.root, &self.workspace.inputs, of, motion)?
            }
            (Item::Group(group), base) => {
                let raws = self.picked(id)?;
                restore_group(&raws, group, base.map(|base| &base.found))?
            }
        };
        Ok(Arc::new(sprites))
    }

    /// The raws that an item is made of.
    fn picked(&self, id: &GroupId) -> std::result::Result<Vec<Raw>, Diagnostic> {
        let slots = self.plan.items.get(id).map_or(&[][..], |item| &item.slots);
        let picks: Option<Vec<Digest>> = slots.iter().map(|slot| Some(slot.pick.as_ref()?.raw)).collect();
        let picks = picks.filter(|picks| !picks.is_empty()).ok_or_else(|| absent(id))?;
        picks.iter().map(|raw| self.raw(raw)?.ok_or_else(|| absent(id))).collect()
    }

    /// A raw, if this machine has it.
    pub(super) fn raw(&self, digest: &Digest) -> std::result::Result<Option<Raw>, Diagnostic> {
        if !self.state.raws.contains(digest) {
            return Ok(None);
        }
        Ok(self.workspace.blobs.read(digest).accessing(Access::ReadStore, self.workspace.folders.shown_store())?)
    }

    /// A raw restored alone, as the gates judge it.
    pub(super) fn alone(&self, group: &Group, raw: &Digest) -> Drawn {
        let key = judged_key(group, *raw);
        if let Some(sprites) = self.workspace.cache.read(&key).ok().flatten() {
            return Ok(Arc::new(sprites));
        }
        let pixels = self.raw(raw)?.ok_or_else(|| absent(&group.id))?;
        let sprites = restore_group(std::slice::from_ref(&pixels), group, None)?;
        self.make_work();
        // The cache only saves work.
        let _ = self.workspace.cache.keep(&key, &sprites);
        Ok(Arc::new(sprites))
    }

    /// Creates the folder that git ignores; where that is not possible nothing is kept.
    pub(super) fn make_work(&self) {
        let _ = Folders::make_work(&self.workspace.folders.root);
    }

    /// As the lock says that it was made last, from the cache or from its image.
    fn made_last(&self, id: &GroupId) -> Option<Arc<Sprites>> {
        let made = self.state.lock.entries.get(id)?.made.as_ref()?;
        self.cached(&made.sprite).or_else(|| self.of_image(id).map(Arc::new))
    }

    /// The frames of an image in the output folder.
    fn of_image(&self, id: &GroupId) -> Option<Sprites> {
        let output = self.image_of(self.plan.items.get(id)?)?;
        let path = self.workspace.folders.root.join(self.workspace.in_project(&output.path));
        let bytes = plain_file::read(&path, image_file::MAX_BYTES).ok()?;
        frames_of(&bytes, output, self.planner.item(id)?)
    }

    /// The smallest image that an item writes.
    pub(super) fn image_of<'p>(&self, planned: &'p ItemPlan) -> Option<&'p Output> {
        planned.outputs.iter().filter(|output| output.is_image()).min_by_key(|output| output.scale)
    }
}

/// The frames in the bytes of an item's image.
pub(super) fn frames_of(bytes: &[u8], output: &Output, item: Item) -> Option<Sprites> {
    let large = image_file::decode(bytes, &output.path).ok()?.pixels;
    let k = output.scale.max(1);
    let image = RgbaImage::from_fn(large.width() / k, large.height() / k, |x, y| *large.get_pixel(x * k, y * k));
    let frames = cut(&image, item)?;
    Some(Sprites { frames, found: Restoration { reduced: 1, ..Restoration::default() } })
}

/// The cells of an item's sheet.
fn cut(sheet: &RgbaImage, item: Item) -> Option<Vec<RgbaImage>> {
    let (count, layout) = match item {
        Item::Tileset(tileset) => (tileset.count(), Some(tileset.layout)),
        Item::Group(group) => (u32::try_from(group.slots().len()).unwrap_or(1).max(1), None),
    };
    if !item.id().kind.is_sheet() {
        return Some(vec![sheet.clone()]);
    }
    let empty = Grid::new(&item.sheet(), layout, count, [0, 0]);
    let [width, height] = empty.size().map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let cell = [
        sheet.width().checked_sub(width)? / empty.columns.max(1),
        sheet.height().checked_sub(height)? / empty.rows.max(1),
    ];
    let grid = Grid::new(&item.sheet(), layout, count, cell);
    let whole = [sheet.width(), sheet.height()].map(u64::from);
    let fits = cell[0] > 0 && cell[1] > 0 && grid.size() == whole;
    let cells = (0..count).map(|at| grid.rect(at));
    fits.then(|| cells.map(|at| image::imageops::crop_imm(sheet, at.x, at.y, at.width, at.height).to_image()).collect())
}

fn absent(id: &GroupId) -> Diagnostic {
    let message = format!("`{id}` has no image on this machine");
    let hint = "build it, or bring its captures with `cache import` or `raws/`";
    Diagnostic::error("no-image", message).hint(hint).about(Subject::Asset(id.name.clone()))
}
