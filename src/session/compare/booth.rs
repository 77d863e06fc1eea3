//! The booth: shows a rater blind pairs, and takes votes.

use std::path::Path;

use serde::Serialize;

use super::cells::Cells;
use super::files;
use crate::plain_file;
use crate::session::git::user_name;
use crate::session::studio::{Fallback, Studio};
use crate::session::{Error, Operation, Result};
use crate::store;
use crate::words::compare::{
    Answer, Cell, Pair, Set, SetAnswer, Shown, Undo, VERSION, Vote, Votes, design_seed, next_pairs, next_set, rater,
};
use crate::words::digest::{Digest, Short};
use crate::words::image_file;

/// The folder of images that are shown, below `.dgx-pixels`.
const FOLDER: &str = "compare";

/// Who votes, and by which design.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Voter {
    /// The rater's name, of which only a digest is kept; git's user name if left out.
    pub name: Option<String>,
    /// The seed of the design; derived from comparison and rater if left out.
    pub seed: Option<u64>,
}

/// The next blind pairs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextPairs {
    /// The version of this form: fields are added without a new one, never changed or removed.
    pub version: u32,
    /// The comparison.
    pub name: String,
    /// Who votes.
    pub rater: Short,
    /// Votes of all raters.
    pub votes: usize,
    /// Votes of this one.
    pub own: usize,
    /// The pairs.
    pub pairs: Vec<ShownPair>,
}

/// A pair as a rater sees it: no name, and no order that tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownPair {
    /// Its number in the rater's design.
    pub n: u64,
    /// The slot.
    pub slot: String,
    /// The seed of both images.
    pub seed: u64,
    /// The raw of the left image.
    pub left: Digest,
    /// The raw of the right image.
    pub right: Digest,
    /// The restored left image, relative to the project, where this machine has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_image: Option<String>,
    /// The restored right image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right_image: Option<String>,
}

/// A pair with its restored images as PNGs, left and right, where this machine has them.
pub(super) type DrawnPair = (ShownPair, [Option<Vec<u8>>; 2]);

/// The next images of a rater that are shown at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextSet {
    /// The comparison.
    pub name: String,
    /// Votes of all raters.
    pub votes: usize,
    /// Votes of this one.
    pub own: usize,
    /// How many arms the comparison has; their names would tell.
    pub arms: usize,
    /// The images, without names.
    pub set: Set,
    /// Their restored images in the same order, relative to the project, where this machine has them.
    pub images: Vec<Option<String>>,
}

/// A vote that was taken, or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cast {
    /// The id of the vote.
    pub id: Short,
    /// Votes of this rater now.
    pub own: usize,
}

/// A comparison that is open for votes of one rater.
pub struct Booth {
    cells: Cells,
    votes: Votes,
    rater: Short,
    design: u64,
    root: std::path::PathBuf,
}

impl Booth {
    /// Opens a comparison for a rater.
    ///
    /// # Errors
    /// `no-rater`; as of [`super::plan_comparison`].
    pub fn open(operation: &Operation, name: &str, voter: &Voter) -> Result<Self> {
        let cells = Cells::open(operation, name)?;
        cells.differ()?;
        let given = voter.name.clone().filter(|name| !name.trim().is_empty());
        let Some(own) = given.or_else(|| user_name(operation.root)) else {
            let hint = "set `git config user.name`, or name yourself with `--rater`; only a digest of it is kept";
            return Err(Error::usage("no-rater", "git knows no user name, so that votes have no rater", hint));
        };
        let rater = rater(&own);
        let votes = files::read(operation.root, name)?;
        let design = voter.seed.unwrap_or_else(|| design_seed(name, rater));
        Ok(Self { cells, votes, rater, design, root: operation.root.to_owned() })
    }

    fn name(&self) -> &str {
        &self.cells.comparison.name
    }

    fn own(&self) -> usize {
        self.votes.votes.iter().filter(|(_, vote)| vote.rater == self.rater).count()
    }

    /// The next pairs of the rater, as if each were answered before the next.
    ///
    /// # Errors
    /// `no-pairs`: no cell has images of two arms.
    pub fn next(&self, count: usize) -> Result<NextPairs> {
        let drawn = self.drawn(count)?;
        let shown = drawn.into_iter().map(|(pair, [left, right])| ShownPair {
            left_image: left.and_then(|png| self.keep(&pair.left, &png)),
            right_image: right.and_then(|png| self.keep(&pair.right, &png)),
            ..pair
        });
        Ok(NextPairs {
            version: 1,
            name: self.name().to_owned(),
            rater: self.rater,
            votes: self.votes.votes.len(),
            own: self.own(),
            pairs: shown.collect(),
        })
    }

    /// The next pairs with their images.
    pub(super) fn drawn(&self, count: usize) -> Result<Vec<DrawnPair>> {
        let pairs = next_pairs(&self.cells.cells, &self.votes, self.rater, self.design, count);
        if pairs.is_empty() && count > 0 {
            return Err(self.no_pairs());
        }
        let drawn = pairs.into_iter().map(|pair| {
            let Pair { n, slot, seed, left, right } = pair;
            let shown =
                ShownPair { n, slot, seed, left: left.raw, right: right.raw, left_image: None, right_image: None };
            (shown, [left, right])
        });
        Ok(self.in_studio(|studio| {
            let draw = |(pair, images): (ShownPair, [Shown; 2])| {
                let images = images.map(|shown| self.draw(studio, (&pair.slot, pair.seed), &shown));
                (pair, images)
            };
            drawn.map(draw).collect()
        }))
    }

    /// The next images of the rater, at most so many at once.
    ///
    /// # Errors
    /// `no-pairs`: no cell has images of two arms.
    pub fn next_set(&self, most: usize) -> Result<NextSet> {
        let set = next_set(&self.cells.cells, &self.votes, self.rater, self.design, most);
        let set = set.ok_or_else(|| self.no_pairs())?;
        let images = self.in_studio(|studio| {
            let draw = |shown: &Shown| {
                self.draw(studio, (&set.slot, set.seed), shown).and_then(|png| self.keep(&shown.raw, &png))
            };
            set.images.iter().map(draw).collect()
        });
        let (votes, arms) = (self.votes.votes.len(), self.cells.comparison.arms.len());
        Ok(NextSet { name: self.name().to_owned(), votes, own: self.own(), arms, set, images })
    }

    fn no_pairs(&self) -> Error {
        let message = format!("`{}` has no two images to compare", self.name());
        let hint = format!("`dgx-pixels compare run {}` makes them", self.name());
        Error::usage("no-pairs", message, hint)
    }

    fn in_studio<T>(&self, work: impl FnOnce(&Studio) -> T) -> T {
        let planner = self.cells.planner();
        let plan = planner.plan(&self.cells.state);
        let (workspace, state) = (&self.cells.workspace, &self.cells.state);
        work(&Studio { planner: &planner, plan: &plan, workspace, state, fallback: Fallback::None })
    }

    fn draw(&self, studio: &Studio, (slot, seed): (&str, u64), shown: &Shown) -> Option<Vec<u8>> {
        let (cell, arm) = self.place(slot, seed, &shown.raw)?;
        let group = studio.planner.group(self.cells.groups.get(cell)?.get(arm)?)?;
        let sprites = studio.alone(group, &shown.raw).ok()?;
        image_file::encode(sprites.frames.first()?).ok()
    }

    /// Writes a restored image under the digest of its raw, which names no arm.
    fn keep(&self, raw: &Digest, png: &[u8]) -> Option<String> {
        let name = format!("{FOLDER}/{raw}.png");
        keep(&self.root, &self.cells.workspace.folders.work.join(&name), png)?;
        Some(format!("{}/{name}", store::FOLDER))
    }

    /// The images of each slot and seed.
    pub(super) fn cells(&self) -> &[Cell] {
        &self.cells.cells
    }

    fn place(&self, slot: &str, seed: u64, raw: &Digest) -> Option<(usize, usize)> {
        let cell = self.cells.cells.iter().position(|cell| cell.slot == slot && cell.seed == seed)?;
        let arm = self.cells.cells[cell].arms.iter().position(|slide| slide.raw == Some(*raw))?;
        Some((cell, arm))
    }

    /// Takes a vote on a pair.
    ///
    /// # Errors
    /// `unknown-pair`; the votes file cannot be written.
    pub fn vote(&mut self, pair: &ShownPair, answer: Answer, ms: u64) -> Result<Cast> {
        let shown = |raw: &Digest| {
            let (cell, arm) = self.place(&pair.slot, pair.seed, raw)?;
            Some(Shown { raw: *raw, ask: self.cells.cells[cell].arms[arm].ask })
        };
        let (Some(left), Some(right)) = (shown(&pair.left), shown(&pair.right)) else {
            let message = format!("`{}` has no such pair of images in `{}`", self.name(), pair.slot);
            let hint = "answer what `compare vote --pairs` printed, with its images";
            return Err(Error::usage("unknown-pair", message, hint));
        };
        let set = Set { n: pair.n, slot: pair.slot.clone(), seed: pair.seed, images: vec![left, right] };
        self.vote_on_set(&set, SetAnswer::of(answer), ms)
    }

    /// Takes an answer on images that were shown at once: a vote on each pair that it decides.
    ///
    /// # Errors
    /// The votes file cannot be written.
    pub fn vote_on_set(&mut self, set: &Set, answer: SetAnswer, ms: u64) -> Result<Cast> {
        let votes = set.votes(answer).into_iter().map(|(pair, answer)| {
            let Pair { n, slot, seed, left, right } = pair;
            Vote { v: VERSION, rater: self.rater, design: self.design, n, slot, seed, left, right, answer, ms }.line()
        });
        let lines: Vec<String> = votes.collect();
        files::append(&self.root, self.name(), &lines.join("\n"))?;
        self.votes = files::read(&self.root, self.name())?;
        let last = lines.last().map(String::as_bytes).unwrap_or_default();
        Ok(Cast { id: Digest::of(last).short(), own: self.own() })
    }

    /// Takes the rater's last answer back, with all votes that it stands for; nothing where there is none.
    ///
    /// # Errors
    /// The votes file cannot be written.
    pub fn undo(&mut self) -> Result<Option<Cast>> {
        let own = self.votes.votes.iter().filter(|(_, vote)| vote.rater == self.rater && vote.design == self.design);
        let Some((id, last)) = own.clone().max_by_key(|(id, vote)| (vote.n, *id)) else { return Ok(None) };
        let of = |vote: &Vote| (vote.n, vote.slot.clone(), vote.seed, vote.ms);
        let answer = own.filter(|(_, vote)| of(vote) == of(last));
        let undo = |undo: Short| Undo { v: VERSION, rater: self.rater, undo }.line();
        let lines: Vec<String> = answer.map(|(id, _)| undo(*id)).collect();
        let id = *id;
        files::append(&self.root, self.name(), &lines.join("\n"))?;
        self.votes = files::read(&self.root, self.name())?;
        Ok(Some(Cast { id, own: self.own() }))
    }

    /// The votes so far.
    pub fn votes(&self) -> &Votes {
        &self.votes
    }
}

fn keep(root: &Path, path: &Path, bytes: &[u8]) -> Option<()> {
    if !store::read_if_there(path).is_ok_and(|there| there.as_deref() == Some(bytes)) {
        crate::store::Folders::make_work(root).ok()?;
        // A checkout may have links there, which would lead elsewhere.
        plain_file::make_folders(root, path.parent()?).ok()?;
        store::write_unflushed(path, bytes, "candidate").ok()?;
    }
    Some(())
}
