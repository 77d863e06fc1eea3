//! Moves locked assets to the newest versions of their built-in presets and workflows; nothing else moves them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Serialize;

use super::workspace::save_lock;
use super::{Operation, Result, lock_files, read_lock};
use crate::manifest::BuiltIns;
use crate::manifest::built_ins::{id, parse_id};
use crate::store::Folders;
use crate::words::file_error::FileResult;
use crate::words::lock::Lock;

/// What an upgrade changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Upgraded {
    /// What moved, by asset.
    pub moved: Vec<Moved>,
    /// All built-ins that locked assets use now.
    pub in_use: BTreeSet<String>,
}

/// A built-in of an asset that has a newer version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Moved {
    /// The asset.
    pub asset: String,
    /// The locked version: `character@1`.
    pub from: String,
    /// The newest version.
    pub to: String,
}

/// Rewrites the locks of all profiles; the next build makes what changed.
pub fn upgrade(op: &Operation) -> Result<Upgraded> {
    upgrade_to(op, &BuiltIns::default())
}

fn upgrade_to(op: &Operation, built_ins: &BuiltIns) -> Result<Upgraded> {
    let _lock = op.lock("upgrade")?;
    let (mut moved, mut in_use, mut changed) = (BTreeSet::new(), BTreeSet::new(), Vec::<(PathBuf, Lock)>::new());
    let folders = Folders::new(op.root, None);
    for path in lock_files(&folders) {
        let Some(mut lock) = read_lock(&path)? else { continue };
        let moves = move_entries(&mut lock, built_ins);
        in_use.extend(lock.entries.values().flat_map(|entry| entry.with.iter().cloned()));
        if !moves.is_empty() {
            changed.push((path, lock));
        }
        moved.extend(moves);
    }
    for (path, lock) in changed {
        save_lock(&folders, &path, &lock.text()).writing(path)?;
    }
    Ok(Upgraded { moved: moved.into_iter().collect(), in_use })
}

fn move_entries(lock: &mut Lock, built_ins: &BuiltIns) -> Vec<Moved> {
    let mut moves = Vec::new();
    for (group, entry) in &mut lock.entries {
        for with in &mut entry.with {
            let newest = parse_id(with).and_then(|(name, version)| Some((name, version, built_ins.newest(name)?)));
            let Some((name, _, newest)) = newest.filter(|(_, version, newest)| newest > version) else { continue };
            let to = id(name, newest);
            moves.push(Moved { asset: group.asset().to_owned(), from: with.clone(), to: to.clone() });
            *with = to;
        }
    }
    moves
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::session::{Cancel, Look, Options};

    const LOCK: &str = "version = 1\n\n[sprite.knight]\nwith = [\"character@1\"]\n";

    /// Another version of `character`.
    fn newer() -> BuiltIns {
        let mut built_ins = BuiltIns::default();
        let mut newer = *built_ins.preset("character", None).unwrap();
        (newer.version, newer.words) = (3, "newer words");
        built_ins.presets.to_mut().push(newer);
        built_ins
    }

    fn with(root: &Path) -> Vec<(String, Vec<String>)> {
        let options = Options { built_ins: newer(), ..Options::default() };
        let (workspace, _) = crate::session::open(root, &options, Look::Lock).unwrap_or_else(|error| panic!("{error}"));
        workspace.manifest.groups.iter().map(|group| (group.id.name.clone(), group.with.clone())).collect()
    }

    #[test]
    fn a_locked_asset_keeps_its_version_until_it_is_upgraded() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = "[project]\nname = \"x\"\nbackend = \"sketch\"\n[sprite.knight]\nprompt = \"a\"\npreset = \"character\"\n\
                        [sprite.orc]\nprompt = \"b\"\npreset = \"character\"\n";
        std::fs::write(folder.path().join("pixels.toml"), manifest).unwrap();
        std::fs::write(folder.path().join("pixels.lock"), LOCK).unwrap();
        let of = |knight: &str| {
            let with = |name: &str, id: &str| (name.to_owned(), vec![id.to_owned()]);
            vec![with("knight", knight), with("orc", "character@3")]
        };
        assert_eq!(with(folder.path()), of("character@1"));
        let cancel = Cancel::default();
        let op = Operation::new(folder.path(), None, Arc::new(()), &cancel);
        let moved = upgrade_to(&op, &newer()).unwrap();
        let knight = Moved { asset: "knight".into(), from: "character@1".into(), to: "character@3".into() };
        assert_eq!(moved, Upgraded { moved: vec![knight], in_use: BTreeSet::from(["character@3".to_owned()]) });
        assert_eq!(with(folder.path()), of("character@3"));
        assert_eq!(upgrade_to(&op, &newer()).unwrap().moved, []);
    }
}
