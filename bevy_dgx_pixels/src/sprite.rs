//! An asset on an entity, by its name.

use bevy_ecs::prelude::*;
use bevy_image::TextureAtlas;
use bevy_math::Vec2;
use bevy_reflect::Reflect;
use bevy_reflect::std_traits::ReflectDefault;
use bevy_sprite::{Anchor, BorderRect, Sprite, SpriteImageMode, TextureSlicer};

use crate::index::Entry;
use crate::loader::{PixelsIndex, Sheet};

/// Shows an asset: sets image, atlas and, where the asset has a pivot, [`Anchor`] of the entity's [`Sprite`]. Flip, tint
/// and size stay as they are.
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[require(Sprite, Found)]
pub struct PixelSprite {
    /// Its name in the lock, such as `potion@red`; `sprite/potion@red` where assets of two kinds have that name.
    pub name: String,
    /// The frame or tile, from 0; a [`Player`](crate::Player) sets it.
    pub frame: usize,
    /// Insets of its nine slices in pixels of the art: left, top, right, bottom.
    pub slices: Option<[u32; 4]>,
}

impl PixelSprite {
    /// The first frame of an asset.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), frame: 0, slices: None }
    }

    /// Another frame or tile.
    #[must_use]
    pub fn frame(mut self, frame: usize) -> Self {
        self.frame = frame;
        self
    }

    /// Keeps corners and edges of this width when the sprite has a custom size: left, top, right, bottom.
    #[must_use]
    pub fn sliced(mut self, slices: [u32; 4]) -> Self {
        self.slices = Some(slices);
        self
    }
}

/// Where the asset of an entity is in the index; kept by the plugin.
#[derive(Component, Clone, Copy, Debug, Default)]
pub(crate) struct Found(pub(crate) Option<usize>);

/// Where the subject stands, as Bevy counts: from the centre, upwards, in parts of the frame.
pub fn anchor(entry: &Entry) -> Option<Anchor> {
    let ([x, y], frame) = (entry.pivot?, entry.frames.first()?);
    Some(Anchor(Vec2::new(x as f32 / frame.w as f32 - 0.5, 0.5 - y as f32 / frame.h as f32)))
}

/// The slicer of insets in pixels of the art.
pub fn slicer([left, top, right, bottom]: [u32; 4], scale: u32) -> TextureSlicer {
    let inset = |x: u32, y: u32| Vec2::new((x * scale) as f32, (y * scale) as f32);
    TextureSlicer {
        border: BorderRect { min_inset: inset(left, top), max_inset: inset(right, bottom) },
        ..TextureSlicer::default()
    }
}

/// Finds the asset of an entity in the index.
pub(crate) fn find(index: &PixelsIndex, name: &str) -> Option<usize> {
    let mut found = index.sheets().iter().enumerate().filter(|(_, sheet)| sheet.is(name));
    let (at, _) = found.next()?;
    found.next().is_none().then_some(at)
}

/// Makes a sprite show a frame of an asset.
pub(crate) fn dress(sprite: &mut Mut<Sprite>, wanted: &PixelSprite, sheet: &Sheet) {
    if sprite.image != sheet.image {
        sprite.image = sheet.image.clone();
    }
    let frame = wanted.frame.min(sheet.entry.frames.len().saturating_sub(1));
    let atlas = (!sheet.is_whole_image()).then(|| TextureAtlas { layout: sheet.layout.clone(), index: frame });
    if sprite.texture_atlas != atlas {
        sprite.texture_atlas = atlas;
    }
    if let Some(slices) = wanted.slices {
        let mode = SpriteImageMode::Sliced(slicer(slices, sheet.file.scale));
        if sprite.image_mode != mode {
            sprite.image_mode = mode;
        }
    }
}
