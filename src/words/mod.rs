//! The nouns of the program: plain data and arithmetic, no I/O. Every other module builds on these.

pub mod ask;
pub mod asset;
pub mod attempt;
pub mod color;
pub mod diagnostic;
pub mod digest;
pub mod event;
pub mod image_file;
pub mod layout;
pub mod lock;
pub mod palette;
pub mod project;
pub mod raw;
pub mod recipe;
pub mod server;
pub mod source;
pub mod sprite;
pub mod style;
pub mod suggest;
pub mod text;
pub mod timing;
