//! The session: an open project, the conductor that builds it, and every use case of the front ends.

mod captures;
mod check;
mod conductor;
mod drift;
mod error;
mod exit;
mod find;
mod gc;
mod open;
mod operation;
mod outcome;
mod pick;
mod plan;
mod rename;
mod resolve;
mod select;
mod targets;
mod why;

pub use captures::{
    Captures, DiskUse, ExistingFile, Exported, Imported, StoreSize, Verified, export_captures, import_captures,
    store_size, verify_store,
};
pub use check::{Checked, Gated, Stale, check};
pub use conductor::{Backends, BuildOptions, Cancel, Lists, build, explain, gated, held, lists, pixels, restore};
pub use drift::{Drift, drifted};
pub use error::{Error, Result};
pub use exit::Exit;
pub use find::find_root;
pub use gc::{Garbage, Removed, gc};
pub use open::{
    Look, Options, Workspace, asks_of_manifest, load_options, lock_files, open, read_lock, sealed, versions,
};
pub use operation::Operation;
pub use outcome::{Outcome, Refusal};
pub use pick::{Picked, Rerolled, RerolledSlot, Unpicked, UnpickedSlot, pick, reroll, unpick};
pub use plan::{PlanReport, PlannedImage, PlannedItem, PlannedPick, PlannedSlot, PlannedStep, plan, report_plan};
pub use rename::{Renamed, rename};
pub use resolve::{Resolved, resolve};
pub use targets::select;
pub use why::{Change, ExplainedItem, Explanation, why};
