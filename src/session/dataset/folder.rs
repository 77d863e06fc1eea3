//! The images of a data set's folder, its notes, and the captions beside the images.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::plain_file;
use crate::session::{Error, Result};
use crate::words::dataset::DatasetNotes;
use crate::words::diagnostic::{Diagnostic, Subject};

/// The notes.
const NOTES: &str = "dataset.toml";
/// The most images of a data set.
const MOST: usize = 10_000;
/// Folders are searched so deep.
const DEEPEST: usize = 8;
/// The endings of images, of formats that are read and of others.
const ENDINGS: [&str; 19] = [
    "png", "jpg", "jpeg", "webp", "gif", "bmp", "tga", "tif", "tiff", "psd", "ase", "aseprite", "avif", "jxl", "heic",
    "ico", "svg", "xcf", "qoi",
];

/// An image file.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its path relative to the folder, with `/`, fit to be shown.
    pub(super) name: String,
}

/// What a folder has.
pub(super) struct Folder {
    pub(super) files: Vec<File>,
    pub(super) notes: DatasetNotes,
    /// What cannot be used, and why.
    pub(super) refused: Vec<Diagnostic>,
}

/// Lists a folder in natural order.
pub(super) fn list(folder: &Path) -> Result<Folder> {
    if !folder.is_dir() {
        let message = format!("`{}` is not a folder", folder.display());
        return Err(Error::usage("no-such-file", message, "name the folder with the images"));
    }
    let notes = notes(&folder.join(NOTES))?;
    let is_shown = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    let (mut files, mut refused) = (Vec::new(), Vec::new());
    for entry in WalkDir::new(folder).max_depth(DEEPEST).into_iter().filter_entry(is_shown) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(|path| shown(path.strip_prefix(folder).unwrap_or(path)));
                let message = format!("`{}` cannot be read", path.unwrap_or_default());
                refused.push(Diagnostic::error("unreadable-file", message));
                continue;
            }
        };
        let name = shown(entry.path().strip_prefix(folder).unwrap_or(entry.path()));
        if entry.path_is_symlink() && entry.depth() > 0 {
            let message = format!("`{name}` is a symbolic link; links are not followed");
            let found = Diagnostic::error("symbolic-link", message).hint("copy the file, or remove the link");
            refused.push(found.about(Subject::File(name)));
        } else if entry.file_type().is_file() && is_image(entry.path()) {
            files.push(File { path: entry.into_path(), name });
        }
    }
    if files.len() > MOST {
        let message = format!("`{}` has {} images, more than {MOST}", folder.display(), files.len());
        return Err(Error::usage("too-many-files", message, "train on fewer; beyond 300 they add little"));
    }
    files.sort_by(|a, b| natord::compare(&a.name, &b.name).then_with(|| a.path.cmp(&b.path)));
    Ok(Folder { files, notes, refused })
}

fn notes(path: &Path) -> Result<DatasetNotes> {
    let text = match plain_file::read_own_text(path, plain_file::LONGEST_TEXT) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(DatasetNotes::default()),
        Err(error) => return Err(bad_notes(path, &error.to_string())),
    };
    DatasetNotes::parse(&text).map_err(|error| bad_notes(path, &error))
}

fn bad_notes(path: &Path, error: &str) -> Error {
    let hint = "its keys are trigger, template, source, author, licence, tags, and a table `image` with the same for each path";
    Error::usage("bad-dataset-notes", format!("`{}` cannot be used: {error}", path.display()), hint)
}

/// The caption beside an image (`knight.txt` of `knight.png`), if there is one.
pub(super) fn caption_beside(path: &Path) -> std::io::Result<Option<String>> {
    match plain_file::read_own_text(&path.with_extension("txt"), 1 << 16) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A path in messages and captions: with `/`, without control characters.
fn shown(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy().into_owned()).collect::<Vec<_>>().join("/");
    parts.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn is_image(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}
