//! The names of things: kinds, groups and slots.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of thing the manifest names; each is a table (`[sprite.knight]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Frames in an order, packed into one sheet.
    Animation,
    /// One image.
    Sprite,
    /// An image that joins with itself; the stuff of tilesets.
    Texture,
    /// Tiles assembled from textures.
    Tileset,
}

impl Kind {
    /// All kinds, in the order of the lock.
    pub const ALL: [Self; 4] = [Self::Animation, Self::Sprite, Self::Texture, Self::Tileset];

    /// The word in the manifest and the lock.
    pub fn word(self) -> &'static str {
        match self {
            Self::Animation => "animation",
            Self::Sprite => "sprite",
            Self::Texture => "texture",
            Self::Tileset => "tileset",
        }
    }

    /// Whether its image is a sheet of frames or tiles.
    pub fn is_sheet(self) -> bool {
        matches!(self, Self::Animation | Self::Tileset)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Names a group (or a tileset): what is restored together and has one entry in the lock.
///
/// `name` is the asset's name, followed for a matrix by `@` and its values joined by `-`: `potion@red`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct GroupId {
    /// The kind of its asset.
    pub kind: Kind,
    /// `knight`, `potion@red`, `knight-walk@e`.
    pub name: String,
}

impl GroupId {
    /// Names a group.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }

    /// The part before `@`.
    pub fn asset(&self) -> &str {
        self.name.split('@').next().unwrap_or(&self.name)
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Names a slot: its group and, for an animation, the number of the frame, from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SlotId {
    /// The group that the slot belongs to.
    pub group: GroupId,
    /// The frame's number from 1; `None` for a group of one.
    pub frame: Option<u32>,
}

impl SlotId {
    /// The slot of a group of one.
    pub fn only(group: GroupId) -> Self {
        Self { group, frame: None }
    }
}

impl fmt::Display for SlotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.frame {
            None => write!(f, "{}", self.group),
            Some(frame) => write!(f, "{}#{frame}", self.group),
        }
    }
}
