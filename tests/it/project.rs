//! A project in a folder of its own and the real binary in it: what every test of whole builds stands on.
//!
//! `Project::with(KNIGHT).build(&[]).exit(0).asked(1).build(&[]).asked(0);`
#![allow(dead_code, reason = "each file of tests takes what it needs")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use dgx_pixels::words::digest::Digest;
use serde_json::Value;

use crate::redact::redacted;

/// One small sprite, one image.
pub const KNIGHT: &str = r#"
[project]
name = "test"
backend = "sketch"
[sprite.knight]
preset = "character"
prompt = "knight"
size = 16
"#;

/// Every kind of asset: 2 directions with a mirror, a walk of 2 frames, a matrix, a tileset, two candidates; 12 images.
pub const GAME: &str = r#"
[project]
name = "test"
backend = "sketch"
export = ["bevy", "aseprite"]
[sprite.knight]
preset = "character"
prompt = "knight"
size = 16
candidates = 2
[animation.knight-walk]
of = "knight"
action = "walk"
frames = 2
[sprite.guard]
preset = "character"
prompt = "guard"
size = 16
directions = 4
mirror = { w = "e" }
[sprite.potion]
preset = "item"
prompt = "{color} potion"
size = 16
matrix = { color = ["red", "blue", "green"] }
[texture.grass]
prompt = "grass"
[texture.dirt]
prompt = "dirt"
[tileset.meadow]
of = "grass"
over = "dirt"
size = 8
layout = "blob47"
"#;

/// Longer than any command here should take, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);

/// The binary under test; [`command`] starts it.
pub const BINARY: &str = env!("CARGO_BIN_EXE_dgx-pixels");

/// The server of every command whose project names none: nothing listens there. Without it a command would talk to
/// whatever answers at ComfyUI's usual port.
pub const NO_SERVER: &str = "http://127.0.0.1:1";

/// Output and lock, by path: what two builds must have in common.
pub type Tree = BTreeMap<String, String>;

/// A project's folder; it goes with this value.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// An empty folder.
    pub fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("pixels-").tempdir().unwrap() }
    }

    /// A folder with this `pixels.toml`.
    pub fn with(manifest: &str) -> Self {
        Self::new().manifest(manifest)
    }

    /// Writes `pixels.toml`.
    pub fn manifest(self, text: &str) -> Self {
        self.file("pixels.toml", text)
    }

    /// Writes a file while the project is set up.
    pub fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.write(path, bytes);
        self
    }

    /// The same files in another folder, caches and all.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        for (path, bytes) in self.files("") {
            copy.write(&path, bytes);
        }
        copy
    }

    /// A place in the folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        self
    }

    /// Puts text at the end of a file.
    pub fn append(&self, path: &str, text: &str) -> &Self {
        self.write(path, self.text(path) + text)
    }

    /// Replaces text that must be there.
    pub fn edit(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = self.text(path);
        assert!(text.contains(from), "`{from}` is not in {path}:\n{text}");
        self.write(path, text.replace(from, to))
    }

    /// Removes a file or a folder.
    pub fn remove(&self, path: &str) -> &Self {
        let full = self.path(path);
        let removed = if full.is_dir() { fs::remove_dir_all(&full) } else { fs::remove_file(&full) };
        removed.unwrap_or_else(|error| panic!("{path}: {error}"));
        self
    }

    pub fn exists(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.read(path)).unwrap()
    }

    /// `pixels.lock`.
    pub fn lock(&self) -> String {
        self.text("pixels.lock")
    }

    /// The n of every pick of a slot's entry in the lock, such as `sprite."knight"`.
    pub fn pick(&self, entry: &str) -> Value {
        let lock: Value = serde_json::to_value(toml::from_str::<toml::Table>(&self.lock()).unwrap()).unwrap();
        let (kind, name) = entry.split_once('.').unwrap();
        lock[kind][name.trim_matches('"')]["pick"].clone()
    }

    /// Every file below a folder, by path relative to the project.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.folder.path();
        let found = walkdir::WalkDir::new(self.path(folder)).into_iter().filter_map(Result::ok);
        let files = found.filter(|entry| entry.file_type().is_file());
        files.map(|f| (relative(root, f.path()), fs::read(f.path()).unwrap())).collect()
    }

    /// Digests of the output and the lock.
    pub fn tree(&self) -> Tree {
        let mut tree: Tree = self.files("assets").into_iter().map(|(path, bytes)| (path, digest(&bytes))).collect();
        if self.exists("pixels.lock") {
            // Text, so that a difference can be read.
            tree.insert("pixels.lock".to_owned(), self.lock());
        }
        tree
    }

    /// Runs the binary.
    pub fn run(&self, arguments: &[&str]) -> Run<'_> {
        self.run_with(&[], arguments)
    }

    /// Runs the binary with variables of the environment.
    pub fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run<'_> {
        let mut command = assert_cmd::Command::from_std(self.command(arguments));
        let output = command.envs(variables.iter().copied()).timeout(TIMEOUT).output().unwrap();
        Run::new(self, arguments, output)
    }

    /// Runs command lines one after the other; all that a person sees of them, for a snapshot.
    pub fn transcript(&self, lines: &[&str]) -> String {
        lines.iter().map(|line| self.run_line(line).shown()).collect()
    }

    /// Runs a command line as a shell would.
    pub fn run_line(&self, line: &str) -> Run<'_> {
        self.run_line_with(&[], line)
    }

    /// Runs a command line with variables of the environment.
    pub fn run_line_with(&self, variables: &[(&str, &str)], line: &str) -> Run<'_> {
        let words = shlex::split(line).unwrap_or_else(|| panic!("{line}"));
        self.run_with(variables, &words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Builds, with events.
    pub fn build(&self, arguments: &[&str]) -> Run<'_> {
        self.build_with(&[], arguments)
    }

    /// Builds with variables of the environment, with events.
    pub fn build_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run<'_> {
        self.run_with(variables, &[&["build", "--message-format", "json"], arguments].concat())
    }

    /// Builds with a failpoint, such as `journal=kill@3`.
    pub fn build_failing(&self, failpoint: &str) -> Run<'_> {
        self.build_with(&[("DGX_PIXELS_FAILPOINT", failpoint)], &[])
    }

    /// Builds until the no-op record is written.
    pub fn sealed(&self) -> &Self {
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(30));
            self.build(&[]);
            if self.exists(".dgx-pixels/noop") {
                return self;
            }
        }
        panic!("no build writes a no-op record");
    }

    /// `check`, which is 0 where nothing is to be done.
    pub fn check(&self, arguments: &[&str]) -> Run<'_> {
        self.run(&[&["check"], arguments].concat())
    }

    /// Starts the binary and does not wait; output goes nowhere.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The binary with nothing of this machine around it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), arguments)
    }
}

/// The binary in a folder with nothing of this machine around it.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if ["DGX_PIXELS_", "GITHUB_"].iter().any(|own| name.to_string_lossy().starts_with(own)) {
            command.env_remove(name);
        }
    }
    if !names_servers(&folder.join(project_folder(arguments))) {
        command.env("DGX_PIXELS_SERVERS", NO_SERVER);
    }
    for (name, own) in [("XDG_CACHE_HOME", "cache"), ("XDG_DATA_HOME", "data")] {
        command.env(name, Path::new(env!("CARGO_TARGET_TMPDIR")).join(own));
    }
    // No test installs packages.
    command.env("PIP_INDEX_URL", "http://127.0.0.1:9/").env("NO_COLOR", "1");
    command
}

/// The folder that a command line is about.
fn project_folder<'a>(arguments: &[&'a str]) -> &'a str {
    let at = arguments.iter().position(|word| matches!(*word, "-C" | "--project"));
    at.and_then(|at| arguments.get(at + 1)).copied().unwrap_or("")
}

/// Whether the settings of this machine name servers, there or above.
fn names_servers(folder: &Path) -> bool {
    let root = folder.ancestors().find(|folder| folder.join("pixels.toml").is_file()).unwrap_or(folder);
    fs::read_to_string(root.join("pixels.local.toml")).is_ok_and(|text| text.contains("servers"))
}

/// Version control.
impl Project {
    /// Begins a repository with everything but caches, on `main`.
    pub fn git_init(self) -> Self {
        if !self.exists(".gitignore") {
            self.write(".gitignore", "/.dgx-pixels/\n/pixels.local.toml\n");
        }
        self.git(&["init", "-q", "-b", "main"]);
        self.commit("begin");
        self
    }

    /// Runs git, which must succeed.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.git_output(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Commits everything.
    pub fn commit(&self, message: &str) -> &Self {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self
    }

    /// Begins a branch at `from`.
    pub fn branch(&self, name: &str, from: &str) -> &Self {
        self.git(&["checkout", "-q", "-b", name, from]);
        self
    }

    /// Goes to a branch.
    pub fn checkout(&self, name: &str) -> &Self {
        self.git(&["checkout", "-q", name]);
        self
    }

    /// Merges a branch; the files in conflict.
    pub fn merge(&self, branch: &str) -> Vec<String> {
        let merged = self.git_output(&["merge", "-q", "-m", "merge", branch]).status.success();
        let conflicts = self.git(&["diff", "--name-only", "--diff-filter=U"]);
        assert_eq!(merged, conflicts.is_empty(), "{conflicts}");
        conflicts.lines().map(str::to_owned).collect()
    }

    /// Another checkout of what is committed.
    pub fn clone_of(&self) -> Self {
        let clone = Self::new();
        self.git(&["clone", "-q", &self.path("").display().to_string(), &clone.path("").display().to_string()]);
        clone
    }

    fn git_output(&self, arguments: &[&str]) -> Output {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        git.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")]);
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "A. Tester").env(format!("GIT_{who}_EMAIL"), "tester@example.org");
        }
        git.output().unwrap()
    }
}

/// What a run said; the project is at hand for the next one.
pub struct Run<'a> {
    project: &'a Project,
    called: String,
    code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// The lines of `--message-format json`.
    pub events: Vec<Value>,
}

impl Deref for Run<'_> {
    type Target = Project;

    fn deref(&self) -> &Project {
        self.project
    }
}

impl<'a> Run<'a> {
    fn new(project: &'a Project, arguments: &[&str], output: Output) -> Self {
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let events = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let called = shlex::try_join(arguments.iter().copied()).unwrap();
        let run = Self { project, called, code: output.status.code(), stdout, stderr, events };
        assert!(!run.stderr.contains("panicked"), "a panic: {run}");
        run
    }

    /// It ended with this code.
    #[track_caller]
    pub fn exit(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// Whether a signal ended it.
    pub fn was_killed(&self) -> bool {
        self.code.is_none()
    }

    pub fn code(&self) -> Option<i32> {
        self.code
    }

    /// So many requests went out.
    #[track_caller]
    pub fn asked(self, count: usize) -> Self {
        assert_eq!(self.count("asked"), count, "{self}");
        self
    }

    /// So many images arrived.
    #[track_caller]
    pub fn captured(self, count: usize) -> Self {
        assert_eq!(self.count("captured"), count, "{self}");
        self
    }

    /// So many images were had.
    #[track_caller]
    pub fn adopted(self, count: usize) -> Self {
        assert_eq!(self.count("adopted"), count, "{self}");
        self
    }

    /// So many groups were restored or assembled.
    #[track_caller]
    pub fn processed(self, count: usize) -> Self {
        assert_eq!(self.count("processed"), count, "{self}");
        self
    }

    /// So many files were written.
    #[track_caller]
    pub fn wrote(self, count: usize) -> Self {
        assert_eq!(self.count("wrote"), count, "{self}");
        self
    }

    /// So many files of somebody else stayed.
    #[track_caller]
    pub fn kept(self, count: usize) -> Self {
        assert_eq!(self.count("kept"), count, "{self}");
        self
    }

    /// These files were removed.
    #[track_caller]
    pub fn pruned(self, paths: &[&str]) -> Self {
        assert!(!self.events.is_empty(), "it has no events: {self}");
        let mut found: Vec<&str> = self.of("pruned").filter_map(|event| event["path"].as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, paths, "{self}");
        self
    }

    /// Command, output and exit code as in a console, without what differs between two runs: lines of stderr begin
    /// with `! `, and the exit code is shown unless it is 0.
    pub fn shown(&self) -> String {
        let mut shown = format!("$ dgx-pixels {}\n", self.redacted(&self.called));
        shown += &lines_with("", &self.redacted(&self.stdout));
        shown += &lines_with("! ", &self.redacted(&self.stderr));
        match self.code {
            Some(0) => {}
            Some(code) => shown += &format!("[exit {code}]\n"),
            None => shown += "[killed]\n",
        }
        shown + "\n"
    }

    fn redacted(&self, text: &str) -> String {
        redacted(text, self.project.folder.path())
    }

    /// A diagnostic with this code is among the events.
    #[track_caller]
    pub fn reports(self, code: &str) -> Self {
        assert!(self.events.iter().any(|event| event["code"] == code), "`{code}` is missing: {self}");
        self
    }

    /// The text is in what it said, in either stream.
    #[track_caller]
    pub fn says(self, wanted: &str) -> Self {
        assert!(self.stderr.contains(wanted) || self.stdout.contains(wanted), "`{wanted}` is missing: {self}");
        self
    }

    /// The text is in neither stream.
    #[track_caller]
    pub fn never_says(self, unwanted: &str) -> Self {
        assert!(!self.stderr.contains(unwanted) && !self.stdout.contains(unwanted), "`{unwanted}`: {self}");
        self
    }

    /// Output and lock are these.
    #[track_caller]
    pub fn makes(self, tree: &Tree) -> Self {
        assert_same(&self.project.tree(), tree, &self.to_string());
        self
    }

    /// How many events of a name there are; a run without any event would have none of every name.
    #[track_caller]
    pub fn count(&self, event: &str) -> usize {
        assert!(!self.events.is_empty(), "it has no events: {self}");
        self.of(event).count()
    }

    /// The events of a name.
    pub fn of<'b>(&'b self, event: &'b str) -> impl Iterator<Item = &'b Value> {
        self.events.iter().filter(move |value| value["event"] == event)
    }

    /// The closing summary.
    #[track_caller]
    pub fn summary(&self) -> &Value {
        self.of("summary").next().unwrap_or_else(|| panic!("no summary: {self}"))
    }
}

impl std::fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        let (stderr, stdout) = (end_of(&self.stderr), end_of(&self.stdout));
        write!(f, "`dgx-pixels {}` ended with {code}\n{stderr}\n{stdout}", self.called)
    }
}

/// Compares two trees; only what differs is shown.
#[track_caller]
pub fn assert_same(found: &Tree, wanted: &Tree, context: &str) {
    let paths: std::collections::BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    let differ: Vec<&&String> = paths.iter().filter(|path| found.get(**path) != wanted.get(**path)).collect();
    assert!(
        differ.is_empty(),
        "these differ: {differ:?}\n{context}\nlock found:\n{}\nlock wanted:\n{}",
        found.get("pixels.lock").map_or("", String::as_str),
        wanted.get("pixels.lock").map_or("", String::as_str)
    );
}

/// An image as PNG bytes: a square of one colour on another, on cells of 8 pixels.
pub fn png(cells: u32, color: [u8; 3]) -> Vec<u8> {
    let inside = cells / 4 * 8..(cells - cells / 4) * 8;
    let image = image::RgbaImage::from_fn(cells * 8, cells * 8, |x, y| {
        let [r, g, b] = if inside.contains(&x) && inside.contains(&y) { color } else { [255, 0, 255] };
        image::Rgba([r, g, b, 255])
    });
    dgx_pixels::store::encode(&image).unwrap()
}

fn lines_with(prefix: &str, text: &str) -> String {
    text.lines().map(|line| format!("{prefix}{line}").trim_end().to_owned() + "\n").collect()
}

/// The last lines of a long text.
fn end_of(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(80)..].join("\n")
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap().iter().map(OsStr::to_string_lossy).collect::<Vec<_>>().join("/")
}

fn digest(bytes: &[u8]) -> String {
    Digest::of(bytes).to_string()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
