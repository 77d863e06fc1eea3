//! The session: an open project, the conductor that builds it, and every use case of the front ends.

mod add;
mod adopt;
mod assets;
mod backends;
mod build;
mod candidates;
mod captures;
pub mod catalog;
mod check;
mod compare;
mod conductor;
mod consent;
pub mod dataset;
pub mod direct;
pub mod doctor;
mod drift;
mod edit_recipe;
mod edited_files;
mod error;
mod existing;
mod features;
mod feed;
mod find;
mod first_style;
mod format;
mod found_grid;
mod from_images;
mod gc;
mod git;
mod image;
mod image_png;
mod in_game;
mod in_progress;
mod init;
mod job;
pub mod jobs;
mod known;
mod list;
mod loader;
mod memory;
pub mod one_off;
mod opened;
mod operation;
mod options;
mod own_art;
pub mod palette;
mod pick;
mod picture;
mod places;
mod plan;
mod planned;
pub mod process;
mod project;
mod reasons;
mod refusal;
mod remove;
mod rename;
mod report;
mod resolve;
mod select;
mod show;
mod studio;
mod texts;
pub mod tileset;
#[cfg(all(unix, feature = "worker"))]
pub mod train;
mod trial;
mod upgrade;
mod watch;
mod what_if;
mod why;
pub mod workflow;
mod workspace;

pub use crate::generate::Change as RequestChange;
pub use crate::plan::Change;
pub use crate::words::offer::{Allowed, Offer, OfferedItem, PlannedStep};
pub use add::{NewAsset, add};
pub use adopt::{AdoptedOutput, adopt};
pub use assets::{AssetFilter, AssetLine, AssetPage, AssetState, assets};
pub use backends::{Backends, ServerPool, comfy_settings};
pub use build::build;
pub use candidates::{Candidates, ShownCandidate, SlotCandidates, candidates, candidates_sheet};
pub use captures::{
    Captures, Conflict, DiskUse, Exported, Imported, StoreSize, Verified, export_captures, import_captures, store_size,
    verify_store,
};
pub use check::{Checked, Stale, check};
pub use compare::{
    Adopted, ArmVotes, Ballot, BallotPair, Blind, Booth, Cast, ComparedArm, ComparedCell, ComparedPair,
    ComparedPicture, Comparing, ComparisonReport, Figure, MeasuredDifference, NextPairs, NextSet, OpenComparison,
    PairOf, Ran, RaterReport, ShownPair, SweepOptions, Swept, TwoRaters, VoteCount, Voter, adopt_arm, ballot, blind,
    compare, comparison_page, open_comparisons, plan_comparison, run_comparison, sweep, undo_vote, vote_on, votes,
    votes_path, write_comparison,
};
pub use conductor::{Deliver, Lists, build_with, explain, gated, held, lists, pixels, restore};
pub use consent::{Agreed, Consents, build_agreed, check_agreed, offer};
pub use drift::{Drift, drifted};
pub use edit_recipe::{EditedRecipe, RecipeEdit, edit_recipe};
pub use error::{Error, Result};
pub use existing::Existing;
pub use features::Features;
pub use feed::{Counts, Delivery, Feed, Numbered, RequestProgress, Snapshot, Subscription};
pub use find::find_root;
pub use format::{Formatted, format_manifest};
pub use found_grid::{FoundGrid, found_grid};
pub use gc::{Garbage, OncePicked, Removed, gc};
pub use image_png::{
    Brought, MOST_SCALE, RawFiles, Which, bring_raw, image_png, raw_png, server_addresses, store_folder,
};
pub use in_game::{InGame, SeenAsset, SeenState, in_game};
pub use in_progress::InProgress;
pub use init::{Contents, Generator, NewProject, init, init_with};
pub use job::{Ended, Job};
pub use known::{Known, known, names};
pub use list::{Listed, ListedItem, ListedSlot, list};
pub use loader::Loader;
pub use opened::{Opened, OpenedLast};
pub use operation::{Operation, Resources};
pub use options::{BuildOptions, Conflicts, Consent, Generation, LockMode, LostRaws, Missing};
pub use own_art::LeftOut;
pub use pick::{
    Kept, KeptSlot, Picked, Rerolled, RerolledSlot, Unpicked, UnpickedSlot, keep, pick, pick_if, reroll, unpick,
};
pub use picture::{Picture, PictureItem, PictureOf, View, picture, picture_of_files};
pub use places::places;
pub use plan::{PlanReport, PlannedImage, PlannedItem, PlannedPick, PlannedSlot, plan, plan_build};
pub use project::Project;
pub use reasons::{Reasons, ReasonsOf, reasons};
pub use refusal::Refusal;
pub use remove::{RemovedAssets, remove};
pub use rename::{Renamed, rename};
pub use report::{
    Destination, Extent, Image, LivePage, Report, ReportAsset, ReportCandidate, ReportSlot, Reported, Threshold, Tiles,
    live_page, overview, report, write_report,
};
pub use resolve::{Resolved, resolve};
pub use select::select;
pub use show::{Shown, show};
pub use texts::{ProjectText, project_text};
pub use upgrade::{Moved, Upgraded, upgrade};
pub use watch::{Notice, WatchOptions, Watched, watch};
pub use what_if::{Compared, Seen, WhatIf, what_if};
pub use why::{ChangedPart, ExplainedItem, Explanation, why};
pub use workspace::{
    Look, Options, Workspace, asks_of_manifest, load_options, lock_files, noop_outcome, open, open_with, read_lock,
    schema, versions,
};

pub use crate::words::cancel::Cancel;
pub use crate::words::event::Added;
pub use crate::words::exit::Exit;
pub use crate::words::outcome::{Gated, Outcome};
