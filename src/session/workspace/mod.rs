//! Opening a project: manifest, lock, store and index become the planner's plain data.

mod captures;
mod inputs;
mod keys;
mod lock;
mod noop;
mod publish;

use std::collections::btree_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context;

use crate::assemble;
use crate::export;
use crate::manifest::{self, BuiltIns, LoadOptions, Loaded, MoreAssets};
use crate::plan::{Inputs, Plan, Planner, State, Versions};
use crate::process;
use crate::store::{Blobs, DurationStats, Folders, Index, Journal, NoopRecord, OwnedFiles, Records, SpriteCache};
use crate::words::asset::{GroupId, SlotId};
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::digest::{Digest, Encoder, Short};
use crate::words::format::IMAGE;
use crate::words::lock::{By, Lock, LockError, Pick, SlotEntry};
use crate::words::output;
use crate::words::project::Manifest;

pub(super) use inputs::cannot_read;
use inputs::inputs;
use lock::{ReadLock, read_or_rebuild};

use super::Error;
use super::Loader;
use super::Outcome;
use super::options::{BuildOptions, LostRaws};
use noop::Answer;

pub(super) use lock::{pinned, read_bytes, save_lock};

pub(super) use captures::{Cost, cannot_store};

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
    /// What is built in.
    pub built_ins: BuiltIns,
}

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
    pub owned: std::collections::HashSet<Short>,
    /// The requests of the running build.
    pub journal: Journal,
    /// Captures that the journal does not name yet.
    unsettled: captures::Unsettled,
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

/// Opens a project whose manifest may have been parsed before.
pub fn open_with(loader: &Loader, root: &Path, options: &Options, look: Look) -> Result<(Workspace, State), Error> {
    let began = SystemTime::now();
    let one_off = options.more.as_ref().is_some_and(|more| more.alone);
    let profile = if one_off { Some(ONE_OFF) } else { options.profile.as_deref() };
    let lock = if one_off { Ok(ReadLock::default()) } else { read_locks(&Folders::new(root, None), profile) };
    let load = LoadOptions {
        backend: options.backend.clone(),
        more: options.more.clone(),
        pinned: lock.as_ref().map(|read| pinned(&read.lock)).unwrap_or_default(),
        built_ins: options.built_ins.clone(),
        ..load_options(options.profile.as_deref())
    };
    let mut loaded = loader.load(root, &load)?;
    let folders = Folders::new(root, loaded.local.store.as_deref());
    folders.refuse_links(loaded.manifest.project.raws.as_deref()).map_err(anyhow::Error::from)?;
    // Problems of the manifest come before those of the lock.
    let ReadLock { lock, rebuilt } = lock?;
    if one_off {
        as_one_off(&mut loaded.manifest.project);
    }
    let mut index = Index::load(&folders.work, profile);
    let inputs = inputs(root, &loaded, &mut index).map_err(Error::from)?;
    let committed = loaded.manifest.project.raws.as_ref().map(|raws| root.join(raws));
    let records = Records::load(&folders.store).context("cannot read the store").map_err(Error::from)?;
    let owned_files = owned_files(&folders, profile).map_err(Error::from)?;
    let mut workspace = Workspace {
        manifest: Arc::new(loaded.manifest.clone()),
        inputs: Arc::new(inputs),
        blobs: Arc::new(Blobs::new(&folders.store, committed)),
        cache: Arc::new(SpriteCache::new(&folders.store)),
        journal: Journal::new(&folders.work),
        unsettled: captures::Unsettled::default(),
        rebuilt,
        durations: DurationStats::load(&folders.store),
        owned: owned(&folders, &lock, &owned_files),
        profile: profile.map(str::to_owned),
        one_off,
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

/// One-offs are plain pictures in a folder of this machine.
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
        state
    }

    /// Digests of the files that lock or manifest name, relative to the output folder.
    fn outputs(&mut self, state: &State) -> HashMap<String, Short> {
        let project = &self.manifest.project;
        let groups = self.manifest.groups.iter().flat_map(|group| output::of_group(project, group));
        let tilesets = self.manifest.tilesets.iter().flat_map(|tileset| output::of_tileset(project, tileset));
        let mut paths: BTreeSet<String> = groups.chain(tilesets).map(|output| output.path).collect();
        paths.extend(state.lock.files().map(|(path, _)| path.to_owned()));
        let paths: Vec<String> = paths.into_iter().collect();
        let full: Vec<String> = paths.iter().map(|path| self.in_project(path)).collect();
        let digests = self.index.digests(&self.folders.root, &full);
        paths.into_iter().zip(digests).filter_map(|(path, digest)| Some((path, digest?.short()))).collect()
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

/// The lock of a profile: its own, or the default's for what it has not made yet; it follows the default's user picks
/// unless it has its own.
fn read_locks(folders: &Folders, profile: Option<&str>) -> Result<ReadLock, Error> {
    let default = read_or_rebuild(folders, &folders.lock(None))?;
    let Some(profile) = profile else { return Ok(default.unwrap_or_default()) };
    let own = read_or_rebuild(folders, &folders.lock(Some(profile)))?;
    let default = default.unwrap_or_default();
    let Some(ReadLock { mut lock, rebuilt }) = own else { return Ok(default) };
    let ReadLock { lock: default, rebuilt: default_rebuilt } = default;
    for (id, entry) in default.entries {
        match lock.entries.entry(id) {
            Entry::Vacant(place) => {
                place.insert(entry);
            }
            Entry::Occupied(mut own) => entry.slots.into_iter().for_each(|(number, slot)| {
                follow(own.get_mut().slots.entry(number).or_default(), slot);
            }),
        }
    }
    lock.provenance.extend(default.provenance);
    Ok(ReadLock { lock, rebuilt: rebuilt.or(default_rebuilt) })
}

/// Takes over what a person picked in the default profile.
fn follow(own: &mut SlotEntry, default: SlotEntry) {
    let is_users = |pick: &Pick| pick.by == By::User;
    let Some(pick) = default.pick.filter(|pick| is_users(pick) && !own.pick.as_ref().is_some_and(is_users)) else {
        return;
    };
    if let Some(line) = default.candidates.into_iter().find(|c| c.ask == pick.ask && c.n == pick.n) {
        own.add(line);
    }
    own.pick = Some(pick);
}

/// Reads one lock file; `None` if there is none.
pub fn read_lock(path: &Path) -> Result<Option<Lock>, Error> {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let bytes = read_bytes(path).with_context(|| format!("cannot read `{name}`")).map_err(Error::from)?;
    let Some(bytes) = bytes else { return Ok(None) };
    let text = String::from_utf8(bytes).map_err(|_| LockError::Damaged("it is not UTF-8 text".to_owned()));
    text.and_then(|text| Lock::parse(&text)).map(Some).map_err(|error| {
        let message = format!("`{name}` cannot be read: {error}");
        Error::Usage(Diagnostic::error(error.code(), message).hint(error.hint()).about(Subject::File(name)))
    })
}

fn owned_files(folders: &Folders, profile: Option<&str>) -> anyhow::Result<OwnedFiles> {
    OwnedFiles::load(&folders.work, profile).context("cannot read `.dgx-pixels/written`")
}

/// Digests of files that this checkout may replace: of any of its locks (either side of a conflicted one, too) and of
/// everything that it ever wrote.
fn owned(folders: &Folders, lock: &Lock, files: &OwnedFiles) -> std::collections::HashSet<Short> {
    let mut owned: std::collections::HashSet<Short> = lock.files().map(|(_, digest)| digest).collect();
    owned.extend(&files.digests);
    for path in lock_files(folders) {
        let bytes = read_bytes(&path).ok().flatten().unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_default();
        let (a, b) = crate::words::lock::sides(&text);
        for lock in [a, b].iter().filter_map(|side| Lock::parse(side).ok()) {
            owned.extend(lock.files().map(|(_, digest)| digest));
        }
    }
    owned.extend(OwnedFiles::all_digests(&folders.work));
    owned
}

/// Every lock file of this checkout.
pub fn lock_files(folders: &Folders) -> Vec<PathBuf> {
    let profiles = std::fs::read_dir(folders.work.join("profiles")).into_iter().flatten().flatten();
    let profiles = profiles.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "lock"));
    std::iter::once(folders.lock(None)).chain(profiles).collect()
}

/// Every lock of this checkout with its file.
pub(super) fn all_locks(folders: &Folders) -> Result<Vec<(PathBuf, Lock)>, Error> {
    let lock = |path: PathBuf| Ok(read_lock(&path)?.map(|lock| (path, lock)));
    lock_files(folders).into_iter().filter_map(|path| lock(path).transpose()).collect()
}

/// The versions of what computes in this binary.
pub fn versions() -> Versions {
    let image = IMAGE.version + assemble::SHEET_VERSION - 1;
    Versions { process: process::VERSION, assembly: assemble::VERSION, image }
}

/// What a build is asked: the binary, the profile, and the environment that it reads.
pub(super) fn question(profile: Option<&str>) -> Digest {
    let mut encoder = Encoder::new("dgx-pixels seal v1");
    encoder.text(env!("CARGO_PKG_VERSION")).text(profile.unwrap_or(""));
    let versions = versions();
    encoder.uint(versions.process.into()).uint(versions.assembly.into()).uint(versions.image.into());
    for format in export::specs() {
        encoder.text(format.id).uint(format.version.into());
    }
    let mut variables: Vec<(String, String)> =
        std::env::vars().filter(|(name, _)| name.starts_with("DGX_PIXELS_")).collect();
    variables.sort();
    encoder.list(variables.iter(), |e, (name, value)| {
        e.text(name).text(value);
    });
    encoder.finish()
}

/// The outcome of the last build, if nothing that it looked at has changed since; nothing is parsed.
pub fn noop_outcome(root: &Path, profile: Option<&str>) -> Option<Outcome> {
    let work = root.join(crate::store::FOLDER);
    let (_, answer) = NoopRecord::answer(root, &work, profile, &question(profile))?;
    serde_json::from_str::<Answer>(&answer).ok().map(Answer::outcome)
}

/// Every (slot, ask) that the manifest asks for now, as far as the asks are known without a lock.
pub fn asks_of_manifest(root: &Path) -> anyhow::Result<BTreeSet<(SlotId, Short)>> {
    let folders = Folders::new(root, None);
    let lock = read_locks(&folders, None).unwrap_or_default().lock;
    let load = LoadOptions { pinned: pinned(&lock), ..load_options(None) };
    let loaded = manifest::load(root, &load).map_err(Error::from)?;
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
