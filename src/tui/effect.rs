//! What changes the state, and what it wants done.

use std::sync::Arc;

use ratatui::crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;

use super::art::Art;
use super::cards::Card;
use super::detail::Detail;
use super::grid::Gridded;
use super::pictures::Encoded;
use super::screen::Screen;
use crate::session::doctor::{Inventory, Report};
use crate::session::jobs::{GenerateImages, JobReport};
use crate::session::{
    BuildOptions, Cast, ComparisonReport, Listed, NextSet, Numbered, PlanReport, RequestChange, Snapshot,
};
use crate::words::asset::SlotId;
use crate::words::compare::SetAnswer;
use crate::words::diagnostic::Diagnostic;
use crate::words::job::JobId;

/// What changes the state.
pub enum Input {
    /// A key.
    Key(KeyEvent),
    /// A click or the wheel.
    Mouse(MouseEvent),
    /// Text that was pasted.
    Paste(String),
    /// The terminal has another size.
    Resize(Size),
    /// The project has events; the window takes them.
    News,
    /// Events of the project, how many are missing, and where it stands.
    Events {
        /// In their order.
        events: Vec<Arc<Numbered>>,
        /// How many were dropped.
        missed: u64,
        /// The project after them.
        snapshot: Box<Snapshot>,
    },
    /// An effect was carried out.
    Done(Box<Answer>),
    /// An image was encoded.
    Encoded(Box<Encoded>),
    /// A signal, or the terminal is gone.
    Stop,
}

/// What a use case returned: a value, or why there is none.
pub type Tried<T> = Result<T, Vec<Diagnostic>>;

/// What is to be done by a use case of the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// List the assets.
    List,
    /// Draw these assets.
    Cards(Vec<String>),
    /// Everything about an asset; a tileset's map is another one for each seed.
    Open(String, u64),
    /// What a build would do.
    Plan,
    /// Pick a candidate, unless another one was picked since.
    Pick(String, u32, Option<u32>),
    /// Release picks.
    Unpick(String),
    /// Drop candidates; with a list, only those of it stay.
    Reroll(String, Option<Vec<u32>>),
    /// No reroll drops these.
    Keep(String, Vec<u32>),
    /// Start a build.
    Build(BuildOptions),
    /// Cancel a job.
    Cancel(JobId),
    /// Change a request in progress.
    Change(SlotId, u32, RequestChange),
    /// The newest image of a request in progress.
    Preview(SlotId, u32),
    /// The jobs so far.
    Jobs,
    /// Names of presets, styles and palettes.
    Names,
    /// Generate images.
    Generate(GenerateImages),
    /// The images that a job made.
    Made(JobId),
    /// The comparisons of the manifest.
    Comparisons,
    /// Open a comparison for votes, at most so many images at once.
    Booth(String, usize),
    /// Show at most so many images at once.
    AtOnce(usize),
    /// An answer on the shown images, with its milliseconds.
    Vote(SetAnswer, u64),
    /// Take the last vote back.
    Undo,
    /// What the votes say.
    Standing(String),
    /// Examine project and servers.
    Examine,
    /// Processor, memory and GPU of this machine.
    Machine,
    /// The raw of a candidate with the grid that is found in it.
    Grid(String, u32),
    /// Open a file of the project in the image viewer.
    View(String),
}

/// Images that are judged at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Looks {
    /// What they are, without names.
    pub next: NextSet,
    /// Restored, from left to right, where this machine has them.
    pub art: Vec<Option<Arc<Art>>>,
}

/// What was done.
pub enum Answer {
    /// The assets, and what is wrong with the manifest.
    Listed(Tried<(Arc<Listed>, Arc<[Diagnostic]>)>),
    /// Files that the list rests on changed.
    Changed,
    /// Drawn assets.
    Cards(Vec<String>, Tried<Vec<(String, Card)>>),
    /// An asset.
    Opened(String, Tried<Box<Detail>>),
    /// A raw with its grid.
    Grid(String, u32, Tried<Box<Gridded>>),
    /// A plan.
    Planned(Tried<PlanReport>),
    /// A decision was written: what it says, and about which asset.
    Decided(Tried<String>),
    /// A job was started from a screen.
    Started(Screen, Tried<Box<JobReport>>),
    /// A request has a preview.
    Preview(SlotId, u32, Option<Arc<Art>>),
    /// Jobs, newest first.
    Jobs(Vec<JobReport>),
    /// Presets, styles, palettes.
    Names([Vec<String>; 3]),
    /// What a job made.
    Made(JobId, Tried<Vec<Arc<Art>>>),
    /// Names of comparisons.
    Comparisons(Tried<Vec<String>>),
    /// The next images to be judged.
    Looks(Tried<Looks>),
    /// A vote was taken or taken back.
    Cast(Tried<Option<Cast>>),
    /// What the votes say.
    Standing(String, Tried<Box<ComparisonReport>>),
    /// Findings, and what the servers have.
    Examined(Tried<(Report, Vec<Inventory>)>),
    /// This machine.
    Machine(Machine),
    /// A short word for the last line.
    Said(Tried<String>),
}

/// This machine, in whole per cent, mebibytes, degrees and watts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Processor load.
    pub processor: u64,
    /// Memory in use and in all.
    pub memory: [u64; 2],
    /// GPU load, temperature and power as the driver says them.
    pub gpu: Option<[String; 3]>,
}
