//! Sprites to sheets and tiles: pure functions that move pixels and never make a new colour.

mod error;
mod mirror;
mod order;
mod scale;
mod sheet;

pub use error::AssembleError;
pub use mirror::mirror;
pub use order::order;
pub use scale::scale;
pub use sheet::{Rect, SHEET_VERSION, Sheet, sheet};
