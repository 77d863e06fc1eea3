//! Sprites to sheets and tiles: pure functions that move pixels and never make a new colour.

mod blob;
mod border;
mod error;
mod mirror;
mod order;
mod quadrant;
mod scale;
mod sheet;
mod tileset;

pub use error::AssembleError;
pub use mirror::mirror;
pub use order::order;
pub use scale::scale;
pub use sheet::{Rect, SHEET_VERSION, Sheet, sheet};
pub use tileset::{Tiles, VERSION, tileset};
