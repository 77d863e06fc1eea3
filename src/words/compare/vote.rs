//! A vote, and its line in a votes file.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::words::digest::{Digest, Short};

/// The version of the lines that this binary writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// No line of a vote is longer.
const LONGEST: usize = 4096;

/// What a rater said of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The left picture is better.
    Left,
    /// The right picture is better.
    Right,
    /// They are equally good.
    Tie,
    /// Neither is of use. It counts as a tie in the fit, and is reported by itself.
    BothBad,
    /// The rater did not judge it.
    Skip,
}

impl Answer {
    /// All of them with their words and their keys.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Left, "left", "l"),
        (Self::Right, "right", "r"),
        (Self::Tie, "tie", "t"),
        (Self::BothBad, "both-bad", "b"),
        (Self::Skip, "skip", "s"),
    ];

    /// The answer of a word or a key.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        Self::ALL.iter().find(|(_, word, key)| text == *word || text == *key).map(|(answer, ..)| *answer)
    }
}

/// A picture of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shown {
    /// Its raw.
    pub raw: Digest,
    /// What was asked for it.
    pub ask: Short,
}

/// What a rater said of two images.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Vote {
    /// The version of its line.
    pub v: u32,
    /// Who voted: a digest.
    pub rater: Short,
    /// The seed of the design that chose pair and sides.
    pub design: u64,
    /// The number of the pair in the rater's design, from 1.
    pub n: u64,
    /// The slot.
    pub slot: String,
    /// The seed of both images.
    pub seed: u64,
    /// The picture that stood left.
    pub left: Shown,
    /// The picture that stood right.
    pub right: Shown,
    /// What the rater said.
    pub answer: Answer,
    /// Milliseconds between pair and answer.
    pub ms: u64,
}

/// Takes a vote back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Undo {
    /// The version of its line.
    pub v: u32,
    /// Who voted.
    pub rater: Short,
    /// The id of the vote.
    pub undo: Short,
}

/// A line of a votes file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A vote.
    Vote(Vote),
    /// A vote is taken back.
    Undo(Undo),
}

/// Why a line is no vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAVote {
    /// It is no JSON: it was cut off, or two lines run into each other.
    Torn,
    /// It is JSON of something else.
    Foreign,
    /// A newer version wrote it.
    Newer,
    /// It compares a picture with itself.
    OfItself,
}

impl Vote {
    /// The two raws, the smaller first: the same whatever side they stood on.
    pub fn raws(&self) -> [Digest; 2] {
        let (left, right) = (self.left.raw, self.right.raw);
        if left <= right { [left, right] } else { [right, left] }
    }

    /// The picture that won.
    pub fn winner(&self) -> Option<&Shown> {
        match self.answer {
            Answer::Left => Some(&self.left),
            Answer::Right => Some(&self.right),
            Answer::Tie | Answer::BothBad | Answer::Skip => None,
        }
    }

    /// Its line, without an end.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Undo {
    /// Its line, without an end.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The id of a vote: the digest of its line.
pub(super) fn id(line: &str) -> Short {
    Digest::of(line.as_bytes()).short()
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// It is no vote.
    pub fn parse(text: &str) -> Result<Self, NotAVote> {
        if text.len() > LONGEST {
            return Err(NotAVote::Foreign);
        }
        let value: Value = serde_json::from_str(text).map_err(|_| NotAVote::Torn)?;
        let version = value.get("v").and_then(Value::as_u64).ok_or(NotAVote::Foreign)?;
        if version > u64::from(VERSION) {
            return Err(NotAVote::Newer);
        }
        if value.get("undo").is_some() {
            return serde_json::from_value(value).map(Self::Undo).map_err(|_| NotAVote::Foreign);
        }
        let vote: Vote = serde_json::from_value(value).map_err(|_| NotAVote::Foreign)?;
        if vote.left == vote.right { Err(NotAVote::OfItself) } else { Ok(Self::Vote(vote)) }
    }
}
