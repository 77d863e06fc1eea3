//! `dgx-pixels cache`: the store's size, health, waste, and its way to another machine.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::Context;

use super::args::{Cache, CacheCommand, Gc, Global};
use super::{Exit, project, style};
use crate::session::{self, Look, Options, Workspace};
use crate::store::{self, Record};
use crate::words::digest::Digest;
use crate::words::lock::Lock;
use crate::words::raw::Raw;

/// Looks after the store.
pub fn run(global: &Global, args: &Cache) -> anyhow::Result<Exit> {
    let root = project::root(global)?;
    let _hold = project::hold(global, &root, "cache")?;
    let (mut workspace, state) = session::open(&root, &Options::default(), Look::Lock)?;
    match &args.command {
        CacheCommand::Size => Ok(size(&workspace)),
        CacheCommand::Verify => verify(&workspace),
        CacheCommand::Gc(args) => gc(&mut workspace, args),
        CacheCommand::Export { picked, force, file } => {
            let wanted = if *picked { state.lock.picked() } else { state.lock.raws() };
            export(&workspace, &wanted, file, *force)
        }
        CacheCommand::Import { file } => import(&mut workspace, file),
    }
}

fn size(workspace: &Workspace) -> Exit {
    let (raws, sprites) = (workspace.blobs.files(), workspace.cache.files());
    for (what, files) in [("raws", raws), ("cached sprites", sprites)] {
        let bytes: u64 = files.iter().map(|(_, _, length)| length).sum();
        style::out(&format!("{what}: {} in {}", bytes_text(bytes), style::count(files.len(), "file", "files")));
    }
    style::out(&format!("captures: {}", workspace.records.captures.len()));
    Exit::Success
}

fn bytes_text(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn verify(workspace: &Workspace) -> anyhow::Result<Exit> {
    let mut damaged = Vec::new();
    let files = workspace.blobs.files();
    for (digest, ..) in &files {
        if workspace.blobs.read(digest).context("cannot read the store")?.is_none() {
            damaged.push(digest.to_string());
        }
    }
    for (key, path, _) in workspace.cache.files() {
        if workspace.cache.read(&key).context("cannot read the store")?.is_none() {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
    }
    for digest in &damaged {
        style::out(&format!("{digest}: damaged, put aside"));
    }
    style::out(&format!("{} read, {} damaged", style::count(files.len(), "raw", "raws"), damaged.len()));
    Ok(if damaged.is_empty() { Exit::Success } else { Exit::Failed })
}

/// Every lock of this checkout; one that cannot be read stops the sweep, since nobody knows what it names.
fn locks(workspace: &Workspace) -> anyhow::Result<Vec<Lock>> {
    let mut locks = Vec::new();
    for path in session::lock_files(&workspace.folders) {
        locks.extend(session::read_lock(&path)?);
    }
    Ok(locks)
}

fn gc(workspace: &mut Workspace, args: &Gc) -> anyhow::Result<Exit> {
    let own = workspace.folders.store.starts_with(&workspace.folders.work);
    if !own && !args.shared && !args.dry_run {
        let message = "the store lies in a folder of its own, where other projects may keep raws";
        return Err(project::usage(message, "say so with `--shared` if this project alone uses it"));
    }
    let locks = locks(workspace)?;
    let raws: BTreeSet<Digest> = locks.iter().flat_map(Lock::raws).collect();
    let made = locks.iter().flat_map(|lock| lock.entries.values()).filter_map(|entry| entry.made.as_ref());
    let sprites: BTreeSet<Digest> = made.map(|made| made.sprite).collect();
    let (mut files, mut bytes) = (0, 0);
    let mut sweep = |found: Vec<(Digest, std::path::PathBuf, u64)>, named: &BTreeSet<Digest>| -> anyhow::Result<()> {
        for (_, path, length) in found.into_iter().filter(|(digest, ..)| !named.contains(digest)) {
            files += 1;
            bytes += length;
            if !args.dry_run {
                std::fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
            }
        }
        Ok(())
    };
    if args.raws || args.all {
        sweep(workspace.blobs.files(), &raws)?;
    }
    if args.sprites || args.all {
        sweep(workspace.cache.files(), &sprites)?;
    }
    for (path, length) in store::abandoned(&workspace.folders.store) {
        files += 1;
        bytes += length;
        if !args.dry_run {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
    }
    if (args.raws || args.all) && !args.dry_run {
        workspace.records.retain(|record| raws.contains(&record.raw)).context("cannot write the store's records")?;
    }
    let would = if args.dry_run { "would remove" } else { "removed" };
    style::out(&format!("{would} {}, {}", style::count(files, "file", "files"), bytes_text(bytes)));
    Ok(Exit::Success)
}

fn export(workspace: &Workspace, wanted: &BTreeSet<Digest>, file: &Path, force: bool) -> anyhow::Result<Exit> {
    let mut archive = tar::Builder::new(BufWriter::new(create(file, force)?));
    let mut missing = Vec::new();
    for digest in wanted {
        match workspace.blobs.read(digest).context("cannot read the store")? {
            Some(raw) => append(&mut archive, &format!("raws/{digest}.png"), &crate::store::encode(&raw.pixels)?)?,
            None => missing.push(digest.to_string()),
        }
    }
    let mut records: Vec<&Record> =
        workspace.records.captures.values().filter(|record| wanted.contains(&record.raw)).collect();
    records.sort_by_key(|record| record.request);
    let lines: Vec<String> = records.into_iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    append(&mut archive, "records.jsonl", lines.join("\n").as_bytes())?;
    archive.into_inner()?.flush().with_context(|| format!("cannot write `{}`", file.display()))?;
    style::out(&format!("wrote {} to {}", style::count(wanted.len() - missing.len(), "raw", "raws"), file.display()));
    if missing.is_empty() {
        return Ok(Exit::Success);
    }
    style::error(
        &format!(
            "{} not on this machine: {}",
            style::count(missing.len(), "raw is", "raws are"),
            crate::words::suggest::list(&missing)
        ),
        None,
    );
    Ok(Exit::Failed)
}

/// Opens a file to write, and one that is there only if that is wanted.
fn create(file: &Path, force: bool) -> anyhow::Result<File> {
    let opened = if force { File::create(file) } else { File::create_new(file) };
    opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            project::usage(format!("`{}` exists already", file.display()), "`--force` writes over it")
        }
        _ => anyhow::Error::new(error).context(format!("cannot write `{}`", file.display())),
    })
}

/// Equal content gives an equal archive: no time, no owner.
fn append<W: Write>(archive: &mut tar::Builder<W>, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    archive.append_data(&mut header, name, bytes)?;
    Ok(())
}

fn import(workspace: &mut Workspace, file: &Path) -> anyhow::Result<Exit> {
    const MOST: u64 = 512 << 20;
    let not_ours = || {
        project::usage(
            format!("`{}` is not what `cache export` writes", file.display()),
            "export it again on the machine that has the raws",
        )
    };
    let input = File::open(file).map_err(|error| {
        let message = format!("`{}` cannot be read: {error}", file.display());
        project::usage(message, "name a file that `cache export` wrote")
    })?;
    let mut archive = tar::Archive::new(BufReader::new(input));
    let (mut taken, mut refused, mut lines) = (0, 0, Vec::new());
    for entry in archive.entries().map_err(|_| not_ours())? {
        let entry = entry.map_err(|_| not_ours())?;
        let name = entry.path().map_err(|_| not_ours())?.to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.take(MOST).read_to_end(&mut bytes).map_err(|_| not_ours())?;
        // The names in the archive never become paths: a raw is stored under the digest of its own pixels.
        if let Some(digest) = name.strip_prefix("raws/").and_then(|name| name.strip_suffix(".png")) {
            match crate::store::decode(&bytes).map(Raw::new).filter(|raw| raw.digest.to_string() == digest) {
                Some(raw) => {
                    workspace.blobs.keep(&raw).context("cannot write the store")?;
                    taken += 1;
                }
                None => refused += 1,
            }
        } else if name == "records.jsonl" {
            lines.extend(
                bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Record>(line).ok()),
            );
        } else {
            return Err(not_ours());
        }
    }
    for record in lines {
        workspace.records.keep(record).context("cannot write the store")?;
    }
    style::out(&format!("took {}", style::count(taken, "raw", "raws")));
    if refused == 0 {
        return Ok(Exit::Success);
    }
    style::error(&format!("{} damaged and left out", style::count(refused, "raw is", "raws are")), None);
    Ok(Exit::Failed)
}
