//! One-offs: pictures without an entry in a manifest or a lock. Raws are kept as in any build, so that the same prompt
//! with the same seed asks nobody twice.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context;
use etcetera::BaseStrategy;

use super::args::{Global, MessageFormat};
use super::{Exit, project, report, style};
use crate::manifest::{self, MoreAssets};
use crate::plan;
use crate::session::{self, BuildOptions, Consent, Look, Options, Workspace};
use crate::store;
use crate::words::asset::{GroupId, SlotId};
use crate::words::event::{Event, Observer};
use crate::words::image_file;
use crate::words::output;
use crate::words::project::Slot;
use crate::words::sprite::Verdict;

/// Where a picture goes, by its name.
pub type Place = Box<dyn Fn(&str) -> PathBuf + Send + Sync>;

/// What is wanted, and where it goes.
pub struct Once {
    /// The assets.
    pub more: MoreAssets,
    /// A profile of the manifest.
    pub profile: Option<String>,
    /// What draws; the project's own if left out.
    pub backend: Option<String>,
    /// Where a picture goes, by its name.
    pub place: Place,
    /// Files that are there and differ are written over.
    pub force: bool,
}

/// Makes one-offs in the project at hand, or, outside of any, in a folder of the user's cache.
pub fn run(global: &Global, once: Once) -> anyhow::Result<Exit> {
    let began = Instant::now();
    let root = root(global)?;
    let _hold = project::hold(global, &root, "generate")?;
    let options = Options {
        profile: once.profile.clone(),
        backend: once.backend.clone(),
        remake: true,
        more: Some(once.more.clone()),
        ..Options::default()
    };
    let (mut workspace, state) = session::open(&root, &options, Look::Lock)?;
    let pictures = Arc::new(Pictures::new(&workspace, once, global));
    let observer: Arc<dyn Observer> = {
        let (pictures, told) = (Arc::clone(&pictures), report::observer(global));
        Arc::new(move |event: &Event| {
            pictures.note(event);
            if !is_inner(event) {
                told.on(event);
            }
        })
    };
    // Whoever names the pictures one by one has agreed to their number.
    let how = BuildOptions { consent: Consent::Given, ..BuildOptions::default() };
    let backends = session::ServerPool::default().backends(&workspace, session::LockMode::Update);
    let mut outcome = session::build_with(&mut workspace, state, &how, &backends, observer, &global.cancel)?;
    outcome.kept = pictures.finish();
    (outcome.wrote, outcome.pruned) = (0, 0);
    report::summary(global, &outcome, began.elapsed());
    if global.message_format == MessageFormat::Json {
        report::observer(global).on(&Event::Finished(outcome.clone()));
    }
    Ok(outcome.exit())
}

/// What happens in the folder between backend and place is nobody's news, and a picture has its own line.
fn is_inner(event: &Event) -> bool {
    matches!(event, Event::Wrote { .. } | Event::Pruned { .. } | Event::Processed { verdict: Verdict::Pass, .. })
}

/// The project at hand, or the folder for those who are in none.
fn root(global: &Global) -> anyhow::Result<PathBuf> {
    if global.project.is_some() {
        return project::root(global);
    }
    let here = std::env::current_dir().context("this folder cannot be read")?;
    match manifest::find_root(&here) {
        Some(root) => Ok(root),
        None => nowhere(),
    }
}

/// The manifest for those who are in no project.
const NOWHERE: &str = "[project]\nname = \"one-offs\"\n";

fn nowhere() -> anyhow::Result<PathBuf> {
    let strategy = etcetera::choose_base_strategy().context("there is no folder for caches of this user")?;
    let root = strategy.cache_dir().join("dgx-pixels");
    let path = root.join("pixels.toml");
    if store::read_if_there(&path)?.as_deref() != Some(NOWHERE.as_bytes()) {
        store::write_whole(&path, NOWHERE.as_bytes(), "once")
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(root)
}

/// The pictures of a run and where they go.
struct Pictures {
    root: PathBuf,
    /// By group.
    wanted: BTreeMap<GroupId, Picture>,
    place: Place,
    force: bool,
    /// JSON lines have stdout for themselves.
    quiet: bool,
    told: Mutex<Told>,
}

/// One picture.
struct Picture {
    /// Its file in the folder of one-offs, relative to the root.
    file: String,
    slot: Slot,
}

/// What was seen so far.
#[derive(Default)]
struct Told {
    picks: BTreeMap<SlotId, u32>,
    kept: Vec<String>,
}

impl Pictures {
    fn new(workspace: &Workspace, once: Once, global: &Global) -> Self {
        let mut wanted = BTreeMap::new();
        for group in &workspace.manifest.groups {
            let image = output::of_group(&workspace.manifest.project, group).into_iter().next();
            if let (Some(image), Some(slot)) = (image, group.slots().first()) {
                let picture = Picture { file: workspace.in_project(&image.path), slot: slot.clone() };
                wanted.insert(group.id.clone(), picture);
            }
        }
        let root = workspace.folders.root.clone();
        let quiet = global.message_format == MessageFormat::Json;
        Self { root, wanted, place: once.place, force: once.force, quiet, told: Mutex::default() }
    }

    fn note(&self, event: &Event) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Picked { slot, n } => {
                told.picks.insert(slot.clone(), *n);
            }
            // Its file is whole by now.
            Event::Processed { group, .. } => {
                if let Err(kept) = self.deliver(group, &told.picks) {
                    told.kept.push(kept);
                }
            }
            _ => {}
        }
    }

    /// Puts a picture in its place and says so; one that is in the way and differs stays.
    fn deliver(&self, id: &GroupId, picks: &BTreeMap<SlotId, u32>) -> Result<(), String> {
        let Some(picture) = self.wanted.get(id) else { return Ok(()) };
        let place = (self.place)(&id.name);
        let shown = place.display().to_string();
        let cannot = |error: std::io::Error| {
            style::error(&format!("`{shown}` cannot be written: {error}"), Some("check room and permissions"));
            shown.clone()
        };
        let bytes = std::fs::read(self.root.join(&picture.file)).map_err(cannot)?;
        match store::read_if_there(&place).map_err(cannot)? {
            Some(there) if there != bytes && !self.force => {
                let hint =
                    "`--force` writes over it, `--out` names another place; the picture is kept and asks nobody again";
                style::warning(&format!("`{shown}` is another picture, which stays"), Some(hint));
                return Err(shown);
            }
            Some(there) if there == bytes => {}
            _ => store::write_whole(&place, &bytes, "once").map_err(cannot)?,
        }
        let seed = plan::seed(&picture.slot, picks.get(&picture.slot.id).copied().unwrap_or(1));
        let size = image_file::decode(&bytes, "").map(|image| image.pixels.dimensions());
        let size = size.map_or_else(|_| String::new(), |(width, height)| format!("{width}x{height}, "));
        self.told_line(&format!("{}  {size}seed {seed}", style::paint(style::NAME, &shown)));
        Ok(())
    }

    fn told_line(&self, line: &str) {
        if !self.quiet {
            style::out(line);
        }
    }

    /// What was in the way and stays.
    fn finish(&self) -> Vec<String> {
        std::mem::take(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner).kept)
    }
}
