//! Sprites to sheets and tiles: pure functions that move pixels and never add a colour.

mod border;
mod error;
mod mirror;
mod quadrant;
mod sheet;
mod tileset;

pub use error::AssembleError;
pub use mirror::mirror;
pub use sheet::{SHEET_VERSION, sheet, sheet_of};
pub use tileset::{Tiles, VERSION, tileset};
