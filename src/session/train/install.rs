//! The worker's environment: a virtual environment of its own, with packages pinned by digest.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use etcetera::BaseStrategy;
use serde::Serialize;

use super::package::{FILES, KEYS, VERSION};
use crate::session::{Error, Result};
use crate::store;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};

/// The environment that an installation ends with; its content is the digest of the lock file.
const MARK: &str = "installed";

/// An installed worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Installed {
    /// Where it is.
    pub folder: String,
    /// Its version.
    pub version: String,
    /// Its Python.
    pub python: String,
}

/// The folder of the worker of this version: `DGX_PIXELS_WORKER`, or one in the user's data folder.
///
/// # Errors
/// The user has no data folder.
pub fn home() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("DGX_PIXELS_WORKER").filter(|folder| !folder.is_empty()) {
        return Ok(folder.into());
    }
    let strategy = etcetera::choose_base_strategy().map_err(|error| {
        let diagnostic = Diagnostic::error("no-cache-folder", format!("this user has no data folder: {error}"));
        Error::Failed(diagnostic.hint("set `HOME` or `DGX_PIXELS_WORKER`"))
    })?;
    Ok(strategy.data_dir().join("dgx-pixels").join(format!("worker-{VERSION}")))
}

/// The installed worker, if it is whole and of this version.
pub(super) fn installed() -> Result<Installed> {
    let folder = home()?;
    let python = python_of(&folder);
    let mark = store::read_if_there(&folder.join(MARK)).reading(&folder)?;
    if mark.is_some_and(|mark| mark == digest().into_bytes()) && python.exists() {
        return Ok(describe(&folder, &python));
    }
    let diagnostic =
        Diagnostic::error("worker-not-installed", "the training worker is not installed, or of another version");
    Err(Error::Failed(diagnostic.hint("`dgx-pixels worker install` installs it; it needs Python 3.11 and about 6 GB")))
}

/// Where the worker's packages come from.
#[derive(Clone, Copy, Debug)]
pub enum Packages<'a> {
    /// Those of the lock file, from PyPI, for this Python.
    Pinned(&'a Path),
    /// Those of an environment that is there, such as one of NVIDIA's containers.
    Of(&'a Path),
}

/// What the worker imports; torch comes last, since it takes longest.
const IMPORTS: &str = "import msgpack, zmq, PIL, safetensors, peft, transformers, diffusers, torch";

/// Installs the worker. `say` hears what is done.
///
/// # Errors
/// Python or pip fails, or an environment lacks packages.
pub fn install(packages: Packages<'_>, say: &mut dyn FnMut(&str)) -> Result<Installed> {
    let folder = home()?;
    say(&format!("making an environment in {}", folder.display()));
    std::fs::create_dir_all(&folder).accessing(Access::CreateFolder, &folder)?;
    for (name, text) in FILES.iter().chain([&KEYS]) {
        let path = folder.join("src").join(name);
        store::write_unflushed(&path, text.as_bytes(), "worker").writing(&path)?;
    }
    let mark = folder.join(MARK);
    remove_if_there(&mark)?;
    let environment = folder.join("venv");
    match packages {
        Packages::Pinned(python) => pinned(&folder, &environment, python, say)?,
        Packages::Of(other) => link(&environment, other)?,
    }
    store::write_whole(&mark, digest().as_bytes(), "worker").writing(&mark)?;
    Ok(describe(&folder, &python_of(&folder)))
}

/// Makes an environment of the packages of the lock file.
fn pinned(folder: &Path, environment: &Path, python: &Path, say: &mut dyn FnMut(&str)) -> Result<()> {
    // An environment of another installation stays as it is.
    if environment.is_symlink() {
        remove_if_there(environment)?;
    }
    run(Command::new(python).args(["-m", "venv", "--clear"]).arg(environment), "Python 3.11 with `venv` is needed")?;
    say("installing packages; this takes some minutes");
    let mut pip = Command::new(python_of(folder));
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r"]);
    run(pip.arg(folder.join("src/requirements.lock")), "the packages come from PyPI, which must be reachable")
}

/// Takes the environment that is there, once it has everything.
fn link(environment: &Path, other: &Path) -> Result<()> {
    let other = std::fs::canonicalize(other).reading(other)?;
    let hint = "the environment needs the packages of `python/pyproject.toml`, in versions that go together";
    run(Command::new(other.join("bin/python")).args(["-c", IMPORTS]), hint)?;
    match environment.is_symlink() {
        true => remove_if_there(environment)?,
        false => match std::fs::remove_dir_all(environment) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).writing(environment)?,
            _ => {}
        },
    }
    std::os::unix::fs::symlink(&other, environment).writing(environment)?;
    Ok(())
}

fn remove_if_there(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Ok(Err(error).writing(path)?),
        _ => Ok(()),
    }
}

fn describe(folder: &Path, python: &Path) -> Installed {
    let (folder, python) = (folder.display().to_string(), python.display().to_string());
    Installed { folder, version: VERSION.to_owned(), python }
}

fn python_of(folder: &Path) -> PathBuf {
    folder.join("venv/bin/python")
}

/// The digest of all files that an installation has.
fn digest() -> String {
    let all: Vec<&str> = FILES.iter().chain([&KEYS]).flat_map(|(name, text)| [*name, *text]).collect();
    Digest::of(all.join("\0").as_bytes()).to_string()
}

fn run(command: &mut Command, hint: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |why: &str| {
        let diagnostic = Diagnostic::error("worker-install", format!("`{program}` failed: {why}"));
        Error::Failed(diagnostic.hint(hint.to_owned()))
    };
    let output = command.stdin(Stdio::null()).output().map_err(|error| failed(&error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(failed(errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason")))
}
