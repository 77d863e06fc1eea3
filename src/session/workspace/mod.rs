//! Opening a project: manifest, lock, store and index become the planner's plain data.

mod captures;
mod inputs;
mod keys;
mod lock;
mod noop;
mod owned;
mod publish;
mod rests_on;
mod saved_lock;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::assemble;
use crate::export;
use crate::manifest::{self, BuiltIns, LoadOptions, Loaded, MoreAssets};
use crate::plan::{Inputs, Plan, Planner, State, Versions};
use crate::process;
use crate::store::{Blobs, DurationStats, Folders, Index, Journal, OwnedFiles, Records, SpriteCache};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::{Digest, Short};
use crate::words::file_error::{Access, FileResult};
use crate::words::format::IMAGE;
use crate::words::lock::{By, Lock, Pick};
use crate::words::output;
use crate::words::project::{Manifest, Slot};
use crate::workflow::WorkflowError;

use super::git::Git;
use super::options::{BuildOptions, LostRaws};
use super::{Error, Loader};
use inputs::inputs;
use lock::read_locks;
use owned::owned;
use saved_lock::ReadLock;

pub(super) use captures::Cost;
pub use lock::lock_files;
pub(super) use lock::{all_locks, pinned};
pub use noop::noop_outcome;
pub use saved_lock::read_lock;
pub(super) use saved_lock::save_lock;

/// How a project is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A profile other than the default.
    pub profile: Option<String>,
    /// Lost raws of automatic picks may be asked for again.
    pub recapture: bool,
    /// What an older process version made is made anew where its raws are had.
    pub remake: bool,
    /// What draws every asset that is drawn, whatever the manifest says.
    pub backend: Option<String>,
    /// Assets beside the manifest's own. Alone, they are one-offs: no lock, a folder of their own for the output.
    pub more: Option<MoreAssets>,
    /// Only captures are wanted, for a comparison: the lock is read and never written, and neither is any output.
    pub comparison: bool,
    /// What is built in.
    pub built_ins: BuiltIns,
}

/// What comparisons call their lists where a profile has its own; no profile can be called so.
const COMPARISON: &str = "~compare";

/// What one-offs call their lists where a profile has its own; no profile can be called so.
const ONE_OFF: &str = "~once";

impl Options {
    /// As a build with these options opens its project.
    pub fn of_build(build: &BuildOptions) -> Self {
        let recapture = build.lost == LostRaws::Recapture;
        Self { recapture, remake: build.lock.may_change(), ..Self::default() }
    }
}

/// Whether the outputs on disk are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Manifest, inputs and lock only.
    Lock,
    /// The files in the output folder too.
    Outputs,
}

/// An open project.
pub struct Workspace {
    /// Where things lie.
    pub folders: Folders,
    /// The checked manifest.
    pub manifest: Arc<Manifest>,
    /// What it was read from.
    pub loaded: Loaded,
    /// Digests of input files, workflows, versions.
    pub inputs: Arc<Inputs>,
    /// Raws.
    pub blobs: Arc<Blobs>,
    /// Captures and judgements.
    pub records: Records,
    /// Sprites.
    pub cache: Arc<SpriteCache>,
    /// Stat cache.
    pub index: Index,
    /// What this checkout wrote under this profile.
    pub owned_files: OwnedFiles,
    /// Digests of all owned files: those of any lock of this checkout, and of anything that it wrote.
    pub owned: HashSet<Short>,
    /// The requests of the running build.
    pub journal: Journal,
    /// How many milliseconds a server worked on images that have no record yet.
    pub took: HashMap<Digest, u64>,
    /// Captures that the journal does not name yet.
    uncommitted: captures::Uncommitted,
    /// The lock was lost and rebuilt; the file on disk is not what was read.
    pub rebuilt: Option<Diagnostic>,
    /// Measured durations of servers.
    pub durations: DurationStats,
    /// The profile.
    pub profile: Option<String>,
    /// What is built are one-offs, which neither the lock nor the no-op record lists.
    pub one_off: bool,
    /// When reading began: a file that changed later prevents a no-op record.
    pub began: SystemTime,
}

/// Opens a project: its manifest and lock, and what is available locally.
pub fn open(root: &Path, options: &Options, look: Look) -> Result<(Workspace, State), Error> {
    open_with(&Loader::default(), root, options, look)
}

/// A store elsewhere is a setting of this machine: whoever commits one would choose where others write.
pub(super) fn refuse_committed_store(root: &Path, loaded: &Loaded) -> Result<(), Error> {
    const LOCAL: &str = "pixels.local.toml";
    let is_tracked = || matches!(Git::of(root), Ok(Some(git)) if git.tracks(LOCAL));
    let of_environment = std::env::var("DGX_PIXELS_STORE").is_ok_and(|store| !store.is_empty());
    if loaded.local.store.is_none() || of_environment || !is_tracked() {
        return Ok(());
    }
    let message = format!("`{LOCAL}` is committed and has a `store`, which may lead anywhere");
    let hint = format!("`git rm --cached {LOCAL}` and let git ignore it, or set DGX_PIXELS_STORE");
    Err(Error::Failed(Diagnostic::error("committed-store", message).hint(hint).about(Subject::File(LOCAL.to_owned()))))
}

/// Opens a project whose manifest may have been parsed before.
pub fn open_with(loader: &Loader, root: &Path, options: &Options, look: Look) -> Result<(Workspace, State), Error> {
    let began = SystemTime::now();
    let one_off = options.more.as_ref().is_some_and(|more| more.alone);
    let profile = match (one_off, options.comparison) {
        (true, _) => Some(ONE_OFF),
        (false, true) => Some(COMPARISON),
        (false, false) => options.profile.as_deref(),
    };
    let lock = if options.comparison {
        read_locks(&Folders::new(root, None), options.profile.as_deref())
    } else if one_off {
        Ok(ReadLock::default())
    } else {
        read_locks(&Folders::new(root, None), profile)
    };
    let load = LoadOptions {
        backend: options.backend.clone(),
        more: options.more.clone(),
        pinned: lock.as_ref().map(|read| pinned(&read.lock)).unwrap_or_default(),
        built_ins: options.built_ins.clone(),
        ..load_options(options.profile.as_deref())
    };
    let mut loaded = loader.load(root, &load)?;
    refuse_committed_store(root, &loaded)?;
    let folders = Folders::new(root, loaded.local.store.as_deref());
    folders.refuse_links(loaded.manifest.project.raws.as_deref()).writing(crate::store::FOLDER)?;
    // Problems of the manifest come before those of the lock.
    let ReadLock { lock, rebuilt } = lock?;
    if one_off || options.comparison {
        as_one_off(&mut Arc::make_mut(&mut loaded.manifest).project);
    }
    let mut index = Index::load(&folders.work, profile);
    let inputs = inputs(root, &loaded, &mut index)?;
    let committed = loaded.manifest.project.raws.as_ref().map(|raws| root.join(raws));
    let records = Records::load(&folders.store).accessing(Access::ReadStore, folders.shown_store())?;
    let owned_files = OwnedFiles::load(&folders.work, profile).reading(".dgx-pixels/written")?;
    let mut workspace = Workspace {
        manifest: Arc::clone(&loaded.manifest),
        inputs: Arc::new(inputs),
        blobs: Arc::new(Blobs::new(&folders.store, committed)),
        cache: Arc::new(SpriteCache::new(&folders.store)),
        journal: Journal::new(&folders.work),
        took: HashMap::new(),
        uncommitted: captures::Uncommitted::default(),
        rebuilt,
        durations: DurationStats::load(&folders.store),
        owned: owned(&folders, (profile, &lock), &owned_files),
        profile: profile.map(str::to_owned),
        one_off: one_off || options.comparison,
        loaded,
        folders,
        records,
        index,
        owned_files,
        began,
    };
    let state = workspace.state(lock, options, look);
    Ok((workspace, state))
}

/// One-offs are plain images in a folder of this machine.
fn as_one_off(project: &mut crate::words::project::Project) {
    project.out = format!("{}/once", crate::store::FOLDER);
    project.formats.clear();
    project.scales = vec![1];
    project.raws = None;
}

impl Workspace {
    /// What is had, as the planner sees it.
    fn state(&mut self, lock: Lock, options: &Options, look: Look) -> State {
        let records = self.records.captures.values().map(|r| (r.request, (r.raw, r.provenance.id()))).collect();
        let mut state = State {
            records,
            raws: self.blobs.list(),
            pointers: self.blobs.pointers(),
            sprites: self.cache.list(),
            exported: self.index.exported.clone(),
            remake: options.remake,
            recapture: options.recapture,
            lock,
            ..State::default()
        };
        if look == Look::Outputs {
            state.outputs = Some(self.outputs(&state));
        }
        if options.remake {
            state.wanted = self.lost_to_committed(&state);
        }
        state
    }

    /// Groups with a picked raw that is neither in `raws/` nor anywhere else on this machine, and that can be made again
    /// to the same pixels.
    fn lost_to_committed(&self, state: &State) -> HashSet<GroupId> {
        let lost = |slot: &Slot| {
            let pick = state.lock.slot(&slot.id).and_then(|slot| slot.pick.as_ref());
            let is_lost = |pick: &Pick| !state.raws.contains(&pick.raw) && self.blobs.lacks_committed(&pick.raw);
            slot.ask.is_exact() && pick.is_some_and(is_lost)
        };
        let groups = self.manifest.groups.iter().filter(|group| group.slots().iter().any(lost));
        groups.map(|group| group.id.clone()).collect()
    }

    /// Digests of the files that lock or manifest name, relative to the output folder.
    fn outputs(&mut self, state: &State) -> HashMap<String, Short> {
        let paths = self.output_paths(state);
        let full: Vec<String> = paths.iter().map(|path| self.in_project(path)).collect();
        let digests = self.index.output_digests(&self.folders.root, &full);
        paths.into_iter().zip(digests).filter_map(|(path, digest)| Some((path, digest?.short()))).collect()
    }

    /// The files that lock or manifest name, relative to the output folder.
    fn output_paths(&self, state: &State) -> BTreeSet<String> {
        let project = &self.manifest.project;
        let groups = self.manifest.groups.iter().flat_map(|group| output::of_group(project, group));
        let tilesets = self.manifest.tilesets.iter().flat_map(|tileset| output::of_tileset(project, tileset));
        let mut paths: BTreeSet<String> = groups.chain(tilesets).map(|output| output.path).collect();
        paths.extend(state.lock.files().map(|(path, _)| path.to_owned()));
        paths
    }

    /// Refuses what a format of the project cannot write, before anything is made.
    pub fn check_formats(&self) -> Result<(), Error> {
        let Some(refusal) = export::refusal(&self.manifest) else { return Ok(()) };
        let span = refusal.place.as_ref().and_then(|place| self.loaded.sources.span(place)).unwrap_or_default();
        Err(manifest::Problems::new(vec![manifest::Problem::new(span, refusal)], self.loaded.sources.clone()).into())
    }

    /// Takes another manifest, with the project's own workflows that it names.
    pub(in crate::session) fn take(
        &mut self,
        manifest: Arc<Manifest>,
        workflows: BTreeMap<String, Result<Value, WorkflowError>>,
    ) -> Result<(), Error> {
        self.loaded.manifest = manifest;
        self.loaded.workflows.extend(workflows);
        self.inputs = Arc::new(inputs(&self.folders.root, &self.loaded, &mut self.index)?);
        self.manifest = Arc::clone(&self.loaded.manifest);
        Ok(())
    }

    /// A path of the output folder as a path of the project.
    pub fn in_project(&self, output: &str) -> String {
        match self.manifest.project.out.as_str() {
            "." | "" => output.to_owned(),
            out => format!("{out}/{output}"),
        }
    }

    /// How long the servers of this machine take for what a plan asks of them, if each kind of image was made before.
    pub fn expected(&self, planner: &Planner, plan: &Plan) -> Option<Duration> {
        let mut sum = Duration::ZERO;
        for (slot, _) in plan.requests() {
            if let Some(style) = planner.slot(&slot.id).and_then(|slot| slot.ask.style()) {
                sum += self.durations.expected(style)?;
            }
        }
        let servers = u32::try_from(self.loaded.local.servers.len()).unwrap_or(1).max(1);
        (sum > Duration::ZERO).then(|| sum / servers)
    }

    /// The plan of everything.
    pub fn plan(&self, state: &State) -> Plan {
        Planner::new(&self.manifest, &self.inputs).plan(state)
    }
}

/// The manifest under a profile; what the environment says was read with the arguments.
pub fn load_options(profile: Option<&str>) -> LoadOptions {
    let profile = Some(profile.unwrap_or("default").to_owned());
    LoadOptions { profile, formats: export::specs(), ..LoadOptions::default() }
}

/// The JSON schema of `pixels.toml`.
pub fn schema() -> serde_json::Value {
    manifest::schema(&export::specs())
}

/// The versions of what computes in this binary.
pub fn versions() -> Versions {
    let image = IMAGE.version + assemble::SHEET_VERSION - 1;
    Versions { process: process::VERSION, assembly: assemble::VERSION, motion: assemble::MOTION_VERSION, image }
}

/// Every (slot, ask) that the manifest asks for now, as far as the asks are known without a lock.
pub fn asks_of_manifest(root: &Path) -> Result<BTreeSet<(SlotId, Short)>, Error> {
    let folders = Folders::new(root, None);
    let lock = read_locks(&folders, None).unwrap_or_default().lock;
    let load = LoadOptions { pinned: pinned(&lock), ..load_options(None) };
    let loaded = manifest::load(root, &load)?;
    let inputs = inputs(root, &loaded, &mut Index::load(&folders.work, None))?;
    let plan = Planner::new(&loaded.manifest, &inputs).plan(&State::default());
    let slots = plan.items.into_values().flat_map(|item| item.slots);
    let asks = slots.filter_map(|slot| Some((slot.id, slot.keys?.asks)));
    Ok(asks.flat_map(|(id, asks)| asks.into_iter().map(move |ask| (id.clone(), ask.short()))).collect())
}

/// Whether a user picked in any slot of a group.
pub(super) fn user_picked(state: &State, id: &GroupId) -> bool {
    let slots = state.lock.entries.get(id).into_iter().flat_map(|entry| entry.slots.values());
    slots.filter_map(|slot| slot.pick.as_ref()).any(|pick| pick.by == By::User)
}
