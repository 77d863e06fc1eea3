//! Images of one slot and seed that are shown at once, and the votes on pairs that an answer stands for.

use serde::Serialize;

use super::pair::Pair;
use super::vote::{Answer, Shown};

/// No rater is shown more images at once.
pub const MOST_AT_ONCE: usize = 4;

/// Two to four images of one slot and seed, in the order in which they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Set {
    /// Its number in the rater's design, from 1; all votes of an answer share it.
    pub n: u64,
    /// The slot.
    pub slot: String,
    /// The seed of all images.
    pub seed: u64,
    /// The images.
    pub images: Vec<Shown>,
}

/// What a rater said of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetAnswer {
    /// The image at this place is the best one.
    Best(usize),
    /// They are equally good.
    Tie,
    /// None is of use.
    AllBad,
    /// The rater did not judge them.
    Skip,
}

impl SetAnswer {
    /// The answer as it says of two images.
    pub fn of(answer: Answer) -> Self {
        match answer {
            Answer::Left => Self::Best(0),
            Answer::Right => Self::Best(1),
            Answer::Tie => Self::Tie,
            Answer::BothBad => Self::AllBad,
            Answer::Skip => Self::Skip,
        }
    }
}

impl Set {
    /// The pairs that an answer decides. The best image wins against every other one, and nothing is said of the others
    /// among themselves; that choice from all pairs of a set leaves the strengths unbiased. Where none is the best, the
    /// answer is that of all pairs.
    pub fn votes(&self, answer: SetAnswer) -> Vec<(Pair, Answer)> {
        let count = self.images.len();
        let pairs = (0..count).flat_map(|left| (left + 1..count).map(move |right| (left, right)));
        let decided = pairs.filter_map(|(left, right)| {
            let said = match answer {
                SetAnswer::Best(best) if best == left => Answer::Left,
                SetAnswer::Best(best) if best == right => Answer::Right,
                SetAnswer::Best(_) => return None,
                SetAnswer::Tie => Answer::Tie,
                SetAnswer::AllBad => Answer::BothBad,
                SetAnswer::Skip => Answer::Skip,
            };
            Some((self.pair(left, right), said))
        });
        decided.collect()
    }

    fn pair(&self, left: usize, right: usize) -> Pair {
        let (left, right) = (self.images[left], self.images[right]);
        Pair { n: self.n, slot: self.slot.clone(), seed: self.seed, left, right }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::digest::{Digest, Short};

    fn set(count: u8) -> Set {
        let image = |n: u8| Shown { raw: Digest::of(&[n]), ask: Short(n.into()) };
        Set { n: 7, slot: "knight".to_owned(), seed: 1, images: (0..count).map(image).collect() }
    }

    /// `1>2` for each pair of places, in the order of the votes.
    fn said(count: u8, answer: SetAnswer) -> String {
        let word = |(pair, answer): (Pair, Answer)| {
            let sign = match answer {
                Answer::Left => '>',
                Answer::Right => '<',
                Answer::Tie => '=',
                Answer::BothBad => 'x',
                Answer::Skip => '-',
            };
            format!("{}{sign}{}", pair.left.ask.0, pair.right.ask.0)
        };
        set(count).votes(answer).into_iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_best_wins_against_each_and_the_rest_is_open() {
        assert_eq!(said(2, SetAnswer::Best(1)), "0<1");
        assert_eq!(said(3, SetAnswer::Best(1)), "0<1 1>2");
        assert_eq!(said(4, SetAnswer::Best(0)), "0>1 0>2 0>3");
        assert_eq!(said(3, SetAnswer::Tie), "0=1 0=2 1=2");
        assert_eq!(said(3, SetAnswer::AllBad), "0x1 0x2 1x2");
        assert_eq!(said(2, SetAnswer::Skip), "0-1");
    }
}
