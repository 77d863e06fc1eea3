//! The loader of `pixels.index.json`: every image that it names, and a labelled layout of each asset's frames.

use std::path::PathBuf;

use bevy_asset::io::Reader;
use bevy_asset::{Asset, AssetLoader, AssetPath, Handle, LoadContext};
use bevy_image::{Image, TextureAtlasLayout};
use bevy_math::{URect, UVec2};
use bevy_reflect::TypePath;
use serde::{Deserialize, Serialize};

use crate::index::{Entry, Index, IndexError, IndexImage, Kind};

/// A loaded index. Its layouts have labels: `pixels.index.json#animation/knight-walk@e`.
#[derive(Asset, TypePath, Debug)]
pub struct PixelsIndex {
    /// The project's name.
    pub project: String,
    /// The scale whose images are loaded.
    pub scale: u32,
    sheets: Vec<Sheet>,
    #[dependency]
    images: Vec<Handle<Image>>,
}

/// An asset of the index with what was loaded of it.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the index says.
    pub entry: Entry,
    /// Its image at the scale that was asked for.
    pub image: Handle<Image>,
    /// Exactly its frames or tiles.
    pub layout: Handle<TextureAtlasLayout>,
    pub(crate) file: IndexImage,
}

/// Loads [`PixelsIndex`].
#[derive(Default, TypePath)]
pub struct PixelsIndexLoader;

/// What of an index is loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PixelsIndexSettings {
    /// The scale of the images.
    pub scale: u32,
}

impl Default for PixelsIndexSettings {
    fn default() -> Self {
        Self { scale: 1 }
    }
}

impl AssetLoader for PixelsIndexLoader {
    type Asset = PixelsIndex;
    type Settings = PixelsIndexSettings;
    type Error = IndexError;

    async fn load(
        &self,
        reader: &mut dyn Reader,
        settings: &Self::Settings,
        context: &mut LoadContext<'_>,
    ) -> Result<PixelsIndex, IndexError> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await?;
        let index = Index::read(&bytes)?;
        let sheets: Vec<Sheet> =
            index.assets.into_iter().map(|entry| sheet(entry, settings.scale, context)).collect::<Result<_, _>>()?;
        let images = sheets.iter().map(|sheet| sheet.image.clone()).collect();
        Ok(PixelsIndex { project: index.project, scale: settings.scale, sheets, images })
    }

    fn extensions(&self) -> &[&str] {
        &["index.json"]
    }
}

fn sheet(entry: Entry, scale: u32, context: &mut LoadContext<'_>) -> Result<Sheet, IndexError> {
    let label = format!("{}/{}", entry.kind, entry.name);
    let file = entry.image(scale).cloned().ok_or_else(|| IndexError::Scale(label.clone(), scale))?;
    // Names are no asset paths: `#` and `://` in them would mean something else.
    let path = AssetPath::from_path_buf(PathBuf::from(&file.path)).with_source(context.path().source().clone_owned());
    let image = context.load(path);
    let layout = context.add_labeled_asset(label, layout(&entry, &file));
    Ok(Sheet { entry, image, layout, file })
}

/// The frames of an entry on its image.
pub fn layout(entry: &Entry, file: &IndexImage) -> TextureAtlasLayout {
    let rect = |[x, y, w, h]: [u32; 4]| URect { min: UVec2::new(x, y), max: UVec2::new(x + w, y + h) };
    let textures = entry.frames.iter();
    let textures = textures.map(|frame| rect([frame.x, frame.y, frame.w, frame.h].map(|side| side * file.scale)));
    TextureAtlasLayout { size: UVec2::from_array(file.size), textures: textures.collect() }
}

impl PixelsIndex {
    /// All assets, by kind, then by name.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The asset of a name: `knight@e`, or `sprite/knight@e` where assets of two kinds have that name. `None` if there is
    /// none, or more than one.
    pub fn get(&self, name: &str) -> Option<&Sheet> {
        let mut found = self.sheets.iter().filter(|sheet| sheet.is(name));
        found.next().filter(|_| found.next().is_none())
    }

    /// The asset of a kind and name.
    pub fn of(&self, kind: Kind, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.entry.kind == kind && sheet.entry.name == name)
    }
}

impl Sheet {
    /// Whether a name means it.
    pub fn is(&self, name: &str) -> bool {
        let Entry { kind, name: own, .. } = &self.entry;
        own == name || name.split_once('/').is_some_and(|(prefix, rest)| rest == own && prefix == kind.to_string())
    }

    /// Whether its one frame is the whole image.
    pub(crate) fn is_whole_image(&self) -> bool {
        let Some(frame) = self.entry.frames.first() else { return false };
        let size = [frame.w, frame.h].map(|side| side * self.file.scale);
        self.entry.frames.len() == 1 && size == self.file.size
    }
}
