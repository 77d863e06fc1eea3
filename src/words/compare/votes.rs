//! A votes file: the union of its lines, whatever their order, and the lines that are none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::vote::{Line, NotAVote, Undo, Vote, id};
use crate::words::digest::{Digest, Short};

/// The votes of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Votes {
    /// By rater, design, number and id: the order of the file does not matter.
    pub votes: Vec<(Short, Vote)>,
    /// Lines that count for nothing. They stay in the file.
    pub bad: Vec<BadLine>,
    /// How many votes were taken back.
    pub undone: usize,
}

/// A line that counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub defect: Defect,
}

/// Why a line counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Defect {
    /// It is no JSON.
    Torn,
    /// It is no vote.
    Foreign,
    /// A newer version wrote it.
    Newer,
    /// An equal line stands before it, which counts.
    Duplicate,
    /// The same rater answered the same number of the same design twice, otherwise each time: neither counts.
    Conflict,
    /// It compares an image with itself.
    OfItself,
    /// It takes back a vote that the file does not have.
    NothingToUndo,
}

impl Defect {
    /// What is wrong, as the end of a sentence about the line.
    pub fn what(self) -> &'static str {
        match self {
            Self::Torn => "is cut off or damaged",
            Self::Foreign => "is no vote",
            Self::Newer => "was written by a newer version",
            Self::Duplicate => "repeats an earlier line",
            Self::Conflict => "contradicts another line of the same rater on the same pair",
            Self::OfItself => "compares an image with itself",
            Self::NothingToUndo => "takes back a vote that the file does not have",
        }
    }
}

impl From<NotAVote> for Defect {
    fn from(why: NotAVote) -> Self {
        match why {
            NotAVote::Torn => Self::Torn,
            NotAVote::Foreign => Self::Foreign,
            NotAVote::Newer => Self::Newer,
            NotAVote::OfItself => Self::OfItself,
        }
    }
}

/// What two answers to one question share.
type Question = (Short, u64, u64, [Digest; 2]);

impl Votes {
    /// Reads a file. Every line that is a vote counts once; the others are named.
    pub fn read(bytes: &[u8]) -> Self {
        let (mut votes, mut undos, mut bad) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for (line, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let text = String::from_utf8_lossy(bytes);
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() {
                continue;
            }
            match Line::parse(text) {
                Err(why) => bad.push(BadLine { line, defect: why.into() }),
                Ok(_) if !seen.insert(text.to_owned()) => bad.push(BadLine { line, defect: Defect::Duplicate }),
                Ok(Line::Vote(vote)) => drop(votes.insert(id(text), (line, vote))),
                Ok(Line::Undo(undo)) => undos.push((line, undo)),
            }
        }
        let undone = undo(&mut votes, undos, &mut bad);
        conflicts(&mut votes, &mut bad);
        bad.sort_by_key(|bad| (bad.line, bad.defect));
        let mut votes: Vec<(Short, Vote)> = votes.into_iter().map(|(id, (_, vote))| (id, vote)).collect();
        votes.sort_by(|(a, x), (b, y)| (x.rater, x.design, x.n, a).cmp(&(y.rater, y.design, y.n, b)));
        Self { votes, bad, undone }
    }

    /// The number of the last vote of a rater's design, 0 without any. Votes that were taken back leave their number.
    pub fn last(&self, rater: Short, design: u64) -> u64 {
        let own = self.votes.iter().filter(|(_, vote)| vote.rater == rater && vote.design == design);
        own.map(|(_, vote)| vote.n).max().unwrap_or(0)
    }

    /// Every raw that a vote names.
    pub fn raws(&self) -> BTreeSet<Digest> {
        self.votes.iter().flat_map(|(_, vote)| [vote.left.raw, vote.right.raw]).collect()
    }
}

/// Takes votes back; only their rater can.
fn undo(votes: &mut BTreeMap<Short, (usize, Vote)>, undos: Vec<(usize, Undo)>, bad: &mut Vec<BadLine>) -> usize {
    let mut undone = BTreeSet::new();
    for (line, undo) in undos {
        if votes.get(&undo.undo).is_some_and(|(_, vote)| vote.rater == undo.rater) {
            undone.insert(undo.undo);
        } else {
            bad.push(BadLine { line, defect: Defect::NothingToUndo });
        }
    }
    votes.retain(|id, _| !undone.contains(id));
    undone.len()
}

/// Removes answers to one question that contradict each other.
fn conflicts(votes: &mut BTreeMap<Short, (usize, Vote)>, bad: &mut Vec<BadLine>) {
    let mut questions: BTreeMap<Question, Vec<Short>> = BTreeMap::new();
    for (id, (_, vote)) in votes.iter() {
        questions.entry((vote.rater, vote.design, vote.n, vote.raws())).or_default().push(*id);
    }
    for ids in questions.into_values().filter(|ids| ids.len() > 1) {
        let mut winners = ids.iter().filter_map(|id| votes.get(id)).map(|(_, v)| (v.answer, v.winner().map(|w| w.raw)));
        let first = winners.next();
        let agree = winners.all(|other| Some(other) == first);
        // Equal answers with other milliseconds are one answer that was recorded twice.
        for id in ids.iter().skip(usize::from(agree)) {
            if let Some((line, _)) = votes.remove(id) {
                bad.push(BadLine { line, defect: if agree { Defect::Duplicate } else { Defect::Conflict } });
            }
        }
    }
}
