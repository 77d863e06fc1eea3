//! `dgx-pixels cache`: size, verify, gc, export, import.

use super::args::{Cache, CacheCommand, Gc, Global};
use super::{Exit, project, report, style};
use crate::session::{
    self, Captures, DiskUse, Existing, Exported, Garbage, Imported, Operation, Removed, StoreSize, Verified,
};
use crate::words::suggest::list;
use crate::words::text::printable;

/// Looks after the store.
pub(super) fn run(global: &Global, args: &Cache) -> session::Result<Exit> {
    project::operate_on_default(global, |operation| carry_out(global, &args.command, operation))
}

fn carry_out(global: &Global, command: &CacheCommand, operation: &Operation) -> session::Result<Exit> {
    match command {
        CacheCommand::Size => {
            report::result(global, "cache-size", &session::store_size(operation)?, size);
            Ok(Exit::Success)
        }
        CacheCommand::Verify => {
            let verified = session::verify_store(operation)?;
            report::result(global, "cache-verified", &verified, verify);
            Ok(verified.exit())
        }
        CacheCommand::Gc(args) => {
            report::result(global, "cache-removed", &session::gc(operation, garbage(args))?, removed);
            Ok(Exit::Success)
        }
        CacheCommand::Export { picked, force, file } => {
            let captures = if *picked { Captures::Picked } else { Captures::All };
            let exported = session::export_captures(operation, captures, file, Existing::replace_if(*force))?;
            report::result(global, "cache-exported", &exported, |found| export(found, &file.display().to_string()));
            Ok(exported.exit())
        }
        CacheCommand::Import { file } => {
            let imported = session::import_captures(operation, file)?;
            report::result(global, "cache-imported", &imported, import);
            Ok(imported.exit())
        }
    }
}

fn garbage(args: &Gc) -> Garbage {
    let Gc { raws, sprites, all, dry_run, shared } = *args;
    Garbage { raws: raws || all, sprites: sprites || all, dry_run, shared }
}

fn size(size: &StoreSize) {
    for (what, DiskUse { files, bytes }) in [("raws", size.raws), ("cached sprites", size.sprites)] {
        style::out(&format!("{what}: {} in {}", bytes_text(bytes), style::count(files, "file", "files")));
    }
    style::out(&format!("captures: {}", size.captures));
}

fn verify(verified: &Verified) {
    for digest in &verified.damaged {
        style::out(&format!("{digest}: damaged, put aside"));
    }
    style::out(&format!("{} read, {} damaged", style::count(verified.raws, "raw", "raws"), verified.damaged.len()));
}

fn removed(removed: &Removed) {
    let verb = if removed.dry_run { "would remove" } else { "removed" };
    let DiskUse { files, bytes } = removed.used;
    style::out(&format!("{verb} {}, {}", style::count(files, "file", "files"), bytes_text(bytes)));
}

fn export(exported: &Exported, file: &str) {
    style::out(&printable(&format!("wrote {} to {file}", style::count(exported.raws, "raw", "raws"))));
    if !exported.missing.is_empty() {
        let digests: Vec<String> = exported.missing.iter().map(ToString::to_string).collect();
        let raws = style::count(digests.len(), "raw is", "raws are");
        style::error(&format!("{raws} not on this machine: {}", list(&digests)), None);
    }
}

fn import(imported: &Imported) {
    style::out(&format!("imported {}", style::count(imported.raws, "raw", "raws")));
    if imported.damaged > 0 {
        style::error(&format!("{} damaged and left out", style::count(imported.damaged, "raw is", "raws are")), None);
    }
}

fn bytes_text(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
