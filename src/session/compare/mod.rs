//! Comparisons: the same slots and seeds in several styles, blind votes on them, and a decision with its evidence.
//!
//! [`run_comparison`] captures through the conductor of a build, [`Booth`] shows pairs and takes votes,
//! [`compare`] says what votes and metrics tell, [`adopt_arm`] writes the winner into the manifest.

mod adopt;
mod ballot;
mod blind;
mod booth;
mod cells;
mod files;
mod measured;
mod page;
mod report;
mod run;
mod sweep;

#[cfg(feature = "worker")]
pub(in crate::session) use adopt::cost;
pub use adopt::{Adopted, adopt_arm};
pub use ballot::{Ballot, BallotPair, OpenComparison, PairOf, ballot, open_comparisons, undo_vote, vote_on};
pub use blind::{ArmVotes, Blind, VoteCount, blind, votes};
pub use booth::{Booth, Cast, NextPairs, NextSet, ShownPair, Voter};
pub use files::votes_path;
pub use measured::{Figure, MeasuredDifference};
pub use page::{comparison_page, write_comparison};
pub use report::{
    ComparedArm, ComparedCell, ComparedPair, ComparedPicture, ComparisonReport, RaterReport, TwoRaters, compare,
};
pub use run::{Comparing, Ran, plan_comparison, run_comparison};
#[cfg(feature = "worker")]
pub(in crate::session) use sweep::write_arms;
pub use sweep::{SweepOptions, Swept, sweep};

pub(super) use files::voted_raws;
