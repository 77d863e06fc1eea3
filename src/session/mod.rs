//! The session: an open project, the conductor that builds it, and every use case of the front ends.

mod add;
mod backends;
mod conductor;
pub mod doctor;
mod drift;
mod error;
mod existing;
mod exit;
mod init;
pub mod one_off;
mod open;
mod operation;
mod outcome;
pub mod palette;
pub mod process;
mod select;
pub mod workflow;

pub use crate::manifest::schema;
pub use add::{Added, NewAsset, add};
pub use backends::{backends, comfy_settings};
pub use conductor::{Backends, BuildOptions, Cancel, Lists, build, explain, gated, held, lists, pixels, restore};
pub use drift::{Drift, drifted};
pub use error::{Error, Result};
pub use existing::Existing;
pub use exit::Exit;
pub use init::{Generator, NewProject, init};
pub use open::{
    Look, Options, Workspace, asks_of_manifest, load_options, lock_files, open, read_lock, sealed, versions,
};
pub use operation::Operation;
pub use outcome::{Outcome, Refusal};
pub use select::{NoSuchTarget, select};
