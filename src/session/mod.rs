//! The session: an open project, the conductor that builds it, and every use case of the front ends.

mod cancel;
mod conductor;
mod error;
mod exit;
mod feed;
mod job;
mod loader;
mod open;
mod operation;
mod outcome;
mod project;
mod select;

pub use cancel::{Cancel, Listening};
pub use conductor::{Backends, BuildOptions, Lists, build, explain, gated, held, lists, pixels, restore};
pub use error::{Error, Result};
pub use exit::Exit;
pub use feed::{Counts, Delivery, Feed, Numbered, RequestProgress, Snapshot, Subscription};
pub use job::{Ended, Job};
pub use loader::Loader;
pub use open::{
    Look, Options, Workspace, asks_of_manifest, load_options, lock_files, open, open_with, read_lock, sealed, versions,
};
pub use operation::Operation;
pub use outcome::{Outcome, Refusal};
pub use project::Project;
pub use select::{NoSuchTarget, select};
