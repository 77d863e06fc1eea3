//! The session: an open project, the conductor that builds it, and every use case of the front ends.

mod add;
mod backends;
mod build;
mod conductor;
pub mod doctor;
mod drift;
mod error;
mod existing;
mod feed;
mod init;
mod job;
mod loader;
pub mod one_off;
mod operation;
mod options;
pub mod palette;
pub mod process;
mod project;
mod refusal;
mod select;
pub mod workflow;
mod workspace;

pub use add::{Added, NewAsset, add};
pub use backends::{ServerPool, comfy_settings};
pub use build::build;
pub use conductor::{Backends, Deliver, Lists, build_with, explain, gated, held, lists, pixels, restore};
pub use drift::{Drift, drifted};
pub use error::{Error, Result};
pub use existing::Existing;
pub use feed::{Counts, Delivery, Feed, Numbered, RequestProgress, Snapshot, Subscription};
pub use init::{Generator, NewProject, init};
pub use job::{Ended, Job};
pub use loader::Loader;
pub use operation::{Operation, Resources};
pub use options::{BuildOptions, Conflicts, Consent, LockMode, LostRaws, Missing};
pub use project::Project;
pub use refusal::Refusal;
pub use select::select;
pub use workspace::{
    Look, Options, Workspace, asks_of_manifest, load_options, lock_files, open, open_with, read_lock, schema, sealed,
    versions,
};

pub use crate::words::cancel::Cancel;
pub use crate::words::exit::Exit;
pub use crate::words::outcome::{Gated, Outcome};
