//! `pixels.toml` and what it includes, checked and resolved: the only form that the rest of the program sees.
//!
//! [`load`] reads, `raw` says what may be written, `check` makes it true, `problem` shows every mistake with its
//! place, `schema` describes the format for editors.

pub mod adoption;
pub mod built_ins;
pub mod change;
mod check;
mod disk;
pub mod edit;
mod files;
pub mod format;
mod known;
mod load;
mod local;
mod preset;
mod problem;
pub mod prompts;
mod put;
mod raw;
mod schema;
pub mod set;
mod template;
#[cfg(test)]
mod tests;

pub use built_ins::BuiltIns;
pub(crate) use check::valid_name;
pub use known::{Known, known};
pub use load::{LoadOptions, Loaded, MoreAssets, Origin, Piece, find_root, load, local_settings, parse_recipe_file};
pub use preset::Preset;
pub use problem::{Problem, Problems};
pub use schema::schema;
