//! `compare report`: what votes and metrics say of the arms.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use super::cells::Cells;
use super::files;
use super::measured::{Figure, Figures, MeasuredDifference, differences, thousandths};
use crate::plan::Want;
use crate::session::conductor::failures_alone;
use crate::session::features::{Features, Reference};
use crate::session::job::no_threads;
use crate::session::own_art::own_art;
use crate::session::studio::{Fallback, Studio};
use crate::session::{Operation, Result};
use crate::threads;
use crate::words::compare::{
    Agreement, BadLine, Intervals, RaterSummary, Tally, Votes, agreements, intervals, pair_index, pairs_of, raters,
};
use crate::words::digest::{Digest, Short};
use crate::words::sprite::Sprites;

/// Resamples of the intervals, and the seed that draws them.
const RESAMPLES: (usize, u64) = (2000, 14);

/// What a comparison says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparisonReport {
    /// The version of this form: fields are added without a new one, never changed or removed.
    pub version: u32,
    /// The comparison.
    pub name: String,
    /// The file of its votes, relative to the project.
    pub file: String,
    /// The arm with the greatest strength, if there are votes.
    pub best: Option<String>,
    /// The votes separate the best arm from every other one.
    pub enough: bool,
    /// The decision as a sentence.
    pub says: String,
    /// Arms, in the order of the manifest.
    pub arms: Vec<ComparedArm>,
    /// Every pair of arms.
    pub pairs: Vec<ComparedPair>,
    /// Votes that count.
    pub votes: usize,
    /// Votes on images that the rater had judged before: they do not count twice.
    pub repeated: usize,
    /// Pairs without a judgement.
    pub skipped: usize,
    /// Votes on images of no present arm.
    pub elsewhere: usize,
    /// Votes that were taken back.
    pub undone: usize,
    /// Lines of the file that count for nothing.
    pub bad_lines: Vec<BadLine>,
    /// Who voted.
    pub raters: Vec<RaterReport>,
    /// Every two raters who judged the same images.
    pub agreements: Vec<TwoRaters>,
    /// The arms start from the same noise for the same seed: metrics are compared image by image, otherwise slot by
    /// slot.
    pub paired: bool,
    /// What is measured, against the first arm.
    pub measured: Vec<MeasuredDifference>,
    /// The images of each slot and seed.
    pub cells: Vec<ComparedCell>,
}

/// What votes say of an arm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedArm {
    /// Its name.
    pub name: String,
    /// Images that this machine knows.
    pub images: usize,
    /// Votes that it won.
    pub wins: u64,
    /// Votes that it lost.
    pub losses: u64,
    /// Ties, those where both are bad included.
    pub ties: u64,
    /// Votes that called it bad together with the other one.
    pub both_bad: u64,
    /// The natural logarithm of its strength less the mean of all arms, in thousandths.
    pub strength: i64,
    /// The lower end of its 95 % interval.
    pub low: i64,
    /// The upper end.
    pub high: i64,
}

/// What votes say of two arms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedPair {
    /// The first arm.
    pub a: String,
    /// The second arm.
    pub b: String,
    /// Votes that the first won.
    pub wins: u64,
    /// Votes that the second won.
    pub losses: u64,
    /// Ties.
    pub ties: u64,
    /// Votes that called both bad.
    pub both_bad: u64,
    /// The difference of the logarithms of their strengths, in thousandths.
    pub difference: i64,
    /// The lower end of its 95 % interval.
    pub low: i64,
    /// The upper end.
    pub high: i64,
    /// How often the first wins where one of them does, in per mille.
    pub chance: i64,
    /// The votes separate them, at 95 % over all pairs together.
    pub told: bool,
    /// About so many more votes on this pair would, were the difference what it seems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<u64>,
}

/// A rater.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RaterReport {
    /// A digest of the rater's name.
    pub rater: Short,
    /// Judgements.
    pub votes: usize,
    /// The share of wins that stood left, in per mille.
    pub left: i64,
    /// The lower end of its 95 % interval.
    pub low: i64,
    /// The upper end.
    pub high: i64,
    /// The interval leaves out one half.
    pub one_sided: bool,
    /// Pairs that were judged more than once.
    pub repeats: usize,
    /// Those with the same answer each time.
    pub same: usize,
}

/// Two raters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TwoRaters {
    /// Digests of their names.
    pub raters: [Short; 2],
    /// Pairs of images that both judged.
    pub pairs: usize,
    /// Those with equal answers.
    pub equal: usize,
    /// Cohen's kappa, in thousandths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kappa: Option<i64>,
}

/// The images of a slot and a seed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedCell {
    /// The slot.
    pub slot: String,
    /// The seed.
    pub seed: u64,
    /// In the order of the arms.
    pub images: Vec<ComparedPicture>,
}

/// An image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedPicture {
    /// Its raw, where this machine knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Digest>,
    /// What is measured of it.
    pub metrics: BTreeMap<Figure, i64>,
}

/// A report with the sprites that its page shows.
pub(super) struct WithPictures {
    pub(super) report: ComparisonReport,
    pub(super) sprites: BTreeMap<(usize, usize), Arc<Sprites>>,
}

/// What votes and metrics say of a comparison.
///
/// # Errors
/// As of [`super::plan_comparison`]; the votes file cannot be read.
pub fn compare(operation: &Operation, name: &str) -> Result<ComparisonReport> {
    Ok(with_pictures(operation, name)?.report)
}

pub(super) fn with_pictures(operation: &Operation, name: &str) -> Result<WithPictures> {
    let cells = Cells::open(operation, name)?;
    let votes = files::read(operation.root, name)?;
    let sprites = draw(&cells)?;
    let metrics = metrics(&cells, &sprites, reference(operation).as_ref());
    let tally = Tally::of(&cells.cells, &votes, cells.comparison.arms.len());
    let found = intervals(&tally, RESAMPLES.0, RESAMPLES.1);
    let report = of(&cells, &votes, &tally, &found, &metrics);
    Ok(WithPictures { report, sprites })
}

/// Every image restored, by cell and arm.
fn draw(cells: &Cells) -> Result<BTreeMap<(usize, usize), Arc<Sprites>>> {
    threads::start_pool(None).map_err(|error| no_threads(&error))?;
    let planner = cells.planner();
    let plan = planner.plan(&cells.state);
    let (workspace, state) = (&cells.workspace, &cells.state);
    let studio = Studio { planner: &planner, plan: &plan, workspace, state, fallback: Fallback::None };
    let places: Vec<(usize, usize)> =
        cells.groups.iter().enumerate().flat_map(|(cell, arms)| (0..arms.len()).map(move |arm| (cell, arm))).collect();
    let drawn = places.par_iter().filter_map(|(cell, arm)| {
        let raw = cells.cells.get(*cell)?.arms.get(*arm)?.raw?;
        let group = studio.planner.group(&cells.groups[*cell][*arm])?;
        Some(((*cell, *arm), studio.alone(group, &raw).ok()?))
    });
    let drawn: Vec<((usize, usize), Arc<Sprites>)> = drawn.collect();
    Ok(drawn.into_iter().collect())
}

/// What is measured of each image.
fn metrics(cells: &Cells, sprites: &BTreeMap<(usize, usize), Arc<Sprites>>, reference: Option<&Reference>) -> Figures {
    let planner = cells.planner();
    let plan = planner.plan(&cells.state);
    let mut metrics = Figures::new();
    for ((cell, arm), sprites) in sprites {
        let id = &cells.groups[*cell][*arm];
        let Some(group) = planner.group(id) else { continue };
        let found = &sprites.found;
        let passes = failures_alone(&found.metrics, &group.recipe).is_empty();
        let slot = plan.items.get(id).and_then(|item| item.slots.first());
        let ask = slot.and_then(|slot| slot.keys.as_ref()?.asks.first().copied());
        let request = ask.map(|ask| Want::new(ask, 1, cells.cells[*cell].seed).request);
        let record = request.and_then(|request| cells.workspace.records.captures.get(&request));
        let values = [
            (Figure::Grid, found.metrics.get("grid").copied()),
            (Figure::Colors, found.metrics.get("colors").copied()),
            (Figure::Passes, Some(if passes { 1000 } else { 0 })),
            (Figure::CutAlpha, Some(i64::from(found.cut_alpha))),
            (Figure::OwnArt, to_own_art(sprites, reference)),
            (Figure::Millis, record.and_then(|record| i64::try_from(record.millis?).ok())),
        ];
        let values = values.into_iter().filter_map(|(figure, value)| Some((figure, value?)));
        metrics.insert((*cell, *arm), values.collect());
    }
    metrics
}

/// Fewer picked images are no art to compare with.
const OWN_ART: usize = 3;

/// The project's own picked art, if there is enough of it.
fn reference(operation: &Operation) -> Option<Reference> {
    let own = own_art(operation, &[]).ok()?;
    let images: Vec<_> = own.sprites.iter().flat_map(|(_, sprites)| sprites.frames.iter().cloned()).collect();
    Reference::of(&images).filter(|_| images.len() >= OWN_ART)
}

fn to_own_art(sprites: &Sprites, reference: Option<&Reference>) -> Option<i64> {
    let reference = reference?;
    let frames = &sprites.frames;
    let all = frames.iter().map(|frame| reference.distance(Features::of(frame, &reference.palette)));
    (!frames.is_empty()).then(|| all.sum::<i64>() / frames.len() as i64)
}

fn of(cells: &Cells, votes: &Votes, tally: &Tally, found: &Intervals, metrics: &Figures) -> ComparisonReport {
    let (names, counts) = (&cells.comparison.arms, tally.counts());
    let best = (0..names.len()).filter(|_| !tally.ballots.is_empty());
    let best = best.max_by(|a, b| found.strengths.log[*a].total_cmp(&found.strengths.log[*b]).then(b.cmp(a)));
    let pairs: Vec<ComparedPair> = found.differences.iter().map(|one| pair(names, &counts.0, found, one)).collect();
    let of_best = |arm: usize| {
        let others = (0..names.len()).filter(move |other| *other != arm);
        others.filter_map(move |other| pair_index(names.len(), arm, other))
    };
    let enough = best.is_some_and(|arm| of_best(arm).all(|pair| found.differences[pair].told));
    let open = best.into_iter().flat_map(of_best).filter(|pair| !found.differences[*pair].told);
    let more = open.map(|pair| found.differences[pair].more).collect::<Vec<_>>();
    ComparisonReport {
        version: 1,
        name: cells.comparison.name.clone(),
        file: files::votes_path(&cells.comparison.name),
        best: best.map(|arm| names[arm].clone()),
        enough,
        says: says(best.map(|arm| names[arm].as_str()), enough, &more, pairs_of(names.len()).count()),
        arms: (0..names.len()).map(|arm| of_arm(cells, arm, &counts.0, found)).collect(),
        pairs,
        votes: tally.ballots.len(),
        repeated: tally.repeated,
        skipped: tally.skipped,
        elsewhere: tally.elsewhere,
        undone: votes.undone,
        bad_lines: votes.bad.clone(),
        raters: raters(votes).iter().map(rater).collect(),
        agreements: agreements(votes).iter().map(two_raters).collect(),
        paired: cells.paired,
        measured: differences(cells, metrics),
        cells: (0..cells.cells.len()).map(|at| cell(cells, at, metrics)).collect(),
    }
}

/// The decision as a sentence.
fn says(best: Option<&str>, enough: bool, more: &[Option<u64>], pairs: usize) -> String {
    match (best, more.iter().copied().collect::<Option<Vec<u64>>>()) {
        (None, _) => "no votes yet".to_owned(),
        (Some(best), _) if enough => format!("`{best}` is better than every other arm"),
        (Some(best), Some(more)) => {
            // The design spreads votes evenly over all pairs.
            let most = more.iter().max().copied().unwrap_or(0) * pairs as u64;
            format!(
                "not enough votes to decide; `{best}` is ahead, and about {most} more would separate it from the others"
            )
        }
        (Some(_), None) => "not enough votes to decide: the arms look equally good so far".to_owned(),
    }
}

fn pair(
    names: &[String],
    counts: &[[f64; 4]],
    found: &Intervals,
    one: &crate::words::compare::Difference,
) -> ComparedPair {
    let (a, b) = one.arms;
    let at = pair_index(names.len(), a, b).unwrap_or(0);
    let [wins, losses, ties, both_bad] = counts[at].map(|count| count as u64);
    let [first, second, _] = found.strengths.odds(a, b);
    ComparedPair {
        a: names[a].clone(),
        b: names[b].clone(),
        wins,
        losses,
        ties,
        both_bad,
        difference: thousandths(one.value),
        low: thousandths(one.range.low),
        high: thousandths(one.range.high),
        chance: thousandths(first / (first + second)),
        told: one.told,
        more: one.more,
    }
}

fn of_arm(cells: &Cells, arm: usize, counts: &[[f64; 4]], found: &Intervals) -> ComparedArm {
    let (mut wins, mut losses, mut ties, mut both_bad) = (0.0, 0.0, 0.0, 0.0);
    for ((a, b), [first, second, tie, bad]) in pairs_of(cells.comparison.arms.len()).zip(counts) {
        if a == arm || b == arm {
            wins += if a == arm { first } else { second };
            losses += if a == arm { second } else { first };
            ties += tie + bad;
            both_bad += bad;
        }
    }
    let images = cells.cells.iter().filter(|cell| cell.arms.get(arm).is_some_and(|slide| slide.raw.is_some()));
    ComparedArm {
        name: cells.comparison.arms[arm].clone(),
        images: images.count(),
        wins: wins as u64,
        losses: losses as u64,
        ties: ties as u64,
        both_bad: both_bad as u64,
        strength: thousandths(found.strengths.log[arm]),
        low: thousandths(found.ranges[arm].low),
        high: thousandths(found.ranges[arm].high),
    }
}

fn cell(cells: &Cells, at: usize, metrics: &Figures) -> ComparedCell {
    let cell = &cells.cells[at];
    let picture = |(arm, slide): (usize, &crate::words::compare::Slide)| ComparedPicture {
        raw: slide.raw,
        metrics: metrics.get(&(at, arm)).cloned().unwrap_or_default(),
    };
    ComparedCell {
        slot: cell.slot.clone(),
        seed: cell.seed,
        images: cell.arms.iter().enumerate().map(picture).collect(),
    }
}

fn rater(rater: &RaterSummary) -> RaterReport {
    let share = rater.left as f64 / (rater.left + rater.right).max(1) as f64;
    RaterReport {
        rater: rater.rater,
        votes: rater.votes,
        left: thousandths(share),
        low: thousandths(rater.share[0]),
        high: thousandths(rater.share[1]),
        one_sided: rater.one_sided,
        repeats: rater.repeats,
        same: rater.same,
    }
}

fn two_raters(agreement: &Agreement) -> TwoRaters {
    TwoRaters {
        raters: agreement.raters,
        pairs: agreement.pairs,
        equal: agreement.equal,
        kappa: agreement.kappa.map(thousandths),
    }
}
