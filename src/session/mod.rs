//! The session: an open project, the conductor that builds it, and every use case of the front ends.

mod backends;
mod build;
mod conductor;
mod error;
mod feed;
mod job;
mod loader;
mod operation;
mod options;
mod project;
mod select;
mod upgrade;
mod workspace;

pub use backends::{backends, comfy_settings};
pub use build::build;
pub use conductor::{Backends, Deliver, Lists, Refusal, build_with, explain, gated, held, lists, pixels, restore};
pub use error::{Error, Result};
pub use feed::{Counts, Delivery, Feed, Numbered, RequestProgress, Snapshot, Subscription};
pub use job::{Ended, Job};
pub use loader::Loader;
pub use operation::Operation;
pub use options::{BuildOptions, Conflicts, Consent, LockMode, LostRaws, Missing};
pub use project::Project;
pub use select::select;
pub use upgrade::{Moved, Upgraded, upgrade};
pub use workspace::{
    Look, Options, Workspace, asks_of_manifest, load_options, lock_files, open, open_with, read_lock, schema, sealed,
    versions,
};

pub use crate::words::cancel::Cancel;
pub use crate::words::exit::Exit;
pub use crate::words::outcome::{Gated, Outcome};
