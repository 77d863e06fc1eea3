//! The sizes of textures, which their tilesets may give.

use std::collections::HashMap;

use super::Context;
use super::gather::{Asset, Gathered};
use super::references::Reference;
use crate::manifest::problem::Problem;
use crate::words::asset::Kind;
use crate::words::source::Span;

/// Sizes of textures by name, from the tilesets that they are in.
#[derive(Default)]
pub(super) struct Sizes(HashMap<String, [u32; 2]>);

impl Sizes {
    /// The size of a texture that has none itself.
    pub(super) fn of(&self, asset: &Asset) -> Option<[u32; 2]> {
        (asset.kind == Kind::Texture).then(|| self.named(&asset.name)).flatten()
    }

    /// The size of the texture of that name.
    pub(super) fn named(&self, texture: &str) -> Option<[u32; 2]> {
        self.0.get(texture).copied()
    }
}

/// Finds the size of every texture; reports two that differ.
pub(super) fn sizes(all: &Gathered, cx: &mut Context<'_>) -> Sizes {
    let mut sizes: HashMap<String, ([u32; 2], Span, bool)> = HashMap::new();
    for asset in all.assets.iter().filter(|asset| asset.kind == Kind::Texture) {
        if let Some(size) = &asset.raw.size {
            let pair = [size.value.0.u32(), size.value.1.u32()];
            sizes.insert(asset.name.value.clone(), (pair, size.span, true));
        }
    }
    for (name, tileset) in &all.tilesets {
        let Some(size) = &tileset.size else { continue };
        let pair = [size.value.0.u32(), size.value.1.u32()];
        let terrains = tileset.terrains.iter().flat_map(|terrains| &terrains.value);
        for texture in [&tileset.of, &tileset.over].into_iter().flatten().chain(terrains) {
            let Some(texture) = Reference::parse(texture).asset() else { continue };
            let (known, span, own) = *sizes.entry(texture.to_owned()).or_insert((pair, size.span, false));
            if known != pair {
                let message = format!("`{}` has another size than its texture `{texture}`", name.value);
                let label = if own { "the texture's own size" } else { "the size of another of its tilesets" };
                let problem = Problem::error("size-mismatch", size.span, message);
                cx.report(problem.help("textures and their tilesets have one size").related(span, label));
            }
        }
    }
    Sizes(sizes.into_iter().map(|(name, (size, ..))| (name, size)).collect())
}
