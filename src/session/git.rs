//! What git has of a project: the locks of its branches, stashes and worktrees, those of its history, and its raws.

use std::collections::BTreeSet;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Error, Result};
use crate::store::read_behind_links;
use crate::words::diagnostic::Diagnostic;

const LOCK: &str = "pixels.lock";

/// No lock is longer.
const MAX_LOCK: u64 = 256 << 20;

/// A repository with a project in it.
pub(super) struct Git {
    root: PathBuf,
    /// The project's folder in the repository: empty, or with a slash at its end.
    prefix: String,
}

impl Git {
    /// The repository of a project. `Ok(None)`: it is in none. The error says why git cannot be asked.
    pub(super) fn of(root: &Path) -> std::result::Result<Option<Self>, String> {
        let is_repository =
            root.canonicalize().is_ok_and(|root| root.ancestors().any(|folder| folder.join(".git").exists()));
        if !is_repository {
            return Ok(None);
        }
        let git = Self { root: root.to_owned(), prefix: String::new() };
        let prefix = git.text(root, &["rev-parse", "--show-prefix"])?;
        Ok(Some(Self { prefix: prefix.trim_end_matches(['\r', '\n']).to_owned(), ..git }))
    }

    /// The text of the lock in a revision, if that has one.
    ///
    /// # Errors
    /// `unknown-revision`.
    pub(super) fn lock_at(&self, revision: &str) -> Result<Option<String>> {
        let commit = self.commit(revision)?;
        Ok(self.contents(self.blobs(BTreeSet::from([commit]))?)?.pop())
    }

    /// A file of the project in a revision.
    pub(super) fn file_at(&self, revision: &str, path: &str) -> Option<Vec<u8>> {
        let name = format!("{}:{}{path}", self.commit(revision).ok()?, self.prefix);
        let output = command(&self.root, &["cat-file", "blob", &name]).output().ok()?;
        output.status.success().then_some(output.stdout)
    }

    fn commit(&self, revision: &str) -> Result<String> {
        let wanted = format!("{revision}^{{commit}}");
        let found = self.text(&self.root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]);
        // What is no revision of its own is echoed, or nothing.
        let found = found.ok().and_then(|text| text.lines().next_back().map(str::to_owned));
        found.filter(|commit| commit.len() >= 40 && commit.bytes().all(|b| b.is_ascii_hexdigit())).ok_or_else(|| {
            let message = format!("git has no revision `{revision}`");
            Error::usage("unknown-revision", message, "name a commit, a branch or a tag, such as `origin/main`")
        })
    }

    /// Whether a file of the project is tracked.
    pub(super) fn tracks(&self, file: &str) -> bool {
        self.text(&self.root, &["ls-files", "--error-unmatch", "--", file]).is_ok()
    }

    /// The texts of the locks of all refs, stashes, indexes and worktrees.
    pub(super) fn locks(&self) -> Result<Vec<String>> {
        let refs = self.lines(&["for-each-ref", "--format=%(objectname)"])?;
        let stashes = self.lines(&["stash", "list", "--format=%H %P"])?;
        let mut commits: BTreeSet<String> =
            refs.iter().chain(&stashes).flat_map(|line| line.split(' ')).map(str::to_owned).collect();
        let (mut blobs, mut texts) = (BTreeSet::new(), Vec::new());
        for line in self.lines(&["worktree", "list", "--porcelain"])? {
            match line.split_once(' ') {
                Some(("HEAD", commit)) => drop(commits.insert(commit.to_owned())),
                Some(("worktree", folder)) => {
                    let folder = Path::new(folder).join(&self.prefix);
                    blobs.extend(self.staged(&folder));
                    texts.extend(locks_in(&folder));
                }
                _ => {}
            }
        }
        blobs.extend(self.blobs(commits)?);
        texts.extend(self.contents(blobs)?);
        Ok(texts)
    }

    /// The texts of all locks that any commit has or had, as far as refs and reflogs reach.
    pub(super) fn past_locks(&self) -> Result<Vec<String>> {
        let path = format!(":(top){}{LOCK}", self.prefix);
        let commits = self.lines(&["rev-list", "--all", "--reflog", "--full-history", "--", &path])?;
        self.contents(self.blobs(commits.into_iter().collect())?)
    }

    /// The files of a folder that the present commit has as they are.
    pub(super) fn committed(&self, folder: &str) -> BTreeSet<String> {
        let names = |arguments: &[&str]| {
            let text = self.text(&self.root, arguments).ok()?;
            Some(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect::<BTreeSet<String>>())
        };
        let all = names(&["ls-tree", "-r", "-z", "--name-only", "HEAD", "--", folder]);
        let changed = names(&["diff", "--no-ext-diff", "--relative", "-z", "--name-only", "HEAD", "--", folder]);
        all.zip(changed).map(|(all, changed)| all.difference(&changed).cloned().collect()).unwrap_or_default()
    }

    /// The lock's blobs in the index of a worktree; several in a conflict.
    fn staged(&self, folder: &Path) -> Vec<String> {
        // A worktree whose folder is gone has none.
        let text = self.text(folder, &["ls-files", "--stage", "--", LOCK]).unwrap_or_default();
        text.lines().filter_map(|line| line.split(' ').nth(1)).map(str::to_owned).collect()
    }

    /// The lock's blobs in commits.
    fn blobs(&self, commits: BTreeSet<String>) -> Result<BTreeSet<String>> {
        let names: String = commits.iter().map(|commit| format!("{commit}:{}{LOCK}\n", self.prefix)).collect();
        let found = self.feed(&["cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)"], &names)?;
        let found = String::from_utf8_lossy(&found).into_owned();
        let blob = |line: &str| {
            let [kind, size, name] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
            (kind == "blob" && size.parse::<u64>().ok()? <= MAX_LOCK).then(|| name.to_owned())
        };
        Ok(found.lines().filter_map(blob).collect())
    }

    fn contents(&self, blobs: BTreeSet<String>) -> Result<Vec<String>> {
        let names: String = blobs.iter().map(|blob| format!("{blob}\n")).collect();
        let bytes = self.feed(&["cat-file", "--batch=%(objectsize)"], &names)?;
        let (mut texts, mut rest) = (Vec::new(), &bytes[..]);
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let size = std::str::from_utf8(&rest[..end]).ok().and_then(|size| size.parse::<usize>().ok());
            let Some(content) = size.and_then(|size| rest.get(end + 1..end + 1 + size)) else { break };
            texts.push(String::from_utf8_lossy(content).into_owned());
            rest = rest.get(end + 2 + content.len()..).unwrap_or_default();
        }
        Ok(texts)
    }

    fn lines(&self, arguments: &[&str]) -> Result<Vec<String>> {
        let text = self.text(&self.root, arguments).map_err(|error| failed(&error))?;
        Ok(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    fn text(&self, folder: &Path, arguments: &[&str]) -> std::result::Result<String, String> {
        let output = command(folder, arguments).output().map_err(|error| error.to_string())?;
        let error = || String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned();
        if output.status.success() { Ok(String::from_utf8_lossy(&output.stdout).into_owned()) } else { Err(error()) }
    }

    /// Runs git with an input of any length, which is a file so that neither waits for the other.
    fn feed(&self, arguments: &[&str], input: &str) -> Result<Vec<u8>> {
        let run = || -> io::Result<Vec<u8>> {
            let mut file = tempfile::tempfile()?;
            file.write_all(input.as_bytes())?;
            file.rewind()?;
            let output = command(&self.root, arguments).stdin(file).output()?;
            if output.status.success() { Ok(output.stdout) } else { Err(io::Error::other("it failed")) }
        };
        run().map_err(|error| failed(&error.to_string()))
    }
}

/// The locks of a worktree: the committed one and those of its profiles.
fn locks_in(folder: &Path) -> Vec<String> {
    let paths = super::lock_files(&crate::store::Folders::new(folder, None));
    paths
        .into_iter()
        .filter_map(|path| read_behind_links(&path).ok().flatten())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}

/// The name that git signs commits with, in a folder.
pub(super) fn user_name(folder: &Path) -> Option<String> {
    let output = command(folder, &["config", "user.name"]).output().ok()?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn failed(error: &str) -> Error {
    let diagnostic = Diagnostic::error("git-failed", format!("git cannot say what other branches need: {error}"));
    Error::Failed(diagnostic.hint("make `git status` work here, then try again"))
}
