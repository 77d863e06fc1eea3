//! Digests of the files that asks name, and the project's own workflows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::versions;
use crate::manifest::Loaded;
use crate::plain_file;
use crate::plan::{FileInput, Inputs, unusable};
use crate::session::Error;
use crate::session::job::no_threads;
use crate::store::Index;
use crate::threads;
use crate::words::ask::Input;
use crate::words::diagnostic::Diagnostic;
use crate::words::digest::Digest;
use crate::words::file_error::{Access, FileResult};
use crate::words::image_file;
use crate::words::project::Origin;
use crate::words::raw::pixels_digest;

/// Reads what the manifest names; a file that cannot be read is an error of its assets.
pub(super) fn inputs(root: &Path, loaded: &Loaded, index: &mut Index) -> Result<Inputs, Error> {
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let (mut paths, mut images) = (BTreeSet::new(), BTreeSet::new());
    for slot in loaded.manifest.groups.iter().flat_map(|group| group.slots()) {
        paths.extend(slot.ask.sources().into_iter().flatten().map(|source| source.path.clone()));
        let files = slot
            .ask
            .inputs()
            .values()
            .filter_map(|input| if let Input::File(path) = input { Some(path) } else { None });
        images.extend(files.cloned());
    }
    for group in &loaded.manifest.groups {
        if let Origin::Still(_, motion) = &group.origin {
            images.extend(motion.masks().map(str::to_owned));
        }
    }
    paths.extend(images.iter().cloned());
    let paths: Vec<String> = paths.into_iter().collect();
    let digests = index.digests(root, &paths);
    let mut files = BTreeMap::new();
    for (path, bytes) in paths.into_iter().zip(digests) {
        let file = match bytes {
            None => Err(unreadable(root, &path)),
            Some(bytes) if images.contains(&path) => image_input(root, &path, bytes, index),
            Some(bytes) => Ok(FileInput { bytes, pixels: None }),
        };
        files.insert(path, file);
    }
    let (mut workflows, mut bad_workflows) = (BTreeMap::new(), BTreeMap::new());
    for (name, workflow) in &loaded.workflows {
        match workflow {
            Ok(graph) => drop(workflows.insert(name.clone(), graph.clone())),
            Err(error) => drop(bad_workflows.insert(name.clone(), error.clone())),
        }
    }
    Ok(Inputs { files, workflows, bad_workflows, versions: versions() })
}

/// Why a file has no digest.
fn unreadable(root: &Path, path: &str) -> Diagnostic {
    match plain_file::read(&root.join(path), image_file::MAX_BYTES).accessing(Access::ReadInput, path) {
        Err(error) => error.into(),
        // It was not there, or not readable, a moment ago.
        Ok(_) => unusable(path, "changed while it was read"),
    }
}

fn image_input(root: &Path, path: &str, bytes: Digest, index: &mut Index) -> Result<FileInput, Diagnostic> {
    if let Some(pixels) = index.pixels.get(&bytes) {
        return Ok(FileInput { bytes, pixels: Some(*pixels) });
    }
    let content = plain_file::read(&root.join(path), image_file::MAX_BYTES).accessing(Access::ReadInput, path)?;
    let image = image_file::decode(&content, path)?;
    let pixels = pixels_digest(&image.pixels);
    index.know_pixels(bytes, pixels);
    Ok(FileInput { bytes, pixels: Some(pixels) })
}
