//! Reads `pixels.toml`, what it includes and `pixels.local.toml`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::built_ins::{BuiltIns, Versions};
use super::check::{self, Context, Part, Wanted};
use super::disk::Disk;
use super::files::{Files, Memory, Missing};
use super::local;
use super::problem::{Problem, Problems, sorted};
use super::raw::{self, RawFile, RawLocal, RawRecipeFile};
use crate::words::diagnostic::Severity;
use crate::words::format::FormatSpec;
use crate::words::project::Manifest;
use crate::words::recipe::{Recipe, Size};
use crate::words::server::Local;
use crate::words::source::{Sources, Span};
use crate::words::text::with_unix_line_ends;
use crate::workflow::WorkflowError;

/// The manifest's file name.
const MANIFEST: &str = "pixels.toml";

/// The file of what this machine has.
const LOCAL: &str = "pixels.local.toml";

/// The largest manifest, in bytes.
const LARGEST: u64 = 4 << 20;

/// A manifest with what was read for it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The checked manifest. Operations share it.
    pub manifest: Arc<Manifest>,
    /// What this machine has.
    pub local: Local,
    /// Warnings, sorted by place.
    pub warnings: Vec<Problem>,
    /// The texts, to show warnings in.
    pub sources: Sources,
    /// The project's own workflows that assets name, or why one cannot be used, by name.
    pub workflows: BTreeMap<String, Result<Value, WorkflowError>>,
    /// Every file that was read or had to exist, relative to the project; `pixels.local.toml` even if there is none.
    pub files: Vec<PathBuf>,
    /// Every folder that was listed, relative to the project.
    pub folders: Vec<PathBuf>,
}

/// What the caller wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// The profile; `None` takes `DGX_PIXELS_PROFILE`, else the usual settings.
    pub profile: Option<String>,
    /// The backend of all generated assets, over manifest and profile: `sketch`, `comfyui`.
    pub backend: Option<String>,
    /// A comparison and one of its arms: its style lies over every asset's own, below the profile's.
    pub arm: Option<(String, String)>,
    /// The formats that `export` can name.
    pub formats: Vec<&'static FormatSpec>,
    /// Assets in addition to the manifest's own, or in their place.
    pub more: Option<MoreAssets>,
    /// The versions of built-ins that assets are locked to, by asset name; an unlocked asset gets the newest ones.
    pub pinned: BTreeMap<String, Versions>,
    /// What is built in.
    pub built_ins: BuiltIns,
    /// Texts in place of those on disk, by path: what a manifest would be after an edit.
    pub edited: BTreeMap<String, String>,
    /// Files in place of those on disk, for tests.
    pub files: Option<BTreeMap<String, Vec<u8>>>,
    /// Variables in place of the environment's, for tests.
    pub env: Option<BTreeMap<String, String>>,
}

/// Tables of assets that come from no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoreAssets {
    /// Their name in messages, such as `prompts.csv`.
    pub name: String,
    /// The text: tables as a manifest has them.
    pub text: String,
    /// The manifest's own assets are left out.
    pub alone: bool,
    /// What a person wrote, if the text was made from that: problems have their places there.
    pub origin: Option<Origin>,
}

/// The texts that tables were made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Names and texts.
    pub files: Vec<(String, String)>,
    /// Parts of the tables in ascending order.
    pub pieces: Vec<Piece>,
}

/// Where a part of the tables comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the tables.
    pub made: Range<usize>,
    /// Which of the texts.
    pub file: usize,
    /// Bytes of that text.
    pub at: Range<usize>,
}

impl LoadOptions {
    /// A single manifest in memory.
    pub fn text(manifest: impl Into<Vec<u8>>) -> Self {
        let files = BTreeMap::from([(MANIFEST.to_owned(), manifest.into())]);
        Self { files: Some(files), env: Some(BTreeMap::new()), ..Self::default() }
    }

    fn variable(&self, name: &str) -> Option<String> {
        match &self.env {
            Some(env) => env.get(name).cloned(),
            None => std::env::var(name).ok(),
        }
        .filter(|value| !value.is_empty())
    }
}

/// The folder with `pixels.toml`, from a folder upwards.
pub fn find_root(from: &Path) -> Option<PathBuf> {
    let from = std::path::absolute(from).ok()?;
    from.ancestors().find(|folder| folder.join(MANIFEST).is_file()).map(Path::to_owned)
}

/// Reads and checks the manifest of a project. All problems are reported at once.
pub fn load(root: &Path, options: &LoadOptions) -> Result<Loaded, Problems> {
    if let Some(files) = &options.files {
        return read(&mut Memory(files.clone()), options);
    }
    let mut disk = Disk::new(root).with(&options.edited);
    let loaded = read(&mut disk, options);
    disk.files.insert(LOCAL.into());
    let (files, folders) = (disk.files.into_iter().collect(), disk.folders.into_iter().collect());
    match loaded {
        Ok(loaded) => Ok(Loaded { files, folders, ..loaded }),
        Err(problems) => Err(problems.after(files, folders)),
    }
}

/// The settings of this machine alone, whatever is wrong with the manifest; without a folder those of the environment.
pub fn local_settings(root: Option<&Path>) -> Local {
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let raw = root.and_then(|root| local_file(&mut Disk::new(root), &mut sources, &mut problems));
    local::check(raw.as_ref(), &|name| LoadOptions::default().variable(name), &mut problems)
}

fn read(files: &mut dyn Files, options: &LoadOptions) -> Result<Loaded, Problems> {
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let parts = parts(files, &mut sources, &mut problems);
    let mut traces = None;
    let parts =
        parts.and_then(|parts| with_more(parts, options.more.as_ref(), &mut sources, &mut problems, &mut traces));
    let env = |name: &str| options.variable(name);
    let raw = local_file(files, &mut sources, &mut problems);
    let local = local::check(raw.as_ref(), &env, &mut problems);
    let Some(parts) = parts else {
        let problems = traced(problems, traces.as_ref(), &sources);
        return Err(Problems::new(problems, sources));
    };
    let profile = options.profile.clone().or_else(|| env("DGX_PIXELS_PROFILE"));
    let mut cx = Context::new(&sources, files, problems);
    let wanted = Wanted {
        profile: profile.as_deref(),
        arm: options.arm.as_ref().map(|(comparison, arm)| (comparison.as_str(), arm.as_str())),
        backend: options.backend.as_deref(),
        formats: &options.formats,
        built_ins: &options.built_ins,
        pinned: &options.pinned,
    };
    let manifest = check::check(parts, wanted, &mut cx);
    let (problems, workflows) = (cx.problems, cx.workflows);
    let problems = traced(problems, traces.as_ref(), &sources);
    let failed = problems.iter().any(|problem| problem.diagnostic.severity == Severity::Error);
    match manifest {
        Some(manifest) if !failed => {
            let (warnings, files, folders) = (sorted(problems), Vec::new(), Vec::new());
            Ok(Loaded { manifest: Arc::new(manifest), local, warnings, sources, workflows, files, folders })
        }
        _ => Err(Problems::new(problems, sources)),
    }
}

/// The manifest and what it includes; `None` if one of them cannot be read.
fn parts(files: &mut dyn Files, sources: &mut Sources, problems: &mut Vec<Problem>) -> Option<Vec<Part<RawFile>>> {
    let raw = text(MANIFEST, Span::default(), files, sources, problems)
        .and_then(|file| raw::parse::<RawFile>(file, sources, problems))?;
    let mut paths: BTreeMap<String, Span> = BTreeMap::new();
    let before = problems.len();
    for pattern in raw.include.iter().flat_map(|include| &include.0) {
        let mut cx = Context::new(sources, files, Vec::new());
        let found = if check::is_glob(pattern) {
            check::glob(pattern, pattern.span, &mut cx).unwrap_or_default()
        } else {
            cx.readable(pattern, pattern.span).into_iter().collect()
        };
        if found.is_empty() && cx.problems.is_empty() {
            let problem = Problem::error("no-match", pattern.span, format!("no file matches `{}`", pattern.value));
            cx.problems.push(problem.help("the pattern is relative to the project; `*` stops at `/`, `**` does not"));
        }
        problems.append(&mut cx.problems);
        for path in found.into_iter().filter(|path| path != MANIFEST && path != LOCAL) {
            paths.entry(path).or_insert(pattern.span);
        }
    }
    let mut parts = vec![Part { raw, root: true }];
    let mut whole = problems.len() == before;
    for (path, span) in paths {
        let raw =
            text(&path, span, files, sources, problems).and_then(|file| raw::parse::<RawFile>(file, sources, problems));
        whole &= raw.is_some();
        parts.extend(raw.map(|raw| Part { raw, root: false }));
    }
    whole.then_some(parts)
}

/// Adds assets that come from no file.
fn with_more<'a>(
    mut parts: Vec<Part<RawFile>>,
    more: Option<&'a MoreAssets>,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
    traces: &mut Option<Traces<'a>>,
) -> Option<Vec<Part<RawFile>>> {
    let Some(more) = more else { return Some(parts) };
    let file = sources.add(&more.name, more.text.clone());
    *traces = more.origin.as_ref().map(|origin| {
        let files = origin.files.iter().map(|(name, text)| sources.add(name, text.clone())).collect();
        Traces { made: file, files, pieces: &origin.pieces }
    });
    let raw = raw::parse::<RawFile>(file, sources, problems)?;
    if more.alone {
        for part in &mut parts {
            part.raw.sprite = None;
            part.raw.animation = None;
            part.raw.texture = None;
            part.raw.tileset = None;
            // These are made of assets, which are not there.
            part.raw.atlas = None;
            part.raw.compare = None;
            part.raw.train = None;
        }
    }
    parts.push(Part { raw, root: false });
    Some(parts)
}

/// From tables that were made to the texts that they were made from.
struct Traces<'a> {
    /// The number of the tables among the sources.
    made: u32,
    /// The numbers of the texts.
    files: Vec<u32>,
    pieces: &'a [Piece],
}

/// Problems in tables that were made, at their places in what a person wrote.
fn traced(mut problems: Vec<Problem>, traces: Option<&Traces<'_>>, sources: &Sources) -> Vec<Problem> {
    let Some(traces) = traces else { return problems };
    for problem in &mut problems {
        problem.span = traces.written(problem.span, sources);
        if let Some((span, _)) = &mut problem.related {
            *span = traces.written(*span, sources);
        }
    }
    problems
}

impl Traces<'_> {
    /// The same words where they were written, else all that the part was made from.
    fn written(&self, span: Span, sources: &Sources) -> Span {
        let piece = self.pieces.partition_point(|piece| piece.made.end <= span.start as usize);
        let Some(piece) = self.pieces.get(piece).filter(|_| span.file == self.made) else { return span };
        let Some(&file) = self.files.get(piece.file) else { return span };
        let whole = Span::new(file, piece.at.clone());
        let words = sources.slice(span).trim_matches(['"', '\'', '\n']);
        match sources.slice(whole).find(words).filter(|_| !words.is_empty()) {
            Some(at) => Span::new(file, piece.at.start + at..piece.at.start + at + words.len()),
            None => whole,
        }
    }
}

fn local_file(files: &mut dyn Files, sources: &mut Sources, problems: &mut Vec<Problem>) -> Option<RawLocal> {
    files.look(LOCAL).ok()?;
    let file = text(LOCAL, Span::default(), files, sources, problems)?;
    sources.hide(file);
    raw::parse(file, sources, problems)
}

/// Reads a file's text; `span` is where it is named.
fn text(
    path: &str,
    span: Span,
    files: &mut dyn Files,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) -> Option<u32> {
    let bytes = match files.read(path, LARGEST) {
        Ok(bytes) => bytes,
        Err(missing) => {
            let (code, reason) = missing.reason();
            let problem = Problem::error(code, span, format!("`{path}` {reason}"));
            problems.push(match path {
                MANIFEST if missing == Missing::Absent => problem.help(missing.hint("`dgx-pixels init` writes one")),
                MANIFEST | LOCAL if matches!(missing, Missing::Failed(_)) => {
                    problem.help("let this user read it: check its permissions and those of its folder")
                }
                _ => problem.help(missing.hint("a manifest is a text file of at most 4 MiB inside the project")),
            });
            return None;
        }
    };
    decode(path, bytes, sources, problems)
}

/// Adds a file's text; a byte order mark is left out.
fn decode(path: &str, bytes: Vec<u8>, sources: &mut Sources, problems: &mut Vec<Problem>) -> Option<u32> {
    // Version control may have written other line ends into this checkout; a prompt of several lines is the same prompt.
    let bytes = with_unix_line_ends(&bytes).into_owned();
    match String::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            Some(sources.add(path, text))
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let file = sources.add(path, String::from_utf8_lossy(error.as_bytes()).into_owned());
            let problem = Problem::error("not-utf8", Span::new(file, at..at + 1), "this byte is not UTF-8");
            problems.push(problem.help("save the file as UTF-8"));
            None
        }
    }
}

/// Reads a standalone recipe, for `process --recipe FILE`. Palette files are relative to `folder`.
pub fn parse_recipe_file(name: &str, text: &str, folder: &Path) -> Result<Recipe, Problems> {
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut disk = Disk::new(folder);
    let file = sources.add(name, text.strip_prefix('\u{feff}').unwrap_or(text));
    let Some(raw) = raw::parse::<RawRecipeFile>(file, &sources, &mut problems) else {
        return Err(Problems::new(problems, sources));
    };
    let mut cx = Context::new(&sources, &mut disk, problems);
    let table = raw.recipe.map_or(raw.top, |recipe| recipe.value);
    let size = table.size.map_or(Size::Found, |size| Size::Frame([size.value.0.u32(), size.value.1.u32()]));
    let built_ins = BuiltIns::default();
    let names = table.preset.map(|names| names.value.0).unwrap_or_default();
    let presets = check::presets(&names, &Versions::new(), &built_ins, &mut cx);
    let recipe = check::standalone_recipe(size, &presets, &table.keys, &mut cx);
    let problems = cx.problems;
    if problems.is_empty() { Ok(recipe) } else { Err(Problems::new(problems, sources)) }
}

impl Default for Recipe {
    /// Detects grid, background and colours, and keeps the size.
    fn default() -> Self {
        let (sources, mut disk) = (Sources::default(), Disk::new(Path::new(".")));
        let mut cx = Context::new(&sources, &mut disk, Vec::new());
        check::standalone_recipe(Size::Found, &[], &RawRecipeFile::default().top.keys, &mut cx)
    }
}
