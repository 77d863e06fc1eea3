//! Workflows, bound and checked: an ask becomes a graph, a graph is held against what a server knows.
//!
//! Everything here is pure: templates, classes and lists come in as data. What a workflow may look like, and what it
//! leaves open, is the manifest's part ([`crate::manifest::workflow`]).

mod bind;
pub mod catalogue;
pub mod check;
pub mod import;
pub mod models;

pub use crate::manifest::workflow::{BUILT_IN, BuiltIn, WorkflowError, built_in, parse, path};
pub use bind::{Bound, bind};
pub use catalogue::Catalogue;
pub use check::{Misfit, Wrong, files, sound};
pub use import::{Imported, import};
