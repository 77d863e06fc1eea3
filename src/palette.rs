//! A palette: named colours in an order that has meaning.

use crate::color::Rgb;

/// Colours in a fixed order, with where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Its name, such as `Endesga 32`.
    pub name: String,
    /// Who made it; empty if unknown.
    pub author: String,
    /// 1 to 256 colours.
    pub colors: Vec<Rgb>,
}
