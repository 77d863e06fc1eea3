//! Paths that differ only in case: on macOS and Windows they are one file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The paths that stay, to be found by any spelling.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    by_spelling: BTreeMap<String, String>,
    /// The folders on the way to them, as they are spelt.
    folders: BTreeSet<String>,
}

impl Wanted {
    /// Paths relative to the project, with `/`.
    pub fn new(paths: impl IntoIterator<Item = String>) -> Self {
        let mut wanted = Self::default();
        for path in paths {
            wanted.folders.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
            wanted.by_spelling.insert(path.to_lowercase(), path);
        }
        wanted
    }

    /// The wanted path that differs from this one in case.
    pub(super) fn other_spelling(&self, path: &str) -> Option<&str> {
        self.by_spelling.get(&path.to_lowercase()).filter(|other| *other != path).map(String::as_str)
    }
}

/// Whether two paths that differ in case are one file here.
pub(super) fn is_one_file(root: &Path, one: &str, other: &str) -> bool {
    let [one_place, other_place] = [one, other].map(|path| root.join(path));
    let there = |place: &PathBuf| place.symlink_metadata().is_ok();
    if !there(&one_place) || !there(&other_place) {
        return false;
    }
    // Not every file system has one number for a file.
    same_file::is_same_file(one_place, other_place).unwrap_or(true)
        || steps(one, other).iter().any(|step| !step.has_both(root))
}

/// Gives folders and file the wanted spelling. A folder keeps the old one while wanted files use it. Where it fails, the
/// file has its content all the same.
pub(super) fn respell(root: &Path, from: &str, to: &str, wanted: &Wanted) {
    for Step { folder, from, to } in steps(from, to) {
        let folder = root.join(folder);
        let names = names(&folder);
        let is_used = wanted.folders.contains(from.path);
        if !is_used && names.contains(from.name) && !names.contains(to.name) {
            let _ = fs::rename(folder.join(from.name), folder.join(to.name));
        }
    }
}

/// A part of two paths that they spell differently.
struct Step<'a> {
    /// Its folder, as the second path spells it.
    folder: &'a str,
    from: Part<'a>,
    to: Part<'a>,
}

struct Part<'a> {
    path: &'a str,
    name: &'a str,
}

impl Step<'_> {
    /// Whether the folder has two entries of these names.
    fn has_both(&self, root: &Path) -> bool {
        let names = names(&root.join(self.folder));
        names.contains(self.from.name) && names.contains(self.to.name)
    }
}

/// The parts that differ, outermost first. Letters beyond ASCII may change their length with their case.
fn steps<'a>(from: &'a str, to: &'a str) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for (from, to) in prefixes(from).zip(prefixes(to)) {
        let name = |path: &'a str| path.rsplit_once('/').map_or(path, |(_, name)| name);
        let part = |path| Part { path, name: name(path) };
        if name(from) != name(to) {
            let folder = to.rsplit_once('/').map_or("", |(folder, _)| folder);
            steps.push(Step { folder, from: part(from), to: part(to) });
        }
    }
    steps
}

/// `a`, `a/b`, `a/b/c`.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with two names for one file, as a file system without case has: here, two links to one.
    fn two_names(folder: &Path, one: &str, other: &str) {
        for path in [one, other] {
            fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        }
        fs::write(folder.join(one), "knight").unwrap();
        fs::hard_link(folder.join(one), folder.join(other)).unwrap();
    }

    #[test]
    fn one_file_is_told_from_two() {
        let folder = tempfile::tempdir().unwrap();
        two_names(folder.path(), "a/hero.png", "a/Hero.png");
        fs::write(folder.path().join("a/potion.png"), "x").unwrap();
        fs::write(folder.path().join("a/Potion.png"), "x").unwrap();
        let is_one = |one, other| is_one_file(folder.path(), one, other);
        assert!(is_one("a/hero.png", "a/Hero.png"));
        // On a file system without case there is one.
        let both = names(&folder.path().join("a")).len() == 4;
        assert_eq!(is_one("a/potion.png", "a/Potion.png"), !both);
        assert!(!is_one("a/hero.png", "a/HERO.png") || !both);
    }

    #[test]
    fn names_of_folders_and_files_get_the_wanted_spelling() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("Units")).unwrap();
        for file in ["Units/hero.png", "Units/imp.png"] {
            fs::write(folder.path().join(file), "x").unwrap();
        }
        let wanted = |paths: &[&str]| Wanted::new(paths.iter().map(|path| (*path).to_owned()));
        respell(folder.path(), "Units/hero.png", "units/hero.png", &wanted(&["units/hero.png", "Units/imp.png"]));
        assert!(names(folder.path()).contains("Units"));
        respell(folder.path(), "Units/hero.png", "units/hero.png", &wanted(&["units/hero.png", "units/imp.png"]));
        assert_eq!(names(folder.path()), BTreeSet::from(["units".to_owned()]));
        respell(folder.path(), "units/hero.png", "units/Hero.png", &wanted(&["units/Hero.png"]));
        assert!(names(&folder.path().join("units")).contains("Hero.png"));
    }
}
