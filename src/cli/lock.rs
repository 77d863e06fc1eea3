//! `dgx-pixels lock resolve`: both sides of a merge become one lock.

use std::path::Path;

use anyhow::Context;

use super::args::{Global, Lock as LockArgs, LockCommand};
use super::{Exit, project, style};
use crate::manifest;
use crate::session;
use crate::store::{Folders, Written, write_whole};
use crate::words::asset::SlotId;
use crate::words::digest::Short;
use crate::words::lock::{self, Lock, Side};

/// Mends the lock.
pub fn run(global: &Global, args: &LockArgs) -> anyhow::Result<Exit> {
    let LockCommand::Resolve { ours, theirs } = args.command;
    let root = project::root(global)?;
    let _hold = project::hold(global, &root, "lock resolve")?;
    let path = root.join("pixels.lock");
    let side = match (ours, theirs) {
        (true, _) => Some(Side::Ours),
        (_, true) => Some(Side::Theirs),
        _ => None,
    };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        project::usage(format!("`pixels.lock` cannot be read: {error}"), "`dgx-pixels build` writes one")
    })?;
    if !text.lines().any(is_mark) {
        parse("`pixels.lock`", &text)?;
        if !global.quiet {
            style::out("pixels.lock holds no conflict; nothing to do");
        }
        return Ok(Exit::Success);
    }
    resolve(global, &root, &text, side)
}

fn resolve(global: &Global, root: &Path, text: &str, side: Option<Side>) -> anyhow::Result<Exit> {
    let (our_text, their_text) = lock::sides(text);
    let our = parse("our side of `pixels.lock`", &our_text)?;
    let their = parse("their side of `pixels.lock`", &their_text)?;
    let merged = lock::merge(&our, &their, &asked(root)?, side).map_err(|undecided| {
        let names: Vec<String> = undecided
            .iter()
            .map(|one| format!("{} (ours {}, theirs {})", one.slot, one.ours.n, one.theirs.n))
            .collect();
        project::usage(
            format!("two people picked differently: {}", names.join("; ")),
            "say whose picks hold: `lock resolve --ours` or `--theirs`",
        )
    })?;
    remember(root, &[&our, &their])?;
    write_whole(&root.join("pixels.lock"), merged.text().as_bytes(), "lock").context("cannot write `pixels.lock`")?;
    if !global.quiet {
        style::out("pixels.lock holds both sides now; run `dgx-pixels build`, then commit");
    }
    Ok(Exit::Success)
}

/// A line that version control wrote into a file that it could not merge.
fn is_mark(line: &str) -> bool {
    ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}

fn parse(what: &str, text: &str) -> anyhow::Result<Lock> {
    Lock::parse(text).map_err(|error| project::usage(format!("{what} cannot be read: {error}"), error.hint()))
}

/// Whether the manifest asks for a slot in this way; a manifest in conflict is resolved first.
fn asked(root: &Path) -> anyhow::Result<impl Fn(&SlotId, Short) -> bool + use<>> {
    let text = std::fs::read_to_string(root.join("pixels.toml")).unwrap_or_default();
    if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
        return Err(project::usage(
            "`pixels.toml` holds an unresolved merge",
            "resolve it first, then run `dgx-pixels lock resolve`",
        ));
    }
    manifest::load(root, &session::load_options(None)).map_err(crate::session::Error::from)?;
    let asks = session::asks_of_manifest(root)?;
    Ok(move |slot: &SlotId, ask: Short| asks.contains(&(slot.clone(), ask)))
}

/// The files of either side stay ours.
fn remember(root: &Path, locks: &[&Lock]) -> anyhow::Result<()> {
    let folders = Folders::new(root, None);
    let out = manifest::load(root, &session::load_options(None))
        .map(|loaded| loaded.manifest.project.out)
        .unwrap_or_default();
    let mut written = Written::load(&folders.work, None).context("cannot read `.dgx-pixels/written`")?;
    let files = locks
        .iter()
        .flat_map(|lock| lock.files().map(|(path, digest)| (digest, format!("{out}/{path}"))))
        .collect::<Vec<_>>();
    written.add(&files).context("cannot write `.dgx-pixels/written`")
}
