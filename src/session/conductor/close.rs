//! The end of a build: shared files, prune, raws, lock, journal, index, seal.

use std::collections::BTreeSet;

use anyhow::Context;

use super::publish::not_written;
use super::run::Run;
use super::{BuildOptions, Outcome, Workspace};
use crate::export::{self, SharedItem, write::Existing, write::OutFile, write::Pruned};
use crate::plan::{Item, ItemPlan, Plan, Planner, State, Step, Trouble, outputs};
use crate::session::Exit;
use crate::store::{Seal, Stamp, write_whole};
use crate::words::ask::Ask;
use crate::words::asset::GroupId;
use crate::words::digest::{Digest, Short};
use crate::words::event::{Event, Observer};
use crate::words::lock::{By, Lock, SlotEntry};
use crate::words::project::{Group, Origin};
use crate::words::recipe::Size;

impl Run<'_> {
    /// Counts what came of everything that was selected.
    pub fn close(&mut self, state: &State) {
        for id in &self.selected {
            let Some(item) = self.plan.items.get(id) else { continue };
            match &item.step {
                Step::Fail(trouble) => self.outcome.failed.push((id.name.clone(), trouble.clone())),
                Step::Wait if !self.outcome.interrupted => self.outcome.waiting.push(id.name.clone()),
                _ => {}
            }
        }
        let fresh = self.plan.items.values().filter(|item| item.step == Step::Fresh).count();
        self.outcome.fresh = fresh.saturating_sub(self.outcome.made);
        self.outcome.gated = gated(&self.plan, state);
        self.outcome.held = held(&self.plan);
    }
}

/// Groups whose written files failed a gate that nobody overruled.
pub fn gated(plan: &Plan, state: &State) -> Vec<(GroupId, String)> {
    let made = plan.items.keys().filter_map(|id| Some((id, state.lock.entries.get(id)?.made.as_ref()?)));
    let failed = made.filter(|(id, made)| !made.verdict.passes() && !Workspace::user_picked(state, id));
    failed.map(|(id, made)| (id.clone(), made.verdict.to_string())).collect()
}

/// Slots whose pick a person made for another ask.
pub fn held(plan: &Plan) -> Vec<String> {
    let slots = plan.items.values().flat_map(|item| &item.slots);
    slots.filter(|slot| slot.held).map(|slot| slot.id.to_string()).collect()
}

/// Ends a build.
#[allow(clippy::too_many_arguments, reason = "one caller, and each is a part of the world")]
pub fn close(
    workspace: &mut Workspace,
    planner: &Planner,
    plan: &Plan,
    state: &mut State,
    before: &Lock,
    options: &BuildOptions,
    outcome: &mut Outcome,
    observer: &dyn Observer,
) -> anyhow::Result<()> {
    if !outcome.interrupted {
        workspace.claim(before);
        let existing = if options.overwrite { Existing::MoveAside } else { Existing::Keep };
        shared(workspace, planner, state, existing, outcome, observer)?;
        prune(workspace, plan, before, state, outcome, observer);
        state.lock.entries.retain(|id, _| planner.item(id).is_some());
        if options.targets.is_empty() && !options.locked && !options.frozen {
            tidy(plan, &mut state.lock);
        }
    }
    if options.locked || options.frozen {
        outcome.stale = state.lock != *before;
    } else {
        commit_raws(workspace, state)?;
        workspace.write_lock(&state.lock)?;
    }
    workspace.journal.clear().context("cannot clear `.dgx-pixels/journal`")?;
    let whole = options.targets.is_empty() && !options.fill && !options.locked && !options.frozen;
    if whole && !workspace.once && matches!(outcome.exit(), Exit::Success | Exit::Gate) {
        workspace.seal(plan, state, outcome)?;
    }
    workspace.index.save().context("cannot write `.dgx-pixels/index`")
}

/// Files made from several assets. They say the same as long as the assets do, and then stay as they are.
fn shared(
    workspace: &mut Workspace,
    planner: &Planner,
    state: &mut State,
    existing: Existing,
    outcome: &mut Outcome,
    observer: &dyn Observer,
) -> anyhow::Result<()> {
    let names = outputs::shared(&planner.manifest.project);
    let Lists { files, whole } = lists(workspace, planner, state).context("cannot write the shared file")?;
    let missing = names.iter().any(|name| !workspace.folders.root.join(workspace.in_project(name)).exists());
    // Where nobody knows a size any more, the file that knew it stays.
    if whole || missing {
        let files: Vec<OutFile> =
            files.into_iter().map(|(path, bytes)| OutFile { path: workspace.in_project(&path), bytes }).collect();
        for (file, published) in files.iter().zip(workspace.publish(&files, existing, observer)) {
            match published {
                export::write::Outcome::Wrote => outcome.wrote += 1,
                export::write::Outcome::Kept => outcome.kept.push(file.path.clone()),
                export::write::Outcome::Failed(message) => {
                    failed(&file.path, not_written(message), outcome, observer);
                }
                export::write::Outcome::Unchanged => {}
            }
        }
    }
    state.lock.shared = names.into_iter().collect();
    Ok(())
}

/// What the shared files say.
pub struct Lists {
    /// By path relative to the output folder.
    pub files: Vec<(String, Vec<u8>)>,
    /// The size of everything that they list is known.
    pub whole: bool,
}

/// What the shared files are to say.
pub fn lists(workspace: &Workspace, planner: &Planner, state: &State) -> Result<Lists, export::ExportError> {
    let listed = planner.items().into_iter().filter(|item| is_listed(*item, state)).count();
    let sized: Vec<(Item, [u32; 2], u32)> =
        planner.items().into_iter().filter_map(|item| sized(workspace, planner, item, state)).collect();
    let items = sized.iter().map(|(item, size, count)| shared_item(*item, *size, *count));
    Ok(Lists { files: export::shared(&planner.manifest.project, items)?, whole: sized.len() == listed })
}

/// Whether the shared file names an item: it was made, and has files of its own.
fn is_listed(item: Item, state: &State) -> bool {
    let has_files = !matches!(item, Item::Group(group) if group.path.is_none());
    has_files && state.lock.entries.get(item.id()).is_some_and(|entry| entry.made.is_some())
}

/// Size and number of an item's frames: from the manifest, else from what was made.
fn sized<'a>(
    workspace: &Workspace,
    planner: &Planner,
    item: Item<'a>,
    state: &State,
) -> Option<(Item<'a>, [u32; 2], u32)> {
    let made = state.lock.entries.get(item.id())?.made.as_ref()?;
    let from_manifest = match item {
        Item::Tileset(tileset) => Some((tileset.size, tile_count(tileset.layout))),
        Item::Group(group) => match (group.recipe.size, &group.path) {
            (_, None) => return None,
            (Size::Frame(size), _) => frames(planner, group).map(|frames| (size, frames)),
            _ => None,
        },
    };
    let (size, count) = from_manifest.or_else(|| {
        let sprites = workspace.cache.read(&made.sprite).ok()??;
        let first = sprites.frames.first()?;
        Some(([first.width(), first.height()], sprites.frames.len() as u32))
    })?;
    Some((item, size, count))
}

fn frames(planner: &Planner, group: &Group) -> Option<u32> {
    match &group.origin {
        Origin::Slots(slots) => Some(slots.len() as u32),
        Origin::Mirror(of) => planner.group(of).map(|of| of.slots().len() as u32),
    }
}

fn tile_count(layout: crate::words::layout::Layout) -> u32 {
    use crate::words::layout::Layout;
    match layout {
        Layout::Single => 1,
        Layout::Blob47 => 47,
        Layout::Edge16 | Layout::Corner16 => 16,
    }
}

fn shared_item<'a>(item: Item<'a>, size: [u32; 2], count: u32) -> SharedItem<'a> {
    let (stem, columns) = match item {
        Item::Group(group) => (group.path.as_deref().unwrap_or(""), None),
        Item::Tileset(tileset) => (tileset.path.as_str(), Some(super::make::columns(tileset.layout))),
    };
    SharedItem { kind: item.id().kind, name: &item.id().name, stem, size, count, columns }
}

/// What lock or `written` name and the manifest no longer makes goes.
fn prune(
    workspace: &mut Workspace,
    plan: &Plan,
    before: &Lock,
    state: &State,
    outcome: &mut Outcome,
    observer: &dyn Observer,
) {
    let mut wanted: BTreeSet<String> =
        plan.items.values().flat_map(|item| &item.outputs).map(|output| workspace.in_project(&output.path)).collect();
    wanted.extend(state.lock.shared.iter().map(|path| workspace.in_project(path)));
    // What is still to be made keeps its old files until then.
    let unmade = plan.items.values().filter(|item| item.step != Step::Fresh);
    let unmade = unmade.filter_map(|item| state.lock.entries.get(&item.id)?.made.as_ref());
    wanted.extend(unmade.flat_map(|made| made.files.keys()).map(|path| workspace.in_project(path)));
    let files = state.lock.files().map(|(path, _)| path).chain(before.shared.iter().map(String::as_str));
    let mut named: BTreeSet<String> = files.map(|path| workspace.in_project(path)).collect();
    named.extend(workspace.written.paths.iter().cloned());
    let gone: Vec<String> =
        named.difference(&wanted).filter(|path| workspace.folders.root.join(path).exists()).cloned().collect();
    for (path, pruned) in gone.iter().zip(workspace.prune(&gone, observer)) {
        match pruned {
            Pruned::Removed => outcome.pruned += 1,
            Pruned::Failed(message) => failed(path, not_written(message), outcome, observer),
            Pruned::Kept => observer.on(&Event::Warned {
                name: path.clone(),
                message: "it is no longer made, but somebody changed it: it stays".to_owned(),
                hint: Some("remove it, or move it out of the output folder".to_owned()),
            }),
            Pruned::Absent => {}
        }
    }
}

/// A file of nobody's asset in particular failed.
fn failed(path: &str, trouble: Trouble, outcome: &mut Outcome, observer: &dyn Observer) {
    let (message, hint) = (trouble.message.clone(), trouble.hint.clone());
    observer.on(&Event::Failed { name: path.to_owned(), message, hint });
    outcome.failed.push((path.to_owned(), trouble));
}

/// Lines of asks that nobody asks, picked or kept go, and slots that are no more; a held pick keeps its rivals.
fn tidy(plan: &Plan, lock: &mut Lock) {
    for (id, item) in &plan.items {
        let Some(entry) = lock.entries.get_mut(id) else { continue };
        let planned: BTreeSet<u32> = item.slots.iter().map(|slot| slot.id.frame.unwrap_or(0)).collect();
        entry.slots.retain(|number, _| planned.contains(number));
        tidy_slots(item, entry);
    }
    lock.tidy();
}

fn tidy_slots(item: &ItemPlan, entry: &mut crate::words::lock::Entry) {
    for slot in &item.slots {
        let Some(asks) = slot.keys.as_ref().map(|keys| keys.asks.iter().map(|ask| ask.short()).collect::<Vec<Short>>())
        else {
            continue;
        };
        let Some(own) = entry.slots.get_mut(&slot.id.frame.unwrap_or(0)) else { continue };
        let SlotEntry { pick, rerolls, candidates } = own;
        candidates.retain(|c| {
            let picked = pick.as_ref().is_some_and(|pick| pick.ask == c.ask);
            let kept = rerolls.get(&c.ask).is_some_and(|reroll| reroll.keep.contains(&c.n));
            asks.contains(&c.ask) || picked || kept
        });
    }
}

/// Picked raws go to `raws/`, if the project has it.
fn commit_raws(workspace: &Workspace, state: &State) -> anyhow::Result<()> {
    for digest in state.lock.picked().iter().filter(|digest| workspace.blobs.lacks_committed(digest)) {
        if let Some(raw) = workspace.blobs.read(digest).context("cannot read the store")? {
            let folder = workspace.manifest.project.raws.as_deref().unwrap_or_default();
            workspace.blobs.commit(&raw).with_context(|| format!("cannot write a raw into `{folder}`"))?;
        }
    }
    Ok(())
}

impl Workspace {
    /// The lock names shared files without digests, so that branches merge. One that it names is ours if it says what
    /// such a file says, also as either side of a merge, in this clone or another.
    fn claim(&mut self, lock: &Lock) {
        for path in &lock.shared {
            let Ok(text) = std::fs::read_to_string(self.folders.root.join(self.in_project(path))) else { continue };
            let (ours, theirs) = crate::words::lock::sides(&text);
            if export::is_shared(&ours) && export::is_shared(&theirs) {
                self.ours.insert(Digest::of(text.as_bytes()).short());
            }
        }
    }

    /// Writes the lock, if its text changed.
    pub fn write_lock(&self, lock: &Lock) -> anyhow::Result<()> {
        if self.once {
            return Ok(());
        }
        let path = self.folders.lock(self.profile.as_deref());
        let text = if self.profile.is_some() { self.without_followed(lock)?.text() } else { lock.text() };
        let same = std::fs::read(&path).is_ok_and(|before| before == text.as_bytes());
        if same || (lock.entries.is_empty() && !path.exists()) {
            return Ok(());
        }
        let name = self.relative(&path).unwrap_or_default();
        write_whole(&path, text.as_bytes(), "lock").with_context(|| format!("cannot write `{name}`"))
    }

    /// A profile's lock without the picks that it only follows: when the default's change, it follows again.
    fn without_followed(&self, lock: &Lock) -> anyhow::Result<Lock> {
        let default = super::open::read_lock(&self.folders.lock(None))?.unwrap_or_default();
        let mut own = lock.clone();
        for (id, entry) in &mut own.entries {
            let Some(default) = default.entries.get(id) else { continue };
            for (number, slot) in &mut entry.slots {
                let followed = default.slots.get(number).and_then(|slot| slot.pick.as_ref());
                slot.pick = slot.pick.take().filter(|pick| pick.by == By::Gates || Some(pick) != followed);
            }
        }
        Ok(own)
    }

    /// What was sealed no longer holds once a build changes anything.
    pub fn break_seal(&self) -> anyhow::Result<()> {
        Seal::remove(&self.folders.work, self.profile.as_deref()).context("cannot remove `.dgx-pixels/seal`")
    }

    /// Seals what this build looked at, so that the next one need not look into it. Without certainty there is no seal.
    fn seal(&mut self, plan: &Plan, state: &State, outcome: &Outcome) -> anyhow::Result<()> {
        let stamp = |path: String| {
            let stamp = Stamp::of(&self.folders.root.join(&path));
            (path, stamp)
        };
        let read: Vec<(String, Stamp)> = self.read_files().into_iter().map(stamp).collect();
        if read.iter().any(|(_, stamp)| stamp.is_younger_than(self.began)) {
            return Ok(());
        }
        let lock = self.relative(&self.folders.lock(self.profile.as_deref()));
        let made =
            plan.items.values().flat_map(|item| &item.outputs).map(|output| &output.path).chain(&state.lock.shared);
        let made: BTreeSet<String> = made.map(|path| self.in_project(path)).chain(lock.clone()).collect();
        let mut stamps: Vec<(String, Stamp)> = made.into_iter().map(stamp).collect();
        for _ in 0..8 {
            if stamps.iter().any(|(_, stamp)| stamp.is_young()) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        }
        for (path, stamp) in &mut stamps {
            *stamp = Stamp::of(&self.folders.root.join(&*path));
            self.index.confirm(path, *stamp);
            // What changed since it was published or looked at is for the next build to see.
            if stamp.is_young() || (Some(&*path) != lock.as_ref() && !self.index.is_known(path, *stamp)) {
                return Ok(());
            }
        }
        stamps.extend(read);
        stamps.sort_by(|a, b| a.0.cmp(&b.0));
        let question = super::open::question(self.profile.as_deref());
        Seal { question, stamps, exit: outcome.exit().into(), answer: serde_json::to_string(&Answer::of(outcome))? }
            .save(&self.folders.work, self.profile.as_deref())
            .context("cannot write `.dgx-pixels/seal`")
    }

    /// Every file and folder that the answer rests on and that a build does not write, absent ones too.
    fn read_files(&self) -> BTreeSet<String> {
        let mut read: BTreeSet<String> = self.inputs.files.keys().cloned().collect();
        let slots = self.manifest.groups.iter().flat_map(|group| group.slots());
        read.extend(slots.filter_map(|slot| match &slot.ask {
            Ask::Comfyui(ask) => Some(format!("workflows/{}.json", ask.style.workflow)),
            _ => None,
        }));
        read.extend(self.loaded.files.iter().chain(&self.loaded.folders).filter_map(|path| self.relative(path)));
        if self.profile.is_some() {
            read.extend(self.relative(&self.folders.lock(None)));
        }
        read
    }

    fn relative(&self, path: &std::path::Path) -> Option<String> {
        let path = path.strip_prefix(&self.folders.root).unwrap_or(path);
        path.to_str().map(str::to_owned)
    }
}

/// What a sealed build says again: counts and marks, nothing that it did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Answer {
    /// Groups and tilesets that are up to date.
    pub fresh: usize,
    /// Groups that a gate failed, with the verdict.
    pub gated: Vec<(GroupId, String)>,
    /// Slots whose pick is held.
    pub held: Vec<String>,
    /// Groups that wait for a pick of another.
    pub waiting: Vec<String>,
}

impl Answer {
    fn of(outcome: &Outcome) -> Self {
        Self {
            fresh: outcome.fresh + outcome.made,
            gated: outcome.gated.clone(),
            held: outcome.held.clone(),
            waiting: outcome.waiting.clone(),
        }
    }

    /// The outcome of a build that found the seal whole.
    pub fn outcome(self) -> Outcome {
        Outcome { fresh: self.fresh, gated: self.gated, held: self.held, waiting: self.waiting, ..Outcome::default() }
    }
}
