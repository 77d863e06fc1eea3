//! The names of a project, for completion.

use std::path::Path;

use super::{Look, Operation, Options, find_root};
use crate::manifest;
pub use crate::manifest::Known;

/// The names that an open project knows, of the manifest that it has read already.
pub fn names(operation: &Operation) -> Known {
    match operation.open(Options::default(), Look::Lock) {
        Ok((workspace, _)) => Known::of(&workspace.loaded),
        Err(_) => manifest::known(operation.project()),
    }
}

/// The names that the project of a folder knows; `named` is its folder, else the nearest one upwards has it. Reads the
/// manifest alone, and never fails.
pub fn known(named: Option<&Path>) -> Known {
    manifest::known(find_root(named).ok().as_deref())
}
