//! Workflows: ComfyUI graphs in API form with placeholders, built in or files of the project in `workflows/`.
//!
//! `parse` reads a file and `validate` checks that its graph can run; `placeholder` finds its open places, `bind` fills
//! them by path, so that no text of a prompt is ever read as a placeholder. `catalogue` holds the nodes of a server,
//! `compatibility` compares a graph with them, `import` turns an export into a workflow, `models` knows model files.

mod bind;
mod built_in;
pub mod catalogue;
pub mod compatibility;
mod error;
mod graph;
pub mod import;
pub mod models;
mod parse;
mod placeholder;
mod validate;

pub use bind::{Bound, bind};
pub use built_in::{BUILT_IN, BuiltIn, built_in};
pub use catalogue::Catalogue;
pub use compatibility::{Mismatch, MismatchKind, files, missing_file_hint};
pub use error::{FileError, WorkflowError};
pub use graph::{is_link, is_output, outputs};
pub use import::{Imported, ImportedStyle, import};
pub use parse::{parse, path};
pub use placeholder::{FIELDS, Meaning, Placeholder, Placeholders, placeholders};
pub use validate::{ValidationError, validate};
