//! Presets: built-in prompt words with a recipe.

use super::check::RecipeLayer;
use crate::words::recipe::{Anchor, Cleanup, Gate, Matte, Outline};

/// A built-in preset in one version.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in the manifest.
    pub name: &'static str,
    /// Its version: `character@1`.
    pub version: u32,
    /// What it is for, in one line.
    pub about: &'static str,
    /// Words that follow the asset's own prompt.
    pub words: &'static str,
    /// Words in their place where the asset moves, if they would contradict it.
    pub moving: Option<&'static str>,
    /// Whether the image fills its frame, without a background to cut out; `None` leaves it open.
    pub opaque: Option<bool>,
    /// The canvas, if not the style's.
    pub canvas: Option<[u32; 2]>,
    /// Its recipe.
    pub(super) recipe: fn() -> RecipeLayer,
}

impl Preset {
    /// Its id in a lock: `character@1`.
    pub fn id(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

impl PartialEq for Preset {
    /// Presets of one id are the same; a comparison of functions would mean nothing.
    fn eq(&self, other: &Self) -> bool {
        let key = |preset: &Self| (preset.name, preset.version, preset.words, preset.moving);
        key(self) == key(other)
    }
}

impl Eq for Preset {}

const SQUARE: Preset = Preset {
    name: "",
    version: 1,
    about: "",
    words: "",
    moving: None,
    opaque: None,
    canvas: None,
    recipe: RecipeLayer::default,
};

const CHARACTER: Preset = Preset {
    name: "character",
    about: "a person or an upright being",
    words: "full body character, standing, feet visible, single subject, centered, game sprite",
    opaque: Some(false),
    recipe: standing,
    ..SQUARE
};

const PRESETS: [Preset; 11] = [
    CHARACTER,
    Preset {
        version: 2,
        moving: Some("full body character, feet visible, single subject, centered, game sprite"),
        ..CHARACTER
    },
    Preset {
        name: "creature",
        about: "an animal or a monster",
        words: "full body creature, whole silhouette visible, single subject, centered, game sprite",
        opaque: Some(false),
        recipe: standing,
        ..SQUARE
    },
    Preset {
        name: "item",
        about: "an object to pick up",
        words: "single object, whole object visible, centered, game item",
        opaque: Some(false),
        recipe: centered,
        ..SQUARE
    },
    Preset {
        name: "icon",
        about: "a symbol for an inventory or a button",
        words: "single icon, bold readable silhouette, centered, front view",
        opaque: Some(false),
        recipe: centered,
        ..SQUARE
    },
    Preset {
        name: "prop",
        about: "an object that stands in a level",
        words: "single object standing on the ground, whole object visible, centered, game prop",
        opaque: Some(false),
        recipe: standing,
        ..SQUARE
    },
    Preset {
        name: "portrait",
        about: "head and shoulders for a dialogue; fills its frame",
        words: "bust portrait, head and shoulders, face in focus, plain dark backdrop",
        opaque: Some(true),
        recipe: whole,
        ..SQUARE
    },
    Preset {
        name: "scene",
        about: "a whole scene; fills its frame",
        words: "wide view, detailed environment, background art",
        opaque: Some(true),
        canvas: Some([1216, 832]),
        recipe: whole,
        ..SQUARE
    },
    Preset {
        name: "8bit",
        about: "4 colours, an outline",
        words: "8-bit, NES style, very few colors, bold dark outline, simple shapes",
        recipe: eight,
        ..SQUARE
    },
    Preset {
        name: "16bit",
        about: "16 colours",
        words: "16-bit, SNES style, limited palette, clean shading",
        recipe: sixteen,
        ..SQUARE
    },
    Preset {
        name: "32bit",
        about: "64 colours",
        words: "32-bit era pixel art, rich shading, smooth color ramps",
        recipe: thirty_two,
        ..SQUARE
    },
];

fn standing() -> RecipeLayer {
    RecipeLayer { matte: Some(Matte::Auto), anchor: Some(Anchor::Bottom), gates: cut_out(), ..RecipeLayer::default() }
}

fn centered() -> RecipeLayer {
    RecipeLayer { matte: Some(Matte::Auto), anchor: Some(Anchor::Center), gates: cut_out(), ..RecipeLayer::default() }
}

/// Rejects a tiny subject, and one that the image's border cuts off.
fn cut_out() -> Vec<(Gate, i64)> {
    vec![(Gate::Coverage, 20), (Gate::Border, 50)]
}

fn whole() -> RecipeLayer {
    let outline = Some(Outline::None);
    RecipeLayer { matte: Some(Matte::None), anchor: Some(Anchor::Center), outline, ..RecipeLayer::default() }
}

fn eight() -> RecipeLayer {
    let cleanup = Some(Cleanup { orphans: true, jaggies: false, dust: true });
    RecipeLayer { colors: Some(4), outline: Some(Outline::Outer), cleanup, ..RecipeLayer::default() }
}

fn sixteen() -> RecipeLayer {
    let cleanup = Some(Cleanup { orphans: true, jaggies: false, dust: true });
    RecipeLayer { colors: Some(16), cleanup, ..RecipeLayer::default() }
}

fn thirty_two() -> RecipeLayer {
    RecipeLayer { colors: Some(64), ..RecipeLayer::default() }
}

/// All built-in presets.
pub(super) fn presets() -> &'static [Preset] {
    static ALL: [Preset; 11] = PRESETS;
    &ALL
}
