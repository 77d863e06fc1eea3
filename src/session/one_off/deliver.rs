//! Delivery: the image of a group goes to the place that the caller named.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::wanted::Place;
use crate::plain_file::{self, Refused};
use crate::plan;
use crate::session::{Existing, Workspace};
use crate::store;
use crate::words::asset::GroupId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::event::{Event, Observer};
use crate::words::file_error::FileResult;
use crate::words::image_file;
use crate::words::output;
use crate::words::project::{Group, Slot};

/// The images of a run, and where they go.
pub struct Delivery {
    root: PathBuf,
    images: BTreeMap<GroupId, Image>,
    place: Place,
    existing: Existing,
}

struct Image {
    /// Its file in the folder of one-offs, relative to the root.
    file: String,
    slot: Slot,
}

/// A file that is in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Delivered {
    /// The file, as the caller named it.
    pub path: String,
    /// Width and height.
    pub size: [u32; 2],
    /// The seed that generates it again.
    pub seed: u64,
}

impl Delivery {
    /// The delivery of everything that an open workspace of one-offs makes.
    pub(super) fn new(workspace: &Workspace, place: Place, existing: Existing) -> Self {
        let image = |group: &Group| {
            let output = output::of_group(&workspace.manifest.project, group).into_iter().next()?;
            let slot = group.slots().first()?.clone();
            Some((group.id.clone(), Image { file: workspace.in_project(&output.path), slot }))
        };
        let images = workspace.manifest.groups.iter().filter_map(image).collect();
        // A folder that cannot be swept cannot be written either, which is said of each image.
        let _ = store::sweep(place.folder());
        Self { root: workspace.folders.root.clone(), images, place, existing }
    }

    /// What is at an image's place.
    fn in_the_way(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match plain_file::read(path, image_file::MAX_BYTES) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => match Refused::of(&error) {
                Some(Refused::LfsPointer | Refused::TooLong(_)) if self.existing == Existing::Replace => {
                    Ok(Some(Vec::new()))
                }
                _ => Err(error),
            },
        }
    }

    fn put(&self, image: &Image, path: &Path, pick: u32) -> Result<Delivered, Diagnostic> {
        let made = self.root.join(&image.file);
        let bytes = plain_file::read(&made, image_file::MAX_BYTES).reading(&made)?;
        match self.in_the_way(path).reading(path)? {
            Some(existing) if existing == bytes => {}
            Some(_) if self.existing == Existing::Keep => return Err(differs(path)),
            _ => store::write_whole(path, &bytes, "once").writing(path)?,
        }
        let (width, height) = image_file::decode(&bytes, "").map_or((0, 0), |image| image.pixels.dimensions());
        let seed = plan::seed(&image.slot, pick);
        Ok(Delivered { path: path.display().to_string(), size: [width, height], seed })
    }
}

/// Another image is in its place.
fn differs(path: &Path) -> Diagnostic {
    let shown = path.display().to_string();
    let hint = "`--force` writes over it, `--out` names another place; the image is stored and not generated again";
    let diagnostic = Diagnostic::error("file-exists", format!("`{shown}` is another image, which stays")).hint(hint);
    diagnostic.about(Subject::File(shown))
}

/// Puts the image of a made group in its place and emits an event; the path is the error where it could not be put there.
/// `None` is a group without an image.
pub fn deliver(
    delivery: &Delivery,
    group: &GroupId,
    pick: u32,
    observer: &dyn Observer,
) -> Option<Result<Delivered, String>> {
    let image = delivery.images.get(group)?;
    let path = delivery.place.of(&group.name);
    let shown = path.display().to_string();
    Some(match delivery.put(image, &path, pick) {
        Ok(file) => {
            observer.on(&Event::Delivered { path: file.path.clone(), size: file.size, seed: file.seed });
            Ok(file)
        }
        Err(diagnostic) => {
            observer.on(&Event::Failed { name: String::new(), diagnostic });
            Err(shown)
        }
    })
}
