//! Sprites to sheets and tiles: pure functions that move pixels and never add a colour.

mod atlas;
mod border;
pub mod contact;
mod error;
mod look;
mod mirror;
pub mod montage;
mod part;
mod quadrant;
mod ramp;
mod recolor;
mod sheet;
mod still;
mod terrains;
mod tileset;
mod variant;
pub mod verify;

pub use atlas::{Page, atlas};
pub use error::AssembleError;
pub use mirror::mirror;
pub use part::part;
pub use recolor::recolor;
pub use sheet::{SHEET_VERSION, sheet, sheet_of};
pub use still::{MOTION_VERSION, StillError, still};
pub use tileset::{Texture, Tiles, VERSION, land, tileset, weights};
