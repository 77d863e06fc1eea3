//! Delivery: the image of a group goes to the place that the caller named.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::wanted::Place;
use crate::plain_file;
use crate::plan;
use crate::session::{Existing, Workspace};
use crate::store;
use crate::words::asset::GroupId;
use crate::words::diagnostic::{Diagnostic, Subject};
use crate::words::event::{Event, Observer};
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
            Err(error) => match plain_file::Refused::of(&error) {
                Some(plain_file::Refused::LfsPointer | plain_file::Refused::TooLong(_))
                    if self.existing == Existing::Replace =>
                {
                    Ok(Some(Vec::new()))
                }
                _ => Err(error),
            },
        }
    }

    fn put(&self, image: &Image, path: &Path, pick: u32) -> Result<Delivered, Refused> {
        let bytes = plain_file::read(&self.root.join(&image.file), image_file::MAX_BYTES)?;
        match self.in_the_way(path)? {
            Some(existing) if existing == bytes => {}
            Some(_) if self.existing == Existing::Keep => return Err(Refused::Differs),
            _ => store::write_whole(path, &bytes, "once")?,
        }
        let (width, height) = image_file::decode(&bytes, "").map_or((0, 0), |image| image.pixels.dimensions());
        let seed = plan::seed(&image.slot, pick);
        Ok(Delivered { path: path.display().to_string(), size: [width, height], seed })
    }
}

/// Why an image is not in its place.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("is another image, which stays")]
    Differs,
    #[error("cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

impl Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::Differs => "file-exists",
            Self::Io(_) => "not-written",
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Differs => {
                "`--force` writes over it, `--out` names another place; the image is stored and not generated again"
            }
            Self::Io(_) => "check room and permissions",
        }
    }
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
        Err(refused) => {
            let error = Diagnostic::error(refused.code(), format!("`{shown}` {refused}")).hint(refused.hint());
            let diagnostic = error.about(Subject::File(shown.clone()));
            observer.on(&Event::Failed { name: String::new(), diagnostic });
            Err(shown)
        }
    })
}
